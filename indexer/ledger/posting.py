"""Posting rules: functions from an event, and from what is known of loans before it, to journal entries.
`RULES` is the table of docs/posting.md.
"""

from collections.abc import Mapping
from typing import Final, NamedTuple

from indexer.chain import events as ev
from indexer.chain.events import Event, LogRef
from indexer.ledger import accounts
from indexer.ledger.accounts import CHANNEL_ACCOUNTS
from indexer.ledger.errors import PostingError
from indexer.ledger.loan_rules import LOAN_RULES
from indexer.ledger.loans import KnownLoans
from indexer.ledger.opening import opening
from indexer.ledger.rule import (
    AMOUNT,
    CHANNEL,
    CREDIT,
    DEBIT,
    SAVINGS,
    TOKEN,
    Amount,
    Entry,
    Leg,
    Line,
    Rule,
    channel_account,
    field,
    fixed,
    simple,
)
from indexer.ledger.savings_interest import credited
from indexer.ledger.surplus_rules import SURPLUS_RULES
from indexer.ledger.year_end import year_closing
from rules.receipts import Series
from rules.types import MAX_RUPIAH

_U64: Final = (1 << 64) - 1


class _PayrollRow(NamedTuple):
    member: int
    wajib: int
    sukarela: int
    number: int

    @classmethod
    def of(cls, word: int) -> "_PayrollRow":
        """member 32 | wajib 56 | sukarela 56 | loan 32 | angsuran 56 | row 24 bits."""
        low = (1 << 56) - 1
        return cls(word >> 224, word >> 168 & low, word >> 112 & low, word & 0xFFFFFF)


def _payroll(ref: LogRef, event: ev.PayrollPosted, _known: KnownLoans) -> tuple[Entry, ...]:
    cash, channel = CHANNEL.of(ref, event)
    day = event.book_day
    papers = Series.PAYROLL << 56 | event.period << 32
    entries = []
    for member, wajib, sukarela, number in map(_PayrollRow.of, event.rows):
        lines: list[Line] = [(cash, wajib + sukarela, None, None, channel)] if wajib + sukarela else []
        if wajib:
            lines.append((accounts.WAJIB, -wajib, member, None, None))
        if sukarela:
            lines.append((accounts.SUKARELA, -sukarela, member, None, None))
        if lines:
            entries.append(Entry("payroll", papers | number, day, papers | number, tuple(lines)))
    return tuple(entries)


def _journal(ref: LogRef, event: ev.JournalPosted, _known: KnownLoans) -> tuple[Entry, ...]:
    """A line is account 16 | side 8 | channel 8 | amount 64 bits."""
    lines: list[Line] = []
    for number, word in enumerate(event.lines, 1):
        account, side, channel, amount = word >> 80, word >> 72 & 255, word >> 64 & 255, word & _U64
        if account > 0xFFFF or side > 1 or not 0 < amount <= MAX_RUPIAH:
            raise PostingError(ref, f"line {number} of the journal is malformed: {word:#066x}")
        if channel and CHANNEL_ACCOUNTS.get(channel) != account:
            raise PostingError(ref, f"line {number} of the journal books channel {channel} to {account}")
        lines.append((account, amount if side == 0 else -amount, None, None, channel or None))
    if sum(line[1] for line in lines) or len(lines) < 2:
        raise PostingError(ref, "the journal does not balance")
    return (Entry("journal", 0, event.book_day, event.receipt, tuple(lines)),)


_EXIT_TOTAL: Final = Amount(
    "`pokok + wajib + sukarela`", lambda event: event.pokok + event.wajib + event.sukarela
)
_SAVED: Final = Amount("`wajib + sukarela` of the row", lambda row: row.wajib + row.sukarela)

RULES: Final = (
    simple(
        "deposit",
        ev.Deposited,
        Leg(DEBIT, CHANNEL, AMOUNT),
        Leg(CREDIT, SAVINGS, AMOUNT),
    ),
    simple(
        "withdrawal",
        ev.Withdrawn,
        Leg(DEBIT, SAVINGS, AMOUNT),
        Leg(CREDIT, CHANNEL, AMOUNT),
    ),
    simple(
        "storno",
        ev.DepositReversed,
        Leg(DEBIT, SAVINGS, AMOUNT),
        Leg(CREDIT, CHANNEL, AMOUNT),
    ),
    simple(
        "cash-move",
        ev.CashMoved,
        Leg(DEBIT, channel_account("to_channel"), AMOUNT),
        Leg(CREDIT, channel_account("from_channel"), AMOUNT),
    ),
    Rule(
        "payroll",
        ev.PayrollPosted,
        _payroll,
        (
            Leg(DEBIT, CHANNEL, _SAVED),
            Leg(CREDIT, fixed(accounts.WAJIB), Amount("`wajib` of the row", lambda row: row.wajib)),
            Leg(CREDIT, fixed(accounts.SUKARELA), Amount("`sukarela` of the row", lambda row: row.sukarela)),
        ),
        "One entry a row, its subject and receipt are the row's receipt number. A row with nothing but an "
        "instalment gives none: instalments have LoanPaid.",
    ),
    *LOAN_RULES,
    credited("interest"),
    simple(
        "exit",
        ev.MemberExited,
        Leg(DEBIT, fixed(accounts.POKOK), field("pokok")),
        Leg(DEBIT, fixed(accounts.WAJIB), field("wajib")),
        Leg(DEBIT, fixed(accounts.SUKARELA), field("sukarela")),
        Leg(CREDIT, fixed(accounts.PAYABLE), _EXIT_TOTAL),
    ),
    *SURPLUS_RULES,
    simple(
        "lien-claim",
        ev.LienClaimed,
        Leg(DEBIT, TOKEN, AMOUNT),
        Leg(CREDIT, fixed(accounts.CLEARING), AMOUNT),
    ),
    simple(
        "standing-order",
        ev.StandingOrderTaken,
        Leg(DEBIT, TOKEN, AMOUNT),
        Leg(CREDIT, fixed(accounts.CLEARING), AMOUNT),
    ),
    Rule(
        "journal",
        ev.JournalPosted,
        _journal,
        (),
        "The event's own lines. A line with a channel must carry that channel's account.",
    ),
    year_closing("year-closing"),
    opening(
        "savings-opening",
        ev.SavingsOpened,
        Leg(DEBIT, fixed(accounts.OPENING), AMOUNT),
        Leg(CREDIT, TOKEN, AMOUNT),
    ),
    opening(
        "channel-opening",
        ev.ChannelOpened,
        Leg(DEBIT, CHANNEL, field("total")),
        Leg(CREDIT, fixed(accounts.OPENING), field("total")),
    ),
)

RULE_OF: Final[Mapping[type[Event], Rule]] = {rule.event: rule for rule in RULES}
