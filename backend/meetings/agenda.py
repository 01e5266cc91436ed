"""Reading a meeting's folder `rat/` (format: examples/README.md): agenda, attendance, ballot papers.

Whatever cannot be read stops everything before anything is sent (UnreadableDayBookError, in both languages).
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Any, Final, Literal, NoReturn

import msgspec

from backend.cells import TOO_MANY, UINT32, UnreadableDayBookError, amount_of, table
from backend.documents.cid import CHUNK_BYTES
from rules.ballots import MAX_BOXES, SIMPLE_MAJORITY, Boxes, Choice, Election, Motion, Resolution, Vote
from rules.calendar import date_of_day, day_of_date
from rules.meetings import Call
from rules.types import BPS, BasisPoints, MeetingKind, MemberNumber, TieRule, WibDay

OFFICES: Final = {"KETUA": 1, "SEKRETARIS": 2, "BENDAHARA": 3, "PENGAWAS": 4}
"""Offices that a meeting fills, by their numbers in the contracts."""
MOST_RESOLUTIONS: Final = 32
MOST_ELECTIONS: Final = 6
MOST_CANDIDATES: Final = 64
MOST_TITLE: Final = 200
TERM_DAYS: Final = 1_461
"""Of an elected office, where the agenda names no other: 4 years."""

_Text = Annotated[str, msgspec.Meta(min_length=1, max_length=MOST_TITLE)]
_Number = Annotated[int, msgspec.Meta(ge=1, le=UINT32)]
_Share = Annotated[int, msgspec.Meta(ge=1, le=BPS)]
_Moment = Annotated[datetime, msgspec.Meta(tz=True)]


class _Call(msgspec.Struct):
    opens: _Moment
    closes: _Moment


class _Action(msgspec.Struct):
    contract: str
    function: str
    arguments: list[Any] = msgspec.field(default_factory=list)


class _Motion(msgspec.Struct):
    id: int
    kind: Literal["RESOLUTION", "ELECTION"]
    title: _Text
    majority_bps: Annotated[int, msgspec.Meta(ge=SIMPLE_MAJORITY, le=BPS)] | None = None
    seats: int | None = None
    offices: list[Literal["KETUA", "SEKRETARIS", "BENDAHARA", "PENGAWAS"]] | None = None
    candidates: list[_Number] | None = None
    term_days: Annotated[int, msgspec.Meta(ge=181, le=1826)] = TERM_DAYS
    actions: list[_Action] = msgspec.field(default_factory=list)


class _Meeting(msgspec.Struct):
    kind: Literal["TAHUNAN", "LUAR_BIASA"]
    noticed_on: date
    roll_on: date
    quorum_bps: _Share
    second_call_quorum_bps: _Share
    first_call: _Call
    second_call: _Call
    tie_rule: Literal["LOWEST_MEMBER_NO", "LIST_ORDER"]
    motions: Annotated[list[_Motion], msgspec.Meta(min_length=1)]


@dataclass(frozen=True, slots=True)
class Action:
    """A call that a resolution makes: contract (name in the deployment), function, JSON arguments."""

    contract: str
    function: str
    arguments: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Item:
    """A motion as the notice puts it. Of an election: an office for each seat, and for how many days; of a
    resolution: what carrying it out does."""

    title: str
    content: Motion
    offices: tuple[int, ...] = ()
    term_days: int = 0
    actions: tuple[Action, ...] = ()


@dataclass(frozen=True, slots=True)
class Agenda:
    """What meeting.json says. text: its canonical form, the notice's document."""

    kind: MeetingKind
    noticed_on: WibDay
    first_quorum_bps: BasisPoints
    second_quorum_bps: BasisPoints
    first: Call
    second: Call
    tie_rule: TieRule
    items: tuple[Item, ...]
    text: bytes

    @property
    def documents(self) -> bytes:
        """sha2-256 of the canonical form: the digest in its CID, as it is one block."""
        return sha256(self.text).digest()

    @property
    def book_year(self) -> int:
        """The year an annual meeting reports on: the one before its notice; else zero."""
        return date_of_day(self.noticed_on).year - 1 if self.kind is MeetingKind.TAHUNAN else 0

    @property
    def boxes(self) -> Boxes:
        """The ballot paper's boxes."""
        return Boxes(tuple(item.content for item in self.items))


@dataclass(frozen=True, slots=True)
class BallotRow:
    """A ballot paper: a member's number (nobody's, perhaps) and the marks."""

    member: MemberNumber
    choices: int


@dataclass(frozen=True, slots=True)
class MeetingBook:
    """A folder: the agenda, the members present in each call, and the papers in the file's order."""

    agenda: Agenda
    present: tuple[tuple[MemberNumber, ...], tuple[MemberNumber, ...]]
    ballots: tuple[BallotRow, ...]


def read_meeting(folder: Path) -> MeetingBook:
    """The folder `rat/` of a cooperative's data; UnreadableDayBookError for whatever makes no sense in it."""
    agenda = read_agenda(folder / "meeting.json")
    first, second = (read_attendance(folder / f"attendance_{call}_call.csv") for call in ("first", "second"))
    return MeetingBook(agenda, (first, second), _ballots(folder / "ballots.csv", agenda))


def read_agenda(path: Path) -> Agenda:
    """One meeting.json; UnreadableDayBookError for whatever no notice could say."""
    try:
        raw = path.read_bytes()
        found = msgspec.json.decode(raw, type=_Meeting)
        canonical = json.dumps(json.loads(raw), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    except FileNotFoundError as error:
        raise UnreadableDayBookError(path, "berkas tidak ada", "the file is missing") from error
    except (OSError, ValueError, msgspec.MsgspecError) as error:
        raise UnreadableDayBookError(path, f"isinya salah ({error})", f"wrong content ({error})") from error
    if found.roll_on != found.noticed_on:
        _refuse(path, "roll_on harus sama dengan noticed_on", "roll_on must be noticed_on")
    items = tuple(_item(path, motion, place, found.tie_rule) for place, motion in enumerate(found.motions, 1))
    agenda = Agenda(
        kind=MeetingKind[found.kind],
        noticed_on=day_of_date(found.noticed_on),
        first_quorum_bps=BasisPoints(found.quorum_bps),
        second_quorum_bps=BasisPoints(found.second_call_quorum_bps),
        first=_call(path, found.first_call),
        second=_call(path, found.second_call),
        tie_rule=TieRule[found.tie_rule],
        items=items,
        text=canonical.encode(),
    )
    _check(path, agenda)
    return agenda


def _check(path: Path, agenda: Agenda) -> None:
    """What concerns several parts of an agenda."""
    if len(agenda.text) > CHUNK_BYTES:
        _refuse(path, f"di atas {CHUNK_BYTES} byte", f"above {CHUNK_BYTES} bytes")
    if agenda.second.opens_at < agenda.first.closes_at:
        _refuse(path, "second_call harus setelah first_call", "second_call must come after first_call")
    if agenda.second_quorum_bps > agenda.first_quorum_bps:
        _refuse(path, "kuorum kedua di atas yang pertama", "the second quorum is above the first")
    elections = [item.content for item in agenda.items if isinstance(item.content, Election)]
    standing = [member for election in elections for member in election.candidates]
    if len(set(standing)) < len(standing):
        _refuse(path, "seorang calon tercantum dua kali", "a candidate is named twice")
    boxes = agenda.boxes
    if boxes.count > MAX_BOXES or boxes.resolutions > MOST_RESOLUTIONS or len(elections) > MOST_ELECTIONS:
        _refuse(
            path,
            f"di atas {MOST_RESOLUTIONS} keputusan, {MOST_ELECTIONS} pemilihan, atau {MAX_BOXES} kotak",
            f"above {MOST_RESOLUTIONS} resolutions, {MOST_ELECTIONS} elections, or {MAX_BOXES} boxes",
        )


def _item(path: Path, motion: _Motion, place: int, tie_rule: str) -> Item:
    where = f"motions[{place - 1}]"
    if motion.id != place:
        _refuse(path, f"{where}: id harus {place}", f"{where}: id must be {place}")
    if motion.kind == "RESOLUTION":
        if motion.majority_bps is None:
            _refuse(path, f"{where}: majority_bps tidak ada", f"{where}: majority_bps is missing")
        actions = tuple(
            Action(each.contract, each.function, tuple(each.arguments)) for each in motion.actions
        )
        return Item(motion.title, Resolution(BasisPoints(motion.majority_bps)), actions=actions)
    if motion.actions:
        _refuse(path, f"{where}: pemilihan tanpa actions", f"{where}: an election has no actions")
    candidates = tuple(MemberNumber(member) for member in motion.candidates or ())
    offices = tuple(OFFICES[office] for office in motion.offices or ())
    if not offices or motion.seats != len(offices):
        _refuse(path, f"{where}: satu jabatan per kursi", f"{where}: one office for each seat")
    if not 1 <= len(candidates) <= MOST_CANDIDATES:
        _refuse(path, f"{where}: 1-{MOST_CANDIDATES} calon", f"{where}: 1 to {MOST_CANDIDATES} candidates")
    if tie_rule == TieRule.LOWEST_MEMBER_NO.name:
        candidates = tuple(sorted(candidates))
    return Item(motion.title, Election(len(offices), candidates), offices, motion.term_days)


def _call(path: Path, call: _Call) -> Call:
    opens_at, closes_at = int(call.opens.timestamp()), int(call.closes.timestamp())
    if not 0 < opens_at < closes_at:
        _refuse(path, "rapat ditutup sebelum dibuka", "a call closes before it opens")
    return Call(opens_at, closes_at)


def read_attendance(path: Path) -> tuple[MemberNumber, ...]:
    """Members of a CSV with `member_no`, each once, in its order; UnreadableDayBookError."""
    rows = _rows(path, ("member_no",))
    return tuple(dict.fromkeys(_member(path, row["member_no"], n) for n, row in enumerate(rows, 1)))


def _ballots(path: Path, agenda: Agenda) -> tuple[BallotRow, ...]:
    boxes = agenda.boxes
    columns = [f"m{motion}" for motion in boxes.numbers()]
    ballots = []
    for n, row in enumerate(_rows(path, ("member_no", *columns)), 1):
        votes = {motion: _vote(path, boxes, motion, row[f"m{motion}"], n) for motion in boxes.numbers()}
        ballots.append(BallotRow(_member(path, row["member_no"], n), boxes.pack(votes)))
    return tuple(ballots)


def _vote(path: Path, boxes: Boxes, motion: int, text: str, row: int) -> Vote:
    """FOR, AGAINST or ABSTAIN (an empty cell), or the numbers voted for."""
    if isinstance(boxes.motions[motion - 1], Resolution):
        if text and text not in Choice.__members__:
            _refuse(path, f"baris {row}, m{motion}: {text!r}", f"row {row}, m{motion}: {text!r}")
        return Choice[text] if text else Choice.ABSTAIN
    return frozenset(_member(path, number, row) for number in text.split())


def _member(path: Path, text: str, row: int) -> MemberNumber:
    number = amount_of(text)
    if number is None or number > UINT32:
        _refuse(path, f"baris {row}: nomor {text!r}", f"row {row}: the number {text!r}")
    return MemberNumber(number)


def _rows(path: Path, columns: Sequence[str]) -> list[dict[str, str]]:
    if not path.is_file():
        _refuse(path, "berkas tidak ada", "the file is missing")
    rows = []
    for n, row in table(path, columns):
        if TOO_MANY in row:
            _refuse(path, f"baris {n}: terlalu banyak sel", f"row {n}: too many cells")
        rows.append(row)
    return rows


def _refuse(path: Path, indonesian: str, english: str) -> NoReturn:
    raise UnreadableDayBookError(path, indonesian, english)
