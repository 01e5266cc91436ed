"""Makes docs/samples anew: python -m tests.backend.loans.samples"""

from pathlib import Path
from typing import Final

from backend.loans.agreement import AgreementMaker
from backend.terms import AgreedTerms, Pledge
from rules.calendar import parse_day
from rules.loans import Conditions
from rules.types import BasisPoints, LoanMethod, LoanNumber, MemberNumber, Rupiah, SavingsKind

FOLDER: Final = Path(__file__).parents[3] / "docs" / "samples"
PDF: Final = FOLDER / "agreement.pdf"
SAMPLE: Final = AgreedTerms(
    LoanNumber(7),
    MemberNumber(101),
    product=3,
    principal=Rupiah(12_000_000),
    fee=Rupiah(60_000),
    rate_bps=BasisPoints(1_200),
    months=12,
    grace_months=0,
    method=LoanMethod.ANNUITY,
    refinances=None,
    pledges=(
        Pledge(MemberNumber(101), SavingsKind.WAJIB, 600_000),
        Pledge(MemberNumber(103), SavingsKind.SUKARELA, 2_000_000),
    ),
    conditions=Conditions(BasisPoints(600), BasisPoints(1_000)),
    rounding_exponent=0,
    payout_on=parse_day("2025-01-31"),
)


def main() -> None:
    """Write the PDF and a picture of each page."""
    maker = AgreementMaker("KSP Samosir Sejahtera")
    FOLDER.mkdir(exist_ok=True)
    PDF.write_bytes(maker.pdf(SAMPLE))
    for number, page in enumerate(maker.pages(SAMPLE), 1):
        (FOLDER / f"agreement-{number}.png").write_bytes(page)


if __name__ == "__main__":
    main()
