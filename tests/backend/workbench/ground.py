"""An example's year in books with officers who sign, and a bank that writes statements of it."""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Final, NamedTuple

from eth_account import Account
from eth_account.signers.local import LocalAccount
from sqlalchemy import Connection, Engine

from backend.database import connect
from backend.documents.repository import KeyRepository
from backend.documents.sealing import SealedDocuments
from backend.documents.store import DocumentStore
from backend.workbench.consents import Act, Domain, Given
from backend.workbench.service import Workbench
from backend.workbench.statement import BankStatement, StatementLine
from indexer.chain import events as ev
from indexer.ledger.accounts import CHANNEL_ACCOUNTS
from indexer.ledger.database import open_engine
from indexer.ledger.journal import Ledger
from indexer.reports.movements import channel_movements
from indexer.reports.statements.amounts import BookAmounts
from indexer.reports.statements.structs import Span
from rules.bank_matching import Movement
from rules.calendar import date_of_day, parse_day, timestamp_of_day
from rules.types import Channel, MemberNumber, WibDay
from tests.indexer.reports.day_books_on_chain import OnChain

DOMAIN: Final = Domain(31337, "0x" + "a0" * 20)
FIRST: Final = parse_day("2025-01-01")
LAST: Final = parse_day("2025-12-31")
NOW: Final = timestamp_of_day(LAST) + 3_600
ACCOUNT: Final = "0123-01-004567-30-1"
OFFICES: Final = {"KETUA": 1, "SEKRETARIS": 2, "BENDAHARA": 3, "PENGAWAS": 4, "TELLER": 5}
KEYS: Final = {name: Account.from_key(number.to_bytes(32, "big")) for name, number in OFFICES.items()}
STRANGER: Final = Account.from_key(b"\x99" * 32)
LAPSED: Final = Account.from_key(b"\x98" * 32)
ENDED: Final = Account.from_key(b"\x97" * 32)
BOTH: Final = Account.from_key(b"\x96" * 32)
"""Another account of the person who is BENDAHARA, as PENGAWAS."""
PEOPLE: Final = OFFICES
"""Members of the example, by their numbers."""


def _address(key: LocalAccount) -> bytes:
    return bytes.fromhex(str(key.address)[2:])


def _grant(office: int, key: LocalAccount, holder: int, until: int = 2_000_000_000) -> tuple[str, ev.Event]:
    return "Authority", ev.OfficeGranted(office, _address(key), MemberNumber(holder), until)  # type: ignore[arg-type]


class Staffed(OnChain):
    """The example's day books, after officers were appointed."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.logs += [_grant(OFFICES[name], KEYS[name], PEOPLE[name]) for name in OFFICES]
        self.logs += [
            _grant(4, LAPSED, 950, timestamp_of_day(FIRST) + 86_400),
            _grant(4, ENDED, 951),
            ("Authority", ev.OfficeEnded(4, _address(ENDED), MemberNumber(951))),  # type: ignore[arg-type]
            _grant(4, BOTH, PEOPLE["BENDAHARA"]),
        ]


def book_year(name: str, url: str) -> None:
    """Write the books of an example's year."""
    engine = open_engine(url)
    Ledger(engine).append(Staffed(name).blocks(), floor=0)
    engine.dispose()


@dataclass(frozen=True)
class Office:
    """A workbench beside the books behind `books`."""

    bench: Workbench
    books: Connection

    @property
    def amounts(self) -> BookAmounts:
        return BookAmounts.on(self.books, LAST)

    def movements(self, first: WibDay = FIRST, last: WibDay = LAST) -> list[Movement]:
        return [each.movement for each in channel_movements(self.books, Channel.BANK, Span(first, last))]

    def balance(self, day: WibDay, channel: Channel = Channel.BANK) -> int:
        return self.amounts.balance(day, CHANNEL_ACCOUNTS[channel])

    def sign(self, act: Act, *names: str) -> list[Given]:
        return [act.by(KEYS[name], DOMAIN) for name in names]


def open_office(engine: Engine, books: Connection, folder: Path) -> Office:
    store = DocumentStore(folder / "documents", 10_000_000, frozenset())
    documents = SealedDocuments(store, KeyRepository(engine, 1))
    return Office(Workbench(engine, 1, DOMAIN, documents), books)


def office_in(folder: Path, books: Connection) -> Office:
    return open_office(connect(f"sqlite:///{folder / 'office.sqlite'}"), books, folder)


class Written(NamedTuple):
    """A line of the bank, and the movement it is of ('' for the bank's own)."""

    day: WibDay
    amount: int
    text: str
    of: str


def bank_of(movements: Iterable[Movement], random: Random) -> list[Written]:
    """What the bank wrote of movements: the same day, references spelled as banks do."""
    return [Written(each.day, each.amount, text_of(each, random), each.key) for each in movements]


def text_of(movement: Movement, random: Random) -> str:
    if movement.reference:
        spelled = movement.reference.replace("-", random.choice(("-", " ", "")))
        return random.choice(("TRSF E-BANKING {}", "SETORAN TUNAI {} CABANG", "{}")).format(spelled)
    return "GAJI POTONGAN" if movement.batch else random.choice(("PEMINDAHBUKUAN", "TRSF E-BANKING DB"))


def statement(
    lines: Iterable[Written], opening: int, first: WibDay = FIRST, last: WibDay = LAST
) -> BankStatement:
    """A statement of these lines."""
    ordered = sorted(lines, key=lambda line: line.day)
    kept = tuple(StatementLine(line.day, line.amount, line.text, at) for at, line in enumerate(ordered, 1))
    closing = opening + sum(line.amount for line in kept)
    return BankStatement(Channel.BANK, ACCOUNT, first, last, opening, closing, kept, "CSV")


def as_csv(told: BankStatement) -> bytes:
    """As a bank with debit and credit columns gives it out."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";")
    writer.writerow(["REKENING", told.account])
    writer.writerow(["Tanggal", "Uraian", "Referensi", "Debet", "Kredit", "Saldo"])
    writer.writerow(["SALDO AWAL", "", "", "", "", _figure(told.opening)])
    at = told.opening
    for line in told.lines:
        at += line.amount
        debit, credit = (_figure(-line.amount), "") if line.amount < 0 else ("", _figure(line.amount))
        date = date_of_day(line.day).strftime("%d/%m/%Y")
        writer.writerow([date, line.text, "", debit, credit, _figure(at)])
    writer.writerow(["SALDO AKHIR", "", "", "", "", _figure(at)])
    return out.getvalue().encode()


def as_mt940(told: BankStatement, page: int = 50) -> bytes:
    """The same as MT940, in pages."""
    rows: list[str] = []
    pages: Sequence[Sequence[StatementLine]] = [
        told.lines[at : at + page] for at in range(0, max(len(told.lines), 1), page)
    ]
    at, day = told.opening, told.from_day
    for number, lines in enumerate(pages, 1):
        begin = "60F" if number == 1 else "60M"
        rows += [":20:STMT", f":25:{told.account}", f":28C:1/{number}"]
        rows.append(f":{begin}:{_balance(at, day)}")
        for line in lines:
            at, day = at + line.amount, line.day
            mark = "C" if line.amount > 0 else "D"
            stamp = date_of_day(line.day).strftime("%y%m%d%m%d")
            rows.append(f":61:{stamp}{mark}{abs(line.amount)},00NTRFNONREF")
            rows += [f":86:{line.text[:60]}", *filter(None, [line.text[60:120]])]
        last = number == len(pages)
        rows += [f":{'62F' if last else '62M'}:{_balance(at, told.to_day if last else day)}", "-"]
    return ("\r\n".join(rows) + "\r\n").encode()


def _figure(amount: int) -> str:
    return f"{amount:,}".replace(",", ".") + ",00"


def _balance(amount: int, day: WibDay) -> str:
    stamp = date_of_day(day).strftime("%y%m%d")
    return f"{'C' if amount >= 0 else 'D'}{stamp}IDR{abs(amount)},00"


PROFILE: Final = f"""
name = "Bank uji"
account = "{ACCOUNT}"
delimiter = ";"
decimal = ","
date_format = "%d/%m/%Y"
skip = 1

[columns]
date = "Tanggal"
text = ["Uraian", "Referensi"]
debit = "Debet"
credit = "Kredit"
balance = "Saldo"

[balances]
opening = "SALDO AWAL"
closing = "SALDO AKHIR"
cell = 5
"""
