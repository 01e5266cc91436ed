"""What a posting rule is made of: accounts, amounts, legs, and the entry that they give.

A line that is cash carries its channel; every other line carries the member and the loan the event speaks of.
A line of zero rupiah is left out, and an entry without lines is none.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from operator import attrgetter
from typing import Any, Final, NamedTuple

import msgspec
from sqlalchemy import Table

from indexer.chain import events as ev
from indexer.chain.events import Event, LogRef, Record
from indexer.ledger import accounts
from indexer.ledger.accounts import CHANNEL_ACCOUNTS, KIND_ACCOUNTS
from indexer.ledger.errors import PostingError
from indexer.ledger.loans import KnownLoans, LoanState
from rules.calendar import WIB_OFFSET_SECONDS

Line = tuple[int, int, int | None, int | None, int | None]
"""Account, rupiah (debit positive, credit negative), member, loan, channel."""

DEBIT: Final = 1
CREDIT: Final = -1
_SECONDS_PER_DAY: Final = 86_400


class Entry(NamedTuple):
    """A balanced journal entry. `subject` tells the entries of a log apart; no paper, no `receipt`."""

    rule: str
    subject: int
    book_day: int
    receipt: int | None
    lines: tuple[Line, ...]


Row = tuple[object, ...]
Rows = tuple[tuple[Table, Row], ...]
"""Rows by table, in the order of its columns after the cooperative."""
Make = Callable[[LogRef, Any, KnownLoans], Rows]
"""What an event adds to the read models."""


class Account(NamedTuple):
    """How a line's account follows from the event: as text, and as (account, channel)."""

    text: str
    of: Callable[[LogRef, Any], tuple[int, int | None]]


class Amount(NamedTuple):
    """How a line's rupiah follow from the event, and for a loan from what the books hold of it."""

    text: str
    of: Callable[[Any], int] | None = None
    of_loan: Callable[[Any, LoanState], int] | None = None


class Leg(NamedTuple):
    """A line of a rule."""

    side: int
    account: Account
    amount: Amount


@dataclass(frozen=True, slots=True)
class Rule:
    """What an event posts: `post` gives its entries in order. `name` is theirs, or two names apart by a
    comma; `note` says what the legs cannot."""

    name: str
    event: type[Event]
    post: Callable[[LogRef, Any, KnownLoans], tuple[Entry, ...]]
    legs: tuple[Leg, ...]
    note: str = ""


def fixed(code: int) -> Account:
    """Always this account."""
    return Account(str(code), lambda _ref, _event: (code, None))


def channel_account(field: str) -> Account:
    """The account of the channel in a field of the event."""
    read = attrgetter(field)

    def of(ref: LogRef, event: Any) -> tuple[int, int | None]:
        channel = read(event)
        account = CHANNEL_ACCOUNTS.get(channel)
        if account is None:
            raise PostingError(ref, f"there is no channel {channel}")
        return account, channel

    return Account(f"CH(`{field}`)", of)


def _channel_or_clearing(ref: LogRef, event: Any) -> tuple[int, int | None]:
    return CHANNEL.of(ref, event) if event.channel else (accounts.CLEARING, None)


_KINDS: Final = [KIND_ACCOUNTS[kind] for kind in sorted(KIND_ACCOUNTS)]
TOKEN_ACCOUNTS: Final[Mapping[str, int]] = dict(zip(ev.TOKENS, _KINDS, strict=True))
"""The account of each savings token, by its name in the directory."""

CHANNEL: Final = channel_account("channel")
CHANNEL_OR_CLEARING: Final = Account("CH(`channel`), 2140 if `channel` is 0", _channel_or_clearing)
SAVINGS: Final = Account("SAV(`kind`)", lambda _ref, event: (_KINDS[event.kind], None))
TOKEN: Final = Account("SAV(token)", lambda ref, _event: (TOKEN_ACCOUNTS[ref.contract], None))


def field(name: str) -> Amount:
    """A field of the event; a point leads into a record."""
    return Amount(f"`{name}`", attrgetter(name))


AMOUNT: Final = field("amount")


def place(ref: LogRef) -> tuple[int, int]:
    """Block and log, the key of what a log says."""
    return ref.block_number, ref.log_index


def day_of_block(ref: LogRef) -> int:
    """The WIB day of the block."""
    return (ref.block_time + WIB_OFFSET_SECONDS) // _SECONDS_PER_DAY


def json_text(value: object) -> str:
    """As canonical JSON: bytes in hex, records as objects."""
    return json.dumps(_plain(value), sort_keys=True, separators=(",", ":"))


def _plain(value: object) -> object:
    if isinstance(value, Record):
        value = msgspec.structs.asdict(value)
    if isinstance(value, Mapping):
        return {name: _plain(each) for name, each in value.items()}
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    return "0x" + value.hex() if isinstance(value, bytes) else value


def _receipt(event: Any) -> int | None:
    receipt: int = event.receipt
    return receipt


def _no_receipt(_event: Any) -> None:
    return None


def simple(
    name: str,
    event_type: type[Event],
    *legs: Leg,
    receipt: Callable[[Any], int | None] | None = None,
    day: Callable[[Any], int] | None = None,
    note: str = "",
) -> Rule:
    """A rule of one entry with fixed legs."""
    fields = event_type.__struct_fields__
    paper = receipt or (_receipt if "receipt" in fields else _no_receipt)
    dated = day or (attrgetter("book_day") if "book_day" in fields else None)
    person = "member" if "member" in fields else "borrower" if "borrower" in fields else None
    lends = "loan" in fields
    asks = any(leg.amount.of_loan for leg in legs)

    def post(ref: LogRef, event: Any, known: KnownLoans) -> tuple[Entry, ...]:
        member = getattr(event, person) if person else None
        loan = event.loan if lends else None
        state = known.get(ref, event.loan) if asks else None
        lines: list[Line] = []
        for side, account, amount in legs:
            rupiah = amount.of(event) if amount.of else amount.of_loan(event, state)  # type: ignore[misc, arg-type]
            if rupiah:
                code, channel = account.of(ref, event)
                owner = (None, None, channel) if channel else (member, loan, None)
                lines.append((code, side * rupiah, *owner))
        book_day = dated(event) if dated else day_of_block(ref)
        return (Entry(name, 0, book_day, paper(event), tuple(lines)),) if lines else ()

    if not dated:
        note = f"Book day: the WIB day of the block. {note}".strip()
    return Rule(name, event_type, post, legs, note)
