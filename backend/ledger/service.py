"""The reports of the ledger as the bodies of the API."""

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Final, NamedTuple, cast

from backend import errors
from backend.ledger import repository, schemas
from backend.ledger.reading import Books
from backend.ledger.schemas import Words
from indexer.ledger.accounts import (
    CHANNEL_ACCOUNTS,
    CHART,
    INTEREST_TAX,
    KIND_ACCOUNTS,
    LOAN_INTEREST,
    LOANS,
)
from indexer.ledger.schema import unsigned
from indexer.ledger.titles import TITLES
from indexer.reports import passbook as passbooks
from indexer.reports import trial_balance as balances
from indexer.reports.closes import corrections_of
from indexer.reports.entries import reference
from indexer.reports.prepared import Row
from indexer.reports.proofs import books_root
from indexer.reports.statements.chart import ChartError, FindChart, chart_on
from indexer.reports.summary import summary as totals_of
from rules.calendar import day_of_timestamp, day_text
from rules.types import Channel, SavingsKind, WibDay

_TO_A_MEMBER: Final[Mapping[int, Words]] = {
    LOANS: Words("Sisa pinjaman", "Loan outstanding"),
    LOAN_INTEREST: Words("Jasa pinjaman dibayar", "Loan interest paid"),
    INTEREST_TAX: Words("Pajak jasa dipotong", "Tax withheld"),
}
"""What accounts of the cooperative are to the member they concern."""
_titles: Final = {rule: Words(*titles) for rule, titles in TITLES.items()}
_day_text: Final = lru_cache(maxsize=4096)(day_text)
PASSBOOK_MOVEMENTS: Final = 1000
"""The most of a passbook that is told at once."""


class EntryFilter(NamedTuple):
    """Which entries are wanted; None leaves a column open."""

    account: int | None
    member: int | None
    day: int | None
    before: int | None
    limit: int

    @property
    def is_open(self) -> bool:
        """Whether every entry matches."""
        return self.account is None and self.member is None and self.day is None


def summary(books: Books) -> schemas.Summary:
    """Where the books stand."""
    totals = totals_of(books.connection, books.cooperative_id)
    counts = totals.members
    savings = zip(SavingsKind, (totals.pokok, totals.wajib, totals.sukarela, totals.payable), strict=True)
    cash = zip(Channel, (totals.kas, totals.bank, totals.stablecoin), strict=True)
    return schemas.Summary(
        books.cooperative_id,
        schemas.MemberCounts(counts.registered, counts.active, counts.suspended, counts.left),
        [schemas.SavingsTotal(_kind(kind), KIND_ACCOUNTS[kind], str(amount)) for kind, amount in savings],
        schemas.LoanTotals(totals.loans_running, str(totals.loans_outstanding)),
        [
            schemas.CashTotal(_channel(channel), CHANNEL_ACCOUNTS[channel], str(amount))
            for channel, amount in cash
        ],
        schemas.EntryCounts(books.head.entries, books.head.final_entries),
        schemas.TreeHead(books.head.final_entries, books.tree().root(books.head.final_entries).hex()),
        schemas.Block(books.head.block_number, books.head.block_hash.hex(), totals.head_time or 0),
        books.head.floor,
    )


def chart(books: Books, find: FindChart) -> schemas.Chart:
    """Every account of the chart in force on the last block's day. ChartUnreadableError."""
    try:
        found = chart_on(books.connection, day_asked(books, None), books.cooperative_id, find)
    except ChartError as error:
        raise errors.ChartUnreadableError(error.indonesian, error.english) from None
    accounts = sorted(found.accounts.items())
    return schemas.Chart(
        [
            schemas.Account(
                code,
                Words(account.label.id, account.label.en),
                account.type.value,
                "DEBIT" if account.debit else "CREDIT",
            )
            for code, account in accounts
        ]
    )


def entries(books: Books, wanted: EntryFilter) -> schemas.EntryPage:
    """A page of what matches, newest first."""
    top = books.head.entries if wanted.before is None else min(wanted.before - 1, books.head.entries)
    if wanted.is_open:
        first = max(1, top - wanted.limit + 1)
        found = list(entries_between(books, first, top))[::-1]
        return schemas.EntryPage(found, first if first > 1 else None)
    columns = (wanted.account, wanted.member, wanted.day)
    numbers, searched_to = repository.matching(books, top, wanted.limit, columns)
    found = [_entry(books, row, lines) for row, lines in repository.some_entries(books, numbers)]
    return schemas.EntryPage(found, searched_to if searched_to > 1 else None)


def entries_between(books: Books, first: int, last: int) -> Iterator[schemas.Entry]:
    """Entries from number `first` to `last`, oldest first."""
    return (_entry(books, row, lines) for row, lines in repository.entries(books, first, last))


def entry(books: Books, number: int) -> schemas.EntryWithProof:
    """An entry, with its proof if it is final. UnknownEntryError."""
    if number > books.head.entries:
        raise errors.UnknownEntryError(number, books.head.entries)
    found = _entry(books, *repository.entry(books, number))
    corrections = _corrections(books, found)
    if not found.final:
        return schemas.EntryWithProof(found, None, *corrections)
    tree, size = books.tree(), books.head.final_entries
    path = [node.hex() for node in tree.inclusion(number - 1, size)]
    proof = schemas.InclusionProof(number - 1, path, schemas.TreeHead(size, tree.root(size).hex()))
    return schemas.EntryWithProof(found, proof, *corrections)


def _corrections(books: Books, entry: schemas.Entry) -> tuple[str | None, list[str]]:
    """Receipts of the paper that the entry's corrects, and of those that correct it."""
    if entry.receipt is None:
        return None, []
    found = corrections_of(books.connection, int(entry.receipt), books.cooperative_id)
    corrects = None if found.corrects is None else str(found.corrects)
    return corrects, [str(each) for each in found.corrected_by]


def consistency(books: Books, old: int, new: int) -> schemas.ConsistencyProof:
    """Proof from `old` to `new` entries. SizeOrderError, NotFinalError."""
    if old > new:
        raise errors.SizeOrderError(old, new)
    if new > books.head.final_entries:
        raise errors.NotFinalError(new, books.head.final_entries)
    tree = books.tree()
    before, after = (schemas.TreeHead(size, tree.root(size).hex()) for size in (old, new))
    return schemas.ConsistencyProof(before, after, [node.hex() for node in tree.consistency(old, new)])


def check_tree_head(books: Books, size: int, root: str) -> schemas.TreeHeadCheck:
    """Whether `root` (hex) is that of the first `size` entries, and the way from it to the tree head now."""
    final_size, tree = books.head.final_entries, books.tree()
    head = schemas.TreeHead(final_size, tree.root(final_size).hex())
    if size > books.head.entries:
        return schemas.TreeHeadCheck(size, root, "not-yet", False, head, [])
    final = size <= final_size
    ours = tree.root(size) if final else books_root(books.connection, size, books.cooperative_id)
    if ours.hex() != root:
        return schemas.TreeHeadCheck(size, root, "differs", final, head, [])
    path = tree.consistency(size, final_size) if final else []
    return schemas.TreeHeadCheck(size, root, "matches", final, head, [node.hex() for node in path])


def trial_balance(books: Books, find: FindChart, as_of: int | None) -> schemas.TrialBalance:
    """Balances at the end of `as_of`, a WIB day; by default of the last block's: no book date is after it.
    ChartUnreadableError."""
    day = day_asked(books, as_of)
    found = balances_under(books, find, day)
    rows = [
        schemas.TrialBalanceRow(
            row.account,
            Words(row.name, row.name_en),
            cast("schemas.AccountType", row.type),
            str(row.debit),
            str(row.credit),
        )
        for row in found.rows
    ]
    return schemas.TrialBalance(day_text(day), rows, str(found.debit), str(found.credit))


def balances_under(books: Books, find: FindChart, day: WibDay) -> balances.TrialBalance:
    """The trial balance at the end of `day` under its chart. ChartUnreadableError."""
    try:
        return balances.trial_balance(books.connection, day, books.cooperative_id, find)
    except ChartError as error:
        raise errors.ChartUnreadableError(error.indonesian, error.english) from None


def day_asked(books: Books, as_of: int | None) -> WibDay:
    """`as_of`, or the day of the last block in the books."""
    if as_of is not None:
        return WibDay(as_of)
    return day_of_timestamp(repository.block_time(books, books.head.block_number))


def passbook(books: Books, number: int, limit: int) -> schemas.Passbook:
    """A member's savings and loans, the newest `limit` movements first. UnknownMemberError."""
    try:
        found = passbooks.passbook(
            books.connection, number, last=limit + 1, cooperative_id=books.cooperative_id
        )
    except passbooks.UnknownMemberError:
        raise errors.UnknownMemberError(number) from None
    held = zip(SavingsKind, (found.pokok, found.wajib, found.sukarela, found.payable), strict=True)
    newest = found.lines[::-1]
    return schemas.Passbook(
        number,
        [schemas.SavingsBalance(_kind(kind), str(amount)) for kind, amount in held],
        str(found.loans_outstanding),
        [_movement(line) for line in newest[:limit]],
        len(newest) > limit,
    )


def _entry(books: Books, row: Row, lines: Sequence[Row]) -> schemas.Entry:
    number, rule, book_day, receipt, subject, block, block_hash, time, transaction, log, previous, own = row
    paper = None if receipt is None else unsigned(receipt)
    return schemas.Entry(
        number,
        number <= books.head.final_entries,
        rule,
        _titles[rule],
        _day_text(WibDay(book_day)),
        None if paper is None else str(paper),
        reference(paper),
        str(unsigned(subject)),
        schemas.Block(block, block_hash.hex(), time),
        transaction.hex(),
        log,
        previous.hex(),
        own.hex(),
        [
            schemas.Line(account, str(amount), member, loan, channel)
            for _, account, amount, member, loan, channel in lines
        ],
    )


def _movement(line: passbooks.PassbookLine) -> schemas.Movement:
    info = CHART[line.account]
    name = _TO_A_MEMBER.get(line.account) or Words(info.name, info.name_en)
    return schemas.Movement(
        line.entry,
        line.final,
        _day_text(WibDay(line.book_day)),
        Words(line.title, line.title_en),
        reference(line.receipt),
        line.account,
        name,
        line.loan,
        str(line.amount),
        str(line.balance),
    )


def _kind(kind: SavingsKind) -> schemas.Kind:
    return cast("schemas.Kind", kind.name)


def _channel(channel: Channel) -> schemas.Channel:
    return cast("schemas.Channel", channel.name)
