"""The members' meeting: notices and motions, attendance, ballot papers, decisions, minutes."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from indexer.ledger.migrations.versions.m0001_initial import (
    _bytes,
    _log_table,
    _number,
    _place,
    _small,
    _table,
    _text,
    seal,
    tell_planner,
)

revision: str = "0003"
down_revision: str | Sequence[str] | None = "0002"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

BY_MEETING = (
    *("motion", "motion_change", "paper_list", "ballot_batch"),
    *("paper_refusal", "proxy", "seat", "minutes"),
)
BY_MEMBER = ("attendance", "ballot")
BY_NOTICE = ("petition", "petition_signature")
SEALED = dict.fromkeys(("meeting", *BY_MEETING, *BY_MEMBER, *BY_NOTICE), ("block_number", "block_number"))
"""As in m0001."""

STATISTICS = (
    ("meeting", "meeting", "50 50 1"),
    ("motion", "motion", "400 400 8 1"),
    ("motion", "motion_meeting", "400 400 8"),
    ("motion_change", "motion_change", "400 400 2 1"),
    ("motion_change", "motion_change_meeting", "400 400 8"),
    ("ballot_batch", "ballot_batch", "5000 5000 5 1"),
    ("ballot_batch", "ballot_batch_meeting", "5000 5000 100"),
    ("paper_refusal", "paper_refusal", "10000 10000 10 1"),
    ("paper_refusal", "paper_refusal_meeting", "10000 10000 200"),
    ("proxy", "proxy", "5000 5000 10 1"),
    ("proxy", "proxy_meeting", "5000 5000 100"),
    ("seat", "seat", "200 200 4 1"),
    ("seat", "seat_meeting", "200 200 4"),
    ("attendance", "attendance", "1000000 1000000 1000 200 1"),
    ("attendance", "attendance_member", "1000000 1000000 20000 10000 1"),
    ("ballot", "ballot", "1000000 1000000 1000 200 1"),
    ("ballot", "ballot_member", "1000000 1000000 20000 10000 1"),
    ("petition", "petition", "100 100 2 1"),
    ("petition", "petition_notice", "100 100 10"),
    ("petition_signature", "petition_signature", "50000 50000 500 200 1"),
    ("petition_signature", "petition_signature_notice", "50000 50000 5000"),
)
"""As in m0001."""


def upgrade() -> None:
    """Make the tables, their indexes and triggers."""
    _notices()
    _papers()
    _ends()
    for name in BY_MEETING:
        op.create_index(f"{name}_meeting", name, ["cooperative_id", "meeting"])
    for name in BY_MEMBER:
        op.create_index(f"{name}_member", name, ["cooperative_id", "meeting", "call", "member"])
    for name in BY_NOTICE:
        op.create_index(f"{name}_notice", name, ["cooperative_id", "notice_hash"])
    tell_planner(STATISTICS)
    seal(SEALED)


def _packed_table(name: str, *columns: sa.Column[object]) -> None:
    place = (*_place(), _number("position"))
    _table(name, ("block_number", "log_index", "position"), *place, *columns)


def _notices() -> None:
    _table(
        "meeting",
        ("meeting",),
        _number("meeting"),
        *_place(),
        _bytes("rat"),
        _small("kind"),
        _number("book_year"),
        _number("noticed_at"),
        _number("roll"),
        _bytes("convener"),
        _bytes("notice_hash"),
        _bytes("documents"),
        *map(_number, ("first_opens", "first_closes", "second_opens", "second_closes")),
        _text("bylaws"),
    )
    _log_table(
        "motion",
        _number("meeting"),
        _small("motion"),
        _small("kind"),
        _number("majority_bps"),
        _text("title"),
        _bytes("document"),
        _text("content"),
    )
    _log_table(
        "motion_change",
        _number("meeting"),
        _small("motion"),
        _text("change"),
        _bytes("account", nullable=True),
        _number("member", nullable=True),
        _number("until", nullable=True),
    )
    _log_table("petition", _bytes("notice_hash"), _number("total"), _number("needed"))
    _packed_table("petition_signature", _bytes("notice_hash"), _number("member"))


def _papers() -> None:
    _packed_table("attendance", *_of_member(), _small("attendance"))
    _log_table("paper_list", _number("meeting"), _small("call"), _bytes("document"))
    _packed_table("ballot", *_of_member(), _bytes("choices"))
    _log_table("ballot_batch", _number("meeting"), _small("call"), _number("papers"), _bytes("marks"))
    _log_table(
        "paper_refusal",
        _text("paper"),
        _number("meeting", nullable=True),
        _small("call", nullable=True),
        _bytes("notice_hash", nullable=True),
        _number("member"),
        _number("place"),
        _small("reason"),
    )
    _log_table("proxy", _number("meeting"), _number("member"), _number("holder"))


def _of_member() -> tuple[sa.Column[object], ...]:
    return _number("meeting"), _small("call"), _number("member")


def _ends() -> None:
    _log_table(
        "seat",
        _number("meeting"),
        _small("motion"),
        _small("seat"),
        _number("office"),
        _number("member", nullable=True),
        _bytes("account"),
        _number("until"),
    )
    _log_table("minutes", _number("meeting"), _bytes("document"), _number("chair"), _number("secretary"))
