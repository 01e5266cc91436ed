"""Packed papers of a batch, and the boxes of a ballot paper (contracts/interfaces/IBallotBox.sol)."""

from typing import NamedTuple

from recount.errors import RecountError


class Paper(NamedTuple):
    """One record. `choices` is zero in a check-in. `deadline` in unix seconds."""

    member: int
    meeting: int
    call: int
    deadline: int
    choices: int
    signature: bytes


class Boxes(NamedTuple):
    """How a paper is laid out: two boxes a resolution, then a box for each candidate."""

    resolutions: int
    elections: tuple[tuple[int, int], ...]
    """Candidates and seats of each election."""

    def is_overvote(self, choices: int) -> bool:
        """FOR and AGAINST both, more candidates than seats, or a mark outside the boxes."""
        for at in range(self.resolutions):
            if choices >> 2 * at & 3 == 3:
                return True
        choices >>= 2 * self.resolutions
        for candidates, seats in self.elections:
            if (choices & (1 << candidates) - 1).bit_count() > seats:
                return True
            choices >>= candidates
        return choices != 0


def read_papers(batch: bytes) -> list[Paper]:
    """The records of a batch; RecountError if one is cut short (the contract reverts on that)."""
    papers = []
    at = 0
    while at < len(batch):
        body = at + 15
        if body > len(batch):
            raise _cut(at)
        width = batch[at + 14]
        tail = body + width + 2
        end = tail + int.from_bytes(batch[tail - 2 : tail])
        if width > 32 or end > len(batch) or tail > len(batch):
            raise _cut(at)
        papers.append(
            Paper(
                int.from_bytes(batch[at : at + 4]),
                int.from_bytes(batch[at + 4 : at + 8]),
                batch[at + 8],
                int.from_bytes(batch[at + 9 : at + 14]),
                int.from_bytes(batch[body : body + width]),
                batch[tail:end],
            )
        )
        at = end
    return papers


def read_members(data: bytes) -> list[int]:
    """Numbers of 4 bytes each."""
    _whole(data, 4)
    return [int.from_bytes(data[at : at + 4]) for at in range(0, len(data), 4)]


def read_cast(data: bytes) -> list[tuple[int, int]]:
    """Member and choices of BallotsCast."""
    _whole(data, 36)
    return [
        (int.from_bytes(data[at : at + 4]), int.from_bytes(data[at + 4 : at + 36]))
        for at in range(0, len(data), 36)
    ]


def _whole(data: bytes, size: int) -> None:
    if len(data) % size:
        raise RecountError(
            f"Daftar dalam log terpotong ({len(data)} byte).",
            f"A log's list is cut short ({len(data)} bytes).",
        )


def _cut(at: int) -> RecountError:
    return RecountError(
        f"Calldata terpotong: surat pada byte {at} tidak utuh.",
        f"Calldata is cut short: the paper at byte {at} is not whole.",
    )
