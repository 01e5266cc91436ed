"""Tables of the members' meeting; a part of `indexer.ledger.schema`."""

from typing import Final

from sqlalchemy import Index

from indexer.ledger.columns import binary, log_table, number, packed_table, small, table, text

meeting = table(
    "meeting",
    ("meeting",),
    number("meeting"),
    number("block_number"),
    number("log_index"),
    binary("rat"),
    small("kind"),
    number("book_year"),
    number("noticed_at"),
    number("roll"),
    binary("convener"),
    binary("notice_hash"),
    binary("documents"),
    number("first_opens"),
    number("first_closes"),
    number("second_opens"),
    number("second_closes"),
    text("bylaws"),
)
"""`rat`: the contract that holds the meeting; `bylaws`: those of the notice, JSON."""
motion = log_table(
    "motion",
    number("meeting"),
    small("motion"),
    small("kind"),
    number("majority_bps"),
    text("title"),
    binary("document"),
    text("content"),
)
"""`content`: JSON of the actions, and of the election in an election."""
motion_change = log_table(
    "motion_change",
    number("meeting"),
    small("motion"),
    text("change"),
    binary("account", nullable=True),
    number("member", nullable=True),
    number("until", nullable=True),
)
"""WITHDRAWN (by `account`), CONSENSUS (declared by `account`, open to objections until `until`), OBJECTION
(of `member`), CARRIED_OUT (a decision of the RAT `account`)."""
attendance = packed_table(
    "attendance", number("meeting"), small("call"), number("member"), small("attendance")
)
"""PRESENT by check-in or PAPER (`rules.types.Attendance`); who cast a ballot is present too."""
paper_list = log_table("paper_list", number("meeting"), small("call"), binary("document"))
ballot = packed_table("ballot", number("meeting"), small("call"), number("member"), binary("choices"))
"""Accepted ballot papers; `choices`: the word of their boxes, big-endian."""
ballot_batch = log_table("ballot_batch", number("meeting"), small("call"), number("papers"), binary("marks"))
"""Sums over the ballots of a log: how many, and how many mark each box: 4 bytes a box, up to the last that
any marks."""
paper_refusal = log_table(
    "paper_refusal",
    text("paper"),
    number("meeting", nullable=True),
    small("call", nullable=True),
    binary("notice_hash", nullable=True),
    number("member"),
    number("place"),
    small("reason"),
)
"""A BALLOT, CHECK_IN or PETITION paper that was skipped; `place`: in its batch, from 0."""
petition = log_table("petition", binary("notice_hash"), number("total"), number("needed"))
petition_signature = packed_table("petition_signature", binary("notice_hash"), number("member"))
proxy = log_table("proxy", number("meeting"), number("member"), number("holder"))
seat = log_table(
    "seat",
    number("meeting"),
    small("motion"),
    small("seat"),
    number("office"),
    number("member", nullable=True),
    binary("account"),
    number("until"),
)
"""`member` is NULL for a seat that stays vacant."""
minutes = log_table("minutes", number("meeting"), binary("document"), number("chair"), number("secretary"))

_BY_MEETING: Final = (
    motion,
    motion_change,
    paper_list,
    ballot_batch,
    paper_refusal,
    proxy,
    seat,
    minutes,
)
_BY_MEMBER: Final = (attendance, ballot)
_BY_NOTICE: Final = (petition, petition_signature)
MEETING_TABLES: Final = (meeting, *_BY_MEETING, *_BY_MEMBER, *_BY_NOTICE)

for _each in _BY_MEETING:
    Index(f"{_each.name}_meeting", _each.c.cooperative_id, _each.c.meeting)
for _each in _BY_MEMBER:
    Index(f"{_each.name}_member", _each.c.cooperative_id, _each.c.meeting, _each.c.call, _each.c.member)
for _each in _BY_NOTICE:
    Index(f"{_each.name}_notice", _each.c.cooperative_id, _each.c.notice_hash)
