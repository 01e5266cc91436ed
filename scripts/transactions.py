"""Sends the steps of a plan, so that whatever stops it, the next run goes on and nothing happens twice.

A step's nonce and the hash of its signed transaction are on disk before it is sent. A step is done when one
of its transactions succeeded; one that the chain does not know is signed again under the same nonce.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from eth_account.signers.local import LocalAccount
from eth_typing import BlockNumber, HexStr
from eth_utils import keccak, to_checksum_address
from web3 import Web3
from web3.exceptions import ContractLogicError, TransactionNotFound, Web3RPCError
from web3.types import RPCEndpoint, TxParams, TxReceipt

from scripts.compilation import error_text
from scripts.deployment_state import DeploymentState, StepRecord
from scripts.errors import DeploymentError

_POLL_SECONDS: Final = 1.0
_LOCAL_POLL_SECONDS: Final = 0.005
_RECEIPT_SECONDS: Final = 600.0
_WINDOW: Final = 16
_CREATION_GAS: Final = 1_600_000
_CALL_GAS: Final = 400_000


@dataclass(frozen=True)
class Step:
    """One transaction. target: None deploys `data`, under the deployment's `offset`-th nonce on which the
    address hangs, and leaves `size` bytes of runtime code.
    """

    key: str
    target: str | None
    data: bytes
    size: int = 0
    offset: int = 0

    @property
    def gas(self) -> int:
        """A limit with room to spare: nothing is estimated on a state that is still to come."""
        if self.target is None:
            return _CREATION_GAS + 18 * len(self.data) + 200 * self.size
        return _CALL_GAS + 1_000 * len(self.data)

    @property
    def input_hash(self) -> str:
        return "0x" + keccak(bytes.fromhex((self.target or "0x")[2:]) + self.data).hex()


class Sender:
    """Signs with `account`, keeps book in `state` and `file`. local: anvil, which mines when asked."""

    def __init__(
        self, web3: Web3, account: LocalAccount, state: DeploymentState, file: Path, gas_cap: int, local: bool
    ) -> None:
        self.web3 = web3
        self.account = account
        self.state = state
        self.file = file
        self.gas_cap = gas_cap
        self.local = local

    def run(self, steps: Sequence[Step]) -> int:
        """Carry out what is not done yet of `steps`, in their order; how many transactions were sent.

        DeploymentError if a step failed, or differs from what was sent before.
        """
        window = len(steps) if self.local else _WINDOW
        missing = [step for step in steps if not self.has_done(step)]
        for start in range(0, len(missing), window):
            self._send(missing[start : start + window])
        return len(missing)

    def _send(self, steps: Sequence[Step]) -> None:
        fees = self._fees()
        account_nonce = self.web3.eth.get_transaction_count(self.account.address)
        raw = []
        for step in steps:
            record = self._record(step, account_nonce)
            if self._pending(record):
                continue
            signed = self.account.sign_transaction(self._transaction(step, record.nonce, fees))
            signed_hash = "0x" + signed.hash.hex()
            if signed_hash not in record.transactions:
                record.transactions.append(signed_hash)
            raw.append(signed.raw_transaction)
        self.state.write(self.file)
        for transaction in raw:
            self._broadcast(transaction)
        self._wait(steps)

    def _record(self, step: Step, account_nonce: int) -> StepRecord:
        """The step's record; a call whose nonce is gone gets another."""
        record = self.state.steps.get(step.key)
        if record is None or record.nonce < account_nonce:
            record = StepRecord(self._free_nonce(step, account_nonce), step.input_hash)
        record.input_hash = step.input_hash
        self.state.steps[step.key] = record
        return record

    def _free_nonce(self, step: Step, account_nonce: int) -> int:
        if step.target is not None:
            return max([account_nonce - 1, *(record.nonce for record in self.state.steps.values())]) + 1
        nonce = self.state.first_nonce + step.offset
        if nonce < account_nonce:
            raise DeploymentError(
                f"{step.key}: nonce {nonce} milik {self.account.address} sudah terpakai transaksi lain. "
                "Mulai "
                f"deployment baru: pindahkan {self.file}.",
                f"{step.key}: nonce {nonce} of {self.account.address} was used by another transaction. "
                "Start a new "
                f"deployment: move {self.file} away.",
            )
        return nonce

    def _transaction(self, step: Step, nonce: int, fees: dict[str, int]) -> dict[str, Any]:
        if step.gas > self.gas_cap:
            raise DeploymentError(
                f"{step.key} butuh gas {step.gas}, batas jaringan {self.gas_cap}.",
                f"{step.key} needs {step.gas} gas, the network allows {self.gas_cap}.",
            )
        transaction: dict[str, Any] = {
            "type": 2,
            "chainId": self.state.chain_id,
            "nonce": nonce,
            "gas": step.gas,
            "value": 0,
            "data": step.data,
            **fees,
        }
        if step.target is not None:
            transaction["to"] = to_checksum_address(step.target)
        return transaction

    def _fees(self) -> dict[str, int]:
        base = self.web3.eth.get_block("latest").get("baseFeePerGas", 0)
        tip = 0 if self.local else self.web3.eth.max_priority_fee
        return {"maxFeePerGas": 2 * base + tip, "maxPriorityFeePerGas": tip}

    def _broadcast(self, raw: bytes) -> None:
        try:
            self.web3.eth.send_raw_transaction(raw)
        except Web3RPCError as error:
            message = str(error).lower()
            if "already known" in message or "already imported" in message:
                return
            raise DeploymentError(
                f"Node menolak transaksi: {error}. Periksa saldo {self.account.address}, lalu jalankan lagi.",
                f"The node refused the transaction: {error}. Check the balance of {self.account.address}, "
                "then "
                "run again.",
            ) from error

    def _pending(self, record: StepRecord) -> bool:
        for transaction in record.transactions:
            try:
                if self.web3.eth.get_transaction(HexStr(transaction)).get("blockNumber") is None:
                    return True
            except TransactionNotFound:
                continue
        return False

    def _wait(self, steps: Sequence[Step]) -> None:
        deadline = time.monotonic() + _RECEIPT_SECONDS
        waiting = list(steps)
        while waiting := [step for step in waiting if not self._arrived(step)]:
            if time.monotonic() > deadline:
                raise DeploymentError(
                    f"{waiting[0].key} belum masuk blok. Jalankan lagi perintah yang sama nanti.",
                    f"{waiting[0].key} is in no block yet. Run the same command again later.",
                )
            self._let_time_pass()
        self.state.write(self.file)

    def _let_time_pass(self) -> None:
        """Wait for a block; on a local chain that mines on demand, make one."""
        if not self.local:
            time.sleep(_POLL_SECONDS)
        elif self.web3.provider.make_request(RPCEndpoint("anvil_getAutomine"), [])["result"]:
            time.sleep(_LOCAL_POLL_SECONDS)
        else:
            self.web3.provider.make_request(RPCEndpoint("evm_mine"), [])

    def _arrived(self, step: Step) -> bool:
        """Whether the step succeeded; False while it waits, DeploymentError if it failed."""
        record = self.state.steps[step.key]
        receipt = self._receipt_of(record)
        if receipt is None:
            return False
        record.block = receipt["blockNumber"]
        if receipt["status"] == 1:
            return True
        self.state.write(self.file)
        reason = revert_reason(self.web3, receipt)
        raise DeploymentError(
            f"{step.key} gagal di blok {record.block}: {reason}.",
            f"{step.key} failed in block {record.block}: {reason}.",
        )

    def has_done(self, step: Step) -> bool:
        """Whether the chain has carried the step out; DeploymentError if it carried out something else."""
        record = self.state.steps.get(step.key)
        if record is None:
            return False
        receipt = self._receipt_of(record)
        if receipt is None or receipt["status"] != 1:
            return False
        if record.input_hash != step.input_hash:
            raise DeploymentError(
                f"{step.key}: kontrak atau parameter di sini berbeda dari yang sudah dikirim. Pakai versi "
                f"yang sama, atau mulai deployment baru: pindahkan {self.file}.",
                f"{step.key}: the contracts or parameters here differ from what was sent. Use the same "
                f"version, or start a new deployment: move {self.file} away.",
            )
        record.block = receipt["blockNumber"]
        return True

    def _receipt_of(self, record: StepRecord) -> TxReceipt | None:
        for transaction in reversed(record.transactions):
            try:
                return self.web3.eth.get_transaction_receipt(HexStr(transaction))
            except TransactionNotFound:
                continue
        return None


def revert_reason(web3: Web3, receipt: TxReceipt) -> str:
    """Why a transaction failed, by asking for it again on the block before."""
    sent = web3.eth.get_transaction(receipt["transactionHash"])
    call: TxParams = {"from": sent["from"], "gas": sent["gas"], "data": sent["input"]}
    if sent.get("to"):
        call["to"] = sent["to"]
    try:
        web3.eth.call(call, BlockNumber(receipt["blockNumber"] - 1))
    except Web3RPCError as error:
        return str(error)
    except ContractLogicError as error:
        return error_text(bytes.fromhex(error.data[2:])) if isinstance(error.data, str) else str(error)
    return "out of gas" if receipt["gasUsed"] >= sent["gas"] * 63 // 64 else "the state has changed since"
