"""The bodies of the public API that speak of loans."""

from typing import Annotated, Final, Literal

from msgspec import Meta

from backend.ledger.schemas import Body, Day, Hash, Kind, Rupiah

Grade = Literal["LANCAR", "KURANG_LANCAR", "DIRAGUKAN", "MACET"]
Method = Literal["FLAT", "DECLINING", "ANNUITY", "BULLET"]
ActCause = Literal["PENALTY_WAIVED", "ASSUMED", "WRITTEN_OFF"]
LoanStatus = Literal["RUNNING", "WRITTEN_OFF", "CLOSED"]


class CardTerms(Body, frozen=True):
    """Terms from `book_day` on. `cause`: STARTED, OPENED, DRAWN, RESCHEDULE, RESTRUCTURE or FREEZE."""

    version: int
    cause: str
    book_day: Day
    drawn: Rupiah
    principal: Rupiah
    rate_bps: Annotated[int, Meta(description="Basis points a year.")]
    months: int
    grace_months: int
    freeze_months: int
    method: Method
    instalments_before: int
    interest_carried: Rupiah
    interest_waived: Rupiah
    effective_rate_bps: Annotated[
        int | None,
        Meta(description="Basis points a year, all in; null where no such rate makes both sides equal."),
    ]


class CardInstalment(Body, frozen=True):
    """An instalment of the version in force; `number` counts from the payout, over all versions."""

    number: int
    due_on: Day
    principal: Rupiah
    interest: Rupiah
    principal_unpaid: Rupiah
    interest_unpaid: Rupiah
    outstanding_after: Annotated[Rupiah, Meta(description="If every instalment is paid as it is due.")]


class CardPayment(Body, frozen=True):
    """A payment; `channel` 0: no cash moved. `recovered`: the loan had been written off before."""

    book_day: Day
    reference: Annotated[str | None, Meta(description="The paper's own number, where the receipt keeps it.")]
    principal: Rupiah
    interest: Rupiah
    penalty: Rupiah
    channel: int
    recovered: bool
    outstanding: Rupiah


class InstalmentCard(Body, frozen=True):
    """A loan's instalment card: versions of its terms, instalments in force, payments, oldest first."""

    loan: int
    member: int
    state: LoanStatus
    outstanding: Rupiah
    interest_carried: Annotated[Rupiah, Meta(description="Due and unpaid from earlier versions.")]
    interest_receivable: Annotated[Rupiah, Meta(description="What account 1220 holds of it.")]
    allowance: Annotated[Rupiah, Meta(description="What account 1290 holds against it.")]
    penalty_paid: Rupiah
    penalty_waived: Rupiah
    versions: list[CardTerms]
    instalments: list[CardInstalment]
    payments: list[CardPayment]


class LoanOutstanding(Body, frozen=True):
    """Principal of a loan at the end of a day, by book dates."""

    loan: int
    as_of: Day
    outstanding: Annotated[Rupiah, Meta(description="What the books hold as an asset (account 1210).")]
    written_off: Annotated[Rupiah, Meta(description="Out of the books, and owed still.")]
    scheduled: Annotated[
        Rupiah, Meta(description="By the version in force, if every instalment is paid as it is due.")
    ]


class AgeingClass(Body, frozen=True):
    """The running loans of a class together. `overdue` was due before the day; `provision` by its rate."""

    collectibility: Grade
    loans: int
    outstanding: Rupiah
    overdue: Rupiah
    provision: Rupiah


class Ageing(Body, frozen=True):
    """Running loans by collectibility on a day, by what has been paid on them until now."""

    as_of: Day
    classes: list[AgeingClass]


class AgeingLoan(Body, frozen=True):
    """A running loan on a day: `allowance` is what the books hold, `provision` what its class asks for."""

    loan: int
    member: int
    collectibility: Grade
    late_since: Annotated[Day | None, Meta(description="Due day of the oldest principal that is overdue.")]
    outstanding: Rupiah
    overdue: Rupiah
    interest_due: Rupiah
    allowance: Rupiah
    provision: Rupiah


class AgeingPage(Body, frozen=True):
    """Running loans on a day, by number."""

    as_of: Day
    loans: list[AgeingLoan]
    next_after: Annotated[
        int | None, Meta(description="Ask with after=this for the next; null when there are none.")
    ]


class OwedLoan(Body, frozen=True):
    """A loan that is not closed."""

    loan: int
    state: LoanStatus
    outstanding: Rupiah


class Guarantee(Body, frozen=True):
    """Savings pledged for another member's loan that is not closed, as they were agreed."""

    loan: int
    kind: Kind
    amount: Rupiah


class MemberExposure(Body, frozen=True):
    """What a member owes of principal, written off or not. Guarantees are not counted in it."""

    member: int
    outstanding: Rupiah
    loans: list[OwedLoan]
    guarantees: list[Guarantee]


class GroupExposure(Body, frozen=True):
    """What members owe together, and each of them."""

    outstanding: Rupiah
    members: list[MemberExposure]


class AgreedDocument(Body, frozen=True):
    """What was signed with a version of the terms. Its bytes are at /api/v1/documents/{cid}."""

    version: int
    cause: str
    book_day: Day
    hash: Annotated[Hash, Meta(description="SHA-256 of the document's bytes, as on the chain.")]
    cid: Annotated[str, Meta(description="The same as a CID (CIDv1, raw, sha2-256).")]


class ActDocument(Body, frozen=True):
    """What two offices decided. Its record's bytes are at /api/v1/documents/{cid}; of a reason that is a
    code and no document's hash there are none."""

    cause: ActCause
    book_day: Day
    hash: Annotated[Hash, Meta(description="SHA-256 of the record's bytes, as on the chain.")]
    cid: Annotated[str, Meta(description="The same as a CID (CIDv1, raw, sha2-256).")]


class Agreement(Body, frozen=True):
    """The documents of a loan's versions, the first one first (a tranche has none of its own), and of what
    two offices decided about it."""

    loan: int
    documents: list[AgreedDocument]
    acts: list[ActDocument]


LOAN_BODIES: Final = (Agreement, InstalmentCard, LoanOutstanding, Ageing, AgeingPage, GroupExposure)
