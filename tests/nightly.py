"""Tests marked `nightly` run under KOPERASI_DEEP=1 only: conftest files take the hook from here."""

import os

import pytest

DEEP = os.environ.get("KOPERASI_DEEP") == "1"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what `make test` has no time for."""
    if DEEP:
        return
    skip = pytest.mark.skip(reason="nightly: make nightly runs it")
    for item in items:
        if item.get_closest_marker("nightly"):
            item.add_marker(skip)
