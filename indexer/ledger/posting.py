"""Posting rules: pure functions from an event to journal entries. `RULES` is the table of docs/posting.md.

A line that is cash carries its channel; every other line carries the member and the loan the event speaks of.
A line of zero rupiah is left out, and an entry without lines is none.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from indexer.chain import events as ev
from indexer.chain.events import Event, LogRef
from indexer.ledger import accounts
from indexer.ledger.accounts import CHANNEL_ACCOUNTS, KIND_ACCOUNTS
from rules.calendar import WIB_OFFSET_SECONDS
from rules.receipts import Series
from rules.types import MAX_RUPIAH

Line = tuple[int, int, int | None, int | None, int | None]
"""Account, rupiah (debit positive, credit negative), member, loan, channel."""

DEBIT: Final = 1
CREDIT: Final = -1
_SECONDS_PER_DAY: Final = 86_400
_U64: Final = (1 << 64) - 1


class Entry(NamedTuple):
    """A balanced journal entry. `subject` tells the entries of a log apart; no paper, no `receipt`."""

    rule: str
    subject: int
    book_day: int
    receipt: int | None
    lines: tuple[Line, ...]


class PostingError(ValueError):
    """An event that no entry can be made of: its log contradicts the contracts' interfaces."""

    def __init__(self, ref: LogRef, reason: str) -> None:
        super().__init__(
            f"block {ref.block_number}, transaction 0x{ref.tx_hash.hex()}, log {ref.log_index}: {reason}. "
            "Nothing was posted. Check that the contract is the cooperative's and that this version knows it."
        )
        self.ref = ref


class Account(NamedTuple):
    """How a line's account follows from the event: as text, and as (account, channel)."""

    text: str
    of: Callable[[LogRef, Any], tuple[int, int | None]]


class Amount(NamedTuple):
    """How a line's rupiah follow from the event."""

    text: str
    of: Callable[[Any], int]


class Leg(NamedTuple):
    """A line of a rule."""

    side: int
    account: Account
    amount: Amount


@dataclass(frozen=True, slots=True)
class Rule:
    """What an event posts: `post` gives its entries in order. `note` says what the legs cannot."""

    name: str
    event: type[Event]
    post: Callable[[LogRef, Any], tuple[Entry, ...]]
    legs: tuple[Leg, ...]
    note: str = ""


def fixed(code: int) -> Account:
    """Always this account."""
    return Account(str(code), lambda _ref, _event: (code, None))


def _channel(field: str) -> Account:
    def of(ref: LogRef, event: Any) -> tuple[int, int | None]:
        channel = getattr(event, field)
        account = CHANNEL_ACCOUNTS.get(channel)
        if account is None:
            raise PostingError(ref, f"there is no channel {channel}")
        return account, channel

    return Account(f"CH(`{field}`)", of)


def _channel_or_claim(ref: LogRef, event: Any) -> tuple[int, int | None]:
    return CHANNEL.of(ref, event) if event.channel else (accounts.CLAIM_CLEARING, None)


_KINDS: Final = [KIND_ACCOUNTS[kind] for kind in sorted(KIND_ACCOUNTS)]
TOKEN_ACCOUNTS: Final[Mapping[str, int]] = dict(zip(ev.TOKENS, _KINDS, strict=True))
"""The account of each savings token, by its name in the directory."""

CHANNEL: Final = _channel("channel")
CHANNEL_OR_CLAIM: Final = Account("CH(`channel`), 2140 if `channel` is 0", _channel_or_claim)
SAVINGS: Final = Account("SAV(`kind`)", lambda _ref, event: (_KINDS[event.kind], None))
TOKEN: Final = Account("SAV(token)", lambda ref, _event: (TOKEN_ACCOUNTS[ref.contract], None))


def _field(name: str) -> Amount:
    return Amount(f"`{name}`", lambda event: getattr(event, name))


AMOUNT: Final = _field("amount")


def _day_of_block(ref: LogRef) -> int:
    return (ref.block_time + WIB_OFFSET_SECONDS) // _SECONDS_PER_DAY


def _receipt(event: Any) -> int | None:
    receipt: int = event.receipt
    return receipt


def _no_receipt(_event: Any) -> None:
    return None


def _simple(
    name: str,
    event_type: type[Event],
    *legs: Leg,
    receipt: Callable[[Any], int | None] | None = None,
    note: str = "",
) -> Rule:
    """A rule of one entry with fixed legs."""
    fields = event_type.__struct_fields__
    paper = receipt or (_receipt if "receipt" in fields else _no_receipt)
    dated = "book_day" in fields
    person = "member" if "member" in fields else "borrower" if "borrower" in fields else None
    lends = "loan" in fields

    def post(ref: LogRef, event: Any) -> tuple[Entry, ...]:
        member = getattr(event, person) if person else None
        loan = event.loan if lends else None
        lines: list[Line] = []
        for side, account, amount in legs:
            rupiah = amount.of(event)
            if rupiah:
                code, channel = account.of(ref, event)
                owner = (None, None, channel) if channel else (member, loan, None)
                lines.append((code, side * rupiah, *owner))
        day = event.book_day if dated else _day_of_block(ref)
        return (Entry(name, 0, day, paper(event), tuple(lines)),) if lines else ()

    if not dated:
        note = f"Book day: the WIB day of the block. {note}".strip()
    return Rule(name, event_type, post, legs, note)


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


def _payroll(ref: LogRef, event: ev.PayrollPosted) -> tuple[Entry, ...]:
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


def _journal(ref: LogRef, event: ev.JournalPosted) -> tuple[Entry, ...]:
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


_NET: Final = Amount("`gross - tax`", lambda event: event.gross - event.tax)
_EXIT_TOTAL: Final = Amount(
    "`pokok + wajib + sukarela`", lambda event: event.pokok + event.wajib + event.sukarela
)
_OUTSTANDING: Final = Amount(
    "`principal - principal_paid`", lambda event: event.principal - event.principal_paid
)
_SAVED: Final = Amount("`wajib + sukarela` of the row", lambda row: row.wajib + row.sukarela)

RULES: Final = (
    _simple(
        "deposit",
        ev.Deposited,
        Leg(DEBIT, CHANNEL, AMOUNT),
        Leg(CREDIT, SAVINGS, AMOUNT),
    ),
    _simple(
        "withdrawal",
        ev.Withdrawn,
        Leg(DEBIT, SAVINGS, AMOUNT),
        Leg(CREDIT, CHANNEL, AMOUNT),
    ),
    _simple(
        "storno",
        ev.DepositReversed,
        Leg(DEBIT, SAVINGS, AMOUNT),
        Leg(CREDIT, CHANNEL, AMOUNT),
    ),
    _simple(
        "cash-move",
        ev.CashMoved,
        Leg(DEBIT, _channel("to_channel"), AMOUNT),
        Leg(CREDIT, _channel("from_channel"), AMOUNT),
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
    _simple(
        "loan",
        ev.LoanStarted,
        Leg(DEBIT, fixed(accounts.LOANS), _field("principal")),
        Leg(CREDIT, CHANNEL, _field("principal")),
        receipt=lambda event: Series.LOAN << 56 | event.loan,
        note="The receipt is the loan's.",
    ),
    _simple(
        "loan-payment",
        ev.LoanPaid,
        Leg(DEBIT, CHANNEL_OR_CLAIM, Amount("`principal + interest`", lambda e: e.principal + e.interest)),
        Leg(CREDIT, fixed(accounts.LOANS), _field("principal")),
        Leg(CREDIT, fixed(accounts.LOAN_INTEREST), _field("interest")),
    ),
    _simple(
        "interest",
        ev.InterestCredited,
        Leg(DEBIT, fixed(accounts.SAVINGS_INTEREST), _field("gross")),
        Leg(CREDIT, TOKEN, _NET),
        Leg(CREDIT, fixed(accounts.INTEREST_TAX), _field("tax")),
    ),
    _simple(
        "exit",
        ev.MemberExited,
        Leg(DEBIT, fixed(accounts.POKOK), _field("pokok")),
        Leg(DEBIT, fixed(accounts.WAJIB), _field("wajib")),
        Leg(DEBIT, fixed(accounts.SUKARELA), _field("sukarela")),
        Leg(CREDIT, fixed(accounts.PAYABLE), _EXIT_TOTAL),
    ),
    _simple(
        "lien-claim",
        ev.LienClaimed,
        Leg(DEBIT, TOKEN, AMOUNT),
        Leg(CREDIT, fixed(accounts.CLAIM_CLEARING), AMOUNT),
    ),
    Rule(
        "journal",
        ev.JournalPosted,
        _journal,
        (),
        "The event's own lines. A line with a channel must carry that channel's account.",
    ),
    _simple(
        "savings-opening",
        ev.SavingsOpened,
        Leg(DEBIT, fixed(accounts.OPENING), AMOUNT),
        Leg(CREDIT, TOKEN, AMOUNT),
    ),
    _simple(
        "channel-opening",
        ev.ChannelOpened,
        Leg(DEBIT, CHANNEL, _field("total")),
        Leg(CREDIT, fixed(accounts.OPENING), _field("total")),
    ),
    _simple(
        "loan-opening",
        ev.LoanOpened,
        Leg(DEBIT, fixed(accounts.LOANS), _OUTSTANDING),
        Leg(CREDIT, fixed(accounts.OPENING), _OUTSTANDING),
    ),
)

RULE_OF: Final[Mapping[type[Event], Rule]] = {rule.event: rule for rule in RULES}
