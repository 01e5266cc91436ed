"""Proofs by a trie's nodes, each of which must be needed."""

import pytest
import rlp
from trie import HexaryTrie

from verifier.chain import trie_value


def nodes_of(trie: HexaryTrie, key: bytes) -> list[str]:
    return [rlp.encode(node).hex() for node in trie.get_proof(key)]


@pytest.fixture
def trie() -> HexaryTrie:
    """Of long values, so that every node stands by its hash; below 0x1 there are two, below 0x2 none."""
    made = HexaryTrie({})
    for key in (b"\x10", b"\x1f", b"\x30"):
        made[key] = key * 40
    return made


def test_trie_value__nothing_there__is_proven_by_the_nodes_on_the_way(trie: HexaryTrie) -> None:
    assert trie_value(trie.root_hash, b"\x20", nodes_of(trie, b"\x20")) == b""
    assert trie_value(trie.root_hash, b"\x18", nodes_of(trie, b"\x18")) == b""
    assert trie_value(trie.root_hash, b"\x10", nodes_of(trie, b"\x10")) == b"\x10" * 40


@pytest.mark.parametrize("absent", [b"\x20", b"\x18"])
def test_trie_value__nothing_there__with_a_node_of_another_way__is_refused(
    trie: HexaryTrie, absent: bytes
) -> None:
    """A node that changes nothing would be a place where a bundle can be altered unnoticed."""
    own, other = nodes_of(trie, absent), nodes_of(trie, b"\x10")
    assert other[: len(own)] == own
    assert len(other) > len(own)
    with pytest.raises(ValueError, match="not on the way"):
        trie_value(trie.root_hash, absent, other[: len(own) + 1])
