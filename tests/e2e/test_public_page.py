"""What anybody sees and can check, in a real browser against the real server."""

import json
import re
import time
from collections.abc import Callable

import httpx
import pytest
from playwright.sync_api import Page, Route, expect

from tests.backend.books import Books
from tests.e2e.conftest import DESKTOP, PHONE

Open = Callable[..., Page]
PAGES = (
    *("/", "/entries", "/entries/5", "/trial-balance", "/members", "/members/3", "/loan-preview?months=3"),
    *("/meetings", "/meetings/1", "/meetings/1/vote"),
    *("/statements", "/statements/equity", "/statements/notes", "/ledger/1110", "/closes", "/supervision"),
)


def api(address: str, path: str) -> dict:
    return httpx.get(f"{address}/api/v1{path}").raise_for_status().json()


def rupiah(amount: str) -> re.Pattern[str]:
    grouped = f"{int(amount):,}".replace(",", ".")
    return re.compile(rf"Rp\s{re.escape(grouped)}")


def test_home__totals__are_those_of_the_books(open_page: Open, address: str) -> None:
    page = open_page()
    totals = api(address, "/summary")
    expect(page.get_by_role("heading", level=1)).to_have_text("Berapa uang koperasi, dan di mana")
    expect(page.get_by_role("region", name="Pinjaman beredar")).to_contain_text(
        rupiah(totals["loans"]["outstanding"])
    )
    cash = page.get_by_role("region", name="Kas dan bank")
    expect(cash).to_contain_text(rupiah(str(sum(int(each["balance"]) for each in totals["cash"]))))
    expect(page.get_by_text(totals["tree_head"]["root"])).to_be_visible()


def test_home__new_entry__appears_by_itself(open_page: Open, books: Books, address: str) -> None:
    page = open_page()
    expect(page.get_by_text("Langsung", exact=True)).to_be_visible()
    books.deposit()
    newest = api(address, "/summary")["entries"]["total"]
    expect(page.get_by_text(re.compile(rf"Jurnal {newest} "))).to_be_visible()


def test_home__answer_older_than_the_news__loses_no_entry(
    open_page: Open, books: Books, address: str
) -> None:
    page = open_page("/entries")
    held: list[Route] = []

    def answer_late(route: Route) -> None:
        answer = route.fetch()
        if not held:
            held.append(route)
            books.deposit()
            time.sleep(1)
        route.fulfill(response=answer)

    page.route("**/api/v1/entries?limit=8", answer_late)
    page.goto("/")
    expect(page.get_by_text("Langsung", exact=True)).to_be_visible()
    newest = api(address, "/summary")["entries"]["total"]
    expect(page.get_by_text(re.compile(rf"Jurnal {newest} "))).to_be_visible()
    assert held


def test_language__switched__is_kept(open_page: Open) -> None:
    page = open_page(language="en-GB")
    expect(page.get_by_role("heading", level=1)).to_have_text("How much the cooperative has, and where")
    page.get_by_role("button", name="Bahasa Indonesia").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Berapa uang koperasi, dan di mana")
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("Berapa uang koperasi, dan di mana")
    expect(page.locator("html")).to_have_attribute("lang", "id")


def test_theme__switched__is_kept(open_page: Open) -> None:
    page = open_page(scheme="dark")
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    page.get_by_role("button", name="Ganti ke tampilan terang").click()
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "light")


def test_entries__filtered_by_member__shows_only_theirs(open_page: Open) -> None:
    page = open_page("/entries")
    page.get_by_label("Nomor anggota").fill("3")
    page.get_by_role("button", name="Tampilkan").click()
    page.wait_for_url("**/entries?member=3")
    expect(page.get_by_role("listitem").first).to_contain_text("anggota 3")
    page.get_by_role("link", name="Hapus saringan").click()
    page.get_by_role("link", name="Yang lebih lama").click()
    page.wait_for_url("**/entries?before=*")


def test_entries__nothing_matches__says_so(open_page: Open) -> None:
    page = open_page("/entries?member=4000000")
    expect(page.get_by_text("Tidak ada jurnal yang cocok.")).to_be_visible()


def test_proof__true__is_proven_on_the_device(open_page: Open) -> None:
    page = open_page("/entries/5")
    expect(page.get_by_text("Terbukti: jurnal ini ada di dalam buku yang disegel")).to_be_visible()
    expect(page.get_by_text("cocok", exact=True)).to_have_count(4)
    page.get_by_text("Lihat rinciannya").first.click()
    expect(page.get_by_text("koperasi entry 1")).to_be_visible()


def tampered(page: Page, change: Callable[[dict], None]) -> None:
    """Change what the server says of an entry on its way to the browser."""

    def handle(route: Route) -> None:
        answer = route.fetch()
        body = answer.json()
        change(body)
        route.fulfill(response=answer, body=json.dumps(body))

    page.route("**/api/v1/entries/5", handle)


def flip(text: str) -> str:
    return ("1" if text[0] == "0" else "0") + text[1:]


def change_path(body: dict) -> None:
    body["proof"]["path"][0] = flip(body["proof"]["path"][0])


def change_amount(body: dict) -> None:
    body["entry"]["lines"][0]["amount"] = "1" + body["entry"]["lines"][0]["amount"]


def shorten(body: dict) -> None:
    del body["proof"]["path"][0]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (change_path, "Hitungan perangkat Anda tidak sampai ke segel buku"),
        (change_amount, "Isi jurnal yang ditampilkan tidak cocok dengan sidik jarinya"),
        (shorten, "Buktinya rusak"),
    ],
)
def test_proof__tampered__says_that_it_does_not_verify(
    open_page: Open, change: Callable[[dict], None], reason: str
) -> None:
    page = open_page("/members")
    tampered(page, change)
    page.goto("/entries/5")
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("TIDAK TERBUKTI")
    expect(alert).to_contain_text(reason)
    expect(page.get_by_text("tidak cocok", exact=True)).to_have_count(1)


def test_proof__of_provisional_entry__comes_later(open_page: Open, books: Books, address: str) -> None:
    page = open_page(f"/entries/{api(address, '/summary')['entries']['total']}")
    expect(page.get_by_text("Jurnal ini masih sementara.")).to_be_visible()


def test_seal__other_than_remembered__is_noticed(open_page: Open) -> None:
    page = open_page()
    expect(page.get_by_text("Perangkat Anda mengingat segel ini")).to_be_visible()
    page.reload()
    expect(page.get_by_text("Segel ini melanjutkan segel yang pernah dilihat")).to_be_visible()
    page.evaluate("localStorage.setItem('seal', JSON.stringify({size: 3, root: 'ab'.repeat(32)}))")
    page.reload()
    expect(page.get_by_role("alert")).to_contain_text("Buku ini TIDAK melanjutkan buku")
    page.get_by_role("button", name="Lupakan segel lama").click()
    page.reload()
    expect(page.get_by_text("Perangkat Anda mengingat segel ini")).to_be_visible()


def test_seal__older_one_that_is_true__is_continued(open_page: Open, address: str) -> None:
    old = api(address, "/consistency?old=7&new=20")["old"]
    page = open_page("/members")
    page.evaluate("seal => localStorage.setItem('seal', seal)", json.dumps(old))
    page.goto("/")
    expect(page.get_by_text("yang pernah dilihat perangkat Anda (7 jurnal)")).to_be_visible()


def test_trial_balance__by_date__balances(open_page: Open, address: str) -> None:
    page = open_page("/trial-balance")
    expect(page.get_by_text("Debit dan kredit sama.")).to_be_visible()
    page.get_by_label("Per tanggal").fill("2025-01-20")
    page.get_by_role("button", name="Tampilkan").click()
    page.wait_for_url("**/trial-balance?as_of=2025-01-20")
    total = api(address, "/trial-balance?as_of=2025-01-20")["debit"]
    expect(page.get_by_role("row", name="Jumlah")).to_contain_text(rupiah(total))
    page.goto("/trial-balance?as_of=2020-01-01")
    expect(page.get_by_text("Belum ada saldo sampai tanggal ini.")).to_be_visible()


def test_passbook__by_number__shows_amounts(open_page: Open, address: str) -> None:
    page = open_page("/members")
    page.get_by_label("Nomor anggota").fill("3")
    page.get_by_role("button", name="Buka").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Anggota nomor 3")
    book = api(address, "/members/3/passbook")
    expect(page.get_by_text(rupiah(book["savings"][1]["balance"])).first).to_be_visible()
    expect(page.get_by_role("row")).to_have_count(len(book["movements"]) + 1)


@pytest.mark.parametrize(
    ("language", "words"),
    [("id-ID", "Tidak ada anggota nomor 999999."), ("en-GB", "There is no member number 999999.")],
)
def test_passbook__unknown_member__is_told_in_words(open_page: Open, language: str, words: str) -> None:
    page = open_page("/members/999999", language=language)
    expect(page.get_by_role("alert")).to_contain_text(words)


def test_loan_preview__worked_example__shows_schedule_and_cost(open_page: Open) -> None:
    page = open_page("/loan-preview")
    page.get_by_label("Tanggal cair").fill("2025-01-31")
    page.get_by_role("button", name="Hitung").click()
    page.wait_for_url("**/loan-preview?*from=2025-01-31*")
    schedule = page.get_by_role("region", name="Jadwal angsuran")
    expect(schedule.get_by_role("row")).to_have_count(14)
    expect(schedule.get_by_role("row").nth(12)).to_contain_text(rupiah("1066191"))
    expect(schedule.get_by_role("row", name="Jumlah")).to_contain_text(rupiah("794226"))
    expect(schedule).to_contain_text("12,68%")
    expect(schedule.get_by_role("status")).to_contain_text("di bawah batas 24% setahun")


def test_loan_preview__flat_above_the_cap__is_told_in_words(open_page: Open) -> None:
    page = open_page("/loan-preview", language="en-GB")
    page.get_by_label("Method").select_option("Flat")
    page.get_by_label("Interest a year (%)").fill("24")
    page.get_by_role("button", name="Calculate").click()
    expect(page.get_by_role("status")).to_contain_text("above the limit of 24% a year")
    page.get_by_label("Grace (months)").fill("12")
    page.get_by_role("button", name="Calculate").click()
    expect(page.get_by_role("alert")).to_contain_text("Such a loan cannot be calculated.")


def test_server__away__is_told_in_words(open_page: Open) -> None:
    page = open_page("/members")
    page.route("**/api/v1/trial-balance*", lambda route: route.abort())
    page.get_by_role("link", name="Neraca saldo").click()
    expect(page.get_by_role("alert")).to_contain_text("Server tidak menjawab.")
    page.unroute("**/api/v1/trial-balance*")
    page.get_by_role("button", name="Coba lagi").click()
    expect(page.get_by_text("Debit dan kredit sama.")).to_be_visible()


def test_unknown_address__leads_home(open_page: Open) -> None:
    page = open_page("/nowhere")
    page.get_by_role("link", name="Ke beranda").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Berapa uang koperasi, dan di mana")


@pytest.mark.parametrize("language", ["id-ID", "en-GB"])
@pytest.mark.parametrize("path", PAGES)
def test_phone__every_page__fits_its_width(open_page: Open, path: str, language: str) -> None:
    page = open_page(path, PHONE, language)
    page.wait_for_load_state("load")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.get_by_text(re.compile("Sedang memuat|Loading …"))).to_have_count(0)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", PAGES)
def test_accessibility__every_page__passes_axe(open_page: Open, path: str, scheme: str, axe: str) -> None:
    page = open_page(path, DESKTOP, scheme=scheme)
    expect(page.get_by_text(re.compile("Sedang memuat|Sedang menghitung"))).to_have_count(0)
    page.evaluate(axe)
    found = page.evaluate("axe.run()")["violations"]
    assert not [(each["id"], [node["html"] for node in each["nodes"]]) for each in found]
