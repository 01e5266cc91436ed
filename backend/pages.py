"""The built page: files with a fingerprint in their name for ever, everything else the application itself."""

from pathlib import Path
from typing import Final

from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from backend.errors import PageNotBuiltError

_FOR_EVER: Final = "public, max-age=31536000, immutable"
_NOT_BUILT: Final = (
    "<!doctype html><html lang=id><meta charset=utf-8><title>Koperasi</title>"
    "<h1>{indonesian}</h1><p lang=en>{english}</p></html>"
)


class _Assets(StaticFiles):
    """Names hold a hash of the content."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        response.headers["Cache-Control"] = _FOR_EVER
        return response


def add_pages(app: FastAPI, folder: Path) -> None:
    """Serve the page built in `folder`; addresses that are no file are the page's own. Add it last."""
    assets = GZipMiddleware(_Assets(directory=folder / "assets", check_dir=False), minimum_size=1024)
    app.mount("/assets", assets, name="assets")

    @app.get("/{path:path}", include_in_schema=False)
    async def page(request: Request, path: str) -> Response:
        if path == "api" or path.startswith("api/"):
            raise HTTPException(404)
        index = folder / "index.html"
        if not index.is_file():
            return _not_built(request)
        found = _file(folder, path)
        if found is None and "." in path.rsplit("/", 1)[-1]:
            raise HTTPException(404)
        return FileResponse(found or index, headers={"Cache-Control": "no-cache"})


def _file(folder: Path, path: str) -> Path | None:
    """A file of the build; None for anything outside of it."""
    found = (folder / path).resolve()
    return found if path and found.is_relative_to(folder.resolve()) and found.is_file() else None


def _not_built(request: Request) -> Response:
    error = PageNotBuiltError()
    if "text/html" not in request.headers.get("accept", ""):
        raise error
    words = _NOT_BUILT.format(indonesian=error.messages.id, english=error.messages.en)
    return HTMLResponse(words, error.status, {"Cache-Control": "no-store", "Retry-After": "5"})
