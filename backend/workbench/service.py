"""The workbench of one cooperative, put together: what differs now, and what is done about it."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import Engine

from backend.documents.sealing import SealedDocuments
from backend.workbench.consents import Domain
from backend.workbench.desk import Desk, Matching, no_statement
from backend.workbench.differences import Difference, DifferenceBook
from backend.workbench.errors import UnknownItemError
from backend.workbench.findings import Finding, Kind, of_bank, of_chain, of_counts
from backend.workbench.importing import StatementImporter
from backend.workbench.reconciliation import bank_reconciliation
from backend.workbench.repository import KeptCount, WorkbenchRepository
from indexer.ledger.accounts import CHANNEL_ACCOUNTS
from indexer.reports.statements.amounts import BookAmounts
from indexer.reports.statements.structs import Statement
from rules.calendar import day_of_timestamp
from rules.types import Channel, WibDay

STATED: Final = (Channel.BANK,)
"""Channels with statements of somebody else."""
COUNTED: Final = (Channel.KAS,)


class Workbench:
    """Statements, matches, counts and differences in the office database."""

    def __init__(
        self, engine: Engine, cooperative_id: int, domain: Domain, documents: SealedDocuments
    ) -> None:
        self.domain = domain
        self.documents = documents
        self.repository = WorkbenchRepository(engine, cooperative_id)
        self.matching = Matching(self.repository, domain)
        self.differences = DifferenceBook(engine, cooperative_id, domain)
        self.importer = StatementImporter(self.repository, documents)

    def findings(self, books: BookAmounts) -> list[Finding]:
        """What differs now, by kind, then by day."""
        found: list[Finding] = []
        for channel in STATED:
            desk = self.matching.desk(books.connection, channel)
            if desk is not None:
                before = books.balance(WibDay(desk.from_day - 1), CHANNEL_ACCOUNTS[channel])
                found += of_bank(desk, before)
        for channel in COUNTED:
            counts = self.repository.counts(channel)
            found += of_counts(counts, [self.booked(books, each) for each in counts])
        chain = self.differences.chain()
        if chain is not None:
            run, told = chain
            found += of_chain(told, day_of_timestamp(run.at))
        order = list(Kind)
        return sorted(found, key=lambda each: (order.index(each.kind), each.day, each.subject))

    def listed(self, books: BookAmounts) -> list[Difference]:
        """What differs now, with its history; what is new, changed or gone is written down."""
        found = self.findings(books)
        self.differences.record(found, Kind)
        return self.differences.listed(books.connection, found)

    def difference(self, books: BookAmounts, name: str) -> Difference:
        """A difference by its id, or by how that begins. UnknownItemError."""
        held = [each for each in self.listed(books) if name and each.finding.id.startswith(name.lower())]
        if len(held) != 1:
            raise UnknownItemError(
                f"Tidak ada selisih {name} sekarang. Lihat: koperasi differences.",
                f"There is no difference {name} now. See: koperasi differences.",
            )
        return held[0]

    def desk(self, books: BookAmounts, channel: Channel) -> Desk:
        """A channel's statements beside its books. UnknownItemError without a statement."""
        desk = self.matching.desk(books.connection, channel)
        if desk is None:
            raise no_statement(channel)
        return desk

    def reconciliation(self, books: BookAmounts, channel: Channel, day: WibDay) -> Statement:
        """A channel's reconciliation at the end of a day. UnknownItemError."""
        closed = [each.finding.subject for each in self.listed(books) if each.closing is not None]
        return bank_reconciliation(self.desk(books, channel), books, day, closed)

    def booked(self, books: BookAmounts, count: KeptCount) -> int:
        """What the books say of a counted till at the end of its day, in rupiah."""
        return books.balance(count.day, CHANNEL_ACCOUNTS[count.channel])

    def count(self, number: int) -> KeptCount:
        """A till count by its number. UnknownItemError."""
        held = [each for each in self.repository.counts() if each.number == number]
        if not held:
            raise UnknownItemError(
                f"Tidak ada berita acara kas nomor {number}.", f"There is no till count number {number}."
            )
        return held[0]


def last_count(counts: Sequence[KeptCount], day: WibDay) -> KeptCount | None:
    """The last count for a day."""
    held = [each for each in counts if each.day == day]
    return held[-1] if held else None
