"""What each event of a loan posts, worked by hand: for tests/indexer/ledger/test_posting.py.

Loan 44 of member 12 was paid out on 5 March 2025 before: 25,000,000 at 6% a year over 18 months,
DECLINING. Its 1220 holds 100,000, its 1290 5,000,000.
"""

from indexer.chain import events as ev
from indexer.chain.events import Event
from rules.calendar import parse_day
from tests.indexer.loan_events import paid, started

DAY = parse_day("2025-03-05")
FIRST_SLIP = 1 << 56 | 2025 << 40 | 1

LOAN_CASES: list[tuple[str, str, Event, str]] = [
    (
        "loan paid out, its receipt is the loan's",
        "LoanBook",
        started(44, 12, 25_000_000, DAY, channel=2),
        """2025-03-05 loan ^40000000000002c
             1210 +25,000,000 anggota 12 pinjaman 44
             1120 -25,000,000 saluran 2""",
    ),
    (
        "loan in cash, less the fee",
        "LoanBook",
        started(1, 2, 1_000_000, DAY, fee=15_000),
        """2025-03-05 loan ^400000000000001
             1210 +1,000,000 anggota 2 pinjaman 1
             1110 -985,000 saluran 1
             4130 -15,000 anggota 2 pinjaman 1""",
    ),
    (
        "first tranche of a loan that pays off another",
        "LoanBook",
        started(
            1, 2, 9_000_000, DAY, drawn=5_000_000, offset=1_200_000, fee=90_000, refinances=44, channel=2
        ),
        """2025-03-05 loan ^400000000000001
             1210 +5,000,000 anggota 2 pinjaman 1
             1120 -3,710,000 saluran 2
             4130 -90,000 anggota 2 pinjaman 1
             2140 -1,200,000 anggota 2 pinjaman 1""",
    ),
    (
        "a loan that only pays off another moves no cash",
        "LoanBook",
        started(1, 2, 1_200_000, DAY, offset=1_200_000, refinances=44, channel=0),
        """2025-03-05 loan ^400000000000001
             1210 +1,200,000 anggota 2 pinjaman 1
             2140 -1,200,000 anggota 2 pinjaman 1""",
    ),
    (
        "a further tranche",
        "LoanBook",
        ev.LoanDrawn(44, 12, FIRST_SLIP, 2, 4_000_000, 28_000_000, 17, 0, 1, 0, 2, DAY),
        """2025-03-05 loan-draw ^107e90000000001
             1210 +4,000,000 anggota 12 pinjaman 44
             1120 -4,000,000 saluran 2""",
    ),
    (
        "a further tranche in cash",
        "LoanBook",
        ev.LoanDrawn(44, 12, FIRST_SLIP, 2, 1, 25_000_001, 17, 0, 1, 0, 1, DAY),
        """2025-03-05 loan-draw ^107e90000000001
             1210 +1 anggota 12 pinjaman 44
             1110 -1 saluran 1""",
    ),
    (
        "instalment: interest first out of what was recognised",
        "LoanBook",
        paid(44, 12, FIRST_SLIP, 1_388_888, 125_000, 1, DAY),
        """2025-03-05 loan-payment ^107e90000000001
             1110 +1,513,888 saluran 1
             1210 -1,388,888 anggota 12 pinjaman 44
             1220 -100,000 anggota 12 pinjaman 44
             4110 -25,000 anggota 12 pinjaman 44""",
    ),
    (
        "instalment that pays less interest than was recognised",
        "LoanBook",
        paid(44, 12, FIRST_SLIP, 0, 60_000, 2, DAY),
        """2025-03-05 loan-payment ^107e90000000001
             1120 +60,000 saluran 2
             1220 -60,000 anggota 12 pinjaman 44""",
    ),
    (
        "a late instalment with penalty",
        "LoanBook",
        paid(44, 12, FIRST_SLIP, 0, 0, 1, DAY, 7_500),
        """2025-03-05 loan-payment ^107e90000000001
             1110 +7,500 saluran 1
             4120 -7,500 anggota 12 pinjaman 44""",
    ),
    (
        "payment out of a claimed lien",
        "LoanBook",
        paid(44, 12, FIRST_SLIP, 300_000, 0, 0, DAY),
        """2025-03-05 loan-payment ^107e90000000001
             2140 +300,000 anggota 12 pinjaman 44
             1210 -300,000 anggota 12 pinjaman 44""",
    ),
    (
        "written off: more than the allowance holds is a loss, accrued interest goes back",
        "LoanBook",
        ev.LoanWrittenOff(44, 12, 8_000_000, DAY, bytes(32)),
        """2025-03-05 loan-write-off
             1290 +5,000,000 anggota 12 pinjaman 44
             5020 +3,000,000 anggota 12 pinjaman 44
             4110 +100,000 anggota 12 pinjaman 44
             1210 -8,000,000 anggota 12 pinjaman 44
             1220 -100,000 anggota 12 pinjaman 44""",
    ),
    (
        "written off: the allowance covers it",
        "LoanBook",
        ev.LoanWrittenOff(44, 12, 4_000_000, DAY, bytes(32)),
        """2025-03-05 loan-write-off
             1290 +4,000,000 anggota 12 pinjaman 44
             4110 +100,000 anggota 12 pinjaman 44
             1210 -4,000,000 anggota 12 pinjaman 44
             1220 -100,000 anggota 12 pinjaman 44""",
    ),
    (
        "recovery in cash: principal, interest and penalty are one income",
        "LoanBook",
        ev.LoanRecovered(44, 12, FIRST_SLIP, 70_000, 20_000, 5_000, 1, DAY),
        """2025-03-05 loan-recovery ^107e90000000001
             1110 +95,000 saluran 1
             4140 -95,000 anggota 12 pinjaman 44""",
    ),
    (
        "recovery out of a claimed lien",
        "LoanBook",
        ev.LoanRecovered(44, 12, FIRST_SLIP, 70_000, 0, 0, 0, DAY),
        """2025-03-05 loan-recovery ^107e90000000001
             2140 +70,000 anggota 12 pinjaman 44
             4140 -70,000 anggota 12 pinjaman 44""",
    ),
    (
        "an heir takes the loan over, with what 1220 and 1290 hold of it",
        "LoanBook",
        ev.LoanAssumed(44, 12, 13, bytes(32)),
        """2025-04-01 loan-assumed
             1210 +25,000,000 anggota 13 pinjaman 44
             1210 -25,000,000 anggota 12 pinjaman 44
             1220 +100,000 anggota 13 pinjaman 44
             1220 -100,000 anggota 12 pinjaman 44
             1290 -5,000,000 anggota 13 pinjaman 44
             1290 +5,000,000 anggota 12 pinjaman 44""",
    ),
    (
        "an heir with another number",
        "LoanBook",
        ev.LoanAssumed(44, 12, 99, bytes(32)),
        """2025-04-01 loan-assumed
             1210 +25,000,000 anggota 99 pinjaman 44
             1210 -25,000,000 anggota 12 pinjaman 44
             1220 +100,000 anggota 99 pinjaman 44
             1220 -100,000 anggota 12 pinjaman 44
             1290 -5,000,000 anggota 99 pinjaman 44
             1290 +5,000,000 anggota 12 pinjaman 44""",
    ),
    (
        "month's end before anything is due: accrued by days, 0.5% of what is outstanding",
        "Books",
        ev.MonthEnded(2025 * 12 + 2, parse_day("2025-03-31")),
        # 25,000,000 at 6% a year is 125,000 a month; 26 of the 31 days to 5 April: 104,838.7
        """2025-03-31 interest-accrual #2c
             1220 +4,839 anggota 12 pinjaman 44
             4110 -4,839 anggota 12 pinjaman 44
           2025-03-31 loan-allowance #2c
             5020 -4,875,000 anggota 12 pinjaman 44
             1290 +4,875,000 anggota 12 pinjaman 44""",
    ),
    (
        "month's end before the loan was paid out: nought",
        "Books",
        ev.MonthEnded(2025 * 12 + 1, parse_day("2025-02-28")),
        """2025-02-28 interest-accrual #2c
             1220 -100,000 anggota 12 pinjaman 44
             4110 +100,000 anggota 12 pinjaman 44
           2025-02-28 loan-allowance #2c
             5020 -5,000,000 anggota 12 pinjaman 44
             1290 +5,000,000 anggota 12 pinjaman 44""",
    ),
]
