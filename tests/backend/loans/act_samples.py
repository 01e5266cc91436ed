"""Makes the samples of what happens to a running loan anew: python -m tests.backend.loans.act_samples"""

from dataclasses import replace
from pathlib import Path
from typing import Final

from backend.loans.addendum import Addendum, AmendedTerms
from backend.loans.paper import Paper, PaperMaker
from backend.loans.records import AssumptionRecord, WaiverRecord, WriteOffRecord
from backend.loans.words import Reason
from indexer.reports.loan_position import LoanPosition, Pledged
from rules.amortization import LoanTerms
from rules.calendar import parse_day
from rules.loans import Amendment, Conditions, pay, start
from rules.types import AmendmentKind, BasisPoints, LoanMethod, LoanNumber, MemberNumber, Rupiah, SavingsKind

FOLDER: Final = Path(__file__).parents[3] / "docs" / "samples"
LENT: Final = parse_day("2025-01-31")
TERMS: Final = LoanTerms(Rupiah(12_000_000), BasisPoints(1_200), 12, LoanMethod.ANNUITY, LENT)
CONDITIONS: Final = Conditions(BasisPoints(600), BasisPoints(1_000))
_PAID, _ = pay(start(TERMS, CONDITIONS), Rupiah(2_132_370), parse_day("2025-03-31"))
POSITION: Final = LoanPosition(
    LoanNumber(7),
    MemberNumber(101),
    3,
    (
        Pledged(MemberNumber(101), SavingsKind.WAJIB, 600_000),
        Pledged(MemberNumber(103), SavingsKind.SUKARELA, 2_000_000),
    ),
    _PAID,
    2_200_000,
    5_053_000,
    b"\x17" * 32,
)
DAY: Final = parse_day("2025-07-10")
RESCHEDULED: Final = AmendedTerms(
    LoanNumber(7),
    AmendmentKind.RESCHEDULE,
    Amendment(BasisPoints(1_000), 18, LoanMethod.DECLINING, 1, 2, Rupiah(100_000)),
)
ADDENDUM: Final = Addendum(RESCHEDULED, POSITION, DAY, Reason.HARDSHIP)
PAPERS: Final[dict[str, Paper]] = {
    "amendment": ADDENDUM,
    "write-off": WriteOffRecord(POSITION, parse_day("2026-03-02")),
    "waiver": WaiverRecord(POSITION, DAY, Rupiah(10_000), Reason.DISASTER),
    "assumption": AssumptionRecord(POSITION, DAY, MemberNumber(205)),
}
_LARGE: Final = replace(
    POSITION,
    number=LoanNumber(2**32 - 1),
    borrower=MemberNumber(2**32 - 1),
    pledges=tuple(
        Pledged(MemberNumber(2**32 - 1 - each), SavingsKind.SUKARELA, 999_999_999_999) for each in range(8)
    ),
    loan=start(replace(TERMS, principal=Rupiah(999_999_999_999), months=348), CONDITIONS),
    liens=999_999_999_999,
    allowance=999_999_999_998,
)
LARGEST: Final[dict[str, Paper]] = {
    "amendment": Addendum(
        replace(
            RESCHEDULED,
            loan=_LARGE.number,
            terms=Amendment(BasisPoints(1_200), 354, LoanMethod.ANNUITY, 12, 12, Rupiah(10_000_000_000)),
        ),
        _LARGE,
        DAY,
        Reason.DISASTER,
    ),
    "write-off": WriteOffRecord(_LARGE, parse_day("2026-03-02")),
    "waiver": WaiverRecord(_LARGE, DAY, Rupiah(1_000), Reason.DISASTER),
    "assumption": AssumptionRecord(_LARGE, DAY, MemberNumber(2**32 - 9)),
}


def main() -> None:
    """Write each PDF and a picture of each page."""
    maker = PaperMaker("KSP Samosir Sejahtera")
    for name, paper in PAPERS.items():
        (FOLDER / f"{name}.pdf").write_bytes(maker.pdf(paper))
        for number, page in enumerate(maker.pages(paper), 1):
            (FOLDER / f"{name}-{number}.png").write_bytes(page)


if __name__ == "__main__":
    main()
