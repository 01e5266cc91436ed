"""A file that cannot be read stops everything; a row that makes no sense is kept, to be refused."""

from pathlib import Path

import pytest

from backend.cells import UnreadableDayBookError
from backend.office.daybooks import (
    DUPLICATE_REF,
    MALFORMED_ROW,
    DayBooks,
    JournalRow,
    LoanRow,
    PayrollRow,
    SlipRow,
    read_day_books,
)
from backend.terms import Pledge
from rules.calendar import parse_day
from rules.types import Channel, LoanMethod, LoanNumber, MemberNumber, SavingsKind, SlipKind

MEMBERS = (
    "member_no,nik,full_name,gender,birth_date,unit,phone,joined_on\n1,x,A,L,1990-01-01,U,0,2025-01-02\n"
)
TELLER = "date,ref,member_no,kind,amount,channel,loan_no\n"
LOANS = (
    "loan_no,member_no,disbursed_on,principal,annual_rate_bps,method,months,channel,purpose,guarantor_no\n"
)
PAYROLL = "member_no,full_name,wajib,sukarela,loan_no,angsuran,total\n"
JOURNAL = "date,ref,account,side,amount,channel,description\n"


def folder(tmp_path: Path, **files: str | bytes) -> Path:
    """A folder with a member and the files given (`teller`, `loans`, `journal`, `payroll_YYYY_MM`)."""
    (tmp_path / "payroll").mkdir()
    for name, content in {"members": MEMBERS, **files}.items():
        path = tmp_path / f"{name}.csv"
        if name.startswith("payroll_"):
            path = tmp_path / "payroll" / (name.removeprefix("payroll_").replace("_", "-") + ".csv")
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return tmp_path


def read_slip(tmp_path: Path, row: str) -> SlipRow:
    books = read_day_books(folder(tmp_path, teller=TELLER + row + "\n"))
    (slip,) = [row for row in (*books.rows, *books.undated) if isinstance(row, SlipRow)]
    return slip


@pytest.mark.parametrize(
    ("files", "word"),
    [
        ({"teller": (TELLER + "2025-01-02,S,1,SETOR_POKOK,1,KAS,\n").encode("utf-16")}, "UTF-8"),
        ({"teller": TELLER.encode() + b"2025-01-02,\xff,1,SETOR_POKOK,1,KAS,\n"}, "UTF-8"),
        ({"teller": TELLER + "\0"}, "zero byte"),
        ({"teller": "date,ref,member_no,kind,amount,channel\n"}, "missing column: loan_no"),
        ({"members": "member_no\n"}, "missing column: nik"),
        ({"teller": TELLER.strip() + ",amount,note,note\n"}, "column more than once: amount\\. "),
        ({"members": ""}, "missing column: member_no"),
        ({"payroll_2025_13": PAYROLL}, "YYYY-MM"),
        ({"payroll_januari": PAYROLL}, "YYYY-MM"),
        ({"teller": TELLER + '2025-01-02,"S,1,SETOR_POKOK,1,KAS,\n'}, "line 2 is no CSV"),
        ({"teller": 'date,"ref' + TELLER}, "no CSV"),
    ],
)
def test_read__file_not_readable__says_what_and_what_to_do(
    tmp_path: Path, files: dict[str, str | bytes], word: str
) -> None:
    with pytest.raises(UnreadableDayBookError, match=word) as error:
        read_day_books(folder(tmp_path, **files))
    assert "import again" in str(error.value)
    assert "impor lagi" in str(error.value)


def test_read__no_members_file__is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableDayBookError, match="missing"):
        read_day_books(tmp_path)


def test_read__slip__has_its_values(tmp_path: Path) -> None:
    slip = read_slip(tmp_path, "2025-01-03,SLIP-2025-00007,,PINDAH,5200000,KAS>BANK,")
    assert (slip.day, slip.kind, slip.amount) == (parse_day("2025-01-03"), SlipKind.PINDAH, 5_200_000)
    assert (slip.channel, slip.to_channel, slip.member, slip.loan) == (Channel.KAS, Channel.BANK, None, None)
    assert (slip.receipt, slip.problem) == (1 << 56 | 2025 << 40 | 7, None)


@pytest.mark.parametrize("amount", ["-50000", "50000.50", "50.000", "1e6", "", "Rp 5", "0x10", "+5", "٥"])
def test_read__amount_no_whole_number__is_none(tmp_path: Path, amount: str) -> None:
    slip = read_slip(tmp_path, f"2025-01-03,S,1,SETOR_WAJIB,{amount},KAS,")
    assert slip.amount is None
    assert slip.problem is None


def test_read__amount_above_2_to_63__is_kept_exactly(tmp_path: Path) -> None:
    assert read_slip(tmp_path, f"2025-01-03,S,1,SETOR_WAJIB,{2**63},KAS,").amount == 2**63


@pytest.mark.parametrize(
    "row",
    [
        "2025-02-30,S,1,SETOR_WAJIB,1,KAS,",
        "03/01/2025,S,1,SETOR_WAJIB,1,KAS,",
        ",S,1,SETOR_WAJIB,1,KAS,",
        "2025-01-03,,1,SETOR_WAJIB,1,KAS,",
        "2025-01-03,S,1,SETOR_WAJIB,50,000,KAS,",
        "2025-01-03," + "S" * 161 + ",1,SETOR_WAJIB,1,KAS,",
        "2025-01-03,S,1,SETOR,1,KAS,",
        "2025-01-03,S,1,SETOR_WAJIB,1,LACI,",
        "2025-01-03,S,1,SETOR_WAJIB,1,STABLECOIN,",
        "2025-01-03,S,1,SETOR_WAJIB,1,KAS>BANK,",
        "2025-01-03,S,,PINDAH,1,KAS,",
        "2025-01-03,S,,PINDAH,1,KAS>KAS,",
        "2025-01-03,S,,PINDAH,1,KAS>LACI,",
    ],
)
def test_read__row_makes_no_sense__is_kept_with_its_problem(tmp_path: Path, row: str) -> None:
    assert read_slip(tmp_path, row).problem == MALFORMED_ROW


def test_read__days_and_phases__are_merged_in_order(tmp_path: Path) -> None:
    path = folder(
        tmp_path,
        teller=TELLER + "2025-01-25,S1,1,SETOR_WAJIB,1,KAS,\n2025-01-02,S2,1,SETOR_POKOK,1,KAS,\n",
        loans=LOANS + "1,1,2025-01-25,100,1200,FLAT,12,KAS,x,\n",
        payroll_2025_01=PAYROLL + "1,A,1,0,,0,1\n",
        journal=JOURNAL + "2025-01-25,J1,5110,DR,1,KAS,x\n2025-01-25,J1,5120,DR,2,BANK,x\n",
    )
    books = read_day_books(path)
    order = ["member 1", "S2", "loan 1", "S1", "row 1", "J1"]
    assert [row.ref for row in books.rows] == order
    assert any("S2" in warning and "sorted by day" in warning for warning in books.warnings)
    loan, payroll, journal = books.rows[2], books.rows[4], books.rows[5]
    assert isinstance(loan, LoanRow)
    assert (loan.method, loan.product, loan.pledges) == (LoanMethod.FLAT, 1, ())
    assert isinstance(payroll, PayrollRow)
    assert (payroll.day, payroll.receipt) == (parse_day("2025-01-25"), 2 << 56 | 202501 << 32 | 1)
    assert isinstance(journal, JournalRow)
    assert [(line.account, line.channel) for line in journal.lines] == [(5110, 1), (5120, 2)]


MORE = LOANS.replace("\n", ",product,grace_months,fee,pledges,refinances\n")
LOAN = "2,1,2025-01-25,100,1200,BULLET,12,KAS,x,"


def read_loan(tmp_path: Path, row: str) -> LoanRow:
    books = read_day_books(folder(tmp_path, loans=row))
    (loan,) = [row for row in books.rows if isinstance(row, LoanRow)]
    return loan


def test_read__loan_of_an_old_file__guarantor_pledges_nothing(tmp_path: Path) -> None:
    loan = read_loan(tmp_path, LOANS + LOAN + "3\n")
    assert (loan.product, loan.grace_months, loan.fee, loan.refinances) == (4, 0, 0, None)
    assert loan.pledges == (Pledge(MemberNumber(3), SavingsKind.SUKARELA, 0),)
    assert loan.problem is None


def test_read__loan_with_all_columns__has_their_values(tmp_path: Path) -> None:
    loan = read_loan(tmp_path, MORE + LOAN + "3,9,2,5000,1:WAJIB:70000; 4:SUKARELA:50000,7\n")
    assert (loan.product, loan.grace_months, loan.fee, loan.refinances) == (9, 2, 5_000, LoanNumber(7))
    assert loan.pledges == (
        Pledge(MemberNumber(3), SavingsKind.SUKARELA, 0),
        Pledge(MemberNumber(1), SavingsKind.WAJIB, 70_000),
        Pledge(MemberNumber(4), SavingsKind.SUKARELA, 50_000),
    )
    assert loan.problem is None


def test_read__guarantor_named_in_pledges__is_there_once(tmp_path: Path) -> None:
    loan = read_loan(tmp_path, MORE + LOAN + "3,,,,3:SUKARELA:50000,\n")
    assert loan.pledges == (Pledge(MemberNumber(3), SavingsKind.SUKARELA, 50_000),)


@pytest.mark.parametrize(
    "cells",
    [
        "x,,,,,",
        ",70000,,,,",
        ",,-1,,,",
        ",,,1.5,,",
        ",,,,3,",
        ",,,,3:POKOK:1,",
        ",,,,3:WAJIB:-1,",
        f",,,,3:WAJIB:{2**63},",
        ",,,,3:WAJIB:1:2,",
        ",,,,3:WAJIB:1;,",
        ",,,," + ";".join(f"{n}:WAJIB:1" for n in range(1, 18)) + ",",
        ",,,,,0",
        ",,,,,x",
        ",,,,,1,1",
    ],
)
def test_read__loan_column_makes_no_sense__is_kept_with_its_problem(tmp_path: Path, cells: str) -> None:
    assert read_loan(tmp_path, MORE + LOAN + ",,,,,\n").problem is None
    (tmp_path / "loans.csv").write_text(MORE + LOAN + cells + "\n")
    loan = next(row for row in read_day_books(tmp_path).rows if isinstance(row, LoanRow))
    assert loan.problem == MALFORMED_ROW


def test_read__ref_twice_in_a_file__the_later_is_refused(tmp_path: Path) -> None:
    row = "2025-01-03,S,1,SETOR_WAJIB,1,KAS,\n"
    books = read_day_books(folder(tmp_path, teller=TELLER + row + row))
    first, second = (row for row in books.rows if isinstance(row, SlipRow))
    assert (first.ref, first.problem) == ("S", None)
    assert (second.ref, second.problem) == ("S (row 2)", DUPLICATE_REF)


def test_read__strange_characters_in_a_name__stay_in_their_row(tmp_path: Path) -> None:
    odd = '2,x,"A\u2028B\nC\u0085D",L,1990-01-01,U,0,2025-01-02\n'
    books = read_day_books(folder(tmp_path, members=MEMBERS + odd))
    assert [(row.ref, row.problem) for row in books.rows] == [("member 1", None), ("member 2", None)]


def test_read__hidden_file_beside_the_payroll__is_left_alone(tmp_path: Path) -> None:
    path = folder(tmp_path, payroll_2025_01=PAYROLL + "1,A,1,0,,0,1\n")
    (path / "payroll" / "._2025-01.csv").write_bytes(b"\0\1")
    assert len(read_day_books(path).rows) == 2


def test_read__windows_file__is_read(tmp_path: Path) -> None:
    text = (TELLER + "2025-01-03,S,1,SETOR_WAJIB, 50000 ,KAS,\n").replace("\n", "\r\n")
    books: DayBooks = read_day_books(folder(tmp_path, teller=text.encode("utf-8-sig")))
    (slip,) = [row for row in books.rows if isinstance(row, SlipRow)]
    assert slip.amount == 50_000
