"""Statements, ledgers and closes, in a real browser against the real server."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Page, Route, expect

from backend.database import connect
from backend.office.claims import ClaimsOffice
from tests.backend.books import Books, sqlite_url
from tests.backend.closed_books import ClosedBooks, close_month
from tests.e2e.conftest import serving
from tests.e2e.test_public_page import Open, api, rupiah
from verifier.bundle import SolvencyBundle, decode

YEAR = "?from=2025-01-01&to=2025-12-31"


class Closed:
    """A server over books with a closed month."""

    def __init__(self, address: str, closed: ClosedBooks) -> None:
        self.address = address
        self.closed = closed


@pytest.fixture(scope="module")
def closed(built_page: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Closed]:
    folder = tmp_path_factory.mktemp("closed")
    books = Books(sqlite_url(folder), blocks=100, floor=90)
    made = close_month(books, ClaimsOffice(connect(f"sqlite:///{folder / 'office.sqlite'}"), 1))
    with serving(books.url) as address:
        yield Closed(address, made)
    books.engine.dispose()


@pytest.mark.parametrize(
    "name", ["position", "surplus", "cash-flows-direct", "cash-flows-indirect", "equity", "promotion"]
)
def test_statement__every_row__is_the_servers(open_page: Open, address: str, name: str) -> None:
    page = open_page(f"/statements/{name}{YEAR}")
    told = api(address, f"/statements/{name}{YEAR}")
    table = page.get_by_role("table")
    expect(table.get_by_role("row")).to_have_count(len(told["rows"]) + 1)
    texts = table.get_by_role("row").all_inner_texts()[1:]
    for row, text in zip(told["rows"], texts, strict=True):
        assert row["label"]["id"] in text
        for amount in row["amounts"]:
            assert amount is None or re.search(rupiah(amount.lstrip("-")), text)


def test_position__chosen_period_and_account__leads_to_the_ledger(open_page: Open, address: str) -> None:
    page = open_page("/")
    page.get_by_role("link", name="Laporan", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Neraca")
    page.get_by_label("Dari").fill("2025-01-01")
    page.get_by_label("Sampai").fill("2025-12-31")
    page.get_by_role("button", name="Tampilkan").click()
    page.wait_for_url(f"**/statements{YEAR}")
    page.get_by_role("link", name="1110", exact=True).click()
    page.wait_for_url(f"**/ledger/1110{YEAR}")
    told = api(address, f"/accounts/1110/lines{YEAR}&limit=200")
    expect(page.get_by_role("heading", level=1)).to_have_text(told["title"]["id"])
    expect(page.get_by_role("row")).to_have_count(len(told["rows"]) + 2)
    expect(page.get_by_role("row", name="Jumlah")).to_contain_text(rupiah(told["totals"][-1]))
    page.get_by_role("link", name=told["rows"][0][1], exact=True).first.click()
    page.wait_for_url("**/entries/*")


def test_notes__in_english__have_their_tables(open_page: Open, address: str) -> None:
    page = open_page(f"/statements/notes{YEAR}", language="en-GB")
    told = api(address, f"/notes{YEAR}")
    expect(page.get_by_role("heading", level=2)).to_have_count(len(told["notes"]))
    tables = [table for note in told["notes"] for table in note["tables"]]
    expect(page.get_by_role("table")).to_have_count(len(tables))
    expect(page.get_by_text("(English)")).to_have_count(0)


def test_statement__as_pdf__is_had_by_its_link(open_page: Open, address: str) -> None:
    page = open_page(f"/statements/surplus{YEAR}")
    link = page.get_by_role("link", name="Simpan sebagai PDF").get_attribute("href")
    assert httpx.get(f"{address}{link}").content.startswith(b"%PDF")


def test_period__that_ends_before_it_begins__is_told_in_words(open_page: Open) -> None:
    page = open_page("/statements/surplus?from=2025-12-31&to=2025-01-01")
    expect(page.get_by_role("alert")).to_contain_text("Tidak dapat ditampilkan")


@pytest.mark.parametrize("path", ["/statements/nothing", "/ledger/none", "/ledger/100000"])
def test_unknown_report__leads_home(open_page: Open, path: str) -> None:
    expect(open_page(path).get_by_role("link", name="Ke beranda")).to_be_visible()


def test_ledger__unknown_account__is_told_in_words(open_page: Open) -> None:
    expect(open_page("/ledger/9999").get_by_role("alert")).to_contain_text("9999")


def test_supervision__ratios__are_the_servers_and_open_to_their_accounts(
    open_page: Open, address: str
) -> None:
    page = open_page("/statements")
    page.get_by_role("link", name="Pengawasan").click()
    told = api(address, "/ratios")
    ratios = page.get_by_role("region", name="Rasio keuangan")
    expect(ratios.get_by_role("listitem")).to_have_count(len(told["ratios"]))
    first = told["ratios"][0]
    percent = f"{first['bps'] / 100:,.2f}%".translate(str.maketrans(",.", ".,"))
    expect(ratios.get_by_role("listitem").first).to_contain_text(percent)
    ratios.get_by_text(first["label"]["id"]).click()
    expect(ratios.get_by_text(rupiah(first["denominator"]["amount"])).first).to_be_visible()
    ratios.get_by_role("link", name="1110").first.click()
    page.wait_for_url("**/ledger/1110")


def test_supervision__nothing_adopted__has_no_points(open_page: Open, address: str) -> None:
    page = open_page("/supervision", language="en-GB")
    health = page.get_by_role("region", name="Health scores")
    expect(health.get_by_text("Not configured")).to_have_count(2)
    for aspect in api(address, "/health-scores")["scores"][0]["aspects"]:
        expect(health.get_by_text(f"– of {aspect['weight'] // 100}").first).to_be_visible()


def test_supervision__largest_borrowers__are_the_servers(open_page: Open, address: str) -> None:
    page = open_page("/supervision")
    rows = page.get_by_role("region", name="Peminjam terbesar").get_by_role("row")
    largest = api(address, "/limits")["largest"]
    expect(rows).to_have_count(len(largest) + 1)
    for borrower, text in zip(largest, rows.all_inner_texts()[1:], strict=True):
        assert text.startswith(str(borrower["member"]))
        assert re.search(rupiah(borrower["exposure"]), text)


def test_closes__none__says_so(open_page: Open) -> None:
    expect(open_page("/closes").get_by_text("Belum ada masa yang ditutup.")).to_be_visible()


def test_closes__closed_month__agrees_and_gives_its_bundle(open_page: Open, closed: Closed) -> None:
    page = open_page(f"{closed.address}/closes")
    (told,) = api(closed.address, "/closes")["closes"]
    expect(page.get_by_text("Jurnal memberi angka yang sama")).to_be_visible()
    expect(page.get_by_text(told["figures"]["ledger_root"])).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="Hak anggota dan uang yang ada").click()
    bundle = decode(Path(download.value.path()).read_bytes())
    assert isinstance(bundle, SolvencyBundle)
    page.get_by_role("link", name="Neraca hari itu").click()
    page.wait_for_url("**/statements/position?to=*")
    expect(page.get_by_role("heading", level=1)).to_have_text("Neraca")


def differing(page: Page, change: Callable[[dict], None]) -> None:
    """Change what the server says of closes on its way to the browser."""

    def handle(route: Route) -> None:
        answer = route.fetch()
        body = answer.json()
        change(body["closes"][0])
        route.fulfill(response=answer, body=json.dumps(body))

    page.route("**/api/v1/closes", handle)


def test_closes__figures_that_the_books_do_not_give__are_shown(open_page: Open, closed: Closed) -> None:
    page = open_page(f"{closed.address}/members")
    differing(
        page,
        lambda close: close.update(
            agrees=False, differences=[{"figure": "entries", "attested": "41", "found": "42"}]
        ),
    )
    page.goto(f"{closed.address}/closes")
    expect(page.get_by_text("Jurnal TIDAK memberi angka yang dicatat.")).to_be_visible()
    expect(page.get_by_text("dicatat 41, dihitung 42")).to_be_visible()
