"""The interest that members earned and were not credited yet, of the books against the token's."""

from collections.abc import Callable, Mapping, Sequence

from indexer.ledger.accounts import SAVINGS_INTEREST, SAVINGS_INTEREST_DUE, SUKARELA
from indexer.ledger.known_savings import Earning
from indexer.reread import Difference
from rules.interest import YEAR_BPS


def compare_interest(
    members: Mapping[tuple[int, int], int],
    weights: Mapping[int, int],
    index: Callable[[int], int],
    told: Sequence[tuple[int, int, int]],
) -> list[Difference]:
    """What differs of members as (member, numerator, last day) of `accruedOf`, by the books after the same
    block: balances by member and account (rupiah, a debit positive), and what weighs of sukarela by member.
    """
    found = []
    for member, numerator, last_day in told:
        held = {
            account: members.get((member, account), 0)
            for account in (SUKARELA, SAVINGS_INTEREST, SAVINGS_INTEREST_DUE)
        }
        credited = held[SAVINGS_INTEREST] + held[SAVINGS_INTEREST_DUE]
        earned = Earning(-held[SUKARELA], weights.get(member, 0)).earned(index(last_day))
        kept = earned - credited * YEAR_BPS
        if kept != numerator:
            found.append(
                Difference(
                    "savings_interest",
                    f"{member} {SUKARELA}",
                    f"{kept}/{YEAR_BPS}",
                    f"{numerator}/{YEAR_BPS}",
                )
            )
    return found
