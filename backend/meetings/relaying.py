"""Relaying what waits in the queue: looked at once more, in batches, each order's fate kept.

A hash is kept before its transaction leaves: a stopped run is taken up where it was, nothing is sent twice.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from backend.chain import Call, Chain, Sent
from backend.meetings.door import is_first_quorate
from backend.meetings.member_orders import KINDS, AnyOrder
from backend.meetings.queue import SENT, WAITING, OrderQueue, Queued
from backend.meetings.refusals import OrderReason
from backend.meetings.relay import Sender

_ORDER_OF_KINDS: Final = {each.__struct_config__.tag: place for place, each in enumerate(KINDS)}


class _Times(NamedTuple):
    """Of a call, in unix seconds; whether it takes place as far as is known."""

    opens_at: int
    closes_at: int
    is_held: bool


_ALWAYS: Final = _Times(0, 1 << 40, True)


@dataclass(slots=True)
class Relayed:
    """What a run did. `stopped`: batches that the contract would not take as a whole, and why; they wait."""

    transactions: list[str] = field(default_factory=list)
    accepted: int = 0
    refused: int = 0
    stopped: list[str] = field(default_factory=list)


class QueueRelay:
    """Relays for one deployment. `sender` pays; nothing of an earlier run of it may be on its way."""

    def __init__(self, chain: Chain, sender: Sender, queue: OrderQueue) -> None:
        self._chain = chain
        self._sender = sender
        self._queue = queue
        self._done = Relayed()
        self._times: dict[tuple[int, int], _Times] = {}

    def run(self, now: int) -> Relayed:
        """Take up what was sent, then relay what can be relayed at `now` (unix seconds). ChainError and
        QueueUnavailableError stop the run."""
        self._done, self._times = Relayed(), {}
        self._take_up()
        ready = self._ready(self._queue.in_state(WAITING), now)
        groups: defaultdict[tuple[int, tuple[object, ...]], list[Queued]] = defaultdict(list)
        for each in ready:
            order = each.order
            first = order.arguments() if order.is_paper else (each.receipt,)
            groups[_ORDER_OF_KINDS[order.kind], first].append(each)
        for (_, first), orders in sorted(groups.items(), key=lambda group: group[0][0]):
            if orders[0].order.is_paper:
                self._relay_papers(first, sorted(orders, key=lambda each: each.order.member))
            else:
                self._relay_alone(orders[0])
        return self._done

    def _take_up(self) -> None:
        """What a stopped run had sent: settled where it was mined, else it waits again."""
        by_hash: defaultdict[str, list[Queued]] = defaultdict(list)
        for each in self._queue.in_state(SENT):
            by_hash[each.transaction or ""].append(each)
        found = self._chain.receipts(list(by_hash))
        for orders, sent in zip(by_hash.values(), found, strict=True):
            if sent is None or (orders[0].order.is_paper and not sent.succeeded):
                self._queue.wait_again(orders)
            else:
                self._settle(orders, sent)

    def _ready(self, orders: Sequence[Queued], now: int) -> list[Queued]:
        """Those whose time it is and whose signature is good now; who is too late is refused here, unsent."""
        fates = [(each, self._too_late(each.order, now)) for each in orders]
        self._refuse([(each, reason) for each, reason in fates if reason])
        open_now = [
            each for each, reason in fates if not reason and self._times_of(each.order, now).opens_at <= now
        ]
        where = self._chain.chain_id, self._chain.address("BallotBox")
        signed = self._chain.call_many(
            [
                Call(
                    "MemberRegistry",
                    "isSignedBy",
                    (each.order.signer, each.order.digest(*where), each.order.signed),
                )
                for each in open_now
            ]
        )
        told = list(zip(open_now, signed, strict=True))
        self._refuse([(each, OrderReason.BAD_SIGNATURE) for each, good in told if not good])
        return [each for each, good in told if good]

    def _too_late(self, order: AnyOrder, now: int) -> OrderReason | None:
        if order.deadline < now:
            return OrderReason.EXPIRED
        times = self._times_of(order, now)
        if times.closes_at <= now:
            return OrderReason.CALL_CLOSED
        return None if times.is_held else OrderReason.NOT_HELD

    def _times_of(self, order: AnyOrder, now: int) -> "_Times":
        """Of the order's call, asked once a run."""
        if not order.call_number:
            return _ALWAYS
        asked = order.meeting_number, order.call_number
        if asked not in self._times:
            (opens_at, closes_at), _ = self._chain.call_many([Call("BallotBox", "callOf", asked)])[0]
            is_held = order.call_number == 1 or not is_first_quorate(self._chain, asked[0], now)
            self._times[asked] = _Times(opens_at, closes_at, is_held)
        return self._times[asked]

    def _relay_papers(self, first: tuple[object, ...], orders: Sequence[Queued]) -> None:
        rest = list(orders)
        function = orders[0].order.function
        for records in self._sender.batches(each.order.packed() for each in orders):
            batch, rest = rest[: len(records)], rest[len(records) :]
            self._send(function, (*first, b"".join(records)), batch, papers=len(batch))

    def _relay_alone(self, queued: Queued) -> None:
        self._send(queued.order.function, queued.order.arguments(), [queued], papers=1)

    def _send(self, function: str, arguments: tuple[object, ...], orders: list[Queued], papers: int) -> None:
        def kept(transaction: str) -> None:
            self._queue.sent(orders, transaction)

        sent = self._sender.attempt(function, arguments, papers, kept)
        if isinstance(sent, Sent):
            self._done.transactions.append(sent.hash)
            if orders[0].order.is_paper and not sent.succeeded:
                self._queue.wait_again(orders)
                self._done.stopped.append(sent.hash)
            else:
                self._settle(orders, sent)
        elif orders[0].order.is_paper:
            self._done.stopped.append(sent)
        else:
            self._refuse([(orders[0], sent)])

    def _settle(self, orders: Sequence[Queued], sent: Sent) -> None:
        """By the logs of the transaction that carried them."""
        if not sent.succeeded:
            self._refuse([(each, OrderReason.REFUSED_BY_CONTRACT) for each in orders])
            return
        order = orders[0].order
        skipped = self._sender.skipped(order.function, sent) if order.is_paper else ()
        reasons = {each.place - 1: each.reason.name for each in skipped}
        placed = [(each, place if each.place is None else each.place) for place, each in enumerate(orders)]
        self._refuse([(each, reasons[place]) for each, place in placed if place in reasons])
        accepted = [each for each, place in placed if place not in reasons]
        self._queue.settle((each, None) for each in accepted)
        self._done.accepted += len(accepted)

    def _refuse(self, fates: Sequence[tuple[Queued, str]]) -> None:
        self._queue.settle(fates)
        self._done.refused += len(fates)
