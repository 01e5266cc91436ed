"""What differs now: computed each time from statements, books, counts, the last comparison with the chain."""

from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from hashlib import sha256
from typing import Final, NamedTuple

from backend.workbench.desk import Desk
from backend.workbench.repository import KeptCount
from indexer.reports.movements import ChannelMovement
from indexer.reports.statements.structs import Words
from rules.bank_causes import Cause, Causes, Reason
from rules.bank_matching import BankLine
from rules.calendar import day_text
from rules.till import SMALLEST
from rules.types import Channel, WibDay

ON_ITS_WAY: Final = 3
"""Days for which money may be on its way between office and bank."""


class Kind(StrEnum):
    """What differs."""

    BANK_ONLY = "BANK_ONLY"
    """A line of the statement that the books do not have."""
    BOOKS_ONLY = "BOOKS_ONLY"
    """A movement of the books that the statement does not have."""
    OPENING = "OPENING"
    """Books and bank differed before the first statement."""
    TILL = "TILL"
    """A count above (surplus) or below (shortage) the books."""
    CHAIN = "CHAIN"
    """Books and contracts say something differently."""


class Finding(NamedTuple):
    """A difference as it is now. `subject` names it for good, `day` is its day, `others` are keys that the
    cause points to. `amount` is what the other side has more than the books (rupiah; 0: none is known)."""

    kind: Kind
    channel: Channel | None
    subject: str
    day: WibDay
    amount: int
    cause: Cause
    words: Words
    others: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """A hash of what it is about: the same finding has the same id in every run."""
        text = f"{self.kind}\n{self.channel.name if self.channel else ''}\n{self.subject}"
        return sha256(text.encode()).hexdigest()[:12]


class ChainFinding(NamedTuple):
    """What a comparison of books and chain found: of which table or account, which row, and both sides."""

    subject: str
    key: str
    book: str
    chain: str


def of_bank(desk: Desk, booked_before: int) -> Iterator[Finding]:
    """What of a channel's statements and books is in no match. `booked_before`: rupiah in the books at the
    end of the day before the first statement."""
    free, movements = desk.free_lines, desk.free_movements
    bound = {each.key for each in free}
    held = {each.movement.key for each in movements}
    causes = Causes(
        free,
        (each.movement for each in movements),
        (line for line in desk.lines.values() if line.key not in bound),
        (each.movement for key, each in desk.movements.items() if key not in held),
        ON_ITS_WAY,
        desk.through,
    )
    opening = _opening(desk, booked_before)
    if opening is not None:
        yield opening
    for line in free:
        yield _of_line(desk.channel, line, causes.of_line(line))
    for each in movements:
        if each.movement.day >= desk.from_day:
            yield _of_movement(desk.channel, each, causes.of_movement(each.movement))


def _opening(desk: Desk, booked_before: int) -> Finding | None:
    """The accounts before their first statement; less what was on its way then and came in later."""
    late = sum(
        desk.movements[key].movement.amount
        for each in desk.matches
        for key in each.movements
        if desk.movements[key].movement.day < desk.from_day
    )
    amount = desk.opened_with - (booked_before - late)
    if amount == 0:
        return None
    words = Words("Saldo sebelum rekening koran pertama", "Balance before the first statement")
    return Finding(Kind.OPENING, desk.channel, "opening", desk.from_day, amount, Cause.UNKNOWN, words)


def _of_line(channel: Channel, line: BankLine, reason: Reason) -> Finding:
    words = Words(f"Di bank, baris {line.key}", f"At the bank, line {line.key}")
    return Finding(
        Kind.BANK_ONLY, channel, line.key, line.day, line.amount, reason.cause, words, reason.others
    )


def _of_movement(channel: Channel, found: ChannelMovement, reason: Reason) -> Finding:
    movement, title = found.movement, found.title
    words = Words(f"{title.id} {found.paper}".strip(), f"{title.en} {found.paper}".strip())
    amount = -movement.amount
    return Finding(
        Kind.BOOKS_ONLY, channel, movement.key, movement.day, amount, reason.cause, words, reason.others
    )


def of_counts(counts: Sequence[KeptCount], booked: Sequence[int]) -> Iterator[Finding]:
    """The last count of each channel if it differs from the books (`booked`: rupiah at the end of its day).

    Counts that differ one after the other are one difference, named by the first of them; a count that agrees
    ends it.
    """
    since: dict[Channel, KeptCount] = {}
    last: dict[Channel, tuple[KeptCount, int]] = {}
    for count, books in zip(counts, booked, strict=True):
        amount = count.total - books
        if amount == 0:
            since.pop(count.channel, None)
        else:
            since.setdefault(count.channel, count)
        last[count.channel] = count, amount
    for channel, first in since.items():
        count, amount = last[channel]
        told = ("Kas lebih", "Surplus") if amount > 0 else ("Kas kurang", "Shortage")
        words = Words(
            f"{told[0]}, hitungan {count.number} {day_text(count.day)}",
            f"{told[1]}, count {count.number} of {day_text(count.day)}",
        )
        cause = Cause.ROUNDING if abs(amount) < SMALLEST else Cause.MISCOUNT
        yield Finding(Kind.TILL, channel, f"count/{first.number}", first.day, amount, cause, words)


def of_chain(found: Iterable[ChainFinding], day: WibDay) -> Iterator[Finding]:
    """What the last comparison with the chain found."""
    for each in found:
        amount = _less(each.chain, each.book)
        named = f"{each.subject}/{each.key}"
        if amount == 0:  # no rupiah that would tell a change of it
            named += "/" + sha256(f"{each.book}\n{each.chain}".encode()).hexdigest()[:12]
        words = Words(
            f"{each.subject} {each.key}: buku {each.book or '-'}, chain {each.chain or '-'}",
            f"{each.subject} {each.key}: books {each.book or '-'}, chain {each.chain or '-'}",
        )
        yield Finding(Kind.CHAIN, None, named, day, amount, Cause.UNKNOWN, words)


def _less(one: str, other: str) -> int:
    try:
        return int(one) - int(other)
    except ValueError:
        return 0
