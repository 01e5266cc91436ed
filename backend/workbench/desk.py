"""A channel's statements beside its books: what is matched, what is left, matches by rule and by hand."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection

from backend.workbench.consents import OFFICERS, Act, Domain, Given, consent, reason_of, was_signed
from backend.workbench.errors import MatchRefusedError, UnknownItemError
from backend.workbench.repository import KeptMatch, KeptStatement, WorkbenchRepository
from indexer.reports.movements import ChannelMovement, channel_movements
from indexer.reports.statements.structs import Span
from rules.bank_matching import RULES, BankLine, MatchKind, MatchRule, match, references_in
from rules.types import Channel, WibDay

EARLY: Final = 31
"""Days before the first statement whose papers a line may still name."""


@dataclass(frozen=True, slots=True)
class Desk:
    """What lies there. `movements` are those of the statements' days, and earlier ones that a line names or a
    match holds; `broken` matches do not hold any more. `opened_with`: rupiah, all accounts together."""

    channel: Channel
    statements: tuple[KeptStatement, ...]
    lines: Mapping[str, BankLine]
    movements: Mapping[str, ChannelMovement]
    matches: tuple[KeptMatch, ...]
    broken: tuple[KeptMatch, ...]

    @property
    def from_day(self) -> WibDay:
        """The first day of the first statement."""
        return min(each.from_day for each in self.statements)

    @property
    def through(self) -> WibDay:
        """The last day that every account's statements reach."""
        return WibDay(min(_last_days(self.statements).values()))

    @property
    def opened_with(self) -> int:
        """What the accounts held before their first statements."""
        firsts: dict[str, int] = {}
        for each in self.statements:
            firsts.setdefault(each.account, each.opening)
        return sum(firsts.values())

    def held_by_bank(self, day: WibDay) -> int:
        """What the accounts held at the end of a day by their statements."""
        return self.opened_with + sum(line.amount for line in self.lines.values() if line.day <= day)

    @property
    def free_lines(self) -> list[BankLine]:
        """Lines in no match."""
        held = {key for each in self.matches for key in each.lines}
        return [line for key, line in self.lines.items() if key not in held]

    @property
    def free_movements(self) -> list[ChannelMovement]:
        """Movements in no match."""
        held = {key for each in self.matches for key in each.movements}
        return [each for key, each in self.movements.items() if key not in held]


def _last_days(statements: Sequence[KeptStatement]) -> dict[str, int]:
    last: dict[str, int] = {}
    for each in statements:
        last[each.account] = max(each.to_day, last.get(each.account, 0))
    return last


class Matching:
    """Matches one cooperative's statements with the books behind a connection."""

    def __init__(self, repository: WorkbenchRepository, domain: Domain) -> None:
        self._repository = repository
        self._domain = domain

    def desk(self, books: Connection, channel: Channel) -> Desk | None:
        """What lies there for a channel, None without a statement."""
        kept = self._repository
        statements = tuple(kept.statements(channel))
        if not statements:
            return None
        lines = {line.key: line for line in kept.lines(channel)}
        matches = kept.matches(channel)
        first, last = min(each.from_day for each in statements), max(each.to_day for each in statements)
        found = channel_movements(books, channel, Span(WibDay(first - EARLY), WibDay(last)), kept.mine)
        named = {name for line in lines.values() for name in references_in(line.text)}
        held = {key for each in matches for key in each.movements}
        movements = {
            each.movement.key: each
            for each in found
            if each.movement.day >= first or each.movement.reference in named or each.movement.key in held
        }
        sound: list[KeptMatch] = []
        broken: list[KeptMatch] = []
        for each in matches:
            holds = _holds(each, lines, movements) and self._is_signed(books, channel, each)
            (sound if holds else broken).append(each)
        return Desk(channel, statements, lines, movements, tuple(sound), tuple(broken))

    def run(
        self, books: Connection, channel: Channel, rules: Sequence[MatchRule] = RULES, check: bool = False
    ) -> Counter[MatchKind]:
        """Match what the rules match, after ending matches whose movements are no more; how many by kind.

        UnknownItemError without a statement. `check` keeps nothing.
        """
        desk = self.desk(books, channel)
        if desk is None:
            raise no_statement(channel)
        parted = self._repository.parted(channel)
        made = match(desk.free_lines, [each.movement for each in desk.free_movements], rules, parted)
        if not check:
            for each in desk.broken:
                self._repository.undo(each.number, "GONE", "")
            self._repository.add_matches(
                channel,
                [
                    (
                        each.kind,
                        {key: desk.lines[key].amount for key in each.lines},
                        {key: desk.movements[key].movement.amount for key in each.movements},
                    )
                    for each in made
                ],
            )
        return Counter(each.kind for each in made)

    def by_hand(
        self,
        books: Connection,
        channel: Channel,
        lines: Sequence[str],
        movements: Sequence[str],
        reason: str,
        given: Given,
        at: int,
    ) -> int:
        """A match that an officer signed; its number. MatchRefusedError, UnknownItemError,
        ConsentRefusedError."""
        desk = self.desk(books, channel)
        if desk is None:
            raise no_statement(channel)
        free_lines = {each.key: each.amount for each in desk.free_lines}
        free = {each.movement.key: each.movement.amount for each in desk.free_movements}
        of_lines, of_movements = _chosen(lines, free_lines), _chosen(movements, free)
        sums = sum(of_lines.values()), sum(of_movements.values())
        if sums[0] != sums[1] or len(of_lines) + len(of_movements) < 2:
            raise MatchRefusedError(
                f"Jumlah di bank {sums[0]}, di buku {sums[1]}: yang dicocokkan harus sama besar.",
                f"The sum at the bank is {sums[0]}, in the books {sums[1]}: what is matched must be equal.",
            )
        act = match_act(channel, lines, movements, reason)
        by = consent(books, self._domain, act, given, OFFICERS, at, self._repository.mine)
        kept = [(MatchKind.HAND, of_lines, of_movements)]
        return self._repository.add_matches(channel, kept, str(act.message["reason"]), by, at)[0]

    def _is_signed(self, books: Connection, channel: Channel, match: KeptMatch) -> bool:
        """Whether a match by hand is signed by who held that office then; a rule's needs no signature."""
        if match.kind is not MatchKind.HAND:
            return True
        act = match_act(channel, list(match.lines), list(match.movements), match.reason)
        return match.by is not None and was_signed(
            books, self._domain, act, match.by, match.made_at, self._repository.mine
        )

    def undo(
        self, books: Connection, channel: Channel, number: int, reason: str, given: Given, at: int
    ) -> None:
        """Part a match; the rules leave it apart from then on. UnknownItemError, ConsentRefusedError."""
        if number not in {each.number for each in self._repository.matches(channel)}:
            raise UnknownItemError(
                f"Tidak ada kecocokan nomor {number} yang berlaku. Lihat: koperasi bank-lines --matched.",
                f"There is no match number {number} that holds. See: koperasi bank-lines --matched.",
            )
        act = undo_act(number, reason)
        by = consent(books, self._domain, act, given, OFFICERS, at, self._repository.mine)
        self._repository.undo(number, "HAND", str(act.message["reason"]), by)


def match_act(channel: Channel, lines: Sequence[str], movements: Sequence[str], reason: str) -> Act:
    """What is signed for a match by hand. ConsentRefusedError without a reason."""
    sides = {"lines": ", ".join(sorted(lines)), "movements": ", ".join(sorted(movements))}
    told = {"channel": channel.name, **sides}
    return Act("MatchByHand", {**told, "reason": reason_of(reason)})


def undo_act(number: int, reason: str) -> Act:
    """What is signed to part a match. ConsentRefusedError without a reason."""
    return Act("UndoMatch", {"matching": number, "reason": reason_of(reason)})


def _holds(match: KeptMatch, lines: Mapping[str, BankLine], movements: Mapping[str, ChannelMovement]) -> bool:
    """Whether a match is of what is here now: the same amounts, equal sums, both sides; one side only where a
    person said so, or where one paper cancels itself."""
    if any(key not in lines or lines[key].amount != amount for key, amount in match.lines.items()):
        return False
    held = [movements.get(key) for key in match.movements]
    if [each and each.movement.amount for each in held] != list(match.movements.values()):
        return False
    if sum(match.lines.values()) != sum(match.movements.values()):
        return False
    if match.kind is MatchKind.CONTRA:
        return not match.lines and len({each and each.movement.reference for each in held} - {""}) == 1
    return match.kind is MatchKind.HAND or bool(match.lines and match.movements)


def no_statement(channel: Channel) -> UnknownItemError:
    """There is no statement of a channel."""
    return UnknownItemError(
        f"Belum ada rekening koran {channel.name}. Impor dahulu: koperasi bank-import BERKAS.",
        f"There is no statement of {channel.name} yet. Import one first: koperasi bank-import FILE.",
    )


def _chosen(keys: Sequence[str], free: Mapping[str, int]) -> dict[str, int]:
    for key in keys:
        if key not in free or keys.count(key) > 1:
            raise UnknownItemError(
                f"{key} tidak ada, sudah dicocokkan, atau disebut dua kali. Lihat: koperasi differences.",
                f"{key} is not here, is matched already, or is named twice. See: koperasi differences.",
            )
    return {key: free[key] for key in keys}
