"""Imports one after the other, stopped at bad moments, of files that changed: nothing twice, nothing lost."""

import sqlite3
from pathlib import Path

import pytest

from koperasi.localchain import LocalChain
from rules.calendar import parse_day
from tests.year.command_line import EXAMPLES, CommandLine, rows_of
from tests.year.test_bad_input import MEMBERS, TELLER

PAYROLL = "member_no,full_name,wajib,sukarela,loan_no,angsuran,total"
JOURNAL = "date,ref,account,side,amount,channel,description"


def folder(path: Path, members: int, teller: list[str], payroll: list[str] | None = None) -> Path:
    """Members 1 to `members` of 2 January 2025 with their pokok, further slips, and January's payroll."""
    (path / "payroll").mkdir(parents=True, exist_ok=True)
    rows = [f"{n},1,A,L,1990-01-01,U,0,2025-01-02" for n in range(1, members + 1)]
    pokok = [f"2025-01-02,P{n},{n},SETOR_POKOK,100000,KAS," for n in range(1, members + 1)]
    (path / "members.csv").write_text("\n".join([MEMBERS, *rows, ""]))
    (path / "teller.csv").write_text("\n".join([TELLER, *pokok, *teller, ""]))
    if payroll is not None:
        (path / "payroll" / "2025-01.csv").write_text("\n".join([PAYROLL, *payroll, ""]))
    return path


def statuses(command_line: CommandLine) -> dict[str, tuple[str, str | None]]:
    """What the office database says of each row, by ref."""
    with sqlite3.connect(command_line.home / "office-anvil.sqlite") as office:
        return {ref: (s, r) for ref, s, r in office.execute("SELECT ref, status, reason FROM office_row")}


def test_import__chain_that_mines_by_itself__is_taken_over(chain: LocalChain, tmp_path: Path) -> None:
    command_line = CommandLine(tmp_path / "home", chain.url)
    command_line.run("deploy", "--json")
    report = command_line.json("import", str(folder(tmp_path / "data", 3, [])))
    assert (report["accepted"], report["refused"]) == (6, 0)


def test_import__payroll_of_a_day_to_come__waits_and_is_posted_on_its_day(
    house: CommandLine, house_chain: LocalChain, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A chain whose clock the office may not move: the row waits for the 25th."""
    from backend.chain import Chain
    from koperasi.office import importer
    from koperasi.workspace import Workspace

    monkeypatch.setenv("KOPERASI_HOME", str(house.home))
    data = folder(tmp_path / "data", 1, [], ["1,A,50000,0,,0,50000"])
    follow = Chain.follow
    monkeypatch.setattr(Chain, "follow", lambda self, day: follow(self, min(day, parse_day("2025-01-10"))))
    workspace = Workspace("anvil")
    report = importer(workspace, workspace.chain(house_chain.url)).run(data)
    assert (report.accepted, report.waiting, report.refused) == (2, 1, 0)
    assert statuses(house)["row 1"] == ("WAITING", "BOOK_DAY_IN_FUTURE")
    monkeypatch.undo()
    assert house.json("import", str(data))["accepted"] == 1


def test_import__row_put_into_an_imported_payroll__stops_before_anything_is_sent(
    house: CommandLine, tmp_path: Path
) -> None:
    row = "{n},A,50000,0,,0,50000"
    first = [row.format(n=n) for n in (1, 2, 3)]
    data = folder(tmp_path / "data", 4, [], first)
    house.json("import", str(data))
    folder(data, 4, [], [row.format(n=4), *first])
    failed = house.run("import", str(data), exit_code=1).stderr.decode()
    assert "Payroll rows are known by their place" in failed
    folder(data, 4, [], [*first, row.format(n=4)])
    assert house.json("import", str(data))["accepted"] == 1
    house.json("sync")
    savings = rows_of(house.csv("balances", "savings", "--month", "2025-01"))
    assert [row["wajib"] for row in savings] == ["50000"] * 4


def test_import__transactions_left_in_the_pool__are_forgotten(
    house: CommandLine, house_chain: LocalChain, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed between sending and mining, on a chain that lives on."""
    from backend.chain import Chain
    from koperasi.office import importer
    from koperasi.workspace import Workspace

    class Killed(BaseException):
        pass

    def die(_: Chain) -> None:
        raise Killed

    monkeypatch.setenv("KOPERASI_HOME", str(house.home))
    data = folder(tmp_path / "data", 2, [])
    monkeypatch.setattr(Chain, "_mine", die)
    workspace = Workspace("anvil")
    office = importer(workspace, workspace.chain(house_chain.url))
    with pytest.raises(Killed):
        office.run(data)
    assert int(house_chain.rpc("txpool_status")["pending"], 16) == 1
    monkeypatch.undo()
    assert house.json("import", str(data))["accepted"] == 4


def test_import__after_the_chain_was_started_again__goes_on(tmp_path: Path) -> None:
    command_line = CommandLine(tmp_path / "home")
    data = folder(tmp_path / "data", 2, [])
    command_line.json("demo", "--data", str(data), "--no-serve")
    folder(data, 3, ["2025-02-03,S1,1,SETOR_SUKARELA,5000,KAS,"])
    report = command_line.json("import", str(data))
    assert report["refused"] == 1, "member 3's pokok of January is too old by now"
    assert report["accepted"] == 2
    command_line.json("sync")
    assert command_line.json("reconcile")["reconciled"] is True


def test_import__journal_of_many_lines__is_posted_or_refused_with_a_reason(
    house: CommandLine, tmp_path: Path
) -> None:
    data = folder(tmp_path / "data", 1, [])
    lines = [f"2025-01-03,J1,3300,CR,{n},BANK,hibah" for n in range(1, 301)]
    lines += [f"2025-01-03,J2,3300,CR,{n},BANK,hibah" for n in range(1, 1501)]
    (data / "journal.csv").write_text("\n".join([JOURNAL, *lines, ""]))
    house.json("import", str(data))
    found = statuses(house)
    assert found["J1"] == ("ACCEPTED", None)
    assert found["J2"] == ("REFUSED", "TOO_MANY_LINES")


def test_import__refused_repeat__stays_refused(house: CommandLine, tmp_path: Path) -> None:
    slip = "2025-01-03,S1,1,SETOR_SUKARELA,5000,KAS,"
    data = folder(tmp_path / "data", 1, [slip, slip])
    house.json("import", str(data))
    before = house.csv("rejects")
    again = house.json("import", str(data))
    assert (again["accepted"], again["refused"]) == (0, 0)
    assert house.csv("rejects") == before
    assert b"DUPLICATE_REF" in before


def test_import__slip_dated_before_the_member_joined__is_unknown_member_at_any_time(
    house: CommandLine, tmp_path: Path
) -> None:
    data = folder(tmp_path / "data", 1, [])
    house.json("import", str(data))
    slips = [
        "2025-01-01,S1,1,SETOR_SUKARELA,5000,KAS,",
        "2025-01-02,S2,1,SETOR_SUKARELA,5000,KAS,",
    ]
    folder(data, 1, slips)
    house.json("import", str(data))
    found = statuses(house)
    assert found["S1"] == ("REFUSED", "UNKNOWN_MEMBER")
    assert found["S2"] == ("ACCEPTED", None)


def test_import__while_another_runs__is_refused_in_words(house: CommandLine, tmp_path: Path) -> None:
    import fcntl

    with (house.home / "import-anvil.lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        failed = house.run("import", str(folder(tmp_path / "data", 1, [])), exit_code=1).stderr.decode()
    assert "another import is running" in failed


def test_import__folder_that_names_one_member__interest_is_credited_to_all(
    house: CommandLine, tmp_path: Path
) -> None:
    both = [f"2025-01-02,S{n},{n},SETOR_SUKARELA,10000000,KAS," for n in (1, 2)]
    house.json("import", str(folder(tmp_path / "january", 2, both)))
    february = tmp_path / "february"
    february.mkdir()
    (february / "members.csv").write_text(f"{MEMBERS}\n")
    (february / "teller.csv").write_text(f"{TELLER}\n2025-02-01,S3,1,SETOR_WAJIB,50000,KAS,\n")
    house.json("import", str(february))
    house.json("sync")
    held = {n: house.json("passbook", n)["sukarela"] for n in ("1", "2")}
    assert held["1"] == held["2"] > 10_000_000


def test_credit_interest__after_a_month__credits_what_is_due_once(
    house: CommandLine, house_chain: LocalChain, tmp_path: Path
) -> None:
    both = [f"2025-01-02,S{n},{n},SETOR_SUKARELA,10000000,KAS," for n in (1, 2)]
    house.json("import", str(folder(tmp_path / "data", 2, both)))
    house_chain.mine(house_chain.timestamp + 40 * 86_400)
    for _ in range(2):
        house.json("sync")
        assert house.json("credit-interest")["members"] == 2
    house.json("sync")
    earned = [house.json("passbook", n)["lines"] for n in ("1", "2")]
    assert [sum(line["rule"] == "interest" for line in lines) for lines in earned] == [1, 1]
    assert house.json("reconcile")["reconciled"] is True


def test_demo__members_who_joined_years_before__are_registered_on_the_first_day(tmp_path: Path) -> None:
    data = folder(tmp_path / "data", 1, [])
    text = (data / "members.csv").read_text()
    (data / "members.csv").write_text(text + "2,1,A,L,1990-01-01,U,0,2019-05-06\n")
    command_line = CommandLine(tmp_path / "home")
    result = command_line.json("demo", "--data", str(data), "--no-serve")
    assert (result["members"], result["reconciled"]) == (2, True)


@pytest.mark.parametrize(
    ("teller", "word"),
    [
        ([], "holds no rows"),
        (["2025-01-02,S1,,PINDAH,1,KAS>BANK,", "2027-01-02,S2,,PINDAH,1,KAS>BANK,"], "Divide it"),
    ],
)
def test_demo__folder_it_cannot_play__says_so(tmp_path: Path, teller: list[str], word: str) -> None:
    data = folder(tmp_path / "data", 0, teller)
    failed = CommandLine(tmp_path / "home").run("demo", "--data", str(data), "--no-serve", exit_code=1)
    assert word in failed.stderr.decode()


def test_demo__second_one_at_once__leaves_the_first_alone(tmp_path: Path) -> None:
    import fcntl

    command_line = CommandLine(tmp_path)
    (tmp_path / "ledger-anvil.sqlite").write_bytes(b"")
    with (tmp_path / "demo-anvil.lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        failed = command_line.run(
            "demo", "--data", str(EXAMPLES / "ksp-kecil"), "--no-serve", exit_code=1
        ).stderr.decode()
    assert "another demo is running" in failed
    assert (tmp_path / "ledger-anvil.sqlite").exists()
