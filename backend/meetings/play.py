"""A meeting's folder played on a local chain: noticed, attended, voted, carried out.

A second time changes nothing, and a killed run goes on: what is on the chain already is not sent again.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from backend.chain import Call, Chain
from backend.keyring import Keyring
from backend.meetings.agenda import Agenda, MeetingBook
from backend.meetings.decisions import Decisions
from backend.meetings.notice import Convening, MadeUpConsents, candidates_of
from backend.meetings.orders import PASSKEY_KIND, MeetingOrders
from backend.meetings.relay import MeetingStoppedError, Sender
from rules.ballots import Paper
from rules.calendar import day_of_timestamp, day_text, timestamp_of_day
from rules.meetings import CALLS
from rules.types import Attendance, MemberNumber

PASSKEY_OF_EACH: Final = 3
"""In development the members whose number this divides have a passkey."""
LIFETIME: Final = 7 * 86_400
"""Seconds for which a change of signer may be relayed."""
CALLS_IN_A_BLOCK: Final = 200
CAST_BYTES: Final = 36
"""Of an accepted paper in BallotsCast."""
_ACTIVE: Final = 2

Progress = Callable[[int, int, str], None]
"""Called with papers done, papers in all, and what is being done."""


@dataclass(frozen=True, slots=True)
class Played:
    """What a run found and did. meeting: its number; ballots: accepted in the call that voted."""

    meeting: int
    ballots: int
    carried_out: int


class Player:
    """Plays meetings of one deployment. from_block: its first block; rp_id: the site of the passkeys."""

    def __init__(self, chain: Chain, keyring: Keyring, gas_cap: int, rp_id: str, from_block: int) -> None:
        self._chain = chain
        self._keyring = keyring
        self._from_block = from_block
        self._orders = MeetingOrders(chain, keyring, rp_id)
        self._sender = Sender(chain, keyring.officer("SEKRETARIS"), gas_cap)
        self._chair = Sender(chain, keyring.officer("KETUA"), gas_cap)
        self._report: Progress = lambda *_: None
        self._done = self._total = 0

    def play(self, book: MeetingBook, progress: Progress | None = None) -> Played:
        """Play a folder, or go on with it; MeetingStoppedError and ChainError stop the run."""
        if not self._chain.is_local:
            raise MeetingStoppedError(
                "rapat hanya dimainkan di chain lokal; di jaringan nyata anggota menandatangani sendiri. / "
                "a meeting is played on a local chain only; on a real network members sign themselves."
            )
        self._report = progress or self._report
        self._done, self._total = 0, len(book.ballots) + sum(map(len, book.present))
        self._chain.settle([self._sender.address, self._chair.address])
        meeting = self._find(book.agenda) or self._convene(book.agenda)
        call = self._sit(meeting, book)
        carried_out = self._carry_out(meeting)
        (_, (_, ballots, _)) = self._ask("BallotBox", "callOf", meeting, call)
        return Played(meeting, ballots, carried_out)

    def _find(self, agenda: Agenda) -> int | None:
        """The meeting that was convened with this agenda."""
        convened = self._chain.logs("RAT", "MeetingConvened", self._from_block)
        return next((log["meeting"] for log in convened if log["documents"] == agenda.documents), None)

    def _convene(self, agenda: Agenda) -> int:
        """Members take their passkeys, then KETUA convenes at the first second of the day."""
        day = timestamp_of_day(agenda.noticed_on)
        if day_of_timestamp(self._chain.time) > agenda.noticed_on:
            today = day_text(day_of_timestamp(self._chain.time))
            raise MeetingStoppedError(
                f"rapat diundang {day_text(agenda.noticed_on)}, chain sudah {today}. / "
                f"the notice is of {day_text(agenda.noticed_on)}, the chain has passed to {today}."
            )
        self._chain.reach(self._chain.time)
        self._take_passkeys()
        self._chain.reach(day)
        self._orders.load(candidates_of(agenda))
        consents = MadeUpConsents(self._orders, self._keyring)
        notice = Convening(self._chain, self._from_block).notice(agenda, consents)
        self._chair.send("RAT", [("convene", (notice,))])
        return int(self._ask("RAT", "lastMeeting"))

    def _take_passkeys(self) -> None:
        """A share of the members orders that a passkey signs for them from now on."""
        registered = self._chain.logs("MemberRegistry", "MemberRegistered", self._from_block)
        numbers = [log["member"] for log in registered if log["member"] % PASSKEY_OF_EACH == 0]
        found = self._chain.call_many([Call("MemberRegistry", "memberOf", (number,)) for number in numbers])
        changing = [
            number
            for number, member in zip(numbers, found, strict=True)
            if member[1] != PASSKEY_KIND and member[2] == _ACTIVE
        ]
        deadline = self._chain.time + LIFETIME
        for start in range(0, len(changing), CALLS_IN_A_BLOCK):
            orders = [
                self._orders.signer_change(number, deadline, deadline)
                for number in changing[start : start + CALLS_IN_A_BLOCK]
            ]
            self._report(self._done, self._total, "passkey")
            self._sender.send("MemberRegistry", [("changeSigner", order) for order in orders])

    def _sit(self, meeting: int, book: MeetingBook) -> int:
        """Both calls, or the first alone if it is quorate; which one voted."""
        members = {member for present in book.present for member in present}
        self._orders.load(members | {ballot.member for ballot in book.ballots})
        for call in CALLS:
            (opens_at, closes_at), _ = self._ask("BallotBox", "callOf", meeting, call)
            is_open = self._chain.time < closes_at
            if is_open:
                self._chain.reach(opens_at)
            if is_open and call == 1:
                self._check_in(meeting, call, closes_at, book.present[0])
            votes = call == CALLS[-1] or self._is_quorate(meeting, call)
            if is_open and votes:
                self._cast(meeting, call, closes_at, book)
                self._check_in(meeting, call, closes_at, book.present[call - 1])
            if votes:
                break
        self._chain.pass_time(closes_at)
        return call

    def _check_in(self, meeting: int, call: int, deadline: int, members: Sequence[MemberNumber]) -> None:
        """Check in who is on the roll and not present yet."""
        noticed_at = self._ask("RAT", "meetingOf", meeting)[2]
        on_roll = self._chain.call_many(
            [Call("MemberRegistry", "wasActiveAt", (member, noticed_at)) for member in members]
        )
        states = self._chain.call_many(
            [Call("BallotBox", "attendanceOf", (meeting, call, member)) for member in members]
        )
        absent = [
            member
            for member, eligible, state in zip(members, on_roll, states, strict=True)
            if eligible and state < Attendance.PRESENT
        ]
        self._done += len(members) - len(absent)
        records = (self._orders.check_in(Paper(member, meeting, call, deadline)) for member in absent)
        self._relay("checkIn", meeting, records, f"hadir / present, {call}")

    def _cast(self, meeting: int, call: int, deadline: int, book: MeetingBook) -> None:
        """Cast the file's papers in its order, from the first that is not on the chain."""
        sent = self._papers_sent(meeting, call)
        self._done += sent
        papers = (Paper(row.member, meeting, call, deadline, row.choices) for row in book.ballots[sent:])
        self._relay("cast", meeting, map(self._orders.ballot, papers), f"suara / ballots, {call}")

    def _papers_sent(self, meeting: int, call: int) -> int:
        """Ballot papers that the chain has accepted or refused in a call."""
        cast, refused = (self._logs(event, meeting, call) for event in ("BallotsCast", "BallotRefused"))
        return sum(len(log["cast"]) for log in cast) // CAST_BYTES + len(refused)

    def _logs(self, event: str, meeting: int, call: int) -> list[Mapping[str, Any]]:
        logs = self._chain.logs("BallotBox", event, self._from_block)
        return [log for log in logs if (log["meeting"], log["call"]) == (meeting, call)]

    def _relay(self, function: str, meeting: int, records: Iterator[bytes], note: str) -> None:
        for batch in self._sender.relay(function, meeting, records):
            self._done += batch.papers
            self._report(self._done, self._total, note)

    def _carry_out(self, meeting: int) -> int:
        """Carry out what passed, once its delay is over; how many decisions were carried out by now."""
        decisions = Decisions(self._chain, self._from_block)
        passed = decisions.passed(meeting)
        for decision in passed:
            if not decision.carried_out:
                self._chain.reach(decision.due_at)
                decisions.carry_out(decision, self._sender)
        return len(passed)

    def _is_quorate(self, meeting: int, call: int) -> bool:
        _, (present, _, _) = self._ask("BallotBox", "callOf", meeting, call)
        return bool(present >= self._ask("BallotBox", "quorumOf", meeting, call))

    def _ask(self, contract: str, function: str, *arguments: Any) -> Any:
        (answer,) = self._chain.call_many([Call(contract, function, arguments)])
        return answer
