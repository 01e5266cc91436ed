"""What holds for every answer: headers, the limit on bodies, metrics, and no stack trace to anybody."""

import time
from functools import lru_cache
from typing import Final

import structlog
from prometheus_client import Counter, Histogram
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from backend.errors import BodyTooLargeError, problem_of, unforeseen

_POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
SECURITY_HEADERS: Final = {
    "Content-Security-Policy": _POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
"""Scripts and styles come from our own files only: none inline, none from elsewhere."""
VERIFIER: Final = "/verify.html"
DOCUMENT: Final = ".html"
"""The verifier and printed documents have policies of their own."""
_RAW_HEADERS: Final = [(name.lower().encode(), value.encode()) for name, value in SECURITY_HEADERS.items()]
_POLICY_NAME: Final = b"content-security-policy"
_OTHER_HEADERS: Final = [each for each in _RAW_HEADERS if each[0] != _POLICY_NAME]

_REQUESTS: Final = Counter(
    "koperasi_http_requests_total", "Requests answered.", ("method", "route", "status")
)
_SECONDS: Final = Histogram(
    "koperasi_http_request_seconds",
    "Time until the answer was sent, in seconds; streams are not counted.",
    ("route",),
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0),
)
_METHODS: Final = frozenset(("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"))
_BODILESS: Final = frozenset(("GET", "HEAD", "OPTIONS"))
"""Whose bodies no route reads."""
_log = structlog.get_logger("koperasi.backend")

_requests = lru_cache(maxsize=512)(_REQUESTS.labels)
_seconds = lru_cache(maxsize=128)(_SECONDS.labels)


class Guard:
    """The outermost layer of the application."""

    def __init__(self, app: ASGIApp, max_body_bytes: int) -> None:
        self._app = app
        self._limit = max_body_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started, status, streams = time.perf_counter(), 500, False

        async def answer(message: Message) -> None:
            nonlocal status, streams
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = message.setdefault("headers", [])
                streams = any(
                    value.startswith(b"text/event-stream")
                    for name, value in headers
                    if name == b"content-type"
                )
                own = scope["path"] == VERIFIER or scope["path"].endswith(DOCUMENT)
                has_policy = own and any(name == _POLICY_NAME for name, _ in headers)
                message["headers"] = [*headers, *(_OTHER_HEADERS if has_policy else _RAW_HEADERS)]
            await send(message)

        try:
            if _declared_length(scope) > self._limit:
                await problem_of(BodyTooLargeError(self._limit))(scope, receive, answer)
            else:
                bodiless = scope["method"] in _BODILESS
                await self._app(scope, receive if bodiless else self._limited(receive), answer)
        except Exception as error:
            _log.error("unforeseen_error", path=scope["path"], exc_info=error)
            if status != 500:
                raise
            await unforeseen()(scope, receive, answer)
        finally:
            _count(scope, status, None if streams else time.perf_counter() - started)

    def _limited(self, receive: Receive) -> Receive:
        """`receive` for bodies whose length was not declared."""
        taken = 0

        async def limited() -> Message:
            nonlocal taken
            message = await receive()
            if message["type"] == "http.request":
                taken += len(message.get("body", b""))
                if taken > self._limit:
                    raise BodyTooLargeError(self._limit)
            return message

        return limited


def _declared_length(scope: Scope) -> int:
    for name, value in scope["headers"]:
        if name == b"content-length":
            return int(value) if value.isdigit() else 0
    return 0


def _count(scope: Scope, status: int, seconds: float | None) -> None:
    """Under the route's template, so that there are as many series as routes."""
    route = getattr(scope.get("route"), "path", "other")
    method = scope["method"] if scope["method"] in _METHODS else "other"
    _requests(method, route, str(status)).inc()
    if seconds is not None:
        _seconds(route).observe(seconds)
