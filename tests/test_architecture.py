"""Who may import whom (docs: the map of the house in README.md), and how long a file may be."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).parent.parent
ROOMS: Final = (
    *("rules", "indexer", "recount", "verifier", "backend", "koperasi", "scripts"),
    *("tests", "benchmarks"),
)

_READ_MODELS: Final = (
    "accounts canonical closes loan_source loans marks meeting_schema merkle nodes penalties "
    "policy schema surplus_schema titles turnovers"
)
READ_MODELS: Final = tuple(f"indexer.ledger.{name}" for name in _READ_MODELS.split())
"""What says how the books are kept, and writes nothing."""

ENDPOINTS: Final = tuple(f"indexer.chain.{name}" for name in ("hashing", "prove", "ranges", "rpc", "wire"))
"""What asks endpoints and checks headers, and knows nothing of contracts, events or books."""

MAY_IMPORT: Final = {
    "rules": (),
    "indexer.chain": ("rules",),
    "indexer.ledger": ("rules", "indexer.chain.events"),
    "indexer.reports": ("rules", "verifier.bundle", *READ_MODELS),
    "indexer": ("rules", "verifier"),
    "recount": ("rules.types", *ENDPOINTS),
    "verifier": ("rules", "indexer.chain.hashing", "indexer.ledger.merkle"),
    "backend": ("rules", "verifier.bundle", "verifier.share_tree", "indexer.reports", *READ_MODELS),
    "scripts": ("rules", "indexer.config"),
    "koperasi": ("rules", "indexer", "recount", "verifier", "backend", "scripts"),
    "benchmarks": ("rules", "indexer", "recount", "verifier", "backend", "scripts", "koperasi", "tests"),
}
"""What a room may import beside itself. The longest name that fits a module is its room."""

PERSONAL: Final = ("backend.kyc", "backend.members")
"""Where personal data lives; nothing outside of the backend may read it, but through its routes."""

FEATURES: Final = (
    "office",
    "ledger",
    "auth",
    "members",
    "kyc",
    "orders",
    "loans",
    "meetings",
    "surplus",
    "audit",
    "workbench",
)

SHARED: Final = "documents"
"""A feature that the others use: documents are kept and typeset in one place."""

MAX_LINES: Final = 450
LONG: Final = {
    "contracts/Authority.sol": "AccessManager's ways around the laws are closed beside what replaces them",
    "contracts/MemberRegistry.sol": "never replaced: a member's word, history and recovery read one another",
    "frontend/src/api/schema.ts": "generated from the API's description",
    "indexer/chain/events.py": "one struct for each event of the contracts, and nothing else",
}
"""Files that may be longer, and why."""
SOURCES: Final = (".py", ".sol", ".ts", ".tsx", ".css", ".cjs", ".sql")


def modules(room: str) -> Iterator[tuple[str, Path]]:
    """Modules under a folder, by their dotted names."""
    for path in sorted((ROOT / room).rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        yield ".".join(parts[:-1] if parts[-1] == "__init__" else parts), path


def is_module(name: str) -> bool:
    path = ROOT.joinpath(*name.split("."))
    return path.with_suffix(".py").is_file() or path.is_dir()


def imports(path: Path) -> Iterator[str]:
    """Every module of ours that a file imports, wherever in it."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: import by the full name"
            inside = [f"{node.module}.{alias.name}" for alias in node.names]
            names = [name if is_module(name) else node.module or "" for name in inside]
        else:
            continue
        yield from (name for name in names if name.partition(".")[0] in ROOMS)


def belongs(module: str, package: str) -> bool:
    return module == package or module.startswith(f"{package}.")


def room_of(module: str) -> str:
    return max((room for room in MAY_IMPORT if belongs(module, room)), key=len)


def is_allowed(importer: str, imported: str) -> bool:
    room = room_of(importer)
    return any(belongs(imported, package) for package in (room, *MAY_IMPORT[room]))


@pytest.mark.parametrize("room", [room for room in MAY_IMPORT if "." not in room])
def test_imports__go_only_where_they_may(room: str) -> None:
    found = list(modules(room))
    assert found
    wrong = [
        f"{module} imports {imported}"
        for module, path in found
        for imported in imports(path)
        if not is_allowed(module, imported)
    ]
    assert wrong == []


def test_imports__the_check_itself__sees_what_is_wrong() -> None:
    assert not is_allowed("rules.interest", "indexer.config")
    assert not is_allowed("indexer.sync", "backend.config")
    assert not is_allowed("indexer.chain.rpc", "indexer.ledger.schema")
    assert not is_allowed("indexer.reports.summary", "indexer.ledger.journal")
    assert not is_allowed("backend.ledger.service", "indexer.ledger.journal")
    assert not is_allowed("backend.office.service", "koperasi.home")
    assert not is_allowed("recount.replay", "rules.meetings")
    assert not is_allowed("recount.fetch", "indexer.chain.events")
    assert not is_allowed("indexer.sync", "recount.fetch")
    assert not is_allowed("verifier.chain", "indexer.chain.prove")
    assert not is_allowed("verifier.verify", "indexer.ledger.schema")
    assert not is_allowed("recount.bundle", "verifier.bundle")
    assert is_allowed("backend.ledger.service", "indexer.reports.summary")
    assert is_allowed("indexer.sync", "indexer.chain.rpc")


def test_imports__nothing_that_ships__needs_the_tests() -> None:
    for room in ("rules", "indexer", "recount", "verifier", "backend", "koperasi", "scripts"):
        for module, path in modules(room):
            assert not [name for name in imports(path) if name.startswith(("tests", "benchmarks"))], module


def test_features_of_the_backend__do_not_import_one_another() -> None:
    for feature in FEATURES:
        others = [f"backend.{other}" for other in FEATURES if other != feature]
        for module, path in modules(f"backend/{feature}"):
            wrong = [name for name in imports(path) if any(belongs(name, other) for other in others)]
            assert wrong == [], module


def test_documents__which_every_feature_may_use__use_none() -> None:
    for module, path in modules(f"backend/{SHARED}"):
        wrong = [name for name in imports(path) for each in FEATURES if belongs(name, f"backend.{each}")]
        assert wrong == [], module


def test_personal_data__is_read_by_the_backend_alone() -> None:
    for room in ("rules", "indexer", "recount", "verifier", "scripts", "koperasi"):
        for module, path in modules(room):
            assert not [name for name in imports(path) if name.startswith(PERSONAL)], module


def sources() -> Iterator[Path]:
    for room in (*ROOMS, "contracts", "frontend/src"):
        for path in sorted((ROOT / room).rglob("*")):
            if path.suffix in SOURCES and "node_modules" not in path.parts:
                yield path


def test_files__are_short__or_say_why() -> None:
    lengths = {str(path.relative_to(ROOT)): len(path.read_text("utf-8").splitlines()) for path in sources()}
    assert [
        f"{name}: {count} lines" for name, count in lengths.items() if count > MAX_LINES and name not in LONG
    ] == []
    assert [name for name in LONG if lengths.get(name, 0) <= MAX_LINES] == [], "no longer an exception"


def test_verifier__reads_no_network_and_no_database() -> None:
    allowed = {"collections", "dataclasses", "hashlib", "itertools", "re", "typing", "msgspec", "rlp", "trie"}
    for module, path in modules("verifier"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            outside = {name.partition(".")[0] for name in names} - {"rules", "indexer", "verifier"}
            assert outside <= allowed, module
