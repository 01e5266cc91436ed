"""Closing months by the command, on a chain: figures, refusals, a reopening by the meeting."""

import json
from pathlib import Path

import pytest

from backend.meetings.agenda import Action
from koperasi.localchain import LocalChain
from rules.calendar import parse_day, timestamp_of_day
from tests.year.command_line import CommandLine
from tests.year.loan_house import LoanHouse, resolve

SLIPS = [
    *(f"2025-01-03,P{n},{n},SETOR_POKOK,100000,KAS," for n in (1, 2, 3)),
    "2025-01-20,S1,1,SETOR_SUKARELA,900000,KAS,",
    "2025-03-03,S2,1,SETOR_SUKARELA,70000,KAS,",
]


@pytest.fixture
def lived(
    house: CommandLine, house_chain: LocalChain, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> LoanHouse:
    """Two openings of cash and four slips in January, one in March; January and February ended with them.

    January's interest of the one saver is two entries: accrued on the 31st, credited on the next day.
    """
    monkeypatch.setenv("KOPERASI_HOME", str(house.home))
    made = LoanHouse(house_chain, tmp_path / "data")
    made.write(3, [], SLIPS)
    made.import_()
    return made


def reopen(lived: LoanHouse, day: int) -> None:
    resolve(lived.chain, lived.local, Action("Treasury", "reopenAfter", (day,)))


def test_close_month__a_year_begins__closed_listed_and_reconciled(
    house: CommandLine, lived: LoanHouse
) -> None:
    shown = json.loads(house.run("close-month", "2025-01", "--check", "--json").stdout)
    assert shown["through"] == "2025-01-31"
    assert (shown["entries"], "transaction" in shown) == (8, False)
    assert lived.call("Treasury", "closedThrough") == [0]
    closed = json.loads(house.run("close-month", "2025-01", "--json").stdout)
    assert {name: closed[name] for name in shown} == shown
    assert lived.call("Treasury", "closedThrough") == [parse_day("2025-01-31")]
    claims = json.loads(house.run("claims", "--through", "2025-02-28", "--json").stdout)
    house.run("close-month", "2025-02")
    house.run("sync")
    first, second = json.loads(house.run("closes", "--json").stdout)
    assert (first["change"], first["agrees"], first["entries"]) == ("CLOSED", True, 8)
    assert first["ledger_root"] == closed["ledger_root"][2:]
    assert (f"0x{second['claims_root']}", second["agrees"]) == (claims["claims_root"], True)
    assert str(second["claims_total"]) == claims["claims_total"] != "0"
    assert json.loads(house.run("reconcile", "--json").stdout)["reconciled"]
    assert "cocok" in house.run("closes").stdout.decode()


def test_close_month__not_its_turn__says_what_to_do(house: CommandLine, lived: LoanHouse) -> None:
    told = house.run("close-month", "2025-03", exit_code=2).stderr.decode()
    assert "koperasi end-month 2025-03" in told
    house.run("close-month", "2025-01")
    assert "2025-02" in house.run("close-month", "2025-01", exit_code=2).stderr.decode()
    assert "YYYY-MM" in house.run("close-month", "January", exit_code=2).stderr.decode()


def test_close_month__books_that_differ__nothing_is_sent(house: CommandLine, lived: LoanHouse) -> None:
    slot = lived.workspace.deployment["contracts"]["SavingsSukarela"]["storage_layout"]["_totals"]["slot"]
    at = lived.chain.address("SavingsSukarela")
    lived.local.rpc("anvil_setStorageAt", at, f"0x{int(slot):064x}", f"0x{7:064x}")
    lived.local.mine()
    told = house.run("close-month", "2025-01", exit_code=1).stderr.decode()
    assert "koperasi reconcile" in told
    assert lived.call("Treasury", "closedThrough") == [0]


def test_reopened__by_the_meeting__listed_and_closed_again(house: CommandLine, lived: LoanHouse) -> None:
    house.run("close-month", "2025-01")
    house.run("close-month", "2025-02")
    reopen(lived, parse_day("2025-01-31"))
    house.run("sync")
    changes = [each["change"] for each in json.loads(house.run("closes", "--json").stdout)]
    assert changes == ["CLOSED", "CLOSED", "REOPENED"]
    house.run("close-month", "2025-02")
    house.run("sync")
    *_, last = json.loads(house.run("closes", "--json").stdout)
    assert (last["change"], last["stands"], last["agrees"]) == ("CLOSED", True, True)
    assert json.loads(house.run("rebuild", "--json").stdout)["same"]


def test_end_month__then_closed__february_of_the_day_after(house: CommandLine, lived: LoanHouse) -> None:
    lived.local.rpc("evm_setTime", timestamp_of_day(parse_day("2025-04-01")) + 60)
    lived.local.mine(timestamp_of_day(parse_day("2025-04-01")) + 60)
    house.run("end-month", "2025-03")
    for month in ("2025-01", "2025-02", "2025-03"):
        house.run("close-month", month)
    assert lived.call("Treasury", "closedThrough") == [parse_day("2025-03-31")]
