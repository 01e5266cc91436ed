"""A meeting by petition: the notice that members sign for, kept in a file until there are enough of them.

The notice is kept as the chain will see it: who holds which office, and so what an election ends, may change
while signatures are collected, and another notice has another hash.
"""

from pathlib import Path
from typing import Annotated, Any, Final, NamedTuple

import msgspec
from eth_abi.abi import decode
from eth_abi.exceptions import DecodingError
from eth_utils.crypto import keccak

from backend.cells import UnreadableDayBookError
from backend.chain import Call, Chain

_SELECTOR: Final = 4
_Hex = Annotated[str, msgspec.Meta(pattern="^0x([0-9a-fA-F]{2})*$")]


class _Kept(msgspec.Struct):
    notice_hash: _Hex
    notice: _Hex


class Petition(NamedTuple):
    """A notice as `abi.encode(notice)`."""

    notice: bytes

    @property
    def notice_hash(self) -> bytes:
        """What members sign for, with their number and a deadline (IBallotBox, Petition)."""
        return bytes(keccak(self.notice))

    def fields(self, chain: Chain) -> tuple[Any, ...]:
        """IRAT.Notice for `RAT.convene`."""
        (fields,) = decode(list(chain.input_types("RAT", "convene")), self.notice)
        return tuple(fields)

    def keep(self, path: Path) -> None:
        """Write the file that `read_petition` reads."""
        kept = _Kept(f"0x{self.notice_hash.hex()}", f"0x{self.notice.hex()}")
        path.write_bytes(msgspec.json.encode(kept) + b"\n")


class Support(NamedTuple):
    """Signatures of a petition, and how many it needs: zero before the first."""

    signatures: int
    needed: int


def petition_of(chain: Chain, fields: tuple[Any, ...]) -> Petition:
    """A petition for a notice."""
    return Petition(bytes.fromhex(chain.encode("RAT", "convene", (fields,))[2:])[_SELECTOR:])


def read_petition(path: Path, chain: Chain) -> Petition:
    """A petition from its file; UnreadableDayBookError if it holds no notice, or not that of its hash."""
    try:
        kept = msgspec.json.decode(path.read_bytes(), type=_Kept)
        petition = Petition(bytes.fromhex(kept.notice[2:]))
        petition.fields(chain)
    except (OSError, msgspec.MsgspecError, DecodingError, OverflowError) as error:
        raise UnreadableDayBookError(path, f"bukan petisi ({error})", f"no petition ({error})") from error
    if f"0x{petition.notice_hash.hex()}" != kept.notice_hash.lower():
        raise UnreadableDayBookError(path, "undangannya diubah", "its notice was changed")
    return petition


def support(chain: Chain, petition: Petition) -> Support:
    """How far a petition is."""
    (signatures, needed, _), *_ = chain.call_many([Call("BallotBox", "petitionOf", (petition.notice_hash,))])
    return Support(signatures, needed)
