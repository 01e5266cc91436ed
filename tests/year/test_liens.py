"""Savings behind loans are freed by the import as principal falls, and its loans are the chain's to the last
fraction of a penalty."""

from pathlib import Path

import pytest

from backend.office.daybooks import read_day_books
from backend.office.loading import load_state
from backend.office.outbox import Outbox
from backend.office.service import ChainDisagreesError
from koperasi.localchain import LocalChain
from tests.year.command_line import CommandLine
from tests.year.loan_house import DECLINING_WITH_PENALTY, PENALTY, LoanHouse

LENT = "2025-01-06"
LOANS = [
    # Declining, 1% a month, 100,000 of principal a month: the borrower's savings and a guarantor's behind it.
    f"1,1,{LENT},1200000,1200,DECLINING,12,KAS,,,,,,1:SUKARELA:600001;2:SUKARELA:300000,",
    # Paid late, with penalty.
    f"2,3,{LENT},1200000,1200,DECLINING,12,KAS,,,{PENALTY},,12000,3:SUKARELA:100000,",
]
SLIPS = [
    *(f"2025-01-03,P{n},{n},SETOR_POKOK,100000,KAS," for n in (1, 2, 3)),
    *(f"2025-01-03,S{n},{n},SETOR_SUKARELA,900000,KAS," for n in (1, 2, 3)),
    f"{LENT},A1,1,TARIK_SUKARELA,299999,KAS,",
    # All but January's interest is held by the lien, on the day of the payment too.
    "2025-02-06,B1,1,ANGSURAN,112000,KAS,1",
    "2025-02-06,B2,1,TARIK_SUKARELA,50000,KAS,",
    "2025-02-07,B3,1,TARIK_SUKARELA,50000,KAS,",
    "2025-02-07,B4,1,TARIK_SUKARELA,5000,KAS,",
    "2025-03-20,C1,3,ANGSURAN,112000,KAS,2",
    "2025-04-11,C2,3,ANGSURAN,50000,KAS,2",
    "2025-05-13,C3,3,ANGSURAN,300000,KAS,2",
    "2025-06-06,D1,1,PELUNASAN,1145000,KAS,1",
    "2025-06-09,D2,2,TARIK_SUKARELA,900000,KAS,",
]


@pytest.fixture
def loans(
    house: CommandLine, house_chain: LocalChain, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> LoanHouse:
    monkeypatch.setenv("KOPERASI_HOME", str(house.home))
    made = LoanHouse(house_chain, tmp_path / "data")
    made.set_product(PENALTY, DECLINING_WITH_PENALTY)
    return made


def until(day: str) -> list[str]:
    return [slip for slip in SLIPS if slip[:10] <= day]


def stop(_self: Outbox, loans: list[int]) -> list[object]:
    if loans:
        raise KeyboardInterrupt
    return []


def test_import__payments__free_what_the_loan_needs_no_more(loans: LoanHouse) -> None:
    """11/12 of 600,001 and of 300,000 stay after the first payment, rounded up; nothing after the payoff."""
    loans.write(3, LOANS, until("2025-02-07"))
    report = loans.import_()
    assert (report.accepted, report.refused) == (3 + len(LOANS) + len(until("2025-02-07")) - 2, 2)
    refused = {row.ref: row.reason for row in loans.workspace.office().rejects()}
    assert refused == {"B2": "INSUFFICIENT_SAVINGS", "B4": "INSUFFICIENT_SAVINGS"}
    assert (loans.lien(1, 1), loans.lien(2, 1), loans.lien(3, 2)) == (550_001, 275_000, 100_000)


def test_import__killed_between_payment_and_release__goes_on(
    loans: LoanHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    loans.write(3, LOANS, until("2025-02-07"))
    with monkeypatch.context() as killed:
        killed.setattr(Outbox, "release_liens", stop)
        with pytest.raises(KeyboardInterrupt):
            loans.import_()
    assert loans.lien(1, 1) == 600_001
    loans.import_()
    assert loans.lien(1, 1) == 550_001
    assert {row.ref for row in loans.workspace.office().rejects()} == {"B2", "B4"}


def test_import__somebody_else_released__nothing_is_wrong(
    loans: LoanHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    loans.write(3, LOANS, until("2025-02-06"))
    release = Outbox.release_liens

    def second(self: Outbox, numbers: list[int]):  # type: ignore[no-untyped-def]
        assert all(sent.succeeded for sent in release(self, numbers))  # type: ignore[arg-type]
        return release(self, numbers)  # type: ignore[arg-type]

    monkeypatch.setattr(Outbox, "release_liens", second)
    loans.import_()
    assert loans.lien(1, 1) == 550_001


def test_import__release_fails__says_which(loans: LoanHouse, monkeypatch: pytest.MonkeyPatch) -> None:
    loans.write(3, LOANS, until("2025-02-06"))
    monkeypatch.setattr("backend.office.outbox.RELEASE_GAS", 60_000)
    with pytest.raises(ChainDisagreesError, match="releaseLiens 1"):
        loans.import_()


def test_load_state__in_the_middle__the_very_loans_that_the_import_had(loans: LoanHouse) -> None:
    """Penalty is kept as a fraction: a run that stops anywhere judges what follows as one that did not."""
    for day in ("2025-03-20", "2025-04-11", "2025-05-13", "2025-06-09"):
        loans.write(3, LOANS, until(day))
        importer = loans.importer()
        importer.run(loans.folder)
        state = importer._state
        assert state is not None
        loans.__dict__.pop("chain", None)
        loaded = load_state(loans.chain, read_day_books(loans.folder).rows, 0)
        assert loaded.loans == state.loans
        assert {number: member.held for number, member in loaded.members.items()} == {
            number: {kind: member.held.get(kind, 0) for kind in loaded.members[number].held}
            for number, member in state.members.items()
        }
    assert loans.lien(1, 1) == loans.lien(2, 1) == 0
    assert state.loans[2].loan.penalty.numerator % 3_650_000 != 0  # type: ignore[index]
    assert state.loans[2].loan.penalty.paid > 0  # type: ignore[index]
    assert [row.ref for row in loans.workspace.office().rejects()] == ["B2", "B4"]
    loans.sync()
    assert loans.reconcile().differences == ()
