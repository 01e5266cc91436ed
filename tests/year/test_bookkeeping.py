"""The treasurer's commands on a real chain: corrections and schedules, and what each refuses."""

from pathlib import Path

import pytest

from backend.keyring import Keyring, OfficerKeyring
from backend.office.bookkeeping import BooksOffice, BooksRefusedError
from backend.office.scheduling import end_schedule
from indexer.reports.closes import corrections_of
from indexer.reports.trial_balance import trial_balance
from koperasi.books import reading
from koperasi.localchain import LocalChain
from rules.calendar import parse_day, timestamp_of_day
from rules.receipts import journal_receipt, slip_receipt
from tests.year.command_line import CommandLine
from tests.year.loan_house import LoanHouse

SLIPS = [
    *(f"2025-01-03,P{n},{n},SETOR_POKOK,100000,KAS," for n in (1, 2, 3)),
    "2025-01-20,SLIP-2025-00001,1,SETOR_SUKARELA,900000,KAS,",
    "2025-02-03,S2,1,SETOR_SUKARELA,70000,KAS,",
]
JOURNAL = "date,ref,account,side,amount,channel,description"
JOURNALS = [
    "2025-01-31,JRN-2025-0001,5110,DR,250000,KAS,Gaji",
    "2025-01-31,KW/7,5120,DR,40000,KAS,Listrik",
]
WRONG = "JRN-2025-0001"
RIGHT = ("--debit", "5120:250000", "--credit", "5110:250000")


@pytest.fixture
def lived(
    house: CommandLine, house_chain: LocalChain, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> LoanHouse:
    """Slips and two journals of January, a slip on 3 February; January is ended."""
    monkeypatch.setenv("KOPERASI_HOME", str(house.home))
    monkeypatch.setenv("KOPERASI_RPC_ANVIL", house.rpc)
    made = LoanHouse(house_chain, tmp_path / "data")
    made.write(3, [], SLIPS)
    (made.folder / "journal.csv").write_text("\n".join([JOURNAL, *JOURNALS, ""]))
    assert made.import_().refused == 0
    made.sync()
    return made


def balances(lived: LoanHouse) -> dict[int, int]:
    """What each account holds on the last day, debits above nought."""
    lived.sync()
    with reading("anvil") as (connection, cooperative_id):
        rows = trial_balance(connection, parse_day("2025-12-31"), cooperative_id).rows
    return {row.account: row.debit - row.credit for row in rows}


def corrected(ref: str) -> int | None:
    with reading("anvil") as (connection, cooperative_id):
        return corrections_of(connection, journal_receipt(ref), cooperative_id).corrects


def test_correct_entry__a_wrong_account__both_stay_and_one_points_to_the_other(lived: LoanHouse) -> None:
    before, blocks = balances(lived), lived.blocks()
    checked = lived.run("correct-entry", WRONG, "--ref", "JRN-2025-0009", *RIGHT, "--check")
    assert (checked["transaction"], checked["checked"], lived.blocks()) == (None, True, blocks)
    done = lived.run("correct-entry", WRONG, "--ref", "JRN-2025-0009", *RIGHT)
    assert done["transaction"].startswith("0x")
    after = balances(lived)
    assert (after[5120] - before[5120], after[5110] - before[5110]) == (250_000, -250_000)
    assert corrected("JRN-2025-0009") == journal_receipt(WRONG)
    again = lived.run("correct-entry", WRONG, "--ref", "JRN-2025-0009", *RIGHT)
    assert (again["transaction"], "is in the books" in again["note"]["en"]) == (None, True)
    assert lived.reconcile().agrees


@pytest.mark.parametrize(
    ("told", "receipt"),
    [
        (str(journal_receipt(WRONG)), journal_receipt(WRONG)),
        ("KW/7", journal_receipt("KW/7")),
        ("SLIP-2025-00001", slip_receipt("SLIP-2025-00001")),
        ("ENTRY", slip_receipt("P1")),
    ],
)
def test_correct_entry__named_in_any_way__with_cash(lived: LoanHouse, told: str, receipt: int) -> None:
    number = next(number for number in range(1, 9) if receipt_of(number) == receipt)
    before = balances(lived)
    lines = ("--debit", "KAS:5000", "--credit", "5120:3000", "--credit", "5110:2000")
    named = str(number) if told == "ENTRY" else told
    lived.run("correct-entry", named, "--ref", "JRN-2025-0009", *lines, "--on", "2025-02-01")
    after = balances(lived)
    assert {each: after[each] - before[each] for each in (1110, 5120, 5110)} == {
        1110: 5_000,
        5120: -3_000,
        5110: -2_000,
    }
    assert corrected("JRN-2025-0009") == receipt
    assert lived.call("Treasury", "channelTotal", 1) == [after[1110]]


def receipt_of(number: int) -> int | None:
    from indexer.reports.entries import entry

    with reading("anvil") as (connection, cooperative_id):
        return entry(connection, number, cooperative_id).receipt


def test_correct_entry__what_cannot_be__refused_with_what_to_do(house: CommandLine, lived: LoanHouse) -> None:
    blocks = lived.blocks()

    def refused(*arguments: str, told: str = WRONG, ref: str = "JRN-2025-0009") -> str:
        return lived.refused("correct-entry", told, "--ref", ref, *arguments)

    unbalanced = refused("--debit", "5120:7", "--credit", "5110:8")
    assert "Debits are Rp\u00a07, credits Rp\u00a08" in unbalanced
    assert "samakan jumlahnya" in unbalanced
    assert "Account 2110 cannot be posted here" in refused("--debit", "2110:7", "--credit", "5110:7")
    assert "write KAS or BANK" in refused("--debit", "1110:7", "--credit", "5110:7")
    assert "0 papers JRN-2025-0077" in refused(*RIGHT, told="JRN-2025-0077")
    assert "Entry 99 is not in the books" in refused(*RIGHT, told="99")
    assert "0 papers 2025-13 row 1" in refused(*RIGHT, told="2025-13 row 1")
    assert "KW/7" not in refused(*RIGHT, ref="KW/7")
    assert f"{WRONG} was used before; use another" in refused(*RIGHT, told="KW/7", ref=WRONG)
    assert "2025-03-01 is yet to come" in refused(*RIGHT, "--on", "2025-03-01")
    too_much = refused("--debit", "5120:9000000", "--credit", "KAS:9000000")
    assert "Rp\u00a09.000.000 were asked for" in too_much
    for bad in ("5120", "KASS:5", "5120:0", "5120:-4", "70000:5", f"5120:{2**63}"):
        assert "write ACCOUNT:RUPIAH" in refused("--debit", bad, "--credit", "5110:7")
    house.run("close-month", "2025-01")
    assert "closed through 2025-01-31" in refused(*RIGHT, "--on", "2025-01-31")
    assert lived.blocks() == blocks + 1


def test_correct_entry__of_a_months_end__has_no_receipt(lived: LoanHouse) -> None:
    adopt(lived, 1)
    end_february(lived)
    entries = [each["entry"] for each in lived.run("schedules", "1")[0]["posted"]]
    refused = lived.refused("correct-entry", str(entries[0]), "--ref", "JRN-2025-0009", *RIGHT)
    assert "as an ordinary journal" in refused


def adopt(lived: LoanHouse, number: int, *more: str, command: str = "run") -> object:
    terms = ("--kind", "DEPRECIATION", "--debit", "5160", "--credit", "1590", "--amount", "12000000")
    whole = ("adopt-schedule", str(number), *terms, "--months", "48", "--from", "2025-02", *more)
    return getattr(lived, command)(*whole)


def end_february(lived: LoanHouse) -> None:
    first = timestamp_of_day(parse_day("2025-03-01")) + 60
    lived.local.rpc("evm_setTime", first)
    lived.local.mine(first)
    lived.run("end-month", "2025-02")
    lived.sync()


def test_adopt_schedule__months_end__posts_it_until_it_is_ended(lived: LoanHouse) -> None:
    blocks = lived.blocks()
    assert adopt(lived, 7, "--check")["transaction"] is None  # type: ignore[index]
    assert lived.blocks() == blocks
    assert adopt(lived, 7)["transaction"].startswith("0x")  # type: ignore[index]
    assert "is there already" in adopt(lived, 7)["note"]["en"]  # type: ignore[index]
    prepaid = ("--kind", "SPREAD", "--debit", "5130", "--credit", "2410", "--amount", "1000")
    lived.run("adopt-schedule", 8, *prepaid, "--months", "3", "--from", "2025-03")
    lived.sync()
    seven, eight = lived.run("schedules")
    assert (seven["charged"], seven["left"], len(seven["coming"])) == (0, 12_000_000, 48)
    assert [each["amount"] for each in eight["coming"]] == [333, 333, 334]
    end_february(lived)
    (seven,) = lived.run("schedules", 7)
    (posted,) = seven["posted"]
    assert (posted["month"], posted["amount"]) == ("2025-02", 250_000)
    assert receipt_of(posted["entry"]) is None
    assert (seven["left"], len(seven["coming"]), seven["coming"][0]["month"]) == (11_750_000, 47, "2025-03")
    assert balances(lived)[1590] == -250_000
    ended = lived.run("end-schedule", 7)
    assert ended["transaction"].startswith("0x")
    assert "was ended already" in lived.run("end-schedule", 7)["note"]["en"]
    lived.sync()
    seven = lived.run("schedules")[0]
    assert (seven["ended"], seven["coming"], seven["left"]) == (True, [], 11_750_000)
    assert lived.reconcile().agrees


def test_schedules__as_tables__say_what_is_left(house: CommandLine, lived: LoanHouse) -> None:
    adopt(lived, 7)
    end_february(lived)
    table = house.run("schedules").stdout.decode()
    assert "11.750.000" in table
    assert "DEPRECIATION STRAIGHT_LINE" in table
    months = house.run("schedules", "7").stdout.decode()
    assert months.count("250.000") == 49
    assert "2029-01" in months
    assert "There is no schedule 6" in house.run("schedules", "6", exit_code=2).stderr.decode()


def test_adopt_schedule__what_cannot_be__refused_with_what_to_do(lived: LoanHouse) -> None:
    def refused(*more: str, number: int = 9) -> str:
        return str(adopt(lived, number, *more, command="refused"))

    adopt(lived, 7)
    assert "The number 7 was used before" in refused("--months", "12", number=7)
    assert "2025-01 was ended already; begin in 2025-02 or later" in refused("--from", "2025-01")
    for bad in (
        ("--residual", "12000000"),
        ("--credit", "5160"),
        ("--months", "601"),
        ("--method", "DECLINING", "--months", "13"),
        ("--kind", "SPREAD", "--method", "DECLINING"),
        ("--kind", "SPREAD", "--residual", "1"),
        ("--amount", str(2**63)),
    ):
        assert "The schedule cannot hold" in refused(*bad), bad
    assert "Account 2110 cannot be posted here" in refused("--debit", "2110")
    assert "An account is 1 to 65535" in refused("--debit", "70000")
    assert "YYYY-MM" in refused("--from", "March")
    assert "No schedule 9 runs" in lived.refused("end-schedule", "9")


@pytest.mark.parametrize("left", [("BENDAHARA",), ("BENDAHARA", "TELLER"), ("KETUA", "SEKRETARIS")])
def test_books__keys_of_one_only__says_which_are_missing(lived: LoanHouse, left: tuple[str, ...]) -> None:
    keys: Keyring = OfficerKeyring(
        {each: lived.keyring.officer(each) for each in left}, dict.fromkeys(left, 1)
    )
    office = BooksOffice(lived.chain, keys, 30_000_000, lambda: reading("anvil"))
    with pytest.raises(BooksRefusedError, match="KETUA or SEKRETARIS are not here"):
        end_schedule(office, 7)
