"""Closing a period on the chain: BENDAHARA sends, PENGAWAS countersigns (IBooks.Close)."""

from typing import Final, NamedTuple

from eth_abi.abi import encode
from eth_utils.crypto import keccak

from backend.chain import Call, Chain, Sent
from backend.keyring import Keyring
from backend.office.signing import Signatures
from backend.refusals import ActRefusedError, explained
from rules.types import Month, WibDay

_GAS: Final = 400_000
_CLOSE: Final = "(uint32,uint64,bytes32,bytes32,bytes32,uint64)"


class Close(NamedTuple):
    """What is attested: WIB day, number of entries, hashes of 32 bytes, rupiah."""

    through: WibDay
    entries: int
    ledger_root: bytes
    trial_balance_hash: bytes
    claims_root: bytes
    claims_total: int


class CloseRefusedError(ActRefusedError):
    """The contract refuses the close as things stand; in both languages."""


def standing(chain: Chain) -> tuple[Month, WibDay]:
    """The month that was ended last, and the last closed day (0: none)."""
    asked = [Call("Books", "lastEndedMonth", ()), Call("Treasury", "closedThrough", ())]
    ended, closed = chain.call_many(asked)
    return Month(ended), WibDay(closed)


def close_period(chain: Chain, keyring: Keyring, close: Close) -> Sent:
    """Close a period. CloseRefusedError if the contract would refuse; then nothing is sent."""
    sender = keyring.officer("BENDAHARA")
    chain.settle([str(sender.address)])
    chain.reach(chain.time)
    action = keccak(encode(("string", _CLOSE), ("close", close)))
    consent = Signatures(chain, keyring).countersignature("PENGAWAS", "Books", action)
    data = chain.encode("Books", "close", (close, consent))
    reason = chain.refused(sender, "Books", data)
    if reason is not None:
        raise CloseRefusedError(explained(reason))
    (sent,) = chain.send(sender, [("Books", data, _GAS)])
    return sent
