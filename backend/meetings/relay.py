"""Sending to the contracts of a meeting: papers in batches that fit a transaction, a refusal in words."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from eth_account.signers.local import LocalAccount

from backend.chain import Chain, Sent
from rules.types import MemberNumber, Refusal

PAPERS_IN_A_BATCH: Final = 250
BASE_GAS: Final = 1_500_000
PAPER_GAS: Final = 40_000
GAS_A_BYTE: Final = 60
REFUSED: Final = {"cast": "BallotRefused", "checkIn": "CheckInRefused", "signPetition": "SignatureRefused"}
"""The event of a skipped paper, by the function that takes the batch."""
_LIMITS: Final = {"carryOut": 5_000_000, "changeSigner": 300_000}
"""Gas limits, well above what is needed; what is not used is not paid."""


class MeetingStoppedError(RuntimeError):
    """The chain refused an act of a meeting, or is past its time; in both languages."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A paper that was skipped. place: from 1 in its batch."""

    place: int
    member: MemberNumber
    reason: Refusal


@dataclass(frozen=True, slots=True)
class Batch:
    """A transaction of papers, and those of them that were skipped."""

    transaction: str
    papers: int
    refused: tuple[Refused, ...]


class Sender:
    """Sends from one account; nothing is estimated. gas_cap: most gas of one transaction."""

    def __init__(self, chain: Chain, account: LocalAccount, gas_cap: int) -> None:
        self._chain = chain
        self._account = account
        self._gas_cap = gas_cap

    @property
    def address(self) -> str:
        """The account that sends."""
        return str(self._account.address)

    def relay(self, function: str, meeting: int, records: Iterable[bytes]) -> Iterator[Batch]:
        """Relay packed papers by `cast` or `checkIn`; what became of each batch."""
        return self.relay_to(function, (meeting,), records)

    def relay_to(self, function: str, first: tuple[Any, ...], records: Iterable[bytes]) -> Iterator[Batch]:
        """As `relay`; `first`: the arguments before the batch."""
        for batch in self.batches(records):
            (sent,) = self.send("BallotBox", [(function, (*first, b"".join(batch)))], len(batch))
            yield Batch(sent.hash, len(batch), self.skipped(function, sent))

    def send(
        self, contract: str, calls: Sequence[tuple[str, tuple[Any, ...]]], papers: int = 0
    ) -> list[Sent]:
        """Send calls of one contract together; MeetingStoppedError with the reason of one that fails."""
        transactions = [self._transaction(contract, *call, papers) for call in calls]
        sent = self._chain.send(self._account, transactions)
        for (function, _), (_, data, _), done in zip(calls, transactions, sent, strict=True):
            if not done.succeeded:
                reason = self._chain.refusal(self._account, contract, data)
                raise MeetingStoppedError(
                    f"{function} ditolak: {reason}. / {function} was refused: {reason}. ({done.hash})"
                )
        return sent

    def attempt(
        self,
        function: str,
        arguments: tuple[Any, ...],
        papers: int,
        signed: Callable[[str], None],
    ) -> Sent | str:
        """Send a call of the BallotBox, unless it is refused as things stand: then only why, and nothing is
        sent. `signed` is told the transaction's hash before it leaves."""
        transaction = self._transaction("BallotBox", function, arguments, papers)
        reason = self._chain.refused(self._account, *transaction[:2])
        if reason is not None:
            return reason
        return self._chain.send(self._account, [transaction], lambda hashes: signed(hashes[0]))[0]

    def _transaction(
        self, contract: str, function: str, arguments: tuple[Any, ...], papers: int
    ) -> tuple[str, str, int]:
        """Contract, call data, gas limit."""
        data = self._chain.encode(contract, function, arguments)
        needed = BASE_GAS + PAPER_GAS * papers + GAS_A_BYTE * (len(data) // 2)
        return contract, data, min(_LIMITS.get(function, needed), self._gas_cap)

    def skipped(self, function: str, sent: Sent) -> tuple[Refused, ...]:
        """The papers of a batch that the contract skipped."""
        event = REFUSED[function]
        topic = self._chain.topic("BallotBox", event)
        logs = [log for log in sent.logs if log["topics"][0] == topic]
        told = [self._chain.decode_log("BallotBox", event, log) for log in logs]
        return tuple(
            Refused(log["index"] + 1, MemberNumber(log["member"]), Refusal(log["reason"])) for log in told
        )

    def batches(self, records: Iterable[bytes]) -> Iterator[list[bytes]]:
        """Runs of records that fit a transaction."""
        batch: list[bytes] = []
        room = self._gas_cap - BASE_GAS
        for record in records:
            gas = PAPER_GAS + GAS_A_BYTE * len(record)
            if batch and (gas > room or len(batch) == PAPERS_IN_A_BATCH):
                yield batch
                batch, room = [], self._gas_cap - BASE_GAS
            batch.append(record)
            room -= gas
        if batch:
            yield batch
