"""Reading what members signed elsewhere: candidates' consents (JSON), papers (a JSON object a line).

A file that cannot be read is refused before anything is sent (UnreadableDayBookError).
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any, Final

import msgspec
from eth_utils.address import is_checksum_address

from backend.cells import UINT32, UnreadableDayBookError
from backend.meetings.agenda import Agenda
from backend.meetings.notice import Candidate, candidates_of
from rules.ballots import Paper
from rules.types import MemberNumber

_Number = Annotated[int, msgspec.Meta(ge=0, le=UINT32)]
_Deadline = Annotated[int, msgspec.Meta(ge=0, lt=2**40)]
_Hex = Annotated[str, msgspec.Meta(pattern="^0x([0-9a-fA-F]{2})*$")]
_Choices = Annotated[str, msgspec.Meta(pattern="^0x[0-9a-fA-F]{1,64}$")]
MOST_SIGNATURE: Final = 2**16 - 1


class _Signature(msgspec.Struct):
    member: _Number
    deadline: _Deadline
    signature: Annotated[_Hex, msgspec.Meta(max_length=2 * MOST_SIGNATURE + 2)]


class _Consent(msgspec.Struct):
    member: _Number
    account: str
    deadline: _Deadline
    signature: _Hex


class _Paper(msgspec.Struct):
    member: _Number
    call: Annotated[int, msgspec.Meta(ge=1, le=2)]
    deadline: _Deadline
    signature: Annotated[_Hex, msgspec.Meta(max_length=2 * MOST_SIGNATURE + 2)]
    choices: _Choices = "0x0"
    meeting: int | None = None


class _Order(msgspec.Struct, kw_only=True):
    meeting: int | None = None
    member: _Number
    deadline: _Deadline
    signature: Annotated[_Hex, msgspec.Meta(max_length=2 * MOST_SIGNATURE + 2)]


class _Objection(_Order, tag="objection", tag_field="order"):
    motion: Annotated[int, msgspec.Meta(ge=1, le=255)]


class _Proxy(_Order, tag="proxy", tag_field="order"):
    holder: _Number


class _ProxyBallot(_Order, tag="proxy-ballot", tag_field="order"):
    choices: _Choices


class GivenConsents:
    """Consents from a file, by member."""

    def __init__(self, consents: Iterable[_Consent]) -> None:
        self._consents = {MemberNumber(consent.member): consent for consent in consents}

    @property
    def members(self) -> set[MemberNumber]:
        """Who consents."""
        return set(self._consents)

    def candidate(self, member: MemberNumber, election: bytes, deadline: int) -> Candidate:  # noqa: ARG002
        """The consent as it was given: the contract checks what it is to."""
        given = self._consents[member]
        return member, given.account, given.deadline, bytes.fromhex(given.signature[2:])


def read_consents(path: Path, agenda: Agenda) -> GivenConsents:
    """A list of consents: member, account, deadline (unix seconds), signature (hex). Of every candidate."""
    try:
        found = msgspec.json.decode(path.read_bytes(), type=list[_Consent])
    except (OSError, msgspec.MsgspecError) as error:
        raise UnreadableDayBookError(path, f"isinya salah ({error})", f"wrong content ({error})") from error
    wrong = [each.account for each in found if not is_checksum_address(each.account)]
    if wrong:
        raise UnreadableDayBookError(path, f"bukan alamat: {wrong[0]}", f"no address: {wrong[0]}")
    consents = GivenConsents(found)
    missing = sorted(set(candidates_of(agenda)) - consents.members)
    if missing:
        named = ", ".join(map(str, missing))
        raise UnreadableDayBookError(path, f"belum ada: {named}", f"missing: {named}")
    return consents


def read_papers(path: Path, meeting: int) -> list[Paper]:
    """Papers of a meeting, a line each: member, call, deadline, signature, and choices (hex) of a ballot.
    What the page lets a member keep is such a line."""
    papers = []
    try:
        for line in path.read_bytes().splitlines():
            found = msgspec.json.decode(line, type=_Paper)
            _require(found.meeting, meeting)
            signature, choices = bytes.fromhex(found.signature[2:]), int(found.choices, 16)
            papers.append(
                Paper(MemberNumber(found.member), meeting, found.call, found.deadline, choices, signature)
            )
    except (OSError, msgspec.MsgspecError) as error:
        place = len(papers) + 1
        raise UnreadableDayBookError(path, f"baris {place}: {error}", f"line {place}: {error}") from error
    return papers


def read_orders(path: Path, meeting: int) -> list[tuple[str, tuple[Any, ...]]]:
    """Objections, proxies and ballots by proxy, a line each, as calls of the BallotBox: function and
    arguments."""
    calls: list[tuple[str, tuple[Any, ...]]] = []
    try:
        for line in path.read_bytes().splitlines():
            found = msgspec.json.decode(line, type=_Objection | _Proxy | _ProxyBallot)
            _require(found.meeting, meeting)
            rest = (found.deadline, bytes.fromhex(found.signature[2:]))
            if isinstance(found, _Objection):
                calls.append(("objectTo", (meeting, found.motion, found.member, *rest)))
            elif isinstance(found, _ProxyBallot):
                calls.append(("castByProxy", (meeting, found.member, int(found.choices, 16), *rest)))
            else:
                calls.append(("appointProxy", (meeting, found.member, found.holder, *rest)))
    except (OSError, msgspec.MsgspecError) as error:
        place = len(calls) + 1
        raise UnreadableDayBookError(path, f"baris {place}: {error}", f"line {place}: {error}") from error
    return calls


def read_signatures(path: Path) -> list[Paper]:
    """Signatures under a petition, a line each: member, deadline, signature."""
    papers = []
    try:
        for line in path.read_bytes().splitlines():
            found = msgspec.json.decode(line, type=_Signature)
            signature = bytes.fromhex(found.signature[2:])
            papers.append(Paper(MemberNumber(found.member), 0, 0, found.deadline, 0, signature))
    except (OSError, msgspec.MsgspecError) as error:
        place = len(papers) + 1
        raise UnreadableDayBookError(path, f"baris {place}: {error}", f"line {place}: {error}") from error
    return papers


def _require(named: int | None, meeting: int) -> None:
    """A line that names a meeting names this one."""
    if named not in (None, meeting):
        raise msgspec.ValidationError(f"meeting {named}, not {meeting}")
