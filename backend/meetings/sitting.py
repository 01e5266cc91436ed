"""What officers do while a call of a meeting is open (IBallotBox)."""

from collections.abc import Sequence
from typing import Final

from backend.chain import Call, Chain
from backend.countersigning import countersignature
from backend.keyring import Keyring
from backend.meetings.relay import MeetingStoppedError, Sender
from rules.meetings import CALLS
from rules.types import MemberNumber

_LIST: Final = ("string", "uint32", "uint8", "bytes32", "bytes")


def declare(chain: Chain, keyring: Keyring, gas_cap: int, meeting: int, motion: int) -> str:
    """KETUA declares consensus on a motion; the transaction. MeetingStoppedError if the contract refuses."""
    sender = _sender(chain, keyring, gas_cap, "KETUA")
    (sent,) = sender.send("BallotBox", [("declareConsensus", (meeting, motion))])
    return sent.hash


def enter(
    chain: Chain,
    keyring: Keyring,
    gas_cap: int,
    meeting: int,
    document: bytes,
    members: Sequence[MemberNumber],
) -> str:
    """SEKRETARIS enters a paper list into the open call, PENGAWAS countersigns; the transaction.
    `document`: the digest of the list's CID. MeetingStoppedError if no call is open or the contract
    refuses."""
    sender = _sender(chain, keyring, gas_cap, "SEKRETARIS")
    packed = b"".join(member.to_bytes(4, "big") for member in members)
    action = ("paper list", meeting, _open_call(chain, meeting), document, packed)
    consent = countersignature(chain, keyring.officer("PENGAWAS"), "BallotBox", _LIST, action)
    arguments = (meeting, document, packed, consent)
    (sent,) = sender.send("BallotBox", [("enterPaperList", arguments)], len(members))
    return sent.hash


def _sender(chain: Chain, keyring: Keyring, gas_cap: int, office: str) -> Sender:
    sender = Sender(chain, keyring.officer(office), gas_cap)
    chain.settle([sender.address])
    chain.reach(chain.time)
    return sender


def _open_call(chain: Chain, meeting: int) -> int:
    """The call whose time it is; whether it takes place, the contract says."""
    times = chain.call_many([Call("BallotBox", "callOf", (meeting, call)) for call in CALLS])
    for call, ((opens_at, closes_at), _) in zip(CALLS, times, strict=True):
        if opens_at <= chain.time < closes_at:
            return call
    raise MeetingStoppedError(
        f"tidak ada panggilan rapat {meeting} yang terbuka. / no call of meeting {meeting} is open."
    )
