"""What a year's surplus posts: its allocation, and each member's share that is paid."""

from typing import Any, Final

from indexer.chain import events as ev
from indexer.chain.events import LogRef
from indexer.ledger import accounts
from indexer.ledger.errors import PostingError
from indexer.ledger.loans import KnownLoans
from indexer.ledger.rule import (
    AMOUNT,
    CHANNEL,
    CREDIT,
    DEBIT,
    SAVINGS,
    Account,
    Amount,
    Entry,
    Leg,
    Line,
    Rule,
    field,
    fixed,
)
from rules.receipts import share_receipt

_LAST_FUND: Final = 2399
"""Funds above 2310 are those that the cooperative's own chart names: the contract asked it."""
_OWED: Final = "The line of 2310 carries no member: the allocation owes it to all of them together."


def _allocation(ref: LogRef, event: ev.SurplusAllocated, _known: KnownLoans) -> tuple[Entry, ...]:
    lines: list[Line] = [(accounts.SURPLUS, event.total, None, None, None)]
    for pot in event.pots:
        if pot.account != accounts.RESERVES and not accounts.SHU_PAYABLE <= pot.account <= _LAST_FUND:
            raise PostingError(ref, f"the surplus goes to account {pot.account}, which is no pot")
        lines.append((pot.account, -pot.amount, None, None, None))
    if sum(line[1] for line in lines):
        raise PostingError(ref, "the pots of the surplus are not its total")
    receipt = share_receipt(event.year, 0)
    return (Entry("surplus-allocation", 0, event.book_day, receipt, tuple(lines)),)


def _share(name: str, paid: Account) -> Any:
    def post(ref: LogRef, event: Any, _known: KnownLoans) -> tuple[Entry, ...]:
        account, channel = paid.of(ref, event)
        member = None if channel else event.member
        lines: tuple[Line, ...] = (
            (accounts.SHU_PAYABLE, event.amount, None, None, None),
            (account, -event.amount, member, None, channel),
        )
        return (Entry(name, 0, event.book_day, event.receipt, lines),)

    return post


SURPLUS_RULES: Final = (
    Rule(
        "surplus-allocation",
        ev.SurplusAllocated,
        _allocation,
        (
            Leg(DEBIT, fixed(accounts.SURPLUS), field("total")),
            Leg(
                CREDIT,
                Account("`account` of each pot", lambda _ref, pot: (pot.account, None)),
                Amount("its `amount`", lambda pot: pot.amount),
            ),
        ),
        "Its receipt is series 6 with the year. No line carries a member.",
    ),
    Rule(
        "surplus-share",
        ev.SharePaid,
        _share("surplus-share", SAVINGS),
        (Leg(DEBIT, fixed(accounts.SHU_PAYABLE), AMOUNT), Leg(CREDIT, SAVINGS, AMOUNT)),
        _OWED,
    ),
    Rule(
        "surplus-share-cash",
        ev.SharePaidInCash,
        _share("surplus-share-cash", CHANNEL),
        (Leg(DEBIT, fixed(accounts.SHU_PAYABLE), AMOUNT), Leg(CREDIT, CHANNEL, AMOUNT)),
        _OWED,
    ),
)
