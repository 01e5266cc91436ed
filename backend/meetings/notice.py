"""A notice as `RAT.convene` takes it, made of an agenda."""

from dataclasses import dataclass
from typing import Any, Final

from backend.chain import Call, Chain
from backend.keyring import Keyring
from backend.meetings.agenda import Agenda, Item
from backend.meetings.orders import MeetingOrders
from rules.ballots import Election, Resolution
from rules.types import MemberNumber, MotionKind

NO_TEXT: Final = bytes(32)
NO_ELECTION: Final = ((), 0, 0, (), ())


@dataclass(frozen=True, slots=True)
class Convening:
    """What a notice is made with. from_block: where the deployment begins."""

    chain: Chain
    orders: MeetingOrders
    keyring: Keyring
    from_block: int

    def notice(self, agenda: Agenda, salt: bytes = NO_TEXT) -> tuple[Any, ...]:
        """The fields of IRAT.Notice in their order, the candidates' consents signed."""
        bare = self._notice(agenda, salt, [self._motion(agenda, item, None) for item in agenda.items])
        elections = [number for number, item in enumerate(agenda.items, 1) if item.offices]
        hashes = self.chain.call_many([Call("RAT", "electionOf", (bare, number)) for number in elections])
        consents = dict(zip(elections, hashes, strict=True))
        motions = [
            self._motion(agenda, item, consents.get(number)) for number, item in enumerate(agenda.items, 1)
        ]
        return self._notice(agenda, salt, motions)

    def _notice(self, agenda: Agenda, salt: bytes, motions: list[tuple[Any, ...]]) -> tuple[Any, ...]:
        first, second = ((call.opens_at, call.closes_at) for call in (agenda.first, agenda.second))
        return (int(agenda.kind), agenda.book_year, agenda.documents, salt, first, second, motions)

    def _motion(self, agenda: Agenda, item: Item, election: bytes | None) -> tuple[Any, ...]:
        """The fields of IRAT.Motion. election: what the candidates consent to, if they are to sign."""
        if isinstance(item.content, Resolution):
            share = item.content.majority_bps
            return (int(MotionKind.RESOLUTION), share, item.title, NO_TEXT, [], NO_ELECTION)
        candidates = [
            self._candidate(member, agenda.first.opens_at, election) for member in item.content.candidates
        ]
        terms = (item.offices, item.term_days, int(agenda.tie_rule))
        content = (*terms, candidates, self._outgoing(item))
        return (int(MotionKind.ELECTION), 0, item.title, NO_TEXT, [], content)

    def _candidate(self, member: MemberNumber, deadline: int, election: bytes | None) -> tuple[Any, ...]:
        account = self._account(member)
        consent = b"" if election is None else self.orders.consent(member, election, account, deadline)
        return (member, account, deadline, consent)

    def _account(self, member: MemberNumber) -> str:
        """The account that holds the office, if the member is elected."""
        account = self.keyring.office(member)
        if account is None:
            raise ValueError(f"candidate {member} signs elsewhere")
        return str(account.address)

    def _outgoing(self, item: Item) -> list[tuple[int, str]]:
        """Who holds the seats' offices until now, lapsed terms included."""
        granted = self.chain.logs("Authority", "OfficeGranted", self.from_block)
        held = sorted({(log["office"], log["account"]) for log in granted if log["office"] in item.offices})
        terms = self.chain.call_many([Call("Authority", "termOf", each) for each in held])
        return [each for each, (until, _) in zip(held, terms, strict=True) if until]


def candidates_of(agenda: Agenda) -> list[MemberNumber]:
    """Everybody who stands in an election of the agenda."""
    elections = [item.content for item in agenda.items if isinstance(item.content, Election)]
    return [member for election in elections for member in election.candidates]
