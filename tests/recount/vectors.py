"""What the browser's verifier is tested against: `python -m tests.recount.vectors` writes
frontend/src/verify/vectors.json, meetings with what this recount finds in them."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import msgspec

from recount import wire
from recount.recount import recount
from rules.types import Refusal
from tests.recount.village import FIRST, RAT, SECOND, Village, account, votes

FILE: Final = Path(__file__).parents[2] / "frontend" / "src" / "verify" / "vectors.json"
ALL_FOR: Final = votes(m1="FOR", m2=(1, 4), m3="FOR", m4="FOR", m5=(2,))
IN_FIRST, IN_SECOND = FIRST.opens_at + 60, SECOND.opens_at + 60


def small(**settings: Any) -> Village:
    return Village(size=8, **settings)


def every_kind_of_act() -> Village:
    village = Village(size=12, proxies=1)
    village.withdraw(4, FIRST.opens_at - 1)
    village.check_in([1, 2, 3, 2], FIRST.opens_at)
    village.cast([village.paper(5, ALL_FOR)], IN_FIRST)
    village.appoint(10, 11, IN_FIRST + 60)
    village.declare(1, IN_SECOND)
    village.check_in([11, 1], IN_SECOND, call=2)
    village.cast([village.paper(member, ALL_FOR, 2) for member in range(1, 7)], IN_SECOND + 60)
    village.cast_own(7, votes(m3="AGAINST", m2=(7,)), IN_SECOND + 120)
    village.cast_by_proxy(10, 11, votes(m2=(8,)), IN_SECOND + 180)
    village.through_contract(13, ALL_FOR, IN_SECOND + 240)
    village.list_on_paper([8, 9, 1], IN_SECOND + 300, 2)
    village.fill_seat(2, 0, 1, SECOND.closes_at)
    village.carry_out(1, SECOND.closes_at + 86_400)
    return village


def every_reason() -> Village:
    village = small()
    village.change_signer(4, account(104).address, recovered=False)
    village.change_signer(5, account(105).address, recovered=True)
    past = FIRST.opens_at
    papers = [
        village.paper(99, 0b11),
        village.paper(10, ALL_FOR),
        village.paper(1, ALL_FOR),
        village.paper(1, 0b11),
        village.paper(2, 0b11),
        village.paper(3, votes(m2=(1, 4)), choices=1 << 4),
        village.paper(4, ALL_FOR),
        village.paper(4, ALL_FOR, signer=104, signed_deadline=past, deadline=past),
        village.paper(6, ALL_FOR, signed_meeting=2, meeting=2),
        village.paper(7, ALL_FOR, call=2),
        village.paper(5, ALL_FOR, signer=105),
        village.paper(9, ALL_FOR, signature=b"a wallet's own"),
    ]
    said = [
        Refusal.NOT_ELIGIBLE,
        Refusal.NOT_ELIGIBLE,
        Refusal.NONE,
        Refusal.ALREADY_VOTED,
        Refusal.OVERVOTE,
        Refusal.BAD_SIGNATURE,
        Refusal.BAD_SIGNATURE,
        Refusal.EXPIRED,
        Refusal.WRONG_MEETING,
        Refusal.WRONG_MEETING,
        Refusal.NOT_ELIGIBLE,
        Refusal.NONE,
    ]
    village.transaction_of(papers)
    village.say(papers, said, 1, True)
    return village


def objection() -> Village:
    village = small()
    village.declare(1, FIRST.opens_at)
    village.object_to(1, 7, FIRST.opens_at + 60)
    village.cast([village.paper(member, votes(m2=(1,))) for member in range(1, 9)], IN_FIRST + 60)
    return village


def counted() -> Village:
    village = small()
    village.cast([village.paper(member, ALL_FOR) for member in (1, 2, 3)], IN_FIRST)
    return village


def altered(kind: str, edit: Callable[[bytes], bytes]) -> Callable[[], Village]:
    def make() -> Village:
        village = counted()
        village.change(kind, edit)
        return village

    return make


def wrongly_accepted() -> Village:
    village = counted()
    papers = [
        village.paper(4, ALL_FOR, signer=5),
        village.paper(6, ALL_FOR, signer=3),
        village.paper(10, ALL_FOR),
        village.paper(1, ALL_FOR),
        village.paper(7, ALL_FOR),
    ]
    village.transaction_of(papers)
    village.say(papers, [Refusal.NONE] * 4 + [Refusal.EXPIRED], 1, True)
    return village


def wrong_elsewhere() -> Village:
    village = small(proxies=1)
    village.declare(1, IN_FIRST)
    village.logs[-1] = msgspec.structs.replace(
        village.logs[-1], topics=(*village.logs[-1].topics[:2], village.logs[-1].topics[2][:-1] + "3")
    )
    village.appoint(1, 2, IN_FIRST + 60)
    village.check_in([2], IN_FIRST + 120)
    village.cast_by_proxy(1, 2, ALL_FOR, IN_FIRST + 180)
    village.logs = [log for log in village.logs if log.topics[0] != wire.CHECKED_IN]
    village.fill_seat(2, 0, 7, SECOND.closes_at)
    village.carry_out(1, SECOND.closes_at + 86_400)
    at = next(index for index, log in enumerate(village.logs) if log.topics[0] == wire.CONVENED)
    data = bytearray(wire.bytes_of(village.logs[at].data))
    data[159] += 5
    village.logs[at] = msgspec.structs.replace(village.logs[at], data=f"0x{data.hex()}")
    return village


def without_consent() -> Village:
    village = counted()
    village.change_candidate(1, lambda each: (each[0], "0x" + "12" * 20, *each[2:]))
    return village


def convened_by_contract() -> Village:
    village = counted()
    hash_, sent = next((hash_, sent) for hash_, sent in village.transactions.items() if sent.to == RAT)
    village.transactions[hash_] = msgspec.structs.replace(sent, to="0x" + "ab" * 20)
    return village


MEETINGS: Final[dict[str, Callable[[], Village]]] = {
    "every kind of act": every_kind_of_act,
    "every reason": every_reason,
    "objection": objection,
    "vote changed": altered(wire.CAST, lambda cast: cast[:67] + bytes([cast[67] ^ 3]) + cast[68:]),
    "ballot dropped": altered(wire.CAST, lambda cast: cast[36:]),
    "ballot doubled": altered(wire.CAST, lambda cast: cast + cast[:36]),
    "ballot added": altered(wire.CAST, lambda cast: cast + (8).to_bytes(4) + bytes(32)),
    "wrongly accepted": wrongly_accepted,
    "wrong elsewhere": wrong_elsewhere,
    "without consent": without_consent,
    "convened by contract": convened_by_contract,
}


def main() -> None:
    vectors = []
    for name, make in MEETINGS.items():
        bundle = make().bundle()
        plain = msgspec.json.decode(msgspec.json.encode(bundle))
        vectors.append({"name": name, "bundle": plain, "report": recount(bundle).report})
    FILE.write_text(json.dumps(vectors, separators=(",", ":")) + "\n", "utf-8")


if __name__ == "__main__":
    main()
