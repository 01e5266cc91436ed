"""What a meeting decides and by which rules, as its notice put it into the logs."""

from collections.abc import Sequence
from typing import NamedTuple

from recount import wire
from recount.bundle import Bundle, Log
from recount.errors import RecountError
from recount.papers import Boxes
from recount.register import Register


class Window(NamedTuple):
    """Unix seconds: a call takes papers from `opens_at` until before `closes_at`."""

    opens_at: int
    closes_at: int

    def has(self, time: int) -> bool:
        return self.opens_at <= time < self.closes_at


class Motion(NamedTuple):
    """A resolution has no candidates and no seats. `first_box`: where its boxes begin on the paper."""

    number: int
    title: str
    majority_bps: int
    is_weighty: bool
    candidates: tuple[int, ...]
    seats: int
    first_box: int

    @property
    def is_election(self) -> bool:
        return self.seats > 0


class Notice(NamedTuple):
    """`roll` is counted from the register, `roll_said` is the event's. `noticed_at`: its unix seconds."""

    meeting: int
    noticed_at: int
    roll: int
    roll_said: int
    windows: tuple[Window, Window]
    quorums_bps: tuple[int, int]
    execution_delay: int
    objection_period: int
    proxies_per_holder: int
    motions: tuple[Motion, ...]

    def motion(self, number: int) -> Motion:
        """A motion by its number; RecountError if the notice has none of that number."""
        if not 1 <= number <= len(self.motions):
            raise RecountError(
                f"Usul {number} tidak ada dalam undangan.", f"The notice has no motion {number}."
            )
        return self.motions[number - 1]

    def call_at(self, time: int) -> int:
        """The call whose hours `time` falls into, or zero."""
        return next((call for call, window in enumerate(self.windows, 1) if window.has(time)), 0)

    def needed(self, call: int) -> int:
        """Members that must be present in a call: the by-laws' share of the roll, rounded up."""
        return -(-self.roll * self.quorums_bps[call - 1] // 10_000)

    @property
    def boxes(self) -> Boxes:
        """The layout of the ballot paper."""
        elections = tuple((len(each.candidates), each.seats) for each in self.motions if each.is_election)
        return Boxes(len(self.motions) - len(elections), elections)


def read_notice(bundle: Bundle, register: Register) -> Notice:
    """The notice of the bundle's meeting; RecountError if its logs are not there or not whole."""
    logs = [log for log in bundle.logs if log.address == bundle.rat]
    convened = [log for log in logs if log.topics[0] == wire.CONVENED]
    put = [log for log in logs if log.topics[0] == wire.MOTION_PUT]
    if len(convened) != 1:
        raise RecountError(
            f"Tidak ada rapat {bundle.meeting} dari RAT {bundle.rat} sampai blok {bundle.block}. Periksa "
            "nomor rapat, alamat, dan chain.",
            f"There is no meeting {bundle.meeting} of the RAT {bundle.rat} up to block {bundle.block}. "
            "Check the meeting's number, the address and the chain.",
        )
    types = ("uint8", "uint16", "bytes32", "bytes32", "uint32", wire.CALL, wire.CALL, wire.BYLAWS)
    found = wire.values(types, wire.bytes_of(convened[0].data), "MeetingConvened")
    roll_said, first, second, bylaws = found[4:]
    noticed_at = bundle.times[convened[0].block]
    return Notice(
        meeting=bundle.meeting,
        noticed_at=noticed_at,
        roll=register.roll(noticed_at),
        roll_said=roll_said,
        windows=(Window(*first), Window(*second)),
        quorums_bps=(bylaws[1], bylaws[2]),
        execution_delay=bylaws[8],
        objection_period=bylaws[9],
        proxies_per_holder=bylaws[10],
        motions=_motions(put),
    )


def _motions(put: Sequence[Log]) -> tuple[Motion, ...]:
    if [wire.number_of(log.topics[2]) for log in put] != list(range(1, len(put) + 1)) or not put:
        raise RecountError(
            "Usulan rapat ini tidak lengkap dalam log: endpoint memotong jawabannya.",
            "The motions of this meeting are not all in the logs: the endpoint cuts its answers short.",
        )
    motions = [_motion(number, log) for number, log in enumerate(put, 1)]
    placed, box = {}, 0
    for motion in sorted(motions, key=lambda each: (each.is_election, each.number)):
        placed[motion.number] = motion._replace(first_box=box)
        box += len(motion.candidates) if motion.is_election else 2
    return tuple(placed[motion.number] for motion in motions)


def _motion(number: int, log: Log) -> Motion:
    (content,) = wire.values((wire.MOTION,), wire.bytes_of(log.data), f"MotionPut {number}")
    kind, majority_bps, title, _, actions, (offices, _, _, candidates, _) = content
    return Motion(
        number=number,
        title=title,
        majority_bps=majority_bps,
        is_weighty=bool(kind or actions),
        candidates=tuple(member for member, *_ in candidates),
        seats=len(offices) if kind else 0,
        first_box=0,
    )
