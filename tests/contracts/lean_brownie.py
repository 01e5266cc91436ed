"""Brownie without what it does beside each transaction and snapshot, and no test asks for.

Its calls to the node are what the contract tests spend their time on.
"""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import brownie
from brownie.network.account import _PrivateKeyAccount
from brownie.network.contract import ContractContainer
from brownie.network.rpc import Rpc
from brownie.network.state import _notify_registry
from brownie.network.transaction import TransactionReceipt
from web3.exceptions import TransactionNotFound

RECEIPT_SECONDS = 60

brownie_transfers = _PrivateKeyAccount.transfer
brownie_waits = TransactionReceipt._await_confirmation
brownie_finds_reverted = ContractContainer._revert


def wait_for_receipt(receipt: TransactionReceipt, *arguments: Any, **options: Any) -> None:
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


def transfer_without_undo(sender: _PrivateKeyAccount, *arguments: Any, **options: Any) -> TransactionReceipt:
    """No snapshot of the whole chain after each transaction: nothing is undone one by one."""
    return brownie_transfers(sender, *arguments, **{**options, "skip_undo": True})


def forget_contracts_above(container: ContractContainer, height: int) -> None:
    """Of contracts whose deployment is known, the block says whether they are gone; no code is asked for."""
    if all(contract.tx and contract.tx.block_number is not None for contract in container):
        gone = [contract for contract in container if contract.tx.block_number > height]
        for contract in gone:
            container.remove(contract)
            contract._reverted = True
    else:
        brownie_finds_reverted(container, height)


@contextmanager
def undone() -> Iterator[None]:
    """What happens on the chain inside is undone after it, and Brownie forgets it; one may be in another."""
    snapshot, height = Rpc().snapshot(), brownie.web3.eth.block_number
    yield
    Rpc().revert(snapshot)
    _notify_registry(height)


def remember_chain_id() -> None:
    """Once connected: web3 would ask for it before each transaction."""
    provider = brownie.web3.provider
    provider.cacheable_requests = {"eth_chainId"}
    provider.cache_allowed_requests = True


def install() -> None:
    """Put these in Brownie's place. Its Rpc reads all source files up the stack to warn of a wrong caller."""
    os.environ.setdefault("NO_PROXY", "127.0.0.1")  # requests would search the environment at every call
    TransactionReceipt._await_confirmation = wait_for_receipt
    _PrivateKeyAccount.transfer = transfer_without_undo
    ContractContainer._revert = forget_contracts_above
    Rpc.sleep = lambda rpc, seconds: rpc.backend.sleep(seconds)
    Rpc.mine = lambda rpc, timestamp=None: rpc.backend.mine(timestamp)
    Rpc.snapshot = lambda rpc: rpc.backend.snapshot()
    Rpc.revert = lambda rpc, snapshot: rpc.backend.revert(snapshot)
