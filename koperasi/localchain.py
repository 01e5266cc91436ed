"""A chain of one's own: anvil as a child process, and the few calls that only a local chain answers."""

import atexit
import ctypes
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import httpx

from koperasi.errors import KoperasiError

CHAIN_ID: Final = 31337
BLOCK_GAS_LIMIT: Final = 1_000_000_000
_START_SECONDS: Final = 20.0
_STOP_SECONDS: Final = 5.0


class LocalChainError(KoperasiError):
    """The local chain did not start, went away, or refused a call."""


class LocalChain:
    """A running anvil. `start` makes one that ends with this process, `attach` uses one that runs already.

    Fees are zero, transactions keep their order, and a transaction may use as much gas as its network says
    (the sender cuts batches to fit: anvil does not enforce that cap).
    """

    def __init__(self, url: str, process: subprocess.Popen[bytes] | None = None) -> None:
        self.url = url
        self.process = process
        self._client = httpx.Client(timeout=120.0, trust_env=False)
        self._next_id = 0

    @classmethod
    def start(
        cls,
        *,
        timestamp: int | None = None,
        chain_id: int = CHAIN_ID,
        mining: bool = True,
        slots_in_an_epoch: int = 32,
        port: int | None = None,
        state: Path | None = None,
        prune_history: bool = False,
        log: Path | None = None,
    ) -> Self:
        """Start anvil on a free port (or `port`) and wait until it answers.

        timestamp: unix seconds of the first block. mining: a block for each transaction; False: only `mine`
        makes blocks. `finalized` is the latest block less twice `slots_in_an_epoch`. state: a file that is
        loaded if it exists, and written at the end without past states. log: where anvil's output goes.
        Past states stay in memory, the latest 500 of them: on disk they would grow without bound.
        """
        port = _check_free(port) if port else free_port()
        command = [str(anvil_binary()), *_arguments(port, chain_id, timestamp, mining, slots_in_an_epoch)]
        if state:
            command += ["--state", str(state)]
        if prune_history:
            command += ["--prune-history"]
        if log is None:
            process = subprocess.Popen([*command, "--quiet"], **_child_options(subprocess.DEVNULL))
        else:
            with log.open("ab") as output:
                process = subprocess.Popen(command, **_child_options(output))
        chain = cls(f"http://127.0.0.1:{port}", process)
        atexit.register(chain.stop)
        chain._wait_until_up(port)
        return chain

    @classmethod
    def attach(cls, url: str) -> Self:
        """Use a local chain that runs already; LocalChainError if no anvil answers at `url`."""
        chain = cls(url)
        version = str(chain.rpc("web3_clientVersion"))
        if not version.startswith("anvil"):
            raise LocalChainError(
                f"{url} bukan anvil ({version}).",
                f"{url} is no anvil ({version}).",
            )
        return chain

    def stop(self) -> None:
        """End the process (a chain that was attached to goes on). Twice is as good as once."""
        atexit.unregister(self.stop)
        self._client.close()
        process, self.process = self.process, None
        if process is None or process.poll() is not None:
            return
        process.terminate()
        try:
            process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def wait(self) -> None:
        """Until the chain ends by itself; LocalChainError then."""
        if self.process is not None:
            code = self.process.wait()
            raise LocalChainError(
                f"Chain lokal berhenti sendiri (kode {code}).", f"The local chain ended by itself ({code})."
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def rpc(self, method: str, *params: Any) -> Any:
        """The result of one JSON-RPC call; LocalChainError if the chain is gone or answers with an error."""
        return self.batch([(method, params)])[0]

    def batch(self, calls: Sequence[tuple[str, Sequence[Any]]]) -> list[Any]:
        """The results of many calls in one request, in their order."""
        if not calls:
            return []
        first = self._next_id
        self._next_id += len(calls)
        body = [
            {"jsonrpc": "2.0", "id": first + index, "method": method, "params": list(params)}
            for index, (method, params) in enumerate(calls)
        ]
        try:
            answers = self._client.post(self.url, json=body).raise_for_status().json()
        except (httpx.HTTPError, ValueError) as error:
            raise LocalChainError(
                f"Chain lokal di {self.url} tidak menjawab: {error}",
                f"The local chain at {self.url} does not answer: {error}",
            ) from error
        by_id = {answer["id"]: answer for answer in answers}
        return [_result(method, by_id.get(first + index)) for index, (method, _) in enumerate(calls)]

    def mine(self, timestamp: int | None = None) -> int:
        """Make one block of what waits, at `timestamp` (unix seconds) if given; its number."""
        self.rpc("evm_mine", *([] if timestamp is None else [{"timestamp": timestamp}]))
        return self.block_number

    def mine_empty(self, count: int, interval: int = 1) -> None:
        """Make `count` blocks, `interval` seconds apart."""
        self.rpc("anvil_mine", hex(count), hex(interval))

    def set_next_timestamp(self, timestamp: int) -> None:
        """The time (unix seconds) of the next block."""
        self.rpc("evm_setNextBlockTimestamp", timestamp)

    def set_mining(self, automatic: bool) -> None:
        """Whether each transaction gets its block at once."""
        self.rpc("evm_setAutomine", automatic)

    def fund(self, accounts: Iterable[str], wei: int = 10**24) -> None:
        """Set the balance of accounts."""
        self.batch([("anvil_setBalance", [account, hex(wei)]) for account in accounts])

    def reorganize(self, depth: int, transactions: Sequence[tuple[str, int]] = ()) -> None:
        """Replace the last `depth` blocks; raw `transactions` go to the new block at their offset."""
        self.rpc("anvil_reorg", depth, [[raw, offset] for raw, offset in transactions])

    @property
    def block_number(self) -> int:
        return int(self.rpc("eth_blockNumber"), 16)

    @property
    def timestamp(self) -> int:
        """Unix seconds of the latest block."""
        return int(self.rpc("eth_getBlockByNumber", "latest", False)["timestamp"], 16)

    @property
    def chain_id(self) -> int:
        return int(self.rpc("eth_chainId"), 16)

    def _wait_until_up(self, port: int) -> None:
        deadline = time.monotonic() + _START_SECONDS
        while True:
            try:
                self.rpc("eth_chainId")
                return
            except LocalChainError as error:
                code = self.process.poll() if self.process else None
                if code is None and time.monotonic() < deadline:
                    time.sleep(0.02)
                    continue
                self.stop()
                raise LocalChainError(
                    f"anvil tidak mau berjalan di port {port} (kode {code}). Jalankan: koperasi doctor",
                    f"anvil did not start on port {port} (exit code {code}). Run: koperasi doctor",
                ) from error


def anvil_binary() -> Path:
    """The anvil that `make setup` put into the clone."""
    from scripts import toolchain

    binary = toolchain.BIN / "anvil"
    return binary if binary.exists() else toolchain.foundry_binary("anvil")


def free_port() -> int:
    """A TCP port on this machine that nobody listens on now."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _check_free(port: int) -> int:
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1", port))
        except OSError as error:
            raise LocalChainError(
                f"Port {port} sudah dipakai program lain.", f"Port {port} is used by another program."
            ) from error
    return port


def _arguments(
    port: int, chain_id: int, timestamp: int | None, mining: bool, slots_in_an_epoch: int
) -> list[str]:
    values: dict[str, Any] = {
        "port": port,
        "chain-id": chain_id,
        "hardfork": "osaka",
        "order": "fifo",
        "accounts": 1,
        "base-fee": 0,
        "gas-price": 0,
        "gas-limit": BLOCK_GAS_LIMIT,
        "slots-in-an-epoch": slots_in_an_epoch,
        "max-persisted-states": 0,
    }
    if timestamp is not None:
        values["timestamp"] = timestamp
    options = [part for name, value in values.items() for part in (f"--{name}", str(value))]
    flags = ["--disable-min-priority-fee", "--no-request-size-limit", "--disable-console-log"]
    return options + flags + ([] if mining else ["--no-mining"])


def _child_options(output: Any) -> dict[str, Any]:
    """Its own process group, so that Ctrl-C reaches us first; on Linux it dies with us, whatever kills us."""
    options: dict[str, Any] = {
        "stdin": subprocess.DEVNULL,
        "stdout": output,
        "stderr": output,
        "start_new_session": True,
    }
    if sys.platform == "linux":
        library = ctypes.CDLL(None)
        options["preexec_fn"] = lambda: library.prctl(1, signal.SIGTERM)
    return options


def _result(method: str, answer: dict[str, Any] | None) -> Any:
    if answer is None:
        raise LocalChainError(
            f"Chain lokal tidak menjawab {method}.", f"The local chain gave no answer to {method}."
        )
    if "error" in answer:
        reason = answer["error"].get("message", answer["error"])
        raise LocalChainError(
            f"Chain lokal menolak {method}: {reason}", f"The local chain refused {method}: {reason}"
        )
    return answer["result"]
