"""What member, guarantors and committee agree on, and its hash: ILoanBook.Terms as contracts encode it."""

from dataclasses import dataclass
from typing import Any, Final

from eth_abi.abi import encode
from eth_utils.crypto import keccak

from rules.amortization import LoanTerms
from rules.loans import Conditions
from rules.types import BasisPoints, LoanMethod, LoanNumber, MemberNumber, Rupiah, SavingsKind, WibDay

_TERMS: Final = (
    "(uint32,uint32,uint16,uint64,uint64,uint16,uint16,uint16,uint8,uint32,(uint32,uint8,uint64)[],bytes32)"
)
NO_DOCUMENT: Final = bytes(32)


@dataclass(frozen=True, slots=True)
class Pledge:
    """Who answers for a loan, with `amount` rupiah of savings of `kind` (none: 0)."""

    member: MemberNumber
    kind: SavingsKind
    amount: int


@dataclass(frozen=True, slots=True)
class AgreedTerms:
    """The terms of a loan before they have a document; rupiah, basis points a year, months.

    `conditions` and `rounding_exponent` are the product's; `payout_on` is the day it is to be paid out.
    """

    loan: LoanNumber
    borrower: MemberNumber
    product: int
    principal: Rupiah
    fee: Rupiah
    rate_bps: BasisPoints
    months: int
    grace_months: int
    method: LoanMethod
    refinances: LoanNumber | None
    pledges: tuple[Pledge, ...]
    conditions: Conditions
    rounding_exponent: int
    payout_on: WibDay

    def fields(self, document_hash: bytes) -> tuple[Any, ...]:
        """The fields of ILoanBook.Terms in their order."""
        return (
            self.loan,
            self.borrower,
            self.product,
            self.principal,
            self.fee,
            self.rate_bps,
            self.months,
            self.grace_months,
            self.method,
            self.refinances or 0,
            [(pledge.member, pledge.kind, pledge.amount) for pledge in self.pledges],
            document_hash,
        )

    def hash_with(self, document_hash: bytes) -> bytes:
        """keccak256(abi.encode(terms)) with that document: what offer, approvals and acceptances sign."""
        return keccak(encode([_TERMS], [self.fields(document_hash)]))

    @property
    def fields_hash(self) -> bytes:
        """The same without a document: what the document itself can print."""
        return self.hash_with(NO_DOCUMENT)

    @property
    def schedule_terms(self) -> LoanTerms:
        """Of the whole principal, paid out on `payout_on`."""
        return LoanTerms(
            self.principal,
            self.rate_bps,
            self.months,
            self.method,
            self.payout_on,
            grace_months=self.grace_months,
            rounding_exponent=self.rounding_exponent,
        )
