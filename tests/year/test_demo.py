"""`koperasi demo` on both years and on a folder made from one: the figures of `expected/`, reconciled."""

import csv
import json
import shutil
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from eth_utils.crypto import keccak
from sqlalchemy import Connection, select

from backend.documents.cid import Cid
from backend.documents.store import DocumentStore
from backend.loans.agreed import terms_in_books
from indexer.ledger import schema
from indexer.ledger.database import open_engine
from indexer.reports.agreements import agreed_documents
from indexer.reports.balances import KINDS, balances_csv
from indexer.reports.meetings import meeting_report
from indexer.reports.schedules import schedule, schedule_csv
from koperasi.commands.demo import _show
from rules.calendar import day_text, last_day, parse_month
from rules.types import LoanNumber
from tests.year.command_line import (
    EXAMPLES,
    CommandLine,
    expected_months,
    expected_rows,
    expected_schedules,
    rows_of,
)
from verifier.bundle import decode


def play(home: Path, folder: Path) -> tuple[CommandLine, dict[str, Any]]:
    """The demo on `folder`; the command line on what it left, and its JSON line."""
    command_line = CommandLine(home)
    return command_line, command_line.json("demo", "--data", str(folder), "--no-serve")


def assert_as_expected(connection: Connection, folder: Path) -> None:
    """Every member, loan and channel at every month's end, and every schedule, to the byte."""
    for month in expected_months(folder):
        for kind, (report, _) in KINDS.items():
            found = balances_csv(kind, report(connection, parse_month(month), 1))
            assert found.encode() == expected_rows(folder, kind, month), (kind, month)
    for loan, expected in expected_schedules(folder):
        assert schedule_csv(schedule(connection, LoanNumber(int(loan)))).encode() == expected, loan


def assert_within(expected: dict[str, Any], found: dict[str, Any]) -> None:
    """All that is expected is found; more may be."""
    for name, value in expected.items():
        if isinstance(value, dict):
            assert_within(value, found[name])
        else:
            assert found[name] == value, name


def assert_meeting_as_expected(command_line: CommandLine, folder: Path) -> None:
    """Roll, quorum, refused papers, tallies and winners, as JSON has them."""
    expected = json.loads((folder / "expected" / "rat.json").read_text("utf-8"))
    assert command_line.json("meeting", "1") == expected
    recounted = command_line.json("recount", "1", "--views")
    assert recounted["differences"] == []
    assert_within(expected, recounted)


@pytest.fixture(scope="module")
def kecil(tmp_path_factory: pytest.TempPathFactory) -> tuple[CommandLine, dict[str, Any]]:
    return play(tmp_path_factory.mktemp("kecil"), EXAMPLES / "ksp-kecil")


def ledger_of(command_line: CommandLine) -> Connection:
    return open_engine(f"sqlite:///{command_line.home / 'ledger-anvil.sqlite'}").connect()


def test_demo__kecil__ends_in_one_line_of_figures(kecil: tuple[CommandLine, dict[str, Any]]) -> None:
    _, result = kecil
    folder = EXAMPLES / "ksp-kecil"
    assert result["reconciled"] is True
    assert result["members"] == len(rows_of((folder / "members.csv").read_bytes()))
    assert result["rejected"] == len(rows_of((folder / "expected" / "rejects.csv").read_bytes()))
    names = ["teller.csv", "loans.csv", *(f"payroll/{p.name}" for p in (folder / "payroll").iterdir())]
    rows = sum(len(rows_of((folder / name).read_bytes())) for name in names)
    journals = {row["ref"] for row in rows_of((folder / "journal.csv").read_bytes())}
    assert result["accepted"] + result["rejected"] == rows + len(journals)
    assert set(result) == {
        "members", "accepted", "rejected", "waiting", "meetings", "blocks", "events", "entries", "digest",
        "reconciled", "closed", "closed_through", "seconds",
    }  # fmt: skip


def test_demo__kecil__every_month_is_closed_and_proven(
    kecil: tuple[CommandLine, dict[str, Any]], tmp_path: Path
) -> None:
    """December's close is the year's: it empties income and expense; each close has a bundle."""
    command_line, result = kecil
    assert (result["closed"], result["closed_through"]) == (12, "2025-12-31")
    closes = command_line.json("closes")
    assert [day_text(each["through"]) for each in closes] == [
        day_text(last_day(parse_month(month))) for month in expected_months(EXAMPLES / "ksp-kecil")
    ]
    assert all(each["agrees"] and each["final"] and each["stands"] for each in closes)
    assert [each["year_end"] for each in closes] == [*[False] * 11, True]
    rows = {
        row["account"]: row for row in command_line.json("trial-balance", "--as-of", "2025-12-31")["rows"]
    }
    emptied = [row["debit"] - row["credit"] for account, row in rows.items() if account // 1000 in (4, 5)]
    assert len(emptied) > 3
    assert not any(emptied)
    bundle = tmp_path / "bundle.json"
    for day in ("2025-01-31", "2025-12-31"):
        command_line.run("bundle", "claim", "8", "--through", day, "--out", str(bundle))
        header = decode(bundle.read_bytes()).close.header  # type: ignore[union-attr]
        told = command_line.json("verify", str(bundle), "--block-hash", keccak(bytes.fromhex(header)).hex())
        assert told["figures"]["close"]["through"] == day


def test_demo__at_its_end__says_where_the_statements_are(capsys: pytest.CaptureFixture[str]) -> None:
    result = {"members": 3, "closed": 12, "closed_through": "2025-12-31"}
    _show(result, 8080, json=False)
    told = capsys.readouterr()
    assert "http://localhost:8080/api/v1/statements/position.html?as_of=2025-12-31" in told.out
    assert "http://localhost:8080/api/v1/closes" in told.out
    assert "12 months closed through 2025-12-31" in told.err
    _show(result, None, json=False)
    assert "koperasi statement position --as-of 2025-12-31" in capsys.readouterr().err
    _show(result, None, json=True)
    assert json.loads(capsys.readouterr().out) == result


def test_demo__kecil__all_figures_as_expected(kecil: tuple[CommandLine, dict[str, Any]]) -> None:
    command_line, _ = kecil
    folder = EXAMPLES / "ksp-kecil"
    with ledger_of(command_line) as connection:
        assert_as_expected(connection, folder)
    assert command_line.csv("rejects") == (folder / "expected" / "rejects.csv").read_bytes()


def test_demo__kecil__meeting_as_expected(kecil: tuple[CommandLine, dict[str, Any]]) -> None:
    command_line, result = kecil
    assert result["meetings"] == 1
    assert_meeting_as_expected(command_line, EXAMPLES / "ksp-kecil")
    told = command_line.run("meeting", "1").stdout.decode()
    assert "Pemilihan pengawas 2026-2030" in told
    assert "ditolak / refused: 26 NOT_ELIGIBLE" in told
    assert "berita acara / minutes" in told
    (listed,) = command_line.json("meetings")
    assert (listed["noticed_on"], listed["motions"]) == ("2026-01-28", 7)


def test_demo__kecil__minutes_and_agenda_are_kept_by_the_hashes_on_the_chain(
    kecil: tuple[CommandLine, dict[str, Any]], tmp_path: Path
) -> None:
    """The minutes are recorded by those who were elected; made again from the books, they are the same."""
    command_line, _ = kecil
    store = DocumentStore(command_line.home / "documents-anvil", 1 << 20, frozenset())
    with ledger_of(command_line) as connection:
        report = meeting_report(connection, 1)
    assert report.minutes is not None
    assert (report.minutes.chair, report.minutes.secretary) == report.motions[5].elected[:2]
    kept = store.read(Cid.of_block(report.minutes.document))
    pdf = tmp_path / "minutes.pdf"
    told = command_line.json("minutes", "1", "--pdf", str(pdf))
    assert told["recorded"]
    assert pdf.read_bytes() == kept
    agenda = json.loads(store.read(Cid.of_block(report.head.documents)))
    assert agenda == json.loads((EXAMPLES / "ksp-kecil" / "rat" / "meeting.json").read_text("utf-8"))
    certificate = command_line.json("minutes", "1", "--motion", "2")
    assert not certificate["recorded"]
    assert store.holds(Cid.parse(certificate["cid"]))


def test_play_meeting__after_the_demo__changes_nothing(kecil: tuple[CommandLine, dict[str, Any]]) -> None:
    command_line, result = kecil
    again = command_line.json("play-meeting", str(EXAMPLES / "ksp-kecil" / "rat"))
    assert again == {"meeting": 1, "ballots": 24, "carried_out": 6}
    assert command_line.json("sync")["digest"] == result["digest"]


def test_commands__print_the_rows_of_expected(kecil: tuple[CommandLine, dict[str, Any]]) -> None:
    command_line, _ = kecil
    folder = EXAMPLES / "ksp-kecil"
    for kind in KINDS:
        found = command_line.csv("balances", kind, "--month", "2025-07")
        assert found == expected_rows(folder, kind, "2025-07")
    loan, expected = next(expected_schedules(folder))
    assert command_line.csv("schedule", loan) == expected
    balance = command_line.json("trial-balance", "--as-of", "2025-12-31")
    assert balance["debit"] == balance["credit"] > 0
    assert command_line.json("passbook", "8")["loans_outstanding"] > 0
    assert command_line.json("proof", "5")["verified"] is True
    card = command_line.csv("instalment-card", loan)
    assert len(rows_of(card)) == len(rows_of(expected))
    classes = command_line.json("ageing", "--as-of", "2025-12-31")["classes"]
    outstanding = expected_rows(folder, "loans", "2025-12")
    owed = sum(int(row["outstanding_principal"]) for row in rows_of(outstanding))
    assert sum(each["outstanding"] for each in classes) == owed > 0


def test_statements__of_the_year__tie_under_the_adopted_chart(
    kecil: tuple[CommandLine, dict[str, Any]], tmp_path: Path
) -> None:
    command_line, result = kecil
    year = ("--as-of", "2025-12-31")
    sheet = command_line.json("statement", "position", *year)
    rows = {row["element"]: row["amounts"] for row in sheet["rows"] if row["kind"] != "heading"}
    (expected,) = rows_of(expected_rows(EXAMPLES / "ksp-kecil", "cash", "2025-12"))
    assert rows["CashAndBank"][0] == int(expected["KAS"]) + int(expected["BANK"]) > 0
    assert rows["Assets"][0] == rows["LiabilitiesAndEquity"][0]
    chart = (EXAMPLES / "accounts.csv").read_bytes()
    assert sheet["stand"]["chart_hash"] == sha256(chart).hexdigest()
    told = command_line.run("statement", "surplus", *year, "--csv")
    assert told.stderr == b""
    phu = {row["element"]: row for row in rows_of(told.stdout) if row["kind"] != "heading"}
    assert int(phu["NetSurplus"]["2025-01-01/2025-12-31"]) == rows["SurplusOfTheYear"][0]
    spent = sum(
        int(row["amount"])
        for row in rows_of((EXAMPLES / "ksp-kecil" / "journal.csv").read_bytes())
        if row["account"].startswith("5")
    )
    elements = ("OperatingExpenses", "CooperativeExpenses")
    assert sum(int(phu[each]["2025-01-01/2025-12-31"]) for each in elements) == spent
    facts = json.loads(command_line.run("statement", "equity", *year, "--facts").stdout)
    assert facts["chart"] == sha256(chart).hexdigest()
    for form in ("hledger", "beancount"):
        path = tmp_path / form
        command_line.run("export-journal", "--format", form, "--output", str(path))
        assert path.read_bytes() == command_line.run("export-journal", "--format", form).stdout
        assert path.read_text("utf-8").count("rule:") == result["entries"]
    book = tmp_path / "equity.xlsx"
    command_line.run("statement", "notes", *year, "--xlsx", str(book))
    assert book.read_bytes()[:2] == b"PK"
    for name in ("notes", "general-ledger", "savings"):
        shown = command_line.run("statement", name, *year, "--account", "1120").stdout.decode()
        assert "/" in shown
    command_line.run("statement", "cash-book", *year, exit_code=1)
    command_line.run("statement", "cash-book", *year, "--channel", "SAFE", exit_code=2)
    command_line.run("statement", "position", "--from", "2025-01-01", exit_code=2)


def test_rebuild__after_the_demo__gives_the_same_digest(kecil: tuple[CommandLine, dict[str, Any]]) -> None:
    command_line, result = kecil
    rebuilt = command_line.json("rebuild")
    assert (rebuilt["digest"], rebuilt["same"]) == (result["digest"], True)
    assert command_line.json("reconcile")["reconciled"] is True


def test_import__second_time__changes_nothing(kecil: tuple[CommandLine, dict[str, Any]]) -> None:
    command_line, result = kecil
    folder = EXAMPLES / "ksp-kecil"
    again = command_line.json("import", str(folder))
    assert (again["accepted"], again["refused"], again["waiting"]) == (0, 0, 0)
    assert again["known"] == result["members"] + result["accepted"] + result["rejected"]
    assert command_line.json("sync")["digest"] == result["digest"]
    assert command_line.csv("rejects") == (folder / "expected" / "rejects.csv").read_bytes()


def test_demo__samosir__all_figures_as_expected(tmp_path: Path) -> None:
    folder = EXAMPLES / "ksp-samosir"
    command_line, result = play(tmp_path, folder)
    assert result["reconciled"] is True
    with ledger_of(command_line) as connection:
        assert_as_expected(connection, folder)
    assert command_line.csv("rejects") == (folder / "expected" / "rejects.csv").read_bytes()
    assert_meeting_as_expected(command_line, folder)


def test_demo__folder_with_other_rows__goes_through(tmp_path: Path) -> None:
    """Half a year, no loans, no journal, windows line ends, references of another house."""
    folder = tmp_path / "data"
    shutil.copytree(EXAMPLES / "ksp-kecil", folder)
    shutil.rmtree(folder / "expected")
    (folder / "loans.csv").unlink()
    (folder / "journal.csv").unlink()
    for path in sorted((folder / "payroll").iterdir())[6:]:
        path.unlink()
    rows = rows_of((folder / "teller.csv").read_bytes())
    kept = [{**row, "ref": f"Bukti kas {n}/VII"} for n, row in enumerate(rows) if row["date"] < "2025-07"]
    with (folder / "teller.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(kept)
    command_line, result = play(tmp_path / "home", folder)
    assert result["reconciled"] is True
    assert result["members"] == len(rows_of((folder / "members.csv").read_bytes()))
    reasons = {row["reason"] for row in rows_of(command_line.csv("rejects"))}
    assert "UNKNOWN_LOAN" in reasons
    assert not {"LOAN_CLOSED", "NOT_BORROWER", "OVERPAYMENT"} & reasons


def test_demo__kecil__agreements__are_what_was_offered_and_signed(
    kecil: tuple[CommandLine, dict[str, Any]],
) -> None:
    """Each document is kept, its SHA-256 is in the books, and the terms with it are those of the offer."""
    command_line, _ = kecil
    logs, offered = schema.raw_log.c, keccak(text="LoanOffered(uint32,uint32,uint32,bytes32,uint32,uint40)")
    store = DocumentStore(command_line.home / "documents-anvil", 1 << 20, frozenset())
    with ledger_of(command_line) as connection:
        numbers = connection.execute(select(schema.loan.c.loan)).scalars().all()
        rows = connection.execute(select(logs.topics, logs.data)).all()
        signed = {
            int.from_bytes(row.topics[32:64]): row.data[:32] for row in rows if row.topics[:32] == offered
        }
        for number in map(LoanNumber, numbers):
            (document,) = agreed_documents(connection, number)
            kept = store.read(Cid.of_block(document.document_hash))
            assert kept.startswith(b"%PDF-")
            assert sha256(kept).digest() == document.document_hash
            terms = terms_in_books(connection, number, 1)
            assert terms.hash_with(document.document_hash) == signed[number], number
    assert sorted(signed) == sorted(numbers)
    assert len(numbers) == 10
