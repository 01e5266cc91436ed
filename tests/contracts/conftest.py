"""One anvil for the whole run on a free port, and every test in a snapshot of its own.

One house is deployed for the whole run; what a module's fixtures make of it is undone after the module, and
what a test does after the test.
"""

import gc
import socket
from collections.abc import Iterator

import brownie
import pytest
from brownie._config import CONFIG

from tests.contracts import lean_brownie
from tests.contracts.actors import first_house, genesis, house, new_house
from tests.nightly import pytest_collection_modifyitems

__all__ = ["first_house", "genesis", "house", "new_house", "pytest_collection_modifyitems"]

NETWORK = "koperasi-tests"
ANVIL = "anvil --hardfork osaka --order fifo --slots-in-an-epoch 128 --max-persisted-states 0"
SETTINGS = {"chain_id": 31337, "accounts": 20, "base_fee": 0, "gas_price": 0}

lean_brownie.install()


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def pytest_collection_finish(session: pytest.Session) -> None:
    """Start anvil and connect, once it is known that there is something to run."""
    if not session.items or session.config.option.collectonly or brownie.network.is_connected():
        return
    CONFIG.networks[NETWORK] = {
        "id": NETWORK,
        "name": "Anvil of the tests",
        "cmd": ANVIL,
        "host": "http://127.0.0.1",
        "cmd_settings": {"port": free_port(), **SETTINGS},
        "timeout": 120,
    }
    brownie.network.connect(NETWORK)
    lean_brownie.remember_chain_id()
    gc.freeze()  # Brownie collects garbage at every revert: without the compiled project it takes no time


def pytest_sessionfinish() -> None:
    if brownie.network.is_connected():
        brownie.network.disconnect(kill_rpc=True)


@pytest.fixture(autouse=True)
def isolation() -> Iterator[None]:
    """Undo on the chain, and in Brownie's memory of it, what the test did."""
    with lean_brownie.undone():
        yield
