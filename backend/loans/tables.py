"""Tables that documents of loans have in common: the schedule, the pledges, who signs."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, Protocol

from backend.documents.indonesian import number, rupiah, short_date
from backend.documents.words import words
from backend.loans.words import SAVINGS
from rules.amortization import Instalment
from rules.types import MemberNumber, SavingsKind

SCHEDULE_HEAD: Final = (
    words("No.", "No."),
    words("Jatuh tempo", "Due"),
    words("Pokok", "Principal"),
    words("Jasa", "Interest"),
    words("Angsuran", "Instalment"),
    words("Sisa pokok", "Outstanding"),
)
PLEDGES_HEAD: Final = (
    words("No. anggota", "Member no."),
    words("Sebagai", "As"),
    words("Simpanan", "Savings"),
    words("Jumlah diikat", "Amount held"),
)


class Pledge(Protocol):
    """Who answers for a loan, with `amount` rupiah of savings of `kind` (none: 0)."""

    @property
    def member(self) -> MemberNumber: ...
    @property
    def kind(self) -> SavingsKind: ...
    @property
    def amount(self) -> int: ...


def pledge_rows(borrower: MemberNumber, pledges: Iterable[Pledge]) -> list[list[str]]:
    """A pledge a row."""
    return [
        [
            str(each.member),
            "Peminjam" if each.member == borrower else "Penjamin",
            SAVINGS[each.kind] if each.amount else "–",
            rupiah(each.amount) if each.amount else "–",
        ]
        for each in pledges
    ]


def schedule_rows(principal: int, instalments: Sequence[Instalment], before: int = 0) -> list[list[str]]:
    """An instalment a row; numbers count on after `before`."""
    outstanding = principal
    rows = []
    for each in instalments:
        outstanding -= each.principal
        whole = each.principal + each.interest
        amounts = (each.principal, each.interest, whole, outstanding)
        rows.append([str(before + each.number), short_date(each.due_on), *map(number, amounts)])
    return rows


def schedule_total(instalments: Sequence[Instalment]) -> list[str]:
    """The sums below them."""
    principal = sum(each.principal for each in instalments)
    interest = sum(each.interest for each in instalments)
    return ["", "Jumlah", number(principal), number(interest), number(principal + interest), ""]


def signature_boxes(
    debtor: MemberNumber, pledges: Iterable[Pledge], cooperative: str, role: Any = None
) -> list[Mapping[str, Any]]:
    """The debtor's (`role`, by default the borrower), the cooperative's, and each guarantor's once."""
    guarantors = dict.fromkeys(each.member for each in pledges if each.member != debtor)
    return [
        {"role": role or words("Peminjam", "Borrower"), "who": f"Anggota nomor {debtor}"},
        {"role": words("Untuk Koperasi", "For the Cooperative"), "who": cooperative},
        *(
            {"role": words("Penjamin", "Guarantor"), "who": f"Anggota nomor {member}"}
            for member in guarantors
        ),
    ]
