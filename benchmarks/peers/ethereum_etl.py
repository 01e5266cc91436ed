"""Export blocks, transactions, receipts and logs with ethereum-etl, run by the Python of its own environment.

`ethereum_etl.py URL FIRST LAST FOLDER` prints a JSON line: events (logs exported) and seconds.
"""

import csv
import inspect
import json
import sys
import time
from pathlib import Path

if not hasattr(inspect, "getargspec"):  # ethereum-etl's own dependencies want it; Python 3.11 removed it
    inspect.getargspec = lambda function: inspect.getfullargspec(function)[:4]  # type: ignore[attr-defined]

from ethereumetl.cli import cli  # type: ignore[import-not-found]


def main(url: str, first: str, last: str, folder: Path) -> None:
    csv.field_size_limit(sys.maxsize)
    files = {name: str(folder / f"{name}.csv") for name in ("transactions", "hashes", "receipts", "logs")}
    start = time.perf_counter()
    _command(
        f"export_blocks_and_transactions --start-block {first} --end-block {last} --provider-uri {url} "
        f"--transactions-output {files['transactions']}"
    )
    _command(f"extract_csv_column --input {files['transactions']} --column hash --output {files['hashes']}")
    _command(
        f"export_receipts_and_logs --transaction-hashes {files['hashes']} --provider-uri {url} "
        f"--receipts-output {files['receipts']} --logs-output {files['logs']}"
    )
    seconds = time.perf_counter() - start
    with Path(files["logs"]).open(newline="") as logs:
        events = sum(1 for _ in csv.reader(logs)) - 1
    print(json.dumps({"events": events, "seconds": seconds}))


def _command(line: str) -> None:
    cli.main(line.split(), standalone_mode=False)


if __name__ == "__main__":
    main(*sys.argv[1:4], Path(sys.argv[4]))
