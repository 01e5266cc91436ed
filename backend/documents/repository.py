"""Keys of encrypted documents, in the office database."""

import time
from typing import NamedTuple

from sqlalchemy import ColumnElement, Engine, insert, select, update

from backend.database import overwrite
from backend.documents.cid import Cid
from backend.schema import DOCUMENT_KEY


class KeyRecord(NamedTuple):
    """A document's key, None once it was destroyed."""

    key: bytes | None


class KeyRepository:
    """Keys of one cooperative's documents."""

    def __init__(self, engine: Engine, cooperative_id: int) -> None:
        self._engine = engine
        self._cooperative_id = cooperative_id

    def save(self, cid: Cid, key: bytes) -> None:
        """Keep the key of a new document."""
        row = {
            "cooperative_id": self._cooperative_id,
            "cid": str(cid),
            "key": key,
            "sealed_at": int(time.time()),
        }
        with self._engine.begin() as connection:
            connection.execute(insert(DOCUMENT_KEY).values(row))

    def find(self, cid: Cid) -> KeyRecord | None:
        """What is kept for a document, None if nothing ever was."""
        query = select(DOCUMENT_KEY.c.key).where(*self._of(cid))
        with self._engine.connect() as connection:
            row = connection.execute(query).first()
        return None if row is None else KeyRecord(row[0])

    def destroy(self, cid: Cid) -> bool:
        """Forget a key (`overwrite`); False if there was none."""
        change = update(DOCUMENT_KEY).where(*self._of(cid), DOCUMENT_KEY.c.key.is_not(None))
        return bool(overwrite(self._engine, change.values(key=None, destroyed_at=int(time.time()))))

    def _of(self, cid: Cid) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
        table = DOCUMENT_KEY.c
        return table.cooperative_id == self._cooperative_id, table.cid == str(cid)
