"""Reorganisations: after each the books are those of the final chain, and nothing is undone on one word."""

import copy
from pathlib import Path
from random import Random

import httpx
import msgspec
import pytest

from indexer.reorg import ReorgBelowFloorError, ReorgUnconfirmedError
from tests.indexer import faults
from tests.indexer.books import ANVIL, Books, clean_digest, working_chain
from tests.indexer.fake_chain import FakeChain, FakeTx
from tests.indexer.fake_office import FakeOffice
from tests.indexer.faults import Answers, FakeNode
from tests.nightly import DEEP

REMOTE = msgspec.structs.replace(ANVIL, development=False)


def reorganise(chain: FakeChain, office: FakeOffice, random: Random, depth: int) -> None:
    """Other blocks in the place of the last `depth`: transactions return shuffled, some of them never."""
    dropped = [tx for block in chain.blocks[-depth:] for tx in block.txs]
    back = [tx for tx in dropped if random.random() < random.choice((0.0, 0.7, 1.0))]
    random.shuffle(back)
    count = max(1, depth + random.randrange(-3, 8))
    blocks: list[list[FakeTx]] = [[] for _ in range(count)]
    for tx in back:
        random.choice(blocks).append(tx)
    for at in range(0, count, 4):
        blocks[at] += office.block(1)
    chain.reorg(depth, blocks)


@pytest.mark.parametrize("seed", range(100 if DEEP else 10))
def test_run__seeded_reorgs__end_in_the_digest_of_the_final_chain(
    database_url: str, seed: int, tmp_path: Path
) -> None:
    random = Random(seed)
    chain, office = working_chain(seed, 230, size=2, finality=256)
    books = Books(
        database_url, [FakeNode(chain)], network=msgspec.structs.replace(ANVIL, revertible_depth=200)
    )
    books.sync.run()
    for _ in range(3):
        floor = books.ledger.cursor().floor  # type: ignore[union-attr]
        reorganise(chain, office, random, random.randrange(1, min(200, chain.head - max(floor, 4)) + 1))
        if random.random() < 0.7:
            books.sync.run()
        for _ in range(random.randrange(4)):
            chain.mine(office.block(2))
    books.sync.run()
    cursor = books.ledger.cursor()
    assert cursor is not None
    assert cursor.block_number == chain.head
    assert books.ledger.digest() == clean_digest(chain, tmp_path)
    books.close()


def test_run__the_chain_changes_while_it_is_read__ends_in_its_digest(sqlite_url: str, tmp_path: Path) -> None:
    chain, office = working_chain(7, 200, size=2)
    random, asked = Random(7), 0

    def change(request: httpx.Request, answers: Answers) -> httpx.Response:
        nonlocal asked
        asked += 1
        if asked in (6, 9, 12):
            reorganise(chain, office, random, 50)
        return faults.send(answers)

    books = Books(sqlite_url, [FakeNode(chain, fault=change)])
    books.sync.run()
    books.sync.run()
    assert asked > 12
    assert books.ledger.digest() == clean_digest(chain, tmp_path)


def test_run__reorg_of_the_last_block_only__is_seen_without_a_new_block(
    sqlite_url: str, tmp_path: Path
) -> None:
    chain, office = working_chain(7, 10)
    books = Books(sqlite_url, [FakeNode(chain)])
    books.sync.run()
    chain.reorg(1, [office.block(2)])
    books.sync.run()
    assert books.ledger.digest() == clean_digest(chain, tmp_path)


def test_run__chain_becomes_shorter__follows(sqlite_url: str, tmp_path: Path) -> None:
    chain, office = working_chain(7, 30)
    books = Books(sqlite_url, [FakeNode(chain)])
    books.sync.run()
    chain.reorg(12, [office.block(2)])
    assert books.sync.run().block == chain.head
    assert books.ledger.digest() == clean_digest(chain, tmp_path)


def test_run__chain_is_cut_back_to_a_block_of_the_books__follows(sqlite_url: str, tmp_path: Path) -> None:
    chain, _ = working_chain(7, 30)
    books = Books(sqlite_url, [FakeNode(chain)])
    books.sync.run()
    del chain.blocks[-5:]
    assert books.sync.run().block == chain.head
    assert books.ledger.digest() == clean_digest(chain, tmp_path)


def test_run__endpoints_are_late__nothing_is_rolled_back(sqlite_url: str) -> None:
    chain, _ = working_chain(7, 30)
    late = copy.deepcopy(chain)
    del late.blocks[-5:]
    nodes = [FakeNode(chain), FakeNode(chain), FakeNode(chain)]
    books = Books(sqlite_url, nodes)
    books.sync.run()
    before = books.ledger.digest()
    nodes[1].chain = nodes[2].chain = late
    assert books.sync.run().block == chain.head
    assert books.ledger.digest() == before


def test_run__contract_installed_on_the_lost_fork__is_forgotten(sqlite_url: str, tmp_path: Path) -> None:
    chain, office = working_chain(7, 10)
    books = Books(sqlite_url, [FakeNode(chain)])
    books.sync.run()
    installed = len(books.ledger.contracts())
    chain.mine([office.install("LoanBook", 1)])
    books.sync.run()
    assert len(books.ledger.contracts()) == installed + 1
    chain.reorg(1, [[]])
    chain.mine(office.block(3))
    books.sync.run()
    assert len(books.ledger.contracts()) == installed
    assert books.ledger.digest() == clean_digest(chain, tmp_path)


def test_run__deeper_than_the_floor__halts_in_words_and_changes_nothing(database_url: str) -> None:
    chain, office = working_chain(8, 200, size=1, finality=100)
    books = Books(database_url, [FakeNode(chain)])
    books.sync.run()
    before = books.ledger.digest()
    chain.reorg(150, [office.block(1) for _ in range(160)])
    with pytest.raises(ReorgBelowFloorError, match=r"was final when it was read.*block explorer"):
        books.sync._to_head()
    assert books.ledger.digest() == before
    books.close()


def test_run__exactly_to_the_floor__is_followed(sqlite_url: str, tmp_path: Path) -> None:
    chain, office = working_chain(8, 200, size=1, finality=100)
    books = Books(sqlite_url, [FakeNode(chain)])
    books.sync.run()
    chain.reorg(100, [office.block(1) for _ in range(101)])
    books.sync.run()
    assert books.ledger.digest() == clean_digest(chain, tmp_path)


def test_run__one_remote_endpoint__is_not_believed(sqlite_url: str) -> None:
    chain, office = working_chain(9, 20)
    books = Books(sqlite_url, [FakeNode(chain, host="rpc.example")], network=REMOTE)
    books.sync.run()
    before = books.ledger.digest()
    chain.reorg(3, [office.block(1) for _ in range(4)])
    with pytest.raises(ReorgUnconfirmedError, match="Name a second endpoint"):
        books.sync.run()
    assert books.ledger.digest() == before


def test_run__two_remote_endpoints_agree__is_followed(sqlite_url: str, tmp_path: Path) -> None:
    chain, office = working_chain(9, 20)
    nodes = [FakeNode(chain, host="a.example"), FakeNode(chain, host="b.example")]
    books = Books(sqlite_url, nodes, network=REMOTE)
    books.sync.run()
    chain.reorg(3, [office.block(1) for _ in range(4)])
    books.sync.run()
    assert books.ledger.digest() == clean_digest(chain, tmp_path)


def test_run__two_endpoints_disagree__nothing_is_rolled_back(sqlite_url: str) -> None:
    chain, office = working_chain(9, 20)
    fork = copy.deepcopy(chain)
    first, second = FakeNode(chain, host="a.example"), FakeNode(chain, host="b.example")
    books = Books(sqlite_url, [first, second], network=REMOTE)
    books.sync.run()
    before = books.ledger.digest()
    fork.reorg(3, [office.block(1) for _ in range(9)])
    first.chain = fork
    with pytest.raises(ReorgUnconfirmedError, match="two must tell the same"):
        books.sync.run()
    assert books.ledger.digest() == before


def test_run__one_of_three_lies__the_other_two_decide(sqlite_url: str, tmp_path: Path) -> None:
    chain, office = working_chain(9, 20)
    fork = copy.deepcopy(chain)
    liar = FakeNode(chain, host="a.example")
    books = Books(
        sqlite_url,
        [liar, FakeNode(chain, host="b.example"), FakeNode(chain, host="c.example")],
        network=REMOTE,
    )
    books.sync.run()
    fork.reorg(3, [office.block(1) for _ in range(5)])
    liar.chain = fork
    chain.reorg(2, [office.block(1) for _ in range(3)])
    books.sync.run()
    assert books.ledger.digest() == clean_digest(chain, tmp_path)


def test_run__a_mismatch_that_is_not_there_on_a_second_look__rolls_nothing_back(
    sqlite_url: str, tmp_path: Path
) -> None:
    chain, office = working_chain(9, 20)
    fork = copy.deepcopy(chain)
    fork.reorg(3, [office.block(1) for _ in range(4)])
    node = FakeNode(chain)
    books = Books(sqlite_url, [node])
    books.sync.run()
    floor = books.ledger.cursor()
    for _ in range(3):
        chain.mine(office.block(1))
    asked = 0

    def hiccup(request: httpx.Request, answers: Answers) -> httpx.Response:
        """The block after the books is once told from another fork, as a load balancer does."""
        nonlocal asked
        if b'"0x19"' in request.content:
            asked += 1
            if asked == 1:
                return faults.send([{**answers[0], "result": fork.blocks[25].header}])
        return faults.send(answers)

    assert floor is not None
    node.fault = hiccup
    with pytest.MonkeyPatch.context() as patch:
        rolled: list[int] = []
        patch.setattr(books.ledger, "rollback", rolled.append)
        books.sync.run()
    assert rolled == []
    assert books.ledger.digest() == clean_digest(chain, tmp_path)
