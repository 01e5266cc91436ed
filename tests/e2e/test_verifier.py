"""The verifier in a real browser: served, opened from the disk, with a file and with a node."""

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from recount.bundle import read_bundle, write_bundle
from recount.recount import recount
from tests.recount.node import WHERE, FakeNode
from tests.recount.vectors import MEETINGS

Open = Callable[..., Page]


@pytest.fixture
def node() -> Iterator[str]:
    """A node with the meeting "every reason" that web pages may ask; its address."""
    village = MEETINGS["every reason"]()
    village.block += 1
    fake = FakeNode(village)

    class Handler(BaseHTTPRequestHandler):
        def do_OPTIONS(self) -> None:
            self._answer(b"")

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            self._answer(fake.answer(httpx.Request("POST", "http://node", content=body)).content)

        def _answer(self, content: bytes) -> None:
            self.send_response(200)
            self.send_header("Access-Control-Allow-Origin", "*")
            self.send_header("Access-Control-Allow-Headers", "content-type")
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


def give(page: Page, name: str, folder: Path) -> None:
    """Give the page a bundle."""
    file = folder / "meeting.json"
    write_bundle(MEETINGS[name]().bundle(), file)
    page.get_by_label("Berkas data mentah").set_input_files(file)


def test_verifier__served__counts_a_file(open_page: Open, tmp_path: Path) -> None:
    page = open_page("/verify.html")
    give(page, "every kind of act", tmp_path)
    expect(page.get_by_text("Tidak ada perbedaan")).to_be_visible()
    give(page, "vote changed", tmp_path)
    expect(page.get_by_role("alert")).to_contain_text("pilihannya berbeda dari yang ditandatangani")


def test_verifier__kept_on_disk__asks_a_node(
    browser: Browser, built_page: Path, node: str, tmp_path: Path
) -> None:
    page = browser.new_context(locale="en-GB").new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    kept = tmp_path / "kept.html"
    kept.write_bytes((built_page / "verify.html").read_bytes())
    fields = {"rpc": node, "meeting": "3", "rpId": WHERE.rp_id, "firstBlock": "100"}
    fields |= {name: getattr(WHERE, name) for name in ("rat", "box", "registry", "authority")}
    page.goto(f"{kept.as_uri()}#{httpx.QueryParams(fields)}")
    page.get_by_role("button", name="Count", exact=True).click()
    expect(page.get_by_text("No difference")).to_be_visible()
    expect(page.get_by_text("#9 0x")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="Keep the raw data").click()
    found = recount(read_bundle(Path(download.value.path()))).report
    assert found == recount(MEETINGS["every reason"]().bundle()).report | {"block": found["block"]}
    assert complaints == []
