"""MT940 bank statements, read by the library mt-940; what it does not check is checked here.

The library reads a file that is cut short without a word and keeps the last of two equal tags, so tags are
counted in the text itself. It logs what it cannot read; a statement's text is personal data, so what it logs
goes nowhere, and its errors are not repeated.
"""

import io
import logging
import re
from typing import Any, Final

import mt940

from backend.workbench.amounts import AmountError, rupiah_of_decimal
from backend.workbench.errors import StatementRefusedError
from backend.workbench.statement import TEXT_MOST, BankStatement, StatementLine, checked
from rules.calendar import day_of_date
from rules.types import Channel, WibDay

FORM: Final = "MT940"
_LOGGER: Final = logging.getLogger("mt940")
_LOGGER.setLevel(logging.CRITICAL + 1)
_OPENING: Final = ("final_opening_balance", "intermediate_opening_balance")
_CLOSING: Final = ("final_closing_balance", "intermediate_closing_balance")


def read_mt940(content: bytes, channel: Channel) -> BankStatement:
    """The statement in a file of one account, its pages put together. StatementRefusedError."""
    text = _text(content)
    blocks = _blocks(text)
    lines: list[StatementLine] = []
    opening = closing = None
    accounts = set()
    for block in blocks:
        begin, end = _balance(block.data, _OPENING), _balance(block.data, _CLOSING)
        if closing is not None and begin[1] != closing[1]:
            raise _refused(
                f"halaman dimulai dengan saldo {begin[1]}, yang sebelumnya berakhir dengan {closing[1]}",
                f"a page begins with the balance {begin[1]}, the one before ends with {closing[1]}",
            )
        opening, closing = opening or begin, end
        accounts.add(str(block.data.get("account_identification", "")).strip())
        lines += [_line(each.data, len(lines) + at) for at, each in enumerate(block.transactions, 1)]
    ends = blocks[0].data.get(_OPENING[0]), blocks[-1].data.get(_CLOSING[0])
    if opening is None or closing is None or None in ends or len(accounts) != 1:
        raise _refused(
            "harus memuat satu rekening, dari :60F: sampai :62F:",
            "must hold one account, from :60F: to :62F:",
        )
    first = min([closing[0], *(line.day for line in lines)]) if lines else closing[0]
    account = accounts.pop()
    return checked(
        BankStatement(channel, account, first, closing[0], opening[1], closing[1], tuple(lines), FORM)
    )


def _text(content: bytes) -> str:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    if "\0" in text or "\ufffd" in text:
        raise _refused("bukan teks", "is no text")
    return text.replace("\r\n", "\n")


def _blocks(text: str) -> list[Any]:
    """The statements of the file, each with one opening and one closing balance and all of its lines."""
    tags = {
        tag: len(re.findall(rf"^:{tag}:", text, re.MULTILINE))
        for tag in ("20", "25", "60[FM]", "61", "62[FM]")
    }
    try:
        blocks = mt940.parse_statements(io.StringIO(text), options=mt940.Options.all())
    except Exception:  # whatever the library raises holds the statement's own text
        raise _refused("tidak dapat dibaca sebagai MT940", "cannot be read as MT940") from None
    pages = {tags["20"], tags["25"], tags["60[FM]"], tags["62[FM]"], len(blocks)}
    if pages != {len(blocks)} or not blocks:
        raise _refused(
            "tiap halaman harus punya satu :20:, :25:, :60: dan :62:; berkas terpotong atau bukan MT940",
            "each page must have one :20:, :25:, :60: and :62:; the file is cut short or no MT940",
        )
    found = sum(len([each for each in block.transactions if "amount" in each.data]) for block in blocks)
    if found != tags["61"] or found != sum(len(block.transactions) for block in blocks):
        raise _refused(
            f"memuat {tags['61']} baris :61:, terbaca {found}",
            f"has {tags['61']} lines :61:, {found} were read",
        )
    return blocks


def _balance(data: dict[str, Any], names: tuple[str, ...]) -> tuple[WibDay, int]:
    held = [data[name] for name in names if name in data]
    if len(held) != 1 or held[0].amount.currency != "IDR":
        raise _refused("saldo harus dalam IDR", "balances must be in IDR")
    return day_of_date(held[0].date), _rupiah(held[0].amount.amount, "saldo", "balance")


def _line(data: dict[str, Any], row: int) -> StatementLine:
    amount = _rupiah(data["amount"].amount, f"baris {row}", f"line {row}")
    told = (
        data.get(name)
        for name in ("transaction_details", "customer_reference", "bank_reference", "extra_details")
    )
    text = " ".join(" ".join(filter(None, told)).split())
    return StatementLine(day_of_date(data.get("entry_date") or data["date"]), amount, text[:TEXT_MOST], row)


def _rupiah(amount: Any, indonesian: str, english: str) -> int:
    try:
        return rupiah_of_decimal(amount)
    except AmountError as error:
        raise _refused(f"{indonesian}: {error.indonesian}", f"{english}: {error.english}") from error


def _refused(indonesian: str, english: str) -> StatementRefusedError:
    return StatementRefusedError(
        f"MT940: {indonesian}. Tidak ada yang disimpan.", f"MT940: {english}. Nothing was kept."
    )
