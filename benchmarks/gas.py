"""Gas of deposits, payroll and loan payments, beside OpenZeppelin's ERC-20 and ERC-4626.

Everything is compiled by the pinned compiler and sent to one anvil whose clock starts at a fixed second, from
fixed keys: two runs give the same figures to the last unit of gas.
"""

from typing import TYPE_CHECKING, Final

from benchmarks.figures import Figure, Section, at_most
from benchmarks.house import FIRST, anvil, open_house
from benchmarks.openzeppelin import OpenZeppelin
from rules.types import LoanMethod, SlipKind
from scripts import toolchain

if TYPE_CHECKING:
    from tests.contracts.actors import House

BATCH: Final = 100
PERIOD: Final = 202601
DAY: Final = 86_400
SUKARELA_BPS: Final = 600
"""Interest on sukarela in basis points a year."""


def measure(scale: float = 1.0) -> Section:
    """The gas section. Scale changes nothing: the figures are exact."""
    del scale
    from tests.contracts import office

    with anvil():
        house = open_house(BATCH)
        for number in range(FIRST, FIRST + BATCH):
            office.lend(house, office.Terms(number, number, method=LoanMethod.ANNUITY))
        holders = [house.member(number).account.address for number in range(FIRST, FIRST + BATCH)]
        figures = _figures(house, OpenZeppelin(holders))
    conditions = (
        f"solc {toolchain.SOLC_VERSION}, optimizer 200 runs, prague, one anvil. Whole transactions by their "
        f"receipts, the 21,000 of each included; in batches of {BATCH} divided by {BATCH}; no word that is "
        "written is empty. A deposit has its receipt number, channel, role and daily limit; a batch its "
        "countersignature, eligibility, receipts and ERC-20 Transfers. The peers have none of these but the "
        "Transfer."
    )
    return Section("Gas", figures, conditions)


def _figures(house: "House", peers: OpenZeppelin) -> list[Figure]:
    """The house is warm after the first three slips: every word that a deposit writes holds something.
    Sukarela earns interest from before the first."""
    from tests.contracts import actors

    house.SavingsSukarela.setInterestRate(actors.today() + 1, SUKARELA_BPS, {"from": house.admin})
    actors.travel(DAY)
    for kind in (SlipKind.SETOR_WAJIB, SlipKind.SETOR_SUKARELA, SlipKind.ANGSURAN) * 3:
        _slip(house, kind)
    actors.travel(DAY)
    _slip(house, SlipKind.SETOR_WAJIB)
    mint, vault, mint_each = peers.mint(), peers.deposit(), peers.mint_batch()
    known = "deposit of a known member"
    sukarela = _slip(house, SlipKind.SETOR_SUKARELA)
    figures = [
        at_most(f"{known}, sukarela", sukarela, "gas", 80_000, "OpenZeppelin ERC-20 mint", mint),
        Figure(
            f"{known}, sukarela", sukarela, "gas", peer="OpenZeppelin ERC-4626 deposit", peer_measured=vault
        ),
        at_most(
            f"{known}, wajib",
            _slip(house, SlipKind.SETOR_WAJIB),
            "gas",
            80_000,
            "OpenZeppelin ERC-20 mint",
            mint,
        ),
        at_most("loan payment, single", _slip(house, SlipKind.ANGSURAN), "gas", 95_000),
    ]
    loop = f"OpenZeppelin ERC-20 mint, loop of {BATCH}"
    figures += [
        at_most(f"payroll batch of {BATCH}, {kind} only, a row", each, "gas", 10_000, loop, mint_each)
        for kind, each in (
            ("wajib", _payroll(house, PERIOD, wajib=50_000)),
            ("sukarela", _payroll(house, PERIOD + 1, sukarela=75_000)),
        )
    ]
    loans = _payroll(house, PERIOD + 2, angsuran=100_000)
    whole = _payroll(house, PERIOD + 3, wajib=50_000, sukarela=75_000, angsuran=100_000)
    figures.append(at_most(f"loan payment in a payroll batch of {BATCH}, a row", loans, "gas", 22_000))
    figures.append(Figure(f"payroll batch of {BATCH}, wajib, sukarela and loan, a row", whole, "gas"))
    actors.travel(31 * DAY)
    first = _slip(house, SlipKind.SETOR_SUKARELA)
    return [*figures, Figure("deposit, sukarela, the month's first (credits interest)", first, "gas")]


def _slip(house: "House", kind: SlipKind) -> int:
    """Gas of a slip of the first member, taken by one teller."""
    from tests.contracts import office

    loan = FIRST if kind == SlipKind.ANGSURAN else 0
    return int(office.receive(house, office.deposit(house.member(FIRST), kind, 250_000, loan=loan)).gas_used)


def _payroll(house: "House", period: int, **columns: int) -> float:
    """Gas of a row in the second of two batches of BATCH members: the first fills what was empty."""
    from tests.contracts import office

    gas = 0
    for batch in range(2):
        rows = [
            office.row(batch * BATCH + at + 1, member, loan=member if "angsuran" in columns else 0, **columns)
            for at, member in enumerate(range(FIRST, FIRST + BATCH))
        ]
        transaction = office.payroll(house, period, rows)
        refused = transaction.events.count("PayrollRowRefused")
        if refused:
            raise RuntimeError(f"{refused} of {BATCH} rows were refused: the batch measures nothing")
        gas = int(transaction.gas_used)
    return gas / BATCH
