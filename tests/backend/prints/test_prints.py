"""Printed documents: what they say, that they stay within the page, same bytes of the same books."""

import io
import re
import xml.etree.ElementTree as ET
from base64 import b64decode
from hashlib import sha256
from html.parser import HTMLParser
from typing import Any

import msgspec
import pytest
from pypdf import PageObject, PdfReader
from sqlalchemy import Connection

from backend.documents.typesetting import TEMPLATES
from backend.prints.content import Body, Document
from backend.prints.figures import figure
from backend.prints.html import POLICY
from backend.prints.maker import MAX_LINES, Printer, PrintTooLongError
from backend.prints.slip import NoShareError, slip_body
from backend.prints.source import signed_by
from backend.surplus.tree import ShareTree
from indexer.ledger import schema
from indexer.ledger.merkle import Builder
from indexer.reports.proofs import books_root
from indexer.reports.statements.catalogue import NAMES
from indexer.reports.statements.structs import Listing, Notes, Statement, Words
from indexer.reports.surplus import Allocation
from rules.shu import Bases, split_surplus
from rules.types import BPS, MemberNumber, Office, Rupiah
from tests.backend.prints import papers
from tests.backend.prints.samples import FOLDER, documents
from verifier.share_tree import is_share

DOCUMENTS = (
    *NAMES,
    "ratios",
    "limits",
    "calendar",
    "health",
    "trial-balance",
    "passbook",
    "card",
    "surplus-slip",
)
MARGIN = 40
"""Points from the edge of the paper that hold nothing: the template's are at least 51."""


def text_of(pdf: bytes) -> str:
    """All words of a PDF with single spaces."""
    pages = PdfReader(io.BytesIO(pdf)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def figures_of(body: Body) -> list[str]:
    """The figures of a document, as they are written."""
    return [
        cell
        for section in body.sections
        for table in section.tables
        for line in table.lines
        for column, cell in zip(table.columns, line.cells, strict=True)
        if column.figures and isinstance(cell, str) and cell
    ]


def printed(printer: Printer, year: Connection, body: Body) -> Document:
    return printer.document(year, body)


def test_documents__every_report_of_the_catalogue__is_one(bodies: dict[str, Body]) -> None:
    assert tuple(bodies) == DOCUMENTS


@pytest.mark.parametrize("name", DOCUMENTS)
def test_pdf__of_the_year__holds_every_figure_and_where_it_comes_from(
    printer: Printer, year: Connection, bodies: dict[str, Body], name: str
) -> None:
    document = printed(printer, year, bodies[name])
    text = text_of(printer.pdf(document))
    missing = [each for each in figures_of(bodies[name]) if each not in text]
    assert not missing
    assert "Halaman 1 dari" in text
    whole = text.replace(" ", "")
    head = year.execute(schema.head.select()).one()
    for fact in (head.block_hash.hex(), books_root(year, head.entries).hex(), document.source.address):
        assert fact in whole, fact


@pytest.mark.parametrize("name", DOCUMENTS)
def test_html__of_the_year__holds_every_figure_in_a_table_and_no_script(
    printer: Printer, year: Connection, bodies: dict[str, Body], name: str
) -> None:
    page = printer.made(printed(printer, year, bodies[name]), "html").decode()
    reader = Reader()
    reader.feed(page)
    assert reader.open == []
    assert [each for each in reader.figures if each] == figures_of(bodies[name])
    assert "script" not in reader.tags
    assert reader.loads == []
    assert reader.rows == reader.row_headers > 0


class Reader(HTMLParser):
    """What a page is made of."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: set[str] = set()
        self.figures: list[str] = []
        self.loads: list[str] = []
        self.rows = self.row_headers = 0
        self._in_figure = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.tags.add(tag)
        if tag not in ("meta", "br", "img"):
            self.open.append(tag)
        if tag == "tr" and "thead" not in self.open:
            self.rows += 1
        if given.get("scope") == "row":
            self.row_headers += 1
        self._in_figure = "tbody" in self.open and "figure" in (given.get("class") or "")
        if self._in_figure:
            self.figures.append("")
        self.loads += [
            value
            for name, value in attrs
            if value and name in ("src", "srcset", "background") and not value.startswith("data:")
        ]
        self.loads += [value for name, value in attrs if value and tag == "link" and name == "href"]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag
        self._in_figure = False

    def handle_data(self, data: str) -> None:
        if self._in_figure:
            self.figures[-1] += data.strip()


def test_html__words_with_markup__are_escaped(
    printer: Printer, year: Connection, bodies: dict[str, Body]
) -> None:
    evil = "</title><script>alert('x')</script>&\"<b>"
    body = msgspec.structs.replace(bodies["surplus"], title=Words(evil, evil), remarks=(Words(evil, evil),))
    document = Printer(evil, f"https://x.example/{evil}").document(year, body)
    page = printer.made(document, "html").decode()
    assert "<script" not in page
    assert "<b>" not in page
    assert page.count("&lt;script&gt;") >= 5


@pytest.mark.parametrize("name", DOCUMENTS)
def test_pdf__figures_as_long_as_they_come__stay_within_the_page(
    printer: Printer, year: Connection, bodies: dict[str, Body], name: str
) -> None:
    body = papers.lengthened(bodies[name])
    pdf = printer.pdf(printed(printer, year, body))
    assert papers.LONG in text_of(pdf) or not figures_of(body)
    for page in PdfReader(io.BytesIO(pdf)).pages[:3]:
        places = [place for place, text in places_of(page) if text.strip()]
        assert places
        assert min(places) > MARGIN
        assert max(places) < float(page.mediabox.width) - MARGIN


def places_of(page: PageObject) -> list[tuple[float, str]]:
    """Where each run of text begins, in points from the left, and where a figure ends that is as wide."""
    found: list[tuple[float, str]] = []

    def visit(text: str, cm: list[float], tm: list[float], _font: Any, size: float) -> None:
        left = tm[4] * cm[0] + cm[4]
        found.append((left, text))
        if re.fullmatch(r"\(?[\d.]+\)?", text.strip()):
            found.append((left + 0.45 * size * abs(tm[0]) * len(text.strip()), text))

    page.extract_text(visitor_text=visit)
    return found


def test_documents__same_books__are_the_same_bytes(
    printer: Printer, year: Connection, bodies: dict[str, Body]
) -> None:
    again = Printer(papers.COOPERATIVE, papers.PUBLIC_URL)
    for name in ("position", "notes", "cash-book", "surplus-slip"):
        made = [
            (each.pdf(document), each.made(document, "html"))
            for each in (printer, again)
            if (document := each.document(year, bodies[name]))
        ]
        assert made[0] == made[1], name


def test_samples__of_docs__are_what_this_makes(printer: Printer, year: Connection) -> None:
    """They change with typst, the template, the words or the reports: then they are made anew."""
    names = set()
    for name, document in documents(year, printer):
        names.add(f"{name}.pdf")
        assert (FOLDER / f"{name}.pdf").read_bytes() == printer.pdf(document), name
    assert {path.name for path in FOLDER.glob("*.pdf")} == names


def test_books_root__provisional_entries__are_counted_as_when_they_are_final(year: Connection) -> None:
    hashes = list(year.execute(schema.entry.select().order_by(schema.entry.c.number)).mappings())
    final = year.execute(schema.head.select()).one().final_entries
    assert final < len(hashes)
    for size in (1, 255, 256, final, final + 1, len(hashes)):
        builder = Builder()
        builder.append(row["hash"] for row in hashes[:size])
        assert books_root(year, size) == builder.root()
    with pytest.raises(LookupError):
        books_root(year, len(hashes) + 1)


def test_qr__is_the_address(printer: Printer, year: Connection, bodies: dict[str, Body]) -> None:
    """The modules of the picture are those of the address and of no other."""
    import segno

    source = printed(printer, year, bodies["position"]).source
    drawn = ET.fromstring(source.qr)
    assert drawn.get("viewBox") == "0 0 {0} {0}".format(
        segno.make(source.address, error="m").symbol_size()[0]
    )
    other = segno.make(source.address.replace("html", "htm"), error="m").svg_inline(
        border=4, light="#fff", omitsize=True
    )
    assert source.qr.split("<path", 1)[1] != other.split("<path", 1)[1]
    assert source.address.startswith(f"{papers.PUBLIC_URL}/api/v1/tree-heads/")


def test_policy__names_the_one_style() -> None:
    digest = b64decode(re.findall(r"'sha256-([^']+)'", POLICY)[0])
    assert digest == sha256((TEMPLATES / "page.css").read_bytes()).digest()
    assert "script-src" not in POLICY
    assert POLICY.startswith("default-src 'none'")


def test_pdf__too_many_lines__is_refused_with_what_to_do(
    printer: Printer, year: Connection, bodies: dict[str, Body]
) -> None:
    body = bodies["savings"]
    table = body.sections[0].tables[0]
    long = msgspec.structs.replace(table, lines=table.lines[:1] * (MAX_LINES + 1))
    section = msgspec.structs.replace(body.sections[0], tables=(long,))
    document = printed(printer, year, msgspec.structs.replace(body, sections=(section,)))
    with pytest.raises(PrintTooLongError, match="HTML"):
        printer.pdf(document)
    assert printer.made(document, "html")


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (0, "–"),
        (1, "1"),
        (1_234_567, "1.234.567"),
        (-1_234, "(1.234)"),
        (None, "n/a"),
        (10**12 - 1, papers.LONG),
    ],
)
def test_figure__amount__as_a_reader_expects(amount: int | None, text: str) -> None:
    assert figure(amount) == text


def test_bodies__of_statements__have_a_row_for_each_row(year: Connection, bodies: dict[str, Body]) -> None:
    for name, report in papers.reports(year).items():
        lines = [
            line for section in bodies[name].sections for table in section.tables for line in table.lines
        ]
        if isinstance(report, Statement):
            assert [(line.kind, line.level) for line in lines] == [
                (row.kind, row.level) for row in report.rows
            ]
        elif isinstance(report, Listing):
            runs = any(field.kind == "balance" for field in report.fields)
            assert len(lines) == len(report.rows) + 1 + runs
        else:
            assert isinstance(report, Notes)
            assert len(bodies[name].sections) == len(report.notes)


def test_passbook__tables__end_in_the_balances(bodies: dict[str, Body]) -> None:
    body = bodies["passbook"]
    ends = [section.tables[0].lines[-1].cells[-1] for section in body.sections]
    told = {fact.value for fact in body.facts}
    assert set(ends[:3]) <= told


def test_receipts__of_every_series__are_printed_as_on_the_paper(bodies: dict[str, Body]) -> None:
    printed = msgspec.json.encode([bodies["passbook"], bodies["card"], bodies["general-ledger"]]).decode()
    assert not re.findall(r'"[0-9a-f]{16}"', printed)
    for paper in (r'"2025-\d\d row \d+"', r'"SLIP-2025-\d+"', r'"loan \d+"'):
        assert re.search(paper, printed), paper


def test_slip__share__is_of_the_split_and_a_stranger_has_none() -> None:
    bases = {MemberNumber(1): Bases(3, 1), MemberNumber(2): Bases(1, 1)}
    split = split_surplus(Rupiah(1_001), {"jasa_modal": BPS // 2, "jasa_usaha": BPS // 2}, bases)  # type: ignore[dict-item]
    body = slip_body(2025, split, bases, MemberNumber(2))
    share = split.members[MemberNumber(2)]
    assert body.sections[0].tables[0].lines[-1].cells[-1] == figure(share.total)
    with pytest.raises(NoShareError, match="3"):
        slip_body(2025, split, bases, MemberNumber(3))


def test_slip__proof__is_of_the_allocation_or_says_that_there_is_none() -> None:
    bases = {MemberNumber(number): Bases(number, 0) for number in range(4)}
    split = split_surplus(Rupiah(1_001), {"jasa_modal": BPS // 2, "cadangan": BPS // 2}, bases)  # type: ignore[dict-item]
    shares = {member: Rupiah(share.total) for member, share in split.members.items()}
    tree = ShareTree(2025, shares)
    held = Allocation(2025, tree.root, 77, 1, b"\x0a" * 32, final=False)

    def said(member: int, allocation: Allocation | None) -> Body:
        return slip_body(2025, split, bases, MemberNumber(member), allocation)

    for member in (1, 2, 3):
        body = said(member, held)
        (table,) = body.sections[-1].tables
        path = [bytes.fromhex(str(line.cells[0])) for line in table.lines]
        assert is_share(tree.root, 2025, MemberNumber(member), shares[MemberNumber(member)], path)
        told = " ".join(each.en for each in body.sections[-1].paragraphs)
        assert "block 77" in told
        assert f"0x{tree.root.hex()}" in told
        assert f"--amount {shares[MemberNumber(member)]} --path" in told
        assert "not final yet" in told
        assert not {each.en for each in body.remarks} & {"OTHER", "not allocated"}
    for allocation, member, words in (
        (None, 1, "not allocated on the chain yet"),
        (msgspec.structs.replace(held, shares_root=bytes(32)), 1, "by OTHER shares"),
        (held, 0, "has no part in it"),
    ):
        body = said(member, allocation)
        assert len(body.sections) == 2
        assert words in body.remarks[-1].en


def test_signed_by__nobody_in_office__leaves_room_for_a_number(year: Connection) -> None:
    (box,) = signed_by(year, (Office.KETUA,), papers.DAY)
    assert box.role.id == "Ketua"
    assert "…" in box.who
