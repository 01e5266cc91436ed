"""What the notes say of loans: classes, movements of the allowance, the effective-interest difference."""

from collections.abc import Iterable, Iterator
from contextlib import nullcontext
from typing import Final, NamedTuple

from sqlalchemy import select

from indexer.ledger import schema
from indexer.ledger.accounts import ALLOWANCE
from indexer.ledger.loan_source import BooksSource
from indexer.ledger.loans import LoanState
from indexer.ledger.policy import grade_of
from indexer.ledger.schema import joined, sum_words
from indexer.reports.loans import policy_of
from indexer.reports.statements.amounts import NOTHING, BookAmounts
from indexer.reports.statements.structs import Field, Listing, Span, Words
from indexer.reports.statements.tables import amount_field, table
from rules.effective_interest import effective_difference
from rules.types import Collectibility, Rupiah, WibDay

GRADES: Final = {
    Collectibility.LANCAR: Words("Lancar", "Performing (lancar)"),
    Collectibility.KURANG_LANCAR: Words("Kurang lancar", "Substandard (kurang lancar)"),
    Collectibility.DIRAGUKAN: Words("Diragukan", "Doubtful (diragukan)"),
    Collectibility.MACET: Words("Macet", "Loss (macet)"),
}
_WRITE_OFF: Final = "loan-write-off"


def running_loans(books: BookAmounts, day: WibDay) -> Iterator[LoanState]:
    """The loans that ran at the end of `day`, as they stood then by book dates; read a part at a time."""
    return (state for state in owed_loans(books, day) if state.is_running)


def owed_loans(books: BookAmounts, day: WibDay) -> Iterator[LoanState]:
    """Those that were not closed by then, written off or not, by number."""
    return BooksSource(lambda: nullcontext(books.connection), books.cooperative_id, day).owed(day)


class ClassSums(NamedTuple):
    """Loans of a class, their principal outstanding and the provision asked for, in rupiah."""

    loans: int
    outstanding: int
    provision: int


def class_sums(
    books: BookAmounts, loans: Iterable[LoanState], day: WibDay
) -> dict[Collectibility, ClassSums]:
    """Running loans as they stood at the end of `day` by class, with what the options of that day ask for."""
    policy = policy_of(books.connection, day, books.cooperative_id)
    sums = {grade: [0, 0, 0] for grade in Collectibility}
    for state in loans:
        paid = state.progress()
        grade = grade_of(state, paid, state.liens, day)
        own = sums[grade]
        own[0] += 1
        own[1] += state.outstanding
        own[2] += policy.provision(state, paid, grade, state.liens, day)
    return {grade: ClassSums(*values) for grade, values in sums.items()}


def classes_table(books: BookAmounts, loans: Iterable[LoanState], span: Span) -> Listing:
    """Loans by collectibility at the end of the span, and the provision that the options of that day ask
    for."""
    sums = class_sums(books, loans, span.to_day)
    fields = (
        Field("loans", Words("Pinjaman", "Loans"), "number"),
        amount_field("outstanding", Words("Sisa pokok", "Outstanding")),
        amount_field("provision", Words("Penyisihan", "Provision")),
    )
    title = Words("Pinjaman menurut kolektibilitas", "Loans by collectibility")
    rows = [(GRADES[grade], tuple(values)) for grade, values in sums.items()]
    return table(books, "collectibility", title, span, fields, rows)


def allowance_table(books: BookAmounts, span: Span) -> Listing:
    """What moved the allowance: provided, released, used for loans written off."""
    moved = books.moved(span).get(ALLOWANCE, NOTHING)
    used = _used(books, span)
    first = -books.balance(WibDay(span.from_day - 1), ALLOWANCE)
    steps = (
        (Words("Saldo awal", "At the beginning"), first),
        (Words("Dibentuk", "Provided"), moved.credit),
        (Words("Dipulihkan", "Released"), used - moved.debit),
        (Words("Dipakai untuk pinjaman yang dihapus", "Used for loans written off"), -used),
    )
    title = Words("Mutasi penyisihan (jumlah: saldo akhir)", "Movements of the allowance (total: the end)")
    fields = (amount_field("allowance", Words("Penyisihan", "Allowance")),)
    return table(books, "allowance", title, span, fields, [(label, (amount,)) for label, amount in steps])


def _used(books: BookAmounts, span: Span) -> int:
    change, entry, line = schema.loan_change.c, schema.entry.c, schema.line.c
    query = (
        select(*sum_words(line.amount))
        .select_from(schema.loan_change)
        .join(
            schema.entry,
            (entry.cooperative_id == change.cooperative_id)
            & (entry.block_number == change.block_number)
            & (entry.log_index == change.log_index),
        )
        .join(schema.line, (line.cooperative_id == entry.cooperative_id) & (line.entry == entry.number))
        .where(change.cooperative_id == books.cooperative_id, change.change == "WRITTEN_OFF")
        .where(change.book_day.between(span.from_day, span.to_day), entry.rule == _WRITE_OFF)
        .where(line.account == ALLOWANCE)
    )
    high, low = books.connection.execute(query).one()
    return joined(high or 0, low or 0)


def effective_difference_of(
    books: BookAmounts, loans: Iterable[LoanState], day: WibDay
) -> tuple[int, int, int]:
    """Rupiah by which the contracts show more than amortised cost, of how many loans that is, and of how many
    it is not computed: those taken over, drawn in tranches or amended."""
    loan = schema.loan.c
    columns = select(loan.loan, loan.fee, loan.opened_principal_paid, loan.listed_day, loan.disbursed_day)
    told = {
        row.loan: row
        for row in books.connection.execute(columns.where(loan.cooperative_id == books.cooperative_id))
    }
    total = computed = rest = 0
    for state in loans:
        row = told[state.loan]
        taken_over = row.listed_day != row.disbursed_day or row.opened_principal_paid
        if state.number != 1 or taken_over:
            rest += 1
            continue
        total += effective_difference(state.version.terms, Rupiah(row.fee), day)
        computed += 1
    return total, computed, rest
