"""Makes docs/samples/statements anew: PYTHONPATH=.:tests/rules python -m tests.backend.prints.samples"""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from sqlalchemy import Connection

from backend.prints.content import Document
from backend.prints.maker import Printer
from tests.backend.prints.papers import (
    COOPERATIVE,
    PUBLIC_URL,
    bodies,
    example_books,
    lengthened,
    supervised_bodies,
)

FOLDER: Final = Path(__file__).parents[3] / "docs" / "samples" / "statements"
LONG: Final = ("position", "equity", "passbook")
"""Documents of which there is one more, with figures as long as they come."""
PAGES: Final = 2
PPI: Final = 72


def documents(connection: Connection, printer: Printer) -> Iterator[tuple[str, Document]]:
    """Every sample by the name of its file."""
    made = bodies(connection)
    for name, body in made.items():
        yield name, printer.document(connection, body)
    for name in LONG:
        yield f"{name}-long", printer.document(connection, lengthened(made[name]))
    with tempfile.TemporaryDirectory() as folder, supervised_bodies(Path(folder)) as (other, supervised):
        for name, body in supervised.items():
            yield f"{name}-by-hand", printer.document(other, body)


def main() -> None:
    """Write each as PDF, and a picture of its first pages."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for old in FOLDER.iterdir():
        old.unlink()
    printer = Printer(COOPERATIVE, PUBLIC_URL)
    with tempfile.TemporaryDirectory() as folder, example_books(Path(folder)) as connection:
        for name, document in documents(connection, printer):
            (FOLDER / f"{name}.pdf").write_bytes(printer.pdf(document))
            for number, page in enumerate(printer.pages(document, PPI)[:PAGES], 1):
                (FOLDER / f"{name}-{number}.png").write_bytes(page)
        html = printer.made(printer.document(connection, bodies(connection)["position"]), "html")
        (FOLDER / "position.html").write_bytes(html)


if __name__ == "__main__":
    main()
