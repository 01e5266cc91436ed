"""Blocks with events: which receipts are fetched, how addresses are learned, what stops the reader."""

import re

import httpx
import pytest

from indexer.chain import events as ev
from indexer.chain.decode import MalformedLogError, UnknownLogError
from indexer.chain.directory import Directory
from indexer.chain.events import DecodedBlock
from indexer.chain.read import Mode, ParentMismatchError, Reader
from indexer.chain.rpc import Endpoints, NoEndpointError
from tests.indexer import faults
from tests.indexer.fake_chain import CHAIN_ID, FakeChain, FakeLog, FakeTx
from tests.indexer.fake_office import AUTHORITY, FakeOffice, address_of
from tests.indexer.faults import Answers, FakeNode

BOTH = pytest.mark.parametrize("mode", list(Mode))


def read_all(
    *nodes: FakeNode, mode: Mode = Mode.RECEIPTS, chunk: int = 128, sample: int = 4
) -> list[DecodedBlock]:
    endpoints = Endpoints([node.endpoint() for node in nodes], CHAIN_ID, rounds=2, pause=0.001)
    reader = Reader(endpoints, Directory(AUTHORITY), mode=mode, chunk=chunk, sample=sample, salt=b"test")
    head = nodes[0].chain.head
    return [block for part in reader.read(1, head, head - 5, None) for block in part]


def office_chain(blocks: int = 20) -> tuple[FakeChain, FakeOffice]:
    office = FakeOffice(5)
    chain = FakeChain(authority=AUTHORITY)
    for txs in office.genesis():
        chain.mine(txs)
    for at in range(blocks):
        chain.mine([office.noise(2), *office.block(3), office.noise(1)] if at % 2 else [office.noise(3)])
    return chain, office


def ours(chain: FakeChain) -> int:
    """Logs of the cooperative in a chain whose strangers are random."""
    known = {AUTHORITY, *(address_of(name) for name in (*ev.TOKENS, "MemberRegistry", "TellerDesk"))}
    known |= {address_of(name) for name in ("Treasury", "LoanBook", "LoanDesk", "Books", "RAT", "BallotBox")}
    return sum(log.address in known for block in chain.blocks for tx in block.txs for log in tx.logs)


@BOTH
@pytest.mark.parametrize("chunk", [1, 3, 128])
def test_read__any_mode_and_chunk__finds_every_log(mode: Mode, chunk: int) -> None:
    chain, _ = office_chain()
    blocks = read_all(FakeNode(chain), mode=mode, chunk=chunk)
    assert [block.number for block in blocks] == list(range(1, chain.head + 1))
    assert sum(len(block.events) for block in blocks) == ours(chain)
    assert blocks == read_all(FakeNode(chain))
    assert [block.final for block in blocks] == [
        number <= chain.head - 5 for number in range(1, chain.head + 1)
    ]


def test_read__places__are_those_of_the_block() -> None:
    chain, _ = office_chain()
    for block in read_all(FakeNode(chain)):
        logs = [(at, tx, log) for at, tx in enumerate(chain.blocks[block.number].txs) for log in tx.logs]
        for raw, (ref, _) in zip(block.raw_logs, block.events, strict=True):
            tx_index, tx, log = logs[raw.log_index]
            assert (raw.tx_index, raw.tx_hash, raw.address) == (tx_index, tx.hash, log.address)
            assert (raw.topics, raw.data) == (b"".join(log.topics), log.data)
            assert ref.log_index == raw.log_index
            assert ref.block_hash == block.hash
            assert ref.block_time == block.time == int(chain.blocks[block.number].header["timestamp"], 16)


def test_read__bloom_excludes_us__no_receipts_are_fetched() -> None:
    chain, _ = office_chain(0)
    for _ in range(50):
        chain.mine([])
    node = FakeNode(chain)
    read_all(node, sample=0)
    assert node.asked.count("eth_getBlockReceipts") < 20
    assert "eth_getLogs" not in node.asked


def test_read__sample__proves_some_of_the_other_blocks() -> None:
    chain, _ = office_chain(0)
    for _ in range(50):
        chain.mine([])
    without, every = FakeNode(chain), FakeNode(chain)
    read_all(without, sample=0)
    read_all(every, sample=1)
    assert every.asked.count("eth_getBlockReceipts") >= without.asked.count("eth_getBlockReceipts") + 50


@BOTH
def test_read__contract_installed_and_speaking_in_one_block__is_heard_from_then_on(mode: Mode) -> None:
    office = FakeOffice(5)
    chain = FakeChain(authority=AUTHORITY)
    desk = address_of("TellerDesk")
    early = FakeLog.of(desk, ev.CashMoved(office.receipt(), 1, 2, 1, 20_000))  # type: ignore[arg-type]
    late = FakeLog.of(desk, ev.CashMoved(office.receipt(), 1, 2, 2, 20_000))  # type: ignore[arg-type]
    chain.mine([FakeTx(900, (early,)), office.install("TellerDesk"), FakeTx(901, (late,))])
    (block,) = read_all(FakeNode(chain), mode=mode)
    assert [type(event).__name__ for _, event in block.events] == ["ContractInstalled", "CashMoved"]
    assert block.events[1][1].amount == 2  # type: ignore[attr-defined]
    assert block.events[1][0].contract == "TellerDesk"


def test_read__replaced_contract__is_still_heard() -> None:
    chain, office = office_chain(0)
    old = address_of("LoanBook")
    chain.mine([office.install("LoanBook", 1, replaced=old)])
    chain.mine([office.loan()])
    assert {ref.address for ref, _ in read_all(FakeNode(chain))[-1].events} == {old}


def test_read__installed_by_somebody_else__is_not_believed() -> None:
    chain, office = office_chain(0)
    event = ev.ContractInstalled(b"TellerDesk".ljust(32, b"\0"), b"\x66" * 20, bytes(20))
    chain.mine([FakeTx(900, (FakeLog.of(b"\x55" * 20, event),))])
    moved = ev.CashMoved(office.receipt(), 1, 2, 1, 20_000)  # type: ignore[arg-type]
    chain.mine([FakeTx(901, (FakeLog.of(b"\x66" * 20, moved),))])
    assert not any(block.events for block in read_all(FakeNode(chain))[-2:])


def test_read__unknown_log_of_ours__stops_and_names_the_place() -> None:
    chain, _ = office_chain(3)
    block = chain.mine([FakeTx(900, (FakeLog(address_of("Books"), (b"\x99" * 32,), b""),))])
    with pytest.raises(UnknownLogError, match=re.escape(f"block {chain.head} ({block.hash})")):
        read_all(FakeNode(chain))


def test_read__malformed_log_of_ours__stops() -> None:
    chain, office = office_chain(3)
    honest = FakeLog.of(address_of("TellerDesk"), ev.CashMoved(office.receipt(), 1, 2, 1, 20_000))  # type: ignore[arg-type]
    chain.mine([FakeTx(900, (FakeLog(honest.address, honest.topics, honest.data[:-1]),))])
    with pytest.raises(MalformedLogError):
        read_all(FakeNode(chain))


def test_read__name_that_is_no_text__stops() -> None:
    chain, office = office_chain(3)
    event = ev.ContractInstalled(b"\xff" * 32, b"\x66" * 20, bytes(20))
    chain.mine([office.tx(("Authority", event))])
    with pytest.raises(MalformedLogError, match="no ASCII text"):
        read_all(FakeNode(chain))


def test_read__first_block_on_another_parent__is_a_reorg() -> None:
    chain, _ = office_chain(3)
    endpoints = Endpoints([FakeNode(chain).endpoint()], CHAIN_ID)
    with pytest.raises(ParentMismatchError, match="block 2 stands on"):
        list(Reader(endpoints, Directory(AUTHORITY)).read(2, 4, 0, b"\x12" * 32))


@pytest.mark.parametrize("fault", [faults.missing_log, faults.changed_log, faults.duplicate_log])
@pytest.mark.parametrize(
    ("mode", "method"),
    [
        (Mode.RECEIPTS, "eth_getBlockReceipts"),
        (Mode.LOGS, "eth_getBlockReceipts"),
        (Mode.LOGS, "eth_getLogs"),
    ],
)
def test_read__logs_tampered_with__is_an_error_and_another_endpoint_saves_it(
    mode: Mode, method: str, fault: faults.Fault
) -> None:
    chain, _ = office_chain()
    bad = FakeNode(chain, fault=fault, method=method)
    with pytest.raises(NoEndpointError):
        read_all(bad, mode=mode)
    assert read_all(bad, FakeNode(chain), mode=mode) == read_all(FakeNode(chain))


def test_read__logs_call_hides_a_whole_block__the_bloom_finds_it() -> None:
    chain, _ = office_chain()
    hidden = hex(chain.head)

    def hide(request: httpx.Request, answers: Answers) -> httpx.Response:
        logs = [log for log in answers[0]["result"] if log["blockNumber"] != hidden]
        return faults.send([{**answers[0], "result": logs}])

    with pytest.raises(NoEndpointError, match=r"differ: log .* is missing"):
        read_all(FakeNode(chain, fault=hide, method="eth_getLogs"), mode=Mode.LOGS, sample=0)


@pytest.mark.parametrize("fault", [faults.other_bloom, faults.other_receipts_root])
def test_read__header_tampered_with__is_an_error(fault: faults.Fault) -> None:
    chain, _ = office_chain()
    with pytest.raises(NoEndpointError, match="fields hash to"):
        read_all(FakeNode(chain, fault=fault))
