"""Ten loans beside a spreadsheet's and numpy-financial's: `python -m benchmarks.loans_compared`.

Renews the table of docs/loans-compared.md. A difference that rounding does not explain is an AssertionError.
"""

import json
import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

from openpyxl import Workbook, load_workbook

from benchmarks.figures import ROOT
from benchmarks.peers.install import HERE, PeerError, python_environment
from rules.amortization import MONTHLY, Instalment, LoanTerms, annuity_payment, schedule, total_interest
from rules.calendar import parse_day
from rules.effective_rate import effective_rate_bps
from rules.types import BasisPoints, LoanMethod, Rupiah

PAGE: Final = ROOT / "docs" / "loans-compared.md"
HEAD: Final = "| loan | | ours | LibreOffice | numpy-financial | most in a month: principal, interest |"
NOISE: Final = Fraction(1, 100)
"""Rupiah by which binary floating point may differ from itself here."""
_LIMIT_SECONDS: Final = 120

Parts = list[tuple[Fraction, Fraction]]
"""Principal and interest of every month, not rounded."""


@dataclass(frozen=True)
class Peer:
    """What a peer makes of a loan. effective: a year's rate of our own instalments by its IRR."""

    parts: Parts
    effective: Fraction


def loan(amount: int, rate: int, months: int, method: LoanMethod, grace: int = 0, unit: int = 0) -> LoanTerms:
    return LoanTerms(Rupiah(amount), BasisPoints(rate), months, method, parse_day("2025-01-31"), grace, unit)


LOANS: Final = (
    loan(12_000_000, 1_200, 12, LoanMethod.FLAT),
    loan(7_500_000, 950, 7, LoanMethod.FLAT),
    loan(12_000_000, 1_200, 12, LoanMethod.DECLINING),
    loan(10_000_000, 1_775, 36, LoanMethod.DECLINING, unit=3),
    loan(12_000_000, 1_200, 12, LoanMethod.ANNUITY),
    loan(123_456_789, 1_499, 60, LoanMethod.ANNUITY),
    loan(25_000_000, 1_500, 36, LoanMethod.ANNUITY, unit=3),
    loan(50_000_000, 1_200, 48, LoanMethod.ANNUITY, grace=6),
    loan(1_000_000, 0, 7, LoanMethod.ANNUITY),
    loan(20_000_000, 1_350, 6, LoanMethod.BULLET),
)


def by_spreadsheet() -> list[Peer]:
    """LibreOffice's own functions, headless: a row for each loan and month, then IRR."""
    with tempfile.TemporaryDirectory() as folder:
        book, made = Path(folder) / "loans.xlsx", Path(folder) / "made"
        _write_book(book)
        program = shutil.which("soffice")
        if program is None:
            raise PeerError("LibreOffice is not installed: install the package libreoffice-calc-nogui")
        profile = f"-env:UserInstallation=file://{folder}/profile"
        command = [
            str(program),
            profile,
            "--headless",
            "--convert-to",
            "xlsx",
            "--outdir",
            str(made),
            str(book),
        ]
        subprocess.run(command, check=True, capture_output=True, timeout=_LIMIT_SECONDS)
        sheets = load_workbook(made / "loans.xlsx", data_only=True).worksheets
    return [_read_sheet(sheet, terms) for sheet, terms in zip(sheets, LOANS, strict=True)]


def _write_book(path: Path) -> None:
    book = Workbook()
    book.remove(book.active)
    for index, terms in enumerate(LOANS):
        sheet = book.create_sheet(f"loan {index + 1}")
        instalments = [due.principal + due.interest for due in schedule(terms)]
        for row, cash in enumerate([-terms.principal, *instalments], 1):
            sheet.cell(row, 3, cash)
        for number in range(1, terms.months + 1):
            for column, formula in enumerate(formulas(terms, number), 1):
                sheet.cell(number + 1, column, f"={formula}")
        sheet.cell(1, 1, f"=(1+IRR(C1:C{terms.months + 1},0.01))^12-1")
    book.save(path)


def formulas(terms: LoanTerms, number: int) -> tuple[str, str]:
    """Principal and interest of a month as a user of a spreadsheet would ask for them."""
    rate, principal = f"({terms.annual_rate_bps}/{MONTHLY})", terms.principal
    paying, month = terms.months - terms.grace_months, number - terms.grace_months
    if month < 1:
        return "0", f"{principal}*{rate}"
    match terms.method:
        case LoanMethod.FLAT:
            return f"{principal}/{paying}", f"{principal}*{rate}"
        case LoanMethod.DECLINING:
            return f"{principal}/{paying}", f"ISPMT({rate},{month - 1},{paying},-{principal})"
        case LoanMethod.BULLET:
            last = principal if month == paying else 0
            asked = f"({rate},{month},{paying},-{principal},{principal})"
            return f"PPMT{asked}+{last}", f"IPMT{asked}"
        case LoanMethod.ANNUITY:
            asked = f"({rate},{month},{paying},-{principal})"
            return f"PPMT{asked}", f"IPMT{asked}"


def _read_sheet(sheet: Any, terms: LoanTerms) -> Peer:
    cells = [[sheet.cell(row, column).value for column in (1, 2)] for row in range(2, terms.months + 2)]
    return Peer([(Fraction(p), Fraction(i)) for p, i in cells], Fraction(sheet.cell(1, 1).value))


def by_numpy() -> list[Peer]:
    """numpy-financial, in an environment of its own."""
    asked = [
        {
            "principal": terms.principal,
            "rate_bps": terms.annual_rate_bps,
            "months": terms.months,
            "grace": terms.grace_months,
            "method": terms.method.name,
            "instalments": [due.principal + due.interest for due in schedule(terms)],
        }
        for terms in LOANS
    ]
    command = [str(python_environment("numpy-financial")), str(HERE / "numpy_loans.py")]
    run = subprocess.run(
        command, input=json.dumps(asked), capture_output=True, text=True, check=True, timeout=_LIMIT_SECONDS
    )
    return [
        Peer([(Fraction(p), Fraction(i)) for p, i in each["parts"]], Fraction(each["effective"]))
        for each in json.loads(run.stdout)
    ]


def explain(terms: LoanTerms, rows: list[Instalment], parts: Parts) -> None:
    """Every month's difference is within what rounding can make of it, or AssertionError.

    `drift` bounds by how much what is outstanding may differ; a month adds what is rounded of its principal.
    """
    rate, half, drift = Fraction(terms.annual_rate_bps, MONTHLY), Fraction(1, 2), Fraction(0)
    for due, (principal, interest) in zip(rows, parts, strict=True):
        carried = Fraction(0) if terms.method is LoanMethod.FLAT else drift * rate
        assert abs(due.interest - interest) <= carried + half + NOISE, (terms, due, float(interest))
        moved = step_rounded(terms, due) + (carried + half if terms.method is LoanMethod.ANNUITY else 0)
        allowed = drift if due.number == terms.months else moved
        assert abs(due.principal - principal) <= allowed + NOISE, (terms, due, float(principal))
        drift += moved
    assert abs(sum((p for p, _ in parts), Fraction(0)) - terms.principal) <= NOISE


def step_rounded(terms: LoanTerms, due: Instalment) -> Fraction:
    """By how much the unit rounds what a month pays: principal, or the payment of an ANNUITY."""
    paying = terms.months - terms.grace_months
    if due.number <= terms.grace_months or terms.method is LoanMethod.BULLET:
        return Fraction(0)
    if terms.method is LoanMethod.ANNUITY and terms.annual_rate_bps:
        growth = Fraction((1 + Fraction(terms.annual_rate_bps, MONTHLY)) ** paying)
        exact: Fraction = terms.principal * Fraction(terms.annual_rate_bps, MONTHLY) * growth / (growth - 1)
        payment = annuity_payment(terms.principal, terms.annual_rate_bps, paying, terms.rounding_exponent)
        return abs(payment - exact)
    unit: int = 10**terms.rounding_exponent
    return Fraction(terms.principal, paying) - terms.principal // paying // unit * unit


def figure(value: Fraction | int, digits: int = 2) -> str:
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    return f"{exact.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP):,}"


def loan_text(terms: LoanTerms) -> str:
    extras = [f"{terms.grace_months} of grace"] if terms.grace_months else []
    extras += [f"unit {10**terms.rounding_exponent:,}"] if terms.rounding_exponent else []
    text = f"{terms.method.name} {terms.principal:,}, {terms.annual_rate_bps / 100:g}%, {terms.months} months"
    return ", ".join([text, *extras])


def table(spreadsheet: list[Peer], numpy: list[Peer]) -> str:
    """Per loan and measure: ours, theirs."""
    lines = [
        HEAD,
        "| --- | --- | ---: | ---: | ---: | ---: |",
    ]
    for number, (terms, sheet, other) in enumerate(zip(LOANS, spreadsheet, numpy, strict=True), 1):
        rows = schedule(terms)
        widest = [
            max(
                abs(ours[part] - theirs[part])
                for ours, theirs in zip(
                    [(due.principal, due.interest) for due in rows], sheet.parts, strict=True
                )
            )
            for part in (0, 1)
        ]
        measures = (
            (
                "interest in all",
                total_interest(terms),
                *(sum(i for _, i in each.parts) for each in (sheet, other)),
            ),
            (
                "first instalment",
                rows[0].principal + rows[0].interest,
                sum(sheet.parts[0]),
                sum(other.parts[0]),
            ),
            (
                "last instalment",
                rows[-1].principal + rows[-1].interest,
                sum(sheet.parts[-1]),
                sum(other.parts[-1]),
            ),
        )
        difference = f"{figure(widest[0])}, {figure(widest[1])}"
        for at, (name, ours, *theirs) in enumerate(measures):
            lead = f"{number}. {loan_text(terms)}" if at == 0 else ""
            cells = [f"{ours:,}", *(figure(Fraction(each)) for each in theirs), difference if at == 0 else ""]
            lines.append(f"| {lead} | {name} | {' | '.join(cells)} |")
        rates = [figure(each.effective * 100, 4) for each in (sheet, other)]
        lines.append(
            f"| | effective rate, % | {effective_rate_bps(terms) / 100:.2f} | {' | '.join(rates)} | |"
        )
    return "\n".join(lines)


def main() -> None:
    spreadsheet, numpy = by_spreadsheet(), by_numpy()
    for terms, *peers in zip(LOANS, spreadsheet, numpy, strict=True):
        rows = schedule(terms)
        for peer in peers:
            explain(terms, rows, peer.parts)
            assert abs(peer.effective * 10_000 - effective_rate_bps(terms)) <= Fraction(501, 1000), terms
        ours, theirs = peers
        assert all(
            abs(a - b) <= NOISE
            for one, two in zip(ours.parts, theirs.parts, strict=True)
            for a, b in zip(one, two, strict=True)
        ), terms
    before, _, after = PAGE.read_text("utf-8").partition(HEAD)
    rest = re.sub(r"\A(?:\|.*\n)+", "", after.removeprefix("\n"))
    PAGE.write_text(f"{before}{table(spreadsheet, numpy)}\n{rest}", encoding="utf-8")


if __name__ == "__main__":
    main()
