"""The relay's door: what can be known to be refused is refused before it waits.

The books say what a meeting is; the chain, where it can be asked, says who is on the roll, who voted and
whose signature it is. Nothing that the door says is final: the contract decides.
"""

import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection

from backend import errors
from backend.chain import Call, Chain, ChainError
from backend.deployment import contracts_of, read_deployment
from backend.meetings.member_orders import (
    AnyOrder,
    BallotOrder,
    CheckInOrder,
    ObjectionOrder,
    PetitionOrder,
    ProxyBallotOrder,
    ProxyOrder,
)
from backend.meetings.refusals import OrderReason, words_of
from indexer.reports.meeting_papers import Scope
from indexer.reports.meetings import UnknownMeetingError, ballot_form, head_and_bylaws
from rules.types import Attendance

ELIGIBLE: Final = 1 << 255
"""Of a word of IMemberRegistry.voters."""
ASKED: Final = ("BallotBox", "MemberRegistry")
TIMEOUT: Final = 5.0
"""Seconds that the door waits for the chain."""
_WORD: Final = 32


def refused(reason: OrderReason) -> errors.OrderRefusedError:
    """The answer to an order that is not taken."""
    return errors.OrderRefusedError(reason, *words_of(reason))


def in_books(connection: Connection, cooperative_id: int, order: AnyOrder, now: int) -> int:
    """When the order's meeting was noticed (unix seconds, zero of a petition); UnknownMeetingError, or
    OrderRefusedError if the books refuse the order at `now`."""
    if order.deadline < now:
        raise refused(OrderReason.EXPIRED)
    if isinstance(order, PetitionOrder):
        return 0
    try:
        head, bylaws = head_and_bylaws(Scope(connection, order.meeting, cooperative_id))
    except UnknownMeetingError:
        raise errors.UnknownMeetingError(order.meeting) from None
    if isinstance(order, ProxyOrder | ProxyBallotOrder) and not bylaws["proxies_per_holder"]:
        raise refused(OrderReason.PROXIES_OFF)
    if isinstance(order, ObjectionOrder) and order.motion > head.motions:
        raise refused(OrderReason.UNKNOWN_MOTION)
    if isinstance(order, BallotOrder | ProxyBallotOrder):
        boxes = ballot_form(connection, order.meeting, cooperative_id)
        if boxes.is_overvote(int(order.choices, 16)):
            raise refused(OrderReason.OVERVOTE)
    _, closes_at = head.calls[(order.call_number or 2) - 1]
    if closes_at <= now:
        raise refused(OrderReason.CALL_CLOSED)
    return head.noticed_at


class Door:
    """Of one deployment; `deployment_file` is read when it is first needed, so that a server may start before
    there is one. `rpc`: empty if the chain is not asked."""

    def __init__(self, deployment_file: Path, rpc: str) -> None:
        self._file = deployment_file
        self._rpc = rpc
        self._read: Mapping[str, Any] | None = None
        self._threads = threading.local()

    @property
    def asks_chain(self) -> bool:
        """Whether an endpoint is set."""
        return bool(self._rpc)

    @property
    def rp_id(self) -> str:
        """The domain of the passkeys. RelayUnavailableError if no deployment is known."""
        return str(self._deployment["parameters"]["rp_id"])

    def digest(self, order: AnyOrder) -> bytes:
        """What the member signs."""
        return order.digest(*self._where)

    def typed_data(self, order: AnyOrder) -> dict[str, Any]:
        """The same for a wallet."""
        return order.typed_data(*self._where)

    def time(self) -> int | None:
        """Unix seconds of the chain's last block; None if it cannot be asked."""
        found: int | None = self._ask(lambda chain: chain.reach(0))
        return found

    def check(self, order: AnyOrder, noticed_at: int) -> bool:
        """Whether the chain found nothing against the order; False if it could not be asked.
        OrderRefusedError with the reason."""
        found = self._ask(lambda chain: _findings(chain, order, noticed_at, self.digest(order)))
        if found:
            raise refused(found[0])
        return found is not None

    def _ask(self, question: Callable[[Chain], Any]) -> Any:
        if not self._rpc:
            return None
        try:
            return question(self._chain())
        except ChainError:
            return None

    def _chain(self) -> Chain:
        """One a thread: a connection is not shared."""
        chain: Chain | None = getattr(self._threads, "chain", None)
        if chain is None:
            contracts = contracts_of(self._deployment, ASKED)
            chain = Chain(self._rpc, contracts, self._where[0], is_local=False, timeout=TIMEOUT)
            self._threads.chain = chain
        return chain

    @property
    def _where(self) -> tuple[int, str]:
        """Chain and BallotBox."""
        return int(self._deployment["chain_id"]), str(self._deployment["contracts"]["BallotBox"]["address"])

    @property
    def _deployment(self) -> Mapping[str, Any]:
        if self._read is None:
            try:
                self._read = read_deployment(self._file)
            except (OSError, ValueError) as error:
                raise errors.RelayUnavailableError from error
        return self._read


def _findings(chain: Chain, order: AnyOrder, noticed_at: int, digest: bytes) -> list[OrderReason]:
    """What the contract would refuse the order for as things stand, in its order."""
    named = order.member.to_bytes(4).ljust(_WORD, b"\0")
    since = noticed_at or _petition_began(chain, order)
    calls = [
        Call("MemberRegistry", "voters", (named, since)),
        Call("MemberRegistry", "isSignedBy", (order.signer, digest, order.signed)),
    ]
    if order.call_number:
        where = (order.meeting_number, order.call_number, order.member)
        calls.append(Call("BallotBox", "attendanceOf", where))
    voters, signed, *attendance = chain.call_many(calls)
    found = []
    if order.call_number == 2 and is_first_quorate(chain, order.meeting_number, chain.reach(0)):
        found.append(OrderReason.NOT_HELD)
    if not int.from_bytes(voters) & ELIGIBLE:
        found.append(OrderReason.NOT_ELIGIBLE)
    if attendance and attendance[0] == Attendance.VOTED:
        found.append(OrderReason.ALREADY_VOTED)
    if attendance and isinstance(order, CheckInOrder) and attendance[0] == Attendance.PRESENT:
        found.append(OrderReason.ALREADY_PRESENT)
    if not signed:
        found.append(OrderReason.BAD_SIGNATURE)
    return found


def is_first_quorate(chain: Chain, meeting: int, now: int) -> bool:
    """Whether the first call is over at `now` (unix seconds) and had its quorum: there is no second then."""
    ((_, closes_at), (present, _, _)), needed = chain.call_many(
        [Call("BallotBox", "callOf", (meeting, 1)), Call("BallotBox", "quorumOf", (meeting, 1))]
    )
    return bool(closes_at <= now and present >= needed)


def _petition_began(chain: Chain, order: AnyOrder) -> int:
    """Since when a petition counts its members (unix seconds): from its first signature, or from now on."""
    if not isinstance(order, PetitionOrder):
        return chain.reach(0)
    (_, _, began) = chain.call_many([Call("BallotBox", "petitionOf", (order.notice_hash,))])[0]
    return int(began) or chain.reach(0)
