"""Checks of the books against themselves: each returns what is wrong, in words, and changes nothing."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from itertools import groupby
from typing import Final

from sqlalchemy import Connection, Engine, Row, Table, func, select

from indexer.ledger import schema
from indexer.ledger.accounts import CHANNEL_ACCOUNTS, LOANS
from indexer.ledger.canonical import GENESIS_HASH, entry_bytes
from indexer.ledger.closes import check_closes
from indexer.ledger.database import snapshot
from indexer.ledger.kept import sums_of_lines
from indexer.ledger.loan_checks import check_clearing, check_loans
from indexer.ledger.merkle import Builder, Tree
from indexer.ledger.nodes import fetcher
from indexer.ledger.rule import TOKEN_ACCOUNTS
from indexer.ledger.schema import LOW_WORD, joined, kept_words, sum_words, unsigned

_TRANSFER: Final = bytes.fromhex("ddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef")
"""Topic of Transfer(address,address,uint256)."""
_CHUNK: Final = 5_000


@dataclass(frozen=True, slots=True)
class BookError:
    """What a check found: its name, and where the books contradict themselves."""

    check: str
    message: str


Check = Callable[[Connection, int], Iterator[str]]


def check_balance(connection: Connection, cooperative_id: int) -> Iterator[str]:
    """Every entry has two lines or more and balances; every line has its entry and its day."""
    line, entry = schema.line.c, schema.entry.c
    high, low = sum_words(line.amount)
    sums = (
        select(line.entry, func.count().label("lines"), high, low)
        .where(line.cooperative_id == cooperative_id)
        .group_by(line.entry)
        .having((high * -(LOW_WORD + 1) != low) | (func.count() < 2))
    )
    for entry_number, lines, *total in connection.execute(sums):
        yield f"entry {entry_number}: {lines} lines that sum to {joined(*total)}"
    strays = (
        select(line.entry, line.position)
        .outerjoin(schema.entry, (entry.cooperative_id == line.cooperative_id) & (entry.number == line.entry))
        .where(line.cooperative_id == cooperative_id)
        .where(entry.number.is_(None) | (entry.book_day != line.book_day))
    )
    for row in connection.execute(strays):
        yield f"line {row.position} of entry {row.entry}: no such entry, or another day"
    bare = (
        select(entry.number)
        .outerjoin(schema.line, (line.cooperative_id == entry.cooperative_id) & (line.entry == entry.number))
        .where(entry.cooperative_id == cooperative_id, line.entry.is_(None))
    )
    for number in connection.execute(bare).scalars():
        yield f"entry {number}: no lines"


def check_chain(connection: Connection, cooperative_id: int) -> Iterator[str]:
    """Entries are numbered from 1 in chain order up to the head, and each holds the hash before it."""
    previous, expected, place = GENESIS_HASH, 1, (-1, -1)
    for entry, lines in _entries(connection, cooperative_id):
        if entry.number != expected:
            yield f"entry {entry.number} where {expected} should be"
        if entry.prev_hash != previous:
            yield f"entry {entry.number}: its previous hash is not that of entry {expected - 1}"
        data = entry_bytes(
            entry.prev_hash,
            entry.number,
            entry.block_number,
            entry.block_hash.hex() if entry.block_hash else "",
            entry.log_index,
            entry.rule,
            unsigned(entry.subject),
            entry.book_day,
            None if entry.receipt is None else unsigned(entry.receipt),
            lines,
        )
        if sha256(data).digest() != entry.hash:
            yield f"entry {entry.number}: its hash is not that of its contents"
        if (entry.block_number, entry.log_index) < place:
            yield f"entry {entry.number} stands after a later log"
        previous, expected, place = entry.hash, entry.number + 1, (entry.block_number, entry.log_index)
    head = _head(connection, cooperative_id)
    if head is not None and head.entries != expected - 1:
        yield f"the head says {head.entries} entries, there are {expected - 1}"


_Line = tuple[int, int, int | None, int | None, int | None]


def _entries(
    connection: Connection, cooperative_id: int
) -> Iterator[tuple[Row[tuple[object, ...]], list[_Line]]]:
    """Entries with their block's hash and their lines, in order, read in pieces."""
    entry, line, block = schema.entry.c, schema.line.c, schema.block.c
    last = 0
    while True:
        query = (
            select(schema.entry, block.hash.label("block_hash"))
            .outerjoin(
                schema.block,
                (block.cooperative_id == entry.cooperative_id) & (block.block_number == entry.block_number),
            )
            .where(entry.cooperative_id == cooperative_id, entry.number > last)
            .order_by(entry.number)
            .limit(_CHUNK)
        )
        rows = connection.execute(query).all()
        if not rows:
            return
        first, last = rows[0].number, rows[-1].number
        pieces = (
            select(line.entry, line.account, line.amount, line.member, line.loan, line.channel)
            .where(line.cooperative_id == cooperative_id, line.entry >= first, line.entry <= last)
            .order_by(line.entry, line.position)
        )
        lines = {
            number: [tuple(row[1:]) for row in group]
            for number, group in groupby(connection.execute(pieces), key=lambda row: row.entry)
        }
        for row in rows:
            yield row, lines.get(row.number, [])


def check_tree(connection: Connection, cooperative_id: int) -> Iterator[str]:
    """The kept nodes are those of the entries, and give the head that the entries give."""
    node = schema.tree_node.c
    hashes = select(schema.entry.c.hash).where(schema.entry.c.cooperative_id == cooperative_id)
    result = connection.execution_options(yield_per=_CHUNK).execute(hashes.order_by(schema.entry.c.number))
    builder = Builder()
    expected = {(level, at): value for level, at, value in builder.append(result.scalars())}
    query = select(node.level, node.position, node.hash).where(node.cooperative_id == cooperative_id)
    kept = {(level, at): value for level, at, value in connection.execute(query)}
    for level, at in sorted(expected.keys() | kept.keys()):
        if expected.get((level, at)) != kept.get((level, at)):
            yield f"node {at} at level {level} of the tree is not that of its entries"
    if expected == kept:
        head = _head(connection, cooperative_id)
        size = head.entries if head else 0
        if builder.size < size:
            yield f"the tree has {builder.size} entries, the head says {size}"
        elif Tree(fetcher(connection, cooperative_id)).root(size) != builder.root():
            yield f"the tree's head over {size} entries is not that of the entries"


def check_kept(connection: Connection, cooperative_id: int) -> Iterator[str]:
    """Kept balances are the sums of the lines."""
    for table, rows in sums_of_lines(connection, cooperative_id).items():
        expected = {row[1:-4]: row[-4:] for row in rows}
        query = select(table).where(table.c.cooperative_id == cooperative_id)
        kept = {tuple(row)[1:-4]: tuple(row)[-4:] for row in connection.execute(query)}
        for key in sorted(expected.keys() | kept.keys()):
            if expected.get(key) != kept.get(key):
                told = f"{_sides(kept.get(key))}, lines sum to {_sides(expected.get(key))}"
                yield f"{table.name} {key}: kept {told}"


def _sides(row: tuple[int, ...] | None) -> str:
    return "nothing" if row is None else f"debit {joined(*row[:2])} credit {joined(*row[2:])}"


def check_control_accounts(connection: Connection, cooperative_id: int) -> Iterator[str]:
    """Control accounts are the sum of their members, loans and channels; none of these is below zero."""
    savings = set(TOKEN_ACCOUNTS.values())
    totals = _balances(connection, cooperative_id, schema.account_month)
    members = _balances(connection, cooperative_id, schema.member_balance)
    loans = _balances(connection, cooperative_id, schema.loan_balance)
    for account in sorted(savings | {LOANS}):
        if totals.get(account, 0) != members.get(account, 0):
            yield f"account {account}: {totals.get(account, 0)}, its members {members.get(account, 0)}"
    if totals.get(LOANS, 0) != loans.get(LOANS, 0):
        yield f"account {LOANS}: {totals.get(LOANS, 0)}, its loans {loans.get(LOANS, 0)}"
    kept = schema.member_balance.c
    owes = (kept.debit_high > kept.credit_high) | (
        (kept.debit_high == kept.credit_high) & (kept.debit_low > kept.credit_low)
    )
    below = select(schema.member_balance).where(
        kept.cooperative_id == cooperative_id, kept.account.in_(sorted(savings)), owes
    )
    for _, member, account, *sums in connection.execute(below):
        yield f"member {member} has {joined(*sums[2:]) - joined(*sums[:2])} in account {account}"


def check_channels(connection: Connection, cooperative_id: int) -> Iterator[str]:
    """No channel is below zero after any entry; every line of a channel is in that channel's account."""
    line = schema.line.c
    accounts = {account: channel for channel, account in CHANNEL_ACCOUNTS.items()}
    query = (
        select(line.entry, line.account, line.amount, line.channel)
        .where(line.cooperative_id == cooperative_id)
        .where(line.account.in_(sorted(accounts)) | line.channel.is_not(None))
        .order_by(line.entry, line.position)
    )
    totals = dict.fromkeys(accounts, 0)
    for number, rows in groupby(
        connection.execution_options(yield_per=_CHUNK).execute(query), key=lambda row: row.entry
    ):
        for row in rows:
            if accounts.get(row.account) != row.channel:
                yield f"entry {number}: channel {row.channel} in account {row.account}"
            else:
                totals[row.account] += row.amount
        for account, total in totals.items():
            if total < 0:
                yield f"account {account} is {total} after entry {number}"


def check_transfers(connection: Connection, cooperative_id: int) -> Iterator[str]:
    """In every block the tokens' Transfer logs sum to what the entries post to their accounts."""
    contract, entry, line = schema.contract.c, schema.entry.c, schema.line.c
    names = select(contract.address, contract.name).where(contract.cooperative_id == cooperative_id)
    accounts = {
        address: TOKEN_ACCOUNTS[name] for address, name in connection.execute(names) if name in TOKEN_ACCOUNTS
    }
    moved: dict[tuple[int, int], int] = {}
    log = schema.raw_log.c
    logs = select(log.block_number, log.address, log.topics, log.data).where(
        log.cooperative_id == cooperative_id, log.address.in_(list(accounts))
    )
    for row in connection.execution_options(yield_per=_CHUNK).execute(logs):
        if row.topics[:32] == _TRANSFER:
            key, value = (row.block_number, accounts[row.address]), int.from_bytes(row.data, "big")
            minted, burned = not any(row.topics[32:64]), not any(row.topics[64:96])
            moved[key] = moved.get(key, 0) + (minted - burned) * value
    sums = (
        select(entry.block_number, line.account, *sum_words(line.amount))
        .join(schema.line, (line.cooperative_id == entry.cooperative_id) & (line.entry == entry.number))
        .where(entry.cooperative_id == cooperative_id, line.account.in_(sorted(set(accounts.values()))))
        .group_by(entry.block_number, line.account)
    )
    posted = {(number, account): -joined(*total) for number, account, *total in connection.execute(sums)}
    for key in sorted(moved.keys() | posted.keys()):
        if moved.get(key, 0) != posted.get(key, 0):
            block_number, account = key
            yield (
                f"block {block_number}: transfers of account {account} sum to {moved.get(key, 0)}, "
                f"its entries to {posted.get(key, 0)}"
            )


def _balances(connection: Connection, cooperative_id: int, table: Table) -> dict[int, int]:
    """Debits less credits of a kept table by account."""
    query = (
        select(table.c.account, *kept_words(table))
        .where(table.c.cooperative_id == cooperative_id)
        .group_by(table.c.account)
    )
    return {code: joined(*debit_less_credit) for code, *debit_less_credit in connection.execute(query)}


def _head(connection: Connection, cooperative_id: int) -> Row[tuple[object, ...]] | None:
    return connection.execute(
        select(schema.head).where(schema.head.c.cooperative_id == cooperative_id)
    ).one_or_none()


CHECKS: Final[dict[str, Check]] = {
    "balance": check_balance,
    "chain": check_chain,
    "tree": check_tree,
    "kept": check_kept,
    "control_accounts": check_control_accounts,
    "loans": check_loans,
    "clearing": check_clearing,
    "channels": check_channels,
    "transfers": check_transfers,
    "closes": check_closes,
}


def check_books(engine: Engine, cooperative_id: int = 1) -> list[BookError]:
    """Every check; no errors means that the books agree with themselves."""
    with snapshot(engine) as connection:
        return [
            BookError(name, message)
            for name, check in CHECKS.items()
            for message in check(connection, cooperative_id)
        ]
