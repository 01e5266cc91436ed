"""What papers moved through a channel; and who held an office at a moment."""

from sqlalchemy import Connection, Engine

from indexer.chain import events as ev
from indexer.ledger.accounts import CHANNEL_ACCOUNTS
from indexer.ledger.journal import Ledger
from indexer.reports.movements import channel_movements
from indexer.reports.offices import held_at
from indexer.reports.statements.amounts import BookAmounts
from indexer.reports.statements.structs import Span
from rules.calendar import parse_day, timestamp_of_day
from rules.receipts import journal_receipt
from rules.types import Channel, MemberNumber, Office, WibDay
from tests.indexer.ledger.fake_chain import account_of, block, installed
from tests.indexer.reports.conftest import Year
from tests.indexer.reports.statement_years import journal

YEAR = Span(parse_day("2025-01-01"), parse_day("2025-12-31"))
DAY = parse_day("2025-03-05")


def test_movements__of_a_year__add_up_to_the_channel(kecil: Year) -> None:
    books = BookAmounts.on(kecil.connection, YEAR.to_day)
    for channel in (Channel.KAS, Channel.BANK):
        found = channel_movements(kecil.connection, channel, YEAR)
        total = sum(each.movement.amount for each in found)
        assert total == books.balance(YEAR.to_day, CHANNEL_ACCOUNTS[channel])
        assert len({each.movement.key for each in found}) == len(found)
    batches = [each for each in found if each.movement.batch]
    assert [each.paper for each in batches] == [f"2025-{month:02}" for month in range(1, 13)]
    assert all(each.entries > 1 and not each.movement.reference for each in batches)


def _books(engine: Engine, *logs: tuple[str, ev.Event]) -> Connection:
    contracts = [("Authority", installed(name)) for name in sorted(ev.CONTRACTS)]
    Ledger(engine).append([block(1, bytes(32), DAY, [*contracts, *logs])], floor=0)
    return engine.connect()


def test_movements__are_a_papers_lines_of_a_day(engine: Engine) -> None:
    """Two journals, one of which moves nothing in sum, in one block and in the other order."""
    one = journal("JRN-2025-0001", DAY, (5110, 700, 0), (1120, -700, 2))
    other = journal("some paper", DAY, (5110, 30, 0), (1120, -30, 2))
    none = journal("JRN-2025-0002", DAY, (1120, 9, 2), (1120, -9, 2), (5110, 5, 0), (5120, -5, 0))
    with _books(engine, one, other, none) as connection:
        found = channel_movements(connection, Channel.BANK, Span(DAY, DAY))
        keys = [each.movement.key for each in found]
        assert [each.movement.amount for each in found] == [-700, -30]
        assert [each.movement.reference for each in found] == ["JRN-2025-0001", ""]
        assert channel_movements(connection, Channel.BANK, Span(WibDay(DAY + 1), WibDay(DAY + 9))) == []
    assert keys == ["JRN-2025-0001/2025-03-05", f"{journal_receipt('some paper'):016x}/2025-03-05"]


def test_held_at__granted_ended_lapsed_and_granted_again(engine: Engine) -> None:
    def at(day: int) -> int:
        return timestamp_of_day(WibDay(DAY + day)) + 80_000

    account = account_of(7)
    term = (4, account, MemberNumber(7))
    days: dict[int, list[tuple[str, ev.Event]]] = {
        1: [("Authority", ev.OfficeGranted(*term, at(5)))],
        3: [("Authority", ev.OfficeEnded(*term))],
        7: [
            ("Authority", ev.OfficeGranted(*term, at(9))),
            ("Authority", ev.OfficeGranted(3, account, MemberNumber(7), at(20))),
        ],
    }
    made = [block(1, bytes(32), DAY, [("Authority", installed(name)) for name in sorted(ev.CONTRACTS)])]
    for day, logs in days.items():
        made.append(block(len(made) + 1, made[-1].hash, DAY + day, logs))
    Ledger(engine).append(made, floor=0)
    with engine.connect() as connection:
        found = {day: held_at(connection, account, at(day)) for day in (0, 1, 2, 3, 6, 7, 9, 19, 20)}
        assert held_at(connection, account_of(8), at(7)) == {}
    pengawas, both = {Office.PENGAWAS: 7}, {Office.PENGAWAS: 7, Office.BENDAHARA: 7}
    treasurer = {Office.BENDAHARA: 7}
    assert found == {
        0: {},
        1: pengawas,
        2: pengawas,
        3: {},
        6: {},
        7: both,
        9: treasurer,
        19: treasurer,
        20: {},
    }
