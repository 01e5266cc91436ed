"""The chain as the office uses it: calls in batches, transactions by office, and the clock."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from time import monotonic, sleep
from typing import Any, Final

from eth_abi.abi import encode
from eth_abi.exceptions import DecodingError
from eth_account.signers.local import LocalAccount
from eth_utils.abi import function_abi_to_4byte_selector, get_abi_input_types, get_abi_output_types
from eth_utils.crypto import keccak
from hexbytes import HexBytes
from requests import Session
from web3 import HTTPProvider, Web3
from web3.contract import Contract
from web3.types import RPCEndpoint

from rules.calendar import day_of_timestamp, timestamp_of_day
from rules.types import WibDay

CALLS_IN_A_BATCH: Final = 500
OPENING_HOUR: Final = 8 * 3600
"""On a local chain the office's day starts at 08:00 WIB."""
RECEIPT_TIMEOUT: Final = 180.0
"""Seconds to wait for a transaction on a real network."""


class ChainError(RuntimeError):
    """The chain cannot be reached, answers nonsense, or refused what was sent."""


@dataclass(frozen=True, slots=True)
class Call:
    """One read: contract (name in the deployment), function, arguments."""

    contract: str
    function: str
    args: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Function:
    """How a contract's function is called: its selector, and the ABI types of what goes in and comes out."""

    selector: bytes
    inputs: Sequence[str]
    outputs: Sequence[str]


@dataclass(frozen=True, slots=True)
class Sent:
    """A mined transaction: whether it succeeded, and its logs."""

    hash: str
    succeeded: bool
    gas_used: int
    logs: tuple[Mapping[str, Any], ...]


class Chain:
    """One deployment of the cooperative behind one JSON-RPC endpoint.

    `contracts` gives the address and the ABI of each name. `is_local` allows to mine and to move the clock:
    the chain then mines only for this office. `range_limit`: most blocks of one call for logs. `layouts`:
    each contract's storage layout, as the deployment wrote it.
    ChainError if the endpoint is of another chain than `chain_id`.
    """

    def __init__(
        self,
        url: str,
        contracts: Mapping[str, tuple[str, Sequence[Any]]],
        chain_id: int,
        is_local: bool,
        range_limit: int = 10_000,
        timeout: float = 60.0,
        layouts: Mapping[str, Mapping[str, Any]] | None = None,
    ) -> None:
        session = Session()
        session.trust_env = not is_local
        self._provider = HTTPProvider(
            url, {"timeout": timeout}, session=session, exception_retry_configuration=None
        )
        self._web3 = Web3(self._provider)
        self._contracts: dict[str, Contract] = {
            name: self._web3.eth.contract(address=Web3.to_checksum_address(address), abi=list(abi))
            for name, (address, abi) in contracts.items()
        }
        self._functions: dict[tuple[str, str], Function] = {}
        self._topics: dict[tuple[str, str], str] = {}
        self.is_local = is_local
        self.chain_id = chain_id
        found = int(self._rpc("eth_chainId", []), 16)
        if found != chain_id:
            raise ChainError(
                f"node RPC ini rantai {found}, bukan {chain_id}; perbaiki alamat RPC. / "
                f"this RPC node is of chain {found}, not {chain_id}; correct the RPC address."
            )
        self._nonces: dict[str, int] = {}
        self._range_limit = range_limit
        self._layouts = layouts or {}
        if is_local:
            self._rpc("evm_setAutomine", [False], allow_null=True)
        self._time = self._latest()

    def address(self, name: str) -> str:
        """Where contract `name` is."""
        return str(self._contracts[name].address)

    @property
    def time(self) -> int:
        """Unix seconds of the last block that this office saw."""
        return self._time

    def follow(self, day: WibDay) -> WibDay:
        """Bring a local chain's clock to `day`; the WIB day on which what is sent next will be mined.

        A clock already later stays. On a real network it is the real day.
        """
        return day_of_timestamp(self.reach(timestamp_of_day(day) + OPENING_HOUR))

    def reach(self, timestamp: int) -> int:
        """As `follow`, to a time in unix seconds: when what is sent next will be mined."""
        if self.is_local:
            self._time = max(self._time + 1, timestamp)
        else:
            self._time = self._latest()
        return self._time

    def pass_time(self, timestamp: int) -> None:
        """See that a local chain's last block is not before `timestamp`, by an empty one if need be."""
        if self.is_local and self._latest() < timestamp:
            self.reach(timestamp)
            self._mine()

    def call_many(self, calls: Sequence[Call], block: str = "latest") -> list[Any]:
        """The answers of many reads in order; a single output is unpacked. ChainError if one fails."""
        answers: list[Any] = []
        for start in range(0, len(calls), CALLS_IN_A_BATCH):
            chunk = calls[start : start + CALLS_IN_A_BATCH]
            params = [
                [{"to": self.address(c.contract), "data": self.encode(c.contract, c.function, c.args)}, block]
                for c in chunk
            ]
            results = self._batch("eth_call", params)
            answers.extend(self._decode(call, result) for call, result in zip(chunk, results, strict=True))
        return answers

    def stored(self, contract: str, variable: str, keys: Sequence[int]) -> list[int]:
        """The words that a contract's mapping `variable` holds under `keys`, for what no view tells whole."""
        try:
            slot = int(self._layouts[contract][variable]["slot"])
        except (KeyError, ValueError) as error:
            raise ChainError(
                f"berkas deployment tidak menyebut letak {contract}.{variable}; pakai berkas dari "
                f"pemasangannya. / the deployment file does not say where {contract}.{variable} is: use the "
                "file that its deployment wrote."
            ) from error
        places = [keccak(encode(["uint256", "uint256"], [key, slot])) for key in keys]
        asked = [[self.address(contract), "0x" + place.hex(), "latest"] for place in places]
        words: list[str] = []
        for start in range(0, len(asked), CALLS_IN_A_BATCH):
            words += self._batch("eth_getStorageAt", asked[start : start + CALLS_IN_A_BATCH])
        return [int(word, 16) for word in words]

    def logs(self, contract: str, event: str, from_block: int) -> list[Mapping[str, Any]]:
        """The decoded arguments of all logs of one event, in order."""
        head = int(self._rpc("eth_blockNumber", []), 16)
        asked = {"address": self.address(contract), "topics": [self.topic(contract, event)]}
        filters = [
            [asked | {"fromBlock": hex(first), "toBlock": hex(min(first + self._range_limit - 1, head))}]
            for first in range(from_block, head + 1, self._range_limit)
        ]
        found = [log for logs in self._batch("eth_getLogs", filters) for log in logs]
        return [self.decode_log(contract, event, log) for log in found]

    def settle(self, senders: Sequence[str]) -> None:
        """See that nothing that a stopped run sent is still on its way.

        A local chain forgets it; elsewhere this waits until it is in a block. ChainError if that takes long.
        """
        if self.is_local:
            self._rpc("anvil_dropAllTransactions", [], allow_null=True)
            return
        deadline = monotonic() + RECEIPT_TIMEOUT
        for sender in senders:
            while self._count(sender, "latest") < self._count(sender, "pending"):
                if monotonic() > deadline:
                    raise ChainError(
                        f"transaksi lama dari {sender} belum masuk blok; jalankan impor lagi nanti. / "
                        f"older transactions of {sender} are in no block yet; run the import again later."
                    )
                sleep(2.0)

    def changes(self, contract: str, function: str) -> bool:
        """Whether the contract has such a function and it is no mere read."""
        abi = self._contracts[contract].abi
        return any(
            item["type"] == "function"
            and item["name"] == function
            and item["stateMutability"] not in ("view", "pure")
            for item in abi
        )

    def encode(self, contract: str, function: str, args: Sequence[Any]) -> str:
        """Call data."""
        known = self._function(contract, function)
        return "0x" + (known.selector + self._web3.codec.encode(known.inputs, args)).hex()

    def input_types(self, contract: str, function: str) -> Sequence[str]:
        """The ABI types of a function's arguments."""
        return self._function(contract, function).inputs

    def decode_log(self, contract: str, event: str, log: Mapping[str, Any]) -> Mapping[str, Any]:
        """The arguments of a raw log of a receipt."""
        plain = {
            **log,
            "topics": [HexBytes(topic) for topic in log["topics"]],
            "data": HexBytes(log["data"]),
            "blockHash": HexBytes(log["blockHash"]),
            "transactionHash": HexBytes(log["transactionHash"]),
            "blockNumber": int(log["blockNumber"], 16),
            "logIndex": int(log["logIndex"], 16),
            "transactionIndex": int(log["transactionIndex"], 16),
        }
        args: Mapping[str, Any] = self._contracts[contract].events[event]().process_log(plain)["args"]
        return args

    def error_name(self, data: bytes) -> str:
        """The name of a contract's error from its ABI-encoded bytes, or the bytes in hex."""
        for contract in self._contracts.values():
            for item in contract.abi:
                if item["type"] == "error" and function_abi_to_4byte_selector(item) == data[:4]:
                    return f"{item['name']}({data[4:].hex()})"
        return "0x" + data.hex()

    def refusal(self, sender: LocalAccount, contract: str, data: str) -> str:
        """Why a contract refuses a call now: the name of its error, or the node's words."""
        return self.refused(sender, contract, data) or "?"

    def refused(self, sender: LocalAccount, contract: str, data: str) -> str | None:
        """As `refusal`; None if the contract takes the call as things stand. ChainError without an answer."""
        body = {"from": sender.address, "to": self.address(contract), "data": data}
        try:
            answer = self._provider.make_request(RPCEndpoint("eth_call"), [body, "latest"])
        except Exception as error:
            raise ChainError(_unreachable(error)) from error
        if "error" not in answer:
            return None
        told: Mapping[str, Any] = answer["error"] or {}
        detail = told.get("data")
        if isinstance(detail, str) and len(detail) >= 10:
            return self.error_name(bytes(HexBytes(detail)))
        return str(told.get("message", "?"))

    def topic(self, contract: str, event: str) -> str:
        """The first topic of an event's logs, as hex."""
        if (contract, event) not in self._topics:
            self._topics[contract, event] = str(self._contracts[contract].events[event]().topic)
        return self._topics[contract, event]

    def receipts(self, hashes: Sequence[str]) -> list[Sent | None]:
        """What became of transactions; None where the chain knows of none."""
        found = self._batch("eth_getTransactionReceipt", [[each] for each in hashes], allow_null=True)
        return [None if receipt is None else self._sent(receipt) for receipt in found]

    def send(
        self,
        sender: LocalAccount,
        transactions: Sequence[tuple[str, str, int]],
        signed: Callable[[list[str]], None] | None = None,
    ) -> list[Sent]:
        """Send transactions (contract, call data, gas limit) of one officer, in order; wait for all.

        `signed` is told their hashes before any of them leaves. A local chain mines them into one block at
        this office's clock.
        """
        fees = self._fees()
        raw, names = [], []
        for contract, data, gas in transactions:
            nonce = self._next_nonce(sender.address)
            body: dict[str, Any] = {"to": self.address(contract), "data": data, "gas": gas, "nonce": nonce}
            made = sender.sign_transaction({**body, **fees, "value": 0, "chainId": self.chain_id, "type": 2})
            raw.append([made.raw_transaction.to_0x_hex()])
            names.append(made.hash.to_0x_hex())
        if signed:
            signed(names)
        hashes = self._batch("eth_sendRawTransaction", raw)
        if self.is_local:
            self._mine()
        return [self._sent(receipt) for receipt in self._receipts(hashes)]

    def _mine(self) -> None:
        self._rpc("evm_mine", [self._time])
        self._time += 1

    def _latest(self) -> int:
        """Unix seconds of the last block."""
        return int(self._rpc("eth_getBlockByNumber", ["latest", False])["timestamp"], 16)

    def _next_nonce(self, address: str) -> int:
        if address not in self._nonces:
            self._nonces[address] = self._count(address, "latest")
        nonce = self._nonces[address]
        self._nonces[address] += 1
        return nonce

    def _count(self, address: str, block: str) -> int:
        """Transactions of an account, at `latest` or with those on their way (`pending`)."""
        return int(self._rpc("eth_getTransactionCount", [address, block]), 16)

    def _fees(self) -> dict[str, int]:
        if self.is_local:
            return {"maxFeePerGas": 0, "maxPriorityFeePerGas": 0}
        tip = int(self._rpc("eth_maxPriorityFeePerGas", []), 16)
        base = int(self._rpc("eth_getBlockByNumber", ["latest", False])["baseFeePerGas"], 16)
        return {"maxFeePerGas": 2 * base + tip, "maxPriorityFeePerGas": tip}

    def _receipts(self, hashes: Sequence[str]) -> list[Mapping[str, Any]]:
        deadline = monotonic() + RECEIPT_TIMEOUT
        while True:
            receipts = self._batch("eth_getTransactionReceipt", [[h] for h in hashes], allow_null=True)
            if None not in receipts:
                return receipts
            if monotonic() > deadline:
                raise ChainError(
                    f"{receipts.count(None)} transaksi belum masuk blok; jalankan impor lagi nanti. / "
                    f"{receipts.count(None)} transactions are in no block yet; run the import again later."
                )
            sleep(0.02 if self.is_local else 2.0)

    def _sent(self, receipt: Mapping[str, Any]) -> Sent:
        return Sent(
            hash=receipt["transactionHash"],
            succeeded=int(receipt["status"], 16) == 1,
            gas_used=int(receipt["gasUsed"], 16),
            logs=tuple(receipt["logs"]),
        )

    def _function(self, contract: str, name: str) -> Function:
        """Looked up once: of every call, web3 would derive the selectors of the whole contract anew."""
        known = self._functions.get((contract, name))
        if known is None:
            abi = self._contracts[contract].get_function_by_name(name).abi
            known = Function(
                function_abi_to_4byte_selector(abi), get_abi_input_types(abi), get_abi_output_types(abi)
            )
            self._functions[contract, name] = known
        return known

    def _decode(self, call: Call, result: str) -> Any:
        outputs = self._function(call.contract, call.function).outputs
        try:
            values = self._web3.codec.decode(outputs, HexBytes(result))
        except (DecodingError, ValueError) as error:
            raise ChainError(
                f"tidak ada {call.contract} yang cocok di alamatnya; rantai lain, atau belum dipasang. / "
                f"there is no fitting {call.contract} at its address: another chain, or not deployed yet."
            ) from error
        return values[0] if len(values) == 1 else values

    def _rpc(self, method: str, params: Sequence[Any], allow_null: bool = False) -> Any:
        try:
            answer = self._provider.make_request(RPCEndpoint(method), params)
        except Exception as error:
            raise ChainError(_unreachable(error)) from error
        return _result(method, answer, allow_null)

    def _batch(self, method: str, params: Sequence[Sequence[Any]], allow_null: bool = False) -> list[Any]:
        if not params:
            return []
        try:
            answers = self._provider.make_batch_request([(RPCEndpoint(method), list(p)) for p in params])
        except Exception as error:
            raise ChainError(_unreachable(error)) from error
        if not isinstance(answers, list) or len(answers) != len(params):
            raise ChainError(f"jawaban {method} tidak lengkap / incomplete answer to {method}")
        ordered = sorted(answers, key=lambda answer: int(answer["id"] or 0))
        return [_result(method, answer, allow_null) for answer in ordered]


def _result(method: str, answer: Any, allow_null: bool = False) -> Any:
    if not isinstance(answer, dict) or "error" in answer or "result" not in answer:
        detail = answer.get("error") if isinstance(answer, dict) else answer
        raise ChainError(f"{method} ditolak: {detail} / {method} was refused: {detail}")
    if answer["result"] is None and not allow_null:
        raise ChainError(f"{method} menjawab kosong / {method} answered null")
    return answer["result"]


def _unreachable(error: Exception) -> str:
    kind = type(error).__name__
    return (
        f"node RPC tidak dapat dihubungi ({kind}); periksa alamat dan jaringan, lalu jalankan lagi. / "
        f"the RPC node cannot be reached ({kind}); check its address and the network, then run again."
    )
