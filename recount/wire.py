"""The few events, functions and structs of the chain that a recount reads, by their signatures alone."""

from typing import Any, Final

from eth_abi.abi import decode
from eth_abi.exceptions import DecodingError

from indexer.chain.hashing import keccak
from recount.errors import RecountError

CALL: Final = "(uint40,uint40)"
BYLAWS: Final = "(uint16,uint16,uint16,uint16,uint16,uint16,uint16,uint32,uint32,uint32,uint8)"
ACTION: Final = "(address,bytes)"
CANDIDATE: Final = "(uint32,address,uint40,bytes)"
ELECTION: Final = f"(uint64[],uint16,uint8,{CANDIDATE}[],(uint64,address)[])"
MOTION: Final = f"(uint8,uint16,string,bytes32,{ACTION}[],{ELECTION})"
NOTICE: Final = f"(uint8,uint16,bytes32,bytes32,{CALL},{CALL},{MOTION}[])"


def topic(signature: str) -> str:
    """The first topic of an event, as endpoints write it."""
    return f"0x{keccak(signature.encode()).hex()}"


def selector(signature: str) -> str:
    """How the calldata of a function begins, as endpoints write it."""
    return topic(signature)[:10]


REGISTERED: Final = topic("MemberRegistered(uint32,address,address,uint8,uint32)")
ACTIVATED: Final = topic("MemberActivated(uint32,uint32)")
SUSPENDED: Final = topic("MemberSuspended(uint32)")
REINSTATED: Final = topic("MemberReinstated(uint32)")
LEFT: Final = topic("MemberLeft(uint32,uint32)")
SIGNER_CHANGED: Final = topic("SignerChanged(uint32,address,uint8,bool)")
REGISTER: Final = (REGISTERED, ACTIVATED, SUSPENDED, REINSTATED, LEFT, SIGNER_CHANGED)

CONVENED: Final = topic(
    f"MeetingConvened(uint32,uint8,uint16,address,bytes32,bytes32,uint32,{CALL},{CALL},{BYLAWS})"
)
MOTION_PUT: Final = topic(f"MotionPut(uint32,uint8,{MOTION})")
WITHDRAWN: Final = topic("MotionWithdrawn(uint32,uint8,address)")
SEAT_FILLED: Final = topic("SeatFilled(uint32,uint8,uint8,uint64,uint32,address,uint40)")

CHECKED_IN: Final = topic("CheckedIn(uint32,uint8,bytes)")
CHECK_IN_REFUSED: Final = topic("CheckInRefused(uint32,uint8,uint32,uint32,uint8)")
PAPER_LIST: Final = topic("PaperListEntered(uint32,uint8,bytes32,bytes)")
CAST: Final = topic("BallotsCast(uint32,uint8,bytes)")
BALLOT_REFUSED: Final = topic("BallotRefused(uint32,uint8,uint32,uint32,uint8)")
PROXY: Final = topic("ProxyAppointed(uint32,uint32,uint32)")
CONSENSUS: Final = topic("ConsensusDeclared(uint32,uint8,address,uint40)")
OBJECTION: Final = topic("ObjectionRaised(uint32,uint8,uint32)")
CARRIED_OUT: Final = topic("DecisionCarriedOut(address,uint32,uint8)")
"""Its second topic is the RAT that decided, the third the meeting."""
OF_RAT: Final = (CONVENED, MOTION_PUT, WITHDRAWN, SEAT_FILLED)
"""Events of the RAT; their second topic is the number of the meeting."""
OF_BOX: Final = (
    CHECKED_IN,
    CHECK_IN_REFUSED,
    PAPER_LIST,
    CAST,
    BALLOT_REFUSED,
    PROXY,
    CONSENSUS,
    OBJECTION,
)
"""Events of the ballot box; their second topic is the number of the meeting."""

TOPICS: Final = {
    **dict.fromkeys((ACTIVATED, SUSPENDED, REINSTATED, LEFT), 2),
    **dict.fromkeys((REGISTERED, SIGNER_CHANGED, *OF_RAT, *OF_BOX), 3),
    **dict.fromkeys((CHECK_IN_REFUSED, BALLOT_REFUSED, PROXY, OBJECTION, CARRIED_OUT), 4),
}
"""How many topics a log of each event has."""

CONVENE_CALL: Final = selector(f"convene({NOTICE})")
CAST_CALL: Final = selector("cast(uint32,bytes)")
CHECK_IN_CALL: Final = selector("checkIn(uint32,bytes)")
CAST_OWN_CALL: Final = selector("castOwn(uint32,uint32,uint256)")
CHECK_IN_OWN_CALL: Final = selector("checkInOwn(uint32,uint32)")
CAST_BY_PROXY_CALL: Final = selector("castByProxy(uint32,uint32,uint256,uint40,bytes)")
APPOINT_CALL: Final = selector("appointProxy(uint32,uint32,uint32,uint40,bytes)")
OBJECT_CALL: Final = selector("objectTo(uint32,uint8,uint32,uint40,bytes)")
ARGUMENTS: Final = {
    CAST_CALL: ("uint32", "bytes"),
    CHECK_IN_CALL: ("uint32", "bytes"),
    CAST_OWN_CALL: ("uint32", "uint32", "uint256"),
    CHECK_IN_OWN_CALL: ("uint32", "uint32"),
    CAST_BY_PROXY_CALL: ("uint32", "uint32", "uint256", "uint40", "bytes"),
    APPOINT_CALL: ("uint32", "uint32", "uint32", "uint40", "bytes"),
    OBJECT_CALL: ("uint32", "uint8", "uint32", "uint40", "bytes"),
}
"""Functions whose calldata holds a member's signed order or is the member's own."""


def number_of(word: str) -> int:
    """The number in a topic or word; RecountError if it is none."""
    return int.from_bytes(bytes_of(word))


def bytes_of(text: str) -> bytes:
    """The bytes of 0x and hex digits; RecountError on anything else."""
    try:
        if not text.startswith("0x"):
            raise ValueError(text)
        return bytes.fromhex(text[2:])
    except ValueError as error:
        raise RecountError(f"{text[:40]!r} bukan heksadesimal.", f"{text[:40]!r} is no hex.") from error


def values(types: tuple[str, ...], data: bytes, what: str) -> tuple[Any, ...]:
    """What `data` holds by the ABI; RecountError if it does not fit."""
    try:
        return decode(types, data)
    except (DecodingError, OverflowError) as error:
        raise RecountError(
            f"{what} tidak terbaca: {error}. Endpoint memotong jawabannya, atau alamatnya salah.",
            f"{what} cannot be read: {error}. The endpoint cuts its answers short, or the address is wrong.",
        ) from error
