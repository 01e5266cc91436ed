"""The file of an adopted chart of accounts: the house's own, or a document that is kept here."""

from backend.documents.cid import Cid
from backend.documents.errors import DocumentMissingError
from backend.documents.store import DocumentStore
from indexer.reports.statements.chart import FindChart, house_chart_file


def chart_finder(store: DocumentStore) -> FindChart:
    """Finds the chart with a SHA-256: its hash on the chain is that of the document's block.

    What it finds raises DocumentDamagedError or DocumentFolderError as the store does.
    """

    def find(chart_hash: bytes) -> bytes | None:
        content = house_chart_file(chart_hash)
        if content is not None:
            return content
        try:
            return store.read(Cid.of_block(chart_hash))
        except DocumentMissingError:
            return None

    return find
