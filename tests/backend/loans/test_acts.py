"""Documents of a running loan: what they say, the same bytes, one block; refusals in words; signatures
read."""

import json
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest
from eth_abi.abi import encode
from eth_utils.crypto import keccak

from backend.acceptances import read_acceptances, signers_of
from backend.cells import UnreadableDayBookError
from backend.documents.cid import CHUNK_BYTES
from backend.documents.errors import DocumentMissingError
from backend.documents.store import DocumentStore
from backend.loans.paper import PaperMaker
from backend.loans.papers import LoanPapers
from backend.loans.records import WaiverRecord, WriteOffRecord
from backend.loans.refusals import explained
from backend.loans.words import REASONS, Reason
from koperasi.reasons import Why
from rules.calendar import parse_day
from rules.loans import LoanChangeError
from rules.types import Collectibility, MemberNumber, Rupiah
from tests.backend.loans.act_samples import ADDENDUM, DAY, FOLDER, LARGEST, PAPERS, POSITION, RESCHEDULED

KSP = "KSP Samosir Sejahtera"


@pytest.fixture(scope="module")
def maker() -> PaperMaker:
    return PaperMaker(KSP)


@pytest.mark.parametrize("name", PAPERS)
def test_pdf__the_samples_of_docs__are_what_this_makes(maker: PaperMaker, name: str) -> None:
    """Changes with typst, the template or the words: then the samples are made anew."""
    made = maker.pdf(PAPERS[name])
    assert sha256((FOLDER / f"{name}.pdf").read_bytes()).digest() == sha256(made).digest()
    assert made == PaperMaker(KSP).pdf(PAPERS[name])


@pytest.mark.parametrize("name", LARGEST)
def test_pdf__the_largest__is_one_block(maker: PaperMaker, name: str) -> None:
    assert len(maker.pdf(LARGEST[name])) < CHUNK_BYTES


def test_addendum__old_terms_beside_new_ones_by_hand() -> None:
    """ANNUITY of 12,000,000 at 12%: two instalments of 1,066,185 paid, so that 12,000,000 - 946,185 -
    955,647 is
    outstanding; instalments 3 to 5 are due by 10 July with 100,982 + 91,330 + 81,581 of interest."""
    said = ADDENDUM.content(KSP)
    facts = {row["label"]["en"]: row["value"] for row in said["facts"]}
    assert facts["Outstanding"] == "Rp\u00a010.098.168"
    assert facts["Interest due and unpaid"] == "Rp\u00a0273.893"
    assert facts["Interest waived"] == "Rp\u00a0100.000"
    assert facts["Interest still due"] == "Rp\u00a0173.893"
    compared = {row["label"]["en"]: (row["old"], row["new"]) for row in said["compared"]}
    assert compared["Version"] == ("1", "2")
    assert compared["Interest a year"] == ("12,00%", "10,00%")
    assert compared["Instalments left"] == ("7", "18")
    assert compared["Last instalment"] == ("31 Januari 2026", "31 Desember 2026")
    assert [row[3] for row in said["schedule"][:2]] == ["0", "0"]
    assert said["schedule_total"][2] == "10.098.168"
    assert [each["who"] for each in said["signatures"]] == ["Anggota nomor 101", KSP, "Anggota nomor 103"]


def test_amendment_hash__is_of_the_contracts_struct() -> None:
    kind = "(uint32,uint8,uint16,uint16,uint16,uint16,uint8,uint64,bytes32)"
    fields = (7, 0, 1_000, 18, 1, 2, 1, 100_000)
    assert RESCHEDULED.hash_with(b"\x01" * 32) == keccak(encode([kind], [(*fields, b"\x01" * 32)]))
    assert RESCHEDULED.hash_with(bytes(32)).hex() in json.dumps(ADDENDUM.content(KSP))


def test_write_off_record__what_the_allowance_lacks_and_that_the_claim_remains() -> None:
    said = PAPERS["write-off"].content(KSP)
    facts = {row["label"]["en"]: row["value"] for row in said["facts"]}
    assert facts["Principal written off"] == "Rp\u00a010.098.168"
    assert facts["Allowance"] == "Rp\u00a05.053.000"
    assert facts["Short of it, expense"] == "Rp\u00a05.045.168"
    assert (facts["Collectibility"], facts["Days late"]) == ("Macet", "306")
    assert any("A write-off forgives no debt" in clause["en"] for clause in said["clauses"])


def test_write_off_record__grade__as_the_contract_has_it() -> None:
    """Overdue since 30 April: six months to the day are still KURANG_LANCAR; liens below 75% cover
    nothing."""
    to_the_day, after = parse_day("2025-10-30"), parse_day("2025-10-31")
    assert WriteOffRecord(POSITION, to_the_day).grade is Collectibility.KURANG_LANCAR
    assert WriteOffRecord(POSITION, after).grade is Collectibility.MACET
    covered = replace(POSITION, liens=9_000_000)
    assert WriteOffRecord(covered, after).grade is Collectibility.DIRAGUKAN


def test_waiver__more_than_is_owed__cannot_be_made(maker: PaperMaker) -> None:
    with pytest.raises(LoanChangeError, match="penalty are owed"):
        maker.pdf(WaiverRecord(POSITION, DAY, Rupiah(25_939), Reason.REQUEST))


def test_reasons__of_the_command_and_of_documents__are_the_same() -> None:
    assert [each.value for each in Why] == [each.value for each in Reason] == [each.value for each in REASONS]


def test_papers__lost__made_again_by_the_first_that_fits(tmp_path: Path) -> None:
    store = DocumentStore(tmp_path, 1 << 20, frozenset({"application/pdf"}))
    papers = LoanPapers(store, KSP)
    document_hash = papers.hash_of(ADDENDUM)
    assert list(store.all()) == []
    too_much = WaiverRecord(POSITION, DAY, Rupiah(25_939), Reason.REQUEST)
    made = papers.read(document_hash, [too_much, PAPERS["waiver"], ADDENDUM])
    assert sha256(made).digest() == document_hash
    assert papers.read(document_hash, []) == made
    with pytest.raises(DocumentMissingError):
        papers.read(b"\x01" * 32, [ADDENDUM])


def test_signers__own_pledge_and_the_heirs_are_passed_over() -> None:
    heir, borrower, other = map(MemberNumber, (5, 1, 2))
    assert signers_of(borrower, borrower, [borrower, other]) == (borrower, None, other)
    assert signers_of(heir, borrower, [other, borrower, heir]) == (heir, other, None, None)


def test_read_acceptances__good_lines__by_member(tmp_path: Path) -> None:
    path = tmp_path / "signed.jsonl"
    path.write_text('{"member": 3, "deadline": 7, "signature": "0x0102"}\n')
    assert read_acceptances(path) == {3: (7, b"\x01\x02")}


@pytest.mark.parametrize(
    "line",
    [
        '{"member": 3, "deadline": 7}',
        '{"member": 0, "deadline": 7, "signature": "0x01"}',
        '{"member": 3, "deadline": 7, "signature": "01"}',
        '{"member": 3, "deadline": -1, "signature": "0x01"}',
        "x",
    ],
)
def test_read_acceptances__bad_line__named(tmp_path: Path, line: str) -> None:
    path = tmp_path / "signed.jsonl"
    path.write_text('{"member": 3, "deadline": 7, "signature": "0x01"}\n' + line)
    with pytest.raises(UnreadableDayBookError, match="line 2"):
        read_acceptances(path)


def hexed(*values: int) -> str:
    return "".join(f"{value:064x}" for value in values)


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        (f"CareNotInDefault({hexed(7, 12, 90)})", "Loan 7 is overdue for 12 days; a claim needs 90."),
        (f"CareUnknownPledge({hexed(7, 1)})", "Loan 7 has no pledge 2."),
        (
            f"LoanAmountTooHigh({hexed(7, 1_000, 2_000)})",
            "Only Rp\u00a01.000 are there, Rp\u00a02.000 were asked for.",
        ),
        (
            f"TreasuryDayClosed({hexed(20_100, parse_day('2025-01-31'))})",
            "The books are closed through 2025-01-31.",
        ),
        (f"AuthorityNotHeld({hexed(1, 2)})", f"The contract refuses: AuthorityNotHeld({hexed(1, 2)})."),
        ("CareNotInDefault()", "The contract refuses: CareNotInDefault()."),
        ("execution reverted", "The contract refuses: execution reverted."),
    ],
)
def test_explained__in_both_languages(reason: str, said: str) -> None:
    told = explained(reason)
    assert told["en"] == said
    assert told["id"] not in ("", said)
