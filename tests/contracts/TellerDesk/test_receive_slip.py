"""receiveSlip: deposits and loan payments by one teller."""

import pytest

from rules.receipts import Series
from rules.types import SavingsKind, SlipKind
from tests.contracts.actors import (
    DAY,
    POKOK,
    TELLER,
    House,
    action,
    now,
    person,
    refused,
    today,
    travel,
)
from tests.contracts.office import (
    BANK,
    KAS,
    STABLECOIN,
    TELLER_LIMIT,
    Slip,
    Terms,
    deposit,
    lend,
    receive,
    token,
)


@pytest.mark.parametrize(
    ("kind", "savings"),
    [(SlipKind.SETOR_WAJIB, SavingsKind.WAJIB), (SlipKind.SETOR_SUKARELA, SavingsKind.SUKARELA)],
)
@pytest.mark.parametrize("channel", [KAS, BANK])
def test_receive_slip__deposit__credits_member_and_channel(
    office: House, kind: SlipKind, savings: SavingsKind, channel: int
) -> None:
    balance = token(office, savings).balanceOfMember(101)
    cash = office.Treasury.channelTotal(channel)
    slip = deposit(office.alice, kind, 75_000, channel=channel)

    receipt = receive(office, slip)

    assert token(office, savings).balanceOfMember(101) == balance + 75_000
    assert office.Treasury.channelTotal(channel) == cash + 75_000
    assert office.Treasury.isReceiptUsed(slip.receipt)
    (event,) = receipt.events["Deposited"]
    assert dict(event) == {
        "member": 101,
        "kind": savings,
        "receipt": slip.receipt,
        "channel": channel,
        "amount": 75_000,
        "bookDay": slip.day,
    }


def test_receive_slip__pokok__makes_a_member(office: House) -> None:
    newcomer = person("newcomer", 900)
    office.register([newcomer])

    receipt = receive(office, deposit(newcomer, SlipKind.SETOR_POKOK, POKOK))

    assert office.SavingsPokok.balanceOfMember(900) == POKOK
    assert office.MemberRegistry.memberOf(900)["status"] == 2
    assert receipt.events["MemberActivated"]["member"] == 900


def test_receive_slip__pokok_of_another_amount__refused(office: House) -> None:
    newcomer = person("newcomer", 900)
    office.register([newcomer])
    with refused("TellerWrongPokok", POKOK, POKOK - 1):
        receive(office, deposit(newcomer, SlipKind.SETOR_POKOK, POKOK - 1))


def test_receive_slip__pokok_twice__refused(office: House) -> None:
    with refused("TellerPokokPaid", 101):
        receive(office, deposit(office.alice, SlipKind.SETOR_POKOK, POKOK))


def test_receive_slip__pokok_of_unknown_member__refused(office: House) -> None:
    with refused("TellerMemberStatus", 900, 0):
        receive(office, Slip(900, SlipKind.SETOR_POKOK, POKOK))


def test_receive_slip__wajib_before_pokok__refused(office: House) -> None:
    newcomer = person("newcomer", 900)
    office.register([newcomer])
    with refused("SavingsMemberStatus", 900, 1):
        receive(office, deposit(newcomer, SlipKind.SETOR_WAJIB, 50_000))


@pytest.mark.parametrize("kind", [SlipKind.TARIK_SUKARELA, SlipKind.PINDAH])
def test_receive_slip__no_deposit__refused(office: House, kind: SlipKind) -> None:
    with refused("TellerWrongKind", int(kind)):
        receive(office, Slip(101, kind, 50_000, to_channel=BANK))


def test_receive_slip__stablecoin__refused(office: House) -> None:
    with refused("TellerWrongChannel", int(STABLECOIN)):
        receive(office, deposit(office.alice, SlipKind.SETOR_WAJIB, 50_000, channel=STABLECOIN))


@pytest.mark.parametrize("series", [0, Series.PAYROLL, Series.JOURNAL, Series.LOAN, 5])
def test_receive_slip__number_of_another_series__refused(office: House, series: int) -> None:
    number = series << 56 | 77
    with refused("TellerReceiptInvalid", number):
        receive(office, Slip(101, SlipKind.SETOR_WAJIB, 50_000, receipt=number))


def test_receive_slip__twice__refused(office: House) -> None:
    slip = deposit(office.alice, SlipKind.SETOR_WAJIB, 50_000)
    receive(office, slip)
    with refused("TreasuryReceiptUsed", slip.receipt):
        receive(office, slip)


def test_receive_slip__zero__refused(office: House) -> None:
    with refused("TreasuryZeroAmount"):
        receive(office, deposit(office.alice, SlipKind.SETOR_WAJIB, 0))


def test_receive_slip__above_daily_limit__refused_until_tomorrow(office: House) -> None:
    receive(office, deposit(office.alice, SlipKind.SETOR_SUKARELA, TELLER_LIMIT - 1))
    with refused("TreasuryTellerLimit"):
        receive(office, deposit(office.alice, SlipKind.SETOR_SUKARELA, 2))
    travel(DAY)
    receive(office, deposit(office.alice, SlipKind.SETOR_SUKARELA, 2))


def test_receive_slip__second_account_of_the_teller__one_limit_for_both(office: House) -> None:
    second = person("the same teller", office.teller.number, "second")
    until = now() + 100 * DAY
    terms = [TELLER, second.signer, second.number, until]
    signed = office.countersign(
        office.bendahara,
        office.Authority,
        action("appoint", ["uint64", "address", "uint32", "uint40"], terms),
    )
    receive(office, deposit(office.alice, SlipKind.SETOR_SUKARELA, TELLER_LIMIT - 1))
    office.Authority.appoint(*terms, signed, {"from": office.ketua.account})
    with refused("AccessManagedUnauthorized"):
        receive(office, deposit(office.alice, SlipKind.SETOR_SUKARELA, 1))
    with refused("TreasuryTellerLimit", KAS, TELLER_LIMIT - 1, 2, TELLER_LIMIT):
        receive(office, deposit(office.alice, SlipKind.SETOR_SUKARELA, 2), second)
    receive(office, deposit(office.alice, SlipKind.SETOR_SUKARELA, 1), second)
    assert office.Treasury.movedAlone(KAS, today()) == TELLER_LIMIT


def test_receive_slip__dated_tomorrow__refused(office: House) -> None:
    with refused("TreasuryDayInFuture"):
        receive(office, deposit(office.alice, SlipKind.SETOR_WAJIB, 50_000, day=today() + 1))


@pytest.mark.parametrize("who", ["ketua", "bendahara", "registrar", "pengawas"])
def test_receive_slip__not_a_teller__refused(office: House, who: str) -> None:
    slip = deposit(office.alice, SlipKind.SETOR_WAJIB, 50_000)
    with refused("AccessManagedUnauthorized"):
        office.TellerDesk.receiveSlip(slip.word, {"from": office.officers[who].account})


def test_receive_slip__term_over__refused(office: House) -> None:
    travel(541 * DAY)
    with refused("AccessManagedUnauthorized"):
        receive(office, deposit(office.alice, SlipKind.SETOR_WAJIB, 50_000))


def test_receive_slip__instalment__paid_to_the_loan(office: House) -> None:
    lend(office, Terms(7, 101))
    cash = office.Treasury.channelTotal(KAS)

    receipt = receive(office, Slip(101, SlipKind.ANGSURAN, 500_000, loan=7))

    assert office.Treasury.channelTotal(KAS) == cash + 500_000
    loan = office.LoanBook.loanOf(7)
    assert (loan["interestPaid"], loan["principalPaid"]) == (120_000, 380_000)
    (event,) = receipt.events["LoanPaid"]
    assert (event["interest"], event["principal"], event["channel"]) == (120_000, 380_000, KAS)


def test_receive_slip__payoff__closes_the_loan(office: House) -> None:
    lend(office, Terms(7, 101))
    receipt = receive(office, Slip(101, SlipKind.PELUNASAN, 12_120_000, loan=7))
    assert office.LoanBook.loanOf(7)["closed"]
    assert office.LoanBook.runningLoansOf(101) == 0
    assert receipt.events["LoanClosed"]["loan"] == 7


def test_receive_slip__more_than_is_owed__the_rest_is_saved(office: House) -> None:
    lend(office, Terms(7, 101))
    sukarela, cash = office.SavingsSukarela.balanceOfMember(101), office.Treasury.channelTotal(KAS)
    slip = Slip(101, SlipKind.ANGSURAN_LEBIH, 13_500_000, loan=7)

    receipt = receive(office, slip)

    assert office.Treasury.channelTotal(KAS) == cash + 13_500_000
    assert office.LoanBook.loanOf(7)["closed"]
    assert office.SavingsSukarela.balanceOfMember(101) == sukarela + 60_000
    (paid,), (saved,) = receipt.events["LoanPaid"], receipt.events["Deposited"]
    assert (paid["principal"], paid["interest"], paid["receipt"]) == (12_000_000, 1_440_000, slip.receipt)
    assert (saved["amount"], saved["kind"], saved["receipt"]) == (60_000, SavingsKind.SUKARELA, slip.receipt)


def test_receive_slip__rest_for_sukarela_but_all_is_owed__only_the_loan(office: House) -> None:
    lend(office, Terms(7, 101))
    sukarela = office.SavingsSukarela.balanceOfMember(101)
    receipt = receive(office, Slip(101, SlipKind.ANGSURAN_LEBIH, 500_000, loan=7))
    assert "Deposited" not in receipt.events
    assert office.SavingsSukarela.balanceOfMember(101) == sukarela


@pytest.mark.parametrize(
    ("kind", "member", "amount", "loan", "reason"),
    [
        (SlipKind.ANGSURAN, 101, 500_000, 8, "UNKNOWN_LOAN"),
        (SlipKind.ANGSURAN, 102, 500_000, 7, "NOT_BORROWER"),
        (SlipKind.ANGSURAN, 101, 13_440_001, 7, "OVERPAYMENT"),
        (SlipKind.ANGSURAN_LEBIH, 101, 500_000, 8, "UNKNOWN_LOAN"),
        (SlipKind.ANGSURAN_LEBIH, 102, 500_000, 7, "NOT_BORROWER"),
        (SlipKind.PELUNASAN, 101, 12_119_999, 7, "WRONG_PAYOFF"),
        (SlipKind.PELUNASAN, 101, 12_120_001, 7, "WRONG_PAYOFF"),
        (SlipKind.PELUNASAN, 102, 12_120_000, 7, "NOT_BORROWER"),
        (SlipKind.PELUNASAN, 101, 12_120_000, 8, "UNKNOWN_LOAN"),
    ],
)
def test_receive_slip__loan_refuses__nothing_happens(
    office: House, kind: SlipKind, member: int, amount: int, loan: int, reason: str
) -> None:
    lend(office, Terms(7, 101))
    slip = Slip(member, kind, amount, loan=loan)
    number = ("NONE", "UNKNOWN_LOAN", "NOT_BORROWER", "LOAN_CLOSED", "OVERPAYMENT", "WRONG_PAYOFF").index(
        reason
    )
    with refused("LoanRefused", loan, number):
        receive(office, slip)
    assert not office.Treasury.isReceiptUsed(slip.receipt)


def test_receive_slip__loan_closed__refused(office: House) -> None:
    lend(office, Terms(7, 101))
    receive(office, Slip(101, SlipKind.PELUNASAN, 12_120_000, loan=7))
    for kind in (SlipKind.ANGSURAN, SlipKind.ANGSURAN_LEBIH, SlipKind.PELUNASAN):
        with refused("LoanRefused", 7, 3):
            receive(office, Slip(101, kind, 1, loan=7))


def test_pokok_amount__deployed__by_law(office: House) -> None:
    assert office.TellerDesk.pokokAmount() == POKOK
