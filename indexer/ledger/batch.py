"""Rows of a batch of blocks, gathered as plain tuples and written at once."""

from collections import defaultdict
from hashlib import sha256
from typing import Final, cast

from sqlalchemy import Connection, Table

from indexer.chain.events import DecodedBlock, LogRef, Transfer
from indexer.ledger import schema
from indexer.ledger.accounts import SUKARELA
from indexer.ledger.canonical import entry_bytes
from indexer.ledger.database import add_to_kept, insert_rows
from indexer.ledger.errors import PostingError
from indexer.ledger.kept import Pairs, kept_rows
from indexer.ledger.loans import KnownLoans
from indexer.ledger.posting import RULE_OF
from indexer.ledger.rate_index import earns_on
from indexer.ledger.readmodels import ACKNOWLEDGED, ROWS
from indexer.ledger.rule import TOKEN_ACCOUNTS, Entry, day_of_block
from indexer.ledger.schema import signed
from rules.calendar import day_text
from rules.types import WibDay

_NO_ADDRESS: Final = bytes(20)
_SAVINGS: Final = frozenset(TOKEN_ACCOUNTS.values())


class TransferMismatchError(ValueError):
    """A block in which a token's Transfer events and the entries say different things."""

    def __init__(self, block_number: int, account: int, transferred: int, posted: int) -> None:
        super().__init__(
            f"block {block_number}: the token of account {account} changed its supply by {transferred} "
            f"rupiah, the entries by {posted}. A contract moved savings without an event that "
            "says why; nothing was posted."
        )
        self.block_number = block_number
        self.account = account
        self.transferred = transferred
        self.posted = posted


class ClosedDayError(PostingError):
    """An entry that would be dated in a closed period: no contract lets it come to that."""

    def __init__(self, ref: LogRef, rule: str, day: WibDay, closed: WibDay) -> None:
        super().__init__(
            ref,
            f"{rule} is dated {day_text(day)}, but the books are closed through {day_text(closed)}; "
            "corrections are dated in an open period",
        )


class Batch:
    """Numbers, seals and sorts what blocks hold; writes nothing until `write`.

    `rows` are those of each table that follow from the blocks, in the order of its columns and of the chain.
    """

    def __init__(self, cooperative_id: int, entries: int, last_hash: bytes, known: KnownLoans) -> None:
        """Goes on after entry number `entries` with hash `last_hash`; `known` are the loans as they are
        there."""
        self.entries = entries
        self.last_hash = last_hash
        self.hashes: list[bytes] = []
        self._mine = cooperative_id
        self._known = known
        self.rows: defaultdict[Table, list[tuple[object, ...]]] = defaultdict(list)
        self._days, self._members = known.books.days, known.savings.members
        self._loans, self._flows = Pairs(), Pairs()
        self._posted: defaultdict[int, int] = defaultdict(int)

    def add(self, block: DecodedBlock) -> None:
        """Take in a block. PostingError or TransferMismatchError if its logs contradict one another."""
        mine, number = self._mine, block.number
        self.rows[schema.block].append((mine, number, block.hash, block.parent_hash, block.time))
        self.rows[schema.raw_log].extend(
            (mine, number, log.log_index, log.tx_index, log.tx_hash, log.address, log.topics, log.data)
            for log in block.raw_logs
        )
        transferred: defaultdict[int, int] = defaultdict(int)
        known = self._known
        self._posted.clear()
        block_hash = block.hash.hex()
        for ref, event in block.events:
            kind = type(event)
            if kind is Transfer:
                account, supply = _supply_change(ref, cast("Transfer", event))
                transferred[account] += supply
                continue
            rule, make = RULE_OF.get(kind), ROWS.get(kind)
            if rule:
                for entry in rule.post(ref, event, known):
                    self._seal(ref, block_hash, entry)
            if make:
                for table, row in make(ref, event, known):
                    self.rows[table].append((mine, *row))
            elif not rule and kind not in ACKNOWLEDGED:
                raise PostingError(ref, f"no rule speaks of {kind.__name__}")
            known.apply(ref, event)
        for account in transferred.keys() | self._posted.keys():
            if transferred[account] != -self._posted[account]:
                raise TransferMismatchError(number, account, transferred[account], -self._posted[account])

    def _seal(self, ref: LogRef, block_hash: str, entry: Entry) -> None:
        rule, subject, day, receipt, lines = entry
        if day <= self._known.books.closed_through:
            raise ClosedDayError(ref, rule, WibDay(day), WibDay(self._known.books.closed_through))
        self.entries = number = self.entries + 1
        previous, mine = self.last_hash, self._mine
        place = (ref.block_number, block_hash, ref.log_index)
        data = entry_bytes(previous, number, *place, rule, subject, day, receipt, lines)
        self.last_hash = current = sha256(data).digest()
        self.hashes.append(current)
        paper = None if receipt is None else signed(receipt)
        self.rows[schema.entry].append(
            (
                mine,
                number,
                ref.block_number,
                ref.log_index,
                rule,
                signed(subject),
                day,
                paper,
                previous,
                current,
            )
        )
        rows, days, members, loans = self.rows[schema.line], self._days, self._members, self._loans
        flows = self._flows if any(line[4] for line in lines) else None
        for position, line in enumerate(lines):
            rows.append((mine, number, position, day, *line))
            account, amount, member, loan, channel = line
            days.add((account, day), amount)
            if flows and not channel:
                flows.add((account, day), amount)
            if member:
                members.add((member, account), amount)
                if account == SUKARELA:
                    self._known.savings.move(member, earns_on(rule, day, day_of_block(ref)), amount)
            if loan:
                loans.add((loan, account), amount)
                self._known.post(loan, account, amount)
            if account in _SAVINGS:
                self._posted[account] += amount

    def write(self, connection: Connection) -> None:
        """Write everything but the head, the tree's nodes and the cursor; what is closed comes before the
        entries, which the database holds against it."""
        for table in sorted(self.rows, key=lambda table: table is not schema.closes):
            insert_rows(connection, table, self.rows[table])
        kept = kept_rows(
            self._mine, self._days, self._members, self._loans, self._flows, self._known.savings.weights
        )
        for table, sums in kept.items():
            add_to_kept(connection, table, sums)


def _supply_change(ref: LogRef, event: Transfer) -> tuple[int, int]:
    """The token's account, and by how much its supply changed."""
    account = TOKEN_ACCOUNTS[ref.contract]
    if event.from_ == _NO_ADDRESS:
        return account, event.value
    if event.to == _NO_ADDRESS:
        return account, -event.value
    raise PostingError(ref, f"{event.value} rupiah of account {account} went from a member to another")
