"""Where a document's figures come from: block, root over the entries, the address that proves it."""

from base64 import b64encode
from typing import Final

import segno
from sqlalchemy import Connection, select

from backend.documents.indonesian import number
from backend.prints.content import Fact, Signature, Source
from indexer.ledger import schema
from indexer.reports.proofs import books_root
from indexer.reports.statements.related import holders_of_offices
from indexer.reports.statements.structs import Words
from rules.types import Office, WibDay

PROOF_PATH: Final = "/api/v1/tree-heads"
NOTE: Final = Words(
    "Dihitung dari buku, yang dihitung dari catatan rantai blok sampai blok ini. Alamat di bawah dan pada "
    "kode QR menjawab apakah akar jurnal ini akar buku koperasi, dengan buktinya.",
    "Computed from the books, which are computed from the chain up to this block. The address below, also in "
    "the QR code, answers whether this root is that of the cooperative's books, with the proof.",
)
_BLOCK: Final = Words("Nomor blok", "Block number")
_BLOCK_HASH: Final = Words("Hash blok", "Block hash")
_ENTRIES: Final = Words("Jumlah jurnal", "Entries")
_ROOT: Final = Words("Akar jurnal", "Ledger root")
_SVG: Final = "data:image/svg+xml;base64,"
_ROLES: Final = {
    Office.KETUA: Words("Ketua", "Chair"),
    Office.BENDAHARA: Words("Bendahara", "Treasurer"),
    Office.PENGAWAS: Words("Pengawas", "Supervisor"),
    Office.TELLER: Words("Teller", "Teller"),
}
_BLANK: Final = "……………"


def source_of(connection: Connection, public_url: str, cooperative_id: int = 1) -> Source:
    """The source of what is made from the books in this transaction: a function of them and of the public
    address. What is final is not said: it depends on when the chain was read."""
    own = schema.head.c
    query = select(own.block_number, own.block_hash, own.entries).where(own.cooperative_id == cooperative_id)
    block, block_hash, entries = connection.execute(query).one()
    root = books_root(connection, entries, cooperative_id).hex()
    address = f"{public_url.rstrip('/')}{PROOF_PATH}/{entries}/{root}.html"
    facts = (
        Fact(_BLOCK, number(block)),
        Fact(_BLOCK_HASH, f"0x{block_hash.hex()}"),
        Fact(_ENTRIES, number(entries)),
        Fact(_ROOT, f"0x{root}"),
    )
    short = f"blok {number(block)} · 0x{block_hash.hex()[:8]}… · akar 0x{root[:16]}…"
    return Source(NOTE, facts, address, qr_code(address), short)


def qr_code(text: str) -> str:
    """A QR code as SVG, dark on white, with the quiet zone that readers need."""
    made: str = segno.make(text, error="m", micro=False).svg_inline(border=4, light="#fff", omitsize=True)
    return made.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)


def as_data_uri(svg: str) -> str:
    """An SVG as the address of a picture in HTML."""
    return _SVG + b64encode(svg.encode()).decode()


def signed_by(
    connection: Connection, offices: tuple[Office, ...], day: WibDay, cooperative_id: int = 1
) -> tuple[Signature, ...]:
    """A box for each office, with the numbers of those who hold it at the end of `day` by the books."""
    holders = holders_of_offices(connection, day, cooperative_id)
    return tuple(
        _box(office, sorted(member for member, held in holders.items() if office.name in held))
        for office in offices
    )


def _box(office: Office, members: list[int]) -> Signature:
    who = ", ".join(map(str, members)) or _BLANK
    return Signature(_ROLES[office], f"Anggota nomor {who}")
