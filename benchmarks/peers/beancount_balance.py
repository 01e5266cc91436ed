"""The trial balance by beancount, run by the Python of its own environment.

`beancount_balance.py JOURNAL DAY` prints `account,balance` of every account of two parts at the end of DAY
(YYYY-MM-DD).
"""

import sys
from collections import defaultdict
from datetime import date

from beancount import loader  # type: ignore[import-not-found]
from beancount.core.data import Transaction  # type: ignore[import-not-found]


def main(journal: str, day: date) -> None:
    entries, errors, _ = loader.load_file(journal)
    if errors:
        sys.exit(f"beancount finds {len(errors)} errors, the first: {errors[0].message}")
    balances: defaultdict[str, int] = defaultdict(int)
    for entry in entries:
        if isinstance(entry, Transaction) and entry.date <= day:
            for posting in entry.postings:
                balances[":".join(posting.account.split(":")[:2])] += int(posting.units.number)
    for account, balance in balances.items():
        print(f"{account},{balance}")


if __name__ == "__main__":
    main(sys.argv[1], date.fromisoformat(sys.argv[2]))
