"""Documents made by typst from the templates of this folder: the same data gives the same bytes.

A template gets its data as JSON in `sys.inputs.data` and is kept dumb: figures come to it as words. Fonts are
those inside typst, never this machine's; the day a document is made is among its data.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, Literal

import typst

TEMPLATES: Final = Path(__file__).parent / "templates"
Format = Literal["pdf", "png"]
_AGE: Final = 10
"""After so many compilations typst forgets what was not used in them."""


class TypesettingError(RuntimeError):
    """A template and its data that do not fit: a fault of ours, typst's words in the text."""

    def __init__(self, template: str, error: Exception) -> None:
        self.indonesian = f"Dokumen {template} tidak dapat dibuat: {error}"
        self.english = f"The document {template} cannot be made: {error}"
        super().__init__(f"{self.indonesian} / {self.english}")


class Typesetter:
    """Makes documents of one template; it is read once."""

    def __init__(self, template: str) -> None:
        self._template = template
        self._compiler = typst.Compiler(
            TEMPLATES / f"{template}.typ", root=TEMPLATES, font_paths=[], ignore_system_fonts=True
        )

    def pdf(self, data: Mapping[str, Any]) -> bytes:
        """The document as PDF. TypesettingError."""
        made = self._compile(data, "pdf")
        return made if isinstance(made, bytes) else made[0]

    def pages(self, data: Mapping[str, Any], ppi: float = 96.0) -> list[bytes]:
        """Its pages as pictures (PNG). TypesettingError."""
        made = self._compile(data, "png", ppi)
        return [made] if isinstance(made, bytes) else made

    def _compile(
        self, data: Mapping[str, Any], kind: Format, ppi: float | None = None
    ) -> bytes | list[bytes]:
        inputs = {"data": json.dumps(data, ensure_ascii=False, sort_keys=True)}
        try:
            made = self._compiler.compile(
                format=kind, ppi=ppi, sys_inputs=inputs, timestamp=0, pdf_tags=False
            )
        except typst.TypstError as error:
            raise TypesettingError(self._template, error) from error
        if made is None:
            raise TypesettingError(self._template, ValueError("nothing was made"))
        return made


def forget() -> None:
    """Let typst drop what it keeps of documents that were made: it ages by compiling, and goes at ten."""
    nothing = typst.Compiler(TEMPLATES / "empty.typ", root=TEMPLATES, font_paths=[], ignore_system_fonts=True)
    for _ in range(_AGE + 1):
        nothing.compile(format="pdf", timestamp=0)
