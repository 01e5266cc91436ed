"""Fixtures that every test may use.

Tests of contracts have a process and a configuration of their own: see tests/contracts.
"""

from pathlib import Path

import pytest
from hypothesis import settings

from tests.nightly import pytest_collection_modifyitems
from tests.postgres import postgres_database, postgres_url

__all__ = ["postgres_database", "postgres_url", "pytest_collection_modifyitems"]

# How long an example takes tells how busy the machine is, not whether the code is right.
settings.register_profile("house", deadline=None)
settings.load_profile("house")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """tests/contracts needs Brownie's plugin, which this process does without."""
    inside = collection_path.parts[len(Path(__file__).parent.parts) :]
    if inside[:1] == ("contracts",):
        return True
    return None
