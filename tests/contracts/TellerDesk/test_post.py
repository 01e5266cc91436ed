"""post: a batch of slips by two persons; a slip that cannot be posted leaves no trace."""

import brownie
import pytest

from rules.types import SlipKind
from tests.contracts.actors import POKOK, House, person, refused
from tests.contracts.office import (
    BANK,
    KAS,
    NO_ORDER,
    STABLECOIN,
    TELLER_LIMIT,
    Slip,
    Terms,
    deposit,
    error,
    events,
    lend,
    order,
    post,
    post_action,
    withdrawal,
)


def reasons(office: House, receipt: object) -> dict[int, str]:
    """Refused slips of a batch and the errors that their events hold."""
    contracts = [
        office.contracts[name]
        for name in ("TellerDesk", "Treasury", "SavingsSukarela", "LoanBook", "MemberRegistry")
    ]
    found = {}
    for event in events(receipt, "SlipRefused"):
        named = [error(contract, event["reason"]) for contract in contracts]
        found[event["receipt"]] = next((name for name in named if ":" in name), named[0])
    return found


def test_post__every_kind__posted(office: House) -> None:
    newcomer = person("newcomer", 900)
    office.register([newcomer])
    lend(office, Terms(7, 103))
    slips = [
        deposit(newcomer, SlipKind.SETOR_POKOK, POKOK),
        deposit(newcomer, SlipKind.SETOR_WAJIB, 50_000, channel=BANK),
        deposit(office.alice, SlipKind.SETOR_SUKARELA, 300_000),
        withdrawal(office.budi, 400_000),
        Slip(103, SlipKind.ANGSURAN, 1_120_000, loan=7),
        Slip(0, SlipKind.PINDAH, 500_000, channel=KAS, to_channel=BANK),
        withdrawal(office.citra, 10_000, channel=BANK),
        Slip(103, SlipKind.PELUNASAN, 11_000_000, loan=7),
    ]
    orders = [
        order(member, office.SavingsSukarela, slip)
        for member, slip in ((office.budi, slips[3]), (office.citra, slips[6]))
    ]
    kas, bank = (office.Treasury.channelTotal(channel) for channel in (KAS, BANK))

    receipt = post(office, slips, orders)

    assert reasons(office, receipt) == {}
    assert office.SavingsWajib.balanceOfMember(900) == 50_000
    assert office.SavingsSukarela.balanceOfMember(101) == 1_300_000
    assert office.SavingsSukarela.balanceOfMember(102) == 600_000
    assert office.LoanBook.loanOf(7)["closed"]
    paid_in = POKOK + 300_000 - 400_000 + 1_120_000 - 500_000 + 11_000_000
    assert office.Treasury.channelTotal(KAS) == kas + paid_in
    assert office.Treasury.channelTotal(BANK) == bank + 50_000 + 500_000 - 10_000
    (moved,) = receipt.events["CashMoved"]
    assert (moved["fromChannel"], moved["toChannel"], moved["amount"]) == (KAS, BANK, 500_000)
    assert all(office.Treasury.isReceiptUsed(slip.receipt) for slip in slips)


def test_post__bad_slips__skipped_with_reason_and_receipt_unused(office: House) -> None:
    lend(office, Terms(7, 103))
    good = deposit(office.alice, SlipKind.SETOR_SUKARELA, 10_000)
    bad = {
        "SavingsMemberStatus": Slip(900, SlipKind.SETOR_WAJIB, 50_000),
        "TreasuryZeroAmount": deposit(office.alice, SlipKind.SETOR_WAJIB, 0),
        "TellerWrongPokok": deposit(office.alice, SlipKind.SETOR_POKOK, 1),
        "LoanRefused": Slip(101, SlipKind.ANGSURAN, 5, loan=7),
        "TreasuryInsufficientCash": Slip(0, SlipKind.PINDAH, 10**15, to_channel=BANK),
        "TellerWrongChannel": Slip(0, SlipKind.PINDAH, 5, to_channel=STABLECOIN),
        "TreasuryUnknownChannel": deposit(office.alice, SlipKind.SETOR_WAJIB, 5, channel=9),
        "SavingsOrderInvalid": withdrawal(office.alice, 5_000),
        "SavingsInsufficient": withdrawal(office.budi, 10**9),
    }
    slips = [good, *bad.values(), deposit(office.budi, SlipKind.SETOR_SUKARELA, 20_000)]
    orders = [
        order(office.budi, office.SavingsSukarela, bad["SavingsOrderInvalid"]),
        order(office.budi, office.SavingsSukarela, bad["SavingsInsufficient"]),
    ]

    receipt = post(office, slips, orders)

    found = reasons(office, receipt)
    assert {number: name.split(":")[0] for number, name in found.items()} == {
        slip.receipt: name for name, slip in bad.items()
    }
    assert not any(office.Treasury.isReceiptUsed(slip.receipt) for slip in bad.values())
    assert not office.SavingsSukarela.isOrderSpent(102, orders[1][0])
    assert office.SavingsSukarela.balanceOfMember(101) == 1_010_000
    assert office.SavingsSukarela.balanceOfMember(102) == 1_020_000


def test_post__same_channel__refused(office: House) -> None:
    slip = Slip(0, SlipKind.PINDAH, 5, channel=KAS, to_channel=KAS)
    assert reasons(office, post(office, [slip])) == {slip.receipt: "TellerWrongChannel: 1"}


def test_post__number_twice__second_skipped(office: House) -> None:
    slip = deposit(office.alice, SlipKind.SETOR_SUKARELA, 10_000)
    receipt = post(office, [slip, slip])
    assert reasons(office, receipt) == {slip.receipt: f"TreasuryReceiptUsed: {slip.receipt}"}
    assert office.SavingsSukarela.balanceOfMember(101) == 1_010_000


def test_post__above_daily_limit__posted_by_two(office: House) -> None:
    post(office, [deposit(office.alice, SlipKind.SETOR_SUKARELA, TELLER_LIMIT + 1)])
    assert office.SavingsSukarela.balanceOfMember(101) == 1_000_000 + TELLER_LIMIT + 1


def test_post__too_few_orders__refused(office: House) -> None:
    slips = [withdrawal(office.alice, 5), withdrawal(office.budi, 5)]
    with refused("TellerOrdersMissing", 1, 2):
        post(office, slips, [order(office.alice, office.SavingsSukarela, slips[0])])


def test_post__too_many_orders__refused(office: House) -> None:
    with refused("TellerOrdersMissing", 1, 0):
        post(office, [deposit(office.alice, SlipKind.SETOR_WAJIB, 5)], [NO_ORDER])


def test_post__other_slips_than_signed__refused(office: House) -> None:
    slip = deposit(office.alice, SlipKind.SETOR_WAJIB, 5)
    signed = office.countersign(office.ketua, office.TellerDesk, post_action([slip]))
    with refused("AuthoritySignatureInvalid"):
        office.TellerDesk.post([slip.but(amount=6).word], [], signed, {"from": office.teller.account})


def test_post__signed_once__not_posted_twice(office: House) -> None:
    slip = withdrawal(office.alice, 10**9)
    post(office, [slip], [order(office.alice, office.SavingsSukarela, slip)])
    with refused("AuthorityActionSpent"):
        post(office, [slip], [order(office.alice, office.SavingsSukarela, slip)])


@pytest.mark.parametrize("who", ["pengawas", "teller", "registrar"])
def test_post__countersigned_by_no_pengurus__refused(office: House, who: str) -> None:
    slip = deposit(office.alice, SlipKind.SETOR_WAJIB, 5)
    signed = office.countersign(office.officers[who], office.TellerDesk, post_action([slip]))
    with refused("AuthorityNotHeld"):
        office.TellerDesk.post([slip.word], [], signed, {"from": office.teller.account})


def test_post__not_a_teller__refused(office: House) -> None:
    slip = deposit(office.alice, SlipKind.SETOR_WAJIB, 5)
    signed = office.countersign(office.ketua, office.TellerDesk, post_action([slip]))
    with refused("AccessManagedUnauthorized"):
        office.TellerDesk.post([slip.word], [], signed, {"from": office.bendahara.account})


def test_receive_one__from_outside__refused(office: House) -> None:
    slip = deposit(office.alice, SlipKind.SETOR_WAJIB, 5)
    for sender in (office.teller, office.ketua, office.alice):
        with refused("TellerSelfOnly", sender.signer):
            office.TellerDesk.receiveOne(slip.word, {"from": sender.account})


def test_pay_one__from_outside__refused(office: House) -> None:
    slip = withdrawal(office.alice, 5)
    signed = order(office.alice, office.SavingsSukarela, slip)
    with refused("TellerSelfOnly", office.teller.signer):
        office.TellerDesk.payOne(slip.word, signed, {"from": office.teller.account})


def test_post__any_gas_limit__posts_all_or_reverts(office: House) -> None:
    """Whoever sends the batch cannot starve one slip into a refusal."""
    slips = [deposit(office.alice, SlipKind.SETOR_SUKARELA, 10_000) for _ in range(3)]
    for gas in range(150_000, 1_450_000, 100_000):
        brownie.chain.snapshot()
        try:
            receipt = post(office, slips, gas_limit=gas, allow_revert=True)
        except brownie.exceptions.VirtualMachineError:
            pass
        else:
            assert "SlipRefused" not in receipt.events
            assert office.SavingsSukarela.balanceOfMember(101) == 1_030_000
        brownie.chain.revert()


def test_post__little_gas__says_so(office: House) -> None:
    with pytest.raises(brownie.exceptions.VirtualMachineError) as caught:
        post(office, [deposit(office.alice, SlipKind.SETOR_SUKARELA, 10_000)], gas_limit=900_000)
    assert caught.value.revert_msg.startswith("TellerGasTooLow")


def test_post__long_reason__cut_off(office: House) -> None:
    """A state contract that answers with very much costs the batch no more than a sane reason."""
    bomb = brownie.compile_source(
        """
        // SPDX-License-Identifier: Apache-2.0
        pragma solidity 0.8.37;
        contract Bomb {
            fallback() external { assembly { revert(0, 100000) } }
        }
        """,
        solc_version="0.8.37",
        evm_version="prague",
    ).Bomb.deploy({"from": office.deployer})
    office.install("LoanBook", bomb)
    slip = Slip(101, SlipKind.ANGSURAN, 5, loan=7)
    receipt = post(office, [slip, deposit(office.alice, SlipKind.SETOR_SUKARELA, 10_000)])
    (event,) = receipt.events["SlipRefused"]
    assert event["receipt"] == slip.receipt
    assert len(bytes.fromhex(str(event["reason"])[2:])) == 260
    assert office.SavingsSukarela.balanceOfMember(101) == 1_010_000
