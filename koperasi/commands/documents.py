"""koperasi agreement, koperasi document-add, document-get, document-verify, document-destroy"""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from koperasi.books import reading
from koperasi.errors import KoperasiError
from koperasi.output import JsonOption, NetworkOption, print_json, print_table, say
from koperasi.workspace import Workspace

if TYPE_CHECKING:
    from backend.documents.cid import Cid
    from indexer.reports.agreements import ActDocument, AgreedDocument
    from rules.types import LoanNumber

CidArgument = Annotated[str, typer.Argument(help="CID dokumen. / The document's CID.")]
OutOption = Annotated[Path | None, typer.Option(help="Berkas keluaran. / File to write.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command(help="Surat perjanjian pinjaman: hash, CID, PDF. / A loan's agreement: hash, CID, PDF.")(
        agreement
    )
    app.command(
        help="Simpan dokumen, terenkripsi kecuali --public. / Keep a document, encrypted by default."
    )(document_add)
    app.command(help="Ambil dokumen, sudah didekripsi. / Get a document, decrypted.")(document_get)
    app.command(help="Periksa isi dokumen terhadap CID-nya. / Check documents against their CIDs.")(
        document_verify
    )
    app.command(help="Musnahkan kunci dokumen terenkripsi. / Destroy an encrypted document's key.")(
        document_destroy
    )


def agreement(
    loan: Annotated[int, typer.Argument(help="Nomor pinjaman. / Number of the loan.")],
    document: Annotated[
        str | None, typer.Option("--hash", help="Dokumen yang mana. / Which document, by its hash.")
    ] = None,
    pdf: Annotated[Path | None, typer.Option(help="Tulis PDF ke berkas. / Write the PDF to a file.")] = None,
    network: NetworkOption = "anvil",
    json: JsonOption = False,
) -> None:
    """What a loan's parties signed and what was decided, by the books. One is checked; a lost one is
    made again."""
    from backend.loans.agreed import terms_in_books
    from indexer.reports.agreements import act_documents, agreed_documents
    from rules.types import LoanNumber

    number, workspace = LoanNumber(loan), Workspace(network)
    with reading(network) as (connection, cooperative_id):
        found = agreed_documents(connection, number, cooperative_id)
        acts = act_documents(connection, number, cooperative_id)
        terms = terms_in_books(connection, number, cooperative_id)
    rows = [*map(_listed, found), *map(_listed, acts)]
    if not rows:
        raise KoperasiError(
            f"Pinjaman {loan} tidak punya dokumen: diambil dari buku kertas.",
            f"Loan {loan} has no document: it was taken over from paper books.",
        )
    wanted = rows[0]["hash"] if document is None else document.removeprefix("0x").lower()
    cause = next((row["cause"] for row in rows if row["hash"] == wanted), None)
    if cause is None:
        raise KoperasiError(
            f"Pinjaman {loan} tidak punya dokumen {wanted}.", f"Loan {loan} has no document {wanted}."
        )
    if cause == "STARTED":
        content = workspace.agreements().read(bytes.fromhex(wanted), terms)
    else:
        content = _act_document(workspace, number, bytes.fromhex(wanted))
    if pdf is not None:
        pdf.write_bytes(content)
        say(f"{pdf}: {len(content)} byte", f"{pdf}: {len(content)} bytes")
    if json:
        signed = terms.hash_with(found[0].document_hash).hex() if found else None
        print_json({"loan": loan, "terms_hash": signed, "documents": rows})
    else:
        print_table(tuple(rows[0]), [[str(value) for value in row.values()] for row in rows])


def _act_document(workspace: Workspace, loan: "LoanNumber", document_hash: bytes) -> bytes:
    from backend.loans.papers import papers_in_books

    with reading(workspace.name) as (connection, cooperative_id):
        papers = papers_in_books(connection, loan, document_hash, cooperative_id)
        return workspace.papers().read(document_hash, papers)


def _listed(each: "AgreedDocument | ActDocument") -> dict[str, Any]:
    """What was decided about a loan is of no version."""
    from backend.documents.cid import Cid
    from rules.calendar import day_text
    from rules.types import WibDay

    return {
        "version": getattr(each, "version", None),
        "cause": each.cause,
        "day": day_text(WibDay(each.book_day)),
        "hash": each.document_hash.hex(),
        "cid": str(Cid.of_block(each.document_hash)),
    }


def document_add(
    file: Annotated[Path, typer.Argument(help="Berkas. / The file.")],
    public: Annotated[
        bool,
        typer.Option("--public", help="Tanpa data pribadi: simpan apa adanya. / No personal data in it."),
    ] = False,
    network: NetworkOption = "anvil",
    json: JsonOption = False,
) -> None:
    """Keep a file. Without --public it is encrypted first, with a key that only this office has."""
    content, workspace = file.read_bytes(), Workspace(network)
    cid = workspace.documents().add(content) if public else workspace.sealed_documents().add(content)
    if json:
        print_json({"cid": str(cid), "hash": cid.digest.hex(), "bytes": len(content), "public": public})
    else:
        print(cid)


def document_get(cid: CidArgument, out: OutOption = None, network: NetworkOption = "anvil") -> None:
    """A document's bytes, checked and decrypted, to a file or to standard output."""
    content = Workspace(network).sealed_documents().read(_parsed(cid))
    if out is None:
        sys.stdout.buffer.write(content)
    else:
        out.write_bytes(content)


def document_verify(
    cid: Annotated[str | None, typer.Argument(help="CID; kosong: semua. / One CID; all if left out.")] = None,
    network: NetworkOption = "anvil",
    json: JsonOption = False,
) -> None:
    """Read documents again and compare their bytes with their CIDs. Exit code 1 if any does not agree."""
    from backend.documents.errors import DocumentError

    store = Workspace(network).documents()
    wanted = list(store.all()) if cid is None else [_parsed(cid)]
    damaged = []
    for each in wanted:
        try:
            store.read(each)
        except DocumentError as error:
            damaged.append(str(each))
            say(error.indonesian, error.english)
    if json:
        print_json({"documents": len(wanted), "damaged": damaged})
    else:
        say(
            f"{len(wanted)} dokumen, {len(damaged)} rusak", f"{len(wanted)} documents, {len(damaged)} damaged"
        )
    if damaged:
        raise typer.Exit(1)


def document_destroy(cid: CidArgument, network: NetworkOption = "anvil") -> None:
    """Destroy the key of an encrypted document: nobody reads it any more, wherever its bytes are."""
    Workspace(network).sealed_documents().destroy(_parsed(cid))
    say("Kunci dimusnahkan", "The key was destroyed")


def _parsed(cid: str) -> "Cid":
    from backend.documents.cid import Cid

    return Cid.parse(cid)
