"""Kept answers: how many, how heavy, and for how long."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, cast

import anyio
import pytest

from backend.ledger import answers
from backend.ledger.answers import Answers, _Kept
from backend.ledger.reading import Head


@pytest.fixture
def kept_answers(monkeypatch: pytest.MonkeyPatch) -> Answers:
    """Room for 100 bytes in 4 answers, none above 60."""
    monkeypatch.setattr(answers, "_KEPT_BYTES", 100)
    monkeypatch.setattr(answers, "_KEPT_BODIES", 4)
    monkeypatch.setattr(answers, "_BODY_BYTES", 60)
    return Answers(cast("Any", None), "1")


def keep(kept_answers: Answers, address: bytes, body_bytes: int, etag: str = "head") -> list[bytes]:
    kept_answers._keep(address, _Kept(bytes(body_bytes), None, etag))
    held = kept_answers._kept
    assert kept_answers._weight == sum(len(name) + len(kept.body) for name, kept in held.items())
    return list(held)


def test_kept__room_for_the_last_byte__all_stay(kept_answers: Answers) -> None:
    keep(kept_answers, b"/a", 48)
    assert keep(kept_answers, b"/b", 48) == [b"/a", b"/b"]


def test_kept__a_byte_more_than_there_is_room_for__only_the_newest_stays(kept_answers: Answers) -> None:
    keep(kept_answers, b"/a", 48)
    assert keep(kept_answers, b"/b", 49) == [b"/b"]


def test_kept__more_than_are_kept__only_the_newest_stays(kept_answers: Answers) -> None:
    for address in (b"/a", b"/b", b"/c", b"/d"):
        held = keep(kept_answers, address, 1)
    assert len(held) == 4
    assert keep(kept_answers, b"/e", 1) == [b"/e"]


def test_kept__body_with_its_address_too_long__is_not_kept(kept_answers: Answers) -> None:
    keep(kept_answers, b"/a", 1)
    assert keep(kept_answers, b"/" * 12, 49) == [b"/a"]


def test_kept__same_address_twice__weighs_once(kept_answers: Answers) -> None:
    keep(kept_answers, b"/a", 48)
    assert keep(kept_answers, b"/a", 48) == [b"/a"]


def test_kept__the_books_moved__nothing_of_before_stays(kept_answers: Answers) -> None:
    keep(kept_answers, b"/a", 1)
    assert keep(kept_answers, b"/b", 1, etag="next") == [b"/b"]


def test_kept__the_books_move_while_their_head_is_asked_for__no_answer_of_before_under_the_new_etag() -> None:
    """Another request keeps an answer of the new head between finding the old answer and knowing the head."""
    head = Head(2, bytes(32), 5, 1, 4)

    class MovingReader:
        async def read(self, work: Callable[[Any], str]) -> str:
            etag = work(SimpleNamespace(head=head))
            moving._keep(b"/other?", _Kept(b"new", None, etag))
            return etag

    moving = Answers(cast("Any", MovingReader()), "1")
    moving._keep(b"/a?", _Kept(b"old", None, "etag of the head before"))
    scope = {"raw_path": b"/a", "query_string": b"", "headers": []}
    assert anyio.run(moving.kept, scope) is None
