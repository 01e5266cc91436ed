"""Printed documents of the commands: --pdf FILE, --html FILE."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from koperasi.books import reading
from koperasi.output import say
from koperasi.workspace import Workspace

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from backend.prints.content import Body

PdfOption = Annotated[
    Path | None, typer.Option("--pdf", help="Tulis sebagai PDF ke berkas. / Write as PDF to a file.")
]
HtmlOption = Annotated[
    Path | None, typer.Option("--html", help="Tulis sebagai HTML ke berkas. / Write as HTML to a file.")
]


def write_printed(
    network: str, make: "Callable[[Connection, int], Body]", pdf: Path | None, html: Path | None
) -> bool:
    """Write what `make` says of the books to the files that are given; whether any is. PrintTooLongError."""
    if pdf is None and html is None:
        return False
    workspace = Workspace(network)
    printer = workspace.printer()
    with reading(network) as (connection, cooperative_id):
        document = printer.document(connection, make(connection, cooperative_id), cooperative_id)
    for path, form in ((pdf, "pdf"), (html, "html")):
        if path is not None:
            path.write_bytes(printer.made(document, form))  # type: ignore[arg-type]
            say(f"Ditulis: {path}", f"Written: {path}")
    return True
