"""Recording a meeting's minutes on the chain: KETUA sends, SEKRETARIS countersigns."""

from typing import Final

from backend.chain import Chain
from backend.countersigning import countersignature
from backend.keyring import Keyring
from backend.meetings.relay import Sender

_ACTION: Final = ("string", "uint32", "bytes32")


def record_minutes(chain: Chain, keyring: Keyring, gas_cap: int, meeting: int, document: bytes) -> str:
    """Record the sha2-256 of the minutes of a meeting that is over, in place of any recorded before; the
    transaction. MeetingStoppedError if the contract refuses."""
    sender = Sender(chain, keyring.officer("KETUA"), gas_cap)
    chain.settle([sender.address])
    chain.reach(chain.time)
    action = ("minutes", meeting, document)
    consent = countersignature(chain, keyring.officer("SEKRETARIS"), "RAT", _ACTION, action)
    (sent,) = sender.send("RAT", [("recordMinutes", (meeting, document, consent))])
    return sent.hash
