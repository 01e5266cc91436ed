"""Berita acara rapat and petikan keputusan: what a meeting decided, as documents made from the books.

They name members by number only, so that they are public. The same meeting gives the same bytes.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Final

from backend.documents.cid import CHUNK_BYTES, Cid
from backend.documents.indonesian import long_date, moment, number, percent
from backend.documents.typesetting import Typesetter
from backend.documents.words import Words, words
from backend.meetings import minutes_words as say
from backend.meetings.motion_words import motion_content
from indexer.reports.ended_meetings import EndedMeeting
from indexer.reports.meeting_papers import CallReport
from rules.calendar import date_of_day, day_of_timestamp
from rules.types import MeetingKind

TEMPLATE: Final = "minutes"


class MinutesTooLongError(ValueError):
    """Minutes of more than one block: their hash on the chain would not be that of their bytes."""

    def __init__(self, size: int) -> None:
        self.indonesian = f"Berita acara {size} byte, paling banyak {CHUNK_BYTES}."
        self.english = f"Minutes of {size} bytes, at most {CHUNK_BYTES}."
        super().__init__(f"{self.indonesian} / {self.english}")


class UnknownMotionError(LookupError):
    """The meeting has no such motion."""

    def __init__(self, meeting: int, motion: int) -> None:
        self.indonesian = f"Rapat {meeting} tidak punya usul {motion}."
        self.english = f"Meeting {meeting} has no motion {motion}."
        super().__init__(f"{self.indonesian} / {self.english}")


class MinutesMaker:
    """Makes minutes and certificates of one cooperative, whose name heads them."""

    def __init__(self, cooperative: str) -> None:
        self._cooperative = cooperative
        self._typesetter = Typesetter(TEMPLATE)

    def pdf(self, ended: EndedMeeting, motion: int | None = None) -> bytes:
        """The minutes, or the certificate of one motion's result. UnknownMotionError, MinutesTooLongError,
        TypesettingError."""
        made = self._typesetter.pdf(content(ended, self._cooperative, motion))
        if len(made) > CHUNK_BYTES:
            raise MinutesTooLongError(len(made))
        return made

    def pages(self, ended: EndedMeeting, motion: int | None = None) -> list[bytes]:
        """Its pages as pictures (PNG)."""
        return self._typesetter.pages(content(ended, self._cooperative, motion))


def content(ended: EndedMeeting, cooperative: str, motion: int | None = None) -> Mapping[str, Any]:
    """Everything that the template prints, in words. UnknownMotionError."""
    head, date = ended.report.head, date_of_day(day_of_timestamp(ended.closed_at))
    put = [each for each in ended.report.motions if motion in (None, each.motion)]
    if motion is not None and not put:
        raise UnknownMotionError(head.meeting, motion)
    whole = motion is None
    title = f"Berita acara rapat {head.meeting}" if whole else f"Petikan rapat {head.meeting} usul {motion}"
    return {
        "title": title,
        "keywords": [f"rapat {head.meeting}", head.notice_hash.hex()],
        "date": [date.year, date.month, date.day],
        "footer": f"{title} · undangan {head.notice_hash.hex()[:16]}…",
        "cooperative": cooperative,
        "subtitle": "Koperasi simpan pinjam · Savings-and-loan cooperative",
        "heading": say.HEADINGS[head.kind] if whole else say.CERTIFICATE,
        "number": f"Rapat nomor {head.meeting}" + ("" if whole else f", usul nomor {motion}"),
        "opening": _opening(ended, cooperative, motion),
        "facts": _facts(ended),
        "calls_head": say.CALLS_HEAD,
        "calls": [_call(ended, each) for each in ended.report.calls],
        "calls_note": say.CALLS_NOTE,
        "paper_lists": [
            {"call": f"Panggilan {each.call}", "cid": str(Cid.of_block(each.document))}
            for each in ended.paper_lists
        ],
        "motions": [motion_content(each, ended.report.bylaws) for each in put],
        "candidates_head": say.CANDIDATES_HEAD,
        "whole": whole,
        "refused": _refused(ended) if whole else [],
        "refused_head": say.REFUSED_HEAD,
        "signing": say.SIGNING if whole else say.CERTIFICATE_SIGNING,
        "signatures": [
            {"role": words("Ketua", "Chair"), "who": "KETUA, anggota nomor ……………"},
            {"role": words("Sekretaris", "Secretary"), "who": "SEKRETARIS, anggota nomor ……………"},
        ],
        "source_note": say.SOURCE,
        "block": f"Blok {number(ended.block)} · 0x{ended.block_hash.hex()}",
        "notice": f"Undangan · 0x{head.notice_hash.hex()}",
        "documents": f"Dokumen undangan · {Cid.of_block(head.documents)}",
    }


def _opening(ended: EndedMeeting, cooperative: str, motion: int | None) -> Words:
    head = ended.report.head
    closed = date_of_day(day_of_timestamp(ended.closed_at)).isoformat()
    if motion is not None:
        return words(
            f"Petikan dari hasil rapat anggota {cooperative} nomor {head.meeting}, yang berakhir pada "
            f"{moment(ended.closed_at)}.",
            f"Extract of the results of members' meeting {head.meeting} of {cooperative}, which ended on "
            f"{closed}.",
        )
    return words(
        f"Rapat anggota {cooperative} nomor {head.meeting} berakhir pada {moment(ended.closed_at)}. Berikut "
        "ini undangan, kehadiran, dan hasilnya.",
        f"Members' meeting {head.meeting} of {cooperative} ended on {closed}. Here are its notice, "
        "attendance and results.",
    )


def _facts(ended: EndedMeeting) -> list[Mapping[str, Any]]:
    head = ended.report.head
    rows = [
        (words("Jenis", "Kind"), "Tahunan" if head.kind is MeetingKind.TAHUNAN else "Luar biasa"),
        (words("Tahun buku", "Book year"), str(head.book_year) if head.book_year else "–"),
        (words("Diundang", "Noticed"), moment(head.noticed_at)),
        (words("Anggota terdaftar", "Members on the roll"), number(head.roll)),
        (words("Usul", "Motions"), str(head.motions)),
        (words("Kuasa", "Proxies"), str(ended.proxies)),
    ]
    return [{"label": label, "value": value} for label, value in rows]


def _call(ended: EndedMeeting, call: CallReport) -> list[str]:
    name = "Pertama" if call.call == 1 else "Kedua"
    share = ended.report.bylaws["first_quorum_bps" if call.call == 1 else "second_quorum_bps"]
    hours = [
        moment(each).partition(" pukul ")[2].removesuffix(" WIB") for each in (call.opens_at, call.closes_at)
    ]
    when = f"{long_date(day_of_timestamp(call.opens_at))}, {hours[0]}–{hours[1]} WIB"
    if day_of_timestamp(call.opens_at) != day_of_timestamp(call.closes_at):
        when = f"{moment(call.opens_at)} – {moment(call.closes_at)}"
    needed = f"{number(call.needed)} ({percent(share)})"
    if not call.takes_place:
        return [name, when, needed, "–", "–", "–", "Tidak diadakan"]
    counts = call.counts
    reached = "Tercapai" if call.quorate else "Tidak tercapai"
    return [name, when, needed, *map(number, (counts.present, counts.ballots, counts.paper)), reached]


def _refused(ended: EndedMeeting) -> Sequence[Mapping[str, Any]]:
    """Refused ballot papers, counted by call and reason."""
    found = Counter((each.call, each.reason) for each in ended.report.refused)
    return [
        {"call": str(call), "reason": {**say.REASONS[reason], "code": reason.name}, "count": number(count)}
        for (call, reason), count in sorted(found.items())
    ]
