"""An answer is a function of its address and of the head of the books, and is kept while both stay."""

from collections.abc import Callable
from typing import Final

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from backend.ledger.reading import Books, Head, LedgerReader

Make = Callable[[Books], msgspec.Struct]
_KEPT_BODIES: Final = 1024
_KEPT_BYTES: Final = 65_536
_encode: Final = msgspec.json.Encoder().encode


class Answers:
    """Encoded bodies with an ETag; a client that has the newest gets 304."""

    def __init__(self, reader: LedgerReader, version: str) -> None:
        self.reader = reader
        self._version = version
        self._etag = ""
        self._bodies: dict[bytes, bytes] = {}

    async def answer(self, request: Request, make: Make) -> Response:
        """What `make` says, in one transaction."""
        scope = request.scope
        address = scope["raw_path"] + b"?" + scope["query_string"]
        known = request.headers.get("if-none-match")

        def work(books: Books) -> Response:
            etag = self._tag(books.head)
            headers = {"ETag": etag, "Cache-Control": "no-cache"}
            if known == etag:
                return Response(None, 304, headers)
            body = self._body(address, etag)
            if body is None:
                body = _encode(make(books))
                self._keep(address, etag, body)
            return Response(body, 200, headers, "application/json")

        return await self.reader.read(work)

    def _tag(self, head: Head) -> str:
        return f'"{self._version}-{head.block_number}-{head.block_hash[:8].hex()}-{head.floor}"'

    def _body(self, address: bytes, etag: str) -> bytes | None:
        return self._bodies.get(address) if etag == self._etag else None

    def _keep(self, address: bytes, etag: str, body: bytes) -> None:
        if etag != self._etag or len(self._bodies) >= _KEPT_BODIES:
            self._etag, self._bodies = etag, {}
        if len(body) <= _KEPT_BYTES:
            self._bodies[address] = body
