"""What goes wrong, told to whoever asked: RFC 9457 problem+json with a code and both languages."""

import re
import sqlite3
from collections.abc import Sequence
from typing import Any, ClassVar, Final, NamedTuple

import msgspec
import psycopg
import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import DBAPIError, NoSuchTableError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException
from starlette.responses import Response

MEDIA_TYPE: Final = "application/problem+json"
_log = structlog.get_logger("koperasi.backend")


class Messages(msgspec.Struct, frozen=True):
    """What happened and what to do, in words."""

    id: str
    en: str


class InvalidField(msgspec.Struct, frozen=True):
    """A part of the request that cannot be read."""

    field: str
    messages: Messages


class Problem(msgspec.Struct, frozen=True, omit_defaults=True):
    """RFC 9457 problem details."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    messages: Messages
    fields: tuple[InvalidField, ...] = ()
    reason: str = ""


class ProblemError(HTTPException):
    """An error that the caller is told about. A subclass sets its code, status and title."""

    code: ClassVar[str]
    status: ClassVar[int]
    title: ClassVar[str]
    reason = ""

    def __init__(self, indonesian: str, english: str) -> None:
        super().__init__(self.status, english)
        self.messages = Messages(indonesian, english)


class UnknownMemberError(ProblemError):
    """No member has this number."""

    code, status, title = "UNKNOWN_MEMBER", 404, "Unknown member"

    def __init__(self, number: int) -> None:
        super().__init__(
            f"Tidak ada anggota nomor {number}. Periksa nomornya di buku simpanan.",
            f"There is no member number {number}. Check the number in the passbook.",
        )


class UnknownLoanError(ProblemError):
    """No loan has this number."""

    code, status, title = "UNKNOWN_LOAN", 404, "Unknown loan"

    def __init__(self, number: int) -> None:
        super().__init__(
            f"Tidak ada pinjaman nomor {number}. Periksa nomornya di kartu angsuran.",
            f"There is no loan number {number}. Check the number on the instalment card.",
        )


class UnknownMeetingError(ProblemError):
    """No meeting has this number."""

    code, status, title = "UNKNOWN_MEETING", 404, "Unknown meeting"

    def __init__(self, number: int) -> None:
        super().__init__(
            f"Tidak ada rapat nomor {number}. Periksa nomornya di undangan rapat.",
            f"There is no meeting number {number}. Check the number in the notice.",
        )


class UnknownEntryError(ProblemError):
    """No entry has this number."""

    code, status, title = "UNKNOWN_ENTRY", 404, "Unknown entry"

    def __init__(self, number: int, entries: int) -> None:
        super().__init__(
            f"Tidak ada jurnal nomor {number}: buku ini berisi jurnal 1 sampai {entries}.",
            f"There is no entry number {number}: these books hold entries 1 to {entries}.",
        )


class UnknownDocumentError(ProblemError):
    """No public document has this CID."""

    code, status, title = "UNKNOWN_DOCUMENT", 404, "Unknown document"

    def __init__(self, cid: str) -> None:
        super().__init__(
            f"Tidak ada dokumen publik {cid} di sini. Periksa CID-nya.",
            f"There is no public document {cid} here. Check the CID.",
        )


class DamagedDocumentError(ProblemError):
    """The document's bytes are not those of the CID."""

    code, status, title = "DAMAGED_DOCUMENT", 500, "Damaged document"

    def __init__(self, cid: str) -> None:
        super().__init__(
            f"Dokumen {cid} rusak di server ini: isinya bukan isi CID itu.",
            f"The document {cid} is damaged on this server: its bytes are not those of the CID.",
        )


class TermsRefusedError(ProblemError):
    """Terms of which no loan can be made."""

    code, status, title = "TERMS_REFUSED", 422, "No such loan"

    def __init__(self, reason: str) -> None:
        super().__init__(
            f"Syarat ini tidak dapat menjadi pinjaman ({reason}). Periksa jumlah, bulan, tenggang, biaya.",
            f"No loan can be made of these terms ({reason}). Check amount, months, grace and fee.",
        )


class NotFinalError(ProblemError):
    """A proof over entries that may still go away, or are not there."""

    code, status, title = "NOT_FINAL", 409, "Not final"

    def __init__(self, size: int, final_entries: int) -> None:
        super().__init__(
            f"Bukti hanya ada untuk jurnal yang final: {size} diminta, {final_entries} sudah final.",
            f"Proofs speak of final entries only: size {size} was asked for, {final_entries} are final.",
        )


class NoProofError(ProblemError):
    """No proof was kept of the close that would prove this."""

    code, status, title = "NO_PROOF", 404, "No proof was kept"


class SizeOrderError(ProblemError):
    """A consistency proof from a larger tree to a smaller one."""

    code, status, title = "SIZE_ORDER", 422, "Sizes in the wrong order"

    def __init__(self, old: int, new: int) -> None:
        super().__init__(
            f"Ukuran lama ({old}) tidak boleh lebih besar dari ukuran baru ({new}).",
            f"The old size ({old}) must not be greater than the new one ({new}).",
        )


class PeriodOrderError(ProblemError):
    """A statement of a period that ends before it begins."""

    code, status, title = "PERIOD_ORDER", 422, "Period ends before it begins"


class DocumentTooLongError(ProblemError):
    """A PDF of more lines than one may have: ask for a shorter period, or for HTML."""

    code, status, title = "DOCUMENT_TOO_LONG", 422, "Document too long"


class UnknownAccountError(ProblemError):
    """The chart has no such account, and nothing was booked on it."""

    code, status, title = "UNKNOWN_ACCOUNT", 404, "Unknown account"

    def __init__(self, account: int) -> None:
        super().__init__(
            f"Akun {account} tidak ada dalam bagan akun. Lihat: /api/v1/accounts",
            f"Account {account} is not in the chart of accounts. See: /api/v1/accounts",
        )


class ChartUnreadableError(ProblemError):
    """The chart of accounts that was adopted cannot be read."""

    code, status, title = "CHART_UNREADABLE", 500, "Chart of accounts unreadable"


class LedgerUnavailableError(ProblemError):
    """The ledger database is not there, cannot be reached, or has no books in it yet."""

    code, status, title = "LEDGER_UNAVAILABLE", 503, "Ledger not available"

    def __init__(self) -> None:
        super().__init__(
            "Buku besar belum tersedia. Coba lagi sebentar; bila tetap, jalankan: koperasi sync",
            "The ledger is not available yet. Try again shortly; if it stays so, run: koperasi sync",
        )


class LedgerBusyError(ProblemError):
    """The ledger database is locked, or all its connections are taken."""

    code, status, title = "LEDGER_BUSY", 503, "Ledger busy"

    def __init__(self) -> None:
        super().__init__(
            "Buku besar sedang sibuk. Coba lagi beberapa detik lagi.",
            "The ledger is busy. Try again in a few seconds.",
        )


class BodyTooLargeError(ProblemError):
    """A request with a larger body than is taken."""

    code, status, title = "BODY_TOO_LARGE", 413, "Request too large"

    def __init__(self, limit: int) -> None:
        super().__init__(
            f"Permintaan terlalu besar: paling banyak {limit} byte.",
            f"The request is too large: at most {limit} bytes.",
        )


class OrderRefusedError(ProblemError):
    """The relay does not take the order: `reason` says why."""

    code, status, title = "ORDER_REFUSED", 422, "Order not taken"

    def __init__(self, reason: str, indonesian: str, english: str) -> None:
        super().__init__(indonesian, english)
        self.reason = reason


class UnknownOrderError(ProblemError):
    """No order has this receipt."""

    code, status, title = "UNKNOWN_ORDER", 404, "Unknown order"

    def __init__(self, receipt: str) -> None:
        super().__init__(
            f"Tidak ada perintah dengan tanda terima {receipt[:16]}… di sini.",
            f"There is no order with the receipt {receipt[:16]}… here.",
        )


class TooManyOrdersError(ProblemError):
    """More orders from one address than are taken, or too many that could not be checked."""

    code, status, title = "TOO_MANY_ORDERS", 429, "Too many orders"

    def __init__(self) -> None:
        super().__init__(
            "Terlalu banyak kiriman. Coba lagi sebentar, atau kirim sendiri ke kontrak.",
            "Too many were sent. Try again shortly, or send it to the contract yourself.",
        )


class RelayUnavailableError(ProblemError):
    """The relay's database or the deployment's file cannot be read."""

    code, status, title = "RELAY_UNAVAILABLE", 503, "Relay not available"

    def __init__(self) -> None:
        super().__init__(
            "Penerusan suara belum tersedia di server ini. Coba lagi, atau kirim sendiri ke kontrak.",
            "The relay is not available on this server. Try again, or send it to the contract yourself.",
        )


class PageNotBuiltError(ProblemError):
    """The page was not built."""

    code, status, title = "PAGE_NOT_BUILT", 503, "Page not built"

    def __init__(self) -> None:
        super().__init__(
            "Halaman belum dibangun. Jalankan: make setup (atau npm run build --workspace frontend)",
            "The page has not been built. Run: make setup (or npm run build --workspace frontend)",
        )


class _Words(NamedTuple):
    code: str
    title: str
    indonesian: str
    english: str


_HTTP: Final = {
    404: _Words("NOT_FOUND", "Not found", "Alamat ini tidak ada.", "There is nothing at this address."),
    405: _Words(
        "METHOD_NOT_ALLOWED",
        "Method not allowed",
        "Cara ini tidak dilayani di alamat ini.",
        "This address does not answer that method.",
    ),
}
_OTHER: Final = _Words(
    "REFUSED", "Refused", "Permintaan tidak dapat dilayani.", "The request cannot be served."
)
_INTERNAL: Final = _Words(
    "INTERNAL",
    "Internal error",
    "Ada kesalahan di server; sudah dicatat.",
    "Something went wrong here; it was logged.",
)
_INVALID: Final = {
    "missing": ("wajib diisi", "is required"),
    "int_parsing": ("harus bilangan bulat", "must be a whole number"),
    "int_parsing_size": ("bilangannya terlalu besar", "is too large a number"),
    "greater_than_equal": ("paling sedikit {ge}", "must be at least {ge}"),
    "less_than_equal": ("paling banyak {le}", "must be at most {le}"),
    "literal_error": ("harus salah satu: {expected}", "must be one of {expected}"),
    "string_too_long": ("terlalu panjang", "is too long"),
    "too_long": ("paling banyak {max_length} kali", "may stand there {max_length} times at most"),
    "cid": (
        "bukan CID dokumen: CIDv1 dimulai dengan bafkrei atau bafybei dan panjangnya 59 huruf",
        "is no document's CID: a CIDv1 begins with bafkrei or bafybei and has 59 letters",
    ),
    "wib_day": (
        "bukan tanggal dari 1900 sampai 2999: tulis TTTT-BB-HH, misalnya 2025-12-31",
        "is not a date from 1900 to 2999: write YYYY-MM-DD, for example 2025-12-31",
    ),
}
_PLACE: Final = re.compile(r"`\$\.(\w+)`|field `(\w+)`")
_INVALID_OTHER: Final = ("tidak dapat dibaca", "cannot be read")


DATABASE_ERRORS: Final = (DBAPIError, NoSuchTableError, PoolTimeout, sqlite3.Error, psycopg.Error)
"""What reading the ledger may raise that says something about the database, not about us."""


def problem_response(
    code: str,
    status: int,
    title: str,
    messages: Messages,
    fields: tuple[InvalidField, ...] = (),
    headers: dict[str, str] | None = None,
    reason: str = "",
) -> Response:
    """A problem+json answer; `detail` is the English message, for tools that know only the RFC."""
    problem = Problem(
        f"urn:koperasi:problem:{code}", title, status, messages.en, code, messages, fields, reason
    )
    more = {"Cache-Control": "no-store", **({"Retry-After": "5"} if status == 503 else {}), **(headers or {})}
    return Response(msgspec.json.encode(problem), status, more, MEDIA_TYPE)


def problem_of(error: ProblemError) -> Response:
    """The answer for one of our errors."""
    return problem_response(error.code, error.status, error.title, error.messages, reason=error.reason)


def of_database(error: Exception) -> ProblemError:
    """Which of the two it is: locked, or not there."""
    text = str(getattr(error, "orig", error)).lower()
    busy = isinstance(error, PoolTimeout) or "locked" in text or "busy" in text
    return LedgerBusyError() if busy else LedgerUnavailableError()


def add_error_handlers(app: FastAPI) -> None:
    """Every error that is foreseen leaves as problem+json; `http.Guard` answers for the others."""

    @app.exception_handler(ProblemError)
    async def _ours(_request: Request, error: ProblemError) -> Response:
        return problem_of(error)

    @app.exception_handler(HTTPException)
    async def _http(_request: Request, error: HTTPException) -> Response:
        code, title, indonesian, english = _HTTP.get(error.status_code, _OTHER)
        headers = dict(error.headers or {})
        return problem_response(
            code, error.status_code, title, Messages(indonesian, english), headers=headers
        )

    @app.exception_handler(RequestValidationError)
    async def _invalid(_request: Request, error: RequestValidationError) -> Response:
        return invalid_input(_fields(error.errors()))

    @app.exception_handler(msgspec.MsgspecError)
    async def _unreadable(_request: Request, error: msgspec.MsgspecError) -> Response:
        found = _PLACE.search(str(error))
        messages = Messages(*_INVALID_OTHER)
        return invalid_input((InvalidField((found[1] or found[2]) if found else "body", messages),))

    async def _database(request: Request, error: Exception) -> Response:
        _log.warning("ledger_unavailable", path=request.url.path, error=type(error).__name__)
        return problem_of(of_database(error))

    for kind in DATABASE_ERRORS:
        app.add_exception_handler(kind, _database)


def invalid_input(fields: tuple[InvalidField, ...]) -> Response:
    """The answer to a request of which these fields cannot be read."""
    messages = Messages(
        f"Permintaan tidak dapat dibaca: {_listed(fields, 'id')}.",
        f"The request cannot be read: {_listed(fields, 'en')}.",
    )
    return problem_response("INVALID_INPUT", 422, "Invalid input", messages, fields)


def unforeseen() -> Response:
    """The answer when the mistake is ours."""
    code, title, indonesian, english = _INTERNAL
    return problem_response(code, 500, title, Messages(indonesian, english))


def _listed(fields: Sequence[InvalidField], language: str) -> str:
    return ", ".join(f"{item.field} {getattr(item.messages, language)}" for item in fields)


def _fields(errors: Sequence[Any]) -> tuple[InvalidField, ...]:
    def one(error: Any) -> InvalidField:
        indonesian, english = _INVALID.get(error["type"], _INVALID_OTHER)
        context = error.get("ctx", {})
        messages = Messages(indonesian.format(**context), english.format(**context))
        return InvalidField(next(str(part) for part in error["loc"][::-1] if isinstance(part, str)), messages)

    return tuple(map(one, errors))
