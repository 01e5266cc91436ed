"""payroll: every row whole or refused, and a refused row leaves its receipt unused."""

from typing import Any

import pytest

from rules.types import SlipKind
from tests.contracts.actors import House, refused, today
from tests.contracts.office import (
    BANK,
    KAS,
    STABLECOIN,
    Slip,
    Terms,
    error,
    events,
    lend,
    payroll,
    payroll_action,
    payroll_receipt,
    receive,
    row,
)

PERIOD = 202503


def refusals(office: House, receipt: Any) -> dict[int, str]:
    """Row number and the error its event holds."""
    contracts = [office.TellerDesk, office.Treasury, office.LoanBook]
    found = {}
    for event in events(receipt, "PayrollRowRefused"):
        assert event["period"] == PERIOD
        named = [error(contract, event["reason"]) for contract in contracts]
        found[event["row"]] = next(name for name in named if ":" in name)
    return found


def posted(receipt: Any) -> list[int]:
    """Numbers of the accepted rows."""
    return [word & 0xFFFFFF for event in receipt.events["PayrollPosted"] for word in event["rows"]]


def test_payroll__good_rows__all_parts_posted_in_one_event(office: House) -> None:
    lend(office, Terms(7, 102))
    bank = office.Treasury.channelTotal(BANK)
    rows = [
        row(1, 101, wajib=50_000),
        row(2, 102, wajib=50_000, sukarela=25_000, loan=7, angsuran=1_120_000),
        row(3, 103, sukarela=10_000),
        row(4, 102, wajib=50_000),
        row(300, 104, wajib=50_000),
    ]

    receipt = payroll(office, PERIOD, rows)

    assert refusals(office, receipt) == {}
    (event,) = receipt.events["PayrollPosted"]
    total = 4 * 50_000 + 25_000 + 10_000 + 1_120_000
    assert (event["period"], event["channel"], event["bookDay"], event["total"]) == (
        PERIOD,
        BANK,
        today(),
        total,
    )
    assert list(event["rows"]) == rows
    assert office.Treasury.channelTotal(BANK) == bank + total
    assert office.SavingsWajib.balanceOfMember(102) == 150_000
    assert office.SavingsSukarela.balanceOfMember(102) == 1_025_000
    assert office.SavingsSukarela.balanceOfMember(103) == 1_010_000
    assert receipt.events["LoanPaid"]["receipt"] == payroll_receipt(PERIOD, 2)
    assert all(office.Treasury.isReceiptUsed(payroll_receipt(PERIOD, number)) for number in (1, 2, 3, 4, 300))
    assert not office.Treasury.isReceiptUsed(payroll_receipt(PERIOD, 5))


def test_payroll__bad_rows__refused_whole_and_receipts_unused(office: House) -> None:
    lend(office, Terms(7, 102))
    lend(office, Terms(8, 103, principal=1_000_000))
    receive(office, Slip(103, SlipKind.PELUNASAN, 1_010_000, loan=8))
    wajib = [office.SavingsWajib.balanceOfMember(number) for number in range(101, 106)]
    rows = [
        row(1, 900, wajib=50_000),
        row(2, 101),
        row(3, 101, wajib=50_000),
        row(4, 101, wajib=50_000),
        row(5, 102, wajib=50_000, loan=7, angsuran=13_440_001),
        row(6, 102, wajib=50_000, loan=99, angsuran=5),
        row(7, 104, wajib=50_000, loan=7, angsuran=5),
        row(8, 103, wajib=50_000, loan=8, angsuran=5),
        row(9, 105, wajib=50_000, loan=7),
        row(10, 105, wajib=50_000, angsuran=5),
        row(11, 102, wajib=50_000, loan=7, angsuran=5),
        row(12, 102, wajib=50_000, loan=7, angsuran=5),
    ]

    receipt = payroll(office, PERIOD, rows)

    assert refusals(office, receipt) == {
        1: "TellerMemberStatus: 900, 0",
        2: "TellerRowEmpty: 2",
        4: "TellerRowDuplicate: 4",
        5: "LoanRefused: 7, 4",
        6: "LoanRefused: 99, 1",
        7: "LoanRefused: 7, 2",
        8: "LoanRefused: 8, 3",
        9: "LoanRefused: 7, 6",
        10: "LoanRefused: 0, 1",
        12: "TellerRowDuplicate: 12",
    }
    assert posted(receipt) == [3, 11]
    used = [
        number for number in range(1, 13) if office.Treasury.isReceiptUsed(payroll_receipt(PERIOD, number))
    ]
    assert used == [3, 11]
    after = [office.SavingsWajib.balanceOfMember(number) for number in range(101, 106)]
    assert [new - old for new, old in zip(after, wajib, strict=True)] == [50_000, 50_000, 0, 0, 0]


def test_payroll__same_rows_again__all_refused_and_nothing_changes(office: House) -> None:
    lend(office, Terms(7, 102))
    rows = [row(1, 101, wajib=50_000), row(2, 102, loan=7, angsuran=1_000)]
    payroll(office, PERIOD, rows)
    state = (office.SavingsWajib.totalSupply(), dict(office.LoanBook.loanOf(7).dict()))

    again = payroll(office, PERIOD, rows, deadline=2**255)

    assert set(refusals(office, again).values()) == {
        f"TreasuryReceiptUsed: {payroll_receipt(PERIOD, number)}" for number in (1, 2)
    }
    assert "PayrollPosted" not in again.events
    assert (office.SavingsWajib.totalSupply(), dict(office.LoanBook.loanOf(7).dict())) == state


def test_payroll__refused_duplicate_again__still_refused(office: House) -> None:
    rows = [row(1, 101, wajib=50_000), row(2, 101, wajib=60_000)]
    payroll(office, PERIOD, rows)
    again = payroll(office, PERIOD, rows, deadline=2**255)
    assert refusals(office, again) == {
        1: f"TreasuryReceiptUsed: {payroll_receipt(PERIOD, 1)}",
        2: "TellerRowDuplicate: 2",
    }


def test_payroll__row_after_a_refused_one_of_the_same_loan__accepted(office: House) -> None:
    lend(office, Terms(7, 102))
    rows = [row(1, 102, loan=7, angsuran=13_440_001), row(2, 102, loan=7, angsuran=5)]
    receipt = payroll(office, PERIOD, rows)
    assert posted(receipt) == [2]


def test_payroll__corrected_row__accepted_under_its_number(office: House) -> None:
    lend(office, Terms(7, 102))
    payroll(office, PERIOD, [row(1, 101, wajib=1), row(2, 102, loan=8, angsuran=5)])
    receipt = payroll(office, PERIOD, [row(2, 102, loan=7, angsuran=5)])
    assert posted(receipt) == [2]


def test_payroll__suspended_member__accepted(office: House) -> None:
    office.MemberRegistry.suspend(101, {"from": office.admin})
    assert posted(payroll(office, PERIOD, [row(1, 101, wajib=5)])) == [1]


@pytest.mark.parametrize("numbers", [(2, 1), (1, 1), (0,)])
def test_payroll__rows_out_of_order__refused(office: House, numbers: tuple[int, ...]) -> None:
    rows = [row(number, 101 + index, wajib=5) for index, number in enumerate(numbers)]
    with refused("TellerRowInvalid", numbers[-1]):
        payroll(office, PERIOD, rows)


@pytest.mark.parametrize("period", [202500, 202513, 1_000_001, 2**24 + 202501, 0])
def test_payroll__no_month__refused(office: House, period: int) -> None:
    with refused("TellerPeriodInvalid", period):
        payroll(office, period, [row(1, 101, wajib=5)])


def test_payroll__stablecoin__refused(office: House) -> None:
    with refused("TellerWrongChannel", int(STABLECOIN)):
        payroll(office, PERIOD, [row(1, 101, wajib=5)], channel=STABLECOIN)


def test_payroll__future_day__refused(office: House) -> None:
    with refused("TreasuryDayInFuture"):
        payroll(office, PERIOD, [row(1, 101, wajib=5)], day=today() + 1)


def test_payroll__other_rows_than_signed__refused(office: House) -> None:
    rows = [row(1, 101, wajib=5)]
    signed = office.countersign(office.ketua, office.TellerDesk, payroll_action(PERIOD, BANK, today(), rows))
    for change in ((202504, BANK, rows), (PERIOD, KAS, rows), (PERIOD, BANK, [row(1, 101, wajib=6)])):
        period, channel, given = change
        with refused("AuthoritySignatureInvalid"):
            office.TellerDesk.payroll(
                period, channel, today(), given, signed, {"from": office.teller.account}
            )


def test_payroll__signed_once__not_posted_twice(office: House) -> None:
    rows = [row(1, 900, wajib=5)]
    payroll(office, PERIOD, rows)
    with refused("AuthorityActionSpent"):
        payroll(office, PERIOD, rows)


def test_payroll__not_a_teller__refused(office: House) -> None:
    rows = [row(1, 101, wajib=5)]
    signed = office.countersign(office.ketua, office.TellerDesk, payroll_action(PERIOD, BANK, today(), rows))
    with refused("AccessManagedUnauthorized"):
        office.TellerDesk.payroll(PERIOD, BANK, today(), rows, signed, {"from": office.ketua.account})


def test_payroll__many_rows_of_few_members__only_first_of_each_accepted(office: House) -> None:
    """The set of subjects, filled to its capacity and asked again and again."""
    rows = [row(number, 101 + number % 12, wajib=number) for number in range(1, 61)]
    receipt = payroll(office, PERIOD, rows)
    assert posted(receipt) == list(range(1, 13))
    assert len(refusals(office, receipt)) == 48
