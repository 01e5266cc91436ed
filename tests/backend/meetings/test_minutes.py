"""Minutes and certificates: what the meeting was, the same bytes for the same meeting."""

import json
from hashlib import sha256

import pytest
from msgspec.structs import replace

from backend.documents.cid import CHUNK_BYTES, Codec, cid_of
from backend.documents.indonesian import moment
from backend.meetings.minutes import MinutesMaker, MinutesTooLongError, UnknownMotionError, content
from rules.types import MeetingKind
from tests.backend.meetings.samples import COOPERATIVE, DOCUMENTS, ELECTION, FOLDER, MOTIONS, SAMPLE


@pytest.fixture(scope="module")
def maker() -> MinutesMaker:
    return MinutesMaker(COOPERATIVE)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_pdf__the_documents_of_docs_samples__are_what_this_makes(maker: MinutesMaker, name: str) -> None:
    """They change with typst, the template or the words: then the samples are made anew."""
    kept = (FOLDER / f"{name}.pdf").read_bytes()
    made = maker.pdf(SAMPLE, DOCUMENTS[name])
    assert sha256(made).hexdigest() == sha256(kept).hexdigest()
    assert made == MinutesMaker(COOPERATIVE).pdf(SAMPLE, DOCUMENTS[name])
    assert (cid_of(made).codec, cid_of(made).digest) == (Codec.RAW, sha256(made).digest())


def test_pdf__another_vote__another_document(maker: MinutesMaker) -> None:
    first = replace(MOTIONS[0], tally=(591, 12, 18))
    changed = replace(SAMPLE, report=replace(SAMPLE.report, motions=(first, *MOTIONS[1:])))
    assert maker.pdf(changed) != maker.pdf(SAMPLE)
    assert maker.pdf(changed, ELECTION) == maker.pdf(SAMPLE, ELECTION)


def test_content__minutes__say_calls_votes_and_refusals() -> None:
    said = content(SAMPLE, COOPERATIVE)
    assert [row[2:] for row in said["calls"]] == [
        ["903 (75,00%)", "588", "0", "41", "Tidak tercapai"],
        ["602 (50,00%)", "633", "620", "22", "Tercapai"],
    ]
    first, second, _, fourth, fifth = said["motions"]
    votes = {each["label"]["en"]: each["value"] for each in first["facts"]}
    assert votes == {
        "Majority": "Lebih dari setengah",
        "Decided by call": "Kedua",
        "For": "590",
        "Against": "12",
        "Abstain": "18",
    }
    assert first["document"] == "bafkreiaaaebagbafaydqqcikbmga2dqpcaireeyuculbogazdinryhi6d4"
    assert second["facts"][0]["value"] == "Paling sedikit 66,67%"
    assert second["notes"] == []  # rejected: nothing to carry out
    assert [each["outcome"]["id"] for each in said["motions"]] == [
        "DITERIMA", "DITOLAK", "TERPILIH", "MUFAKAT", "DITARIK",
    ]  # fmt: skip
    assert "0 anggota berkeberatan" in fourth["notes"][0]["id"]
    assert [each["label"]["en"] for each in fifth["facts"]] == ["Majority"]
    refused = [(each["call"], each["reason"]["code"], each["count"]) for each in said["refused"]]
    assert refused == [("2", "NOT_ELIGIBLE", "1"), ("2", "ALREADY_VOTED", "2"), ("2", "BAD_SIGNATURE", "1")]
    assert said["block"] == f"Blok 4.711 · 0x{SAMPLE.block_hash.hex()}"
    assert SAMPLE.report.head.notice_hash.hex() in said["notice"]


def test_content__election__names_winners_and_the_order_of_succession() -> None:
    (motion,) = content(SAMPLE, COOPERATIVE, ELECTION)["motions"]
    assert [(*each["cells"], each["result"]["id"]) for each in motion["candidates"]] == [
        ("104", "301", "1", "Terpilih: PENGAWAS"),
        ("117", "288", "2", "Terpilih: PENGAWAS"),
        ("231", "288", "3", "Terpilih: PENGAWAS"),
        ("340", "40", "4", "Cadangan"),
        ("402", "0", "5", "Tanpa suara"),
    ]
    assert motion["notes"][0]["id"] == "Dapat dijalankan siapa pun sejak 2 Maret 2026 pukul 13.00 WIB."


def test_content__election_without_a_vote__elects_nobody() -> None:
    empty = replace(MOTIONS[2], tally=(0,) * 5, elected=())
    (motion,) = content(
        replace(SAMPLE, report=replace(SAMPLE.report, motions=(empty,))), COOPERATIVE, ELECTION
    )["motions"]
    assert motion["outcome"]["en"] == "Nobody was elected"
    assert {each["result"]["id"] for each in motion["candidates"]} == {"Tanpa suara"}


def test_content__no_second_call__says_so() -> None:
    first, second = SAMPLE.report.calls
    alone = replace(SAMPLE.report, calls=(first, replace(second, takes_place=False)))
    said = content(replace(SAMPLE, report=alone), COOPERATIVE)
    assert said["calls"][1][3:] == ["–", "–", "–", "Tidak diadakan"]


def test_content__extraordinary__is_headed_so() -> None:
    head = replace(SAMPLE.report.head, kind=MeetingKind.LUAR_BIASA, book_year=0)
    said = content(replace(SAMPLE, report=replace(SAMPLE.report, head=head)), COOPERATIVE)
    assert "LUAR BIASA" in said["heading"]["id"]
    assert said["facts"][1]["value"] == "–"


def test_pdf__unknown_motion__is_refused_in_both_languages(maker: MinutesMaker) -> None:
    with pytest.raises(UnknownMotionError) as refused:
        maker.pdf(SAMPLE, 6)
    assert "usul 6" in refused.value.indonesian
    assert "motion 6" in refused.value.english


def test_pdf__more_than_a_block__is_refused(maker: MinutesMaker, monkeypatch: pytest.MonkeyPatch) -> None:
    size = len(maker.pdf(SAMPLE))
    assert size < CHUNK_BYTES
    monkeypatch.setattr("backend.meetings.minutes.CHUNK_BYTES", size - 1)
    with pytest.raises(MinutesTooLongError) as refused:
        maker.pdf(SAMPLE)
    assert refused.value.indonesian != refused.value.english


def test_content__names_nobody_but_by_number() -> None:
    """The data has numbers and titles only."""
    text = json.dumps(content(SAMPLE, COOPERATIVE), ensure_ascii=False)
    assert SAMPLE.report.head.convener.hex() not in text


def test_moment__is_wib() -> None:
    assert moment(1_772_258_400) == "28 Februari 2026 pukul 13.00 WIB"
    assert moment(1_767_200_400) == "1 Januari 2026 pukul 00.00 WIB"
