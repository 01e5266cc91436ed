"""Documents with personal data: encrypted before they have a CID, by a key each that can be destroyed.

AES-256-GCM with a random key a document. The key is the salt of law 5: the same content twice gives two CIDs
that have nothing to do with one another, and without the key nobody can tell a guess from the truth.
"""

import os
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from backend.documents.cid import Cid, cid_of
from backend.documents.errors import DocumentDamagedError, DocumentKeyMissingError
from backend.documents.kinds import SEAL, SEALED, kind_of
from backend.documents.repository import KeyRepository
from backend.documents.store import DocumentStore

_KEY_BITS: Final = 256
_NONCE_BYTES: Final = 12


class SealedDocuments:
    """The encrypted documents of a store, their keys in the office database."""

    def __init__(self, store: DocumentStore, keys: KeyRepository) -> None:
        self._store = store
        self._keys = keys

    def add(self, content: bytes) -> Cid:
        """Encrypt and keep a document; the CID is of what is kept. DocumentTooLargeError."""
        key = AESGCM.generate_key(_KEY_BITS)
        nonce = os.urandom(_NONCE_BYTES)
        sealed = SEAL + nonce + AESGCM(key).encrypt(nonce, content, SEAL)
        self._store.check_size(sealed)
        self._keys.save(cid_of(sealed), key)
        return self._store.keep(sealed)

    def read(self, cid: Cid) -> bytes:
        """The document, decrypted; one that is not encrypted as it is. DocumentError."""
        kept = self._store.read(cid)
        if kind_of(kept) is not SEALED:
            return kept
        record = self._keys.find(cid)
        if record is None or record.key is None:
            raise DocumentKeyMissingError(cid, destroyed=record is not None)
        nonce, sealed = kept[len(SEAL) :][:_NONCE_BYTES], kept[len(SEAL) + _NONCE_BYTES :]
        try:
            return AESGCM(record.key).decrypt(nonce, sealed, SEAL)
        except InvalidTag:
            raise DocumentDamagedError(cid) from None

    def destroy(self, cid: Cid) -> None:
        """Destroy the key of an encrypted document for good. DocumentKeyMissingError if there is none."""
        if not self._keys.destroy(cid):
            raise DocumentKeyMissingError(cid, destroyed=self._keys.find(cid) is not None)
