"""The commands that keep documents, and the one that gives a loan's agreement."""

import json
from hashlib import sha256
from pathlib import Path

import pytest
from sqlalchemy import text, update
from typer.testing import CliRunner

from backend.documents.cid import Cid, cid_of
from backend.documents.store import DocumentStore
from backend.loans.agreed import Agreements
from backend.loans.papers import LoanPapers, papers_in_books
from indexer.ledger import schema
from indexer.ledger.database import open_engine, writing
from koperasi.cli import app
from tests.backend.loans.agreed_books import PAPER_LOAN, RECORD, keep
from tests.backend.loans.samples import SAMPLE

NAME = "KSP Samosir"
LOAN = str(SAMPLE.loan)
SECRET = b"%PDF-1.7 Nama: Tiur boru Sinaga"


class Office:
    """A home with documents and books, and the commands on it."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.documents = home / "documents-anvil"
        self.store = DocumentStore(self.documents, 1 << 20, frozenset({"application/pdf"}))
        self.document_hash = Agreements(self.store, NAME).hash_of(SAMPLE)
        self.url = keep(home, self.document_hash)

    def run(self, *arguments: str, exit_code: int = 0) -> bytes:
        done = CliRunner().invoke(app, list(arguments))
        assert done.exit_code == exit_code, done.output
        return done.stdout_bytes if exit_code == 0 else done.output.encode()

    def file_of(self, cid: str) -> Path:
        (path,) = self.documents.rglob(cid)
        return path


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Office:
    made = Office(tmp_path)
    monkeypatch.setenv("KOPERASI_HOME", str(tmp_path))
    monkeypatch.setenv("KOPERASI_LEDGER_URL", made.url)
    monkeypatch.setenv("KOPERASI_NAME", NAME)
    monkeypatch.setenv("KOPERASI_AUTHORITY", "0x" + "11" * 20)
    monkeypatch.setenv("KOPERASI_AUTHORITY_BLOCK", "0")
    return made


def test_agreement__pdf__is_what_was_signed(office: Office, tmp_path: Path) -> None:
    pdf = tmp_path / "agreement.pdf"
    told = json.loads(office.run("agreement", LOAN, "--pdf", str(pdf), "--json"))
    assert sha256(pdf.read_bytes()).digest() == office.document_hash
    assert told["terms_hash"] == SAMPLE.hash_with(office.document_hash).hex()
    first, second, third = told["documents"]
    assert (first["version"], first["hash"]) == (1, office.document_hash.hex())
    assert first["cid"] == str(Cid.of_block(office.document_hash))
    assert second["cause"] == "RESCHEDULE"
    assert (third["cause"], third["version"], third["hash"]) == ("WRITTEN_OFF", None, RECORD.hex())
    assert first["cid"] in office.run("agreement", LOAN).decode()


def test_agreement__lost__is_made_again(office: Office, tmp_path: Path) -> None:
    cid = str(Cid.of_block(office.document_hash))
    office.file_of(cid).unlink()
    office.run("agreement", LOAN, "--pdf", str(tmp_path / "again.pdf"))
    assert sha256((tmp_path / "again.pdf").read_bytes()).digest() == office.document_hash
    assert office.file_of(cid).is_file()


def test_agreement__damaged_unknown_or_none__in_both_languages(office: Office) -> None:
    office.file_of(str(Cid.of_block(office.document_hash))).write_bytes(b"%PDF- else")
    for loan, id_, en in (
        (LOAN, "rusak", "is damaged"),
        ("77", "tidak ada dalam buku", "is not in the books"),
        (str(PAPER_LOAN), "tidak punya dokumen", "has no document"),
    ):
        told = office.run("agreement", loan, exit_code=1).decode()
        assert id_ in told
        assert en in told


def test_document__personal_by_default__only_here_and_until_destroyed(office: Office, tmp_path: Path) -> None:
    file = tmp_path / "ktp.pdf"
    file.write_bytes(SECRET)
    told = json.loads(office.run("document-add", str(file), "--json"))
    assert (told["public"], told["bytes"]) == (False, len(SECRET))
    cid = told["cid"]
    assert Cid.parse(cid).digest.hex() == told["hash"]
    assert cid != str(cid_of(SECRET))
    assert SECRET not in office.file_of(cid).read_bytes()
    assert office.run("document-get", cid) == SECRET
    office.run("document-destroy", cid)
    assert "was destroyed" in office.run("document-get", cid, exit_code=1).decode()


def test_document__public__as_it_is_to_a_file(office: Office, tmp_path: Path) -> None:
    file, out = tmp_path / "rules.pdf", tmp_path / "out.pdf"
    file.write_bytes(b"%PDF-1.7 AD/ART")
    cid = office.run("document-add", str(file), "--public").decode().strip()
    assert cid == str(cid_of(file.read_bytes()))
    assert office.file_of(cid).read_bytes() == file.read_bytes()
    office.run("document-get", cid, "--out", str(out))
    assert out.read_bytes() == file.read_bytes()


def test_document_verify__finds_the_damaged_one(office: Office, tmp_path: Path) -> None:
    file = tmp_path / "a.pdf"
    file.write_bytes(b"%PDF-1.7 A")
    cid = office.run("document-add", str(file), "--public").decode().strip()
    assert json.loads(office.run("document-verify", "--json")) == {"documents": 2, "damaged": []}
    office.file_of(cid).write_bytes(b"%PDF-1.7 B")
    told = office.run("document-verify", exit_code=1).decode()
    assert cid in told
    assert "2 documents, 1 damaged" in told
    assert json.loads(office.run("document-verify", str(Cid.of_block(office.document_hash)), "--json")) == {
        "documents": 1,
        "damaged": [],
    }
    office.run("document-verify", str(cid_of(b"never")), exit_code=1)


@pytest.mark.parametrize("command", ["document-get", "document-verify", "document-destroy"])
def test_document__malformed_cid__in_both_languages(office: Office, command: str) -> None:
    told = office.run(command, "QmNotACid", exit_code=1).decode()
    assert "bukan CID" in told
    assert "no document's CID" in told


def test_document_add__settings__limit_and_types(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "a.txt"
    file.write_bytes(b"text")
    monkeypatch.setenv("KOPERASI_DOCUMENT_TYPES", "application/pdf, image/png")
    assert "text/plain" in office.run("document-add", str(file), "--public", exit_code=1).decode()
    monkeypatch.setenv("KOPERASI_DOCUMENT_MAX_BYTES", "20")
    for more in ((), ("--public",)):
        file.write_bytes(b"%PDF-" + b" " * 20)
        assert "at most 20" in office.run("document-add", str(file), *more, exit_code=1).decode()
    monkeypatch.setenv("KOPERASI_DOCUMENT_TYPES", "text/html")
    told = office.run("document-add", str(file), "--public", exit_code=1).decode()
    assert "KOPERASI_DOCUMENT_TYPES" in told
    assert "choose among application/json" in told


def test_agreement__record_that_nobody_can_make_again__is_missing_and_another_hash_unknown(
    office: Office, tmp_path: Path
) -> None:
    """The books' record is no document of ours: it is looked for, made again in vain, and not written."""
    pdf = tmp_path / "record.pdf"
    told = office.run("agreement", LOAN, "--hash", RECORD.hex(), "--pdf", str(pdf), exit_code=1).decode()
    assert str(Cid.of_block(RECORD)) in told
    assert not pdf.exists()
    assert "has no document" in office.run("agreement", LOAN, "--hash", "77", exit_code=1).decode()


def test_agreement__record_of_the_books__is_made_again_by_its_hash(office: Office, tmp_path: Path) -> None:
    """What was decided is in the books: a write-off's record with the hash that they say."""
    engine = open_engine(office.url)
    with writing(engine).begin() as connection:
        paper, *_ = papers_in_books(connection, SAMPLE.loan, RECORD)
        document_hash = LoanPapers(office.store, NAME).hash_of(paper)
        names = connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).scalars()
        for name in names.all():
            connection.execute(text(f"DROP TRIGGER {name}"))
        connection.execute(update(schema.loan_change).values(document_hash=document_hash))
    engine.dispose()
    pdf = tmp_path / "record.pdf"
    office.run("agreement", LOAN, "--hash", document_hash.hex(), "--pdf", str(pdf))
    assert sha256(pdf.read_bytes()).digest() == document_hash
    assert office.store.holds(Cid.of_block(document_hash))
