"""Words of a meeting's documents in both languages."""

from collections.abc import Mapping
from typing import Final

from backend.documents.words import Words, words
from rules.types import MeetingKind, Outcome, Refusal

HEADINGS: Final[Mapping[MeetingKind, Words]] = {
    MeetingKind.TAHUNAN: words(
        "BERITA ACARA RAPAT ANGGOTA TAHUNAN", "Minutes of the annual members' meeting"
    ),
    MeetingKind.LUAR_BIASA: words(
        "BERITA ACARA RAPAT ANGGOTA LUAR BIASA", "Minutes of the extraordinary members' meeting"
    ),
}
CERTIFICATE: Final = words("PETIKAN KEPUTUSAN RAPAT ANGGOTA", "Certificate of a motion's result")
CALLS_HEAD: Final = (
    words("Panggilan", "Call"),
    words("Waktu", "Time"),
    words("Kuorum", "Quorum"),
    words("Hadir", "Present"),
    words("Suara sah", "Ballots"),
    words("Daftar kertas", "Paper list"),
    words("Hasil", "Result"),
)
CALLS_NOTE: Final = words(
    "Hadir: menandatangani kehadiran atau surat suara. Daftar kertas dihitung terpisah: anggota yang hanya "
    "ada di situ tidak terhitung bagi usul yang mengubah jabatan, kontrak, atau anggaran dasar.",
    "Present: signed a check-in or a ballot paper. The paper list is counted apart: who is only on it does "
    "not count for motions that change roles, contracts or by-laws.",
)
CANDIDATES_HEAD: Final = (
    words("No. anggota", "Member no."),
    words("Suara", "Votes"),
    words("Urutan", "Rank"),
    words("Hasil", "Result"),
)
REFUSED_HEAD: Final = (words("Panggilan", "Call"), words("Alasan", "Reason"), words("Surat", "Papers"))
REASONS: Final[Mapping[Refusal, Words]] = {
    Refusal.NOT_ELIGIBLE: words("Bukan anggota dalam daftar", "Not on the roll"),
    Refusal.ALREADY_VOTED: words("Sudah memberi suara", "Has voted already"),
    Refusal.OVERVOTE: words("Pilihan melebihi yang boleh", "Marks more than allowed"),
    Refusal.BAD_SIGNATURE: words("Tanda tangan salah", "Bad signature"),
    Refusal.EXPIRED: words("Lewat batas waktu", "Past its deadline"),
    Refusal.WRONG_MEETING: words("Untuk rapat atau panggilan lain", "Of another meeting or call"),
    Refusal.ALREADY_PRESENT: words("Sudah hadir", "Is present already"),
}
OUTCOMES: Final[Mapping[Outcome, Words]] = {
    Outcome.PASSED: words("DITERIMA", "Passed"),
    Outcome.CONSENSUS: words("MUFAKAT", "Passed by consensus"),
    Outcome.REJECTED: words("DITOLAK", "Rejected"),
    Outcome.NO_QUORUM: words("TIDAK KUORUM", "No quorum: nothing was decided"),
    Outcome.WITHDRAWN: words("DITARIK", "Withdrawn before the meeting"),
}
ELECTED: Final = words("TERPILIH", "Elected")
NOBODY_ELECTED: Final = words("TANPA SUARA", "Nobody was elected")
SIGNING: Final = words(
    "Ketua dan sekretaris menandatangani dengan kuncinya di chain: RAT.recordMinutes mencatat nomor rapat, "
    "hash dokumen ini, dan siapa mereka. Kolom di bawah hanya untuk cetakan di atas kertas.",
    "Chair and secretary sign with their keys on the chain: RAT.recordMinutes records the meeting's number, "
    "the hash of this document, and who they are. The boxes below serve a copy on paper only.",
)
CERTIFICATE_SIGNING: Final = words(
    "Petikan ini sah bila sama dengan yang dibuat siapa pun dari chain; tanda tangan di kertas hanya untuk "
    "pihak yang memintanya.",
    "This certificate is true if it equals what anybody makes from the chain; signatures on paper are for "
    "those only who ask for them.",
)
SOURCE: Final = words(
    "Dibuat dari buku besar sampai blok terakhir sebelum rapat ditutup. Hash undangan memuat semua usul "
    "seperti diajukan. Siapa pun dapat menghitung ulang: koperasi recount.",
    "Made from the books up to the last block before the meeting closed. The hash of the notice holds all "
    "motions as they were put. Anybody can count again: koperasi recount.",
)
