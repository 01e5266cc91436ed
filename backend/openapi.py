"""The description of the API: bodies come from the structs they are encoded from."""

from collections.abc import Callable, Iterable
from typing import Any, Final

import msgspec
from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from backend import errors
from backend.ledger import bundle_schemas, meeting_schemas, schemas
from backend.ledger.close_schemas import CLOSE_BODIES
from backend.ledger.loan_schemas import LOAN_BODIES
from backend.ledger.statement_schemas import STATEMENT_BODIES
from backend.ledger.supervision_schemas import SUPERVISION_BODIES
from backend.ledger.surplus_schemas import SURPLUS_BODIES
from backend.meetings.order_schemas import ORDER_BODIES

_REF: Final = "#/components/schemas/{name}"
_BODIES: Final = (
    *schemas.BODIES,
    *CLOSE_BODIES,
    *LOAN_BODIES,
    *STATEMENT_BODIES,
    *SUPERVISION_BODIES,
    *SURPLUS_BODIES,
    *bundle_schemas.BODIES,
    *meeting_schemas.BODIES,
    *ORDER_BODIES,
)
_TYPES: Final = (*_BODIES, errors.Problem)
Kinds = tuple[type[errors.ProblemError], ...]
Responses = dict[int | str, dict[str, Any]]


def described(
    body: type[msgspec.Struct], *problems: type[errors.ProblemError], status: int = 200
) -> Responses:
    """What a route may answer: a body, or one of these errors; any of them may find the ledger away."""
    return {status: _response(body.__doc__ or "", "application/json", body.__name__), **_problems(problems)}


def read_from(*names: str) -> dict[str, Any]:
    """A route's body: one of these, told apart by their `order`."""
    told = [{"$ref": _REF.format(name=name)} for name in names]
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": {"oneOf": told}}}}}


def described_stream(description: str) -> Responses:
    """What a route answers that never ends."""
    return {200: {"description": description, "content": {"text/event-stream": {}}}, **_problems(())}


def described_file(media_types: Iterable[str], *problems: type[errors.ProblemError]) -> Responses:
    """What a route answers that gives a file; it asks no ledger."""
    file = {"schema": {"type": "string", "format": "binary"}}
    content = dict.fromkeys(sorted(media_types), file)
    return {200: {"description": "The file.", "content": content}, **_described(problems)}


def described_print(*problems: type[errors.ProblemError]) -> Responses:
    """What a route answers that prints from the books."""
    files = described_file(("application/pdf", "text/html"))
    return {200: files[200], **_problems(problems)}


def describe(app: FastAPI) -> Callable[[], dict[str, Any]]:
    """The document, made once."""

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            document = get_openapi(
                title=app.title, version=app.version, description=app.description, routes=app.routes
            )
            _, components = msgspec.json.schema_components(_TYPES, ref_template=_REF)
            document.setdefault("components", {}).setdefault("schemas", {}).update(components)
            app.openapi_schema = document
        return app.openapi_schema

    return openapi


def _problems(kinds: Kinds) -> Responses:
    return _described((*kinds, errors.LedgerUnavailableError, errors.LedgerBusyError))


def _described(kinds: Kinds) -> Responses:
    words = {422: ["INVALID_INPUT: a part of the request that cannot be read."]}
    for kind in kinds:
        words.setdefault(kind.status, []).append(f"{kind.code}: {kind.__doc__}")
    name = errors.Problem.__name__
    return {
        status: _response(" ".join(lines), errors.MEDIA_TYPE, name) for status, lines in sorted(words.items())
    }


def _response(description: str, media_type: str, name: str) -> dict[str, Any]:
    schema = {"$ref": _REF.format(name=name)}
    return {"description": description, "content": {media_type: {"schema": schema}}}
