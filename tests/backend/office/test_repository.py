"""Rows' fates in the office database, on both databases; a locked or full one is told in words."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from backend.database import connect
from backend.office.daybooks import JournalRow, PayrollRow, SlipRow
from backend.office.repository import (
    ACCEPTED,
    REFUSED,
    WAITING,
    OfficeDatabaseError,
    OfficeRepository,
    content_of,
)
from rules.calendar import parse_month
from rules.types import Channel, MemberNumber, Receipt, SlipKind, WibDay

SLIP = SlipRow(
    "teller.csv", "SLIP-1", 1, WibDay(20_000), Receipt(1), MemberNumber(1), SlipKind.SETOR_WAJIB, 50_000,
    Channel.KAS, None, None,
)  # fmt: skip
PAYROLL = PayrollRow(
    "payroll/2025-02.csv", "row 2", 2, WibDay(20_000), Receipt(2 << 56), parse_month("2025-02"),
    MemberNumber(1), 1, 0, False, None, 0, 1,
)  # fmt: skip
JOURNAL = JournalRow("journal.csv", "J", 1, WibDay(20_000), Receipt(3), ())


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'office.sqlite'}"
    found: str = request.getfixturevalue("postgres_database")
    return found


def test_save__again__replaces_the_fate(url: str) -> None:
    repository = OfficeRepository(connect(url), 1)
    repository.save([(SLIP, WAITING, "MEMBER_SIGNATURE", None)])
    repository.save([(SLIP, ACCEPTED, None, "0x12")])
    (record,) = repository.records().values()
    assert (record.status, record.reason, record.content) == (ACCEPTED, None, content_of(SLIP))


def test_save__two_fates_of_one_row__keeps_the_last(url: str) -> None:
    repository = OfficeRepository(connect(url), 1)
    repository.save([(SLIP, WAITING, "MEMBER_SIGNATURE", None), (SLIP, REFUSED, "ZERO_AMOUNT", None)])
    assert [record.status for record in repository.records().values()] == [REFUSED]


def test_records__of_another_cooperative__are_not_seen(url: str) -> None:
    engine = connect(url)
    OfficeRepository(engine, 1).save([(SLIP, REFUSED, "ZERO_AMOUNT", None)])
    assert OfficeRepository(engine, 2).records() == {}
    assert OfficeRepository(engine, 2).rejects() == []


def test_rejects__are_slips_then_payroll_then_the_rest(url: str) -> None:
    repository = OfficeRepository(connect(url), 1)
    earlier = replace(PAYROLL, source="payroll/2025-01.csv", ref="row 10", position=10)
    later = replace(PAYROLL, source="payroll/2025-01.csv", ref="row 11", position=11)
    second = replace(SLIP, ref="SLIP-0", position=2)
    rows = (JOURNAL, PAYROLL, later, second, earlier, SLIP)
    repository.save([(row, REFUSED, "ZERO_AMOUNT", None) for row in rows])
    refs = ["SLIP-1", "SLIP-0", "row 10", "row 11", "row 2", "J"]
    assert [reject.ref for reject in repository.rejects()] == refs


def test_content__of_a_changed_row__differs() -> None:
    assert content_of(SLIP) == content_of(replace(SLIP, position=9))
    assert content_of(SLIP) != content_of(replace(SLIP, amount=50_001))


def test_save__all_or_none(url: str) -> None:
    repository = OfficeRepository(connect(url), 1)
    broken = replace(SLIP, ref="SLIP-2", day=WibDay(2**70))
    with pytest.raises((OfficeDatabaseError, OverflowError)):
        repository.save([(SLIP, ACCEPTED, None, None), (broken, ACCEPTED, None, None)])
    assert repository.records() == {}


def _lock(path: Path) -> Callable[[], None]:
    holder = connect(f"sqlite:///{path}").connect()
    holder.exec_driver_sql("BEGIN IMMEDIATE")
    return holder.close


def test_save__database_locked__is_told_and_goes_on_afterwards(tmp_path: Path) -> None:
    path = tmp_path / "office.sqlite"
    repository = OfficeRepository(connect(f"sqlite:///{path}", lock_seconds=0.1), 1)
    unlock = _lock(path)
    with pytest.raises(OfficeDatabaseError, match="locked"):
        repository.save([(SLIP, ACCEPTED, None, None)])
    unlock()
    repository.save([(SLIP, ACCEPTED, None, None)])
    assert len(repository.records()) == 1


def test_save__disk_full__is_told_and_goes_on_afterwards(tmp_path: Path) -> None:
    engine = connect(f"sqlite:///{tmp_path / 'office.sqlite'}")
    repository = OfficeRepository(engine, 1)
    with engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
    rows = [(replace(SLIP, ref=f"SLIP-{n}"), ACCEPTED, None, None) for n in range(2_000)]
    with pytest.raises(OfficeDatabaseError, match="full"):
        repository.save(rows)
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count = 1000000")
    repository.save(rows)
    assert len(repository.records()) == 2_000
