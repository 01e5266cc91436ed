"""What the office knows of members and loans while it judges rows."""

from dataclasses import dataclass, field, replace

from backend.terms import Pledge
from rules import loans
from rules.interest import SukarelaAccount
from rules.types import MemberNumber, Rupiah, SavingsKind


@dataclass(slots=True)
class MemberAccount:
    """What the office knows of a member: savings in rupiah, what liens hold, whether pokok is paid."""

    active: bool = False
    pokok: int = 0
    wajib: int = 0
    sukarela: SukarelaAccount = field(default_factory=SukarelaAccount)
    held: dict[SavingsKind, int] = field(default_factory=dict)

    def available(self, kind: SavingsKind, sukarela: int) -> int:
        """Rupiah of WAJIB, or of `sukarela`, that no lien holds."""
        balance = self.wajib if kind is SavingsKind.WAJIB else sukarela
        return balance - self.held.get(kind, 0)


@dataclass(slots=True)
class LoanAccount:
    """A loan paid out, the liens that it still has, what was pledged, rupiah that can still be drawn."""

    borrower: MemberNumber
    loan: loans.Loan
    liens: tuple[Pledge, ...] = ()
    pledges: tuple[Pledge, ...] = ()
    undrawn: int = 0

    def needed(self) -> tuple[Pledge, ...]:
        """The liens as they may be now (ILoanCare.releaseLiens)."""
        owed = Rupiah(0 if self.loan.closed else loans.outstanding(self.loan) + self.undrawn)
        lent = Rupiah(self.loan.drawn + self.undrawn)
        agreed = {(pledge.member, pledge.kind): pledge.amount for pledge in self.pledges if pledge.amount}
        kept = (
            replace(
                lien, amount=min(lien.amount, loans.lien_needed(agreed[lien.member, lien.kind], owed, lent))
            )
            for lien in self.liens
        )
        return tuple(lien for lien in kept if lien.amount)
