"""Before the first statement, several accounts, what is attested; the whole on both databases."""

from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import Connection, Engine

from backend.database import connect
from backend.documents.cid import Cid
from backend.workbench.attesting import Attestation, prepare
from backend.workbench.errors import UnknownItemError
from backend.workbench.findings import Kind
from backend.workbench.statement import BankStatement
from backend.workbench.tills import count_act, keep_count, minutes
from rules.bank_causes import Cause
from rules.calendar import parse_day
from rules.till import Denomination, Money
from rules.types import Channel, WibDay
from tests.backend.workbench.ground import (
    DOMAIN,
    FIRST,
    LAST,
    NOW,
    Office,
    Written,
    as_csv,
    bank_of,
    open_office,
    statement,
)

MAY = parse_day("2025-05-01")
JUNE = parse_day("2025-06-30")


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def anywhere(request: pytest.FixtureRequest, kecil: Connection, tmp_path: Path) -> Iterator[Office]:
    url = f"sqlite:///{tmp_path / 'office.sqlite'}"
    engine: Engine = connect(
        url if request.param == "sqlite" else request.getfixturevalue("postgres_database")
    )
    yield open_office(engine, kecil, tmp_path)
    engine.dispose()


def keep(office: Office, told: BankStatement) -> None:
    assert office.bench.importer.run(told, as_csv(told)).new
    office.bench.matching.run(office.books, Channel.BANK)


def test_workbench__on_both_databases__finds_closes_and_counts(anywhere: Office) -> None:
    lines = [*bank_of(anywhere.movements(), Random(1)), Written(LAST, -15_000, "BIAYA ADM", "")]
    keep(anywhere, statement(lines, anywhere.balance(WibDay(FIRST - 1))))
    (charge,) = anywhere.bench.listed(anywhere.amounts)
    book = anywhere.bench.differences
    given = anywhere.sign(book.close_act(charge, Cause.BANK_CHARGE, "biaya"), "KETUA", "PENGAWAS")
    book.close(anywhere.books, charge, Cause.BANK_CHARGE, "biaya", given, NOW)
    (closed,) = anywhere.bench.listed(anywhere.amounts)
    assert closed.status == "CLOSED"
    act = count_act(Channel.KAS, LAST, {Denomination(Money.NOTE, 50_000): 3})
    signed = anywhere.sign(act, "TELLER", "KETUA")
    keep_count(anywhere.bench.repository, anywhere.books, DOMAIN, act, LAST, signed, NOW)
    kinds = [each.finding.kind for each in anywhere.bench.listed(anywhere.amounts)]
    assert kinds == [Kind.BANK_ONLY, Kind.TILL]
    number = anywhere.bench.repository.matches(Channel.BANK)[0].number
    anywhere.bench.repository.undo(number, "GONE", "")
    assert len(anywhere.bench.listed(anywhere.amounts)) > 2
    anywhere.bench.matching.run(anywhere.books, Channel.BANK)
    assert len(anywhere.bench.listed(anywhere.amounts)) == 2


def test_opening__money_on_its_way_before_the_first_statement__is_no_difference(office: Office) -> None:
    """A slip of April that the bank has in May; without its name in the text it would be an opening."""
    movements = office.movements(MAY, LAST)
    late = [each for each in office.movements(last=WibDay(MAY - 1)) if each.reference][-1]
    opening = office.balance(WibDay(MAY - 1)) - late.amount
    lines = [*bank_of(movements, Random(1)), Written(WibDay(MAY + 1), late.amount, late.reference, "")]
    keep(office, statement(lines, opening, MAY, LAST))
    assert office.bench.findings(office.amounts) == []
    for day, outstanding in ((MAY, -late.amount), (LAST, 0)):
        found = office.bench.reconciliation(office.amounts, Channel.BANK, WibDay(day))
        assert (found.amount("BooksOnly"), found.amount("Unexplained")) == (outstanding, 0)


def test_opening__that_differs__is_listed_and_said_to_be_unexplained(office: Office) -> None:
    lines = bank_of(office.movements(MAY, LAST), Random(1))
    keep(office, statement(lines, office.balance(WibDay(MAY - 1)) + 77, MAY, LAST))
    (one,) = office.bench.findings(office.amounts)
    assert (one.kind, one.amount, one.day) == (Kind.OPENING, 77, MAY)
    found = office.bench.reconciliation(office.amounts, Channel.BANK, JUNE)
    assert found.amount("Unexplained") == 77
    assert "77" in found.remarks[0].en
    with pytest.raises(UnknownItemError, match="not 2025-04-30"):
        office.bench.reconciliation(office.amounts, Channel.BANK, WibDay(MAY - 1))


def two_accounts(office: Office) -> None:
    """Every other movement goes through another bank, whose last statement is older."""
    lines = bank_of(office.movements(), Random(1))
    opening = office.balance(WibDay(FIRST - 1))
    first = statement([line for at, line in enumerate(lines) if at % 2], opening, FIRST, LAST)
    other = [line for at, line in enumerate(lines) if at % 2 == 0 and line.day <= JUNE]
    keep(office, first)
    keep(office, statement(other, 0, FIRST, JUNE)._replace(account="other"))


def test_accounts__several__are_reconciled_together_as_far_as_all_reach(office: Office) -> None:
    two_accounts(office)
    found = office.bench.reconciliation(office.amounts, Channel.BANK, JUNE)
    assert (found.amount("BankBalance"), found.amount("Unexplained")) == (office.balance(JUNE), 0)
    assert (found.amount("BankOnly"), found.amount("BooksOnly")) == (0, 0)
    with pytest.raises(UnknownItemError, match="cover"):
        office.bench.reconciliation(office.amounts, Channel.BANK, LAST)


def attested(office: Office, channel: Channel, day: WibDay) -> Attestation:
    def paper(count: object) -> bytes:
        return repr(minutes(count, office.balance(day, Channel.KAS))).encode()  # type: ignore[arg-type]

    return prepare(office.bench, office.amounts, channel, day, paper)


def test_attestation__of_the_bank__is_the_statements_figure_and_document(office: Office) -> None:
    lines = [*bank_of(office.movements(), Random(1)), Written(LAST, -15_000, "BIAYA ADM", "")]
    told = statement(lines, office.balance(WibDay(FIRST - 1)))
    keep(office, told)
    found = attested(office, Channel.BANK, LAST)
    assert (found.counted, found.booked, found.open_differences) == (told.closing, told.closing + 15_000, 1)
    assert found.document_hash == Cid.parse(found.document).digest
    assert office.bench.documents.read(Cid.parse(found.document)) == as_csv(told)
    earlier = attested(office, Channel.BANK, JUNE)
    assert earlier.counted == office.balance(JUNE)
    with pytest.raises(UnknownItemError, match="do not reach"):
        attested(office, Channel.BANK, WibDay(LAST + 1))


def test_attestation__of_several_accounts__is_a_list_of_their_statements(office: Office) -> None:
    two_accounts(office)
    found = attested(office, Channel.BANK, JUNE)
    assert found.counted == office.balance(JUNE)
    listed = office.bench.documents.read(Cid.parse(found.document)).decode()
    assert all(each.file_hash in listed for each in office.bench.repository.statements())
    checked = prepare(office.bench, office.amounts, Channel.BANK, JUNE, None)
    assert (checked.document, checked.document_hash) == ("", b"")


def test_attestation__of_the_till__is_the_last_count_of_the_day(office: Office) -> None:
    with pytest.raises(UnknownItemError, match="was not counted"):
        attested(office, Channel.KAS, LAST)
    for pieces in (3, 4):
        act = count_act(Channel.KAS, LAST, {Denomination(Money.NOTE, 50_000): pieces})
        signed = office.sign(act, "TELLER", "PENGAWAS")
        keep_count(office.bench.repository, office.books, DOMAIN, act, LAST, signed, NOW)
    found = attested(office, Channel.KAS, LAST)
    assert (found.counted, found.open_differences) == (200_000, 1)
    assert b"till-count" in office.bench.documents.read(Cid.parse(found.document))
