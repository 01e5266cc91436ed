"""The reports of the ledger as the bodies of the API."""

from collections.abc import Iterable, Mapping
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
from indexer.reports import entries as journal
from indexer.reports import passbook as passbooks
from indexer.reports import proofs
from indexer.reports.summary import summary as totals_of
from indexer.reports.trial_balance import trial_balance as balances_of
from rules.calendar import day_of_timestamp, day_text
from rules.receipts import ref_of
from rules.types import Channel, Receipt, SavingsKind, WibDay

_TO_A_MEMBER: Final[Mapping[int, Words]] = {
    LOANS: Words("Sisa pinjaman", "Loan outstanding"),
    LOAN_INTEREST: Words("Jasa pinjaman dibayar", "Loan interest paid"),
    INTEREST_TAX: Words("Pajak jasa dipotong", "Tax withheld"),
}
"""What accounts of the cooperative are to the member they concern."""
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
        _head_of(proofs.tree_head(books.connection, books.cooperative_id)),
        schemas.Block(books.head.block_number, books.head.block_hash.hex(), totals.head_time or 0),
        books.head.floor,
    )


def chart(_books: Books) -> schemas.Chart:
    """Every account of the house."""
    return schemas.Chart(
        [
            schemas.Account(
                code,
                Words(info.name, info.name_en),
                info.type.value,
                "DEBIT" if info.debit else "CREDIT",
            )
            for code, info in CHART.items()
        ]
    )


def entries(books: Books, wanted: EntryFilter) -> schemas.EntryPage:
    """A page of what matches, newest first."""
    if wanted.is_open:
        found = journal.entries(
            books.connection, before=wanted.before, limit=wanted.limit, cooperative_id=books.cooperative_id
        )
        last = found[-1].number if found else 0
        return schemas.EntryPage([_entry(each) for each in found], last if last > 1 else None)
    top = books.head.entries if wanted.before is None else min(wanted.before - 1, books.head.entries)
    numbers, searched_to = repository.matching(
        books.connection, books.cooperative_id, top, wanted.limit, (wanted.account, wanted.member, wanted.day)
    )
    found = tuple(journal.entry(books.connection, number, books.cooperative_id) for number in numbers)
    return schemas.EntryPage([_entry(each) for each in found], searched_to if searched_to > 1 else None)


def entries_after(books: Books, number: int, limit: int) -> Iterable[schemas.Entry]:
    """Entries numbered above `number`, oldest first."""
    return map(
        _entry,
        journal.entries_after(books.connection, number, limit=limit, cooperative_id=books.cooperative_id),
    )


def entry(books: Books, number: int) -> schemas.EntryWithProof:
    """An entry, with its proof if it is final. UnknownEntryError."""
    if number > books.head.entries:
        raise errors.UnknownEntryError(number, books.head.entries)
    if number > books.head.final_entries:
        return schemas.EntryWithProof(
            _entry(journal.entry(books.connection, number, books.cooperative_id)), None
        )
    proof = proofs.inclusion_proof(books.connection, number, books.cooperative_id)
    tree_head = schemas.TreeHead(proof.size, proof.root.hex())
    return schemas.EntryWithProof(
        _entry(proof.entry), schemas.InclusionProof(proof.index, _hex(proof.path), tree_head)
    )


def consistency(books: Books, old: int, new: int) -> schemas.ConsistencyProof:
    """Proof from `old` to `new` entries. SizeOrderError, NotFinalError."""
    if old > new:
        raise errors.SizeOrderError(old, new)
    if new > books.head.final_entries:
        raise errors.NotFinalError(new, books.head.final_entries)
    proof = proofs.consistency_proof(books.connection, old, new, books.cooperative_id)
    heads = (schemas.TreeHead(old, proof.old_root.hex()), schemas.TreeHead(new, proof.new_root.hex()))
    return schemas.ConsistencyProof(*heads, _hex(proof.path))


def trial_balance(books: Books, as_of: int | None) -> schemas.TrialBalance:
    """Balances at the end of `as_of`, a WIB day; by default of the last block's: no book date is after it."""
    if as_of is None:
        day = day_of_timestamp(
            repository.block_time(books.connection, books.cooperative_id, books.head.block_number)
        )
    else:
        day = WibDay(as_of)
    found = balances_of(books.connection, day, books.cooperative_id)
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


def _entry(found: journal.JournalEntry) -> schemas.Entry:
    return schemas.Entry(
        found.number,
        found.final,
        found.rule,
        Words(found.title, found.title_en),
        day_text(WibDay(found.book_day)),
        None if found.receipt is None else str(found.receipt),
        _reference(found.receipt),
        str(found.subject),
        schemas.Block(found.block_number, found.block_hash.hex(), found.block_time),
        found.tx_hash.hex(),
        found.log_index,
        found.prev_hash.hex(),
        found.hash.hex(),
        [
            schemas.Line(line.account, str(line.debit - line.credit), line.member, line.loan, line.channel)
            for line in found.lines
        ],
    )


def _movement(line: passbooks.PassbookLine) -> schemas.Movement:
    info = CHART[line.account]
    name = _TO_A_MEMBER.get(line.account) or Words(info.name, info.name_en)
    return schemas.Movement(
        line.entry,
        line.final,
        day_text(WibDay(line.book_day)),
        Words(line.title, line.title_en),
        _reference(line.receipt),
        line.account,
        name,
        line.loan,
        str(line.amount),
        str(line.balance),
    )


def _reference(receipt: int | None) -> str | None:
    """What is written on the paper; None where the number was hashed, or is of no series of ours."""
    try:
        return None if receipt is None else ref_of(Receipt(receipt))
    except ValueError:
        return None


def _head_of(found: proofs.TreeHead) -> schemas.TreeHead:
    return schemas.TreeHead(found.size, found.root.hex())


def _hex(path: Iterable[bytes]) -> list[str]:
    return [node.hex() for node in path]


def _kind(kind: SavingsKind) -> schemas.Kind:
    return cast("schemas.Kind", kind.name)


def _channel(channel: Channel) -> schemas.Channel:
    return cast("schemas.Channel", channel.name)
