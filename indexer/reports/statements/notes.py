"""Catatan atas laporan keuangan (CALK): the notes, filled from the books, the options and the chart."""

from typing import Final

from sqlalchemy import func, select

from indexer.ledger import schema
from indexer.ledger.accounts import CHANNEL_ACCOUNTS, INTEREST_RECEIVABLE, INTEREST_TAX, KIND_ACCOUNTS, LOANS
from indexer.reports.loans import policy_of
from indexer.reports.statements.amounts import BookAmounts
from indexer.reports.statements.layout import lines_hash
from indexer.reports.statements.loan_notes import (
    allowance_table,
    classes_table,
    effective_difference_of,
    running_loans,
)
from indexer.reports.statements.options import MEMBER_SHARES, options_on
from indexer.reports.statements.periods import checked, long_day, words_of
from indexer.reports.statements.related import related_table
from indexer.reports.statements.structs import Listing, Note, Notes, Span, Words
from indexer.reports.statements.tables import balances_table, dotted, movements_table
from rules.calendar import day_text
from rules.types import WibDay

MOST_EFFECTIVE: Final = 20_000
"""Running loans up to which the effective-interest difference is computed: about half a millisecond each."""
TITLE: Final = Words("Catatan atas laporan keuangan", "Notes to the financial statements")
_POLICIES: Final = (
    Words(
        "Laporan disusun menurut SAK Entitas Privat, dengan nilai historis, dalam rupiah penuh. Neraca "
        "disusun menurut likuiditas.",
        "The statements follow SAK Entitas Privat at historical cost, in whole rupiah. The balance sheet is "
        "ordered by liquidity.",
    ),
    Words(
        "Jasa pinjaman diakui menurut perjanjian, dari jatuh tempo ke jatuh tempo menurut hari; provisi saat "
        "dipungut. Selisihnya dari metode suku bunga efektif ada di catatan 11.",
        "Interest on loans is taken by contract, from due date to due date by days, fees when charged. How "
        "this differs from the effective-interest method is in note 11.",
    ),
    Words(
        "Jasa simpanan sukarela menjadi beban bulan perolehannya; yang belum dikreditkan pada akhir bulan "
        "disajikan sebagai utang jasa simpanan.",
        "Interest on voluntary savings is an expense of the month that earned it; what is not credited yet "
        "at a month's end is presented as interest payable.",
    ),
    Words(
        "Semua peminjam adalah anggota: seluruh pendapatan pinjaman adalah partisipasi anggota.",
        "All borrowers are members: all income of loans is members' participation.",
    ),
)


def notes(books: BookAmounts, span: Span) -> Notes:
    """All notes for the statements of a span. PeriodError."""
    checked(span)
    classes = classes_table(books, running_loans(books, span.to_day), span)
    made = (
        _general(books, span),
        _policies(books, span),
        _cash(books, span),
        _loans(books, span, classes),
        _savings(books, span),
        _taxes(books, span),
        _surplus(books, span),
        _equity(books, span),
        _participation(),
        _related(books, span),
        _effective_interest(books, span, _loans_in(classes)),
    )
    numbered = tuple(Note(str(at), *each) for at, each in enumerate(made, 1))
    return Notes("notes", TITLE, span, numbered, books.stand())


_Made = tuple[Words, tuple[Words, ...], tuple[Listing, ...]]
"""Title, paragraphs and tables of a note that has no number yet."""


def _general(books: BookAmounts, span: Span) -> _Made:
    counts = _members_by_status(books, span.to_day)
    when, period = long_day(span.to_day), words_of(span)
    active, suspended, left = (counts.get(each, 0) for each in ("ACTIVE", "SUSPENDED", "LEFT"))
    members = Words(
        f"Koperasi simpan pinjam. Periode: {period.id}. Anggota per {when.id}: {active} aktif, {suspended} "
        f"ditangguhkan; {left} telah keluar.",
        f"A savings-and-loan cooperative. Period: {period.en}. Members at {when.en}: {active} active, "
        f"{suspended} suspended; {left} have left.",
    )
    chart = books.chart
    told = chart.hash.hex() or "-"
    adopted = Words(
        f"Bagan akun (sha256): {told}. Susunan pos laporan (sha256): {lines_hash()}.",
        f"Chart of accounts (sha256): {told}. Lines of the statements (sha256): {lines_hash()}.",
    )
    missing = Words(
        "Berkas bagan akun yang diputuskan tidak tersedia; nama dan pos akun memakai bagan bawaan.",
        "The file of the adopted chart was not at hand; names and lines are those of the house's chart.",
    )
    paragraphs = (members, adopted) if chart.complete else (members, adopted, missing)
    return Words("Umum", "General"), paragraphs, ()


def _members_by_status(books: BookAmounts, day: WibDay) -> dict[str, int]:
    """How many members had each status at the end of a day, by book dates."""
    status = schema.member_status.c
    order = (status.block_number.desc(), status.log_index.desc())
    newest = func.row_number().over(partition_by=status.member, order_by=order).label("newest")
    last = (
        select(status.status, newest)
        .where(status.cooperative_id == books.cooperative_id, status.book_day <= day)
        .subquery()
    )
    query = select(last.c.status, func.count()).where(last.c.newest == 1).group_by(last.c.status)
    return {row[0]: row[1] for row in books.connection.execute(query)}


def _policies(books: BookAmounts, span: Span) -> _Made:
    day = span.to_day
    policy = policy_of(books.connection, day, books.cooperative_id)
    basis = ("akrual", "accrual") if policy.accrues else ("kas", "cash")
    paragraphs = [
        *_POLICIES,
        Words(f"Jasa pinjaman diakui atas dasar {basis[0]}.", f"Interest on loans: on a {basis[1]} basis."),
    ]
    if policy.expected is None:
        rates = " / ".join(f"{rate / 100:g}%" for rate in policy.rates_bps)
        paragraphs.append(
            Words(
                f"Penyisihan: kerugian terjadi, menurut kelas (lancar / kurang lancar / diragukan / macet) "
                f"{rates}.",
                f"Allowance: incurred loss by class (lancar / kurang lancar / diragukan / macet) {rates}.",
            )
        )
    else:
        text = " / ".join(f"{rate / 100:g}%" for rate in policy.expected)
        paragraphs.append(
            Words(
                f"Penyisihan: kerugian kredit ekspektasian PSAK 109, tiga tahap (12 bulan / sepanjang umur / "
                f"kerugian saat gagal bayar) {text}.",
                "Allowance: expected credit loss of PSAK 109 in three stages (12 months / lifetime / loss "
                f"given default) {text}.",
            )
        )
    options = options_on(books.connection, day, books.cooperative_id)
    owed = MEMBER_SHARES in options and options[MEMBER_SHARES].text == "liability"
    shares = ("liabilitas", "a liability") if owed else ("ekuitas", "equity")
    paragraphs.append(
        Words(
            f"Simpanan pokok dan wajib disajikan sebagai {shares[0]}.",
            f"Share and mandatory savings are presented as {shares[1]}.",
        )
    )
    for _, each in sorted(options.items()):
        since = day_text(each.since)
        paragraphs.append(
            Words(
                f"Opsi yang diputuskan: {each.key} = {each.text}, sejak {since}.",
                f"Adopted option: {each.key} = {each.text}, since {since}.",
            )
        )
    return Words("Kebijakan akuntansi", "Accounting policies"), tuple(paragraphs), ()


def _cash(books: BookAmounts, span: Span) -> _Made:
    title = Words("Kas dan bank", "Cash and bank")
    accounts = tuple(CHANNEL_ACCOUNTS.values())
    return title, (), (balances_table(books, "cash", title, span, accounts),)


def _loans(books: BookAmounts, span: Span, classes: Listing) -> _Made:
    tables = (
        balances_table(books, "loans", Words("Pinjaman", "Loans"), span, (LOANS, INTEREST_RECEIVABLE)),
        classes,
        allowance_table(books, span),
    )
    remark = Words(
        "Kelas dan penyisihan dihitung dari pembayaran sampai hari itu menurut tanggal buku; jaminan "
        "simpanan menurut waktu blok. Penyisihan dalam neraca dibentuk pada akhir bulan.",
        "Classes and provisions count payments up to that day by book dates, liens by the time of their "
        "blocks. The allowance of the balance sheet is made at months' ends.",
    )
    return Words("Pinjaman anggota dan penyisihan", "Loans to members and allowance"), (remark,), tables


def _savings(books: BookAmounts, span: Span) -> _Made:
    title = Words("Simpanan menurut jenis", "Savings by kind")
    interest = books.chart.by_line().get("SavingsInterestPayable", ())
    accounts = (*KIND_ACCOUNTS.values(), *interest)
    moved = Words("Mutasi simpanan", "Movements of savings")
    tables = (
        balances_table(books, "savings", title, span, accounts),
        movements_table(books, "savings-movements", moved, span, accounts),
    )
    return Words("Simpanan anggota", "Members' savings"), (), tables


def _taxes(books: BookAmounts, span: Span) -> _Made:
    off = Words(
        "PPh badan dan PPh 21 tidak dihitung: belum ada dasarnya dalam pengaturan koperasi. PPh final atas "
        "jasa simpanan dipotong oleh kontrak dan disetor lewat jurnal.",
        "Corporate income tax and PPh 21 are not computed: the cooperative's settings have no source for "
        "them. Final tax on interest of savings is withheld by the contract and remitted by journal.",
    )
    title = Words("PPh final yang dipotong dan disetor", "Final tax withheld and remitted")
    return Words("Pajak", "Taxes"), (off,), (movements_table(books, "taxes", title, span, (INTEREST_TAX,)),)


def _surplus(books: BookAmounts, span: Span) -> _Made:
    title = Words("Dana dan utang SHU", "Funds and surplus payable")
    lines = books.chart.by_line()
    names = ("SurplusPayable", "EducationFund", "SocialFund", "BoardFund", "StaffFund", "DevelopmentFund")
    accounts = [code for name in names for code in lines.get(name, ())]
    told = Words(
        f"SHU periode ini: Rp {dotted(books.surplus(span))}; sebelum tutup tahun disajikan dalam ekuitas.",
        f"Surplus of this period: Rp {dotted(books.surplus(span))}; before a year's close it stands in "
        f"equity.",
    )
    table = movements_table(books, "funds", title, span, accounts)
    return Words("Sisa hasil usaha dan dana", "Surplus and funds"), (told,), (table,)


def _equity(books: BookAmounts, span: Span) -> _Made:
    title = Words("Mutasi ekuitas", "Movements of equity")
    lines = books.chart.by_line()
    names = ("ShareSavings", "MandatorySavings", "Grants", "Reserves")
    accounts = [code for name in names for code in lines.get(name, ())]
    return Words("Ekuitas", "Equity"), (), (movements_table(books, "equity", title, span, accounts),)


def _participation() -> _Made:
    told = Words(
        "Partisipasi bruto adalah jasa, denda, dan provisi dari pinjaman anggota; beban pokok adalah jasa "
        "simpanan dan penyisihan. Pendapatan dari bukan anggota disajikan terpisah.",
        "Gross participation is interest, penalties and fees of members' loans; direct costs are interest on "
        "savings and provisions. Income from non-members stands apart.",
    )
    return Words("Partisipasi anggota", "Members' participation"), (told,), ()


def _related(books: BookAmounts, span: Span) -> _Made:
    told = Words(
        "Pihak berelasi: anggota yang memegang jabatan pada hari itu, menurut nomor anggota.",
        "Related parties: members who hold an office on that day, by member number.",
    )
    return Words("Pihak berelasi", "Related parties"), (told,), (related_table(books, span),)


def _loans_in(classes: Listing) -> int:
    column = [field.name for field in classes.fields].index("loans")
    return classes.totals[column] or 0


def _effective_interest(books: BookAmounts, span: Span, loans: int) -> _Made:
    title = Words("Selisih suku bunga efektif", "Effective-interest difference")
    if loans > MOST_EFFECTIVE:
        many = Words(
            f"Tidak dihitung: {dotted(loans)} pinjaman berjalan, lebih dari {dotted(MOST_EFFECTIVE)}.",
            f"Not computed: {dotted(loans)} loans are running, more than {dotted(MOST_EFFECTIVE)}.",
        )
        return title, (many,), ()
    total, computed, rest = effective_difference_of(books, running_loans(books, span.to_day), span.to_day)
    told = Words(
        f"Nilai pinjaman menurut perjanjian dikurangi biaya perolehan diamortisasi: Rp {dotted(total)}, "
        f"untuk {computed} pinjaman seandainya dibayar tepat waktu. Tidak dihitung untuk {rest} pinjaman "
        "(dialihkan dari buku lama, bertahap, atau diubah).",
        f"Loans by contract less amortised cost: Rp {dotted(total)}, of {computed} loans as if paid when "
        f"due. Not computed for {rest} loans (taken over from older books, in tranches, or amended).",
    )
    return title, (told,), ()
