"""Documents as HTML by Mako, which escapes every value: no script, nothing loaded from elsewhere."""

from base64 import b64encode
from functools import lru_cache
from hashlib import sha256
from typing import Any, Final

from mako.template import Template

from backend.documents.typesetting import TEMPLATES
from backend.ledger.schemas import TreeHeadCheck
from backend.prints.content import Document
from backend.prints.source import as_data_uri
from indexer.reports.statements.structs import Words

_CSS: Final = (TEMPLATES / "page.css").read_text("utf-8")
_STYLE: Final = b64encode(sha256(_CSS.encode()).digest()).decode()
POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        f"style-src 'sha256-{_STYLE}'",
        "img-src data:",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)
"""What such a page may do in a browser: show its own style and its own picture."""


def html_of(document: Document) -> str:
    """The document as one file."""
    return rendered("statement", document=document, qr=as_data_uri(document.source.qr))


_VERDICTS: Final = {
    "matches": Words(
        "Cocok: akar jurnal pada dokumen adalah akar buku koperasi ini.",
        "It matches: the root on the document is that of these books.",
    ),
    "differs": Words(
        "TIDAK cocok: buku koperasi ini tidak punya akar itu. Jangan percayai dokumennya; tanyakan pengawas.",
        "It does NOT match: these books have no such root. Do not trust the document; ask the supervisors.",
    ),
    "not-yet": Words(
        "Belum dapat dijawab: buku di sini belum sampai sekian jurnal. Coba lagi nanti.",
        "No answer yet: the books here have fewer entries. Try again later.",
    ),
}


def tree_head_page(check: TreeHeadCheck) -> str:
    """The answer to whoever follows the address on a document."""
    return rendered("tree_head", check=check, words=_VERDICTS[check.verdict])


def rendered(name: str, **values: Any) -> str:
    """A template of this name with `values`, each escaped where it is put in."""
    made: str = _template(name).render_unicode(css=_CSS, **values)
    return made


@lru_cache
def _template(name: str) -> Template:
    return Template(  # noqa: S702 (every expression is escaped by default_filters)
        filename=str(TEMPLATES / f"{name}.html"), default_filters=["h"], strict_undefined=True
    )
