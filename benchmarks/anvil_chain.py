"""A chain to index: deposits by the real contracts on anvil, in as many blocks as asked for."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import httpx

from benchmarks.house import FIRST, GAS_LIMIT, START, anvil, open_house
from rules.calendar import day_of_timestamp
from rules.types import SlipKind

if TYPE_CHECKING:
    from tests.contracts.actors import House
    from tests.contracts.office import Slip

EVENTS: Final = 250_000
BLOCKS: Final = 2_000
MEMBERS: Final = 400
BLOCK_SECONDS: Final = 2
FINALITY: Final = 128
"""Empty blocks on top: every indexer then takes all the others as final, and reads them as history."""
_SLIPS: Final = (EVENTS // BLOCKS - 1) // 2
"""Deposits of a block: each gives Deposited and the token's Transfer, and the batch one Countersigned."""


@dataclass(frozen=True)
class Chain:
    """A served chain. addresses: of the contracts by name; first, last: the blocks of the deposits."""

    url: str
    addresses: dict[str, str]
    first: int
    last: int

    @property
    def blocks(self) -> int:
        return self.last - self.first + 1

    @property
    def events(self) -> int:
        return self.blocks * (2 * _SLIPS + 1)

    @property
    def tokens(self) -> str:
        """Addresses of the tokens that were paid in to, joined by a comma."""
        return ",".join(self.addresses[name] for name in ("SavingsWajib", "SavingsSukarela"))


@contextlib.contextmanager
def deposits(scale: float = 1.0) -> Iterator[Chain]:
    """EVENTS events in BLOCKS blocks, both times `scale`, after the blocks in which the house is deployed."""
    import brownie

    from tests.contracts.actors import now

    with anvil("--prune-history --slots-in-an-epoch 1") as url:
        house = open_house(MEMBERS)
        addresses = {name: contract.address for name, contract in house.contracts.items()}
        first = brownie.chain.height + 1
        with httpx.Client(base_url=url, trust_env=False, timeout=120) as client:
            call(client, "evm_setAutomine", False)
            call(client, "anvil_impersonateAccount", house.teller.account.address)
            clock = now()
            for block in range(round(BLOCKS * scale)):
                call(client, "eth_sendTransaction", _transaction(house, block))
                clock += BLOCK_SECONDS
                call(client, "evm_mine", clock)
            last = brownie.chain.height
            call(client, "anvil_mine", hex(FINALITY))
            _check(client, last)
        yield Chain(url, addresses, first, last)


def _check(client: httpx.Client, block: int) -> None:
    """The last of the blocks has as many events as all should have; RuntimeError if slips were refused."""
    logs = call(client, "eth_getLogs", {"fromBlock": hex(block), "toBlock": hex(block)})
    if len(logs) != 2 * _SLIPS + 1:
        raise RuntimeError(
            f"block {block} has {len(logs)} events instead of {2 * _SLIPS + 1}: slips were refused"
        )


def _transaction(house: "House", block: int) -> dict[str, str]:
    """A batch of deposits by the teller, countersigned by the chair."""
    from tests.contracts import office

    slips = [_slip(block * _SLIPS + index) for index in range(_SLIPS)]
    signed = house.countersign(house.ketua, house.TellerDesk, office.post_action(slips))
    data = house.TellerDesk.post.encode_input([slip.word for slip in slips], [], signed)
    return {
        "from": house.teller.account.address,
        "to": house.TellerDesk.address,
        "gas": hex(GAS_LIMIT),
        "gasPrice": "0x0",
        "data": data,
    }


def _slip(number: int) -> "Slip":
    """Deposits go round the members, to the one kind and the other."""
    from tests.contracts.office import Slip

    kind = (SlipKind.SETOR_WAJIB, SlipKind.SETOR_SUKARELA)[number // MEMBERS % 2]
    return Slip(FIRST + number % MEMBERS, kind, 10_000 + number % 997 * 1_000, day=day_of_timestamp(START))


def call(client: httpx.Client, method: str, parameter: Any) -> Any:
    """The result of a JSON-RPC call; RuntimeError if anvil refuses."""
    answer = client.post("", json={"jsonrpc": "2.0", "id": 1, "method": method, "params": [parameter]}).json()
    if "error" in answer:
        raise RuntimeError(f"anvil: {answer['error']}")
    return answer["result"]
