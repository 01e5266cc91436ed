"""What the page's own verification is tested against, computed here: `python -m tests.backend.ledger.vectors`
writes frontend/src/proof/vectors.json."""

import json
import tempfile
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec

from backend.ledger import service
from backend.ledger.reading import LedgerReader
from indexer.ledger.merkle import Tree, leaf_hash
from indexer.reports.entries import entry
from indexer.reports.proofs import contents
from tests.backend.books import Books, sqlite_url

FILE = Path(__file__).parents[3] / "frontend" / "src" / "proof" / "vectors.json"
SIZES = (1, 2, 3, 5, 8, 13, 21)


def tree_vectors() -> dict[str, Any]:
    """Every place of trees of some sizes, and every pair of sizes."""
    data = [sha256(bytes([number])).digest() for number in range(max(SIZES))]
    leaves = [leaf_hash(each) for each in data]
    tree = Tree(lambda level, start, stop: leaves[start:stop] if level == 0 else [])
    return {
        "data": [each.hex() for each in data],
        "roots": {size: tree.root(size).hex() for size in SIZES},
        "inclusion": [
            {"size": size, "index": index, "path": [node.hex() for node in tree.inclusion(index, size)]}
            for size in SIZES
            for index in range(size)
        ],
        "consistency": [
            {"old": old, "new": new, "path": [node.hex() for node in tree.consistency(old, new)]}
            for old in SIZES
            for new in SIZES
            if old <= new
        ],
    }


async def entry_vectors(folder: Path) -> list[dict[str, Any]]:
    """Entries as the API gives them, with the canonical text the indexer hashed."""
    books = Books(sqlite_url(folder))
    reader = LedgerReader(books.url, 1, readers=1, busy_seconds=1)
    last = (await reader.read(lambda found: found.head)).final_entries
    found = []
    for number in (1, 2, last // 2, last - 1, last):
        body = await reader.read(lambda at, number=number: service.entry(at, number))  # type: ignore[misc]
        text = await reader.read(lambda at, number=number: contents(entry(at.connection, number)))  # type: ignore[misc]
        found.append({"body": msgspec.to_builtins(body), "text": text.decode()})
    reader.close()
    books.engine.dispose()
    return found


def vectors_text() -> str:
    """The file's content."""
    import asyncio

    with tempfile.TemporaryDirectory() as folder:
        entries = asyncio.run(entry_vectors(Path(folder)))
    return json.dumps({"tree": tree_vectors(), "entries": entries}, indent=1) + "\n"


if __name__ == "__main__":
    FILE.write_text(vectors_text())
