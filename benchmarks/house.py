"""The house of the contract tests on an anvil of its own: where gas and indexing are measured."""

import contextlib
import io
import time
import warnings
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, Final

from web3.exceptions import TransactionNotFound

from benchmarks.runs import free_port
from scripts import toolchain
from scripts.compilation import load_artifacts

if TYPE_CHECKING:
    from tests.contracts.actors import House

CHAIN_ID: Final = 31337
FIRST: Final = 1_001
"""Number of the first of the members who come on top of the founders."""
FIRST_PASSKEY: Final = 100_001
START: Final = 1_767_492_000
"""Unix seconds of 2026-01-04 09:00 WIB, where the clock of every anvil starts: runs are repeatable."""
ANVIL: Final = "anvil --order fifo"
OFF_THE_DISK: Final = "--max-persisted-states 0"
"""Past states stay in memory alone; --prune-history, which keeps none, cannot stand beside it."""
GAS_LIMIT: Final = 1_000_000_000
NETWORK: Final = "koperasi-benchmarks"


@contextlib.contextmanager
def anvil(options: str = OFF_THE_DISK, hardfork: str = "prague") -> Iterator[str]:
    """The URL of a fresh anvil, Brownie connected to it; both are quiet. osaka has the P-256 precompile."""
    toolchain.activate()
    load_artifacts()
    brownie = toolchain.load_brownie()
    warnings.filterwarnings("ignore", category=FutureWarning)
    port = free_port()
    brownie._config.CONFIG.networks[NETWORK] = {
        "id": NETWORK,
        "name": "Anvil of the benchmarks",
        "cmd": f"{ANVIL} --hardfork {hardfork} --timestamp {START} {options}".rstrip(),
        "host": "http://127.0.0.1",
        "cmd_settings": {
            "port": port,
            "chain_id": CHAIN_ID,
            "accounts": 20,
            "gas_limit": GAS_LIMIT,
            "base_fee": 0,
            "gas_price": 0,
        },
        "timeout": 120,
    }
    with contextlib.redirect_stdout(io.StringIO()):
        brownie.network.connect(NETWORK)
        brownie.chain._add_to_undo_buffer = lambda *_: None  # nobody undoes: a snapshot each would only cost
        for question in ("get_transaction", "get_transaction_receipt"):
            setattr(brownie.web3.eth, question, _patient(getattr(brownie.web3.eth, question)))
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            brownie.network.disconnect(kill_rpc=True)


def _patient(ask: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Anvil raises a nonce a moment before it shows the transaction: Brownie would take it for dropped."""

    def patient(transaction: Any) -> Any:
        for _ in range(100):
            with contextlib.suppress(TransactionNotFound):
                return ask(transaction)
            time.sleep(0.02)
        return ask(transaction)

    return patient


def open_house(members: int, passkeys: int = 0) -> "House":
    """A house with more members, each with savings of all kinds; genesis is over.

    members: from FIRST on, with a key of their own. passkeys: from FIRST_PASSKEY on.
    """
    from tests.contracts import actors, office

    house = actors.deploy_house()
    people: list[Any] = [
        actors.person(f"member {number}", number) for number in range(FIRST, FIRST + members)
    ]
    keyed = range(FIRST_PASSKEY, FIRST_PASSKEY + passkeys)
    people += [actors.passkey_person(f"passkey {number}", number) for number in keyed]
    house.MemberRegistry.open(actors.registrations(people, actors.today()), {"from": house.deployer})
    house.members.update((member.name, member) for member in people)
    office.furnish(house, bank=5_000_000_000)
    house.Authority.endGenesis(house.RAT, {"from": house.deployer})
    return house
