"""Allocations of a year's surplus and shares of it, and what they post: worked by hand."""

from indexer.chain import events as ev
from indexer.chain.events import Event, Pot
from rules.calendar import parse_day

DAY = parse_day("2026-02-14")
ROOT, DOCUMENT = b"\x0a" * 32, b"\x0b" * 32
SLIP = 1 << 56 | 2026 << 40 | 7
MOST = 2**63 - 1


def allocated(year: int, *pots: tuple[int, int], total: int | None = None) -> ev.SurplusAllocated:
    """`total`: the sum of the pots if not given."""
    whole = sum(amount for _, amount in pots) if total is None else total
    return ev.SurplusAllocated(year, whole, tuple(Pot(*pot) for pot in pots), ROOT, DOCUMENT, DAY)


def share(year: int, member: int, amount: int, kind: int = 2) -> ev.SharePaid:
    return ev.SharePaid(year, member, 6 << 56 | year << 32 | member, kind, amount, DAY)


def in_cash(year: int, member: int, amount: int, channel: int = 1, slip: int = SLIP) -> ev.SharePaidInCash:
    return ev.SharePaidInCash(year, member, slip, channel, amount, DAY)


_DESK = "SurplusDistributor"

ALLOCATIONS: list[tuple[str, str, Event, str]] = [
    (
        "surplus of ksp-kecil over all its pots",
        _DESK,
        allocated(
            2025,
            (2310, 58_333_578),
            (2320, 5_833_358),
            (2330, 3_500_015),
            (2340, 9_333_373),
            (2350, 5_833_358),
            (2360, 4_666_686),
            (3200, 29_166_789),
        ),
        """2026-02-14 surplus-allocation ^60007e900000000
             3900 +116,667,157
             2310 -58,333,578
             2320 -5,833,358
             2330 -3,500,015
             2340 -9,333,373
             2350 -5,833,358
             2360 -4,666,686
             3200 -29,166,789""",
    ),
    (
        "all to the reserves",
        _DESK,
        allocated(2025, (3200, 1)),
        """2026-02-14 surplus-allocation ^60007e900000000
             3900 +1
             3200 -1""",
    ),
    (
        "all to the members",
        _DESK,
        allocated(2024, (2310, 500_000)),
        """2026-02-14 surplus-allocation ^60007e800000000
             3900 +500,000
             2310 -500,000""",
    ),
    (
        "all the rupiah there are",
        _DESK,
        allocated(2025, (2310, MOST - 1), (3200, 1)),
        """2026-02-14 surplus-allocation ^60007e900000000
             3900 +9,223,372,036,854,775,807
             2310 -9,223,372,036,854,775,806
             3200 -1""",
    ),
    (
        "a quarter to the reserves, a twentieth to education, the rest to the members",
        _DESK,
        allocated(2025, (2310, 7_000_001), (2320, 500_000), (3200, 2_500_000)),
        """2026-02-14 surplus-allocation ^60007e900000000
             3900 +10,000,001
             2310 -7,000,001
             2320 -500,000
             3200 -2,500,000""",
    ),
    (
        "no pot for the members",
        _DESK,
        allocated(2025, (2320, 40), (2330, 60)),
        """2026-02-14 surplus-allocation ^60007e900000000
             3900 +100
             2320 -40
             2330 -60""",
    ),
    (
        "board and staff only",
        _DESK,
        allocated(2023, (2340, 3_000), (2350, 7_000)),
        """2026-02-14 surplus-allocation ^60007e700000000
             3900 +10,000
             2340 -3,000
             2350 -7,000""",
    ),
    (
        "development and reserves",
        _DESK,
        allocated(2025, (2360, 123_456_789), (3200, 987_654_321)),
        """2026-02-14 surplus-allocation ^60007e900000000
             3900 +1,111,111,110
             2360 -123,456,789
             3200 -987,654,321""",
    ),
    (
        "one rupiah to each of three",
        _DESK,
        allocated(2025, (2310, 1), (2320, 1), (3200, 1)),
        """2026-02-14 surplus-allocation ^60007e900000000
             3900 +3
             2310 -1
             2320 -1
             3200 -1""",
    ),
    (
        "a later year",
        _DESK,
        allocated(2026, (2310, 2), (3200, 3)),
        """2026-02-14 surplus-allocation ^60007ea00000000
             3900 +5
             2310 -2
             3200 -3""",
    ),
]

SHARES: list[tuple[str, str, Event, str]] = [
    (
        "a share into sukarela",
        _DESK,
        share(2025, 12, 300_000),
        """2026-02-14 surplus-share ^60007e90000000c
             2310 +300,000
             2110 -300,000 anggota 12""",
    ),
    (
        "one rupiah of surplus",
        _DESK,
        share(2025, 1, 1),
        """2026-02-14 surplus-share ^60007e900000001
             2310 +1
             2110 -1 anggota 1""",
    ),
    (
        "a share of who left",
        _DESK,
        share(2025, 9, 75_001, kind=3),
        """2026-02-14 surplus-share ^60007e900000009
             2310 +75,001
             2130 -75,001 anggota 9""",
    ),
    (
        "one rupiah of who left",
        _DESK,
        share(2024, 9, 1, kind=3),
        """2026-02-14 surplus-share ^60007e800000009
             2310 +1
             2130 -1 anggota 9""",
    ),
    (
        "the largest share",
        _DESK,
        share(2025, 3, MOST),
        """2026-02-14 surplus-share ^60007e900000003
             2310 +9,223,372,036,854,775,807
             2110 -9,223,372,036,854,775,807 anggota 3""",
    ),
    (
        "the highest member number",
        _DESK,
        share(2025, 4_294_967_295, 20),
        """2026-02-14 surplus-share ^60007e9ffffffff
             2310 +20
             2110 -20 anggota 4294967295""",
    ),
    (
        "two years of a member: the later",
        _DESK,
        share(2026, 12, 310_000),
        """2026-02-14 surplus-share ^60007ea0000000c
             2310 +310,000
             2110 -310,000 anggota 12""",
    ),
    (
        "two years of a member: the earlier",
        _DESK,
        share(2024, 12, 290_000),
        """2026-02-14 surplus-share ^60007e80000000c
             2310 +290,000
             2110 -290,000 anggota 12""",
    ),
    (
        "a share of a member with a loan: no loan on the line",
        _DESK,
        share(2025, 44, 88_888),
        """2026-02-14 surplus-share ^60007e90000002c
             2310 +88,888
             2110 -88,888 anggota 44""",
    ),
    (
        "a share to the remainder's rupiah",
        _DESK,
        share(2025, 2, 199_999),
        """2026-02-14 surplus-share ^60007e900000002
             2310 +199,999
             2110 -199,999 anggota 2""",
    ),
]

CASH: list[tuple[str, str, Event, str]] = [
    (
        "a share over the counter",
        _DESK,
        in_cash(2025, 12, 300_000),
        """2026-02-14 surplus-share-cash ^107ea0000000007
             2310 +300,000
             1110 -300,000 saluran 1""",
    ),
    (
        "a share by bank transfer",
        _DESK,
        in_cash(2025, 12, 300_000, channel=2),
        """2026-02-14 surplus-share-cash ^107ea0000000007
             2310 +300,000
             1120 -300,000 saluran 2""",
    ),
    (
        "one rupiah over the counter",
        _DESK,
        in_cash(2025, 1, 1),
        """2026-02-14 surplus-share-cash ^107ea0000000007
             2310 +1
             1110 -1 saluran 1""",
    ),
    (
        "one rupiah by transfer",
        _DESK,
        in_cash(2025, 1, 1, channel=2),
        """2026-02-14 surplus-share-cash ^107ea0000000007
             2310 +1
             1120 -1 saluran 2""",
    ),
    (
        "a share of the year before",
        _DESK,
        in_cash(2024, 12, 290_000),
        """2026-02-14 surplus-share-cash ^107ea0000000007
             2310 +290,000
             1110 -290,000 saluran 1""",
    ),
    (
        "another slip",
        _DESK,
        in_cash(2025, 3, 45_500, slip=SLIP + 1),
        """2026-02-14 surplus-share-cash ^107ea0000000008
             2310 +45,500
             1110 -45,500 saluran 1""",
    ),
    (
        "more than a teller's limit",
        _DESK,
        in_cash(2025, 3, 50_000_001, channel=2),
        """2026-02-14 surplus-share-cash ^107ea0000000007
             2310 +50,000,001
             1120 -50,000,001 saluran 2""",
    ),
    (
        "the largest share in cash",
        _DESK,
        in_cash(2025, 3, MOST, channel=2),
        """2026-02-14 surplus-share-cash ^107ea0000000007
             2310 +9,223,372,036,854,775,807
             1120 -9,223,372,036,854,775,807 saluran 2""",
    ),
    (
        "a hashed slip",
        _DESK,
        in_cash(2025, 3, 70, slip=1 << 56 | 1 << 55 | 5),
        """2026-02-14 surplus-share-cash ^180000000000005
             2310 +70
             1110 -70 saluran 1""",
    ),
    (
        "the highest member number in cash",
        _DESK,
        in_cash(2025, 4_294_967_295, 20),
        """2026-02-14 surplus-share-cash ^107ea0000000007
             2310 +20
             1110 -20 saluran 1""",
    ),
]

SURPLUS_CASES = [*ALLOCATIONS, *SHARES, *CASH]
