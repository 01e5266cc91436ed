"""Every column of every table that follows from logs: changed, it is found, and named."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, LargeBinary, Table, Text, delete, func, insert, select, text, update

from indexer.chain import events as ev
from indexer.chain.rpc import Endpoints
from indexer.ledger import schema
from indexer.ledger.database import open_engine, writing
from indexer.reread import Difference, Reread, Told
from rules.types import LoanNumber, MemberNumber
from tests.indexer import meeting_events as said
from tests.indexer.books import Books, working_chain
from tests.indexer.fake_chain import CHAIN_ID, FakeChain, FakeTx
from tests.indexer.fake_office import AUTHORITY, DAY, FakeOffice, account_of
from tests.indexer.faults import FakeNode
from tests.indexer.loan_events import amended, opened, paid

TABLES = (*schema.LOG_TABLES, schema.line)
COLUMNS = [
    (table, column.name) for table in TABLES for column in table.columns if column.name != "cooperative_id"
]


def made() -> FakeChain:
    """A chain whose books have rows in every table."""
    chain, office = working_chain(3, 12)
    chain.mine([of_every_table(office)])
    chain.mine([office.move_cash()])
    for _ in range(3):
        chain.mine([])
    return chain


def of_every_table(office: FakeOffice) -> FakeTx:
    member, loan = MemberNumber(3), LoanNumber(500)
    opening = opened(loan, member, 12_000_000, 400_000, 70_000, DAY)
    return office.tx(
        ("LoanBook", opening),
        ("LoanBook", ev.LoanPledged(loan, member, 2, 77_000)),
        ("LoanBook", ev.LoanPenaltyWaived(loan, 5, DAY, bytes(32))),
        ("LoanBook", amended(loan, 2, 11_600_000, DAY, months=10, before=1)),
        ("LoanBook", paid(loan, member, office.receipt(), 11_600_000, 5, 1, DAY)),
        ("LoanBook", ev.LoanClosed(loan, DAY)),
        ("SavingsSukarela", ev.LienPlaced(member, loan, 77_000)),
        ("SavingsSukarela", ev.LienClaimNoticed(member, loan, 7_000, 1_800_000_000)),
        ("Treasury", ev.ChannelAttested(1, DAY, 2**64 - 5, b"\x07" * 32, MemberNumber(9))),
        ("Authority", ev.OfficeEnded(5, account_of(7), MemberNumber(7))),
        ("SavingsSukarela", ev.InterestRateSet(DAY, 450)),
        *of_a_meeting(900),
    )


def of_a_meeting(meeting: int) -> said.Logs:
    one, two = MemberNumber(1), MemberNumber(2)
    return [
        ("BallotBox", ev.PetitionSigned(b"\x08" * 32, said.packed((1, 2)), 2, 2)),
        ("BallotBox", ev.SignatureRefused(b"\x08" * 32, MemberNumber(3), 2, 1)),
        said.convened(meeting, 30, (1, 2), (3, 4)),
        said.resolution(meeting, 1),
        said.election(meeting, 2, (1, 2), (1,)),
        ("RAT", ev.MotionWithdrawn(meeting, 1, b"\x01" * 20)),
        ("BallotBox", ev.ProxyAppointed(meeting, one, two)),
        said.checked_in(meeting, 1, (1, 2)),
        said.on_paper(meeting, 1, (3, 4)),
        said.cast(meeting, 1, [(1, 4), (2, 8)]),
        said.refused(meeting, 1, 99, 2, 1),
        ("BallotBox", ev.ConsensusDeclared(meeting, 1, b"\x01" * 20, 2)),
        ("BallotBox", ev.ObjectionRaised(meeting, 1, two)),
        ("RAT", ev.DecisionCarriedOut(b"\x02" * 20, meeting, 2)),
        ("RAT", ev.SeatFilled(meeting, 2, 0, 1, one, b"\x03" * 20, 1_900_000_000)),
        ("RAT", ev.MinutesRecorded(meeting, b"\x04" * 32, one, two)),
        ("RAT", ev.BylawsChanged(said.BYLAWS)),
    ]


@pytest.fixture(scope="module")
def chain() -> FakeChain:
    return made()


@pytest.fixture(scope="module")
def synced(chain: FakeChain, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file of books without the database's guards: what an attacker with the file has."""
    path = tmp_path_factory.mktemp("reread") / "books.sqlite"
    books = Books(f"sqlite:///{path}", [FakeNode(chain)])
    books.sync.run()
    with writing(books.engine).begin() as connection:
        triggers = text("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        for name in connection.execute(triggers).scalars().all():
            connection.execute(text(f"DROP TRIGGER {name}"))
    with books.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    books.close()
    return path


@pytest.fixture
def connection(synced: Path, tmp_path: Path) -> Iterator[Connection]:
    shutil.copy(synced, tmp_path / "books.sqlite")
    engine = open_engine(f"sqlite:///{tmp_path / 'books.sqlite'}")
    with writing(engine).begin() as connection:
        yield connection
    engine.dispose()


def reread(
    chain: FakeChain, connection: Connection, *, is_head: bool = True
) -> tuple[Told, list[Difference]]:
    endpoints = Endpoints([FakeNode(chain).endpoint()], CHAIN_ID, rounds=6, pause=0.001)
    asked = Reread(connection, endpoints, 1, AUTHORITY)
    last = chain.head if is_head else chain.head - 4
    return asked.run(1, last, is_head=is_head, on_progress=lambda _done, _of: None)


def test_reread__books_as_synced__nothing_differs(chain: FakeChain, connection: Connection) -> None:
    for table in TABLES:
        assert connection.execute(select(func.count()).select_from(table)).scalar_one() > 0, table.name
    for is_head in (True, False):
        told, differences = reread(chain, connection, is_head=is_head)
        assert differences == []
    assert len(told.members) == 30
    assert 500 in told.loans
    assert {name for _, name, _ in told.contracts} >= {"Treasury", "LoanBook"}


@pytest.mark.parametrize(("table", "name"), COLUMNS, ids=lambda each: getattr(each, "name", each))
def test_reread__any_column_changed__found(
    chain: FakeChain, connection: Connection, table: Table, name: str
) -> None:
    column = table.c[name]
    key = [each for each in table.primary_key.columns if each.name != "cooperative_id"]
    row = connection.execute(select(*key, column).order_by(*(each.desc() for each in key)).limit(1)).one()
    old = row[-1]
    if isinstance(column.type, LargeBinary):
        new: object = b"\x01" + (old or b"")
    elif isinstance(column.type, Text):
        new = old + "x"
    else:
        new = 41 if old is None else old + 1_000_000
    where = [each == value for each, value in zip(key, row, strict=False)]
    assert connection.execute(update(table).where(*where).values({name: new})).rowcount == 1
    _, differences = reread(chain, connection)
    assert {each.subject for each in differences} == {table.name}
    assert any(f"{name} " in each.book + each.key for each in differences)


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_reread__row_gone_or_made_up__found(chain: FakeChain, connection: Connection, table: Table) -> None:
    """The first row under block 2 or later goes, and comes back under a key that no log has."""
    key = [each for each in table.primary_key.columns if each.name != "cooperative_id"]
    query = select(table).where(key[0] >= 2).order_by(*key).limit(1)
    row = connection.execute(query).one()._asdict()
    connection.execute(delete(table).where(*(each == row[each.name] for each in key)))
    connection.execute(insert(table).values({**row, key[0].name: -7}))
    _, differences = reread(chain, connection)
    told = {(each.subject, each.book == "missing", each.chain == "missing") for each in differences}
    assert told == {(table.name, True, False), (table.name, False, True)}


def test_reread__everything_gone__says_how_many_more(chain: FakeChain, connection: Connection) -> None:
    lines = connection.execute(delete(schema.line)).rowcount
    _, differences = reread(chain, connection)
    assert len(differences) == 101
    assert differences[-1] == Difference("line", "...", f"{lines - 100} more", "")
