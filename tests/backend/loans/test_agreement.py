"""The agreement's document: the terms as they were signed, the same bytes for the same terms."""

import json
from dataclasses import replace
from hashlib import sha256

import pytest
from eth_abi.abi import encode
from eth_utils.crypto import keccak

from backend.documents.cid import CHUNK_BYTES, Codec, cid_of
from backend.documents.indonesian import long_date, percent, rupiah, short_date
from backend.loans.agreement import AgreementMaker, content
from backend.terms import AgreedTerms, Pledge
from rules.calendar import parse_day
from rules.loans import Conditions
from rules.types import BasisPoints, LoanMethod, LoanNumber, MemberNumber, Rupiah, SavingsKind, Waterfall

KSP = "KSP Samosir Sejahtera"
TERMS = AgreedTerms(
    LoanNumber(7),
    MemberNumber(101),
    product=3,
    principal=Rupiah(12_000_000),
    fee=Rupiah(0),
    rate_bps=BasisPoints(1_200),
    months=12,
    grace_months=0,
    method=LoanMethod.ANNUITY,
    refinances=None,
    pledges=(),
    conditions=Conditions(),
    rounding_exponent=0,
    payout_on=parse_day("2025-01-31"),
)
LARGEST = replace(
    TERMS,
    loan=LoanNumber(2**32 - 1),
    borrower=MemberNumber(2**32 - 1),
    principal=Rupiah(999_999_999_999),
    fee=Rupiah(99_999_999_999),
    rate_bps=BasisPoints(2_400),
    months=360,
    grace_months=12,
    refinances=LoanNumber(2**32 - 2),
    pledges=tuple(
        Pledge(MemberNumber(2**32 - 1 - each), SavingsKind.SUKARELA, 999_999_999_999) for each in range(8)
    ),
    conditions=Conditions(BasisPoints(4_000), BasisPoints(4_000), Waterfall.PENALTY_FIRST),
    rounding_exponent=6,
)


@pytest.fixture(scope="module")
def maker() -> AgreementMaker:
    return AgreementMaker(KSP)


def text_of(terms: AgreedTerms) -> str:
    return json.dumps(content(terms, KSP), ensure_ascii=False)


def test_pdf__same_terms__same_bytes_also_by_another_maker(maker: AgreementMaker) -> None:
    first = maker.pdf(TERMS)
    maker.pdf(replace(TERMS, loan=LoanNumber(8)))
    assert maker.pdf(TERMS) == first == AgreementMaker(KSP).pdf(TERMS)
    assert first.startswith(b"%PDF-")


def test_pdf__the_document_of_docs_samples__is_what_this_makes(maker: AgreementMaker) -> None:
    """Its hash changes with typst, the template or the words: then the samples are made anew."""
    from tests.backend.loans.samples import PDF, SAMPLE

    assert sha256(PDF.read_bytes()).hexdigest() == sha256(maker.pdf(SAMPLE)).hexdigest()


@pytest.mark.parametrize(
    "change",
    [
        {"loan": LoanNumber(8)},
        {"borrower": MemberNumber(102)},
        {"product": 4},
        {"principal": Rupiah(12_000_001)},
        {"fee": Rupiah(1)},
        {"rate_bps": BasisPoints(1_201)},
        {"months": 13},
        {"grace_months": 1},
        {"method": LoanMethod.BULLET},
        {"refinances": LoanNumber(6)},
        {"pledges": (Pledge(MemberNumber(103), SavingsKind.SUKARELA, 0),)},
        {"pledges": (Pledge(MemberNumber(101), SavingsKind.WAJIB, 1_000),)},
        {"conditions": Conditions(BasisPoints(100), BasisPoints(100))},
        {"conditions": Conditions(waterfall=Waterfall.PENALTY_FIRST)},
        {"rounding_exponent": 3},
        {"payout_on": parse_day("2025-02-01")},
    ],
)
def test_pdf__any_term_changed__another_document(maker: AgreementMaker, change: dict[str, object]) -> None:
    assert maker.pdf(replace(TERMS, **change)) != maker.pdf(TERMS)  # type: ignore[arg-type]


def test_pdf__the_longest__is_one_block_over_pages(maker: AgreementMaker) -> None:
    made = maker.pdf(LARGEST)
    assert len(made) < CHUNK_BYTES
    assert cid_of(made).codec is Codec.RAW
    assert cid_of(made).digest == sha256(made).digest()
    assert len(maker.pages(LARGEST)) > 5


def test_content__says_every_term_and_the_whole_schedule() -> None:
    """RULES.md's worked example: 794,226 of interest, 1,066,185 a month, 1,066,191 in the last."""
    said = content(TERMS, KSP)
    facts = {row["label"]["en"]: row["value"] for row in said["terms"]}
    assert facts == {
        "Borrower": "Anggota nomor 101",
        "Product": "3",
        "Principal": "Rp\u00a012.000.000",
        "Method of interest": "Anuitas, angsuran sama (ANNUITY)",
        "Interest a year": "12,00%",
        "Term": "12 bulan",
        "Grace on principal": "0 bulan",
        "Fee kept at payout": "Rp\u00a00",
        "All interest": "Rp\u00a0794.226",
        "Effective cost a year": "12,68%",
        "Planned payout": "31 Januari 2025",
    }
    rows = said["schedule"]
    assert rows[0] == ["1", "28-02-2025", "946.185", "120.000", "1.066.185", "11.053.815"]
    assert rows[-1] == ["12", "31-01-2026", "1.055.635", "10.556", "1.066.191", "0"]
    assert said["schedule_total"] == ["", "Jumlah", "12.000.000", "794.226", "12.794.226", ""]


def test_content__pledges__each_with_what_it_holds() -> None:
    pledges = (
        Pledge(MemberNumber(101), SavingsKind.WAJIB, 500_000),
        Pledge(MemberNumber(103), SavingsKind.SUKARELA, 0),
        Pledge(MemberNumber(104), SavingsKind.SUKARELA, 1_000_000),
    )
    said = content(replace(TERMS, pledges=pledges), KSP)
    assert said["pledges"] == [
        ["101", "Peminjam", "Simpanan wajib", "Rp\u00a0500.000"],
        ["103", "Penjamin", "–", "–"],
        ["104", "Penjamin", "Simpanan sukarela", "Rp\u00a01.000.000"],
    ]
    assert [each["who"] for each in said["signatures"]] == [
        "Anggota nomor 101", KSP, "Anggota nomor 103", "Anggota nomor 104",
    ]  # fmt: skip


def test_content__clauses__follow_the_terms() -> None:
    plain, full = text_of(TERMS), text_of(LARGEST)
    assert "Tidak ada denda" in plain
    assert "Denda keterlambatan 40,00% setahun" in full
    for clause in (
        "Simpanan yang diikat dilepas",
        "Penjamin menandatangani",
        "melunasi pinjaman",
        "kelipatan",
    ):
        assert clause in full
        assert clause not in plain
    assert "lalu denda, lalu angsuran berikutnya" in plain
    assert "dipakai untuk denda, lalu angsuran" in full


def test_fields_hash__is_of_the_terms_without_document() -> None:
    """The document can print it; what is signed holds the document's own hash in the last field."""
    kind = "(uint32,uint32,uint16,uint64,uint64,uint16,uint16,uint16,uint8,uint32,"
    kind += "(uint32,uint8,uint64)[],bytes32)"
    fields = (7, 101, 3, 12_000_000, 0, 1_200, 12, 0, 2, 0, [])
    assert TERMS.fields_hash == keccak(encode([kind], [(*fields, bytes(32))]))
    assert TERMS.hash_with(b"\x01" * 32) == keccak(encode([kind], [(*fields, b"\x01" * 32)]))
    assert TERMS.fields_hash.hex() in text_of(TERMS)


def test_numbers__as_indonesian_documents_write_them() -> None:
    day = parse_day("2025-08-17")
    assert rupiah(999_999_999_999) == "Rp\u00a0999.999.999.999"
    assert [percent(each) for each in (0, 5, 1_250, 240_000)] == ["0,00%", "0,05%", "12,50%", "2.400,00%"]
    assert long_date(day) == "17 Agustus 2025"
    assert short_date(day) == "17-08-2025"
