"""The two files that a surplus is split by: what is read, and what is refused."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from backend.surplus.files import Allocation, SurplusFileError, read_allocation, read_bases
from rules.shu import Bases

GOOD = {"year": 2025, "net_surplus": 1000, "allocation_bps": {"cadangan": 10_000}}
HEAD = "member_no,capital,business\r\n"
MOST = 2**63 - 1


def refusal(read: Callable[[Path], object], path: Path, content: bytes) -> SurplusFileError:
    path.write_bytes(content)
    with pytest.raises(SurplusFileError) as error:
        read(path)
    assert error.value.indonesian.startswith(f"{path.name}: ")
    assert error.value.english.startswith(f"{path.name}: ")
    return error.value


def test_read_allocation__as_written__with_or_without_a_byte_order_mark(tmp_path: Path) -> None:
    path = tmp_path / "allocation.json"
    for start in (b"", b"\xef\xbb\xbf"):
        path.write_bytes(start + json.dumps({**GOOD, "remark": "RAT 14 Maret"}).encode())
        assert read_allocation(path) == Allocation(2025, 1000, {"cadangan": 10_000})


@pytest.mark.parametrize("amount", [-MOST, -1, 0, MOST])
def test_read_allocation__surplus__may_be_a_loss(tmp_path: Path, amount: int) -> None:
    path = tmp_path / "allocation.json"
    path.write_text(json.dumps({**GOOD, "net_surplus": amount}))
    assert read_allocation(path).net_surplus == amount


@pytest.mark.parametrize(
    ("change", "indonesian", "english"),
    [
        ({"net_surplus": MOST + 1}, "net_surplus harus bilangan bulat", "net_surplus must be a whole number"),
        ({"net_surplus": -MOST - 1}, "net_surplus harus", "net_surplus must be"),
        ({"net_surplus": 1.5}, "net_surplus harus", "net_surplus must be"),
        ({"net_surplus": 1000.0}, "net_surplus harus", "net_surplus must be"),
        ({"net_surplus": "1000"}, "net_surplus harus", "net_surplus must be"),
        ({"net_surplus": True}, "net_surplus harus", "net_surplus must be"),
        ({"net_surplus": None}, "net_surplus harus", "net_surplus must be"),
        ({"year": "2025"}, "year harus", "year must be"),
        ({"year": 0}, "year harus", "year must be"),
        ({"allocation_bps": [10_000]}, "allocation_bps bukan objek", "allocation_bps is no JSON object"),
        ({"allocation_bps": {"cadangan": -1}}, "allocation_bps.cadangan", "must be a whole number from 0"),
        ({"allocation_bps": {"cadangan": 25.5}}, "allocation_bps.cadangan", "must be a whole number from 0"),
    ],
)
def test_read_allocation__a_wrong_value__named(
    tmp_path: Path, change: dict[str, object], indonesian: str, english: str
) -> None:
    error = refusal(read_allocation, tmp_path / "allocation.json", json.dumps({**GOOD, **change}).encode())
    assert indonesian in error.indonesian
    assert english in error.english


@pytest.mark.parametrize("name", list(GOOD))
def test_read_allocation__a_missing_name__named(tmp_path: Path, name: str) -> None:
    content = json.dumps({key: value for key, value in GOOD.items() if key != name}).encode()
    error = refusal(read_allocation, tmp_path / "allocation.json", content)
    assert f"tidak ada: {name}" in error.indonesian
    assert f"missing: {name}" in error.english


@pytest.mark.parametrize(
    ("content", "indonesian", "english"),
    [
        (json.dumps(GOOD).encode("utf-16"), "bukan teks UTF-8 (byte ke-0)", "not UTF-8 text (byte 0)"),
        (b"", "bukan JSON", "no JSON"),
        (b'{"year": 2025,', "bukan JSON", "no JSON"),
        (b"[" * 100_000, "bukan JSON", "no JSON"),
        (b'{"year": ' + b"9" * 5_000 + b"}", "bukan JSON", "no JSON"),
        (b'{"year": 2025, "year": 2024}', "year 2x", "year 2x"),
        (b"[]", "bukan objek JSON", "no JSON object"),
    ],
)
def test_read_allocation__no_such_document__refused(
    tmp_path: Path, content: bytes, indonesian: str, english: str
) -> None:
    error = refusal(read_allocation, tmp_path / "allocation.json", content)
    assert indonesian in error.indonesian
    assert english in error.english


@pytest.mark.parametrize("read", [read_allocation, read_bases])
def test_read__no_file__said_in_both_languages(tmp_path: Path, read: Callable[[Path], object]) -> None:
    for path in (tmp_path / "nowhere", tmp_path):
        with pytest.raises(SurplusFileError) as error:
            read(path)
        assert "tidak dapat dibuka" in error.value.indonesian
        assert "cannot be opened" in error.value.english


def test_read_bases__as_written__up_to_the_largest_amount(tmp_path: Path) -> None:
    path = tmp_path / "bases.csv"
    path.write_bytes(f"\ufeffbusiness,member_no,capital,x\r\n0,7,{MOST},\r\n\r\n 5 ,2,0,y\r\n".encode())
    assert read_bases(path) == {7: Bases(MOST, 0), 2: Bases(0, 5)}
    path.write_bytes(HEAD.encode())
    assert read_bases(path) == {}


@pytest.mark.parametrize(
    ("row", "indonesian", "english"),
    [
        ("2,-1,0", "baris 2: capital harus rupiah bulat", "row 2: capital must be whole rupiah"),
        ("2,0,-1", "baris 2: business harus rupiah bulat", "row 2: business must be whole rupiah"),
        ("2,1.5,0", "baris 2: capital harus", "row 2: capital must be"),
        ("2,1.000,0", "baris 2: capital harus", "row 2: capital must be"),
        ("2,1e3,0", "baris 2: capital harus", "row 2: capital must be"),
        ("2,,0", "baris 2: capital harus", "row 2: capital must be"),
        (f"2,{MOST + 1},0", f"sampai {MOST}", f"to {MOST}"),
        (f"2,0,{10**45}", f"sampai {MOST}", f"to {MOST}"),
        ("2,5", "baris 2: business harus", "row 2: business must be"),
        ("2,5,5,5", "baris 2: terlalu banyak kolom", "row 2: too many cells"),
        ("0,5,5", "baris 2: member_no bukan nomor anggota", "row 2: member_no is no member's number"),
        (f"{2**32},5,5", "baris 2: member_no bukan", "row 2: member_no is no"),
        ("A1,5,5", "baris 2: member_no bukan", "row 2: member_no is no"),
        ("01,5,5", "baris 2: anggota 1 sudah ada", "row 2: member 1 is there already"),
    ],
)
def test_read_bases__a_wrong_row__named(tmp_path: Path, row: str, indonesian: str, english: str) -> None:
    content = f"{HEAD}1,10,20\r\n{row}\r\n".encode()
    error = refusal(read_bases, tmp_path / "bases.csv", content)
    assert indonesian in error.indonesian
    assert english in error.english


@pytest.mark.parametrize(
    ("content", "indonesian", "english"),
    [
        (b"member_no,capital\r\n1,2\r\n", "kolom tidak ada: business", "missing column: business"),
        (b"", "kolom tidak ada: member_no", "missing column: member_no"),
        (
            b"member_no,capital,business,capital\r\n1,2,3,4\r\n",
            "kolom lebih dari satu: capital",
            "column more than once: capital",
        ),
        (HEAD.encode("utf-16"), "bukan teks UTF-8", "not UTF-8 text"),
        (HEAD.encode() + b"1,2\0,3\r\n", "byte nol", "zero byte"),
        (HEAD.encode() + b'1,"2"3,4\r\n', "baris 2 bukan CSV", "line 2 is no CSV"),
    ],
)
def test_read_bases__no_such_table__refused(
    tmp_path: Path, content: bytes, indonesian: str, english: str
) -> None:
    error = refusal(read_bases, tmp_path / "bases.csv", content)
    assert indonesian in error.indonesian
    assert english in error.english
