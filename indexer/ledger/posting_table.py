"""docs/posting.md, written from the rules: `python -m indexer.ledger.posting_table > docs/posting.md`."""

import sys
from typing import Final

from indexer.chain.events import EVENTS, Event
from indexer.ledger.accounts import CHANNEL_ACCOUNTS, CHART, KIND_ACCOUNTS
from indexer.ledger.posting import DEBIT, RULES, Rule
from indexer.ledger.readmodels import ACKNOWLEDGED, ROWS
from indexer.ledger.titles import TITLES
from rules.types import Channel, SavingsKind

_HEAD: Final = """# What each event posts

Written by `python -m indexer.ledger.posting_table` from `indexer/ledger/posting.py`; a test compares the two.
This is version 1 of the posting rules.

- CH(x) is the account of channel x: {channels}.
- SAV(kind) is the account of a kind of savings, SAV(token) that of the token that sent the log:
  {kinds}.
- A cash line carries its channel; every other line the member and the loan that the event names.
- A line of zero rupiah is left out, and an entry without lines is none.
- An entry is known by its log, its rule and its subject (0 where a log has one entry).
- The book day is the event's, or the WIB day of the block where the rule says so.
- 2140 {claims} and 3990 {opening} are accounts that only the machine needs: both come to
  zero when claims are settled and opening balances complete.

| event | rule | | debit | credit | |
| --- | --- | --- | --- | --- | --- |
"""


def markdown() -> str:
    """The whole file."""
    channels = ", ".join(f"{Channel(number).name} {code}" for number, code in CHANNEL_ACCOUNTS.items())
    kinds = ", ".join(f"{SavingsKind(number).name} {code}" for number, code in KIND_ACCOUNTS.items())
    claims, opening = CHART[2140].name, CHART[3990].name
    head = _HEAD.format(channels=channels, kinds=kinds, claims=claims, opening=opening)
    rules = "".join(map(_rule, RULES))
    return f"{head}{rules}{_read_models()}{_acknowledged()}"


def _rule(rule: Rule) -> str:
    sides: dict[bool, list[str]] = {True: [], False: []}
    for leg in rule.legs:
        sides[leg.side == DEBIT].append(f"{leg.account.text} {leg.amount.text}")
    debit, credit = ("<br>".join(sides[side]) for side in (True, False))
    titles = " / ".join(TITLES[rule.name])
    return f"| {rule.event.__name__} | {rule.name} | {titles} | {debit} | {credit} | {rule.note} |\n"


def _ordered(events: object) -> list[type[Event]]:
    assert isinstance(events, dict)
    return [event for event in EVENTS if event in events]


def _read_models() -> str:
    names = ", ".join(event.__name__ for event in _ordered(ROWS))
    return (
        "\n## What changes read models\n\nMembers, loans, liens, offices, contracts, attestations, settings: "
        f"{names}.\n"
    )


def _acknowledged() -> str:
    rows = "".join(f"| {event.__name__} | {ACKNOWLEDGED[event]} |\n" for event in _ordered(ACKNOWLEDGED))
    return (
        "\n## What is read and posts nothing\n\nEvery other log of a contract of the cooperative stops the "
        f"indexer.\n\n| event | why |\n| --- | --- |\n{rows}"
    )


if __name__ == "__main__":
    sys.stdout.write(markdown())
