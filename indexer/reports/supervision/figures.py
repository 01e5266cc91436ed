"""The figures that ratios are made of, each with the accounts behind it."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final, NamedTuple

import msgspec

from indexer.ledger.accounts import LOANS
from indexer.reports.statements.amounts import BookAmounts
from indexer.reports.statements.layout import Layout, layouts
from indexer.reports.statements.loan_notes import GRADES, ClassSums, class_sums, running_loans
from indexer.reports.statements.periods import earlier, year_to
from indexer.reports.statements.position import EARLIER, OF_THE_YEAR
from indexer.reports.statements.structs import Words
from rules.ratios import part_of
from rules.types import BPS, Collectibility, WibDay

ALL: Final = "ALL"
_YEAR: Final = 12
_TERM: Final = re.compile(r"([+-]?)(?:(\d{1,3})%)?([a-z-]+):(\w+)")
STATEMENT_OF: Final[Mapping[str, str]] = {
    "position": "position",
    "year-ago": "position",
    "surplus": "surplus",
}
"""The statement whose lines a source's keys are."""
_OF_CLASSES: Final = ("loans", "provision")
_YEAR_AGO: Final = Words(" setahun sebelumnya", " a year before")


class TermError(ValueError):
    """A figure that nothing gives."""

    def __init__(self, text: str, indonesian: str, english: str) -> None:
        self.indonesian = f"{text!r}: {indonesian}"
        self.english = f"{text!r}: {english}"
        super().__init__(f"{self.indonesian} / {self.english}")


class Figure(NamedTuple):
    """A figure in a ratio, times `share_bps` (negative where it is taken away)."""

    source: str
    key: str
    share_bps: int = BPS


class AccountAmount(msgspec.Struct, frozen=True):
    """An account's part of a figure, in rupiah on the side of the figure."""

    account: int
    label: Words
    amount: int


class Part(msgspec.Struct, frozen=True):
    """A figure of the books: `amount` in rupiah is `share_bps` of `balance`, `accounts` make the balance;
    `loans` is how many loans a class has."""

    source: str
    key: str
    label: Words
    share_bps: int
    balance: int
    amount: int
    accounts: tuple[AccountAmount, ...]
    loans: int | None = None


class Side(msgspec.Struct, frozen=True):
    """Numerator or denominator: rupiah, and what they are made of."""

    amount: int
    parts: tuple[Part, ...]


def read_figures(text: str) -> tuple[Figure, ...]:
    """Figures as a file writes them, by spaces: `position:Equity -50%loans:MACET`. TermError."""
    figures = tuple(_figure(each) for each in text.split())
    if not figures:
        raise TermError(text, "sebutkan paling sedikit satu angka.", "name at least one figure.")
    return figures


def _figure(text: str) -> Figure:
    match = _TERM.fullmatch(text)
    if match is None:
        raise TermError(
            text,
            "tulis [-][NN%]sumber:kunci, misalnya position:Equity.",
            "write [-][NN%]source:key, as position:Equity.",
        )
    sign, percent, source, key = match.groups()
    share = int(percent or 100) * (BPS // 100) * (-1 if sign == "-" else 1)
    if source in STATEMENT_OF:
        known = key in layouts()[STATEMENT_OF[source]]
    elif source in _OF_CLASSES:
        known = key == ALL or key in Collectibility.__members__
    else:
        known = source == "account" and key.isdigit()
    if not known:
        sources = ", ".join((*STATEMENT_OF, *_OF_CLASSES, "account"))
        raise TermError(
            text,
            f"tidak ada baris, kelas, atau akun itu. Sumber: {sources}.",
            f"there is no such line, class or account. Sources: {sources}.",
        )
    if abs(share) > BPS:
        raise TermError(text, "bagian paling banyak 100%.", "a share is at most 100%.")
    return Figure(source, key, share)


@dataclass(frozen=True)
class FiguresOn:
    """The figures at the end of a day: balances, the surplus of the book year so far, loans by class."""

    books: BookAmounts
    day: WibDay

    def side(self, figures: tuple[Figure, ...]) -> Side:
        """The sum of figures."""
        parts = tuple(self.part(each) for each in figures)
        return Side(sum(part.amount for part in parts), parts)

    def part(self, figure: Figure) -> Part:
        """A figure, with what it is made of."""
        source, key, share = figure
        if source in _OF_CLASSES:
            return self._of_class(figure)
        if source == "account":
            own = self._account(int(key))
            accounts: tuple[AccountAmount, ...] = (own,)
            label = own.label
        else:
            layout = layouts()[STATEMENT_OF[source]]
            label = _told(layout[key].label, source)
            accounts = tuple(self._under(source, key))
        balance = sum(each.amount for each in accounts)
        return Part(source, key, label, share, balance, part_of(balance, share), accounts)

    @cached_property
    def classes(self) -> Mapping[Collectibility, ClassSums]:
        """Running loans by collectibility."""
        return class_sums(self.books, running_loans(self.books, self.day), self.day)

    @cached_property
    def _lines(self) -> dict[str, dict[str, dict[int, int]]]:
        year_ago = earlier(year_to(self.day), _YEAR).to_day
        return {
            "position": _balances(self.books, self.day),
            "year-ago": _balances(self.books, year_ago),
            "surplus": _earned(self.books, self.day),
        }

    def _under(self, source: str, element: str) -> Iterator[AccountAmount]:
        """Each account of the lines that an element is made of, once."""
        sums: dict[int, int] = {}
        for leaf, sign in leaves_of(layouts()[STATEMENT_OF[source]], element):
            for code, amount in self._lines[source].get(leaf, {}).items():
                sums[code] = sums.get(code, 0) + sign * amount
        for code, amount in sorted(sums.items()):
            if amount:
                yield AccountAmount(code, self.books.chart.of(code).label, amount)

    def _account(self, code: int) -> AccountAmount:
        account = self.books.chart.of(code)
        in_year = self._moved_in_year.get(code, 0)
        net = in_year if account.earns else self.books.balance(self.day, code)
        return AccountAmount(code, account.label, net if account.debit else -net)

    @cached_property
    def _moved_in_year(self) -> dict[int, int]:
        return {code: sides.net for code, sides in self.books.moved(year_to(self.day)).items()}

    def _of_class(self, figure: Figure) -> Part:
        source, key, share = figure
        grades = list(Collectibility) if key == ALL else [Collectibility[key]]
        held = [self.classes[grade] for grade in grades]
        label = Words("Semua kelas", "All classes") if key == ALL else GRADES[grades[0]]
        accounts: tuple[AccountAmount, ...] = ()
        if source == "loans":
            balance = sum(each.outstanding for each in held)
            accounts = (AccountAmount(int(LOANS), self.books.chart.of(LOANS).label, balance),)
        else:
            balance = sum(each.provision for each in held)
            label = Words(f"Penyisihan wajib: {label.id}", f"Provision asked for: {label.en}")
        count = sum(each.loans for each in held)
        return Part(source, key, label, share, balance, part_of(balance, share), accounts, count)


def leaves_of(layout: Layout, element: str, sign: int = 1) -> Iterator[tuple[str, int]]:
    """The lines that a line, section or result is made of, each with its sign."""
    line = layout[element]
    if line.kind == "result":
        for term in line.terms:
            yield from leaves_of(layout, term.element, sign * term.sign)
    elif line.kind == "section":
        for child in layout.values():
            if child.parent == element:
                yield from leaves_of(layout, child.element, sign)
    else:
        yield element, sign


_ByLine = dict[str, dict[int, int]]
"""Rupiah by line and account, on the side where the line stands."""


def _balances(books: BookAmounts, day: WibDay) -> _ByLine:
    """As `position_amounts`, by account: the surplus that no close has brought to 3900 is equity."""
    layout = layouts()["position"]
    found: _ByLine = {OF_THE_YEAR: {}, EARLIER: {}}
    this_year = {code: -sides.net for code, sides in books.moved(year_to(day)).items()}
    for code, sides in books.turnovers(day).items():
        account = books.chart.of(code)
        if account.earns:
            found[OF_THE_YEAR][code] = this_year.get(code, 0)
            found[EARLIER][code] = -sides.net - this_year.get(code, 0)
        else:
            net = sides.net if layout[account.line].debit else -sides.net
            found.setdefault(account.line, {})[code] = net
    return found


def _earned(books: BookAmounts, day: WibDay) -> _ByLine:
    """As `surplus_amounts` of the book year so far, by account."""
    layout = layouts()["surplus"]
    found: _ByLine = {}
    for code, sides in books.moved(year_to(day)).items():
        account = books.chart.of(code)
        if account.earns:
            net = sides.net if layout[account.line].debit else -sides.net
            found.setdefault(account.line, {})[code] = net
    return found


def _told(label: Words, source: str) -> Words:
    if source != "year-ago":
        return label
    return Words(label.id + _YEAR_AGO.id, label.en + _YEAR_AGO.en)
