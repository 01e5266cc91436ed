"""The conditions of an agreement, each of them what the contracts do (docs/decisions/0011-loans.md)."""

from typing import Final

from backend.documents.indonesian import percent, rupiah
from backend.documents.words import Words, words
from backend.terms import AgreedTerms
from rules.types import Waterfall

_DUE: Final = words(
    "Angsuran ke-k jatuh tempo k bulan kalender sesudah hari cair, pada tanggal yang sama atau hari "
    "terakhir bulan itu. Bila cair pada hari lain dari rencana, jatuh tempo ikut bergeser dan jumlahnya "
    "tetap; bila cair bertahap, jadwal baru dihitung dari yang cair.",
    "Instalment k is due k calendar months after the day of the payout, on the same date or that month's "
    "last day. If it is paid out on another day than planned, due days move with it and amounts stay; if "
    "it is paid out in tranches, the schedule is that of what was paid out.",
)
_EARLY: Final = words(
    "Pinjaman boleh dilunasi kapan saja dengan sisa pokok, jasa yang belum dibayar sampai angsuran "
    "berjalan, dan denda; jasa angsuran sesudahnya tidak ditagih.",
    "The loan may be paid off at any time by the outstanding principal, unpaid interest up to the running "
    "instalment, and penalty; interest of later instalments falls away.",
)
_CHANGE: Final = words(
    "Syarat hanya berubah dengan perubahan yang ditandatangani Peminjam dan disetujui komite pinjaman; "
    "syarat lama tetap tersimpan.",
    "Terms change only by an amendment that the Borrower signs and the loan committee approves; the old "
    "terms are kept.",
)
_LIENS: Final = words(
    "Simpanan yang diikat dilepas seiring turunnya sisa pokok. Bila Peminjam lalai, simpanan itu hanya "
    "dapat dipakai oleh dua jabatan setelah pemberitahuan 30 hari, paling banyak sebesar yang terutang.",
    "Pledged savings are freed as the outstanding principal falls. After default they can be used by two "
    "offices only, after 30 days' notice, and for no more than what is owed.",
)
_GUARANTEE: Final = words(
    "Penjamin menandatangani syarat yang sama. Simpanan penjamin hanya diikat sebesar yang tertulis di atas.",
    "Guarantors sign the same terms. A guarantor's savings are held only for the amount written above.",
)
_TOP_UP: Final = words(
    "Pinjaman ini melunasi pinjaman yang disebut di atas tanpa uang tunai; sisanya dibayarkan kepada "
    "Peminjam.",
    "This loan pays off the loan named above without cash; what is left is paid to the Borrower.",
)
PERSONAL: Final = words(
    "Surat ini memuat nomor anggota dan tidak memuat nama, alamat, atau nomor identitas.",
    "This document holds member numbers, and no name, address or identity number.",
)
LANGUAGE: Final = words(
    "Bila kedua bahasa berbeda, yang berlaku adalah bahasa Indonesia.",
    "Where the two languages differ, the Indonesian text prevails.",
)
_ORDERS: Final = {
    Waterfall.INSTALMENT_FIRST: words(
        "Pembayaran dipakai untuk angsuran yang jatuh tempo (yang tertua dulu, jasa sebelum pokok), lalu "
        "denda, lalu angsuran berikutnya.",
        "A payment meets instalments that are due (the oldest first, interest before principal), then "
        "penalty, then instalments to come.",
    ),
    Waterfall.PENALTY_FIRST: words(
        "Pembayaran dipakai untuk denda, lalu angsuran (yang tertua dulu, jasa sebelum pokok).",
        "A payment meets penalty, then instalments (the oldest first, interest before principal).",
    ),
}


def clauses(terms: AgreedTerms) -> list[Words]:
    """The conditions that these terms need, in order."""
    found = [_interest(terms), _DUE, _ORDERS[terms.conditions.waterfall], _penalty(terms), _EARLY]
    if terms.refinances:
        found.append(_TOP_UP)
    if any(pledge.amount for pledge in terms.pledges):
        found.append(_LIENS)
    if any(pledge.member != terms.borrower for pledge in terms.pledges):
        found.append(_GUARANTEE)
    return [*found, _CHANGE, PERSONAL, LANGUAGE]


def _interest(terms: AgreedTerms) -> Words:
    unit = 10**terms.rounding_exponent
    cut = ("", "") if unit == 1 else (
        f" Bagian angsuran dibulatkan ke kelipatan {rupiah(unit)}; sisanya di angsuran terakhir.",
        f" Parts of instalments are cut to multiples of {rupiah(unit)}; the rest is in the last one.",
    )  # fmt: skip
    return words(
        "Jasa sebulan adalah seperdua belas jasa setahun, dibulatkan ke rupiah terdekat." + cut[0],
        "A month's interest is a twelfth of a year's, rounded to the nearest rupiah." + cut[1],
    )


def _penalty(terms: AgreedTerms) -> Words:
    conditions = terms.conditions
    if not conditions.penalty_bps:
        return words("Tidak ada denda keterlambatan.", "There is no penalty for lateness.")
    rate, cap = percent(conditions.penalty_bps), percent(conditions.penalty_cap_bps)
    return words(
        f"Denda keterlambatan {rate} setahun, dihitung per hari dari angsuran yang belum dibayar, "
        f"seluruhnya paling banyak {cap} dari pokok.",
        f"Penalty for lateness is {rate} a year, by the day on what is unpaid of an instalment, in all at "
        f"most {cap} of the principal.",
    )
