"""The books against the chain: totals by storage proof, members and loans by call, logs by reading again."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, Engine, func, select

from indexer.chain.directory import AUTHORITY, Directory
from indexer.chain.events import TOKENS, Address, DecodedBlock, Hash, RawLog
from indexer.chain.fetch import fetch_headers
from indexer.chain.prove import Header
from indexer.chain.read import Mode, Reader
from indexer.chain.rpc import Endpoints
from indexer.ledger import schema
from indexer.ledger.accounts import CHANNEL_ACCOUNTS, CHART, LOANS
from indexer.ledger.batch import Batch
from indexer.ledger.canonical import GENESIS_HASH
from indexer.ledger.checks import check_books
from indexer.ledger.database import snapshot
from indexer.ledger.kept import sums_of_lines
from indexer.ledger.posting import TOKEN_ACCOUNTS
from indexer.state import View, mapping_slot, proven_words, read_views, view

_U64: Final = (1 << 64) - 1
Progress = Callable[[str, int, int], None]
"""Stage, how much of it is done, and of how much."""


class ReconcileError(RuntimeError):
    """The books cannot be compared with the chain, and what to do."""


class Difference(msgspec.Struct, frozen=True):
    """Something that the books and the chain say differently.

    `subject` is what: account, member, loan, view, block, log, entry or books; `key` which one.
    """

    subject: str
    key: str
    book: str
    chain: str


class Control(msgspec.Struct, frozen=True):
    """A control account: its balance in the books and the proven one of the contracts, in rupiah."""

    account: int
    name: str
    book: int
    chain: int


class Reconciliation(msgspec.Struct, frozen=True):
    """What was compared at `block`, and everything that differs."""

    block: int
    block_hash: Hash
    final: bool
    controls: tuple[Control, ...]
    members: int
    loans: int
    logs: int
    entries: int
    differences: tuple[Difference, ...]

    @property
    def agrees(self) -> bool:
        """Whether nothing differs."""
        return not self.differences


class _Books(msgspec.Struct, frozen=True):
    """The books after a block: rupiah, a debit positive."""

    block: int
    entries: int
    accounts: dict[int, int]
    members: dict[tuple[int, int], int]
    loans: dict[int, int]


class Reconciler:
    """Compares one cooperative's books with the chain behind `endpoints`.

    `deployment` is the content of deployments/<network>.json: for each contract its address, the block it was
    deployed in and its storage layout.
    """

    def __init__(
        self,
        engine: Engine,
        endpoints: Endpoints,
        deployment: Mapping[str, Any],
        cooperative_id: int = 1,
        on_progress: Progress | None = None,
    ) -> None:
        self._engine = engine
        self._endpoints = endpoints
        self._contracts: Mapping[str, Mapping[str, Any]] = deployment["contracts"]
        self._mine = cooperative_id
        self._on_progress = on_progress or (lambda _stage, _done, _of: None)
        self._found: list[Difference] = []

    def run(self, block: int | None = None, *, logs: bool = True) -> Reconciliation:
        """Compare at `block`, a block in the books; at the last final one if not given.

        With `logs` every log and entry up to it is read from the chain again. ReconcileError, RpcError.
        """
        self._found = []
        with snapshot(self._engine) as connection:
            number, block_hash, floor = self._block(connection, block)
            header = self._header(number, block_hash)
            books = _books(connection, self._mine, number)
            names = self._names(connection)
            controls = self._controls(header, books, names)
            members = self._members(connection, header, books, names)
            loans = self._loans(connection, header, books)
            read = self._logs(connection, books) if logs else 0
        self._found += [
            Difference("books", error.check, error.message, "")
            for error in check_books(self._engine, self._mine)
        ]
        final = number <= floor
        differences = tuple(self._found)
        return Reconciliation(
            number, block_hash, final, controls, members, loans, read, books.entries, differences
        )

    def _block(self, connection: Connection, number: int | None) -> tuple[int, Hash, int]:
        head, block = schema.head.c, schema.block.c
        row = connection.execute(select(schema.head).where(head.cooperative_id == self._mine)).one_or_none()
        if row is None or row.block_number < 0:
            raise ReconcileError("The books are empty: run `koperasi sync` first.")
        if number is None and row.floor < 0:
            raise ReconcileError("No block in the books is final yet: wait, or name a block of the books.")
        wanted = row.floor if number is None else number
        query = select(block.hash).where(block.cooperative_id == self._mine, block.block_number == wanted)
        block_hash = connection.execute(query).scalar_one_or_none()
        if block_hash is None:
            raise ReconcileError(
                f"Block {wanted} is not in the books, which stand at block {row.block_number}. "
                "Name a block with logs of the cooperative, or run `koperasi sync`."
            )
        return wanted, block_hash, row.floor

    def _header(self, number: int, block_hash: Hash) -> Header:
        header = self._endpoints.attempt(lambda endpoint: fetch_headers(endpoint, number, number)[0])
        if header.hash != block_hash:
            raise ReconcileError(
                f"The chain has block {number} as 0x{header.hash.hex()}, the books as 0x{block_hash.hex()}: "
                "the chain was reorganised, or is another one. Run `koperasi sync`, then reconcile again."
            )
        return header

    def _names(self, connection: Connection) -> dict[Address, str]:
        table = schema.contract.c
        query = select(table.address, table.name).where(table.cooperative_id == self._mine)
        return {row.address: row.name for row in connection.execute(query)}

    def _slot(self, address: Address, name: str, label: str) -> tuple[int, int]:
        """Slot and offset in bits of a variable."""
        told = f"0x{address.hex()}"
        entries = [each for each in self._contracts.values() if str(each["address"]).lower() == told]
        entry = entries[0] if entries else self._contracts.get(name)
        if entry is None or label not in entry["storage_layout"]:
            raise ReconcileError(
                f"The deployment file has no storage layout of {name} at {told} with `{label}`: "
                "use the file that the deployment of this contract wrote."
            )
        place = entry["storage_layout"][label]
        return int(place["slot"]), int(place["offset"]) * 8

    def _controls(self, header: Header, books: _Books, names: Mapping[Address, str]) -> tuple[Control, ...]:
        """Every control account against the sum of its contracts' totals, which are proven."""
        totals: dict[int, int] = dict.fromkeys(
            (*TOKEN_ACCOUNTS.values(), *CHANNEL_ACCOUNTS.values(), LOANS), 0
        )
        places = [place for address, name in names.items() for place in self._places(address, name)]
        for done, (account, address, slot, offset, getter) in enumerate(places, 1):
            word = self._endpoints.attempt(
                lambda endpoint, at=(address, slot): proven_words(endpoint, header, at[0], [at[1]])[0]  # type: ignore[misc]
            )
            proven = word >> offset & _U64
            (told,) = self._views(header, [getter], "totals")
            if told != proven:
                self._differ("view", f"0x{address.hex()} {account}", f"proven {proven}", f"called {told}")
            totals[account] += proven
            self._on_progress("totals", done, len(places))
        controls = []
        for account, chain in sorted(totals.items()):
            side = 1 if CHART[account].debit else -1
            book = side * books.accounts.get(account, 0)
            controls.append(Control(account, CHART[account].name, book, chain))
            if book != chain:
                self._differ("account", str(account), str(book), str(chain))
        return tuple(controls)

    def _places(self, address: Address, name: str) -> list[tuple[int, Address, int, int, View]]:
        """Account, contract, slot, offset in bits and getter of each total that a contract keeps."""
        if name in TOKEN_ACCOUNTS:
            slot, offset = self._slot(address, name, "_totals")
            return [(TOKEN_ACCOUNTS[name], address, slot, offset, view(address, "totalSupply()"))]
        if name == "LoanBook":
            slot, offset = self._slot(address, name, "totalOutstanding")
            return [(LOANS, address, slot, offset, view(address, "totalOutstanding()"))]
        if name == "Treasury":
            slot, offset = self._slot(address, name, "_channels")
            return [
                (
                    account,
                    address,
                    mapping_slot(channel, slot),
                    offset,
                    view(address, "channelTotal(uint8)", channel),
                )
                for channel, account in CHANNEL_ACCOUNTS.items()
            ]
        return []

    def _members(
        self, connection: Connection, header: Header, books: _Books, names: Mapping[Address, str]
    ) -> int:
        """Every member in every kind of savings."""
        table = schema.member.c
        query = select(table.member).where(
            table.cooperative_id == self._mine, table.block_number <= books.block
        )
        members = sorted(connection.execute(query).scalars())
        tokens = sorted((TOKEN_ACCOUNTS[name], address) for address, name in names.items() if name in TOKENS)
        asked = [(member, account, address) for account, address in tokens for member in members]
        views = [view(address, "balanceOfMember(uint32)", member) for member, _, address in asked]
        chain: dict[tuple[int, int], int] = {}
        for (member, account, _), amount in zip(asked, self._views(header, views, "members"), strict=True):
            chain[member, account] = chain.get((member, account), 0) + amount
        kinds = set(TOKEN_ACCOUNTS.values())
        book = {key: -amount for key, amount in books.members.items() if key[1] in kinds}
        for member, account in sorted(chain.keys() | book.keys()):
            held, told = book.get((member, account), 0), chain.get((member, account), 0)
            if held != told:
                self._differ("member", f"{member} {account}", str(held), str(told))
        return len(members)

    def _loans(self, connection: Connection, header: Header, books: _Books) -> int:
        """What is outstanding of every loan, in the LoanBook that holds it."""
        table = schema.loan.c
        query = (
            select(table.loan, table.book)
            .where(table.cooperative_id == self._mine, table.block_number <= books.block)
            .order_by(table.loan)
        )
        rows = connection.execute(query).all()
        views = [view(row.book, "outstandingOf(uint32)", row.loan) for row in rows]
        told = {
            row.loan: amount for row, amount in zip(rows, self._views(header, views, "loans"), strict=True)
        }
        for loan in sorted(told.keys() | books.loans.keys()):
            if books.loans.get(loan, 0) != told.get(loan, 0):
                self._differ("loan", str(loan), str(books.loans.get(loan, 0)), str(told.get(loan, 0)))
        return len(rows)

    def _views(self, header: Header, views: Sequence[View], stage: str) -> list[int]:
        return read_views(
            self._endpoints.attempt, header, views, lambda done: self._on_progress(stage, done, len(views))
        )

    def _logs(self, connection: Connection, books: _Books) -> int:
        """Read the chain again and compare every log, and every entry that follows from it."""
        authority, last = self._contracts[AUTHORITY], books.block
        address, first = bytes.fromhex(authority["address"][2:]), int(authority["block"])
        reader = Reader(self._endpoints, Directory(address), mode=Mode.RECEIPTS, sample=0)
        entries, last_hash, logs = 0, GENESIS_HASH, 0
        follows = True
        for blocks in reader.read(first, last, last, None):
            self._compare_logs(connection, blocks)
            batch = Batch(self._mine, entries, last_hash)
            for block in blocks:
                batch.add(block)
                logs += len(block.raw_logs)
            if follows:
                follows = self._compare_entries(connection, entries, batch.hashes)
            entries, last_hash = batch.entries, batch.last_hash
            self._on_progress("logs", blocks[-1].number - first + 1, last - first + 1)
        if follows and entries != books.entries:
            self._differ("entry", "last", str(books.entries), str(entries))
        return logs

    def _compare_logs(self, connection: Connection, blocks: Sequence[DecodedBlock]) -> None:
        first, last = blocks[0].number, blocks[-1].number
        block, log = schema.block.c, schema.raw_log.c
        hashes = select(block.block_number, block.hash).where(
            block.cooperative_id == self._mine, block.block_number >= first, block.block_number <= last
        )
        known = {row.block_number: row.hash for row in connection.execute(hashes)}
        query = select(schema.raw_log).where(
            log.cooperative_id == self._mine, log.block_number >= first, log.block_number <= last
        )
        book = {
            (row.block_number, row.log_index): RawLog(
                row.log_index, row.tx_index, row.tx_hash, row.address, row.topics, row.data
            )
            for row in connection.execute(query)
        }
        chain = {(each.number, raw.log_index): raw for each in blocks for raw in each.raw_logs}
        for each in blocks:
            stored = known.get(each.number)
            if (stored is None and each.raw_logs) or (stored is not None and stored != each.hash):
                told = "missing" if stored is None else f"0x{stored.hex()}"
                self._differ("block", str(each.number), told, f"0x{each.hash.hex()}")
        for place in sorted(book.keys() | chain.keys()):
            if book.get(place) != chain.get(place):
                key = f"block {place[0]} log {place[1]}"
                self._differ("log", key, _text(book.get(place)), _text(chain.get(place)))

    def _compare_entries(self, connection: Connection, before: int, hashes: Sequence[Hash]) -> bool:
        """Whether the entries that follow on `before` have these hashes; the first that has not is told."""
        entry = schema.entry.c
        query = (
            select(entry.number, entry.hash)
            .where(entry.cooperative_id == self._mine)
            .where(entry.number > before, entry.number <= before + len(hashes))
        )
        book = {row.number: row.hash for row in connection.execute(query)}
        for number, expected in enumerate(hashes, before + 1):
            found = book.get(number)
            if found != expected:
                told = "missing" if found is None else f"0x{found.hex()}"
                self._differ("entry", str(number), told, f"0x{expected.hex()}")
                return False
        return True

    def _differ(self, subject: str, key: str, book: str, chain: str) -> None:
        self._found.append(Difference(subject, key, book, chain))


def _text(log: RawLog | None) -> str:
    if log is None:
        return "missing"
    return (
        f"0x{log.address.hex()} topics 0x{log.topics.hex()} data 0x{log.data.hex()} tx 0x{log.tx_hash.hex()}"
    )


def _books(connection: Connection, cooperative_id: int, block_number: int) -> _Books:
    """The books after a block: kept balances less what came later."""
    entry = schema.entry.c
    query = select(func.max(entry.number)).where(
        entry.cooperative_id == cooperative_id, entry.block_number <= block_number
    )
    entries = connection.execute(query).scalar_one() or 0
    later = sums_of_lines(connection, cooperative_id, entries)
    accounts: dict[int, int] = {}
    members: dict[tuple[int, int], int] = {}
    loans: dict[int, int] = {}
    for sign, read in ((1, None), (-1, later)):
        for table in (schema.account_month, schema.member_balance, schema.loan_balance):
            rows = (
                connection.execute(select(table).where(table.c.cooperative_id == cooperative_id))
                if read is None
                else read[table]
            )
            for _, one, two, debit, credit in rows:
                amount = sign * (debit - credit)
                if table is schema.account_month:
                    accounts[one] = accounts.get(one, 0) + amount
                elif table is schema.member_balance:
                    members[one, two] = members.get((one, two), 0) + amount
                elif two == LOANS:
                    loans[one] = loans.get(one, 0) + amount
    return _Books(block_number, entries, accounts, members, loans)
