"""What members and officers sign for a meeting beside ballots and check-ins."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from rules.ballots import Paper, pack_papers
from rules.types import MemberNumber
from tests.contracts.actors import BYLAWS, AnyMember, House, Person, account_at, action, typed_digest
from tests.contracts.meetings import LATE, Held, Notice, relay

DOCUMENT: Final = b"\7" * 32


def set_bylaws(house: House, **changed: int) -> Any:
    """As a decision of the RAT would; the others as the house has them."""
    laws = replace(BYLAWS, **changed).meetings()
    return house.RAT.setBylaws(laws, {"from": account_at(house.RAT.address)})


def box_digest(house: House, struct: str, **message: Any) -> bytes:
    return typed_digest("Koperasi BallotBox", house.BallotBox.address, struct, message)


def petition_paper(
    notice: Notice, member: AnyMember, deadline: int = LATE, number: int | None = None
) -> Paper:
    paper = Paper(MemberNumber(member.number if number is None else number), 0, 0, deadline)
    digest = box_digest(
        notice.house,
        "Petition(uint32 member,bytes32 noticeHash,uint40 deadline)",
        member=paper.member,
        noticeHash=notice.hash,
        deadline=deadline,
    )
    return paper.signed(member.sign(digest))


def sign_petition(notice: Notice, members: Sequence[AnyMember]) -> Any:
    papers = [petition_paper(notice, member) for member in members]
    return notice.house.BallotBox.signPetition(notice.hash, pack_papers(papers), {"from": relay()})


def appoint_proxy(
    meeting: Held,
    member: AnyMember,
    holder: AnyMember,
    deadline: int = LATE,
    signer: AnyMember | None = None,
) -> Any:
    digest = box_digest(
        meeting.house,
        "Proxy(uint32 member,uint32 holder,uint32 meeting,uint40 deadline)",
        member=member.number,
        holder=holder.number,
        meeting=meeting.number,
        deadline=deadline,
    )
    signature = (signer or member).sign(digest)
    return meeting.house.BallotBox.appointProxy(
        meeting.number, member.number, holder.number, deadline, signature, {"from": relay()}
    )


def cast_by_proxy(
    meeting: Held,
    member: AnyMember,
    holder: AnyMember,
    choices: int = 1,
    *,
    call: int = 1,
    deadline: int = LATE,
) -> Any:
    paper = meeting.ballot(holder, choices, call=call, number=member.number, deadline=deadline)
    return meeting.house.BallotBox.castByProxy(
        meeting.number, member.number, choices, deadline, paper.signature, {"from": relay()}
    )


def object_to(
    meeting: Held, member: AnyMember, motion: int = 1, deadline: int = LATE, signer: AnyMember | None = None
) -> Any:
    digest = box_digest(
        meeting.house,
        "Objection(uint32 member,uint32 meeting,uint8 motion,uint40 deadline)",
        member=member.number,
        meeting=meeting.number,
        motion=motion,
        deadline=deadline,
    )
    signature = (signer or member).sign(digest)
    return meeting.house.BallotBox.objectTo(
        meeting.number, motion, member.number, deadline, signature, {"from": relay()}
    )


def enter_paper_list(
    meeting: Held,
    members: Sequence[AnyMember],
    call: int = 1,
    maker: Person | None = None,
    checker: Person | None = None,
) -> Any:
    """SEKRETARIS sends and PENGAWAS countersigns, if nobody else does."""
    house = meeting.house
    packed = b"".join(member.number.to_bytes(4) for member in members)
    types = ["uint32", "uint8", "bytes32", "bytes"]
    act = action("paper list", types, [meeting.number, call, DOCUMENT, packed])
    signed = house.countersign(checker or house.pengawas, house.BallotBox, act)
    send = {"from": (maker or house.sekretaris).account}
    return house.BallotBox.enterPaperList(meeting.number, DOCUMENT, packed, signed, send)


def declare_consensus(meeting: Held, motion: int = 1) -> Any:
    send = {"from": meeting.house.ketua.account}
    return meeting.house.BallotBox.declareConsensus(meeting.number, motion, send)


def refusals(tx: Any, event: str = "BallotRefused") -> dict[int, int]:
    """Reasons by place in the batch."""
    return {log["index"]: log["reason"] for log in tx.events[event]} if event in tx.events else {}


def counted(meeting: Held, call: int = 1) -> tuple[int, int, int]:
    """Present, ballots, on paper."""
    present, ballots, paper = meeting.house.BallotBox.callOf(meeting.number, call)[1]
    return present, ballots, paper
