"""Why a contract refuses an act on a loan, in both languages and with what to do."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from backend.documents.indonesian import rupiah
from backend.documents.words import Words, words
from rules.calendar import day_of_timestamp, day_text
from rules.types import WibDay

_WORD: Final = 64
"""Hex digits of an ABI word."""


class CareRefusedError(ValueError):
    """An act on a loan that the contract does not take, or that cannot be made here; in both languages."""

    def __init__(self, told: Words) -> None:
        self.indonesian, self.english = told["id"], told["en"]
        super().__init__(f"{self.indonesian} / {self.english}")


def explained(reason: str) -> Words:
    """`reason` is what `Chain.refused` told: an error's name with its arguments in hex. An error without
    words of its own is named as it is."""
    name, _, rest = reason.partition("(")
    hexed = rest.rstrip(")")
    values = [int(hexed[start : start + _WORD], 16) for start in range(0, len(hexed) - _WORD + 1, _WORD)] \
        if all(digit in "0123456789abcdef" for digit in hexed) else []  # fmt: skip
    told = _WORDS.get(name)
    if told is None or (needed := told[0]) > len(values):
        return words(f"Kontrak menolak: {reason}.", f"The contract refuses: {reason}.")
    return told[1](values[:needed])


def _days(until: int) -> str:
    return day_text(day_of_timestamp(until))


def _day(day: int) -> str:
    return day_text(WibDay(day))


_Say = Callable[[Sequence[int]], Words]


def _plain(indonesian: str, english: str) -> tuple[int, _Say]:
    return 0, lambda _: words(indonesian, english)


_WORDS: Final[Mapping[str, tuple[int, _Say]]] = {
    "CareUnknownLoan": (1, lambda v: words(f"Pinjaman {v[0]} tidak dikenal.", f"There is no loan {v[0]}.")),
    "CareNoProposal": (
        1,
        lambda v: words(
            f"Belum ada usul untuk pinjaman {v[0]}.", f"Nothing is proposed for loan {v[0]} yet."
        ),
    ),
    "CareProposalExpired": (
        2,
        lambda v: words(
            f"Usul untuk pinjaman {v[0]} lewat waktu pada {_days(v[1])}; usulkan lagi.",
            f"The proposal for loan {v[0]} expired on {_days(v[1])}; propose it again.",
        ),
    ),
    "CareAlreadyEnacted": (
        1,
        lambda v: words(
            f"Dokumen yang sama sudah berlaku untuk pinjaman {v[0]}.",
            f"The same document is in force for loan {v[0]} already.",
        ),
    ),
    "CareNotInDefault": (
        3,
        lambda v: words(
            f"Pinjaman {v[0]} menunggak {v[1]} hari; klaim perlu {v[2]} hari.",
            f"Loan {v[0]} is overdue for {v[1]} days; a claim needs {v[2]}.",
        ),
    ),
    "CareNothingToDo": (
        1,
        lambda v: words(
            f"Tidak ada yang perlu dilakukan untuk pinjaman {v[0]}.",
            f"Nothing is to be done for loan {v[0]}.",
        ),
    ),
    "CareClaimTooHigh": (
        3,
        lambda v: words(
            f"Yang terutang {rupiah(v[1])}; klaim {rupiah(v[2])} terlalu besar.",
            f"{rupiah(v[1])} are owed; a claim of {rupiah(v[2])} is too high.",
        ),
    ),
    "CareUnknownPledge": (
        2,
        lambda v: words(
            f"Pinjaman {v[0]} tidak punya ikatan nomor {v[1] + 1}.", f"Loan {v[0]} has no pledge {v[1] + 1}."
        ),
    ),
    "CareNotMacet": (
        1,
        lambda v: words(
            f"Pinjaman {v[0]} belum macet pada hari itu; lihat koperasi ageing.",
            f"Loan {v[0]} is not macet on that day; see koperasi ageing.",
        ),
    ),
    "CareHeirInvalid": (
        2,
        lambda v: words(
            f"Anggota {v[1]} tidak dapat menjadi ahli waris: peminjamnya sendiri, atau yang memutuskan.",
            f"Member {v[1]} cannot be the heir: the borrower, or one who decides.",
        ),
    ),
    "DeskOwnLoan": (
        2,
        lambda v: words(
            f"Anggota {v[1]} terkait dengan pinjaman {v[0]}.", f"Member {v[1]} is a party to loan {v[0]}."
        ),
    ),
    "DeskSamePerson": (
        2,
        lambda v: words(
            f"Anggota {v[1]} sudah menyetujui atau mengusulkan.", f"Member {v[1]} proposed or approved it."
        ),
    ),
    "DeskMayNotApprove": _plain(
        "Jabatan ini tidak boleh menyetujui pinjaman sebesar itu.",
        "This office may not approve a loan of that amount.",
    ),
    "DeskNotApproved": (
        2,
        lambda v: words(
            f"Kurang {v[1]} persetujuan, atau jabatan wajib belum menyetujui.",
            f"{v[1]} approvals are missing, or a required office did not approve.",
        ),
    ),
    "DeskTierExceeded": (
        3,
        lambda v: words(
            f"Utang anggota {rupiah(v[2])} melebihi batas komite {rupiah(v[1])}; usulkan lagi.",
            f"The member owes {rupiah(v[2])}, above the committee's {rupiah(v[1])}; propose it again.",
        ),
    ),
    "DeskAcceptancesMissing": _plain(
        "Tanda tangan para pihak belum lengkap.", "Parties' signatures are missing."
    ),
    "DeskAcceptanceExpired": (
        1,
        lambda v: words(
            f"Tanda tangan lewat waktu pada {_days(v[0])}.", f"A signature expired on {_days(v[0])}."
        ),
    ),
    "DeskAcceptanceInvalid": (
        1,
        lambda v: words(
            f"Tanda tangan anggota {v[0]} tidak cocok dengan dokumen ini.",
            f"The signature of member {v[0]} is not over this document.",
        ),
    ),
    "DeskRecentlyRecovered": (
        2,
        lambda v: words(
            f"Kunci anggota {v[0]} baru dipulihkan; tunggu sampai {_days(v[1])}.",
            f"The key of member {v[0]} was recovered lately; wait until {_days(v[1])}.",
        ),
    ),
    "DeskMemberStatus": (
        1,
        lambda v: words(f"Anggota {v[0]} tidak aktif.", f"Member {v[0]} is not active."),
    ),
    "LoanNotRunning": (
        1,
        lambda v: words(
            f"Pinjaman {v[0]} tidak berjalan: lunas, dihapusbukukan, atau tidak ada.",
            f"Loan {v[0]} is not running: closed, written off or unknown.",
        ),
    ),
    "LoanTermsInvalid": (
        1,
        lambda v: words(
            f"Syarat baru pinjaman {v[0]} tidak dapat berlaku: periksa bulan, tenggang, dan pembekuan.",
            f"The new terms of loan {v[0]} cannot hold: look at months, grace and freeze.",
        ),
    ),
    "LoanRateAboveCap": _plain(
        "Jasa di atas batas 24% menurun.", "Interest is above the cap of 24% declining."
    ),
    "LoanAmountTooHigh": (
        3,
        lambda v: words(
            f"Hanya {rupiah(v[1])} yang tersedia, diminta {rupiah(v[2])}.",
            f"Only {rupiah(v[1])} are there, {rupiah(v[2])} were asked for.",
        ),
    ),
    "LoanDayInvalid": (
        2,
        lambda v: words(
            f"Hari buku {_day(v[1])} tidak dapat dipakai.", f"The book day {_day(v[1])} cannot be used."
        ),
    ),
    "AnnuityAmbiguous": _plain(
        "Anuitas ini tidak pasti sampai rupiahnya; pilih jumlah bulan lain.",
        "This annuity is not certain to the rupiah; choose other months.",
    ),
    "SavingsClaimNotDue": (
        3,
        lambda v: words(
            f"Simpanan anggota {v[0]} belum dapat diklaim: "
            + (f"tunggu sampai {_days(v[2])}." if v[2] else "belum ada pemberitahuan."),
            f"The savings of member {v[0]} cannot be claimed: "
            + (f"wait until {_days(v[2])}." if v[2] else "no notice was given."),
        ),
    ),
    "SavingsLienInsufficient": (
        4,
        lambda v: words(
            f"Ikatan anggota {v[0]} tinggal {rupiah(v[2])}, diminta {rupiah(v[3])}.",
            f"The lien of member {v[0]} holds {rupiah(v[2])}, {rupiah(v[3])} were asked for.",
        ),
    ),
    "SavingsZeroAmount": _plain("Jumlah harus di atas nol.", "The amount must be above nought."),
    "TreasuryDayInFuture": (
        2,
        lambda v: words(f"{_day(v[0])} belum tiba.", f"{_day(v[0])} is yet to come."),
    ),
    "TreasuryDayTooOld": (
        2,
        lambda v: words(
            f"{_day(v[0])} terlalu lama; paling awal {_day(v[1])}.",
            f"{_day(v[0])} is too long ago; the earliest is {_day(v[1])}.",
        ),
    ),
    "TreasuryDayClosed": (
        2,
        lambda v: words(f"Buku ditutup sampai {_day(v[1])}.", f"The books are closed through {_day(v[1])}."),
    ),
    "AuthoritySamePerson": (
        1,
        lambda v: words(
            f"Orang {v[0]} tidak boleh menjadi keduanya.", f"Person {v[0]} cannot be both of the two."
        ),
    ),
    "AccessManagedUnauthorized": _plain(
        "Akun ini tidak memegang jabatan itu.", "This account does not hold that office."
    ),
}
