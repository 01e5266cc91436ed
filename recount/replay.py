"""A meeting replayed: every paper judged again by the rules, beside what the events say of it."""

from collections.abc import Iterable, Sequence
from typing import Any

from recount import wire
from recount.acts import Act, Said
from recount.bundle import Log
from recount.findings import Differences
from recount.notice import Notice
from recount.orders import Orders
from recount.papers import Paper, read_members
from recount.register import Place, Register
from recount.signatures import Verdict
from rules.types import Refusal

CALLS = (1, 2)


class Sitting:
    """Who was in a call, in `present` or in `paper`. `ballots` are the choices of accepted papers."""

    def __init__(self) -> None:
        self.present: set[int] = set()
        self.paper: set[int] = set()
        self.ballots: dict[int, int] = {}
        self.declared: set[int] = set()
        self.objected: set[int] = set()


class Replay:
    """What a meeting comes to. `refused`: row from 1 among all ballot papers, member, reason."""

    def __init__(self, notice: Notice, register: Register, orders: Orders) -> None:
        self.notice = notice
        self.sittings = {call: Sitting() for call in CALLS}
        self.withdrawn: set[int] = set()
        self.refused: list[tuple[int, int, Refusal]] = []
        self.rows = 0
        self.by_contract: list[tuple[str, int]] = []
        """Transaction and member of what only a contract could check."""
        self.seats: list[tuple[int, int, int]] = []
        """Motion, seat and member of offices that were filled."""
        self.carried_out: list[tuple[int, int]] = []
        """Motion and unix seconds of decisions that were carried out."""
        self.differences = Differences()
        self._boxes = notice.boxes
        self._register = register
        self._orders = orders
        self._proxies: dict[int, int] = {}
        self._held: dict[int, int] = {}
        self._objectable: dict[int, tuple[int, int]] = {}
        """Call and last second for objections, by motion."""

    def run(self, acts: Iterable[Act]) -> None:
        """Take the transactions in their order."""
        for act in acts:
            if act.papers:
                self._batch(act)
            else:
                self._unseen(act)
            for log in act.logs:
                self._event(act, log)

    def _open(self, time: int) -> int:
        """The call that takes papers at `time`, or zero: no second one if the first was quorate."""
        call = self.notice.call_at(time)
        quorate = len(self.sittings[1].present) >= self.notice.needed(1)
        return 0 if call == 2 and quorate else call

    def _batch(self, act: Act) -> None:
        said, call, first = act.said(act.is_ballot), self._open(act.time), self.rows + 1
        if said.call not in (0, call):
            self.differences.add("CALL", transaction=act.transaction, said=said.call, found=call)
        for member, _ in act.said(not act.is_ballot).accepted:
            self.differences.add("ADDED", transaction=act.transaction, member=member)
        refusals = {index: reason for index, _, reason in said.refused}
        found: list[Refusal] = []
        accepted: dict[int, int] = {}
        for index, paper in enumerate(act.papers):
            reason = self._judge(act, index, paper, call, refusals.get(index))
            found.append(reason)
            if reason is Refusal.NONE:
                self._admit(call, paper.member, paper.choices if act.is_ballot else None)
                if act.selector != wire.CAST_BY_PROXY_CALL:
                    self._proxies.pop(paper.member, None)
                accepted[paper.member] = index
        self._compare(act, said, found, accepted, first)
        if act.is_ballot:
            self.rows += len(found)
            self.refused += [
                (first + index, act.papers[index].member, reason)
                for index, reason in enumerate(found)
                if reason
            ]

    def _judge(self, act: Act, index: int, paper: Paper, call: int, said: Refusal | None) -> Refusal:
        """The first reason that holds; `said` is believed of a signature that only a contract can check."""
        if not call:
            return Refusal.WRONG_MEETING
        plain = self._admissible(paper.member, call, paper.choices if act.is_ballot else None, act.place)
        if plain:
            return plain
        verdict = self._verdict(act, index, paper, call)
        if verdict is Verdict.BAD or (verdict is Verdict.ASK and said is Refusal.BAD_SIGNATURE):
            return Refusal.BAD_SIGNATURE
        if act.time > paper.deadline:
            return Refusal.EXPIRED
        is_batch = act.selector in (wire.CAST_CALL, wire.CHECK_IN_CALL)
        if paper.meeting != self.notice.meeting or (is_batch and paper.call != call):
            return Refusal.WRONG_MEETING
        if verdict is Verdict.ASK:
            self.by_contract.append((act.transaction, paper.member))
        return Refusal.NONE

    def _admissible(self, member: int, call: int, choices: int | None, place: Place) -> Refusal:
        """What can be said without a signature; `choices` are None in a check-in."""
        sitting = self.sittings[call]
        if not self._register.may_vote(member, self.notice.noticed_at, place):
            return Refusal.NOT_ELIGIBLE
        if choices is None:
            return Refusal.ALREADY_PRESENT if member in sitting.present else Refusal.NONE
        if member in sitting.ballots:
            return Refusal.ALREADY_VOTED
        return Refusal.OVERVOTE if self._boxes.is_overvote(choices) else Refusal.NONE

    def _verdict(self, act: Act, index: int, paper: Paper, call: int) -> Verdict:
        if act.selector in (wire.CAST_OWN_CALL, wire.CHECK_IN_OWN_CALL):
            signer = self._register.signer(paper.member, act.place)
            is_own = signer is not None and not signer.is_passkey and signer.address == act.sender
            return Verdict(is_own)
        if act.selector == wire.CAST_BY_PROXY_CALL:
            holder = self._proxies.get(paper.member)
            if holder is None or holder not in self.sittings[call].present:
                return Verdict.BAD
        return self._orders.verdict(act.transaction, index)

    def _admit(self, call: int, member: int, choices: int | None) -> None:
        sitting = self.sittings[call]
        sitting.present.add(member)
        sitting.paper.discard(member)
        if choices is not None:
            sitting.ballots[member] = choices

    def _compare(
        self, act: Act, said: Said, found: Sequence[Refusal], accepted: dict[int, int], first: int
    ) -> None:
        """The batch as recounted (reasons by index; accepted members and their index) with its events."""
        place = {paper.member: index for index, paper in reversed(list(enumerate(act.papers)))}

        def differ(kind: str, index: int | None, **details: Any) -> None:
            row = first + index if index is not None and act.is_ballot else 0
            self.differences.add(kind, transaction=act.transaction, row=row, **details)

        seen: set[int] = set()
        for member, choices in said.accepted:
            index = accepted.get(member, place.get(member))
            if member in seen:
                differ("DOUBLED", index, member=member)
            elif index is None:
                differ("ADDED", None, member=member)
            elif member not in accepted:
                differ("ACCEPTED", index, member=member, found=found[index].name)
            elif act.is_ballot and choices != act.papers[index].choices:
                differ(
                    "CHOICES", index, member=member, said=hex(choices), found=hex(act.papers[index].choices)
                )
            seen.add(member)
        told = {index: reason for index, _, reason in said.refused}
        for index, reason in enumerate(found):
            member, other = act.papers[index].member, told.pop(index, None)
            if other is None and member not in seen:
                differ("MISSING", index, member=member)
            elif other is not None and not reason:
                differ("REFUSED", index, member=member, said=other.name)
            elif other is not None and other is not reason:
                differ("REASON", index, member=member, said=other.name, found=reason.name)
            elif other is None and reason and member in accepted:
                differ("MISSING", index, member=member, found=reason.name)
        for index in told:
            differ("ADDED", index)

    def _unseen(self, act: Act) -> None:
        """Papers whose calldata went through a contract: the ballot box alone checked their signatures."""
        for ballots in (False, True):
            said, call = act.said(ballots), self._open(act.time)
            if said.call not in (0, call):
                self.differences.add("CALL", transaction=act.transaction, said=said.call, found=call)
            for member, choices in said.accepted if call else ():
                marks = choices if ballots else None
                reason = self._admissible(member, call, marks, act.place)
                if reason:
                    self.differences.add(
                        "ACCEPTED", transaction=act.transaction, member=member, found=reason.name
                    )
                    continue
                self.by_contract.append((act.transaction, member))
                self._admit(call, member, marks)
            if ballots:
                rows = [(self.rows + 1 + index, member, reason) for index, member, reason in said.refused]
                self.refused += rows
                self.rows += len(said.accepted) + len(said.refused)

    def _event(self, act: Act, log: Log) -> None:
        kind = log.topics[0]
        if kind == wire.PAPER_LIST:
            self._paper_list(act, log)
        elif kind == wire.PROXY:
            self._proxy(act, *map(wire.number_of, log.topics[2:]))
        elif kind == wire.CONSENSUS:
            self._consensus(act, wire.number_of(log.topics[2]), wire.bytes_of(log.data))
        elif kind == wire.OBJECTION:
            self._objection(act, *map(wire.number_of, log.topics[2:]))
        elif kind == wire.WITHDRAWN:
            self.withdrawn.add(wire.number_of(log.topics[2]))
            if act.time >= self.notice.windows[0].opens_at:
                self._differ("WITHDRAWN", act, what=str(wire.number_of(log.topics[2])))
        elif kind == wire.CARRIED_OUT:
            self.carried_out.append((wire.number_of(log.topics[3]), act.time))
        elif kind == wire.SEAT_FILLED:
            types = ("uint8", "uint64", "uint32", "address", "uint40")
            seat, _, member, *_ = wire.values(types, wire.bytes_of(log.data), "SeatFilled")
            self.seats.append((wire.number_of(log.topics[2]), seat, member))

    def _differ(self, kind: str, act: Act, **details: Any) -> None:
        self.differences.add(kind, transaction=act.transaction, **details)

    def _paper_list(self, act: Act, log: Log) -> None:
        call, said = self._open(act.time), wire.number_of(log.topics[2])
        _, packed = wire.values(("bytes32", "bytes"), wire.bytes_of(log.data), "PaperListEntered")
        if call != said:
            self._differ("CALL", act, said=said, found=call)
            return
        sitting = self.sittings[call]
        for member in read_members(packed):
            there = member in sitting.present or member in sitting.paper
            if there or not self._register.may_vote(member, self.notice.noticed_at, act.place):
                self._differ("PAPER_LIST", act, member=member)
            else:
                sitting.paper.add(member)

    def _proxy(self, act: Act, member: int, holder: int) -> None:
        meets = [call for call in CALLS if member in self.sittings[call].present]
        on_roll = all(
            self._register.may_vote(each, self.notice.noticed_at, act.place) for each in (member, holder)
        )
        hops = member in self._proxies or holder in self._proxies or self._held.get(member, 0)
        full = self._held.get(holder, 0) >= self.notice.proxies_per_holder
        if member == holder or meets or hops or full or not on_roll or not self._is_ordered(act, member, 3):
            self._differ("PROXY", act, member=member, what=str(holder))
            return
        self._proxies[member] = holder
        self._held[holder] = self._held.get(holder, 0) + 1

    def _is_ordered(self, act: Act, member: int, deadline_at: int) -> bool:
        """Whether the member's order is theirs and in time; believed where a contract sent it."""
        if act.selector not in (wire.APPOINT_CALL, wire.OBJECT_CALL):
            self.by_contract.append((act.transaction, member))
            return True
        verdict = self._orders.verdict(act.transaction)
        if verdict is Verdict.ASK:
            self.by_contract.append((act.transaction, member))
        return verdict is not Verdict.BAD and act.time <= act.values[deadline_at]

    def _consensus(self, act: Act, number: int, data: bytes) -> None:
        _, until = wire.values(("address", "uint40"), data, "ConsensusDeclared")
        call = self._open(act.time)
        motion = self.notice.motion(number)
        allowed = call and not motion.is_weighty and number not in self.withdrawn
        allowed = allowed and number not in self.sittings[call].declared
        first = self.sittings[1]
        decided = call == 2 and len(first.present) + len(first.paper) >= self.notice.needed(1)
        in_time = until == act.time + self.notice.objection_period
        if not allowed or decided or not in_time or until > self.notice.windows[call - 1].closes_at:
            self._differ("CONSENSUS", act, what=str(number))
            return
        self.sittings[call].declared.add(number)
        self._objectable[number] = (call, until)

    def _objection(self, act: Act, number: int, member: int) -> None:
        call, until = self._objectable.get(number, (0, 0))
        on_roll = self._register.may_vote(member, self.notice.noticed_at, act.place)
        if not call or act.time >= until or not on_roll or not self._is_ordered(act, member, 3):
            self._differ("OBJECTION", act, member=member, what=str(number))
            return
        self.sittings[call].objected.add(number)
