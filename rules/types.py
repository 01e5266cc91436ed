"""Domain values. The integer enums have the numbers that the contracts use."""

from enum import IntEnum, StrEnum
from typing import Final, NewType

Rupiah = NewType("Rupiah", int)
"""An amount in whole rupiah."""
BasisPoints = NewType("BasisPoints", int)
"""A rate or share in 1/10,000; a rate of interest is for a year."""
MemberNumber = NewType("MemberNumber", int)
LoanNumber = NewType("LoanNumber", int)
WibDay = NewType("WibDay", int)
"""Days since 1970-01-01 in WIB (UTC+7)."""
Month = NewType("Month", int)
"""A calendar month as year * 12 + (month - 1)."""
Account = NewType("Account", int)
"""The code of an account in the chart of accounts."""
Receipt = NewType("Receipt", int)
"""A receipt number of 64 bits, its series in the top 8."""

ZERO: Final = Rupiah(0)
MAX_RUPIAH: Final = Rupiah(2**63 - 1)
BPS: Final = 10_000


class SavingsKind(IntEnum):
    """Kinds of savings a member holds; PAYABLE is what is owed to a member who left."""

    POKOK = 0
    WAJIB = 1
    SUKARELA = 2
    PAYABLE = 3


class Channel(IntEnum):
    """Where the cooperative's money is."""

    KAS = 1
    BANK = 2
    STABLECOIN = 3


class LoanMethod(IntEnum):
    """How a loan's interest and principal are laid out over its months."""

    FLAT = 0
    DECLINING = 1
    ANNUITY = 2
    BULLET = 3


class Waterfall(IntEnum):
    """What a payment meets first: what is due of instalments, or penalty."""

    INSTALMENT_FIRST = 0
    PENALTY_FIRST = 1


class AmendmentKind(IntEnum):
    """Why a running loan's terms were changed."""

    RESCHEDULE = 0
    RESTRUCTURE = 1
    FREEZE = 2


class Collectibility(IntEnum):
    """Kolektibilitas (ILoanLens): four classes."""

    LANCAR = 0
    KURANG_LANCAR = 1
    DIRAGUKAN = 2
    MACET = 3


class SlipKind(IntEnum):
    """Kinds of teller slips."""

    SETOR_POKOK = 0
    SETOR_WAJIB = 1
    SETOR_SUKARELA = 2
    TARIK_SUKARELA = 3
    ANGSURAN = 4
    PELUNASAN = 5
    PINDAH = 6
    ANGSURAN_LEBIH = 7


class RefusalReason(StrEnum):
    """Why a row of a day book is refused, in the order in which the reasons are tried."""

    UNKNOWN_MEMBER = "UNKNOWN_MEMBER"
    NEGATIVE_OR_FRACTION = "NEGATIVE_OR_FRACTION"
    ZERO_AMOUNT = "ZERO_AMOUNT"
    TOTAL_MISMATCH = "TOTAL_MISMATCH"
    DUPLICATE_ROW = "DUPLICATE_ROW"
    NOT_ACTIVE = "NOT_ACTIVE"
    WRONG_POKOK = "WRONG_POKOK"
    UNKNOWN_LOAN = "UNKNOWN_LOAN"
    NOT_BORROWER = "NOT_BORROWER"
    LOAN_CLOSED = "LOAN_CLOSED"
    OVERPAYMENT = "OVERPAYMENT"
    WRONG_PAYOFF = "WRONG_PAYOFF"
    INSUFFICIENT_SAVINGS = "INSUFFICIENT_SAVINGS"
    INSUFFICIENT_CASH = "INSUFFICIENT_CASH"


class Office(IntEnum):
    """Offices of the contracts. PENGURUS is whoever is KETUA, SEKRETARIS or BENDAHARA."""

    ADMIN = 0
    KETUA = 1
    SEKRETARIS = 2
    BENDAHARA = 3
    PENGAWAS = 4
    TELLER = 5
    REGISTRAR = 6
    PENGURUS = 7


class MeetingKind(IntEnum):
    """TAHUNAN: the annual meeting (RAT). LUAR_BIASA: an extraordinary one (RALB)."""

    TAHUNAN = 0
    LUAR_BIASA = 1


class MotionKind(IntEnum):
    """What a meeting decides: FOR or AGAINST, or who holds offices."""

    RESOLUTION = 0
    ELECTION = 1


class TieRule(IntEnum):
    """How the candidates stand in the notice; of equal votes the one earlier on the list is elected."""

    LOWEST_MEMBER_NO = 0
    LIST_ORDER = 1


class Attendance(IntEnum):
    """Of a member in a call. PAPER: on the hybrid meeting's paper list only."""

    ABSENT = 0
    PAPER = 1
    PRESENT = 2
    VOTED = 3


class Refusal(IntEnum):
    """Why a paper was skipped: the first that holds, in this order. ALREADY_PRESENT: of a check-in, in the
    place of ALREADY_VOTED."""

    NONE = 0
    NOT_ELIGIBLE = 1
    ALREADY_VOTED = 2
    OVERVOTE = 3
    BAD_SIGNATURE = 4
    EXPIRED = 5
    WRONG_MEETING = 6
    ALREADY_PRESENT = 7


class ShareRefusal(IntEnum):
    """Why a member's share of a surplus was not paid: the first that holds (ISurplusDistributor.Refusal)."""

    NONE = 0
    ZERO_AMOUNT = 1
    WRONG_PROOF = 2
    ALREADY_PAID = 3
    NO_MEMBER = 4
    ABOVE_UNPAID = 5


class Outcome(IntEnum):
    """Of a motion. PENDING: no call decided yet. NO_QUORUM: no call was quorate. CONSENSUS: by mufakat."""

    PENDING = 0
    PASSED = 1
    CONSENSUS = 2
    REJECTED = 3
    NO_QUORUM = 4
    WITHDRAWN = 5
