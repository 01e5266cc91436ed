"""A notice as `RAT.convene` takes it, made of an agenda and the candidates' consents."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol

from backend.chain import Call, Chain
from backend.keyring import Keyring
from backend.meetings.actions import encoded
from backend.meetings.agenda import Agenda, Item
from backend.meetings.orders import MeetingOrders
from rules.ballots import Election, Resolution
from rules.types import MemberNumber, MotionKind

NO_TEXT: Final = bytes(32)
NO_ELECTION: Final = ((), 0, 0, (), ())

Candidate = tuple[int, str, int, bytes]
"""IRAT.Candidate."""


class Consents(Protocol):
    """Where candidates' consents come from."""

    def candidate(self, member: MemberNumber, election: bytes, deadline: int) -> Candidate:
        """Account for the office and consent to `election`; ValueError if there is none."""
        ...


class MadeUpConsents:
    """Development's candidates sign here, each for the derived account of an office."""

    def __init__(self, orders: MeetingOrders, keyring: Keyring) -> None:
        self._orders = orders
        self._keyring = keyring

    def candidate(self, member: MemberNumber, election: bytes, deadline: int) -> Candidate:
        """As the protocol says."""
        account = self._keyring.office(member)
        if account is None:
            raise ValueError(f"candidate {member} signs elsewhere")
        consent = self._orders.consent(member, election, account.address, deadline)
        return member, account.address, deadline, consent


@dataclass(frozen=True, slots=True)
class Convening:
    """Makes notices for one deployment. from_block: where it begins."""

    chain: Chain
    from_block: int

    def notice(self, agenda: Agenda, consents: Consents, salt: bytes = NO_TEXT) -> tuple[Any, ...]:
        """The fields of IRAT.Notice in their order, with the candidates' consents."""
        hashes = self.elections(agenda, salt)
        deadline = agenda.first.opens_at
        motions = []
        for number, item in enumerate(agenda.items, 1):
            standing = item.content.candidates if isinstance(item.content, Election) else ()
            candidates = [consents.candidate(member, hashes[number], deadline) for member in standing]
            motions.append(self._motion(agenda, item, candidates, self._outgoing(item)))
        return self._notice(agenda, salt, motions)

    def elections(self, agenda: Agenda, salt: bytes = NO_TEXT) -> Mapping[int, bytes]:
        """What the candidates of each election consent to (IRAT.electionOf), by the motion's number."""
        bare = self._notice(agenda, salt, [self._motion(agenda, item, [], []) for item in agenda.items])
        numbers = [number for number, item in enumerate(agenda.items, 1) if item.offices]
        hashes = self.chain.call_many([Call("RAT", "electionOf", (bare, number)) for number in numbers])
        return dict(zip(numbers, hashes, strict=True))

    def _notice(self, agenda: Agenda, salt: bytes, motions: list[tuple[Any, ...]]) -> tuple[Any, ...]:
        first, second = ((call.opens_at, call.closes_at) for call in (agenda.first, agenda.second))
        return (int(agenda.kind), agenda.book_year, agenda.documents, salt, first, second, motions)

    def _motion(
        self, agenda: Agenda, item: Item, candidates: list[Candidate], outgoing: list[tuple[int, str]]
    ) -> tuple[Any, ...]:
        """The fields of IRAT.Motion."""
        if isinstance(item.content, Resolution):
            share = item.content.majority_bps
            actions = [encoded(self.chain, action) for action in item.actions]
            return (int(MotionKind.RESOLUTION), share, item.title, NO_TEXT, actions, NO_ELECTION)
        election = (item.offices, item.term_days, int(agenda.tie_rule), candidates, outgoing)
        return (int(MotionKind.ELECTION), 0, item.title, NO_TEXT, [], election)

    def _outgoing(self, item: Item) -> list[tuple[int, str]]:
        """Who holds the seats' offices until now, lapsed terms included."""
        if not item.offices:
            return []
        granted = self.chain.logs("Authority", "OfficeGranted", self.from_block)
        held = sorted({(log["office"], log["account"]) for log in granted if log["office"] in item.offices})
        terms = self.chain.call_many([Call("Authority", "termOf", each) for each in held])
        return [each for each, (until, _) in zip(held, terms, strict=True) if until]


def candidates_of(agenda: Agenda) -> list[MemberNumber]:
    """Everybody who stands in an election of the agenda."""
    elections = [item.content for item in agenda.items if isinstance(item.content, Election)]
    return [member for election in elections for member in election.candidates]
