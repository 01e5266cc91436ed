"""By-laws and first officers: what is refused, each by one change to a good configuration."""

from pathlib import Path

import pytest
from eth_account import Account

from rules.dev_keys import development_key
from rules.types import LoanMethod
from scripts.deployment_config import (
    CHART_FILE,
    STAFF_FLOOR,
    ByLaws,
    development_officers,
    latest_first_term,
    load_chart,
    load_config,
)
from scripts.errors import DeploymentError
from scripts.lending_config import Product
from scripts.networks import Network, load_network
from tests.deployment.conftest import GENESIS_TIME
from tests.deployment.test_real_network import own_account, write_config

ANVIL_FIRST_ACCOUNT = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266"


@pytest.fixture
def polygon() -> Network:
    return load_network("polygon", "https://rpc.example")


def test_load_config__local_network__development_officers() -> None:
    config = load_config(load_network("anvil"), GENESIS_TIME)
    assert config.officers == development_officers(31337, GENESIS_TIME)
    assert [officer.office for officer in config.officers].count("PENGAWAS") == 2
    assert config.by_laws == ByLaws()
    assert config.products == tuple(Product(method) for method in range(4))
    assert config.rp_id == "localhost"


def test_load_config__real_network_without_a_file__refused(polygon: Network) -> None:
    with pytest.raises(DeploymentError, match="KOPERASI_DEPLOYMENT"):
        load_config(polygon, GENESIS_TIME)


def test_load_config__real_network__read_from_the_file(polygon: Network, tmp_path: Path) -> None:
    config = load_config(polygon, GENESIS_TIME, write_config(tmp_path / "config.toml"))
    assert config.by_laws == ByLaws(teller_daily_limit=25_000_000)
    assert config.products == (Product(LoanMethod.ANNUITY, max_rate_bps=1_200, max_months=36),)
    assert config.officers[0].account == own_account(1).address
    assert config.rp_id == "koperasi.example.id"


@pytest.mark.parametrize(
    "account",
    [
        Account.from_key(development_key("office", 1, 31337)).address,
        Account.from_key(development_key("member", 1, 31337)).address,
        ANVIL_FIRST_ACCOUNT,
    ],
)
def test_load_config__development_account_on_a_real_network__refused(
    polygon: Network, tmp_path: Path, account: str
) -> None:
    file = write_config(tmp_path / "config.toml", KETUA=account)
    with pytest.raises(DeploymentError, match="everybody knows its key"):
        load_config(polygon, GENESIS_TIME, file)


PRODUCTS = '[[products]]\nmethod = "ANNUITY"'
SECOND_ACCOUNT = f"""[[officers]]
office = "TELLER"
account = "{own_account(99).address}"
person = {STAFF_FLOOR + 1}
until = 2025-10-21
[by_laws]"""


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("teller_daily_limit = 25_000_000", "teller_daily_limit = -1", "teller_daily_limit"),
        ("teller_daily_limit = 25_000_000", "teller_daily_limit = 2.5", "whole number"),
        ("teller_daily_limit = 25_000_000", "sukarela_rate_bps = 901", "from 0 to 900"),
        ("teller_daily_limit = 25_000_000", "tax_bps = 1_001", "from 0 to 1000"),
        ("teller_daily_limit = 25_000_000", "minimum_members = 8", "from 9"),
        ("teller_daily_limit = 25_000_000", "meeting_notice_days = 13", "from 14 to 90"),
        ("teller_daily_limit = 25_000_000", "pokok = true", "whole number"),
        ("teller_daily_limit = 25_000_000", "bunga = 1", "unknown: bunga"),
        ('rp_id = "koperasi.example.id"', "", "no domain"),
        ('rp_id = "koperasi.example.id"', 'rp_id = "localhost"', "local networks only"),
        ('rp_id = "koperasi.example.id"', 'rp_id = "https://a.id"', "no domain"),
        ('office = "KETUA"', 'office = "DIREKTUR"', "no office 'DIREKTUR'"),
        ('office = "SEKRETARIS"', 'office = "TELLER"', "without a holder: SEKRETARIS"),
        ("person = 1\n", "person = 0\n", "person's number 0"),
        ("person = 2\n", "person = 1\n", "three persons"),
        ("[by_laws]", SECOND_ACCOUNT, "one account only"),
        ("person = 4\n", "person = 3\n", "supervisor cannot be of the board"),
        ("person = 1\nuntil = 2025-10-21", "person = 1\nuntil = 2029-01-01", "at the latest on"),
        ("person = 1\nuntil = 2025-10-21", "person = 1\nuntil = 2024-01-01", "must end after today"),
        ("person = 1\nuntil = 2025-10-21", 'person = 1\nuntil = "besok"', "no date"),
        ("person = 1\n", "", "must have exactly"),
        ("[by_laws]", "[ad_art]", "unknown: ad_art"),
        ("[by_laws]", "by_laws = [", "cannot be read"),
        ("teller_daily_limit = 25_000_000", "committee_threshold = 0", "committee_threshold"),
        ("teller_daily_limit = 25_000_000", "related_limit_bps = 1_001", "from 0 to 1000"),
        ("teller_daily_limit = 25_000_000", "lien_claim_delay_days = -1", "lien_claim_delay_days"),
        *(
            (PRODUCTS, f"{PRODUCTS}\n{changes}", said)
            for changes, said in (
                ("bunga = 1", "unknown: bunga"),
                ("min_rate_bps = 1_201", "min_rate_bps 1201 is above max_rate_bps 1200"),
                ("min_principal = 0", "min_principal"),
                ("max_principal = 0", "max_principal"),
                ("max_fee_bps = 10_000", "from 0 to 9999"),
                ("penalty_bps = 4_001", "from 0 to 4000"),
                ("penalty_cap_bps = true", "penalty_cap_bps"),
                ("waterfall = 2", "from 0 to 1"),
                ("rounding_exponent = 7", "from 0 to 6"),
                ("collateral = 0", "from 1 to 15"),
            )
        ),
        (PRODUCTS, PRODUCTS.replace("ANNUITY", "ISLAMIC"), "unknown: method 'ISLAMIC'"),
        (PRODUCTS, PRODUCTS.replace("[[products]]", "[products]"), "must be tables"),
        ("max_rate_bps = 1_200", "max_rate_bps = 65_536", "from 0 to 65535"),
        ("max_months = 36\n", "max_months = 361\n", "from 1 to 360"),
        ("max_months = 36\n", "max_months = 36\nmin_months = 37\n", "min_months 37 is above"),
        ("max_months = 36\n", "max_months = 36\nmax_grace_months = 36\n", "36 must be below"),
    ],
)
def test_load_config__one_thing_wrong__said(
    polygon: Network, tmp_path: Path, old: str, new: str, said: str
) -> None:
    file = write_config(tmp_path / "config.toml")
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new, 1))
    with pytest.raises(DeploymentError, match=said):
        load_config(polygon, GENESIS_TIME, file)


def test_load_config__account_of_two_persons__refused(polygon: Network, tmp_path: Path) -> None:
    file = write_config(tmp_path / "config.toml", TELLER=own_account(1).address)
    with pytest.raises(DeploymentError, match="used by two persons"):
        load_config(polygon, GENESIS_TIME, file)


def test_load_config__address_without_checksum__refused(polygon: Network, tmp_path: Path) -> None:
    file = write_config(tmp_path / "config.toml", KETUA=own_account(1).address.lower())
    with pytest.raises(DeploymentError, match="EIP-55"):
        load_config(polygon, GENESIS_TIME, file)


def test_latest_first_term__18_months_but_never_above_547_days() -> None:
    for start in range(GENESIS_TIME, GENESIS_TIME + 366 * 86_400, 86_400):
        assert 545 * 86_400 <= latest_first_term(start) - start <= 547 * 86_400


def test_load_chart__example__accounts_that_the_office_posts() -> None:
    postable = load_chart(CHART_FILE).postable
    assert {2210, 2320, 3300, 4900, 5110} <= set(postable)
    assert not {1110, 1120, 1210, 2110, 3110, 4110} & set(postable)


@pytest.mark.parametrize("text", ["code,kept_by\n1110,Treasury\n", "code\n1\n", "code,kept_by\nx,Books\n"])
def test_load_chart__unusable__refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "accounts.csv").write_text(text)
    with pytest.raises(DeploymentError, match=r"accounts\.csv"):
        load_chart(tmp_path / "accounts.csv")


def test_load_network__unknown_name_or_endpoint__refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(DeploymentError, match="There are: anvil"):
        load_network("mumbai")
    monkeypatch.delenv("KOPERASI_RPC_POLYGON", raising=False)
    with pytest.raises(DeploymentError, match="Set KOPERASI_RPC_POLYGON"):
        load_network("polygon")
    with pytest.raises(DeploymentError, match="starts with http"):
        load_network("polygon", "ws://rpc.example")
