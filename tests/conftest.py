"""Fixtures that every test may use.

Tests of contracts have a process and a configuration of their own: see tests/contracts.
"""

import os
from pathlib import Path

import pytest

from tests.postgres import postgres_database, postgres_url

__all__ = ["postgres_database", "postgres_url"]

DEEP = os.environ.get("KOPERASI_DEEP") == "1"


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """tests/contracts needs Brownie's plugin, which this process does without."""
    inside = collection_path.parts[len(Path(__file__).parent.parts) :]
    if inside[:1] == ("contracts",):
        return True
    return None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests marked nightly run under KOPERASI_DEEP=1 only."""
    if not DEEP:
        skip = pytest.mark.skip(reason="nightly: make nightly runs it")
        for item in items:
            if item.get_closest_marker("nightly"):
                item.add_marker(skip)
