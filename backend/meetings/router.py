"""Members' signed orders: what to sign, the relay's door, and what became of an order."""

import time
from base64 import urlsafe_b64encode
from collections.abc import Callable
from typing import Annotated, Final, TypeVar

import msgspec
from anyio.to_thread import run_sync
from fastapi import APIRouter, Path, Request, Response

from backend import errors
from backend.deps import answers_of
from backend.meetings import order_schemas as schemas
from backend.meetings.door import Door, in_books, refused
from backend.meetings.member_orders import AnyOrder, read_order
from backend.meetings.queue import OrderQueue, Queued, QueueUnavailableError
from backend.meetings.refusals import OrderReason, words_of
from backend.meetings.turnstile import Turnstile
from backend.openapi import described, read_from
from indexer.reports.meetings import book_time
from indexer.reports.signers import Signer, signer_of

T = TypeVar("T")
router: Final = APIRouter(prefix="/api/v1", tags=["orders"], default_response_class=Response)
MOST_UNCHECKED: Final = 10_000
"""Orders that may wait unchecked: while the chain cannot be asked, anybody could make up more."""
ReceiptPath = Annotated[str, Path(pattern="^[0-9a-f]{64}$", description="sha256 of the signed order.")]
_ORDER: Final = read_from(
    "BallotOrder", "CheckInOrder", "ProxyOrder", "ProxyBallotOrder", "ObjectionOrder", "PetitionOrder"
)


class Relay:
    """What the routes need: the door, the queue (opened when it is first needed), and who comes too often."""

    def __init__(self, door: Door, open_queue: Callable[[], OrderQueue], orders_per_minute: int) -> None:
        self.door = door
        self.turnstile = Turnstile(orders_per_minute)
        self._open_queue = open_queue
        self._queue: OrderQueue | None = None

    def with_queue(self, work: Callable[[OrderQueue], T]) -> T:
        """What `work` does with the queue. RelayUnavailableError if its database cannot be used."""
        try:
            self._queue = self._queue or self._open_queue()
            return work(self._queue)
        except (QueueUnavailableError, *errors.DATABASE_ERRORS) as error:
            raise errors.RelayUnavailableError from error


@router.post(
    "/orders/unsigned",
    summary="What a member has to sign",
    responses=described(
        schemas.UnsignedOrder,
        errors.UnknownMeetingError,
        errors.OrderRefusedError,
        errors.TooManyOrdersError,
        errors.RelayUnavailableError,
    ),
    openapi_extra=_ORDER,
)
async def unsigned(request: Request) -> Response:
    """Typed data for a wallet, its digest as the challenge for a passkey, and who signs for the member.

    Nothing is kept. An overvote, a closed call and a deadline that has passed are refused here already.
    """
    relay, order = _relay(request), await _order(request)
    await _look_up(request, relay, order)
    reader = answers_of(request).reader
    signer = await reader.read(lambda books: signer_of(books.connection, order.signer, books.cooperative_id))
    digest = relay.door.digest(order)
    body = schemas.UnsignedOrder(
        msgspec.convert(relay.door.typed_data(order), schemas.TypedData),
        f"0x{digest.hex()}",
        urlsafe_b64encode(digest).rstrip(b"=").decode(),
        relay.door.rp_id,
        _signer(order.signer, signer) if signer else None,
    )
    return _answer(body)


@router.post(
    "/orders",
    summary="Give the relay a signed order",
    responses=described(
        schemas.OrderReceipt,
        errors.UnknownMeetingError,
        errors.OrderRefusedError,
        errors.TooManyOrdersError,
        errors.RelayUnavailableError,
        status=202,
    ),
    status_code=202,
    openapi_extra=_ORDER,
)
async def give(request: Request) -> Response:
    """Checked, then it waits to be relayed in a batch. The same order again has the same receipt.

    If the chain cannot be asked whose signature it is, the order waits unchecked: it is checked before it is
    sent.
    """
    relay, order = _relay(request), await _order(request)
    noticed_at = await _look_up(request, relay, order)
    if not order.signature:
        raise refused(OrderReason.BAD_SIGNATURE)

    def take() -> Queued:
        found = relay.with_queue(lambda queue: queue.find(order.receipt))
        if found:
            return found
        if relay.with_queue(lambda queue: queue.is_waiting(order.subject)):
            raise refused(OrderReason.ALREADY_WAITING)
        checked = relay.door.check(order, noticed_at)
        if not checked and relay.with_queue(OrderQueue.unchecked) >= MOST_UNCHECKED:
            raise errors.TooManyOrdersError
        return relay.with_queue(lambda queue: queue.add(order, checked, int(time.time())))

    return _answer(_receipt(await run_sync(take)), 202)


@router.get(
    "/orders/{receipt}",
    summary="What became of an order",
    responses=described(schemas.OrderReceipt, errors.UnknownOrderError, errors.RelayUnavailableError),
)
async def receipt(request: Request, receipt: ReceiptPath) -> Response:
    """WAITING, SENT in a transaction, ACCEPTED by the contract, or REFUSED with its reason.

    A block may still go away: the books say what is final.
    """
    relay = _relay(request)
    found = await run_sync(relay.with_queue, lambda queue: queue.find(receipt))
    if found is None:
        raise errors.UnknownOrderError(receipt)
    return _answer(_receipt(found))


def _relay(request: Request) -> Relay:
    relay: Relay = request.app.state.relay
    return relay


async def _order(request: Request) -> AnyOrder:
    """The order in the body, if its sender does not come too often."""
    address = request.client.host if request.client else ""
    if not _relay(request).turnstile.lets_in(address):
        raise errors.TooManyOrdersError
    return read_order(await request.body())


async def _look_up(request: Request, relay: Relay, order: AnyOrder) -> int:
    """When the order's meeting was noticed, if the books have nothing against the order; by the chain's clock
    where it can be asked."""
    now = await run_sync(relay.door.time)
    return await answers_of(request).reader.read(
        lambda books: in_books(
            books.connection,
            books.cooperative_id,
            order,
            max(now or 0, book_time(books.connection, books.cooperative_id)),
        )
    )


def _signer(member: int, signer: Signer) -> schemas.OrderSigner:
    kind: schemas.SignerKind = "PASSKEY" if signer.is_passkey else "ACCOUNT"
    return schemas.OrderSigner(member, kind, f"0x{signer.address.hex()}")


def _receipt(queued: Queued) -> schemas.OrderReceipt:
    order, reason = queued.order, queued.reason
    return schemas.OrderReceipt(
        queued.receipt,
        order.kind,  # type: ignore[arg-type]
        order.member,
        order.meeting_number or None,
        queued.status,  # type: ignore[arg-type]
        reason,
        errors.Messages(*words_of(reason)) if reason else None,
        queued.transaction,
        queued.received_at,
        queued.checked,
    )


def _answer(body: msgspec.Struct, status: int = 200) -> Response:
    headers = {"Cache-Control": "no-store"}
    return Response(msgspec.json.encode(body), status, headers, "application/json")
