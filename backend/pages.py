"""The built page: files with a fingerprint in their name for ever, everything else the application itself."""

import re
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
from backend.http import VERIFIER

_FOR_EVER: Final = "public, max-age=31536000, immutable"
_POLICY: Final = re.compile(r'http-equiv="Content-Security-Policy" content="([^"]+)"')
_NO_FRAMES: Final = "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
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
        return FileResponse(found or index, headers={"Cache-Control": "no-cache", **_own_policy(found)})


def _file(folder: Path, path: str) -> Path | None:
    """A file of the build; None for anything outside of it."""
    found = (folder / path).resolve()
    return found if path and found.is_relative_to(folder.resolve()) and found.is_file() else None


def _own_policy(file: Path | None) -> dict[str, str]:
    """The verifier's policy names what is inline by hash and lets any node answer. Of no other page."""
    if file is None or file.name != VERIFIER[1:]:
        return {}
    found = _POLICY.search(file.read_text("utf-8"))
    return {"Content-Security-Policy": f"{found[1]}; {_NO_FRAMES}"} if found else {}


def _not_built(request: Request) -> Response:
    error = PageNotBuiltError()
    if "text/html" not in request.headers.get("accept", ""):
        raise error
    words = _NOT_BUILT.format(indonesian=error.messages.id, english=error.messages.en)
    return HTMLResponse(words, error.status, {"Cache-Control": "no-store", "Retry-After": "5"})
