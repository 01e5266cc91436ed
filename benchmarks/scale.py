"""What an act costs in a cooperative of 1,000 members, and in one of 100,000: on chain and in the books."""

import tempfile
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Final

import httpx
from sqlalchemy import Connection

from benchmarks.anvil_chain import call
from benchmarks.figures import Section, at_least_times, at_most_times
from benchmarks.house import FIRST, GAS_LIMIT, anvil
from benchmarks.made_books import DAYS, FIRST_DAY, fill
from benchmarks.reports import TimedLedger, time_of
from indexer.ledger.database import open_engine
from indexer.reports.passbook import passbook
from indexer.reports.trial_balance import trial_balance
from rules.types import SlipKind, WibDay

if TYPE_CHECKING:
    from tests.contracts.actors import House

SMALL: Final = 1_000
LARGE: Final = 100_000
TIMES: Final = 1.3
BATCH: Final = 100
ENTRIES_A_MEMBER: Final = 10
PERIOD: Final = 202601
_AT_ONCE: Final = 500
_BLOCK: Final = 8

Costs = dict[tuple[str, str], float]
"""By work and unit."""


def measure(scale: float = 1.0) -> Section:
    """The scale section: SMALL members beside LARGE times `scale`, but never fewer than twice SMALL."""
    large = max(round(LARGE * scale), 2 * SMALL)
    entries = ENTRIES_A_MEMBER * large
    gas_small, gas_large = _gas(large)
    reports_small, _ = _books(SMALL, ENTRIES_A_MEMBER * SMALL)
    _, append_small = _books(SMALL, entries)
    reports_large, append_large = _books(large, entries)
    pairs = ((gas_small, gas_large), (reports_small, reports_large), (append_small, append_large))
    figures = []
    for small, grown in pairs:
        for (work, unit), cost in grown.items():
            beside = (f"ours, {SMALL:,} members", small[work, unit])
            compare, times = (at_least_times, 1 / TIMES) if unit.endswith("/s") else (at_most_times, TIMES)
            figures.append(compare(f"{work}, {large:,} members", cost, unit, times, *beside))
    conditions = (
        f"The same acts with {SMALL:,} and with {large:,} members, all of them known, {ENTRIES_A_MEMBER} "
        f"entries of each in SQLite; appended are the events of {entries:,} entries, of so many members. "
        "Nothing may cost more than 1.3 times as much."
    )
    return Section("Scale", figures, conditions)


def _gas(large: int) -> tuple[Costs, Costs]:
    """Gas of a deposit and of a payroll row: of the first members, then of the last after all others came."""
    from tests.contracts import actors, office

    with (
        anvil("--prune-history") as url,
        httpx.Client(base_url=url, trust_env=False, timeout=600) as client,
    ):
        house = actors.deploy_house()
        send = {"from": house.deployer}
        house.Treasury.setTellerLimit(office.TELLER_LIMIT, send)
        house.Treasury.setBackdatingLimit(7, send)
        for channel in (office.KAS, office.BANK):
            house.Treasury.open(channel, 1_000_000_000, send)
        _join(client, house, FIRST, SMALL)
        small = _acts(house, PERIOD, FIRST)
        _join(client, house, FIRST + SMALL, large - SMALL)
        return small, _acts(house, PERIOD + 1, FIRST + large - BATCH)


def _join(client: httpx.Client, house: "House", first: int, count: int) -> None:
    """Open `count` members with savings of every kind: many in a transaction, many of those in a block."""
    from tests.contracts import actors

    call(client, "evm_setAutomine", False)
    today = actors.today()
    last = first + count
    chunks = [range(start, min(start + _AT_ONCE, last)) for start in range(first, last, _AT_ONCE)]
    for at, numbers in enumerate(chunks, 1):
        rows = [(number, f"{number << 120 | number:#042x}", 0, today) for number in numbers]
        _send(client, house, "MemberRegistry", rows)
        for name in ("SavingsPokok", "SavingsWajib", "SavingsSukarela"):
            _send(client, house, name, [number << 224 | 100_000 for number in numbers])
        if at % _BLOCK == 0 or at == len(chunks):
            call(client, "anvil_mine", "0x1")
    call(client, "evm_setAutomine", True)
    if house.SavingsSukarela.balanceOfMember(last - 1) != 100_000:
        raise RuntimeError(f"member {last - 1} did not get in")


def _send(client: httpx.Client, house: "House", name: str, rows: list[object]) -> None:
    contract = house.contracts[name]
    transaction = {
        "from": house.deployer.address,
        "to": contract.address,
        "gas": hex(GAS_LIMIT // (_BLOCK * 4)),
        "gasPrice": "0x0",
        "data": contract.open.encode_input(rows),
    }
    call(client, "eth_sendTransaction", transaction)


def _acts(house: "House", period: int, first: int) -> Costs:
    from tests.contracts import office

    deposit = 0
    for _ in range(4):  # the last of them finds every word it writes in use
        slip = office.Slip(first, SlipKind.SETOR_SUKARELA, 250_000)
        deposit = office.receive(house, slip).gas_used
    rows = [office.row(at + 1, first + at, wajib=50_000) for at in range(BATCH)]
    batch = office.payroll(house, period, rows).gas_used / BATCH
    return {("deposit, sukarela", "gas"): deposit, (f"payroll batch of {BATCH}, a row", "gas"): batch}


def _books(members: int, entries: int) -> tuple[Costs, Costs]:
    """Milliseconds of two reports on books of `entries` entries, and events a second into them."""
    with tempfile.TemporaryDirectory(prefix="koperasi-bench-") as folder:
        engine = open_engine(f"sqlite:///{Path(folder) / 'books.sqlite'}")
        ledger = TimedLedger(engine)
        for _ in fill(ledger, entries, members):
            pass
        with engine.connect() as connection:
            costs = _reports(connection, members)
        engine.dispose()
    return costs, {("append into the books", "events/s"): ledger.events / ledger.seconds}


def _reports(connection: Connection, members: int) -> Costs:
    random = Random(11)
    return {
        ("trial balance at any day", "ms"): time_of(
            lambda: trial_balance(connection, WibDay(FIRST_DAY + random.randrange(DAYS)))
        ),
        ("passbook of any member", "ms"): time_of(
            lambda: passbook(connection, random.randrange(1, members + 1))
        ),
    }
