"""docs/posting.md, written from the rules: `python -m indexer.ledger.posting_table > docs/posting.md`."""

import sys
from typing import Final

from indexer.chain.events import EVENTS, Event
from indexer.ledger.accounts import CHANNEL_ACCOUNTS, CHART, KIND_ACCOUNTS
from indexer.ledger.posting import RULES
from indexer.ledger.readmodels import ACKNOWLEDGED, ROWS
from indexer.ledger.rule import DEBIT, Rule
from indexer.ledger.titles import TITLES
from rules.collectibility import RATES_BPS
from rules.types import Channel, SavingsKind

_HEAD: Final = """# What each event posts

Written by `python -m indexer.ledger.posting_table` from `indexer/ledger/posting.py`; a test compares the two.
This is version 3 of the posting rules.

- CH(x) is the account of channel x: {channels}.
- SAV(kind) is the account of a kind of savings, SAV(token) that of the token that sent the log:
  {kinds}.
- A cash line carries its channel; every other line the member and the loan that the event names.
- A line of zero rupiah is left out, and an entry without lines is none.
- An entry is known by its log, its rule and its subject (0 where a log has one entry).
- The book day is the event's, or the WIB day of the block where the rule says so.
- 2140 {claims} and 3990 {opening} are accounts that only the machine needs: the first is
  nought after every block (what is taken without cash pays a loan in the same transaction), the other
  when the opening balances are complete.

At `MonthEnded`, by what the logs before it say, for every loan that runs or of which 1220 or 1290 hold
something:

- Target of 1220: carried interest, what is due by the last day and unpaid, and of the running instalment
  `interest x days gone / days of its period`, half up, less what was paid of it, never below nought.
  Nought for a loan that is macet, closed, written off or paid out later, and for all if the option
  `interest-basis` is `cash` (ASCII, zeros behind; `accrual` is the default).
- Target of 1290: outstanding x rate of the class (`rules/collectibility.py`), half up; nought for a loan
  that is closed, written off or paid out later. The rates are {rates} basis points unless the options
  `allowance-lancar`, `allowance-kurang-lancar`, `allowance-diragukan` and `allowance-macet` (a number up
  to 10,000) say otherwise.
- If the option `allowance-basis` is `expected` (`incurred` is the default) and `ecl-default-12-months`,
  `ecl-default-lifetime` and `ecl-loss-given-default` were adopted (numbers up to 10,000), the target of 1290
  is the expected loss of PSAK 109 instead (`rules/expected_loss.py`): of what liens do not cover of
  outstanding, the share that defaults within 12 months, more than 30 days overdue within its life, more than
  90 days all of it, x the loss given default, half up once.
- A schedule (`ScheduleAdopted`: depreciation, prepayment, accrual) posts what it has charged by the month
  less what the ends of months since its adoption posted: the equal part rounded down, the last month the
  rest; declining, twice the straight-line rate of what is left at each year's beginning, the last year all
  (UU PPh, Pasal 11). After `ScheduleEnded` it posts nothing.
- Interest on sukarela is an expense of the month that earned it. For every member the whole rupiah earned by
  the last day (`rules/interest.py`, by the WIB days of the blocks), less all that 5010 ever had of the
  member, goes to 2120; a credit that comes before the month is ended does the same for its month. The credit
  is taken out of 2120, which is nought when all is credited.
- An option holds from its effective day on; a value that means nothing is as if it had not been adopted.

| event | rule | | debit | credit | |
| --- | --- | --- | --- | --- | --- |
"""


def markdown() -> str:
    """The whole file."""
    channels = ", ".join(f"{Channel(number).name} {code}" for number, code in CHANNEL_ACCOUNTS.items())
    kinds = ", ".join(f"{SavingsKind(number).name} {code}" for number, code in KIND_ACCOUNTS.items())
    rates = ", ".join(f"{rate:,}" for rate in RATES_BPS)
    claims, opening = CHART[2140].name, CHART[3990].name
    head = _HEAD.format(channels=channels, kinds=kinds, claims=claims, opening=opening, rates=rates)
    rules = "".join(map(_rule, RULES))
    return f"{head}{rules}{_read_models()}{_acknowledged()}"


def _rule(rule: Rule) -> str:
    sides: dict[bool, list[str]] = {True: [], False: []}
    for leg in rule.legs:
        sides[leg.side == DEBIT].append(f"{leg.account.text} {leg.amount.text}")
    debit, credit = ("<br>".join(sides[side]) for side in (True, False))
    titles = "; ".join(" / ".join(TITLES[name]) for name in rule.name.split(", "))
    return f"| {rule.event.__name__} | {rule.name} | {titles} | {debit} | {credit} | {rule.note} |\n"


def _ordered(events: object) -> list[type[Event]]:
    assert isinstance(events, dict)
    return [event for event in EVENTS if event in events]


def _read_models() -> str:
    names = ", ".join(event.__name__ for event in _ordered(ROWS))
    return (
        "\n## What changes read models\n\nMembers, loans, liens, offices, contracts, attestations, settings, "
        f"surplus: {names}.\n"
    )


def _acknowledged() -> str:
    rows = "".join(f"| {event.__name__} | {ACKNOWLEDGED[event]} |\n" for event in _ordered(ACKNOWLEDGED))
    return (
        "\n## What is read and posts nothing\n\nEvery other log of a contract of the cooperative stops the "
        f"indexer.\n\n| event | why |\n| --- | --- |\n{rows}"
    )


if __name__ == "__main__":
    sys.stdout.write(markdown())
