"""The real server over a small ledger, and Chromium in front of it."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from koperasi.localchain import free_port
from tests.backend.books import Books, sqlite_url

ROOT = Path(__file__).parents[2]
FRONTEND = ROOT / "frontend"
PHONE = {"width": 360, "height": 740}
DESKTOP = {"width": 1280, "height": 900}


@pytest.fixture(scope="session")
def built_page() -> Path:
    """The built page, built again if a source is newer."""
    index = FRONTEND / "dist" / "index.html"
    folders = (FRONTEND / "src", FRONTEND / "public")
    sources = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    names = ("index.html", "verify.html", "vite.config.ts", "vite.verify.config.ts", "package.json")
    sources += [FRONTEND / name for name in names]
    if not index.exists() or index.stat().st_mtime < max(path.stat().st_mtime for path in sources):
        subprocess.run(["npm", "run", "build", "--workspace", "frontend"], cwd=ROOT, check=True)
    return index.parent


@contextmanager
def serving(url: str, **more: str) -> Iterator[str]:
    """`koperasi serve` over a ledger, with more settings; its address."""
    port = free_port()
    environment = os.environ | {"KOPERASI_LEDGER_URL": url, "KOPERASI_WATCH_SECONDS": "0.1"} | more
    command = [Path(sys.executable).with_name("koperasi"), "serve", "--port", str(port)]
    with subprocess.Popen(command, cwd=ROOT, env=environment) as process:
        address = f"http://127.0.0.1:{port}"
        try:
            _wait(address, process)
            yield address
        finally:
            process.terminate()
            process.wait(10)


def _wait(address: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if httpx.get(f"{address}/api/v1/health/live").status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise RuntimeError(f"koperasi serve did not start (exit code {process.poll()})")


@pytest.fixture(scope="session")
def books(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Books]:
    """Books with entries that are final and a few that are not; tests may add to them."""
    books = Books(sqlite_url(tmp_path_factory.mktemp("e2e")))
    yield books
    books.engine.dispose()


@pytest.fixture(scope="session")
def address(built_page: Path, books: Books) -> Iterator[str]:
    with serving(books.url) as address:
        yield address


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = os.environ.get("KOPERASI_CHROMIUM") or shutil.which("chromium")
    arguments = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=arguments)
        yield browser
        browser.close()


@pytest.fixture
def open_page(browser: Browser, address: str) -> Iterator[Callable[..., Page]]:
    """Opens pages in a browser of their own; fails the test if one complains on its console."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def open_page(
        path: str = "/", size: dict[str, int] = DESKTOP, language: str = "id-ID", scheme: str = "light"
    ) -> Page:
        look = {"viewport": size, "locale": language, "color_scheme": scheme}
        context = browser.new_context(base_url=address, timezone_id="America/New_York", **look)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda message: message.type == "error" and complaints.append(message.text))
        page.goto(path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    unexpected = [text for text in complaints if "Failed to load resource" not in text]
    assert not unexpected


@pytest.fixture(scope="session")
def axe() -> str:
    """The source of axe-core, which looks for what keeps people out."""
    return (ROOT / "node_modules" / "axe-core" / "axe.min.js").read_text("utf-8")
