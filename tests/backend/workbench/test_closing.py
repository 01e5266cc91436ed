"""Differences: closed only by a reason that two persons sign; gone only by books or matches."""

from collections.abc import Callable
from random import Random
from typing import Any

import pytest
from eth_account.signers.local import LocalAccount
from sqlalchemy import text

from backend.workbench.consents import Given, read_signatures
from backend.workbench.desk import match_act, undo_act
from backend.workbench.differences import ChainRun, Difference
from backend.workbench.errors import ConsentRefusedError, UnknownItemError, WorkbenchError
from backend.workbench.findings import ChainFinding, Kind
from backend.workbench.tables import BANK_MATCH, BANK_PAIR, DIFFERENCE_ACT
from rules.bank_causes import Cause
from rules.types import Channel, WibDay
from tests.backend.workbench.ground import (
    BOTH,
    DOMAIN,
    ENDED,
    FIRST,
    KEYS,
    LAPSED,
    LAST,
    NOW,
    STRANGER,
    Office,
    Written,
    as_csv,
    bank_of,
    statement,
)

REASON = "Biaya administrasi bulan Maret, dibukukan bulan depan"


@pytest.fixture
def charged(office: Office) -> Office:
    """Two charges of the bank that the books do not have."""
    lines = bank_of(office.movements(), Random(1))
    lines += [
        Written(WibDay(LAST - 9), -15_000, "BIAYA ADM", ""),
        Written(WibDay(LAST - 8), -15_000, "ADM", ""),
    ]
    told = statement(lines, office.balance(WibDay(FIRST - 1)))
    office.bench.importer.run(told, as_csv(told))
    office.bench.matching.run(office.books, Channel.BANK)
    return office


def listed(office: Office) -> list[Difference]:
    return office.bench.listed(office.amounts)


def close(
    office: Office,
    difference: Difference,
    keys: tuple[LocalAccount, ...] = (KEYS["BENDAHARA"], KEYS["PENGAWAS"]),
    reason: str = REASON,
    signed: Difference | None = None,
    at: int = NOW,
    **other: Any,
) -> None:
    """Close with signatures over what `signed` and `other` say."""
    book = office.bench.differences
    act = book.close_act(
        signed or difference, other.get("cause", Cause.BANK_CHARGE), other.get("why", REASON)
    )
    given = [act.by(key, DOMAIN) for key in keys]
    book.close(office.books, difference, Cause.BANK_CHARGE, reason, given, at)


def test_close__by_treasurer_and_supervisor__closes_that_one_only(charged: Office) -> None:
    one, other = listed(charged)
    assert (one.finding.kind, one.finding.cause, one.finding.amount) == (
        Kind.BANK_ONLY,
        Cause.BANK_CHARGE,
        -15_000,
    )
    close(charged, one)
    after = listed(charged)
    assert [each.status for each in after] == ["CLOSED", "OPEN"]
    assert after[1].finding == other.finding
    closing = after[0].closing
    assert closing is not None
    assert [(each.office, each.person) for each in closing.signed] == [("BENDAHARA", 3), ("PENGAWAS", 4)]
    assert closing.reason == REASON
    with pytest.raises(UnknownItemError, match="closed already"):
        close(charged, after[0])


@pytest.mark.parametrize(
    ("change", "english"),
    [
        ({"keys": (KEYS["PENGAWAS"], KEYS["PENGAWAS"])}, "does not hold the office"),
        ({"keys": (KEYS["BENDAHARA"], KEYS["BENDAHARA"])}, "does not hold the office PENGAWAS"),
        ({"keys": (KEYS["BENDAHARA"], BOTH)}, "two persons"),
        ({"keys": (KEYS["BENDAHARA"], KEYS["KETUA"])}, "does not hold the office PENGAWAS"),
        ({"keys": (KEYS["TELLER"], KEYS["PENGAWAS"])}, "does not hold the office BENDAHARA"),
        ({"keys": (KEYS["BENDAHARA"], LAPSED)}, "does not hold the office PENGAWAS"),
        ({"keys": (KEYS["BENDAHARA"], ENDED)}, "does not hold the office PENGAWAS"),
        ({"keys": (STRANGER, KEYS["PENGAWAS"])}, "does not hold the office"),
        ({"keys": (KEYS["BENDAHARA"],)}, "two signatures"),
        ({"keys": ()}, "two signatures"),
        ({"reason": " \n "}, "Say the reason"),
        ({"reason": "x" * 401}, "Say the reason"),
        ({"why": "another reason"}, "not over this"),
        ({"cause": Cause.UNKNOWN}, "not over this"),
        ({"at": 2_000_000_001}, "does not hold the office"),
        ({"at": 1}, "does not hold the office"),
    ],
)
def test_close__one_thing_changed__is_refused(charged: Office, change: dict[str, Any], english: str) -> None:
    with pytest.raises(ConsentRefusedError, match=english):
        close(charged, listed(charged)[0], **change)
    assert [each.status for each in listed(charged)] == ["OPEN", "OPEN"]


def test_close__with_signatures_for_another_difference__is_refused(charged: Office) -> None:
    one, other = listed(charged)
    with pytest.raises(ConsentRefusedError, match="not over this"):
        close(charged, one, signed=other)


@pytest.mark.parametrize(
    "forge",
    [
        lambda given: Given(given.account, b"\x01" + given.signature[1:]),
        lambda given: Given(given.account, b""),
        lambda given: Given(str(STRANGER.address), given.signature),
    ],
)
def test_close__with_a_wrong_signature__is_refused(charged: Office, forge: Callable[[Given], Given]) -> None:
    one = listed(charged)[0]
    act = charged.bench.differences.close_act(one, Cause.BANK_CHARGE, REASON)
    maker, checker = charged.sign(act, "BENDAHARA", "PENGAWAS")
    with pytest.raises(ConsentRefusedError, match="not over this"):
        charged.bench.differences.close(
            charged.books, one, Cause.BANK_CHARGE, REASON, [maker, forge(checker)], NOW
        )


def test_reopen__is_a_new_record_and_the_old_signatures_do_not_close_it_again(charged: Office) -> None:
    one = listed(charged)[0]
    book = charged.bench.differences
    act = book.close_act(one, Cause.BANK_CHARGE, REASON)
    given = charged.sign(act, "BENDAHARA", "PENGAWAS")
    book.close(charged.books, one, Cause.BANK_CHARGE, REASON, given, NOW)
    closed = listed(charged)[0]
    (by,) = charged.sign(book.reopen_act(closed, "keliru"), "PENGAWAS")
    book.reopen(charged.books, closed, "keliru", by, NOW)
    again = listed(charged)[0]
    assert [each.act for each in again.acts] == ["FOUND", "CLOSED", "REOPENED"]
    assert again.status == "OPEN"
    with pytest.raises(ConsentRefusedError, match="not over this"):
        book.close(charged.books, again, Cause.BANK_CHARGE, REASON, given, NOW)
    with pytest.raises(UnknownItemError, match="not closed"):
        book.reopen(charged.books, again, "keliru", by, NOW)


def test_closed__written_into_the_database_by_somebody__is_open(charged: Office) -> None:
    """Two made-up persons pass the database's own checks, but not the ledger's."""
    one = listed(charged)[0]
    forged = {
        "cooperative_id": 1,
        "difference": one.finding.id,
        "sequence": 2,
        "act": "CLOSED",
        "amount": one.finding.amount,
        "cause": "BANK_CHARGE",
        "reason": REASON,
        "acted_at": NOW,
    }
    act = charged.bench.differences.close_act(one, Cause.BANK_CHARGE, REASON)
    for prefix, office, person, key in (
        ("maker", "BENDAHARA", 3, STRANGER),
        ("checker", "PENGAWAS", 4, LAPSED),
    ):
        given = act.by(key, DOMAIN)
        forged |= {f"{prefix}_person": person, f"{prefix}_office": office}
        forged |= {f"{prefix}_account": given.account, f"{prefix}_signature": given.signature}
    with charged.bench.repository.engine.begin() as connection:
        connection.execute(DIFFERENCE_ACT.insert().values(forged))
    assert listed(charged)[0].status == "OPEN"


def test_difference__matched_by_hand__is_gone_and_comes_back_when_parted(office: Office) -> None:
    movements = office.movements()
    paper = next(each for each in movements if each.reference)
    lines = [line for line in bank_of(movements, Random(1)) if line.of != paper.key]
    lines.append(Written(WibDay(paper.day + 40), paper.amount, "TANPA BERITA", ""))
    told = statement(lines, office.balance(WibDay(FIRST - 1)))
    office.bench.importer.run(told, as_csv(told))
    office.bench.matching.run(office.books, Channel.BANK)
    before = listed(office)
    assert {each.finding.kind for each in before} == {Kind.BANK_ONLY, Kind.BOOKS_ONLY}
    line, movement = before[0].finding.subject, before[1].finding.subject
    matching = office.bench.matching
    (given,) = office.sign(match_act(Channel.BANK, [line], [movement], "bukti transfer"), "BENDAHARA")
    number = matching.by_hand(office.books, Channel.BANK, [line], [movement], "bukti transfer", given, NOW)
    assert listed(office) == []
    (parting,) = office.sign(undo_act(number, "bukan ini"), "PENGAWAS")
    matching.undo(office.books, Channel.BANK, number, "bukan ini", parting, NOW)
    matching.run(office.books, Channel.BANK)
    after = listed(office)
    assert [each.finding.id for each in after] == [each.finding.id for each in before]
    assert [act.act for act in after[0].acts] == ["FOUND", "GONE", "FOUND"]


def test_match__by_hand__of_unequal_sums_or_by_nobody__is_refused(charged: Office) -> None:
    one, other = (each.finding.subject for each in listed(charged))
    matched = charged.bench.repository.matches(Channel.BANK)[0]
    cases: list[tuple[list[str], list[str], str, str]] = [
        ([one], [], "BENDAHARA", "must be equal"),
        ([one, other], [], "BENDAHARA", "must be equal"),
        ([], [], "BENDAHARA", "must be equal"),
        ([next(iter(matched.lines))], [next(iter(matched.movements))], "BENDAHARA", "matched already"),
        (["9/9"], [], "BENDAHARA", "not here"),
        ([one, one], [], "BENDAHARA", "named twice"),
    ]
    for lines, movements, name, english in cases:
        (given,) = charged.sign(match_act(Channel.BANK, lines, movements, "x"), name)
        with pytest.raises(WorkbenchError, match=english):
            charged.bench.matching.by_hand(charged.books, Channel.BANK, lines, movements, "x", given, NOW)


def test_match__by_hand__by_a_teller_or_without_a_reason__is_refused(office: Office) -> None:
    """A charge and its reversal, which the bank alone has, are equal in sum."""
    lines = bank_of(office.movements(), Random(1))
    lines += [Written(LAST, -5, "KOREKSI", ""), Written(LAST, 5, "KOREKSI", "")]
    told = statement(lines, office.balance(WibDay(FIRST - 1)))
    office.bench.importer.run(told, as_csv(told))
    office.bench.matching.run(office.books, Channel.BANK)
    keys = [each.finding.subject for each in listed(office)]
    assert len(keys) == 2
    matching = office.bench.matching
    (given,) = office.sign(match_act(Channel.BANK, keys, [], "saling hapus"), "TELLER")
    with pytest.raises(ConsentRefusedError, match="does not hold"):
        matching.by_hand(office.books, Channel.BANK, keys, [], "saling hapus", given, NOW)
    with pytest.raises(ConsentRefusedError, match="Say the reason"):
        matching.by_hand(office.books, Channel.BANK, keys, [], " ", given, NOW)
    (given,) = office.sign(match_act(Channel.BANK, keys, [], "saling hapus"), "PENGAWAS")
    matching.by_hand(office.books, Channel.BANK, keys, [], "saling hapus", given, NOW)
    assert listed(office) == []


def test_match__whose_movement_changed__is_ended_and_told(charged: Office) -> None:
    """As after a reorganisation, or when a payroll got another row."""
    matches = charged.bench.repository.matches(Channel.BANK)
    engine = charged.bench.repository.engine
    batch = next(each for each in matches if each.kind == "BATCH")
    with engine.begin() as connection:  # the trigger stands in the way of whoever would do this
        connection.execute(text("DROP TRIGGER bank_pair_kept"))
        connection.execute(
            text("UPDATE bank_pair SET amount = amount + 1 WHERE match = :n AND side = 'MOVEMENT'"),
            {"n": batch.number},
        )
    assert len(listed(charged)) == 4
    charged.bench.matching.run(charged.books, Channel.BANK)
    assert len(listed(charged)) == 2
    with engine.connect() as connection:
        assert connection.execute(text("SELECT kind FROM match_undone")).scalars().all() == ["GONE"]


@pytest.mark.parametrize("kind", ["SAME_DAY", "CONTRA", "HAND"])
def test_match__written_into_the_database_by_somebody__hides_nothing(charged: Office, kind: str) -> None:
    """A line with no movement, or with one that it is not, and a made-up signature."""
    one = listed(charged)[0].finding
    match = {"cooperative_id": 1, "number": 9_999, "channel": 2, "kind": kind, "made_at": NOW, "reason": "x"}
    match |= {"by_person": 3, "by_office": "BENDAHARA", "by_account": str(STRANGER.address)}
    act = match_act(Channel.BANK, [one.subject], [], "x")
    pair = {"cooperative_id": 1, "match": 9_999, "channel": 2, "side": "LINE", "key": one.subject, "live": 1}
    with charged.bench.repository.engine.begin() as connection:
        connection.execute(BANK_MATCH.insert().values({**match, "by_signature": act.by(STRANGER, DOMAIN)[1]}))
        connection.execute(BANK_PAIR.insert().values({**pair, "amount": 0}))
    assert [each.status for each in listed(charged)] == ["OPEN", "OPEN"]
    charged.bench.matching.run(charged.books, Channel.BANK)
    assert [each.status for each in listed(charged)] == ["OPEN", "OPEN"]


def test_chain__what_it_differs_in__is_listed_until_a_later_comparison_agrees(office: Office) -> None:
    found = [
        ChainFinding("account", "2130 Simpanan sukarela", "100", "90"),
        ChainFinding("member", "7", "{'a': 1}", "{'a': 2}"),
    ]
    office.bench.differences.put_chain(ChainRun(10, "0x10", NOW), found)
    one, other = listed(office)
    assert (one.finding.kind, one.finding.amount, other.finding.amount) == (Kind.CHAIN, -10, 0)
    close(office, one)
    office.bench.differences.put_chain(
        ChainRun(11, "0x11", NOW), [found[0], found[1]._replace(chain="{'a': 3}")]
    )
    after = listed(office)
    assert [each.status for each in after] == ["CLOSED", "OPEN"]
    assert after[1].finding.id != other.finding.id
    office.bench.differences.put_chain(ChainRun(12, "0x12", NOW), [found[0]._replace(chain="80")])
    assert [each.status for each in listed(office)] == ["OPEN"]
    office.bench.differences.put_chain(ChainRun(13, "0x13", NOW), [])
    assert listed(office) == []


def test_signatures__of_a_file__are_read(office: Office, tmp_path: Any) -> None:
    path = tmp_path / "signatures.jsonl"
    path.write_text('{"account": "0x' + "1" * 40 + '", "signature": "0x' + "2" * 130 + '"}\n')
    assert read_signatures(path) == [Given("0x" + "1" * 40, b"\x22" * 65)]
    for bad in ("{}", '{"account": "1", "signature": "0x"}', "x"):
        path.write_text(bad)
        with pytest.raises(ConsentRefusedError):
            read_signatures(path)
