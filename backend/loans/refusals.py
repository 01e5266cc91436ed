"""Why a contract refuses an act on a loan, in both languages and with what to do."""

from collections.abc import Mapping
from typing import Final

from backend import refusals
from backend.documents.indonesian import rupiah
from backend.documents.words import Words, words
from backend.refusals import ActRefusedError, Say, date, day, plain


class CareRefusedError(ActRefusedError):
    """An act on a loan that the contract does not take, or that cannot be made here; in both languages."""


def explained(reason: str) -> Words:
    """`refusals.explained` with the words on loans."""
    return refusals.explained(reason, _WORDS)


_WORDS: Final[Mapping[str, Say]] = {
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
            f"Usul untuk pinjaman {v[0]} lewat waktu pada {date(v[1])}; usulkan lagi.",
            f"The proposal for loan {v[0]} expired on {date(v[1])}; propose it again.",
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
    "DeskMayNotApprove": plain(
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
    "DeskAcceptancesMissing": plain(
        "Tanda tangan para pihak belum lengkap.", "Parties' signatures are missing."
    ),
    "DeskAcceptanceExpired": (
        1,
        lambda v: words(
            f"Tanda tangan lewat waktu pada {date(v[0])}.", f"A signature expired on {date(v[0])}."
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
            f"Kunci anggota {v[0]} baru dipulihkan; tunggu sampai {date(v[1])}.",
            f"The key of member {v[0]} was recovered lately; wait until {date(v[1])}.",
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
    "LoanRateAboveCap": plain(
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
            f"Hari buku {day(v[1])} tidak dapat dipakai.", f"The book day {day(v[1])} cannot be used."
        ),
    ),
    "AnnuityAmbiguous": plain(
        "Anuitas ini tidak pasti sampai rupiahnya; pilih jumlah bulan lain.",
        "This annuity is not certain to the rupiah; choose other months.",
    ),
    "SavingsClaimNotDue": (
        3,
        lambda v: words(
            f"Simpanan anggota {v[0]} belum dapat diklaim: "
            + (f"tunggu sampai {date(v[2])}." if v[2] else "belum ada pemberitahuan."),
            f"The savings of member {v[0]} cannot be claimed: "
            + (f"wait until {date(v[2])}." if v[2] else "no notice was given."),
        ),
    ),
    "SavingsLienInsufficient": (
        4,
        lambda v: words(
            f"Ikatan anggota {v[0]} tinggal {rupiah(v[2])}, diminta {rupiah(v[3])}.",
            f"The lien of member {v[0]} holds {rupiah(v[2])}, {rupiah(v[3])} were asked for.",
        ),
    ),
    "SavingsZeroAmount": plain("Jumlah harus di atas nol.", "The amount must be above nought."),
}
