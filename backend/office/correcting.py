"""A journal in an open period that corrects what was booked, and points to it; that stays as it is."""

from dataclasses import dataclass
from typing import Final

from backend.acts import Done
from backend.chain import Call
from backend.documents.words import words
from backend.office.bookkeeping import BooksOffice, BooksRefusedError
from backend.office.orders import JOURNAL
from backend.office.outbox import CASH_ACCOUNTS, line_word
from indexer.reports.closes import corrections_of
from indexer.reports.entries import entry
from rules.receipts import journal_receipt, receipts_of
from rules.types import Channel, Receipt, Rupiah, WibDay

FIRST_RECEIPT: Final = 1 << 56
"""Smaller numbers are those of entries."""


@dataclass(frozen=True, slots=True)
class CorrectionLine:
    """One side of an account, or of a channel's cash."""

    account: int | Channel
    is_credit: bool
    amount: Rupiah

    @property
    def word(self) -> int:
        """As Books takes it."""
        if isinstance(self.account, Channel):
            return line_word(CASH_ACCOUNTS[self.account], self.is_credit, self.amount, self.account)
        return line_word(self.account, self.is_credit, self.amount)


def corrected_receipt(office: BooksOffice, told: str) -> Receipt:
    """The receipt number of what is corrected: an entry's number, a receipt number, or what is on the paper.

    BooksRefusedError if nothing was booked under it, or more than one thing; UnknownEntryError.
    """
    if told.isdecimal() and int(told) < FIRST_RECEIPT:
        with office.reading() as (connection, cooperative_id):
            receipt = entry(connection, int(told), cooperative_id).receipt
        if receipt is None:
            raise BooksRefusedError(
                words(
                    f"Jurnal {told} dibuat dari akhir bulan dan tidak punya nomor bukti: posting koreksinya "
                    "sebagai jurnal biasa.",
                    f"Entry {told} was made by a month's end and has no receipt number: post what corrects "
                    "it as an ordinary journal.",
                )
            )
        return Receipt(receipt)
    wanted = (Receipt(int(told)),) if told.isdecimal() else receipts_of(told)
    used = office.chain.call_many([Call("Treasury", "isReceiptUsed", (each,)) for each in wanted])
    booked = [each for each, is_used in zip(wanted, used, strict=True) if is_used]
    if len(booked) != 1:
        raise BooksRefusedError(
            words(
                f"Ada {len(booked)} bukti {told} dalam buku; sebutkan nomor jurnalnya.",
                f"{len(booked)} papers {told} are in the books; give the entry's number.",
            )
        )
    return booked[0]


def correct(
    office: BooksOffice, corrected: Receipt, ref: str, day: WibDay, lines: tuple[CorrectionLine, ...]
) -> Done:
    """Post the journal `ref` of `day` that corrects `corrected`; the same one again is not sent again.
    BooksRefusedError."""
    receipt = journal_receipt(ref)
    with office.reading() as (connection, cooperative_id):
        before = corrections_of(connection, receipt, cooperative_id).corrects
    if before == corrected:
        note = words(
            f"{ref} sudah dibukukan sebagai koreksi bukti itu.", f"{ref} is in the books as its correction."
        )
        return Done(None, note=note)
    journal = receipt, day, [line.word for line in lines]
    return Done(office.perform("correct", ("correction", (JOURNAL, "uint64")), (journal, corrected)))
