"""Anvil as a child process."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from koperasi.localchain import LocalChain, LocalChainError, free_port
from tests.deployment.conftest import GENESIS_TIME

ACCOUNT = "0x00000000000000000000000000000000000A11cE"


def test_start__fresh_chain__time_and_number_as_asked(chain: LocalChain) -> None:
    assert (chain.chain_id, chain.block_number, chain.timestamp) == (31337, 0, GENESIS_TIME)
    assert chain.mine(GENESIS_TIME + 3_600) == 1
    assert chain.timestamp == GENESIS_TIME + 3_600
    chain.set_next_timestamp(GENESIS_TIME + 7_200)
    chain.mine()
    assert chain.timestamp == GENESIS_TIME + 7_200


def test_mine_empty__count__so_many_blocks(chain: LocalChain) -> None:
    chain.mine_empty(40, interval=2)
    assert chain.block_number == 40
    # The first block also counts the seconds that went by since the chain was started.
    assert 80 <= chain.timestamp - GENESIS_TIME < 200


def test_reorganize__depth__other_hashes_from_there(chain: LocalChain) -> None:
    chain.mine_empty(10)
    before = [chain.rpc("eth_getBlockByNumber", hex(number), False)["hash"] for number in range(11)]
    chain.reorganize(3)
    after = [chain.rpc("eth_getBlockByNumber", hex(number), False)["hash"] for number in range(11)]
    assert [old == new for old, new in zip(before, after, strict=True)] == [True] * 8 + [False] * 3


def test_fund__account__has_the_balance(chain: LocalChain) -> None:
    chain.fund([ACCOUNT], 123)
    assert int(chain.rpc("eth_getBalance", ACCOUNT, "latest"), 16) == 123


def test_finalized__slots_in_an_epoch__latest_less_twice_that() -> None:
    with LocalChain.start(slots_in_an_epoch=4) as chain:
        chain.mine_empty(20)
        assert int(chain.rpc("eth_getBlockByNumber", "finalized", False)["number"], 16) == 12


def test_state__file__goes_on_where_it_was(tmp_path: Path) -> None:
    with LocalChain.start(timestamp=GENESIS_TIME, state=tmp_path / "state.json") as chain:
        chain.fund([ACCOUNT], 7)
        chain.mine_empty(3)
    with LocalChain.start(state=tmp_path / "state.json") as chain:
        assert chain.block_number == 3
        assert int(chain.rpc("eth_getBalance", ACCOUNT, "latest"), 16) == 7


def test_rpc__refused_or_gone__said(chain: LocalChain) -> None:
    with pytest.raises(LocalChainError, match="refused no_such_method"):
        chain.rpc("no_such_method")
    attached = LocalChain.attach(chain.url)
    chain.stop()
    with pytest.raises(LocalChainError, match="does not answer"):
        attached.rpc("eth_chainId")


def test_start__port_in_use__said(chain: LocalChain) -> None:
    port = int(chain.url.rpartition(":")[2])
    with pytest.raises(LocalChainError, match=f"Port {port} is used"):
        LocalChain.start(port=port)


def test_stop__twice__ends_the_process_once() -> None:
    chain = LocalChain.start()
    process = chain.process
    chain.stop()
    chain.stop()
    assert process is not None
    assert process.poll() is not None


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child that its parent died")
def test_start__parent_killed__chain_ends_too() -> None:
    port = free_port()
    program = (
        "from koperasi.localchain import LocalChain\n"
        f"LocalChain.start(port={port})\nprint('up', flush=True)\ninput()"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert parent.stdout is not None
    assert parent.stdout.readline() == "up\n"
    os.kill(parent.pid, signal.SIGKILL)
    parent.wait()
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        try:
            LocalChain.attach(f"http://127.0.0.1:{port}")
        except LocalChainError:
            return
        time.sleep(0.02)
    pytest.fail("anvil outlived its parent")
