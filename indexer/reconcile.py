"""The books against the chain: totals by storage proof, members and loans by call, rows by reading again."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, Engine, Row, func, select

from indexer.chain.directory import AUTHORITY
from indexer.chain.events import TOKENS, Address, Hash
from indexer.chain.fetch import fetch_headers
from indexer.chain.hashing import mapping_slot
from indexer.chain.prove import Header
from indexer.chain.rpc import Endpoints
from indexer.ledger import schema
from indexer.ledger.accounts import CHANNEL_ACCOUNTS, CHART, CLEARING, LOANS, OPENING, SHU_PAYABLE, SUKARELA
from indexer.ledger.checks import check_books
from indexer.ledger.closes import closed_through
from indexer.ledger.database import snapshot
from indexer.ledger.kept import sums_of_lines
from indexer.ledger.rate_index import index_of
from indexer.ledger.rule import TOKEN_ACCOUNTS
from indexer.ledger.schema import joined
from indexer.reconcile_loans import LoanReconciler, loan_books
from indexer.reconcile_meetings import compare_meetings
from indexer.reconcile_savings import compare_interest
from indexer.reread import Difference, Reread, Told
from indexer.state import View, proven_words, read_views, read_words, view

_U64: Final = (1 << 64) - 1
_TOTALS: Final = {
    "LoanBook": (LOANS, "totalOutstanding"),
    "SurplusDistributor": (SHU_PAYABLE, "unpaidTotal"),
}
"""The account and the variable of contracts that keep one total."""
_KEPT: Final = (schema.account_month, schema.member_balance, schema.loan_balance, schema.savings_weight)
Progress = Callable[[str, int, int], None]
"""Stage, how much of it is done, and of how much."""


class ReconcileError(RuntimeError):
    """The books cannot be compared with the chain, and what to do."""


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
    meetings: int
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
    weights: dict[int, int]
    """`Earning.weight` by member."""


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

    def run(self, block: int | None = None) -> Reconciliation:
        """Compare balances at `block`, a block in the books; at the last final one if not given.

        Every row that follows from a log is compared up to the head of the books, as long as the chain has
        that block; else up to `block`. ReconcileError, RpcError.
        """
        with snapshot(self._engine) as connection:
            head = self._head(connection)
            number, block_hash = self._block(connection, head, block)
            header = self._header(number, block_hash)
            told, self._found = self._reread(connection, head, number)
            books = _books(connection, self._mine, number)
            names = {address: name for at, name, address in told.contracts if at <= number}
            controls = self._controls(header, books, names)
            members = self._members(header, books, told, names)
            self._interest(connection, header, books, told, names)
            loans = self._loans(connection, header, books, told, names)
            meetings = self._meetings(connection, header, told)
            self._closed(connection, header, names)
        self._found += [
            Difference("books", error.check, error.message, "")
            for error in check_books(self._engine, self._mine)
        ]
        logs = sum(count for at, count in told.logs.items() if at <= number)
        return Reconciliation(
            number,
            block_hash,
            number <= head.floor,
            controls,
            members,
            loans,
            meetings,
            logs,
            books.entries,
            tuple(self._found),
        )

    def _head(self, connection: Connection) -> Row[tuple[object, ...]]:
        head = schema.head.c
        row = connection.execute(select(schema.head).where(head.cooperative_id == self._mine)).one_or_none()
        if row is None or row.block_number < 0:
            raise ReconcileError("The books are empty: run `koperasi sync` first.")
        return row

    def _reread(
        self, connection: Connection, head: Row[tuple[object, ...]], number: int
    ) -> tuple[Told, list[Difference]]:
        authority = self._contracts[AUTHORITY]
        address, first = bytes.fromhex(authority["address"][2:]), int(authority["block"])
        top = self._endpoints.attempt(
            lambda endpoint: fetch_headers(endpoint, head.block_number, head.block_number)[0]
        )
        is_head = top.hash == head.block_hash
        reread = Reread(connection, self._endpoints, self._mine, address)
        return reread.run(
            first,
            head.block_number if is_head else number,
            is_head=is_head,
            on_progress=lambda done, of: self._on_progress("logs", done, of),
        )

    def _block(
        self, connection: Connection, head: Row[tuple[object, ...]], number: int | None
    ) -> tuple[int, Hash]:
        block = schema.block.c
        if number is None and head.floor < 0:
            raise ReconcileError("No block in the books is final yet: wait, or name a block of the books.")
        wanted = head.floor if number is None else number
        query = select(block.hash).where(block.cooperative_id == self._mine, block.block_number == wanted)
        block_hash = connection.execute(query).scalar_one_or_none()
        if block_hash is None:
            raise ReconcileError(
                f"Block {wanted} is not in the books, which stand at block {head.block_number}. "
                "Name a block with logs of the cooperative, or run `koperasi sync`."
            )
        return wanted, block_hash

    def _header(self, number: int, block_hash: Hash) -> Header:
        header = self._endpoints.attempt(lambda endpoint: fetch_headers(endpoint, number, number)[0])
        if header.hash != block_hash:
            raise ReconcileError(
                f"The chain has block {number} as 0x{header.hash.hex()}, the books as 0x{block_hash.hex()}: "
                "the chain was reorganised, or is another one. Run `koperasi sync`, then reconcile again."
            )
        return header

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
        """Every control account against the sum of its contracts' totals, proven; clearing: nought, and
        so opening balances, once they are complete."""
        totals: dict[int, int] = dict.fromkeys(
            (*TOKEN_ACCOUNTS.values(), *CHANNEL_ACCOUNTS.values(), LOANS, SHU_PAYABLE, CLEARING), 0
        )
        if self._is_opened(header, names):
            totals[OPENING] = 0
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

    def _is_opened(self, header: Header, names: Mapping[Address, str]) -> bool:
        """Whether opening balances are complete: Treasury is sealed last."""
        treasuries = [address for address, name in names.items() if name == "Treasury"]
        told = self._views(header, [view(address, "isSealed()") for address in treasuries], "totals")
        return bool(told) and all(told)

    def _places(self, address: Address, name: str) -> list[tuple[int, Address, int, int, View]]:
        """Account, contract, slot, offset in bits and getter of each total that a contract keeps."""
        if name in TOKEN_ACCOUNTS:
            slot, offset = self._slot(address, name, "_totals")
            return [(TOKEN_ACCOUNTS[name], address, slot, offset, view(address, "totalSupply()"))]
        if name in _TOTALS:
            account, total = _TOTALS[name]
            slot, offset = self._slot(address, name, total)
            return [(account, address, slot, offset, view(address, f"{total}()"))]
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

    def _members(self, header: Header, books: _Books, told: Told, names: Mapping[Address, str]) -> int:
        """Every member in every kind of savings."""
        members = sorted(member for member, block in told.members.items() if block <= books.block)
        tokens = sorted((TOKEN_ACCOUNTS[name], address) for address, name in names.items() if name in TOKENS)
        asked = [(member, account, address) for account, address in tokens for member in members]
        views = [view(address, "balanceOfMember(uint32)", member) for member, _, address in asked]
        chain: dict[tuple[int, int], int] = {}
        for (member, account, _), amount in zip(asked, self._views(header, views, "members"), strict=True):
            chain[member, account] = chain.get((member, account), 0) + amount
        kinds = set(TOKEN_ACCOUNTS.values())
        book = {key: -amount for key, amount in books.members.items() if key[1] in kinds}
        for member, account in sorted(chain.keys() | book.keys()):
            held, owed = book.get((member, account), 0), chain.get((member, account), 0)
            if held != owed:
                self._differ("member_balance", f"{member} {account}", str(held), str(owed))
        return len(members)

    def _interest(
        self,
        connection: Connection,
        header: Header,
        books: _Books,
        told: Told,
        names: Mapping[Address, str],
    ) -> None:
        """What every member earned on sukarela and was not credited."""
        members = sorted(member for member, block in told.members.items() if block <= books.block)
        tokens = [address for address, name in names.items() if TOKEN_ACCOUNTS.get(name) == SUKARELA]
        views = [view(address, "accruedOf(uint32)", member) for address in tokens for member in members]

        def on_read(done: int) -> None:
            self._on_progress("interest", done, len(views))

        words = read_words(self._endpoints.attempt, header, views, on_read, 2)
        accrued = [
            (member, numerator, day)
            for member, (numerator, day) in zip(members * len(tokens), words, strict=True)
        ]
        index = index_of(connection, self._mine)
        self._found += compare_interest(books.members, books.weights, index, accrued)

    def _loans(
        self, connection: Connection, header: Header, books: _Books, told: Told, names: Mapping[Address, str]
    ) -> int:
        """Every loan and the savings behind it."""
        loans = sorted((loan, book) for loan, (block, book) in told.loans.items() if block <= books.block)
        tokens = {TOKEN_ACCOUNTS[name]: address for address, name in names.items() if name in TOKENS}
        reconciler = LoanReconciler(
            self._endpoints,
            header,
            lambda address, label: self._slot(address, "LoanBook", label)[0],
            tokens,
            self._on_progress,
        )
        reconciler.run(loan_books(connection, self._mine, books.block, books.loans), loans)
        self._found += reconciler.found
        return len(loans)

    def _closed(self, connection: Connection, header: Header, names: Mapping[Address, str]) -> None:
        """The last closed day, of every Treasury."""
        book = closed_through(connection, self._mine, header.number) or 0
        treasuries = [address for address, name in names.items() if name == "Treasury"]
        views = [view(address, "closedThrough()") for address in treasuries]
        for address, chain in zip(treasuries, self._views(header, views, "closes"), strict=True):
            if chain != book:
                self._differ("closed_through", f"0x{address.hex()}", str(book), str(chain))

    def _meetings(self, connection: Connection, header: Header, told: Told) -> int:
        """Every meeting: its notice, calls, tallies and decisions."""
        meetings = {number: rat for number, (block, rat) in told.meetings.items() if block <= header.number}

        def read(views: Sequence[View]) -> list[tuple[int, ...]]:
            return read_words(self._endpoints.attempt, header, views, lambda _done: None)

        at = (header.number, header.time)
        self._found += compare_meetings(connection, self._mine, at, meetings, read)
        self._on_progress("meetings", len(meetings), len(meetings))
        return len(meetings)

    def _views(self, header: Header, views: Sequence[View], stage: str) -> list[int]:
        def on_read(done: int) -> None:
            self._on_progress(stage, done, len(views))

        return read_views(self._endpoints.attempt, header, views, on_read)

    def _differ(self, subject: str, key: str, book: str, chain: str) -> None:
        self._found.append(Difference(subject, key, book, chain))


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
    weights: dict[int, int] = {}
    for sign, read in ((1, None), (-1, later)):
        for table in _KEPT:
            rows = (
                connection.execute(select(table).where(table.c.cooperative_id == cooperative_id))
                if read is None
                else read[table]
            )
            for _, one, two, *sums in rows:
                amount = sign * (joined(*sums[:2]) - joined(*sums[2:]))
                if table is schema.account_month:
                    accounts[one] = accounts.get(one, 0) + amount
                elif table is schema.member_balance:
                    members[one, two] = members.get((one, two), 0) + amount
                elif table is schema.savings_weight:
                    weights[one] = weights.get(one, 0) - amount
                elif two == LOANS:
                    loans[one] = loans.get(one, 0) + amount
    return _Books(block_number, entries, accounts, members, loans, weights)
