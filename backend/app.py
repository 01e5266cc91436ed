"""The application: the public API, its description, health and metrics, and the built page."""

import json
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version
from typing import Final

from fastapi import FastAPI, Request, Response
from fastapi.middleware.cors import CORSMiddleware
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from backend.config import Settings
from backend.database import connect
from backend.deps import answers_of
from backend.documents import router as documents
from backend.documents.store import DocumentStore
from backend.errors import add_error_handlers
from backend.http import Guard
from backend.ledger import bundles
from backend.ledger.answers import Answers, HotPath
from backend.ledger.direct import DirectRoutes
from backend.ledger.events import Watcher
from backend.ledger.reading import LedgerReader
from backend.ledger.router import router
from backend.ledger.schemas import Health
from backend.ledger.statement_router import router as statements
from backend.ledger.supervision_router import router as supervision
from backend.meetings.door import Door
from backend.meetings.queue import OrderQueue
from backend.meetings.router import Relay
from backend.meetings.router import router as orders
from backend.openapi import describe, described
from backend.pages import add_pages
from backend.prints.router import Prints
from backend.prints.router import router as prints
from backend.prints.supervision_router import router as supervision_prints

API: Final = "/api/v1"
_DESCRIPTION: Final = """\
The books of a savings-and-loan cooperative, computed from its contracts' logs. Anybody may read them:
they hold member numbers and amounts, no personal data. Money is whole rupiah in strings of digits, days
are WIB (UTC+7), hashes are hex. Errors are RFC 9457 problem+json with a `code`, and `messages` in
Indonesian and English.
Answers carry an ETag; `If-None-Match` gets 304 while the books stand where they stood."""


def create_app(settings: Settings) -> FastAPI:
    """The application for these settings. It starts without a ledger, and says 503 until there is one."""
    release = version("koperasi")

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        reader = LedgerReader(
            settings.ledger_url, settings.cooperative_id, settings.ledger_readers, settings.busy_seconds
        )
        watcher = Watcher(reader, settings.watch_seconds)
        app.state.answers, app.state.watcher = Answers(reader, release), watcher
        app.state.documents = DocumentStore(
            settings.documents, settings.document_max_bytes, settings.document_types
        )
        app.state.prints = Prints(settings.name, settings.public_url)
        app.state.relay = Relay(
            Door(settings.deployment_file, settings.relay_rpc),
            lambda: OrderQueue(connect(settings.office_url), settings.cooperative_id),
            settings.orders_per_minute,
        )
        yield
        await watcher.stop()
        reader.close()

    app = FastAPI(
        title="Koperasi",
        version=release,
        description=_DESCRIPTION,
        lifespan=lifespan,
        openapi_url=f"{API}/openapi.json",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    app.openapi = describe(app)  # type: ignore[method-assign]
    add_error_handlers(app)
    app.router.routes.extend(
        (
            *router.routes,
            *prints.routes,
            *supervision_prints.routes,
            *statements.routes,
            *supervision.routes,
            *bundles.router.routes,
            *orders.routes,
            *documents.router.routes,
        )
    )  # include_router would search twice for every request
    _add_operations(app)
    add_pages(app, settings.frontend)
    app.add_middleware(HotPath, direct=DirectRoutes(router.routes))
    if settings.allowed_origins:
        app.add_middleware(CORSMiddleware, allow_origins=settings.allowed_origins, allow_methods=["GET"])
    app.add_middleware(Guard, max_body_bytes=settings.max_body_bytes)
    return app


def from_environment() -> FastAPI:
    """The application for the KOPERASI_* variables: what a server process imports."""
    return create_app(Settings.from_environment())


def openapi_text() -> str:
    """The API's description as JSON, ending with a line feed."""
    return json.dumps(create_app(Settings()).openapi(), indent=2, ensure_ascii=False) + "\n"


def _add_operations(app: FastAPI) -> None:
    """What whoever runs the server asks: is it alive, can it read, how much does it do."""

    @app.get(
        f"{API}/health/live", tags=["health"], summary="The process answers", responses=described(Health)
    )
    async def live() -> Response:
        """Ok while the process runs; the database is not asked."""
        return Response(b'{"status":"ok"}', media_type="application/json")

    @app.get(
        f"{API}/health/ready", tags=["health"], summary="The books can be read", responses=described(Health)
    )
    async def ready(request: Request) -> Response:
        """Ok when the ledger can be read and has books in it, 503 with the reason otherwise."""
        await answers_of(request).reader.read(lambda _books: None)
        return Response(b'{"status":"ok"}', media_type="application/json")

    @app.get("/metrics", tags=["health"], summary="Prometheus metrics", response_class=Response)
    async def metrics() -> Response:
        """Requests by route and status, and their times; of all processes of this server."""
        registry = REGISTRY
        if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
            registry = CollectorRegistry()
            MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        return Response(generate_latest(registry), headers={"Content-Type": CONTENT_TYPE_LATEST})
