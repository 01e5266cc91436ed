"""Paying members' shares of a surplus: batches that anyone sends, which go on where one stopped."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from eth_account.signers.local import LocalAccount

from backend.chain import Call, Chain
from backend.surplus.shares import SurplusShares
from rules.shu import SurplusError
from rules.types import MemberNumber, ShareRefusal

_CONTRACT: Final = "SurplusDistributor"
SHARES_IN_A_BATCH: Final = 150
BASE_GAS: Final = 300_000
SHARE_GAS: Final = 90_000
SIBLING_GAS: Final = 2_000
"""Above what is needed: a share into savings that were empty, and each sibling of its proof."""

Progress = Callable[[int, int], None]
"""Called with shares done, and shares in all."""


@dataclass(frozen=True, slots=True)
class Allocated:
    """What the contract holds of a year: root, rupiah of the members' pot and of it unpaid, and the sha256 of
    the file of shares."""

    root: bytes
    members_total: int
    unpaid: int
    document: bytes


@dataclass(frozen=True, slots=True)
class Payment:
    """What a run did: transactions, shares paid, those skipped and why, and rupiah still unpaid."""

    transactions: tuple[str, ...]
    paid: int
    refused: tuple[tuple[MemberNumber, ShareRefusal], ...]
    unpaid: int


def allocated(chain: Chain, year: int, first_block: int) -> Allocated:
    """The allocation of a year. SurplusError if there is none."""
    logs = chain.logs(_CONTRACT, "SurplusAllocated", first_block)
    told = [log for log in logs if log["year"] == year]
    if not told:
        raise SurplusError(
            f"SHU {year} belum dibagi di chain; jalankan keputusan RAT dengan koperasi carry-out.",
            f"the surplus of {year} is not allocated on the chain; run the decision: koperasi carry-out.",
        )
    root, total, unpaid, _ = chain.call_many([Call(_CONTRACT, "allocationOf", (year,))])[0]
    return Allocated(bytes(root), total, unpaid, bytes(told[-1]["document"]))


def check_file(shares: SurplusShares, held: Allocated) -> None:
    """SurplusError unless a file of shares is the one that the meeting allocated."""
    if shares.tree.root != held.root:
        raise SurplusError(
            f"berkas bagian SHU bukan yang diputuskan untuk {shares.year}: akarnya lain.",
            f"this file of shares is not what was decided for {shares.year}: its root is another.",
        )


class SharePayer:
    """Sends from one account, anybody's. gas_cap: most gas of one transaction."""

    def __init__(self, chain: Chain, account: LocalAccount, gas_cap: int) -> None:
        self._chain = chain
        self._account = account
        self._gas_cap = gas_cap

    def pay(self, shares: SurplusShares, progress: Progress = lambda *_: None) -> Payment:
        """Pay every share that is not paid yet; SurplusError if the chain refuses a batch."""
        year = shares.year
        waiting = self._unpaid(shares)
        hashes: list[str] = []
        refused: list[tuple[MemberNumber, ShareRefusal]] = []
        done = 0
        for batch in self._batches(shares, waiting):
            data = self._chain.encode(_CONTRACT, "payOut", (year, batch))
            (sent,) = self._chain.send(self._account, [(_CONTRACT, data, self._gas(batch))])
            if not sent.succeeded:
                reason = self._chain.refusal(self._account, _CONTRACT, data)
                raise SurplusError(f"payOut ditolak: {reason}.", f"payOut was refused: {reason}.")
            hashes.append(sent.hash)
            refused += self._skipped(sent.logs)
            done += len(batch)
            progress(done, len(waiting))
        held = self._chain.call_many([Call(_CONTRACT, "allocationOf", (year,))])[0]
        return Payment(tuple(hashes), done - len(refused), tuple(refused), held[2])

    def _unpaid(self, shares: SurplusShares) -> list[MemberNumber]:
        members = sorted(shares.shares)
        asked = [Call(_CONTRACT, "isPaid", (shares.year, member)) for member in members]
        paid = self._chain.call_many(asked)
        return [member for member, done in zip(members, paid, strict=True) if not done]

    def _batches(self, shares: SurplusShares, members: Sequence[MemberNumber]) -> Iterator[list[Any]]:
        batch: list[Any] = []
        for member in members:
            share = (member, shares.shares[member], shares.tree.proof_of(member))
            if batch and (len(batch) == SHARES_IN_A_BATCH or self._gas([*batch, share]) >= self._gas_cap):
                yield batch
                batch = []
            batch.append(share)
        if batch:
            yield batch

    def _gas(self, batch: Sequence[Any]) -> int:
        needed = BASE_GAS + sum(SHARE_GAS + SIBLING_GAS * len(proof) for _, _, proof in batch)
        return min(needed, self._gas_cap)

    def _skipped(self, logs: Sequence[Any]) -> Iterator[tuple[MemberNumber, ShareRefusal]]:
        topic = self._chain.topic(_CONTRACT, "ShareRefused")
        for log in logs:
            if log["topics"][0] == topic:
                told = self._chain.decode_log(_CONTRACT, "ShareRefused", log)
                yield MemberNumber(told["member"]), ShareRefusal(told["reason"])
