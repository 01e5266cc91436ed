"""Every event of `contracts/interfaces`, as values, and where in the chain it stands.

Fields carry the Solidity names in snake case. Integers are ints (amounts in whole rupiah, times in unix
seconds, days in WIB days since 1970-01-01, rates in basis points), addresses and fixed bytes are bytes. The
Solidity type stands in the annotation, so that `decode` and the test against the ABIs read one source.
"""

from enum import IntEnum
from typing import Annotated, Any, ClassVar, Final, NamedTuple, TypeVar, get_args, get_type_hints

import msgspec

from rules.schedules import ScheduleKind, ScheduleMethod
from rules.types import (
    AmendmentKind,
    LoanMethod,
    LoanNumber,
    MeetingKind,
    MemberNumber,
    Month,
    MotionKind,
    Receipt,
    Refusal,
    SavingsKind,
    ShareRefusal,
    TieRule,
    Waterfall,
    WibDay,
)

Hash = bytes
"""32 bytes."""
Address = bytes
"""20 bytes."""


class Record(msgspec.Struct, frozen=True, gc=False):
    """A Solidity struct inside an event."""


_RecordType = type[Record]


class Abi(NamedTuple):
    """Solidity type of a field; `limit` is the first value an enum does not have, `record` a tuple's.

    `unit`: how many bytes each of the rows has that are packed in a field of bytes.
    """

    type: str
    limit: int | None = None
    record: _RecordType | None = None
    unit: int = 1


INDEXED: Final = "indexed"
_T = TypeVar("_T")
Indexed = Annotated[_T, INDEXED]

Bool = Annotated[bool, Abi("bool")]
U8 = Annotated[int, Abi("uint8")]
U16 = Annotated[int, Abi("uint16")]
U32 = Annotated[int, Abi("uint32")]
U40 = Annotated[int, Abi("uint40")]
U48 = Annotated[int, Abi("uint48")]
U64 = Annotated[int, Abi("uint64")]
U256 = Annotated[int, Abi("uint256")]
Account = Annotated[Address, Abi("address")]
Bytes4 = Annotated[bytes, Abi("bytes4")]
Bytes32 = Annotated[bytes, Abi("bytes32")]
Bytes = Annotated[bytes, Abi("bytes")]
String = Annotated[str, Abi("string")]
Words = Annotated[tuple[int, ...], Abi("uint256[]")]
U16s = Annotated[tuple[int, ...], Abi("uint16[]")]
U64s = Annotated[tuple[int, ...], Abi("uint64[]")]
MEMBER_BYTES: Final = 4
CAST_BYTES: Final = 36
Members = Annotated[bytes, Abi("bytes", unit=MEMBER_BYTES)]
"""Member numbers of 4 bytes each."""
Cast = Annotated[bytes, Abi("bytes", unit=CAST_BYTES)]
"""Accepted ballot papers: member 4 | choices 32."""
Member = Annotated[MemberNumber, Abi("uint32")]
Loan = Annotated[LoanNumber, Abi("uint32")]
Day = Annotated[WibDay, Abi("uint32")]
YearMonth = Annotated[Month, Abi("uint32")]
Paper = Annotated[Receipt, Abi("uint64")]
Kind = Annotated[int, Abi("uint8", len(SavingsKind))]
Method = Annotated[int, Abi("uint8", len(LoanMethod))]
Order = Annotated[int, Abi("uint8", len(Waterfall))]
Amending = Annotated[int, Abi("uint8", len(AmendmentKind))]
Assembly = Annotated[int, Abi("uint8", len(MeetingKind))]
Deciding = Annotated[int, Abi("uint8", len(MotionKind))]
Ties = Annotated[int, Abi("uint8", len(TieRule))]
Reason = Annotated[int, Abi("uint8", len(Refusal))]
ShareReason = Annotated[int, Abi("uint8", len(ShareRefusal))]


class SignerKind(IntEnum):
    """What signs for a member (IMemberRegistry.SignerKind)."""

    ADDRESS = 0
    PASSKEY = 1


Signer = Annotated[int, Abi("uint8", len(SignerKind))]


def abi_fields(struct: type[msgspec.Struct]) -> list[tuple[str, Abi, bool]]:
    """Field name, Solidity type and whether it is indexed, in the order of the event or record."""
    hints = get_type_hints(struct, include_extras=True)
    fields = []
    for name in struct.__struct_fields__:
        _, *notes = get_args(hints[name])
        fields.append((name, next(note for note in notes if isinstance(note, Abi)), INDEXED in notes))
    return fields


def _tuple(record: type[Record], array: str = "") -> Any:
    """How a record, or a dynamic array of it (`[]`), stands in a signature."""
    return Abi(f"({','.join(abi.type for _, abi, _ in abi_fields(record))}){array}", None, record)


class Payout(Record, frozen=True, gc=False):
    """How a loan is paid out (ILoanBook.Payout): rupiah, channel, day."""

    drawn: U64
    offset: U64
    channel: U8
    book_day: Day


class ScheduleTerms(Record, frozen=True, gc=False):
    """What falls on months (IBooks.Schedule): accounts, rupiah, months."""

    id: U32
    kind: Annotated[int, Abi("uint8", len(ScheduleKind))]
    method: Annotated[int, Abi("uint8", len(ScheduleMethod))]
    debit: U16
    credit: U16
    amount: U64
    residual: U64
    months: U16
    first_month: YearMonth


class Conditions(Record, frozen=True, gc=False):
    """What a loan keeps of its product (ILoanBook.Conditions)."""

    penalty_bps: U16
    penalty_cap_bps: U16
    waterfall: Order
    rounding_exponent: U8


class Amendment(Record, frozen=True, gc=False):
    """New terms of a running loan (ILoanBook.Amendment)."""

    loan: Loan
    kind: Amending
    rate_bps: U16
    months: U16
    grace_months: U16
    freeze_months: U16
    method: Method
    interest_waived: U64
    document_hash: Bytes32


class Product(Record, frozen=True, gc=False):
    """ILoanPolicy.Product."""

    method: Method
    min_rate_bps: U16
    max_rate_bps: U16
    min_principal: U64
    max_principal: U64
    min_months: U16
    max_months: U16
    max_grace_months: U16
    max_fee_bps: U16
    penalty_bps: U16
    penalty_cap_bps: U16
    waterfall: Order
    rounding_exponent: U8
    collateral: U8
    offered: Bool


class Tier(Record, frozen=True, gc=False):
    """ILoanPolicy.Tier."""

    up_to: U64
    approvals: U8
    offices: U16
    required: U16


class Pot(Record, frozen=True, gc=False):
    """ISurplusDistributor.Pot."""

    account: U16
    amount: U64


class Call(Record, frozen=True, gc=False):
    """IRAT.Call."""

    opens_at: U40
    closes_at: U40


class Bylaws(Record, frozen=True, gc=False):
    """IRAT.Bylaws."""

    notice_days: U16
    first_quorum_bps: U16
    second_quorum_bps: U16
    second_after_days: U16
    second_within_days: U16
    special_majority_bps: U16
    petition_bps: U16
    minimum_members: U32
    execution_delay: U32
    objection_period: U32
    proxies_per_holder: U8


class Action(Record, frozen=True, gc=False):
    """IRAT.Action."""

    target: Account
    data: Bytes


class Candidate(Record, frozen=True, gc=False):
    """IRAT.Candidate."""

    member: Member
    account: Account
    deadline: U40
    consent: Bytes


class Outgoing(Record, frozen=True, gc=False):
    """IRAT.Outgoing."""

    office: U64
    account: Account


class Election(Record, frozen=True, gc=False):
    """IRAT.Election."""

    offices: U64s
    term_days: U16
    tie_rule: Ties
    candidates: Annotated[tuple[Candidate, ...], _tuple(Candidate, "[]")]
    outgoing: Annotated[tuple[Outgoing, ...], _tuple(Outgoing, "[]")]


class Motion(Record, frozen=True, gc=False):
    """IRAT.Motion."""

    kind: Deciding
    majority_bps: U16
    title: String
    text: Bytes32
    actions: Annotated[tuple[Action, ...], _tuple(Action, "[]")]
    election: Annotated[Election, _tuple(Election)]


class Event(msgspec.Struct, frozen=True, gc=False):
    """An event of a contract of the cooperative."""

    emitters: ClassVar[tuple[str, ...]] = ()
    """Names in Authority's directory of the contracts that may emit it."""


TOKENS: Final = ("SavingsPokok", "SavingsWajib", "SavingsSukarela", "SavingsPayable")
"""Names of the savings tokens, in the order of SavingsKind."""


# IAuthority


class AuthorityEvent(Event, frozen=True, gc=False):
    emitters = ("Authority",)


class OfficeGranted(AuthorityEvent, frozen=True, gc=False):
    office: Indexed[U64]
    account: Indexed[Account]
    holder: Indexed[Member]
    until: U40


class OfficeEnded(AuthorityEvent, frozen=True, gc=False):
    office: Indexed[U64]
    account: Indexed[Account]
    holder: Indexed[Member]


class ContractScheduled(AuthorityEvent, frozen=True, gc=False):
    name: Indexed[Bytes32]
    contract_address: Indexed[Account]
    effective_at: U40


class ContractInstalled(AuthorityEvent, frozen=True, gc=False):
    name: Indexed[Bytes32]
    contract_address: Indexed[Account]
    replaced: Indexed[Account]

    @property
    def text(self) -> str:
        """The name as ASCII, for example "TellerDesk"; raises UnicodeDecodeError if it is none."""
        return self.name.rstrip(b"\0").decode("ascii")


class TargetGuarded(AuthorityEvent, frozen=True, gc=False):
    target: Indexed[Account]


class AdminChangeScheduled(AuthorityEvent, frozen=True, gc=False):
    new_admin: Indexed[Account]
    effective_at: U40


class AdminChanged(AuthorityEvent, frozen=True, gc=False):
    old_admin: Indexed[Account]
    new_admin: Indexed[Account]


class GenesisEnded(AuthorityEvent, frozen=True, gc=False):
    first_admin: Indexed[Account]


class Countersigned(AuthorityEvent, frozen=True, gc=False):
    target: Indexed[Account]
    action: Indexed[Bytes32]
    maker: Member
    checker: Member


# IAccessManager, which Authority is


class OperationScheduled(AuthorityEvent, frozen=True, gc=False):
    operation_id: Indexed[Bytes32]
    nonce: Indexed[U32]
    schedule: U48
    caller: Account
    target: Account
    data: Bytes


class OperationExecuted(AuthorityEvent, frozen=True, gc=False):
    operation_id: Indexed[Bytes32]
    nonce: Indexed[U32]


class OperationCanceled(AuthorityEvent, frozen=True, gc=False):
    operation_id: Indexed[Bytes32]
    nonce: Indexed[U32]


class RoleLabel(AuthorityEvent, frozen=True, gc=False):
    role_id: Indexed[U64]
    label: String


class RoleGranted(AuthorityEvent, frozen=True, gc=False):
    role_id: Indexed[U64]
    account: Indexed[Account]
    delay: U32
    since: U48
    new_member: Bool


class RoleRevoked(AuthorityEvent, frozen=True, gc=False):
    role_id: Indexed[U64]
    account: Indexed[Account]


class RoleAdminChanged(AuthorityEvent, frozen=True, gc=False):
    role_id: Indexed[U64]
    admin: Indexed[U64]


class RoleGuardianChanged(AuthorityEvent, frozen=True, gc=False):
    role_id: Indexed[U64]
    guardian: Indexed[U64]


class RoleGrantDelayChanged(AuthorityEvent, frozen=True, gc=False):
    role_id: Indexed[U64]
    delay: U32
    since: U48


class TargetClosed(AuthorityEvent, frozen=True, gc=False):
    target: Indexed[Account]
    closed: Bool


class TargetFunctionRoleUpdated(AuthorityEvent, frozen=True, gc=False):
    target: Indexed[Account]
    selector: Bytes4
    role_id: Indexed[U64]


class TargetAdminDelayUpdated(AuthorityEvent, frozen=True, gc=False):
    target: Indexed[Account]
    delay: U32
    since: U48


# IWriters


class WriterSet(Event, frozen=True, gc=False):
    emitters = ("MemberRegistry", "Treasury", *TOKENS, "LoanBook")
    writer: Indexed[Account]
    since: U40
    until: U40


# IMemberRegistry


class RegistryEvent(Event, frozen=True, gc=False):
    emitters = ("MemberRegistry",)


class MemberRegistered(RegistryEvent, frozen=True, gc=False):
    member: Indexed[Member]
    account: Indexed[Account]
    signer: Account
    kind: Signer
    joined_on: Day


class MemberActivated(RegistryEvent, frozen=True, gc=False):
    member: Indexed[Member]
    book_day: Day


class MemberSuspended(RegistryEvent, frozen=True, gc=False):
    member: Indexed[Member]


class MemberReinstated(RegistryEvent, frozen=True, gc=False):
    member: Indexed[Member]


class MemberLeft(RegistryEvent, frozen=True, gc=False):
    member: Indexed[Member]
    book_day: Day


class SignerChanged(RegistryEvent, frozen=True, gc=False):
    member: Indexed[Member]
    signer: Indexed[Account]
    kind: Signer
    recovered: Bool


class RecoveryProposed(RegistryEvent, frozen=True, gc=False):
    member: Indexed[Member]
    signer: Indexed[Account]
    kind: Signer
    effective_at: U40


class RecoveryStopped(RegistryEvent, frozen=True, gc=False):
    member: Indexed[Member]
    stopped_by: Indexed[Account]


class RegistrySealed(RegistryEvent, frozen=True, gc=False):
    active_count: U32


# ITreasury


class TreasuryEvent(Event, frozen=True, gc=False):
    emitters = ("Treasury",)


class ChannelOpened(TreasuryEvent, frozen=True, gc=False):
    channel: Indexed[U8]
    total: U64


class TreasurySealed(TreasuryEvent, frozen=True, gc=False):
    pass


class ChannelAttested(TreasuryEvent, frozen=True, gc=False):
    channel: Indexed[U8]
    day: Indexed[Day]
    counted: U64
    document_hash: Bytes32
    attested_by: Member


class StablecoinSet(TreasuryEvent, frozen=True, gc=False):
    token: Indexed[Account]
    unit: U256


class StablecoinReceived(TreasuryEvent, frozen=True, gc=False):
    from_: Indexed[Account]
    amount: U64


class PayoutPulled(TreasuryEvent, frozen=True, gc=False):
    account: Indexed[Account]
    amount: U64


class TellerLimitSet(TreasuryEvent, frozen=True, gc=False):
    limit: U64


class BackdatingLimitSet(TreasuryEvent, frozen=True, gc=False):
    num_days: U16


class ClosedThrough(TreasuryEvent, frozen=True, gc=False):
    day: Day


class ReopenedAfter(TreasuryEvent, frozen=True, gc=False):
    day: Day


# ISavingsToken and its IERC20


class TokenEvent(Event, frozen=True, gc=False):
    emitters = TOKENS


class Transfer(TokenEvent, frozen=True, gc=False):
    from_: Indexed[Account]
    to: Indexed[Account]
    value: U256


class Approval(TokenEvent, frozen=True, gc=False):
    owner: Indexed[Account]
    spender: Indexed[Account]
    value: U256


class SavingsOpened(TokenEvent, frozen=True, gc=False):
    member: Indexed[Member]
    amount: U64


class SavingsSealed(TokenEvent, frozen=True, gc=False):
    total: U64


class InterestCredited(TokenEvent, frozen=True, gc=False):
    member: Indexed[Member]
    month: Indexed[YearMonth]
    gross: U64
    tax: U64
    book_day: Day


class InterestRateSet(TokenEvent, frozen=True, gc=False):
    from_day: Indexed[Day]
    rate_bps: U16


class InterestTaxSet(TokenEvent, frozen=True, gc=False):
    threshold: U64
    tax_bps: U16


class LienPlaced(TokenEvent, frozen=True, gc=False):
    member: Indexed[Member]
    loan: Indexed[Loan]
    amount: U64


class LienReleased(TokenEvent, frozen=True, gc=False):
    member: Indexed[Member]
    loan: Indexed[Loan]
    amount: U64


class LienClaimNoticed(TokenEvent, frozen=True, gc=False):
    member: Indexed[Member]
    loan: Indexed[Loan]
    amount: U64
    claimable_at: U40


class LienClaimStopped(TokenEvent, frozen=True, gc=False):
    member: Indexed[Member]
    loan: Indexed[Loan]


class LienClaimed(TokenEvent, frozen=True, gc=False):
    member: Indexed[Member]
    loan: Indexed[Loan]
    amount: U64


class StandingOrderSet(TokenEvent, frozen=True, gc=False):
    member: Indexed[Member]
    loan: Indexed[Loan]
    monthly_limit: U64
    until: U40


class StandingOrderTaken(TokenEvent, frozen=True, gc=False):
    member: Indexed[Member]
    loan: Indexed[Loan]
    amount: U64


# ITellerDesk


class TellerEvent(Event, frozen=True, gc=False):
    emitters = ("TellerDesk",)


class Deposited(TellerEvent, frozen=True, gc=False):
    member: Indexed[Member]
    kind: Indexed[Kind]
    receipt: Indexed[Paper]
    channel: U8
    amount: U64
    book_day: Day


class Withdrawn(TellerEvent, frozen=True, gc=False):
    member: Indexed[Member]
    kind: Indexed[Kind]
    receipt: Indexed[Paper]
    channel: U8
    amount: U64
    book_day: Day


class CashMoved(TellerEvent, frozen=True, gc=False):
    receipt: Indexed[Paper]
    from_channel: U8
    to_channel: U8
    amount: U64
    book_day: Day


class DepositReversed(TellerEvent, frozen=True, gc=False):
    member: Indexed[Member]
    kind: Indexed[Kind]
    receipt: Indexed[Paper]
    original: Paper
    channel: U8
    amount: U64
    book_day: Day


class PayrollPosted(TellerEvent, frozen=True, gc=False):
    period: Indexed[U32]
    channel: Indexed[U8]
    book_day: Day
    total: U64
    rows: Words


class PayrollRowRefused(TellerEvent, frozen=True, gc=False):
    period: Indexed[U32]
    row: Indexed[U32]
    reason: Bytes


class SlipRefused(TellerEvent, frozen=True, gc=False):
    receipt: Indexed[Paper]
    reason: Bytes


class MemberExited(TellerEvent, frozen=True, gc=False):
    member: Indexed[Member]
    pokok: U64
    wajib: U64
    sukarela: U64
    book_day: Day


# ILoanBook


class LoanBookEvent(Event, frozen=True, gc=False):
    emitters = ("LoanBook",)


class LoanStarted(LoanBookEvent, frozen=True, gc=False):
    loan: Indexed[Loan]
    borrower: Indexed[Member]
    product: U16
    principal: U64
    fee: U64
    rate_bps: U16
    months: U16
    grace_months: U16
    method: Method
    refinances: Loan
    payout: Annotated[Payout, _tuple(Payout)]
    conditions: Annotated[Conditions, _tuple(Conditions)]
    document_hash: Bytes32


class LoanPledged(LoanBookEvent, frozen=True, gc=False):
    loan: Indexed[Loan]
    member: Indexed[Member]
    kind: Kind
    amount: U64


class LoanDrawn(LoanBookEvent, frozen=True, gc=False):
    loan: Indexed[Loan]
    borrower: Indexed[Member]
    receipt: Indexed[Paper]
    version: U8
    amount: U64
    principal: U64
    months: U16
    grace_months: U16
    instalments_before: U16
    interest_carried: U64
    channel: U8
    book_day: Day


class LoanPaid(LoanBookEvent, frozen=True, gc=False):
    loan: Indexed[Loan]
    borrower: Indexed[Member]
    receipt: Indexed[Paper]
    principal: U64
    interest: U64
    penalty: U64
    channel: U8
    book_day: Day


class LoanRecovered(LoanBookEvent, frozen=True, gc=False):
    loan: Indexed[Loan]
    borrower: Indexed[Member]
    receipt: Indexed[Paper]
    principal: U64
    interest: U64
    penalty: U64
    channel: U8
    book_day: Day


class LoanClosed(LoanBookEvent, frozen=True, gc=False):
    loan: Indexed[Loan]
    book_day: Day


class LoanAmended(LoanBookEvent, frozen=True, gc=False):
    loan: Indexed[Loan]
    version: U8
    amendment: Annotated[Amendment, _tuple(Amendment)]
    principal: U64
    instalments_before: U16
    interest_carried: U64
    book_day: Day


class LoanPenaltyWaived(LoanBookEvent, frozen=True, gc=False):
    loan: Indexed[Loan]
    penalty: U64
    book_day: Day
    reason: Bytes32


class LoanAssumed(LoanBookEvent, frozen=True, gc=False):
    loan: Indexed[Loan]
    from_: Indexed[Member]
    to: Indexed[Member]
    document_hash: Bytes32


class LoanWrittenOff(LoanBookEvent, frozen=True, gc=False):
    loan: Indexed[Loan]
    borrower: Indexed[Member]
    principal: U64
    book_day: Day
    document_hash: Bytes32


class LoanOpened(LoanBookEvent, frozen=True, gc=False):
    loan: Indexed[Loan]
    borrower: Indexed[Member]
    product: U16
    principal: U64
    principal_paid: U64
    interest_paid: U64
    rate_bps: U16
    months: U16
    grace_months: U16
    method: Method
    conditions: Annotated[Conditions, _tuple(Conditions)]
    disbursed_on: Day


class LoanBookSealed(LoanBookEvent, frozen=True, gc=False):
    pass


# ILoanDesk


class LoanDeskEvent(Event, frozen=True, gc=False):
    emitters = ("LoanDesk",)


class LoanApplied(LoanDeskEvent, frozen=True, gc=False):
    application: Indexed[U32]
    member: Indexed[Member]
    product: U16
    principal: U64
    months: U16


class LoanOffered(LoanDeskEvent, frozen=True, gc=False):
    loan: Indexed[Loan]
    borrower: Indexed[Member]
    application: Indexed[U32]
    terms_hash: Bytes32
    maker: Member
    expires_at: U40


class LoanApproved(LoanDeskEvent, frozen=True, gc=False):
    loan: Indexed[Loan]
    terms_hash: Bytes32
    approver: Member


class LoanOfferWithdrawn(LoanDeskEvent, frozen=True, gc=False):
    loan: Indexed[Loan]


# ILoanCare


class LoanCareEvent(Event, frozen=True, gc=False):
    emitters = ("LoanCare",)


class AmendmentProposed(LoanCareEvent, frozen=True, gc=False):
    loan: Indexed[Loan]
    amendment_hash: Bytes32
    maker: Member
    expires_at: U40


class AmendmentApproved(LoanCareEvent, frozen=True, gc=False):
    loan: Indexed[Loan]
    amendment_hash: Bytes32
    approver: Member


class LoanPaidFromSavings(LoanCareEvent, frozen=True, gc=False):
    loan: Indexed[Loan]
    member: Indexed[Member]
    kind: Kind
    amount: U64


# ILoanPolicy


class LoanPolicyEvent(Event, frozen=True, gc=False):
    emitters = ("LoanPolicy",)


class ProductSet(LoanPolicyEvent, frozen=True, gc=False):
    product: Indexed[U16]
    conditions: Annotated[Product, _tuple(Product)]


class TiersSet(LoanPolicyEvent, frozen=True, gc=False):
    tiers: Annotated[tuple[Tier, ...], _tuple(Tier, "[]")]


class RelatedLimitSet(LoanPolicyEvent, frozen=True, gc=False):
    bps: U16


class ClaimDelaySet(LoanPolicyEvent, frozen=True, gc=False):
    num_days: U16


# IBooks


class BooksEvent(Event, frozen=True, gc=False):
    emitters = ("Books",)


class JournalPosted(BooksEvent, frozen=True, gc=False):
    receipt: Indexed[Paper]
    book_day: Indexed[Day]
    maker: Member
    checker: Member
    lines: Words


class JournalCorrects(BooksEvent, frozen=True, gc=False):
    receipt: Indexed[Paper]
    corrected: Indexed[Paper]


class ChartAdopted(BooksEvent, frozen=True, gc=False):
    hash: Indexed[Bytes32]
    effective_on: Indexed[Day]
    accounts: U16s


class OptionAdopted(BooksEvent, frozen=True, gc=False):
    key: Indexed[Bytes32]
    value: Bytes32
    effective_on: Indexed[Day]


class MonthEnded(BooksEvent, frozen=True, gc=False):
    month: Indexed[YearMonth]
    last_day: Day


class ScheduleAdopted(BooksEvent, frozen=True, gc=False):
    id: Indexed[U32]
    schedule: Annotated[ScheduleTerms, _tuple(ScheduleTerms)]
    maker: Member
    checker: Member


class ScheduleEnded(BooksEvent, frozen=True, gc=False):
    id: Indexed[U32]
    maker: Member
    checker: Member


class BooksClosed(BooksEvent, frozen=True, gc=False):
    through: Indexed[Day]
    entries: U64
    ledger_root: Bytes32
    trial_balance_hash: Bytes32
    claims_root: Bytes32
    claims_total: U64
    maker: Member
    checker: Member


# ISurplusDistributor


class SurplusEvent(Event, frozen=True, gc=False):
    emitters = ("SurplusDistributor",)


class SurplusAllocated(SurplusEvent, frozen=True, gc=False):
    year: Indexed[U16]
    total: U64
    pots: Annotated[tuple[Pot, ...], _tuple(Pot, "[]")]
    shares_root: Bytes32
    document: Bytes32
    book_day: Day


class SharePaid(SurplusEvent, frozen=True, gc=False):
    year: Indexed[U16]
    member: Indexed[Member]
    receipt: Indexed[Paper]
    kind: Kind
    amount: U64
    book_day: Day


class SharePaidInCash(SurplusEvent, frozen=True, gc=False):
    year: Indexed[U16]
    member: Indexed[Member]
    receipt: Indexed[Paper]
    channel: U8
    amount: U64
    book_day: Day


class ShareRefused(SurplusEvent, frozen=True, gc=False):
    year: Indexed[U16]
    member: Indexed[Member]
    index: U32
    reason: ShareReason


# IRAT


class MeetingEvent(Event, frozen=True, gc=False):
    emitters = ("RAT",)


class MeetingConvened(MeetingEvent, frozen=True, gc=False):
    meeting: Indexed[U32]
    kind: Assembly
    book_year: U16
    convener: Indexed[Account]
    notice_hash: Bytes32
    documents: Bytes32
    roll: U32
    first: Annotated[Call, _tuple(Call)]
    second: Annotated[Call, _tuple(Call)]
    bylaws: Annotated[Bylaws, _tuple(Bylaws)]


class MotionPut(MeetingEvent, frozen=True, gc=False):
    meeting: Indexed[U32]
    motion: Indexed[U8]
    content: Annotated[Motion, _tuple(Motion)]


class MotionWithdrawn(MeetingEvent, frozen=True, gc=False):
    meeting: Indexed[U32]
    motion: Indexed[U8]
    by: Account


class DecisionCarriedOut(MeetingEvent, frozen=True, gc=False):
    source: Indexed[Account]
    meeting: Indexed[U32]
    motion: Indexed[U8]


class SeatFilled(MeetingEvent, frozen=True, gc=False):
    meeting: Indexed[U32]
    motion: Indexed[U8]
    seat: U8
    office: U64
    member: Member
    account: Account
    until: U40


class MinutesRecorded(MeetingEvent, frozen=True, gc=False):
    meeting: Indexed[U32]
    document: Bytes32
    chair: Member
    secretary: Member


class BylawsChanged(MeetingEvent, frozen=True, gc=False):
    bylaws: Annotated[Bylaws, _tuple(Bylaws)]


class SequenceAdopted(MeetingEvent, frozen=True, gc=False):
    sequence: Bytes32
    until: U40


class SequenceAdvanced(MeetingEvent, frozen=True, gc=False):
    done: Indexed[Bytes32]
    rest: Bytes32


# IBallotBox


class BallotBoxEvent(Event, frozen=True, gc=False):
    emitters = ("BallotBox",)


class PetitionSigned(BallotBoxEvent, frozen=True, gc=False):
    notice_hash: Indexed[Bytes32]
    added: Members
    total: U32
    needed: U32


class CheckedIn(BallotBoxEvent, frozen=True, gc=False):
    meeting: Indexed[U32]
    call: Indexed[U8]
    members: Members


class PaperListEntered(BallotBoxEvent, frozen=True, gc=False):
    meeting: Indexed[U32]
    call: Indexed[U8]
    document: Bytes32
    members: Members


class BallotsCast(BallotBoxEvent, frozen=True, gc=False):
    meeting: Indexed[U32]
    call: Indexed[U8]
    cast: Cast


class BallotRefused(BallotBoxEvent, frozen=True, gc=False):
    meeting: Indexed[U32]
    call: Indexed[U8]
    member: Indexed[Member]
    index: U32
    reason: Reason


class CheckInRefused(BallotBoxEvent, frozen=True, gc=False):
    meeting: Indexed[U32]
    call: Indexed[U8]
    member: Indexed[Member]
    index: U32
    reason: Reason


class SignatureRefused(BallotBoxEvent, frozen=True, gc=False):
    notice_hash: Indexed[Bytes32]
    member: Indexed[Member]
    index: U32
    reason: Reason


class ProxyAppointed(BallotBoxEvent, frozen=True, gc=False):
    meeting: Indexed[U32]
    member: Indexed[Member]
    holder: Indexed[Member]


class ConsensusDeclared(BallotBoxEvent, frozen=True, gc=False):
    meeting: Indexed[U32]
    motion: Indexed[U8]
    by: Account
    objections_until: U40


class ObjectionRaised(BallotBoxEvent, frozen=True, gc=False):
    meeting: Indexed[U32]
    motion: Indexed[U8]
    member: Indexed[Member]


def _leaves(base: type[Event]) -> list[type[Event]]:
    below = [leaf for child in base.__subclasses__() for leaf in _leaves(child)]
    return below or [base]


EVENTS: Final[tuple[type[Event], ...]] = tuple(_leaves(Event))
"""Every event there is."""

CONTRACTS: Final = frozenset(name for event in EVENTS for name in event.emitters)
"""Names in Authority's directory whose logs are understood."""


class RawLog(msgspec.Struct, frozen=True, gc=False):
    """A log as the chain holds it, kept for ever."""

    log_index: int
    tx_index: int
    tx_hash: Hash
    address: Address
    topics: bytes
    """0 to 4 topics of 32 bytes, one after the other."""
    data: bytes


class LogRef(msgspec.Struct, frozen=True, gc=False):
    """Where a log stands. `contract` is the name under which its address was installed."""

    block_number: int
    block_hash: Hash
    block_time: int
    """Unix seconds."""
    tx_hash: Hash
    tx_index: int
    log_index: int
    address: Address
    contract: str


class DecodedBlock(msgspec.Struct, frozen=True, gc=False):
    """A block with the logs of the contracts of the cooperative; `events[i]` decodes `raw_logs[i]`."""

    number: int
    hash: Hash
    parent_hash: Hash
    time: int
    """Unix seconds."""
    final: bool
    """Whether it was at or below the finalized floor when it was read."""
    raw_logs: tuple[RawLog, ...]
    events: tuple[tuple[LogRef, Event], ...]
