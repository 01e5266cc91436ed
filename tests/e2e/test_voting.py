"""A member votes from a phone: a real browser, the real server, the contracts on a local chain."""

import json
import re
from base64 import b64encode
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from eth_account import Account
from eth_utils.address import to_checksum_address
from playwright.sync_api import Page, Route, expect

from backend.passkeys import development_passkey
from rules.dev_keys import development_key
from tests.e2e.conftest import PHONE, serving
from tests.year.conftest import deployed
from tests.year.test_meeting import ROLL
from tests.year.test_relay import PASSKEY, Hall, noticed, open_hall

__all__ = ["deployed", "noticed"]

Open = Callable[..., Page]


@pytest.fixture(scope="module")
def hall(noticed: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hall]:
    """One for all: each test votes as another member."""
    with open_hall(noticed, tmp_path_factory.mktemp("hall")) as hall:
        yield hall


@pytest.fixture(scope="module")
def address(built_page: Path, hall: Hall) -> Iterator[str]:
    """The server over the hall's books, at the name for which its members have passkeys."""
    hall.house.json("sync")
    environment = {"KOPERASI_HOME": str(hall.house.home), "KOPERASI_RPC_ANVIL": hall.local.url}
    with serving(f"sqlite:///{hall.house.home}/ledger-anvil.sqlite", **environment) as address:
        yield address.replace("127.0.0.1", "localhost")


class Wallet:
    """What a browser's wallet answers (EIP-1193), with a member's made-up key."""

    def __init__(self, hall: Hall, member: int) -> None:
        self._chain = hall.local
        self._account = Account.from_key(development_key("member", member, hall.chain.chain_id))

    def attach(self, page: Page) -> None:
        """Answer the page, and say so before any of its scripts run."""
        page.expose_function("askWallet", lambda method, params: getattr(self, method)(*params))
        page.add_init_script(
            "window.ethereum = {request: ({method, params = []}) => window.askWallet(method, params)}"
        )

    def eth_requestAccounts(self) -> list[str]:  # noqa: N802 - the method's name
        return [self._account.address.lower()]

    def eth_chainId(self) -> str:  # noqa: N802
        return hex(self._chain.chain_id)

    def eth_signTypedData_v4(self, account: str, typed: str) -> str:  # noqa: N802
        assert account == self._account.address.lower()
        signed = self._account.sign_typed_data(full_message=json.loads(typed))
        return f"0x{signed.signature.hex()}"

    def eth_sendTransaction(self, body: dict[str, Any]) -> str:  # noqa: N802
        fields = {"to": to_checksum_address(body["to"]), "data": body["data"], "nonce": 0, "value": 0}
        fields |= {"gas": 2_000_000, "gasPrice": 0, "chainId": self._chain.chain_id}
        made = self._account.sign_transaction(fields)
        sent = str(self._chain.rpc("eth_sendRawTransaction", f"0x{made.raw_transaction.hex()}"))
        self._chain.mine()
        return sent


def attach_passkey(page: Page, member: int) -> None:
    """A virtual authenticator that holds the member's made-up passkey."""
    passkey = development_passkey(member, 31_337, "localhost")
    key = passkey.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True}
    options |= {"hasUserVerification": True, "isUserVerified": True, "automaticPresenceSimulation": True}
    made = session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    credential = {"credentialId": b64encode(b"member").decode(), "isResidentCredential": True}
    credential |= {"rpId": "localhost", "privateKey": b64encode(key).decode(), "signCount": 1}
    credential["userHandle"] = b64encode(str(member).encode()).decode()
    session.send(
        "WebAuthn.addCredential", {"authenticatorId": made["authenticatorId"], "credential": credential}
    )


def fill(page: Page, member: int) -> None:
    """For the first motion, against the second, two of the four candidates."""
    page.get_by_label("Nomor anggota Anda").fill(str(member))
    page.get_by_role("group", name="1. Pindah kantor").get_by_label("Setuju", exact=True).check()
    page.get_by_role("group", name="2. Perubahan").get_by_label("Tidak setuju").check()
    election = page.get_by_role("group", name="3. Pemilihan pengawas")
    election.get_by_label("Anggota 2").check()
    election.get_by_label("Anggota 3").check()
    for other in ("Anggota 5", "Anggota 9"):
        expect(election.get_by_label(other)).to_be_disabled()
    expect(election.get_by_role("status")).to_have_text("2 dari 2 dipilih.")
    page.get_by_role("button", name="Periksa surat suara").click()


CHOICES = 0b0011_10_01
"""FOR; AGAINST; the first and the second of 2, 3, 5, 9."""


def cast(hall: Hall) -> dict[int, int]:
    """The choices of all accepted papers by member."""
    found = [log["cast"] for log in hall.chain.logs("BallotBox", "BallotsCast", 0)]
    rows = [each[at : at + 36] for each in found for at in range(0, len(each), 36)]
    return {int.from_bytes(row[:4]): int.from_bytes(row[4:]) for row in rows}


def violations(page: Page, axe: str) -> list[Any]:
    page.evaluate(axe)
    found = page.evaluate("axe.run()")["violations"]
    return [(each["id"], [node["html"] for node in each["nodes"]]) for each in found]


def test_vote__with_a_wallet__is_accepted_by_the_contract(open_page: Open, hall: Hall, axe: str) -> None:
    page = open_page("/meetings", PHONE)
    Wallet(hall, 1).attach(page)
    page.get_by_role("link", name=re.compile("Rapat 1")).click()
    expect(page.get_by_text("Panggilan 1 sedang menerima suara")).to_be_visible()
    page.reload()
    page.get_by_role("link", name="Beri suara").click()
    fill(page, 1)
    expect(page.get_by_role("heading", name="Ini yang Anda tanda tangani")).to_be_focused()
    said = page.get_by_role("list").filter(has_text="1. Pindah kantor")
    expect(said.get_by_role("listitem")).to_have_text(
        [
            "1. Pindah kantorSetuju",
            "2. Perubahan anggaran dasarTidak setuju",
            "3. Pemilihan pengawasAnggota 2, Anggota 3",
        ]
    )
    assert violations(page, axe) == []
    page.get_by_role("button", name="Tanda tangani dengan dompet").click()
    expect(page.get_by_text("Menunggu diteruskan ke kontrak.")).to_be_visible()
    assert hall.relay()["accepted"] == 1
    expect(page.get_by_text("Diterima oleh kontrak: suara Anda dihitung.")).to_be_visible()
    assert cast(hall)[1] == CHOICES
    assert violations(page, axe) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    page.get_by_role("link", name="Halaman tanda terima").click()
    expect(page.get_by_text("Diterima oleh kontrak")).to_be_visible()
    hall.house.json("sync")
    page.goto("/meetings/1")
    expect(page.get_by_text(f"{len(cast(hall))} surat suara sah")).to_be_visible()


def test_vote__with_a_passkey_by_keyboard__is_accepted_by_the_contract(open_page: Open, hall: Hall) -> None:
    page = open_page("/meetings/1/vote", PHONE, "en-GB")
    attach_passkey(page, PASSKEY)
    page.get_by_label("Your member number").focus()
    for key in (str(PASSKEY), "Tab", " ", "Tab", "ArrowDown", "Tab", " ", "Tab", "Tab", " ", "Enter"):
        page.keyboard.press(key)
    expect(page.get_by_text(f"Member {PASSKEY} · meeting 1, call 1")).to_be_visible()
    expect(page.get_by_text("Member 2, Member 5")).to_be_visible()
    page.get_by_role("button", name="Sign with a passkey").press("Enter")
    expect(page.get_by_text("Waiting to be relayed to the contract.")).to_be_visible()
    assert hall.relay()["accepted"] == 1
    expect(page.get_by_text("Accepted by the contract: your vote is counted.")).to_be_visible()
    assert cast(hall)[PASSKEY] == 0b0101_10_01


def test_vote__relay_away__paper_is_kept_and_sent_alone(open_page: Open, hall: Hall, tmp_path: Path) -> None:
    """As a file by anybody's command, and from the member's own wallet."""
    page = open_page("/meetings/1/vote", PHONE)
    Wallet(hall, 2).attach(page)
    page.reload()
    page.route("**/api/v1/orders", lambda route: route.abort())
    fill(page, 2)
    page.get_by_role("button", name="Tanda tangani dengan dompet").click()
    expect(page.get_by_role("heading", name="Koperasi tidak meneruskan")).to_be_visible()
    expect(page.get_by_role("alert")).to_contain_text("Server tidak menjawab.")
    with page.expect_download() as download:
        page.get_by_role("link", name="Simpan surat suara").click()
    kept = tmp_path / "ballot.jsonl"
    download.value.save_as(kept)
    page.get_by_role("button", name="Kirim dari dompet saya").click()
    expect(page.get_by_text("Dikirim dari dompet Anda dalam transaksi 0x")).to_be_visible()
    assert cast(hall)[2] == CHOICES
    told = hall.house.json("relay-papers", "1", str(kept))
    assert [each["reason"] for each in told["refused"]] == ["ALREADY_VOTED"]


def test_vote__server_asks_for_something_else__is_not_signed(open_page: Open, hall: Hall) -> None:
    page = open_page("/meetings/1/vote", PHONE)

    def other(route: Route) -> None:
        body = json.loads(route.request.post_data or "{}") | {"choices": "0x0"}
        route.fulfill(response=route.fetch(post_data=json.dumps(body)))

    page.route("**/api/v1/orders/unsigned", other)
    fill(page, 1)
    expect(page.get_by_role("alert")).to_contain_text("BERHENTI")
    expect(page.get_by_role("button", name=re.compile("Tanda tangani"))).to_have_count(0)


@pytest.mark.parametrize(
    ("member", "words"), [(1, "Peramban ini tidak punya dompet"), (ROLL + 9, "belum terdaftar")]
)
def test_vote__nothing_to_sign_with__is_told_in_words(
    open_page: Open, hall: Hall, member: int, words: str
) -> None:
    page = open_page("/meetings/1/vote", PHONE)
    fill(page, member)
    button = page.get_by_role("button", name="Tanda tangani dengan dompet")
    if member <= ROLL:
        button.click()
    expect(page.get_by_role("alert")).to_contain_text(words)


def test_vote__refused_at_the_door__says_why(open_page: Open, hall: Hall) -> None:
    """Somebody who joined and never paid is not on the roll."""
    page = open_page("/meetings/1/vote", PHONE)
    Wallet(hall, ROLL + 1).attach(page)
    page.reload()
    fill(page, ROLL + 1)
    page.get_by_role("button", name="Tanda tangani dengan dompet").click()
    expect(page.get_by_role("alert")).to_contain_text("tidak ada dalam daftar hak suara")
