"""Dated duties as tables: for every form that statements have."""

from typing import Final

from indexer.reports.statements.structs import Cell, Field, Listing, Note, Notes, Span, Words
from indexer.reports.statements.tables import NAME, NAME_EN, amount_field, dotted
from indexer.reports.supervision.cash_reports import THRESHOLD, WORKING_DAYS
from indexer.reports.supervision.duties import CLOSE_DAY, TAX_DAY, Calendar, Duty, DutyState, cash_state
from rules.calendar import first_day, last_day, month_of

TITLE: Final = Words("Kalender kewajiban", "Calendar of duties")
STATES: Final = {
    DutyState.DONE: Words("sudah", "done"),
    DutyState.LATE: Words("sudah, terlambat", "done late"),
    DutyState.DUE: Words("belum jatuh tempo", "due"),
    DutyState.OVERDUE: Words("LEWAT", "OVERDUE"),
    DutyState.OPEN: Words("belum; tanpa tanggal", "not yet; no day set"),
    DutyState.NOT_KNOWN: Words("tidak tercatat di buku", "not known to the books"),
}
_STATE: Final = (
    Field("state", Words("Keadaan", "State"), "text"),
    Field("state_en", Words("Keadaan (Inggris)", "State (English)"), "text"),
)
_DUTIES: Final = (
    Field("due", Words("Paling lambat", "By"), "day"),
    NAME,
    NAME_EN,
    Field("subject", Words("Tentang", "About"), "text"),
    *_STATE,
    Field("done_on", Words("Dilakukan", "Done on"), "day"),
    Field("reference", Words("Bukti", "Reference"), "text"),
)
_CASH: Final = (
    Field("day", Words("Tanggal", "Day"), "day"),
    Field("member", Words("Anggota", "Member"), "number"),
    amount_field("received", Words("Masuk", "Received")),
    amount_field("paid", Words("Keluar", "Paid")),
    amount_field("largest", Words("Terbesar", "Largest")),
    Field("entry", Words("Jurnal pertama", "First entry"), "number"),
    Field("last_day", Words("Paling lambat", "By"), "day"),
    *_STATE,
)
_KNOWN: Final = Words(
    "Keadaan dihitung dari buku. Apakah suatu laporan disampaikan kepada pihak luar tidak tercatat di buku: "
    "kantor menyimpan buktinya.",
    "States are computed from the books. Whether a report was handed to somebody outside is not in them: "
    "the office keeps the proof.",
)
_LTKM: Final = Words(
    "LTKM: dalam 3 hari kerja, tugas kantor. Sistem ini tidak mencatat kecurigaan apa pun, dan kantor tidak "
    "memberitahukannya kepada siapa pun. Tanda pengenal disimpan 5 tahun; uji tuntas mulai Rp 100.000.000.",
    "LTKM: within 3 working days, the office's duty. This system records nothing of any suspicion, and the "
    "office tells nobody (no tipping-off). ID is kept 5 years; due diligence from Rp 100,000,000.",
)


def duty_tables(found: Calendar) -> Notes:
    """Duties by day, then cash to be reported."""
    span = Span(first_day(month_of(found.year, 1)), last_day(month_of(found.year, 12)))

    def listing(name: str, title: Words, fields: tuple[Field, ...], rows: list[tuple[Cell, ...]]) -> Listing:
        return Listing(name, title, span, fields, tuple(rows), (None,) * len(fields), found.stand)

    duties, cash = Words("Kewajiban", "Duties"), Words("Transaksi tunai (LTKT)", "Cash reports (LTKT)")
    rows = [_duty(each) for each in found.duties]
    cash_rows = [_cash(found, at) for at in range(len(found.cash))]
    notes = (
        Note(
            "1",
            duties,
            (
                _KNOWN,
                _setting(TAX_DAY, "setor pajak", "remitting tax", found.tax_day),
                _setting(CLOSE_DAY, "tutup buku", "closing a month", found.close_day),
            ),
            (listing("duties", duties, _DUTIES, rows),),
        ),
        Note("2", cash, (_threshold(found), _LTKM), (listing("cash-reports", cash, _CASH, cash_rows),)),
    )
    return Notes("calendar", TITLE, span, notes, found.stand)


def _duty(each: Duty) -> tuple[Cell, ...]:
    state = STATES[each.state]
    about = (each.label.id, each.label.en, each.subject, state.id, state.en)
    return (each.due, *about, each.done_on, each.reference)


def _cash(found: Calendar, at: int) -> tuple[Cell, ...]:
    each = found.cash[at]
    state = STATES[cash_state(each, found.as_of)]
    amounts = (each.received, each.paid, each.largest, each.first_entry)
    return (each.day, each.member, *amounts, each.last_day, state.id, state.en)


def _setting(key: str, indonesian: str, english: str, day: int | None) -> Words:
    if day is None:
        return Words(
            f"Tanggal {indonesian} tidak bersumber: belum ditetapkan (opsi {key}).",
            f"The day of {english} has no source: not set (option {key}).",
        )
    return Words(
        f"Tanggal {indonesian}: {day} bulan berikutnya (opsi {key}).",
        f"The day of {english}: {day} of the next month (option {key}).",
    )


def _threshold(found: Calendar) -> Words:
    days = ("menurut berkas hari libur", "by the file of holidays")
    if not found.holidays:
        days = ("tanpa hari libur: berkasnya tidak diberikan", "without holidays: no file was given")
    return Words(
        f"Tunai Rp {dotted(THRESHOLD)} atau lebih dalam sehari, sekali atau dijumlah, masuk dan keluar, per "
        f"anggota; dilaporkan dalam {WORKING_DAYS} hari kerja (Senin-Jumat, {days[0]}). Hanya untuk kantor.",
        f"Cash of Rp {dotted(THRESHOLD)} or more in a day, single or summed, in and out together, by member; "
        f"reported within {WORKING_DAYS} working days (Monday to Friday, {days[1]}). For the office alone.",
    )
