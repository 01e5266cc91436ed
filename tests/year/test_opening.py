"""A cooperative from paper books, by the commands: what the folder says, the members decide, and the books
begin with exactly that (examples/ksp-kecil-opening, the end of ksp-kecil's year)."""

import csv
import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest

from backend.chain import Call, Chain
from koperasi.localchain import LocalChain
from koperasi.office import keyring, opening_office
from koperasi.workspace import Workspace
from rules.calendar import parse_day, timestamp_of_day
from rules.interest import InterestRules, RateHistory, SukarelaAccount
from rules.types import BasisPoints, Rupiah, WibDay
from tests.year.command_line import EXAMPLES, CommandLine
from tests.year.loan_house import TELLER

FOLDER: Final = EXAMPLES / "ksp-kecil-opening"
YEAR: Final = EXAMPLES / "ksp-kecil"
DECEMBER_20: Final = timestamp_of_day(parse_day("2025-12-20")) + 8 * 3600
LAST: Final = "2025-12-31"


@dataclass
class PaperHouse:
    """A deployment whose members are opened and nothing else."""

    home: CommandLine
    local: LocalChain
    folder: Path

    def check(self) -> dict[str, Any]:
        found: dict[str, Any] = self.home.json("opening-check", str(self.folder))
        return found

    def decide(self) -> None:
        """The members adopt what `opening-check` writes, and the decision is carried out."""
        rat = self.folder.parent / "rat"
        rat.mkdir(exist_ok=True)
        self.local.mine(timestamp_of_day(parse_day("2026-01-02")))
        self.home.run("opening-check", str(self.folder), "--motion", str(rat / "motion.json"))
        agenda = json.loads((YEAR / "rat" / "meeting.json").read_text()) | {
            "kind": "LUAR_BIASA",
            "noticed_on": "2026-01-02",
            "roll_on": "2026-01-02",
            "first_call": call("2026-01-17"),
            "second_call": call("2026-01-31"),
            "motions": [json.loads((rat / "motion.json").read_text())],
        }
        (rat / "meeting.json").write_text(json.dumps(agenda))
        present = [str(number) for number in range(1, 31)]
        (rat / "attendance_first_call.csv").write_text("\n".join(["member_no", *present, ""]))
        (rat / "attendance_second_call.csv").write_text("member_no\n")
        (rat / "ballots.csv").write_text(
            "\n".join(["member_no,m1", *(f"{each},FOR" for each in present), ""])
        )
        assert self.home.json("play-meeting", str(rat))["carried_out"] == 1

    def day_books(self, name: str, *slips: str) -> Path:
        path = self.folder.parent / name
        path.mkdir()
        shutil.copy(YEAR / "members.csv", path / "members.csv")
        (path / "teller.csv").write_text("\n".join([TELLER, *slips, ""]))
        return path

    def chain(self) -> Chain:
        return Workspace("anvil").chain(self.local.url)

    def verify(self, exit_code: int = 0) -> dict[str, Any]:
        done = self.home.run("opening-verify", str(self.folder), "--json", exit_code=exit_code)
        found: dict[str, Any] = json.loads(done.stdout)
        return found

    def reconcile(self) -> dict[str, Any]:
        self.home.run("sync")
        found: dict[str, Any] = self.home.json("reconcile")
        return found


def call(day: str) -> dict[str, str]:
    return {"opens": f"{day}T08:00:00+07:00", "closes": f"{day}T13:00:00+07:00"}


@pytest.fixture(scope="module")
def at_genesis(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A chain's state after `deploy --opening`, eleven days before the opening day."""
    folder = tmp_path_factory.mktemp("paper")
    with LocalChain.start(timestamp=DECEMBER_20, slots_in_an_epoch=1, state=folder / "chain.json") as running:
        CommandLine(folder / "home", running.url).run("deploy", "--opening", str(FOLDER), "--json")
    return folder


@pytest.fixture(scope="module")
def at_decision(at_genesis: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same after the members' decision."""
    folder = tmp_path_factory.mktemp("decided")
    with started(at_genesis, folder) as house:
        house.decide()
    return folder


class started:  # noqa: N801 - reads as a verb
    """A house on a copy of a chain's state."""

    def __init__(self, state: Path, folder: Path) -> None:
        shutil.copy(state / "chain.json", folder / "chain.json")
        shutil.copytree(state / "home", folder / "home", dirs_exist_ok=True)
        shutil.copytree(FOLDER, folder / "opening", dirs_exist_ok=True)
        self._folder = folder

    def __enter__(self) -> PaperHouse:
        self._local = LocalChain.start(
            state=self._folder / "chain.json", slots_in_an_epoch=1, mining=False
        ).__enter__()
        self._local.rpc("evm_setTime", self._local.timestamp)
        os.environ["KOPERASI_HOME"] = str(self._folder / "home")
        home = CommandLine(self._folder / "home", self._local.url)
        return PaperHouse(home, self._local, self._folder / "opening")

    def __exit__(self, *details: Any) -> None:
        self._local.__exit__(*details)


@pytest.fixture
def paper(at_genesis: Path, tmp_path: Path) -> Iterator[PaperHouse]:
    with started(at_genesis, tmp_path) as house:
        yield house


@pytest.fixture
def decided(at_decision: Path, tmp_path: Path) -> Iterator[PaperHouse]:
    with started(at_decision, tmp_path) as house:
        yield house


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def balances_of(house: PaperHouse, day: str = LAST) -> dict[int, int]:
    """The trial balance, rupiah by account, a debit positive."""
    house.home.run("sync")
    shown = house.home.csv("trial-balance", "--as-of", day)
    found = list(csv.DictReader(shown.decode().splitlines()))
    amounts = {int(row["account"]): int(row["debit"] or 0) - int(row["credit"] or 0) for row in found}
    return {account: amount for account, amount in amounts.items() if amount}


def paper_balances() -> dict[int, int]:
    """general_ledger.csv in the same form."""
    found = rows(FOLDER / "general_ledger.csv")
    return {int(row["account"]): int(row["debit"] or 0) - int(row["credit"] or 0) for row in found}


def asked(house: PaperHouse, contract: str, function: str, *arguments: Any) -> Any:
    (answer,) = house.chain().call_many([Call(contract, function, arguments)])
    return answer


def loan_of(house: PaperHouse, loan: int) -> tuple[int, int, int]:
    """Principal and interest paid, and the oldest instalment that is not wholly paid."""
    found = asked(house, "LoanBook", "loanOf", loan)
    return found[16], found[17], found[18]


def test_opening__decided__the_books_begin_with_the_folder(decided: PaperHouse) -> None:
    home = decided.home
    assert home.json("opening", str(decided.folder))["left"] == 1
    assert balances_of(decided) == paper_balances()
    for row in rows(FOLDER / "savings.csv"):
        for kind in ("pokok", "wajib", "sukarela"):
            token = f"Savings{kind.capitalize()}"
            assert asked(decided, token, "balanceOfMember", int(row["member_no"])) == int(row[kind])
    december = {
        int(row["loan_no"]): row
        for row in rows(YEAR / "expected" / "loans.csv")
        if row["month"] == "2025-12" and row["outstanding_principal"] != "0"
    }
    assert len(december) == len(rows(FOLDER / "loans.csv")) == 9
    for loan, row in december.items():
        paid = (int(row["paid_principal"]), int(row["paid_interest"]))
        assert loan_of(decided, loan)[:2] == paid
    assert home.json("opening", str(decided.folder)) == {"sent": 0, "left": 1}


def test_opening__then_day_books__payments_interest_and_months_go_on(decided: PaperHouse) -> None:
    """What was kept on paper meanwhile follows with its own days; then Treasury is sealed."""
    home, folder = decided.home, str(decided.folder)
    home.run("opening", folder)
    late = decided.day_books(
        "late",
        "2026-01-05,A1,14,ANGSURAN,1513888,KAS,2",
        "2026-01-05,S1,3,SETOR_SUKARELA,500000,KAS,",
        "2026-01-07,A2,24,ANGSURAN,852000,BANK,10",
    )
    assert home.json("import", str(late))["accepted"] == 3
    assert home.json("opening", folder, "--seal") == {"sent": 1, "left": 0}
    assert home.json("opening", folder, "--seal") == {"sent": 0, "left": 0}
    assert loan_of(decided, 2) == (13_888_880 + 1_388_888, 1_250_000 + 125_000, 12)
    assert loan_of(decided, 10) == (2_325_000 + 775_000 - 500, 232_500 + 77_500, 4)
    too_late = decided.day_books("too_late", "2026-01-05,S2,3,SETOR_SUKARELA,1000,KAS,")
    assert home.json("import", str(too_late))["refused"] == 1
    february = decided.day_books(
        "february", "2026-02-03,S3,1,SETOR_WAJIB,50000,KAS,", "2026-02-05,P1,5,PELUNASAN,3526250,KAS,3"
    )
    assert home.json("import", str(february))["accepted"] == 2
    check_interest(decided)
    for month in ("2025-12", "2026-01"):
        home.run("close-month", month)
    found = decided.reconcile()
    assert found["reconciled"], found["differences"]
    assert {each["account"]: each["book"] for each in found["controls"]}[3990] == 0
    assert decided.verify()["differences"] == []
    assert decided.verify()["decided"] == [{"meeting": 1, "motion": 1}]
    check_statements(decided)
    assert home.json("rebuild")["same"]


def check_interest(house: PaperHouse) -> None:
    """January's interest counts from the day after the opening day on."""
    rate = house.chain().logs("SavingsSukarela", "InterestRateSet", 1)[0]
    rules = InterestRules(RateHistory(((WibDay(rate["fromDay"]), BasisPoints(rate["rateBps"])),)))
    first, february = WibDay(parse_day("2026-01-01")), WibDay(parse_day("2026-02-03"))
    saved = {int(row["member_no"]): int(row["sukarela"]) for row in rows(FOLDER / "savings.csv")}
    for member in (1, 2, 14):
        account, credited = SukarelaAccount(Rupiah(saved[member]), 0, first).credit(rules, february)
        assert credited
        assert asked(house, "SavingsSukarela", "balanceOfMember", member) == account.balance


def check_statements(house: PaperHouse) -> None:
    """2025 is what the folder says, its surplus waits to be distributed, its cash was taken over."""
    paper = paper_balances()
    surplus = -sum(amount for account, amount in paper.items() if account // 1000 in (4, 5))
    closed = balances_of(house)
    assert closed == {
        account: amount for account, amount in paper.items() if account // 1000 not in (4, 5)
    } | {3900: -surplus}
    position = statement(house, "position")
    assert position["SurplusNotDistributed"] == [surplus, 0]
    assert position["SurplusOfTheYear"][1] == surplus
    assert position["Assets"] == position["LiabilitiesAndEquity"]
    assert position["SurplusPayable"] == [1_250_000, 1_250_000]
    flows = statement(house, "cash-flows-direct")
    cash = paper[1110] + paper[1120]
    assert flows["CashTakenOver"] == [0, cash]
    assert flows["CashAtBeginning"] == [cash, 0]
    assert flows["CashAtEnd"][1] == cash


def statement(house: PaperHouse, name: str) -> dict[str, list[int]]:
    """By element, the totals and lines of January and of the end of 2025, rupiah."""
    shown = house.home.run("statement", name, "--as-of", "2026-01-31", "--csv").stdout.decode()
    found = [row for row in csv.reader(shown.splitlines()) if row[2] in ("line", "total")]
    return {row[0]: [int(row[6]), int(row[7])] for row in found}


class Stopped(BaseException):
    pass


@pytest.mark.parametrize("after", [1, 4])
def test_opening__stopped_and_run_again__as_if_it_had_not_been(decided: PaperHouse, after: int) -> None:
    chain, office = opening_office(Workspace("anvil"), decided.local.url)
    account = keyring(Workspace("anvil"), chain).officer("SEKRETARIS")

    def stop(done: int, _total: int, _note: str) -> None:
        if done == after:
            raise Stopped

    with pytest.raises(Stopped):
        office.send(office.prepare(decided.folder), account, False, stop)
    went_on = decided.home.json("opening", str(decided.folder), "--seal")
    assert went_on["left"] == 0
    assert went_on["sent"] == decided.check()["steps"] - after
    assert balances_of(decided) == paper_balances()
    assert decided.verify()["differences"] == []


def test_opening__file_changed_after_the_decision__nothing_is_sent(decided: PaperHouse) -> None:
    ledger, savings = decided.folder / "general_ledger.csv", decided.folder / "savings.csv"
    savings.write_text(savings.read_text().replace("1,100000,600000,1085804", "1,100000,600000,1085805"))
    ledger.write_text(
        ledger.read_text().replace("2110,,55616463", "2110,,55616464").replace("2410,,300000", "2410,,299999")
    )
    told = decided.home.run("opening", str(decided.folder), exit_code=1).stderr.decode()
    assert "berubah sejak disetujui" in told
    assert decided.home.run("opening-verify", str(decided.folder), exit_code=1)
    assert balances_of(decided, LAST) == {}


def test_opening__not_decided__nothing_is_sent(paper: PaperHouse) -> None:
    early = paper.home.run("opening-check", str(paper.folder), exit_code=1).stderr.decode()
    assert "belum lewat" in early
    paper.local.mine(timestamp_of_day(parse_day("2026-01-02")))
    told = paper.home.run("opening", str(paper.folder), exit_code=1).stderr.decode()
    assert "RAT.adoptSequence" in told
    (paper.folder / "members.csv").write_text(
        (paper.folder / "members.csv").read_text() + "77,2025-05-05,ACTIVE\n"
    )
    (paper.folder / "savings.csv").write_text((paper.folder / "savings.csv").read_text() + "77,100000,0,0\n")
    ledger = paper.folder / "general_ledger.csv"
    ledger.write_text(
        ledger.read_text().replace("3110,,3200000", "3110,,3300000").replace("2410,,300000", "2410,,200000")
    )
    told = paper.home.run("opening-check", str(paper.folder), exit_code=1).stderr.decode()
    assert "77" in told
    assert "--opening" in told


def test_opening_verify__not_sealed__told(decided: PaperHouse) -> None:
    decided.home.run("opening", str(decided.folder))
    as_rat(decided, "MemberRegistry", "suspend", 32)  # what becomes of members later changes nothing
    found = decided.verify(exit_code=1)["differences"]
    _, office = opening_office(Workspace("anvil"), decided.local.url)
    last = office.read(decided.folder).steps[-1]
    assert found == [f"sequence 0x{last.hash.hex()} ({last.note}): not carried out", "Treasury: not sealed"]


def test_opening_verify__more_than_the_folder_says__told(decided: PaperHouse) -> None:
    """A decision that opened something beside the sequence shows."""
    as_rat(decided, "SavingsWajib", "open", [31 << 224 | 5])
    told = decided.home.run("opening", str(decided.folder), exit_code=1).stderr.decode()
    assert "SavingsAlreadyOpen" in told
    assert "SavingsWajib (31, 5): only on the chain" in decided.verify(exit_code=1)["differences"]


def as_rat(house: PaperHouse, contract: str, function: str, *arguments: Any) -> None:
    """As another decision of the members' meeting does."""
    chain, rat = house.chain(), asked(house, "Authority", "admin")
    house.local.rpc("anvil_impersonateAccount", rat)
    house.local.fund([rat])
    data = chain.encode(contract, function, arguments)
    request = {"from": rat, "to": chain.address(contract), "data": data, "gas": "0x7a1200", "gasPrice": "0x0"}
    sent = house.local.rpc("eth_sendTransaction", request)
    house.local.mine(house.local.timestamp + 1)
    assert house.local.rpc("eth_getTransactionReceipt", sent)["status"] == "0x1"
