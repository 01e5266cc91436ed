"""The short way to the hot routes: parameters that are plain whole numbers within a route's bounds.

FastAPI takes longer to find a route and to read five parameters than SQLite takes to answer. Anything else
than plain numbers goes FastAPI's way, which also says what is wrong: no request is answered differently.
"""

from collections.abc import Awaitable, Callable, Iterable
from re import Pattern
from typing import Any, Final, NamedTuple

from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute
from starlette.types import Scope

_DIGITS: Final = 19
"""The most of a number that is read here: those of 2^63 - 1."""
Call = Callable[[], Awaitable[Response]]


class _Route(NamedTuple):
    route: APIRoute
    pattern: Pattern[str]
    bounds: dict[str, tuple[int, int]]
    required: frozenset[str]


class DirectRoutes:
    """Those routes of an application whose required parameters are all bounded whole numbers."""

    def __init__(self, routes: Iterable[BaseRoute]) -> None:
        self._routes = [_direct(each) for each in routes if isinstance(each, APIRoute) and _fits(each)]

    def find(self, scope: Scope) -> Call | None:
        """The call that answers a GET request, its route noted in the scope; None for FastAPI's way."""
        path: str = scope["path"]
        for direct in self._routes:
            match = direct.pattern.match(path)
            if match:
                given = list(match.groupdict().items())
                query: bytes = scope["query_string"]
                if query:
                    given += [_pair(part) for part in query.decode("latin-1").split("&")]
                values = _values(direct, given)
                if values is None:
                    return None
                scope["route"] = direct.route
                return lambda: direct.route.endpoint(Request(scope), **values)
        return None


def _fits(route: APIRoute) -> bool:
    wanted = route.dependant
    if (
        "GET" not in (route.methods or ())
        or wanted.header_params
        or wanted.cookie_params
        or wanted.dependencies
    ):
        return False
    parameters = [*wanted.path_params, *wanted.query_params]
    return wanted.request_param_name == "request" and all(
        _bounds(each) or not each.field_info.is_required() for each in parameters
    )


def _direct(route: APIRoute) -> _Route:
    parameters = [*route.dependant.path_params, *route.dependant.query_params]
    bounds = {each.alias: found for each in parameters if (found := _bounds(each))}
    required = frozenset(each.alias for each in parameters if each.field_info.is_required())
    return _Route(route, route.path_regex, bounds, required)


def _bounds(parameter: Any) -> tuple[int, int] | None:
    """Least and most of a whole number that has both."""
    limits = parameter.field_info.metadata
    least = [each.ge for each in limits if hasattr(each, "ge")]
    most = [each.le for each in limits if hasattr(each, "le")]
    return (least[0], most[0]) if least and most else None


def _pair(part: str) -> tuple[str, str]:
    name, _, value = part.partition("=")
    return name, value


def _values(direct: _Route, given: list[tuple[str, str]]) -> dict[str, int] | None:
    values: dict[str, int] = {}
    for name, text in given:
        bounds = direct.bounds.get(name)
        if bounds is None or name in values or len(text) > _DIGITS or not (text.isascii() and text.isdigit()):
            return None
        values[name] = value = int(text)
        if not bounds[0] <= value <= bounds[1]:
            return None
    return values if direct.required <= values.keys() else None
