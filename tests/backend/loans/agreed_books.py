"""Books in which the sample's loan was started on its agreement, drawn no further, amended once and
written off in the end."""

from pathlib import Path

import msgspec

from indexer.chain import events as ev
from indexer.ledger.database import open_engine
from indexer.ledger.journal import Ledger
from rules.calendar import day_text, parse_day
from rules.types import SavingsKind
from tests.backend.loans.samples import SAMPLE
from tests.indexer.ledger.test_month_end import AUGUST, LENT, chain_of
from tests.indexer.loan_events import amended, started

AMENDMENT = b"\x11" * 32
RECORD = b"\x12" * 32
PAPER_LOAN = 1
"""A loan of these books without a document."""


def keep(folder: Path, document_hash: bytes) -> str:
    """Write the books; their URL. After August's loans: the sample's, paid out on another member's cash."""
    conditions = SAMPLE.conditions
    terms = {"rate_bps": SAMPLE.rate_bps, "months": SAMPLE.months, "method": SAMPLE.method}
    begun = started(
        SAMPLE.loan,
        SAMPLE.borrower,
        SAMPLE.principal,
        SAMPLE.payout_on,
        **terms,
        fee=SAMPLE.fee,
        conditions=ev.Conditions(
            conditions.penalty_bps, conditions.penalty_cap_bps, conditions.waterfall, SAMPLE.rounding_exponent
        ),
        document=document_hash,
    )
    begun = msgspec.structs.replace(begun, product=SAMPLE.product)
    pledged = [ev.LoanPledged(SAMPLE.loan, each.member, each.kind, each.amount) for each in SAMPLE.pledges]
    changed = amended(SAMPLE.loan, 2, SAMPLE.principal, SAMPLE.payout_on + 2, months=24)
    changed = msgspec.structs.replace(
        changed, amendment=msgspec.structs.replace(changed.amendment, document_hash=AMENDMENT)
    )
    joined = ev.MemberRegistered(SAMPLE.borrower, bytes(20), bytes(20), 0, LENT)
    later = ev.LoanPledged(SAMPLE.loan, 9, SavingsKind.SUKARELA, 5)
    written_off = ev.LoanWrittenOff(
        SAMPLE.loan, SAMPLE.borrower, SAMPLE.principal, parse_day("2025-09-04"), RECORD
    )
    url = f"sqlite:///{folder / 'ledger.sqlite'}"
    engine = open_engine(url)
    blocks = chain_of(
        *AUGUST,
        ("2025-09-02", [("MemberRegistry", joined), *(("LoanBook", each) for each in (begun, *pledged))]),
        ("2025-09-03", [("LoanBook", changed), ("LoanBook", later)]),
        ("2025-09-04", [("LoanBook", written_off)]),
    )
    Ledger(engine).append(blocks, floor=1)
    engine.dispose()
    return url


DAYS = (day_text(SAMPLE.payout_on), day_text(type(SAMPLE.payout_on)(SAMPLE.payout_on + 2)))
