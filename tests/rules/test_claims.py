"""The tree of members' claims: whole, split, ordered, and refused where a figure is not right."""

from hashlib import sha256
from itertools import pairwise
from random import Random

import pytest

from rules.claims import PARTS, ClaimError, ClaimsTree, Part, root_hash, split, topmost, total_of
from rules.types import MAX_RUPIAH, MemberNumber

SALT = bytes(range(32))
ANI = (100_000, 240_000, 1_234_567, 0)


def parts_of(count: int, seed: int = 1) -> list[tuple[Part, ...]]:
    random = Random(seed)
    return [
        split(
            MemberNumber(number),
            (100_000, random.randrange(10**6), random.randrange(10**9), 0),
            random.randbytes(32),
        )
        for number in range(1, count + 1)
    ]


def tree_of(claims: list[tuple[Part, ...]]) -> ClaimsTree:
    return ClaimsTree(part.record for parts in claims for part in parts)


def test_leaf__is_hashed_as_written_down() -> None:
    part = Part(MemberNumber(7), 2, SALT, ANI)
    content = bytes([0]) + SALT + bytes([0, 0, 0, 7, 2]) + b"".join(each.to_bytes(8) for each in ANI)
    assert part.record == sha256(content).digest() + (1_574_567).to_bytes(8)


def test_root__of_three_leaves__by_hand() -> None:
    records = sorted(Part(MemberNumber(1), part, SALT, (part, 0, 0, 0)).record for part in range(3))
    low = sha256(b"\x01" + records[0] + records[1]).digest()
    below = int.from_bytes(records[0][32:]) + int.from_bytes(records[1][32:])
    top = sha256(b"\x01" + low + below.to_bytes(8) + records[2]).digest()
    tree = ClaimsTree(reversed(records))
    assert tree.total == 3
    assert tree.root == sha256(b"\x02" + (3).to_bytes(8) + (3).to_bytes(8) + top).digest()


def test_split__adds_up_by_kind__and_follows_from_the_salt_alone() -> None:
    parts = split(MemberNumber(7), ANI, SALT)
    assert total_of(parts) == ANI
    assert parts == split(MemberNumber(7), ANI, SALT)
    assert parts != split(MemberNumber(7), ANI, bytes(32))
    assert len({part.salt for part in parts}) == PARTS
    assert all(part.amounts[2] < ANI[2] for part in parts), "no part tells the balance"


@pytest.mark.parametrize("amount", [0, 1, 3, MAX_RUPIAH])
def test_split__of_small_and_largest_amounts__adds_up(amount: int) -> None:
    assert total_of(split(MemberNumber(1), (0, 0, amount, 0), SALT)) == (0, 0, amount, 0)


@pytest.mark.parametrize("count", [1, 2, 3, 5, 16, 33])
def test_proof__of_every_leaf__leads_to_root_and_total(count: int) -> None:
    claims = parts_of(count)
    tree = tree_of(claims)
    assert tree.total == sum(sum(total_of(parts)) for parts in claims)
    for parts in claims:
        for part in parts:
            index, path = tree.proof(part.record)
            top = topmost(part.record, index, tree.size, path)
            assert root_hash(tree.size, top) == tree.root
            assert int.from_bytes(top[32:]) == tree.total


def test_tree__of_nobody__owes_nothing() -> None:
    tree = ClaimsTree([])
    assert (tree.size, tree.total) == (0, 0)
    assert tree.root == sha256(b"\x02" + bytes(16) + sha256(b"").digest()).digest()


def test_tree__from_its_kept_leaves__is_the_same() -> None:
    tree = tree_of(parts_of(9))
    again = ClaimsTree.of(tree.leaves)
    assert (again.root, again.total, again.size) == (tree.root, tree.total, tree.size)


def test_order_of_leaves__says_nothing_of_members() -> None:
    claims = parts_of(50)
    tree = tree_of(claims)
    places = [tree.proof(part.record)[0] for parts in claims for part in parts]
    assert sorted(places) == list(range(200))
    assert places != sorted(places)
    assert sum(abs(a - b) == 1 for a, b in pairwise(places)) < 20


def test_understated_sum_of_a_sibling__gives_another_root() -> None:
    claims = parts_of(8)
    tree = tree_of(claims)
    index, path = tree.proof(claims[0][0].record)
    for at, sibling in enumerate(path):
        less = sibling[:32] + (int.from_bytes(sibling[32:]) - 1).to_bytes(8)
        top = topmost(claims[0][0].record, index, tree.size, [*path[:at], less, *path[at + 1 :]])
        assert root_hash(tree.size, top) != tree.root


@pytest.mark.parametrize("amounts", [(-1, 0, 0, 0), (MAX_RUPIAH, 1, 0, 0), (MAX_RUPIAH + 1, 0, 0, 0)])
def test_negative_or_too_large__is_refused(amounts: tuple[int, ...]) -> None:
    with pytest.raises(ClaimError):
        split(MemberNumber(1), amounts, SALT)
    with pytest.raises(ClaimError):
        _ = Part(MemberNumber(1), 0, SALT, amounts).record


def test_sum_that_overflows__is_refused() -> None:
    records = [Part(MemberNumber(1), part, SALT, (MAX_RUPIAH, 0, 0, 0)).record for part in range(2)]
    with pytest.raises(ClaimError, match="more than"):
        ClaimsTree(records)


def test_negative_sum_on_a_path__is_refused() -> None:
    claims = parts_of(2)
    tree = tree_of(claims)
    index, path = tree.proof(claims[0][0].record)
    negative = path[0][:32] + b"\xff" * 8
    with pytest.raises(ClaimError, match="not an amount"):
        topmost(claims[0][0].record, index, tree.size, [negative, *path[1:]])


@pytest.mark.parametrize("cut", [slice(None, -1), slice(1, None)])
def test_path_too_short_or_too_long__is_refused(cut: slice) -> None:
    claims = parts_of(4)
    tree = tree_of(claims)
    index, path = tree.proof(claims[0][0].record)
    with pytest.raises(ClaimError, match="short"):
        topmost(claims[0][0].record, index, tree.size, path[cut])
    with pytest.raises(ClaimError, match="long"):
        topmost(claims[0][0].record, index, tree.size, [*path, path[0]])


def test_same_leaf_twice__is_refused() -> None:
    record = Part(MemberNumber(1), 0, SALT, ANI).record
    with pytest.raises(ClaimError, match="the same"):
        ClaimsTree([record, record])


def test_leaf_that_is_not_in_the_tree__is_refused() -> None:
    with pytest.raises(ClaimError, match="no such leaf"):
        tree_of(parts_of(3)).proof(Part(MemberNumber(1), 0, SALT, ANI).record)


def test_part_left_out_or_given_twice__is_no_claim() -> None:
    parts = split(MemberNumber(7), ANI, SALT)
    for wrong in (parts[1:], (*parts[:-1], parts[0]), (), parts[::-1]):
        with pytest.raises(ClaimError):
            total_of(wrong)
