"""The verifier's vectors are those of this recount."""

import json
from typing import Any

import msgspec
import pytest

from recount.bundle import Bundle
from recount.recount import recount
from tests.recount.vectors import FILE, MEETINGS

VECTORS: dict[str, dict[str, Any]] = {each["name"]: each for each in json.loads(FILE.read_text("utf-8"))}


def test_vectors__all_meetings__are_written() -> None:
    assert list(VECTORS) == list(MEETINGS)


@pytest.mark.parametrize("name", MEETINGS)
def test_vectors__bundle_in_the_file__comes_to_its_report(name: str) -> None:
    bundle = msgspec.convert(VECTORS[name]["bundle"], Bundle, strict=False)
    assert recount(bundle).report == VECTORS[name]["report"]
    assert recount(MEETINGS[name]().bundle()).report == VECTORS[name]["report"]
