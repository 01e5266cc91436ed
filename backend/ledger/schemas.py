"""The bodies of the public API. Money and 64-bit numbers are strings of digits, days YYYY-MM-DD in WIB."""

from typing import Annotated, Final, Literal

import msgspec
from msgspec import Meta

Rupiah = Annotated[str, Meta(pattern="^-?[0-9]+$", description="Whole rupiah, as a string of digits.")]
Number64 = Annotated[
    str, Meta(pattern="^[0-9]+$", description="An unsigned 64-bit number, as a string of digits.")
]
Day = Annotated[str, Meta(pattern="^[0-9]{4}-[0-9]{2}-[0-9]{2}$", description="A day in WIB (UTC+7).")]
Hash = Annotated[str, Meta(pattern="^[0-9a-f]{64}$", description="32 bytes in hex.")]
Time = Annotated[int, Meta(description="Unix seconds.")]
Kind = Literal["POKOK", "WAJIB", "SUKARELA", "PAYABLE"]
Channel = Literal["KAS", "BANK", "STABLECOIN"]
AccountType = Literal["ASSET", "LIABILITY", "EQUITY", "INCOME", "EXPENSE"]


class Body(msgspec.Struct, frozen=True, gc=False):
    """A part of an answer."""


class Words(Body, frozen=True):
    """The same in Indonesian and English."""

    id: str
    en: str


class Block(Body, frozen=True):
    """A block of the chain."""

    number: int
    hash: Hash
    time: Time


class TreeHead(Body, frozen=True):
    """Root of the RFC 9162 tree over the hashes of the first `size` entries, all of them final."""

    size: int
    root: Hash


class TreeHeadCheck(Body, frozen=True):
    """Whether a root over the first `size` entries is that of these books: `matches`, `differs`, or
    `not-yet` where the books have fewer entries. If it matches and is final, `path` leads from it to `head`,
    the tree head of all final entries (RFC 9162, 2.1.4.2)."""

    size: int
    root: Hash
    verdict: Literal["matches", "differs", "not-yet"]
    final: bool
    head: TreeHead
    path: list[Hash]


class MemberCounts(Body, frozen=True):
    """How many members there are, by status."""

    registered: int
    active: int
    suspended: int
    left: int


class SavingsTotal(Body, frozen=True):
    """What all members together have saved of one kind."""

    kind: Kind
    account: int
    balance: Rupiah


class LoanTotals(Body, frozen=True):
    """Loans that run, and what is outstanding of their principal."""

    running: int
    outstanding: Rupiah


class CashTotal(Body, frozen=True):
    """What is in one channel of the cooperative's money."""

    channel: Channel
    account: int
    balance: Rupiah


class EntryCounts(Body, frozen=True):
    """How many entries there are; those after the first `final` may still go away with their blocks."""

    total: int
    final: int


class Summary(Body, frozen=True):
    """Where the books stand."""

    cooperative_id: int
    members: MemberCounts
    savings: list[SavingsTotal]
    loans: LoanTotals
    cash: list[CashTotal]
    entries: EntryCounts
    tree_head: TreeHead
    last_block: Block
    final_block: Annotated[int, Meta(description="The last block that is final; -1 if none is yet.")]


class Line(Body, frozen=True):
    """A line of an entry: a debit is positive, a credit negative."""

    account: int
    amount: Rupiah
    member: int | None
    loan: int | None
    channel: int | None


class Entry(Body, frozen=True):
    """A balanced journal entry. `hash` is SHA-256 over its canonical bytes (docs/api.md)."""

    number: int
    final: bool
    rule: str
    title: Words
    book_day: Day
    receipt: Number64 | None
    reference: Annotated[str | None, Meta(description="The paper's own number, where the receipt keeps it.")]
    subject: Number64
    block: Block
    transaction: Hash
    log_index: int
    previous_hash: Hash
    hash: Hash
    lines: list[Line]


class EntryPage(Body, frozen=True):
    """Entries, newest first."""

    entries: list[Entry]
    next_before: Annotated[
        int | None, Meta(description="Ask with before=this for older ones; null when there are none.")
    ]


class InclusionProof(Body, frozen=True):
    """That leaf `leaf_index` is in the tree: sibling hashes from the leaf up (RFC 9162, 2.1.3)."""

    leaf_index: int
    path: list[Hash]
    tree_head: TreeHead


class EntryWithProof(Body, frozen=True):
    """An entry; `proof` is null while it is provisional."""

    entry: Entry
    proof: InclusionProof | None
    corrects: Annotated[
        Number64 | None, Meta(description="The receipt of the paper that this one corrects.")
    ] = None
    corrected_by: Annotated[
        list[Number64], Meta(description="The receipts of the papers that correct this one.")
    ] = []


class ConsistencyProof(Body, frozen=True):
    """That the older tree is the beginning of the newer one (RFC 9162, 2.1.4)."""

    old: TreeHead
    new: TreeHead
    path: list[Hash]


class Account(Body, frozen=True):
    """An account of the chart."""

    code: int
    name: Words
    type: AccountType
    normal_side: Literal["DEBIT", "CREDIT"]


class Chart(Body, frozen=True):
    """The chart of accounts."""

    accounts: list[Account]


class TrialBalanceRow(Body, frozen=True):
    """An account's balance, on the side on which it stands; the other side is "0"."""

    account: int
    name: Words
    type: AccountType
    debit: Rupiah
    credit: Rupiah


class TrialBalance(Body, frozen=True):
    """Balances at the end of a day, without accounts that never moved. Both sides add up to the same."""

    as_of: Day
    rows: list[TrialBalanceRow]
    debit: Rupiah
    credit: Rupiah


class SavingsBalance(Body, frozen=True):
    """A member's savings of one kind."""

    kind: Kind
    balance: Rupiah


class Movement(Body, frozen=True):
    """A line of a member's passbook. `amount` is positive where the account's balance grew by it.

    `balance` is what the member has in the account after it: what is owed of this loan on the account of
    loans, the total so far on those of interest and tax.
    """

    entry: int
    final: bool
    book_day: Day
    title: Words
    reference: str | None
    account: int
    name: Words
    loan: int | None
    amount: Rupiah
    balance: Rupiah


class Passbook(Body, frozen=True):
    """What a member has and owes, newest movement first. Amounts only: these books know no names."""

    member: int
    savings: list[SavingsBalance]
    loans_outstanding: Rupiah
    movements: list[Movement]
    more: Annotated[bool, Meta(description="Whether there are older movements than these.")]


class PreviewedInstalment(Body, frozen=True):
    """What would be due on a day."""

    instalment: int
    due_on: Day
    principal: Rupiah
    interest: Rupiah


class SchedulePreview(Body, frozen=True):
    """The schedule of terms that are not agreed yet, and what the loan would cost."""

    instalments: list[PreviewedInstalment]
    total_interest: Rupiah
    effective_rate_bps: Annotated[
        int, Meta(description="Basis points a year, all in: what is received against what is paid.")
    ]
    within_rate_cap: Annotated[
        bool, Meta(description="Whether interest and fee are within 24% a year, declining equivalent.")
    ]


class Health(Body, frozen=True):
    """That the process answers (live), and that it can read books (ready)."""

    status: Literal["ok"]


BODIES: Final = (
    Summary,
    EntryPage,
    EntryWithProof,
    ConsistencyProof,
    TreeHeadCheck,
    Chart,
    TrialBalance,
    Passbook,
    SchedulePreview,
    Health,
)
"""What the API answers with; their schemas are in /api/v1/openapi.json."""
