"""What became of the rows of the day books, in the office database."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from hashlib import sha256
from typing import Any, Final

from sqlalchemy import Engine, bindparam, case, delete, insert, select
from sqlalchemy.exc import DBAPIError

from backend.office.daybooks import BookRow, Joining
from backend.schema import OFFICE_ROW

ACCEPTED: Final = "ACCEPTED"
REFUSED: Final = "REFUSED"
WAITING: Final = "WAITING"
REASON_LENGTH: Final = 400


@dataclass(frozen=True, slots=True)
class RowRecord:
    """A row's fate; `content` tells whether the row still reads as it did."""

    content: str
    status: str
    reason: str | None


@dataclass(frozen=True, slots=True)
class Reject:
    """A refused row, as `expected/rejects.csv` lists it."""

    source: str
    ref: str
    reason: str


class OfficeDatabaseError(RuntimeError):
    """The office database did not take or give rows: locked, full, or gone."""

    def __init__(self, error: Exception) -> None:
        reason = str(error).splitlines()[0]
        super().__init__(
            f"Basis data kantor tidak dapat dipakai ({reason}). Periksa ruang disk dan program lain yang "
            "memakainya, lalu jalankan lagi; yang sudah di rantai tidak dikirim dua kali. / "
            f"The office database cannot be used ({reason}). Check disk space and other programs that use "
            "it, then run again; what is on the chain is not sent twice."
        )


_KEY: Final = ("cooperative_id", "source", "ref")
_FORGET: Final = delete(OFFICE_ROW).where(
    *(OFFICE_ROW.c[name] == bindparam(f"known_{name}") for name in _KEY)
)


@contextmanager
def _in_words() -> Iterator[None]:
    try:
        yield
    except DBAPIError as error:
        raise OfficeDatabaseError(error) from error


class OfficeRepository:
    """Rows of one cooperative. Every method raises OfficeDatabaseError if the database cannot be used."""

    def __init__(self, engine: Engine, cooperative_id: int) -> None:
        self._engine = engine
        self._cooperative_id = cooperative_id

    def records(self) -> dict[tuple[str, str], RowRecord]:
        """All rows known, by source and ref."""
        table = OFFICE_ROW.c
        query = select(table.source, table.ref, table.content, table.status, table.reason).where(
            table.cooperative_id == self._cooperative_id
        )
        with _in_words(), self._engine.connect() as connection:
            return {(row[0], row[1]): RowRecord(row[2], row[3], row[4]) for row in connection.execute(query)}

    def save(self, fates: Iterable[tuple[BookRow, str, str | None, str | None]]) -> None:
        """Keep rows' fates (row, status, reason, transaction hash), all or none.

        A known row is replaced; of two fates of one row the last stays.
        """
        by_ref = {(fate[0].source, fate[0].ref): self._values(*fate) for fate in fates}
        rows = list(by_ref.values())
        if not rows:
            return
        with _in_words(), self._engine.begin() as connection:
            connection.execute(_FORGET, [{f"known_{name}": row[name] for name in _KEY} for row in rows])
            connection.execute(insert(OFFICE_ROW), rows)

    def rejects(self) -> list[Reject]:
        """Refused rows: slips in order, then payroll by month and row, then the other files."""
        table = OFFICE_ROW.c
        rank = case((table.source == "teller.csv", 0), (table.source.like("payroll/%"), 1), else_=2)
        query = (
            select(table.source, table.ref, table.reason)
            .where(table.cooperative_id == self._cooperative_id, table.status == REFUSED)
            .order_by(rank, table.source, table.position, table.ref)
        )
        with _in_words(), self._engine.connect() as connection:
            return [Reject(*row) for row in connection.execute(query)]

    def counts(self) -> Mapping[str, int]:
        """How many rows, members' registrations apart, have each status."""
        totals = dict.fromkeys((ACCEPTED, REFUSED, WAITING), 0)
        for (source, _), record in self.records().items():
            if source != "members.csv":
                totals[record.status] += 1
        return totals

    def _values(
        self, row: BookRow, status: str, reason: str | None, transaction: str | None
    ) -> dict[str, Any]:
        return {
            "cooperative_id": self._cooperative_id,
            "source": row.source,
            "ref": row.ref,
            "position": row.position,
            "book_day": row.day,
            "content": content_of(row),
            "status": status,
            "reason": reason[:REASON_LENGTH] if reason else None,
            "receipt": 0 if isinstance(row, Joining) else row.receipt,
            "transaction_hash": transaction,
        }


def content_of(row: BookRow) -> str:
    """A hash of the row as read (no personal data is in it)."""
    fields = asdict(row)
    del fields["position"]
    return sha256(repr(sorted(fields.items())).encode()).hexdigest()
