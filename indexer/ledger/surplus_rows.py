"""Read models of the year's surplus: what was allocated, and which shares are paid."""

from collections.abc import Mapping
from typing import Any, Final

from indexer.chain import events as ev
from indexer.chain.events import Event, LogRef
from indexer.ledger import accounts
from indexer.ledger.loans import KnownLoans
from indexer.ledger.rule import CHANNEL, SAVINGS, Account, Make, Rows, json_text, place
from indexer.ledger.surplus_schema import share_payment, surplus_allocation


def _allocated(ref: LogRef, event: ev.SurplusAllocated, _known: KnownLoans) -> Rows:
    members = sum(pot.amount for pot in event.pots if pot.account == accounts.SHU_PAYABLE)
    told = (event.total, json_text(event.pots), members, event.shares_root, event.document, event.book_day)
    return ((surplus_allocation, (*place(ref), event.year, ref.address, *told)),)


def _paid(into: Account) -> Make:
    def rows(ref: LogRef, event: Any, _known: KnownLoans) -> Rows:
        account, _ = into.of(ref, event)
        row = (*place(ref), event.year, event.member, account, event.receipt, event.amount, event.book_day)
        return ((share_payment, row),)

    return rows


SURPLUS_ROWS: Final[Mapping[type[Event], Make]] = {
    ev.SurplusAllocated: _allocated,
    ev.SharePaid: _paid(SAVINGS),
    ev.SharePaidInCash: _paid(CHANNEL),
}
