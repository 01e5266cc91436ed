"""A loan's row as the terms that its parties sign, with the document made of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Protocol

from backend.office.daybooks import LoanRow
from backend.office.products import Product
from backend.terms import AgreedTerms
from rules.types import BasisPoints, Rupiah


class Agreements(Protocol):
    """Makes the documents of agreements, and keeps them."""

    def foresee(self, terms: Iterable[AgreedTerms]) -> None:
        """These will be asked for in this order, most of them: it may begin to make them."""
        ...

    def hash_of(self, terms: AgreedTerms) -> bytes:
        """The hash of the document of these terms, which is kept when this returns."""
        ...


@dataclass(frozen=True, slots=True)
class Agreement:
    """Terms, and the hash of the document that says them."""

    terms: AgreedTerms
    document_hash: bytes

    @property
    def fields(self) -> tuple[Any, ...]:
        """ILoanBook.Terms."""
        return self.terms.fields(self.document_hash)

    @property
    def terms_hash(self) -> bytes:
        """What offer, approvals and acceptances sign."""
        return self.terms.hash_with(self.document_hash)


def terms_of(row: LoanRow, product: Product) -> AgreedTerms:
    """The terms of an accepted row, whose principal was read; `product` as it is when the loan is offered."""
    if row.principal is None:
        raise ValueError(f"loan {row.loan} has no principal: the row was refused")
    return AgreedTerms(
        row.loan,
        row.member,
        row.product,
        Rupiah(row.principal),
        Rupiah(row.fee),
        BasisPoints(row.annual_rate_bps),
        row.months,
        row.grace_months,
        row.method,
        row.refinances,
        row.pledges,
        product.conditions(),
        product.rounding_exponent,
        row.day,
    )
