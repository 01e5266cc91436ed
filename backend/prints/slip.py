"""The slip of a member's share in a year's surplus (SHU)."""

from typing import Final

from backend.documents.indonesian import number
from backend.prints.content import Body, Column, Fact, Line, Section, Signature, Table
from backend.prints.figures import figure
from backend.prints.members import MEMBER
from backend.prints.reports import TOTAL
from indexer.reports.statements.structs import Words
from rules.calendar import last_day, month_of
from rules.shu import JASA_MODAL, JASA_USAHA, POTS, Bases, SurplusSplit
from rules.types import MemberNumber, Office

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


class NoShareError(LookupError):
    """A member without bases in the year."""

    def __init__(self, member: int) -> None:
        self.indonesian = f"Anggota {member} tidak ada dalam dasar pembagian SHU."
        self.english = f"Member {member} is not among the bases of the surplus."
        super().__init__(f"{self.indonesian} / {self.english}")


def slip_body(year: int, split: SurplusSplit, bases: dict[MemberNumber, Bases], member: MemberNumber) -> Body:
    """What a member gets of the surplus of `year`, and how it was computed. NoShareError."""
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
    return Body(
        "surplus-slip",
        Words("Slip bagian SHU anggota", "Slip of a member's share in the surplus"),
        Words(f"Tahun {year}", f"Year {year}"),
        last_day(month_of(year, 12)),
        (
            Section((Table(_SHARE, tuple(lines)),)),
            Section((Table(_POTS, _pots(split)),), Words("Pembagian SHU", "The surplus over its pots"), how),
        ),
        facts,
        (_FROM,),
        offices=(Office.BENDAHARA, Office.KETUA),
        member=Signature(Words("Penerima", "Received by"), f"Anggota nomor {member}"),
    )


def _words(pot: str) -> Words:
    return Words(*POTS[pot])


def _pots(split: SurplusSplit) -> tuple[Line, ...]:
    rows = [Line((_words(pot), figure(amount))) for pot, amount in split.pots.items()]
    return (*rows, Line((TOTAL, figure(sum(split.pots.values()))), "total"))
