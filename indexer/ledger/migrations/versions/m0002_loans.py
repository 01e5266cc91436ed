"""A loan's whole life: its conditions, the versions of its terms, payments, pledges and what else
changes it."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from indexer.ledger.migrations.versions.m0001_initial import (
    _bytes,
    _log_table,
    _number,
    _place,
    _small,
    _table,
    _text,
    seal,
    tell_planner,
)

revision: str = "0002"
down_revision: str | Sequence[str] | None = "0001"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

SEALED = dict.fromkeys(
    ("loan", "loan_version", "loan_payment", "loan_change", "loan_pledge"), ("block_number", "block_number")
)
"""As in m0001."""

STATISTICS = (
    ("loan", "loan", "50000 50000 1"),
    ("loan", "loan_borrower", "50000 50000 2"),
    ("loan_version", "loan_version", "60000 60000 200 1"),
    ("loan_version", "loan_version_loan", "60000 60000 2"),
    ("loan_payment", "loan_payment", "600000 600000 400 1"),
    ("loan_payment", "loan_payment_loan", "600000 600000 12"),
    ("loan_change", "loan_change", "2000 2000 10 1"),
    ("loan_change", "loan_change_loan", "2000 2000 1"),
    ("loan_pledge", "loan_pledge", "50000 50000 200 1"),
    ("loan_pledge", "loan_pledge_loan", "50000 50000 2"),
    ("lien_change", "lien_change_loan", "50000 50000 4"),
)
"""As in m0001."""


class LoansOfOldContractsError(RuntimeError):
    """Books with loans of contracts whose events this version does not read."""

    def __init__(self) -> None:
        super().__init__(
            "Basis data buku besar ini memuat pinjaman dari kontrak versi lama: pindahkan berkasnya, lalu "
            "jalankan `koperasi sync` pada kontrak yang baru. / This ledger database holds loans of older "
            "contracts: move it away, then run `koperasi sync` on the new ones."
        )


def upgrade() -> None:
    """Make the tables anew that say more now, and the new ones."""
    if op.get_bind().execute(sa.text("SELECT 1 FROM loan LIMIT 1")).first():
        raise LoansOfOldContractsError
    op.drop_table("loan")
    _loan()
    _logs()
    op.create_index("loan_borrower", "loan", ["cooperative_id", "borrower"])
    for name in ("loan_version", "loan_payment", "loan_change", "loan_pledge", "lien_change"):
        op.create_index(f"{name}_loan", name, ["cooperative_id", "loan"])
    tell_planner(STATISTICS)
    seal(SEALED)


def _loan() -> None:
    _table(
        "loan",
        ("loan",),
        _number("loan"),
        *_place(),
        _bytes("book"),
        _number("borrower"),
        _number("product"),
        _number("principal"),
        _number("fee"),
        _number("refinances", nullable=True),
        _number("penalty_bps"),
        _number("penalty_cap_bps"),
        _small("waterfall"),
        _small("rounding_exponent"),
        _number("disbursed_day"),
        _number("listed_day"),
        _number("opened_principal_paid"),
        _number("opened_interest_paid"),
        _bytes("document_hash", nullable=True),
    )


def _logs() -> None:
    numbers = ("drawn", "principal", "rate_bps", "months", "grace_months", "freeze_months")
    interest = (
        "interest_carried",
        "interest_waived",
        "interest_ahead",
        "principal_before",
        "interest_before",
    )
    _log_table(
        "loan_version",
        _number("loan"),
        _number("version"),
        _text("cause"),
        *map(_number, numbers),
        _small("method"),
        _number("instalments_before"),
        *map(_number, interest),
        _number("book_day"),
        _bytes("document_hash", nullable=True),
    )
    split = ("loan", "borrower", "receipt", "principal", "interest", "penalty")
    _log_table(
        "loan_payment", *map(_number, split), _small("channel"), _number("book_day"), _small("recovered")
    )
    _log_table(
        "loan_change",
        _number("loan"),
        _text("change"),
        _number("amount"),
        _number("member", nullable=True),
        _number("book_day"),
        _bytes("document_hash"),
    )
    _log_table("loan_pledge", _number("loan"), _number("member"), _small("kind"), _number("amount"))
