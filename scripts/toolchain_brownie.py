"""A pytest plugin named in tests/contracts/pytest.ini: it loads Brownie before Brownie's own plugin would.

So Brownie keeps its data inside the clone, and finds the compiler and anvil there.
"""

import hashlib
from pathlib import Path

from scripts import toolchain

toolchain.load_brownie()

from brownie.test.managers import base  # noqa: E402 (Brownie must be loaded by the toolchain first)


def file_hash(path: str | Path) -> str:
    """What Brownie's --update compares.

    Brownie would parse every module that a test imports and that lies inside the project; with .venv
    inside the project it stops at the first compiled one.
    """
    return hashlib.sha1(Path(path).read_bytes(), usedforsecurity=False).hexdigest()


base._get_ast_hash = file_hash
