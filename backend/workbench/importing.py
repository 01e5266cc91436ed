"""Statements in: each follows on the one before it, none twice, the file itself kept encrypted."""

from hashlib import sha256
from typing import NamedTuple

from backend.documents.indonesian import number
from backend.documents.sealing import SealedDocuments
from backend.workbench.errors import StatementGapError
from backend.workbench.repository import KeptStatement, WorkbenchRepository
from backend.workbench.statement import BankStatement
from rules.calendar import day_text


class Imported(NamedTuple):
    """What became of a file: the statement's number, whether it is new, its hash (SHA-256) and document."""

    number: int
    new: bool
    file_hash: str
    document: str
    lines: int


class StatementImporter:
    """Keeps statements in the office database and their files among the encrypted documents."""

    def __init__(self, repository: WorkbenchRepository, documents: SealedDocuments) -> None:
        self._repository = repository
        self._documents = documents

    def run(self, statement: BankStatement, content: bytes, check: bool = False) -> Imported:
        """Keep a statement, unless its file is here already; `check` keeps nothing. StatementGapError."""
        file_hash = sha256(content).hexdigest()
        kept = self._repository.statements(statement.channel)
        for each in kept:
            if each.file_hash == file_hash:
                return Imported(each.number, False, file_hash, each.document, len(statement.lines))
        of_account = [each for each in kept if each.account == statement.account]
        if of_account:
            _check_follows(of_account[-1], statement)
        if check:
            return Imported(0, True, file_hash, "", len(statement.lines))
        document = str(self._documents.add(content))
        added = self._repository.add_statement(statement, file_hash, document)
        return Imported(added, True, file_hash, document, len(statement.lines))


def _check_follows(last: KeptStatement, statement: BankStatement) -> None:
    """Days may be missing between two statements, money may not."""
    if statement.from_day < last.to_day or statement.to_day <= last.to_day:
        raise StatementGapError(
            f"Tumpang tindih: sampai {day_text(last.to_day)} sudah ada (rekening koran {last.number}). Unduh "
            "hanya hari-hari sesudahnya.",
            f"An overlap: what is up to {day_text(last.to_day)} is here already (statement {last.number}). "
            "Download the days after it only.",
        )
    if statement.opening != last.closing:
        raise StatementGapError(
            f"Celah: saldo awal {number(statement.opening)}, sedangkan rekening koran {last.number} berakhir "
            f"{day_text(last.to_day)} dengan {number(last.closing)}. Impor dahulu yang di antaranya.",
            f"A gap: it opens with {number(statement.opening)}, while statement {last.number} ends on "
            f"{day_text(last.to_day)} with {number(last.closing)}. Import first what is between them.",
        )
