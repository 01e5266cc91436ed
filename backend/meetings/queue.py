"""Members' signed orders in the office database, from the door to what the contract said."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Engine, Row, Select, func, insert, select, update
from sqlalchemy.exc import DBAPIError, IntegrityError

from backend.meetings.member_orders import AnyOrder, read_order
from backend.schema import MEETING_ORDER as TABLE

WAITING: Final = "WAITING"
SENT: Final = "SENT"
ACCEPTED: Final = "ACCEPTED"
REFUSED: Final = "REFUSED"
STATES: Final = (WAITING, SENT, ACCEPTED, REFUSED)
REASON_LENGTH: Final = 200


class QueueUnavailableError(RuntimeError):
    """The office database did not take or give orders: locked, full, or gone."""

    def __init__(self, error: Exception) -> None:
        reason = str(error).splitlines()[0]
        super().__init__(
            f"Basis data kantor tidak dapat dipakai ({reason}); perintah anggota tidak hilang, jalankan "
            f"lagi. / The office database cannot be used ({reason}); members' orders are not lost, run again."
        )


@dataclass(frozen=True, slots=True)
class Queued:
    """An order and its state. `place`: in its transaction's batch, from 0; `received_at`: unix seconds;
    `checked`: its signature was the member's when it came."""

    receipt: str
    order: AnyOrder
    checked: bool
    received_at: int
    status: str
    reason: str | None = None
    transaction: str | None = None
    place: int | None = None


@contextmanager
def _in_words() -> Iterator[None]:
    try:
        yield
    except DBAPIError as error:
        raise QueueUnavailableError(error) from error


class OrderQueue:
    """Orders of one cooperative. Every method raises QueueUnavailableError if the database cannot be used."""

    def __init__(self, engine: Engine, cooperative_id: int) -> None:
        self._engine = engine
        self._mine = TABLE.c.cooperative_id == cooperative_id
        self._cooperative_id = cooperative_id

    def add(self, order: AnyOrder, checked: bool, received_at: int) -> Queued:
        """Queue an order; the same order again is what it was."""
        queued = Queued(order.receipt, order, checked, received_at, WAITING)
        row = {
            "cooperative_id": self._cooperative_id,
            "receipt": queued.receipt,
            "kind": order.kind,
            "subject": order.subject,
            "content": order.encoded(),
            "checked": int(checked),
            "received_at": received_at,
            "status": WAITING,
        }
        with _in_words():
            try:
                with self._engine.begin() as connection:
                    connection.execute(insert(TABLE), [row])
            except IntegrityError:
                return self.find(queued.receipt) or queued
        return queued

    def find(self, receipt: str) -> Queued | None:
        """An order by its receipt."""
        return next(iter(self._read(_ALL.where(self._mine, TABLE.c.receipt == receipt))), None)

    def is_waiting(self, subject: str) -> bool:
        """Whether a checked order with this subject is on its way."""
        query = _ALL.where(
            self._mine, TABLE.c.subject == subject, TABLE.c.checked == 1, TABLE.c.status.in_((WAITING, SENT))
        )
        return bool(self._read(query.limit(1)))

    def in_state(self, status: str) -> list[Queued]:
        """Orders in the order in which they came."""
        query = _ALL.where(self._mine, TABLE.c.status == status)
        return self._read(query.order_by(TABLE.c.received_at, TABLE.c.receipt))

    def unchecked(self) -> int:
        """How many orders wait whose signature nobody checked."""
        query = select(func.count()).where(self._mine, TABLE.c.status == WAITING, TABLE.c.checked == 0)
        with _in_words(), self._engine.connect() as connection:
            return int(connection.execute(query).scalar_one())

    def counts(self) -> Mapping[str, int]:
        """How many orders are in each state."""
        query = select(TABLE.c.status, func.count()).where(self._mine).group_by(TABLE.c.status)
        with _in_words(), self._engine.connect() as connection:
            found = {row[0]: row[1] for row in connection.execute(query)}
        return {status: found.get(status, 0) for status in STATES}

    def sent(self, orders: Sequence[Queued], transaction: str) -> None:
        """A transaction carries these orders, in this order."""
        values = {"status": SENT, "transaction_hash": transaction}
        self._change((each.receipt, {**values, "place": place}) for place, each in enumerate(orders))

    def settle(self, fates: Iterable[tuple[Queued, str | None]]) -> None:
        """What the contract made of orders: accepted, or refused with a reason."""
        self._change(
            (each.receipt, {"status": REFUSED, "reason": reason[:REASON_LENGTH]})
            if reason
            else (each.receipt, {"status": ACCEPTED})
            for each, reason in fates
        )

    def wait_again(self, orders: Iterable[Queued]) -> None:
        """Their transaction came to nothing."""
        values = {"status": WAITING, "transaction_hash": None, "place": None}
        self._change((each.receipt, values) for each in orders)

    def _change(self, changes: Iterable[tuple[str, Mapping[str, Any]]]) -> None:
        with _in_words(), self._engine.begin() as connection:
            for receipt, values in changes:
                connection.execute(update(TABLE).where(self._mine, TABLE.c.receipt == receipt).values(values))

    def _read(self, query: Select[Any]) -> list[Queued]:
        with _in_words(), self._engine.connect() as connection:
            return [_queued(row) for row in connection.execute(query)]


_ALL: Final = select(
    TABLE.c.receipt,
    TABLE.c.content,
    TABLE.c.checked,
    TABLE.c.received_at,
    TABLE.c.status,
    TABLE.c.reason,
    TABLE.c.transaction_hash,
    TABLE.c.place,
)


def _queued(row: Row[Any]) -> Queued:
    return Queued(
        row.receipt,
        read_order(row.content),
        bool(row.checked),
        row.received_at,
        row.status,
        row.reason,
        row.transaction_hash,
        row.place,
    )
