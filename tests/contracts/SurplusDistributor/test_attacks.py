"""Forged proofs, replays, hostile wallets, and a distributor in another's place."""

from typing import Any

import pytest
from eth_abi import encode
from eth_utils import keccak

from verifier.share_tree import leaf_of
from rules.types import MemberNumber, Rupiah
from tests.contracts.actors import (
    DAY,
    House,
    contract_type,
    now,
    person,
    refused,
    register_action,
    today,
    travel,
)
from tests.contracts.office import events, slip_number
from tests.contracts.SurplusDistributor.surplus import (
    ALREADY_PAID,
    SHARES,
    WRONG_PROOF,
    YEAR,
    Cash,
    Surplus,
    allocate,
    pay_out,
    saved,
    unpaid,
)
from tests.contracts.wallets import Mode, deploy_wallet

NAMES = ("Authority", "MemberRegistry", "Treasury", "SavingsSukarela", "SavingsPayable")


@pytest.fixture
def surplus(office: House) -> Surplus:
    surplus = Surplus()
    allocate(office, surplus)
    return surplus


def test_leaf_of__worked_by_hand__as_the_contract(office: House) -> None:
    """abi.encode(typehash, year, member, amount), hashed twice."""
    typehash = keccak(text="SurplusShare(uint16 year,uint32 member,uint64 amount)")
    inner = typehash + (2025).to_bytes(32) + (101).to_bytes(32) + (300_000).to_bytes(32)
    assert inner == encode(["bytes32", "uint16", "uint32", "uint64"], [typehash, 2025, 101, 300_000])
    wanted = keccak(keccak(inner))
    assert bytes(office.SurplusDistributor.leafOf(2025, 101, 300_000)) == wanted
    assert leaf_of(2025, MemberNumber(101), Rupiah(300_000)) == wanted


def forgeries(surplus: Surplus) -> dict[str, tuple[int, int, list[bytes]]]:
    """Alice's share, each with one thing wrong."""
    member, amount, proof = surplus.share(101)
    return {
        "no proof": (member, amount, []),
        "cut short": (member, amount, proof[:-1]),
        "one longer": (member, amount, [*proof, bytes(32)]),
        "other order": (member, amount, proof[::-1]),
        "of another": (member, amount, surplus.share(104)[2]),
        "a bit changed": (member, amount, [bytes([proof[0][0] ^ 1]) + proof[0][1:], *proof[1:]]),
        "the root": (member, amount, [surplus.tree.root]),
        "more": (member, amount + 1, proof),
        "all that is left": (member, 1_000_000, proof),
        "another's name": (109, amount, proof),
        "one never allotted": (109, 1, [surplus.tree.root]),
    }


def test_pay_out__forged__not_one_passes(office: House, surplus: Surplus) -> None:
    forged = forgeries(surplus)
    for share in forged.values():
        assert not office.SurplusDistributor.isShare(YEAR, share)
    receipt = pay_out(office, list(forged.values()))
    assert [event["reason"] for event in receipt.events["ShareRefused"]] == [WRONG_PROOF] * len(forged)
    assert unpaid(office) == 1_000_000


def test_leaf__pair_of_the_tree__is_none(office: House, surplus: Surplus) -> None:
    """Second preimage: what stands above the leaves hashes 64 bytes, a leaf 32 and before them 128."""
    first, second = (leaf_of(YEAR, MemberNumber(m), Rupiah(SHARES[m])) for m in (101, 102))
    pair = keccak(min(first, second) + max(first, second))
    assert pair == surplus.share(103)[2][1]
    leaves = {leaf_of(YEAR, MemberNumber(m), Rupiah(a)) for m, a in SHARES.items()}
    assert pair not in leaves
    assert len({first, keccak(first), pair, keccak(pair)}) == 4


def test_pay_out__relayed_twice_in_one_block_of_calls__paid_once(office: House, surplus: Surplus) -> None:
    before = saved(office, 101)
    receipt = pay_out(office, [surplus.share(101)] * 3)
    assert [event["reason"] for event in receipt.events["ShareRefused"]] == [ALREADY_PAID] * 2
    assert saved(office, 101) == before + SHARES[101]


@pytest.mark.parametrize("mode", list(Mode)[1:])
def test_pay_cash__hostile_wallet__nothing_moves(office: House, mode: Mode) -> None:
    """A member's contract is asked by a call that can change nothing: it cannot come in again."""
    wallet = deploy_wallet(office.alice.signer, mode)
    newcomer = _member_with(office, wallet)
    surplus = Surplus(shares={newcomer.number: 1_000_000})
    allocate(office, surplus)
    if mode is Mode.LONG_ANSWER:
        Cash(office, surplus, newcomer).pay()
        assert unpaid(office) == 0
        return
    with refused("SurplusOrderInvalid"):
        Cash(office, surplus, newcomer).pay()
    assert unpaid(office) == 1_000_000


def test_pay_cash__owned_wallet__paid(office: House) -> None:
    wallet = deploy_wallet(person("wallet", 151).signer)
    newcomer = _member_with(office, wallet)
    surplus = Surplus(shares={newcomer.number: 1_000_000})
    allocate(office, surplus)
    Cash(office, surplus, newcomer).pay()
    assert unpaid(office) == 0


def _member_with(office: House, wallet: Any) -> Any:
    """Member 151, ACTIVE, whose signer is a contract; signs with the key of its owner."""
    owner = person("wallet", 151)
    rows = [(151, wallet.address, 0, today())]
    signed = office.countersign(office.ketua, office.MemberRegistry, register_action(rows))
    office.MemberRegistry.register(rows, signed, {"from": office.registrar.account})
    office.MemberRegistry.activate(151, today(), {"from": office.writer})
    return owner


def replace_distributor(office: House) -> Any:
    """A meeting puts another distributor in place; the old one keeps what it writes."""
    contracts = [office.contracts[name] for name in NAMES]
    successor = contract_type("SurplusDistributor").deploy(*contracts, {"from": office.deployer})
    since = now() + 30 * DAY + 60
    for name in ("Treasury", "SavingsSukarela", "SavingsPayable"):
        office.contracts[name].setWriter(successor, since, 0, {"from": office.admin})
    office.schedule("SurplusDistributor", successor)
    travel(30 * DAY + 120)
    office.enact("SurplusDistributor")
    return successor


def test_replacement__old_years__paid_by_the_old_one_only(office: House, surplus: Surplus) -> None:
    pay_out(office, [surplus.share(101)])
    successor = replace_distributor(office)
    with refused("SurplusYearAllocated", YEAR):
        allocate(office, surplus, successor)
    with refused("SurplusYearUnknown", YEAR):
        pay_out(office, [surplus.share(102)], desk=successor)
    with refused("SurplusYearUnknown", YEAR):
        Cash(office, surplus, office.budi, desk=successor).pay()
    assert successor.isPaid(YEAR, 101)
    pay_out(office, [surplus.share(102)])
    assert successor.isPaid(YEAR, 102)
    Cash(office, surplus, office.citra, receipt=slip_number()).pay()
    assert (unpaid(office), successor.unpaidTotal()) == (500_000, 0)


def test_replacement__new_years__by_either_but_once(office: House, surplus: Surplus) -> None:
    successor = replace_distributor(office)
    earlier = Surplus(year=YEAR - 1)
    allocate(office, earlier, successor)
    with refused("SurplusYearAllocated", YEAR - 1):
        allocate(office, earlier)
    assert events(pay_out(office, [earlier.share(101)], YEAR - 1, successor), "ShareRefused") == []
    assert unpaid(office, YEAR - 1, successor) == 700_000
