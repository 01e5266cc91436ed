"""One anvil for the whole run on a free port, and every test in a snapshot of its own.

What a session or module fixture deploys stays; what a test does is undone after it.
"""

import socket
from collections.abc import Iterator

import brownie
import pytest
from brownie._config import CONFIG

from tests.contracts.actors import genesis, house
from tests.nightly import pytest_collection_modifyitems

__all__ = ["genesis", "house", "pytest_collection_modifyitems"]

NETWORK = "koperasi-tests"
ANVIL = "anvil --hardfork osaka --order fifo --slots-in-an-epoch 128"
SETTINGS = {"chain_id": 31337, "accounts": 20, "base_fee": 0, "gas_price": 0}


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


def pytest_sessionfinish() -> None:
    if brownie.network.is_connected():
        brownie.network.disconnect(kill_rpc=True)


@pytest.fixture(autouse=True)
def isolation() -> Iterator[None]:
    """Undo on the chain, and in Brownie's memory of it, what the test did."""
    brownie.chain.snapshot()
    yield
    brownie.chain.revert()
