"""The tree against the vectors of RFC 6962/9162 and against the RFC's recursive definition."""

import random
from collections.abc import Sequence
from hashlib import sha256

import pytest

from indexer.ledger import merkle
from indexer.ledger.merkle import Builder, Tree, leaf_hash, node_hash, verify_consistency, verify_inclusion

VECTOR = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = (
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)


class Kept:
    """What the database would hold: the entries' hashes and the kept nodes."""

    def __init__(self, data: Sequence[bytes]) -> None:
        self.data = list(data)
        self.nodes = {(level, at): value for level, at, value in Builder().append(self.data)}

    def __call__(self, level: int, start: int, stop: int) -> list[bytes]:
        if level == 0:
            return [leaf_hash(data) for data in self.data[start:stop]]
        return [self.nodes[level, at] for at in range(start, stop) if (level, at) in self.nodes]


def root_by_definition(data: Sequence[bytes]) -> bytes:
    """MTH of RFC 9162, 2.1.1."""
    if not data:
        return sha256(b"").digest()
    if len(data) == 1:
        return leaf_hash(data[0])
    split = 1
    while split * 2 < len(data):
        split *= 2
    return node_hash(root_by_definition(data[:split]), root_by_definition(data[split:]))


def leaves(count: int) -> list[bytes]:
    return [sha256(b"%d" % number).digest() for number in range(count)]


def test_root__vectors_of_the_rfc__equal() -> None:
    tree = Tree(Kept(VECTOR))
    assert tree.root(0).hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert [tree.root(size).hex() for size in range(1, 9)] == list(ROOTS)


def test_inclusion__vectors_of_the_rfc__equal() -> None:
    tree = Tree(Kept(VECTOR))
    assert [node.hex() for node in tree.inclusion(5, 8)] == [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ]
    assert [node.hex() for node in tree.inclusion(2, 3)] == [ROOTS[1]]


def test_consistency__vectors_of_the_rfc__equal() -> None:
    tree = Tree(Kept(VECTOR))
    assert [node.hex() for node in tree.consistency(6, 8)] == [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ]
    assert tree.consistency(8, 8) == []


@pytest.mark.parametrize("size", [1, 2, 3, 31, 255, 256, 257, 300, 513])
def test_tree__any_size__as_defined_and_proved(size: int) -> None:
    data = leaves(size)
    tree = Tree(Kept(data))
    root = tree.root(size)
    assert root == root_by_definition(data)
    step = max(1, size // 37)
    for index in range(0, size, step):
        path = tree.inclusion(index, size)
        leaf = leaf_hash(data[index])
        assert verify_inclusion(leaf, index, size, path, root)
        assert not verify_inclusion(leaf, index + 1, size, path, root) or size == 1
        assert not verify_inclusion(leaf_hash(b"other"), index, size, path, root)
        assert not verify_inclusion(leaf, index, size, [*path, root], root)
    for old in range(1, size + 1, step):
        path = tree.consistency(old, size)
        old_root = root_by_definition(data[:old])
        assert verify_consistency(old, size, old_root, root, path)
        assert not verify_consistency(old, size, leaf_hash(b"other"), root, path)


def test_builder__continued_anywhere__same_nodes() -> None:
    data = leaves(70_000)
    whole = Kept(data)
    assert (16, 0) in whole.nodes
    generator = random.Random(9)
    for size in [0, 255, 256, 65_535, 65_536, *(generator.randrange(70_000) for _ in range(20))]:
        before = Kept(data[:size])
        nodes = Builder(size, before).append(data[size:])
        assert before.nodes | {(level, at): value for level, at, value in nodes} == whole.nodes


def test_root__large__equals_definition() -> None:
    data = leaves(70_000)
    tree = Tree(Kept(data))
    assert tree.root(70_000) == root_by_definition(data)
    path = tree.inclusion(66_000, 70_000)
    assert verify_inclusion(leaf_hash(data[66_000]), 66_000, 70_000, path, tree.root(70_000))
    assert verify_consistency(257, 70_000, tree.root(257), tree.root(70_000), tree.consistency(257, 70_000))


def test_proofs__outside_the_tree__refused() -> None:
    tree = Tree(Kept(VECTOR))
    with pytest.raises(ValueError, match="leaf 8 is not in a tree of 8"):
        tree.inclusion(8, 8)
    with pytest.raises(ValueError, match="from 0 to 8"):
        tree.consistency(0, 8)
    with pytest.raises(ValueError, match="lacks nodes"):
        tree.root(9)
    assert not verify_inclusion(leaf_hash(b""), 8, 8, [], merkle.EMPTY_ROOT)
