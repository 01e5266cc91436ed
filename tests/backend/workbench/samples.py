"""Makes docs/samples/workbench and examples/bank anew:
PYTHONPATH=.:tests/rules python -m tests.backend.workbench.samples"""

import tempfile
from pathlib import Path
from random import Random
from typing import Final

from backend.prints.maker import Printer
from backend.prints.reports import body_of
from backend.workbench.statement import BankStatement
from backend.workbench.tills import count_act, keep_count, minutes
from indexer.ledger.database import open_engine
from rules.calendar import parse_day
from rules.till import DENOMINATIONS, Denomination
from rules.types import Channel, WibDay
from tests.backend.prints.papers import COOPERATIVE, PUBLIC_URL
from tests.backend.workbench.ground import (
    DOMAIN,
    FIRST,
    NOW,
    Office,
    Written,
    as_csv,
    as_mt940,
    bank_of,
    book_year,
    office_in,
    statement,
)

ROOT: Final = Path(__file__).parents[3]
SAMPLES: Final = ROOT / "docs" / "samples" / "workbench"
EXAMPLES: Final = ROOT / "examples" / "bank"
LAST: Final = parse_day("2025-02-28")
PPI: Final = 72


def worked(office: Office) -> BankStatement:
    """What the bank has of January and February: two charges and interest of its own, one transfer not come
    yet, one wrong by a digit, one twice, one weeks late, and one that nobody knows."""
    movements = office.movements(FIRST, LAST)
    lines = {line.of: line for line in bank_of(movements, Random(11))}
    slips = [each for each in movements if each.reference.startswith("SLIP")]
    last = max(slips, key=lambda each: (each.day, each.key))
    del lines[last.key]
    wrong, twice, late = slips[2], slips[0], slips[1]
    lines[wrong.key] = lines[wrong.key]._replace(amount=wrong.amount + 90_000)
    lines[late.key] = lines[late.key]._replace(day=WibDay(late.day + 35))
    own = [
        Written(WibDay(parse_day("2025-01-31")), -15_000, "BIAYA ADM", ""),
        Written(LAST, -15_000, "BIAYA ADM", ""),
        Written(LAST, 42_017, "JASA GIRO", ""),
        Written(WibDay(parse_day("2025-02-10")), 750_000, "TRSF E-BANKING TANPA BERITA", ""),
        lines[twice.key]._replace(of=""),
    ]
    return statement([*lines.values(), *own], office.balance(WibDay(FIRST - 1)), FIRST, LAST)


def pieces_of(total: int) -> dict[Denomination, int]:
    """A till's notes and coins; what is below the smallest coin is left out."""
    pieces: dict[Denomination, int] = {}
    for each in DENOMINATIONS:
        pieces[each], total = divmod(total, each.value)
    return pieces


def write(folder: Path, printer: Printer) -> None:
    """Samples and examples from the small example's books."""
    url = f"sqlite:///{folder / 'ledger.sqlite'}"
    book_year("ksp-kecil", url)
    with open_engine(url).connect() as books:
        office = office_in(folder, books)
        told = worked(office)
        content = as_csv(told)
        (EXAMPLES / "ksp-kecil-2025-01-02.csv").write_bytes(content)
        (EXAMPLES / "ksp-kecil-2025-01-02.sta").write_bytes(as_mt940(told))
        office.bench.importer.run(told, content)
        office.bench.matching.run(books, Channel.BANK)
        found = office.bench.reconciliation(office.amounts, Channel.BANK, LAST)
        booked = office.balance(LAST, Channel.KAS)
        act = count_act(Channel.KAS, LAST, pieces_of(booked - 20_000))
        given = office.sign(act, "TELLER", "BENDAHARA")
        count = office.bench.count(keep_count(office.bench.repository, books, DOMAIN, act, LAST, given, NOW))
        for name, body in (("bank-reconciliation", body_of(found)), ("till-count", minutes(count, booked))):
            document = printer.document(books, body)
            (SAMPLES / f"{name}.pdf").write_bytes(printer.pdf(document))
            for number, page in enumerate(printer.pages(document, PPI), 1):
                (SAMPLES / f"{name}-{number}.png").write_bytes(page)


def main() -> None:
    """Write all."""
    for path in (SAMPLES, EXAMPLES):
        path.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        write(Path(folder), Printer(COOPERATIVE, PUBLIC_URL))


if __name__ == "__main__":
    main()
