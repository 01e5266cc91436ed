"""An answer is a function of its address and of the head of the books, and is kept while both stay."""

from collections.abc import Callable
from typing import Any, Final, NamedTuple

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from backend.errors import DATABASE_ERRORS, ProblemError, problem_of
from backend.ledger.direct import DirectRoutes
from backend.ledger.reading import Books, Head, LedgerReader

Make = Callable[[Books], msgspec.Struct]
_KEPT_BODIES: Final = 4096
_KEPT_BYTES: Final = 64 << 20
"""The most that all kept bodies and addresses may weigh."""
_BODY_BYTES: Final = 65_536
"""A longer answer is not kept."""
_encode: Final = msgspec.json.Encoder().encode


class _Kept(NamedTuple):
    """`etag` of the books that the body was made from: while these are asked for their head, others may come
    to be kept."""

    body: bytes
    route: Any
    etag: str


class Answers:
    """Encoded bodies with an ETag; a client that has the newest gets 304."""

    def __init__(self, reader: LedgerReader, version: str) -> None:
        self.reader = reader
        self._version = version
        self._etag = ""
        self._kept: dict[bytes, _Kept] = {}
        self._weight = 0

    async def answer(self, request: Request, make: Make, *, takes_long: bool = False) -> Response:
        """What `make` says, in one transaction; apart from other answers if it takes long to make."""
        scope = request.scope

        def work(books: Books) -> Response:
            etag = self._tag(books.head)
            if request.headers.get("if-none-match") == etag:
                return _response(etag, None)
            body = _encode(make(books))
            self._keep(_address(scope), _Kept(body, scope.get("route"), etag))
            return _response(etag, body)

        return await (self.reader.read_apart(work) if takes_long else self.reader.read(work))

    async def document(self, request: Request, make: Callable[[Books], bytes], media_type: str) -> Response:
        """A document that `make` writes in one transaction, apart from other answers; it is not kept."""

        def work(books: Books) -> Response:
            etag = self._tag(books.head)
            unchanged = request.headers.get("if-none-match") == etag
            return _response(etag, None if unchanged else make(books), media_type)

        return await self.reader.read_apart(work)

    async def kept(self, scope: Scope) -> Response | None:
        """An answer that was made before and still holds. Its address was found and checked then."""
        kept = self._kept.get(_address(scope))
        if kept is None:
            return None
        try:
            etag = await self.reader.read(lambda books: self._tag(books.head))
        except (ProblemError, *DATABASE_ERRORS):
            return None
        if etag != kept.etag:
            return None
        scope["route"] = kept.route
        known = next((value for name, value in scope["headers"] if name == b"if-none-match"), b"")
        return _response(etag, None if known.decode("latin-1") == etag else kept.body)

    def _tag(self, head: Head) -> str:
        return f'"{self._version}-{head.block_number}-{head.block_hash[:8].hex()}-{head.floor}"'

    def _keep(self, address: bytes, kept: _Kept) -> None:
        weight = len(address) + len(kept.body)
        full = len(self._kept) >= _KEPT_BODIES or self._weight + weight > _KEPT_BYTES
        if kept.etag != self._etag or full:
            self._etag, self._kept, self._weight = kept.etag, {}, 0
        if weight <= _BODY_BYTES and address not in self._kept:
            self._kept[address] = kept
            self._weight += weight


class HotPath:
    """Before a request is routed: asks for a kept answer, then for a route that can be called directly.

    An error of the database is left to the long way, which meets it again and answers for it.
    """

    def __init__(self, app: ASGIApp, direct: DirectRoutes) -> None:
        self._app = app
        self._direct = direct

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        answer = self._app
        if scope["type"] == "http" and scope["method"] == "GET":
            answers: Answers = scope["app"].state.answers
            answer = await answers.kept(scope) or await self._called(scope) or answer
        await answer(scope, receive, send)

    async def _called(self, scope: Scope) -> Response | None:
        call = self._direct.find(scope)
        try:
            return await call() if call else None
        except ProblemError as problem:
            return problem_of(problem)
        except DATABASE_ERRORS:
            return None


def _address(scope: Scope) -> bytes:
    path: bytes = scope["raw_path"]
    query: bytes = scope["query_string"]
    return path + b"?" + query


def _response(etag: str, body: bytes | None, media_type: str = "application/json") -> Response:
    headers = {"ETag": etag, "Cache-Control": "no-cache"}
    return Response(body, 304 if body is None else 200, headers, media_type)
