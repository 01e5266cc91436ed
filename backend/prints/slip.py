"""The slip of a member's share in a year's surplus (SHU)."""

from typing import Final

from backend.documents.indonesian import number
from backend.prints.content import Body, Column, Fact, Line, Section, Signature, Table
from backend.prints.figures import figure
from backend.prints.members import MEMBER
from backend.prints.reports import TOTAL
from backend.surplus.tree import ShareTree
from indexer.reports.statements.structs import Words
from indexer.reports.surplus import Allocation
from rules.calendar import last_day, month_of
from rules.shu import JASA_MODAL, JASA_USAHA, POTS, Bases, SurplusSplit
from rules.types import MemberNumber, Office, Rupiah
from verifier.share_tree import leaf_of

_BASES: Final = {
    JASA_MODAL: Words("simpanan pokok dan wajib", "share and mandatory savings"),
    JASA_USAHA: Words("transaksi dalam setahun", "business done in the year"),
}
_POTS: Final = (
    Column(Words("Pos", "Pot"), wide=True),
    Column(Words("Jumlah", "Amount"), figures=True),
)
_SHARE: Final = (
    Column(Words("Bagian anggota", "The member's part"), wide=True),
    Column(Words("Dasar anggota", "The member's base"), figures=True),
    Column(Words("Dasar semua anggota", "All members' bases"), figures=True),
    Column(Words("Pos", "Pot"), figures=True),
    Column(Words("Bagian", "Share"), figures=True),
)

_FROM: Final = Words(
    "Dihitung dari keputusan RAT dan dasar tiap anggota, menurut sisa terbesar; bukan dari jurnal. Blok dan "
    "akar di bawah menyatakan buku ketika slip ini dibuat.",
    "Computed from the meeting's decision and the members' bases by largest remainder, not from entries. "
    "Block and root below say which books there were when this slip was made.",
)
_NOT_ALLOCATED: Final = Words(
    "SHU tahun ini belum dibagi di chain: slip ini perhitungan, belum hak yang dapat dibayarkan.",
    "The surplus of this year is not allocated on the chain yet: this slip is arithmetic, nothing can be "
    "paid on it.",
)
_OTHER: Final = Words(
    "SHU tahun ini sudah dibagi di chain menurut bagian LAIN: slip ini bukan yang diputuskan rapat.",
    "The surplus of this year was allocated on the chain by OTHER shares: this slip is not what the meeting "
    "decided.",
)
_NO_PART: Final = Words(
    "SHU tahun ini sudah dibagi di chain; anggota ini tidak mendapat bagian.",
    "The surplus of this year was allocated on the chain; this member has no part in it.",
)
_PROOF: Final = Words("Bukti di chain", "Proof on the chain")
_PATH: Final = (
    Column(Words("Jalur Merkle, dari daun ke akar", "Merkle path, from the leaf to the root"), wide=True),
)


class NoShareError(LookupError):
    """A member without bases in the year."""

    def __init__(self, member: int) -> None:
        self.indonesian = f"Anggota {member} tidak ada dalam dasar pembagian SHU."
        self.english = f"Member {member} is not among the bases of the surplus."
        super().__init__(f"{self.indonesian} / {self.english}")


def slip_body(
    year: int,
    split: SurplusSplit,
    bases: dict[MemberNumber, Bases],
    member: MemberNumber,
    allocation: Allocation | None = None,
) -> Body:
    """What a member gets of the surplus of `year`, and how it was computed; with the proof of it if the books
    have its `allocation` on the chain. NoShareError."""
    if member not in split.members:
        raise NoShareError(member)
    share, own = split.members[member], bases[member]
    parts = (
        (JASA_MODAL, own.capital, sum(each.capital for each in bases.values()), share.jasa_modal),
        (JASA_USAHA, own.business, sum(each.business for each in bases.values()), share.jasa_usaha),
    )
    lines = [
        Line((_words(pot), figure(base), figure(whole), figure(split.pots.get(pot, 0)), figure(part)))
        for pot, base, whole, part in parts
    ]
    lines.append(Line((TOTAL, "", "", "", figure(share.total)), "total"))
    how = tuple(
        Words(f"{POTS[pot][0]}: menurut {words.id}.", f"{POTS[pot][1]}: by {words.en}.")
        for pot, words in _BASES.items()
    )
    facts = (
        Fact(MEMBER, str(member)),
        Fact(Words("Tahun buku", "Book year"), str(year)),
        Fact(Words("Bagian SHU", "Share in the surplus"), figure(share.total)),
        Fact(Words("Anggota yang berbagi", "Members who share"), number(len(split.members))),
    )
    proof, remark = _proof(split, member, allocation)
    return Body(
        "surplus-slip",
        Words("Slip bagian SHU anggota", "Slip of a member's share in the surplus"),
        Words(f"Tahun {year}", f"Year {year}"),
        last_day(month_of(year, 12)),
        (
            Section((Table(_SHARE, tuple(lines)),)),
            Section((Table(_POTS, _pots(split)),), Words("Pembagian SHU", "The surplus over its pots"), how),
            *proof,
        ),
        facts,
        (_FROM, *remark),
        offices=(Office.BENDAHARA, Office.KETUA),
        member=Signature(Words("Penerima", "Received by"), f"Anggota nomor {member}"),
    )


def _proof(
    split: SurplusSplit, member: MemberNumber, allocation: Allocation | None
) -> tuple[tuple[Section, ...], tuple[Words, ...]]:
    """The section that proves the share, or the remark why there is none."""
    if allocation is None:
        return (), (_NOT_ALLOCATED,)
    year, share = allocation.year, split.members[member].total
    tree = ShareTree(year, {each: Rupiah(part.total) for each, part in split.members.items()})
    if tree.root != allocation.shares_root:
        return (), (_OTHER,)
    if not share:
        return (), (_NO_PART,)
    path = [each.hex() for each in tree.proof_of(member)]
    block, transaction = allocation.block_number, f"0x{allocation.tx_hash.hex()}"
    root, leaf = f"0x{tree.root.hex()}", f"0x{leaf_of(year, member, share).hex()}"
    check = f"koperasi prove-share {member} --year {year} --amount {share} --path"
    told: tuple[Words, ...] = (
        Words(
            f"SHU {year} dibagi di blok {block}, transaksi {transaction}; akar bagian semua anggota {root}. "
            f"Daun anggota ini {leaf}.",
            f"The surplus of {year} was allocated in block {block}, transaction {transaction}; root of all "
            f"members' shares {root}. The leaf of this member {leaf}.",
        ),
        Words(
            f"Periksa dengan {check} dan hash di bawah, dipisah koma; atau minta bundel (koperasi verify).",
            f"Check with {check} and the hashes below, commas between; or ask for the bundle (koperasi "
            "verify).",
        ),
    )
    if not allocation.final:
        told += (Words("Blok itu belum final.", "That block is not final yet."),)
    lines = tuple(Line((each,)) for each in path)
    return (Section((Table(_PATH, lines),) if lines else (), _PROOF, told),), ()


def _words(pot: str) -> Words:
    return Words(*POTS[pot])


def _pots(split: SurplusSplit) -> tuple[Line, ...]:
    rows = [Line((_words(pot), figure(amount))) for pot, amount in split.pots.items()]
    return (*rows, Line((TOTAL, figure(sum(split.pots.values()))), "total"))
