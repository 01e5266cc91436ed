"""Every difference with its cause and history: gone only when the books or a match settle it, closed only by
a reason that an officer of the board and a supervisor sign."""

import time
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, Engine, Row, func, insert, select

from backend.workbench.consents import (
    BOARD,
    OFFICERS,
    Act,
    Domain,
    Given,
    Signed,
    consent,
    reason_of,
    two_persons,
    was_signed,
)
from backend.workbench.errors import ConsentRefusedError, UnknownItemError
from backend.workbench.findings import ChainFinding, Finding, Kind
from backend.workbench.repository import signed_of
from backend.workbench.tables import CHAIN_FINDING, CHAIN_RUN, DIFFERENCE, DIFFERENCE_ACT
from rules.bank_causes import Cause
from rules.types import Office

FOUND: Final = "FOUND"
GONE: Final = "GONE"
CLOSED: Final = "CLOSED"
REOPENED: Final = "REOPENED"
OPEN: Final = "OPEN"


class DifferenceAct(NamedTuple):
    """What happened to a difference. Rupiah, unix seconds; `signed`: by whom; what was found, by nobody."""

    sequence: int
    act: str
    amount: int
    cause: str
    reason: str
    at: int
    signed: tuple[Signed, ...]


class Difference(NamedTuple):
    """A finding and its history; `status` OPEN or CLOSED."""

    finding: Finding
    status: str
    acts: tuple[DifferenceAct, ...]

    @property
    def closing(self) -> DifferenceAct | None:
        """What closed it."""
        return self.acts[-1] if self.status == CLOSED else None


class ChainRun(NamedTuple):
    """A comparison of books and chain at a block; unix seconds."""

    block: int
    block_hash: str
    at: int


class DifferenceBook:
    """The differences of one cooperative. `domain`: the deployment that officers sign for."""

    def __init__(self, engine: Engine, cooperative_id: int, domain: Domain) -> None:
        self._engine = engine
        self._mine = cooperative_id
        self._domain = domain

    def listed(self, books: Connection, findings: Iterable[Finding]) -> list[Difference]:
        """What differs now, each with its history and whether it is closed: by the last decision, for exactly
        the amount that it has now, by signatures that hold."""
        acts = self.acts()
        return [
            Difference(each, self._status(books, each, acts.get(each.id, ())), acts.get(each.id, ()))
            for each in findings
        ]

    def record(self, findings: Sequence[Finding], kinds: Iterable[Kind]) -> None:
        """Write down what is new, changed, or gone of these kinds. Nothing is closed by it."""
        acts, known = self.acts(), self._known()
        now = {each.id: each for each in findings}
        rows = [
            self._row(each.id, acts, FOUND, each.amount, each.cause)
            for each in now.values()
            if _last_seen(acts.get(each.id, ())) != (FOUND, each.amount, each.cause.value)
        ]
        wanted = {kind.value for kind in kinds}
        rows += [
            self._row(gone, acts, GONE, 0, Cause.UNKNOWN)
            for gone, kind in known.items()
            if gone not in now and kind in wanted and _last_seen(acts.get(gone, ()))[:1] == (FOUND,)
        ]
        named = [
            {
                "cooperative_id": self._mine,
                "id": each.id,
                "kind": each.kind.value,
                "channel": int(each.channel or 0),
                "subject": each.subject,
            }
            for each in now.values()
            if each.id not in known
        ]
        with self._engine.begin() as connection:
            if named:
                connection.execute(insert(DIFFERENCE), named)
            if rows:
                connection.execute(insert(DIFFERENCE_ACT), rows)

    def close_act(self, difference: Difference, cause: Cause, reason: str) -> Act:
        """What both sign: the difference, its amount now, cause, reason, and place in the history."""
        return _close_act(
            difference.finding.id,
            difference.finding.amount,
            cause,
            reason_of(reason),
            len(difference.acts) + 1,
        )

    def close(
        self,
        books: Connection,
        difference: Difference,
        cause: Cause,
        reason: str,
        given: Sequence[Given],
        at: int,
    ) -> DifferenceAct:
        """Close a difference by two signatures at `at` (unix seconds). ConsentRefusedError."""
        if difference.status == CLOSED:
            raise _closed_already(difference.finding.id)
        if len(given) != 2:
            raise ConsentRefusedError(
                f"Menutup selisih perlu dua tanda tangan; ada {len(given)}.",
                f"Closing a difference takes two signatures; there are {len(given)}.",
            )
        act = self.close_act(difference, cause, reason)
        maker, checker = (
            consent(books, self._domain, act, each, offices, at, self._mine)
            for each, offices in zip(given, (BOARD, (Office.PENGAWAS,)), strict=True)
        )
        two_persons(maker, checker)
        row = {
            **self._head(difference, CLOSED, str(act.message["reason"]), at),
            "amount": difference.finding.amount,
            "cause": cause.value,
            **maker.columns("maker"),
            **checker.columns("checker"),
        }
        return self._write(row)

    def reopen_act(self, difference: Difference, reason: str) -> Act:
        """What is signed to open a closed difference again."""
        told = {"difference": difference.finding.id, "reason": reason_of(reason)}
        return Act("ReopenDifference", {**told, "sequence": len(difference.acts) + 1})

    def reopen(
        self, books: Connection, difference: Difference, reason: str, given: Given, at: int
    ) -> DifferenceAct:
        """Open a closed difference again: a new record, the closing stays. ConsentRefusedError."""
        if difference.status != CLOSED:
            raise UnknownItemError(
                f"Selisih {difference.finding.id} tidak ditutup.",
                f"The difference {difference.finding.id} is not closed.",
            )
        act = self.reopen_act(difference, reason)
        by = consent(books, self._domain, act, given, OFFICERS, at, self._mine)
        row = {
            **self._head(difference, REOPENED, str(act.message["reason"]), at),
            "amount": difference.finding.amount,
            "cause": difference.finding.cause.value,
            **by.columns("maker"),
        }
        return self._write(row)

    def acts(self) -> dict[str, tuple[DifferenceAct, ...]]:
        """The histories of all differences that were ever found."""
        table = DIFFERENCE_ACT.c
        query = select(DIFFERENCE_ACT).where(table.cooperative_id == self._mine)
        found: dict[str, list[DifferenceAct]] = {}
        with self._engine.connect() as connection:
            for row in connection.execute(query.order_by(table.difference, table.sequence)):
                found.setdefault(row.difference, []).append(_act_of(row))
        return {key: tuple(acts) for key, acts in found.items()}

    def put_chain(self, run: ChainRun, found: Sequence[ChainFinding]) -> None:
        """Keep what a comparison of books and chain found; it takes the place of the one before."""
        with self._engine.begin() as connection:
            query = select(func.max(CHAIN_RUN.c.number)).where(CHAIN_RUN.c.cooperative_id == self._mine)
            number = (connection.execute(query).scalar_one() or 0) + 1
            row = {"cooperative_id": self._mine, "number": number, "block": run.block}
            connection.execute(
                insert(CHAIN_RUN).values({**row, "block_hash": run.block_hash, "run_at": run.at})
            )
            rows = [
                {"cooperative_id": self._mine, "run": number, "position": at, **each._asdict()}
                for at, each in enumerate(found, 1)
            ]
            if rows:
                connection.execute(insert(CHAIN_FINDING), rows)

    def chain(self) -> tuple[ChainRun, list[ChainFinding]] | None:
        """The last comparison of books and chain that was kept."""
        run, found = CHAIN_RUN.c, CHAIN_FINDING.c
        last = select(CHAIN_RUN).where(run.cooperative_id == self._mine).order_by(run.number.desc()).limit(1)
        with self._engine.connect() as connection:
            head = connection.execute(last).one_or_none()
            if head is None:
                return None
            query = select(found.subject, found.key, found.book, found.chain)
            query = query.where(found.cooperative_id == self._mine, found.run == head.number)
            rows = connection.execute(query.order_by(found.position))
            return ChainRun(head.block, head.block_hash, head.run_at), [ChainFinding(*row) for row in rows]

    def _status(self, books: Connection, finding: Finding, acts: Sequence[DifferenceAct]) -> str:
        decided = [act for act in acts if act.act in (CLOSED, REOPENED)]
        if not decided or decided[-1].act == REOPENED or decided[-1].amount != finding.amount:
            return OPEN
        return CLOSED if self._holds(books, finding.id, decided[-1]) else OPEN

    def _holds(self, books: Connection, difference: str, closed: DifferenceAct) -> bool:
        """Whether both signatures are over this closing, by who held these offices then."""
        act = _close_act(difference, closed.amount, Cause(closed.cause), closed.reason, closed.sequence)
        return all(
            was_signed(books, self._domain, act, each, closed.at, self._mine) for each in closed.signed
        )

    def _known(self) -> dict[str, str]:
        table = DIFFERENCE.c
        query = select(table.id, table.kind).where(table.cooperative_id == self._mine)
        with self._engine.connect() as connection:
            return {row.id: row.kind for row in connection.execute(query)}

    def _row(
        self,
        difference: str,
        acts: Mapping[str, Sequence[DifferenceAct]],
        act: str,
        amount: int,
        cause: Cause,
    ) -> dict[str, Any]:
        place = {"cooperative_id": self._mine, "difference": difference}
        place |= {"sequence": len(acts.get(difference, ())) + 1, "act": act, "amount": amount}
        return {**place, "cause": cause.value, "reason": "", "acted_at": int(time.time())}

    def _head(self, difference: Difference, act: str, reason: str, at: int) -> dict[str, Any]:
        place = {"cooperative_id": self._mine, "difference": difference.finding.id, "act": act}
        return {**place, "sequence": len(difference.acts) + 1, "reason": reason, "acted_at": at}

    def _write(self, row: Mapping[str, Any]) -> DifferenceAct:
        table = DIFFERENCE_ACT.c
        query = select(DIFFERENCE_ACT).where(
            *(table[name] == row[name] for name in ("cooperative_id", "difference", "sequence"))
        )
        with self._engine.begin() as connection:
            connection.execute(insert(DIFFERENCE_ACT).values(row))
            return _act_of(connection.execute(query).one())


def _close_act(difference: str, amount: int, cause: Cause, reason: str, sequence: int) -> Act:
    told = {"difference": difference, "amount": amount, "cause": cause.value, "reason": reason}
    return Act("CloseDifference", {**told, "sequence": sequence})


def _last_seen(acts: Sequence[DifferenceAct]) -> tuple[str, ...] | tuple[str, int, str] | tuple[()]:
    seen = [act for act in acts if act.act in (FOUND, GONE)]
    return (seen[-1].act, seen[-1].amount, seen[-1].cause) if seen else ()


def _act_of(row: Row[Any]) -> DifferenceAct:
    prefixes = [name for name in ("maker", "checker") if row._mapping[f"{name}_person"] is not None]
    signed = tuple(signed_of(row, prefix) for prefix in prefixes)
    return DifferenceAct(row.sequence, row.act, row.amount, row.cause, row.reason, row.acted_at, signed)


def _closed_already(difference: str) -> UnknownItemError:
    return UnknownItemError(
        f"Selisih {difference} sudah ditutup. Bila perlu buka lagi: koperasi reopen-difference {difference}",
        f"The difference {difference} is closed already. To open it again: koperasi reopen-difference "
        f"{difference}",
    )
