"""One anvil for the whole run on a free port, and every test in a snapshot of its own.

What a session or module fixture deploys stays; what a test does is undone after it.
"""

import gc
import socket
import time
from collections.abc import Iterator

import brownie
import pytest
from brownie._config import CONFIG
from brownie.network.transaction import TransactionReceipt
from web3.exceptions import TransactionNotFound

from tests.contracts.actors import genesis, house
from tests.nightly import pytest_collection_modifyitems

__all__ = ["genesis", "house", "pytest_collection_modifyitems"]

NETWORK = "koperasi-tests"
ANVIL = "anvil --hardfork osaka --order fifo --slots-in-an-epoch 128 --max-persisted-states 0"
SETTINGS = {"chain_id": 31337, "accounts": 20, "base_fee": 0, "gas_price": 0}


RECEIPT_SECONDS = 60

brownie_waits = TransactionReceipt._await_confirmation


def wait_for_receipt(receipt: TransactionReceipt, *arguments: object, **options: object) -> None:
    """Anvil counts a sender's nonce up before it has the receipt; Brownie, if it looks in between, takes the
    transaction for dropped, and otherwise sleeps for a second."""
    give_up = time.monotonic() + RECEIPT_SECONDS
    while time.monotonic() < give_up:
        try:
            brownie.web3.eth.get_transaction_receipt(receipt.txid)
            break
        except TransactionNotFound:
            time.sleep(0.002)
    brownie_waits(receipt, *arguments, **options)


TransactionReceipt._await_confirmation = wait_for_receipt


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
    gc.freeze()  # Brownie collects garbage at every revert: without the compiled project it takes no time


def pytest_sessionfinish() -> None:
    if brownie.network.is_connected():
        brownie.network.disconnect(kill_rpc=True)


@pytest.fixture(autouse=True)
def isolation() -> Iterator[None]:
    """Undo on the chain, and in Brownie's memory of it, what the test did."""
    brownie.chain.snapshot()
    yield
    brownie.chain.revert()
