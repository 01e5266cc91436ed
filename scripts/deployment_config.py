"""The by-laws at deployment, and the first officers: every figure that a cooperative decides, in one place.

After the deployment the contracts hold these figures, and a RAT alone changes them.
"""

import csv
import re
import tomllib
from dataclasses import asdict, dataclass, fields
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any, ClassVar, Final

from eth_account import Account
from eth_utils import is_checksum_address, to_checksum_address

from rules.calendar import add_months, date_of_day, day_of_date, day_of_timestamp, parse_day, timestamp_of_day
from rules.dev_keys import development_key
from rules.types import MAX_RUPIAH
from scripts.errors import DeploymentError
from scripts.lending_config import DEFAULT_PRODUCTS, Product, load_products
from scripts.networks import Network
from scripts.toolchain import ROOT

CONFIG_ENV: Final = "KOPERASI_DEPLOYMENT"
CHART_FILE: Final = ROOT / "examples" / "accounts.csv"
POSTING_RULES_VERSION: Final = 1
FIRST_TERM_MONTHS: Final = 18
FIRST_TERM_DAYS: Final = 547
STAFF_FLOOR: Final = 4_000_000_000
OFFICES: Final = {"KETUA": 1, "SEKRETARIS": 2, "BENDAHARA": 3, "PENGAWAS": 4, "TELLER": 5, "REGISTRAR": 6}
BOARD: Final = ("KETUA", "SEKRETARIS", "BENDAHARA")
DEVELOPMENT_OFFICERS: Final = (
    ("KETUA", STAFF_FLOOR + 3),
    ("SEKRETARIS", STAFF_FLOOR + 4),
    ("BENDAHARA", STAFF_FLOOR + 5),
    ("PENGAWAS", STAFF_FLOOR + 6),
    ("PENGAWAS", STAFF_FLOOR + 7),
    ("TELLER", STAFF_FLOOR + 1),
    ("REGISTRAR", STAFF_FLOOR + 2),
)
"""Numbers of no day book's members: what those of the board borrow is bounded as a related party's."""
_CHECKED_NUMBERS: Final = 32
_ANVIL_MNEMONIC: Final = "test test test test test test test test test test test junk"
_ANVIL_ACCOUNTS: Final = 10


@dataclass(frozen=True)
class ByLaws:
    """Amounts in whole rupiah, rates in basis points a year. docs/regulation.md has the sources."""

    pokok: int = 100_000
    wajib_monthly: int = 50_000
    sukarela_rate_bps: int = 600
    tax_threshold: int = 240_000
    tax_bps: int = 1_000
    teller_daily_limit: int = 500_000_000
    backdating_days: int = 7
    minimum_members: int = 20
    meeting_notice_days: int = 14
    first_quorum_bps: int = 7_500
    second_quorum_bps: int = 5_000
    second_call_after_days: int = 7
    second_call_within_days: int = 30
    special_majority_bps: int = 6_667
    petition_bps: int = 2_000
    decision_delay_hours: int = 72
    objection_minutes: int = 60
    proxies_per_holder: int = 0
    loan_rate_cap_bps: int = 2_400
    committee_threshold: int = 50_000_000
    related_limit_bps: int = 1_000
    lien_claim_delay_days: int = 90

    SUKARELA_CAP_BPS: ClassVar[int] = 900
    TAX_CAP_BPS: ClassVar[int] = 1_000
    LOAN_CAP_BPS: ClassVar[int] = 2_400
    RELATED_CAP_BPS: ClassVar[int] = 1_000
    LEGAL_MINIMUM_MEMBERS: ClassVar[int] = 9
    MEETING_NOTICE_DAYS: ClassVar[tuple[int, int]] = (14, 90)

    def __post_init__(self) -> None:
        bounds = {
            "pokok": (1, MAX_RUPIAH),
            "wajib_monthly": (0, MAX_RUPIAH),
            "sukarela_rate_bps": (0, self.SUKARELA_CAP_BPS),
            "tax_threshold": (0, MAX_RUPIAH),
            "tax_bps": (0, self.TAX_CAP_BPS),
            "teller_daily_limit": (0, MAX_RUPIAH),
            "backdating_days": (0, 365),
            "loan_rate_cap_bps": (0, self.LOAN_CAP_BPS),
            "committee_threshold": (1, MAX_RUPIAH),
            "related_limit_bps": (0, self.RELATED_CAP_BPS),
            "lien_claim_delay_days": (0, 2**16 - 1),
            "minimum_members": (self.LEGAL_MINIMUM_MEMBERS, 2**32 - 1),
            "meeting_notice_days": self.MEETING_NOTICE_DAYS,
            "first_quorum_bps": (self.second_quorum_bps, 10_000),
            "second_quorum_bps": (1, 10_000),
            "second_call_after_days": (1, self.second_call_within_days),
            "second_call_within_days": (1, 90),
            "special_majority_bps": (5_000, 10_000),
            "petition_bps": (1, 5_000),
            "decision_delay_hours": (0, 30 * 24),
            "objection_minutes": (10, 7 * 24 * 60),
            "proxies_per_holder": (0, 255),
        }
        for name, (low, high) in bounds.items():
            value = getattr(self, name)
            if type(value) is not int or not low <= value <= high:
                raise DeploymentError(
                    f"AD/ART {name}: {value!r} harus bilangan bulat dari {low} sampai {high}.",
                    f"By-law {name}: {value!r} must be a whole number from {low} to {high}.",
                )

    def meetings(self) -> tuple[int, ...]:
        """IRAT.Bylaws."""
        return (
            self.meeting_notice_days,
            self.first_quorum_bps,
            self.second_quorum_bps,
            self.second_call_after_days,
            self.second_call_within_days,
            self.special_majority_bps,
            self.petition_bps,
            self.minimum_members,
            self.decision_delay_hours * 3_600,
            self.objection_minutes * 60,
            self.proxies_per_holder,
        )


@dataclass(frozen=True)
class Officer:
    """`account` acts as `person` in `office` until `until` (unix seconds)."""

    office: str
    account: str
    person: int
    until: int

    @property
    def role(self) -> int:
        return OFFICES[self.office]


@dataclass(frozen=True)
class Chart:
    """A chart of accounts: sha256 of its file, and the accounts that the office itself posts."""

    sha256: str
    postable: tuple[int, ...]


@dataclass(frozen=True)
class OpenedMember:
    """A member whom the register begins with: number, signer (20 bytes), its kind (0 account, 1 passkey), WIB
    day of joining."""

    number: int
    signer: str
    kind: int
    joined_on: int


@dataclass(frozen=True)
class DeploymentConfig:
    """Everything that a cooperative says about itself when its contracts are made.

    rp_id: the domain for which members' passkeys are made. started_at: unix seconds. opened_members: of a
    cooperative that comes from paper books, whose balances a meeting of theirs will open; then nothing is
    sealed.
    """

    network: str
    chain_id: int
    started_at: int
    rp_id: str
    by_laws: ByLaws
    officers: tuple[Officer, ...]
    chart: Chart
    products: tuple[Product, ...] = DEFAULT_PRODUCTS
    posting_rules_version: int = POSTING_RULES_VERSION
    opened_members: tuple[OpenedMember, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Plain values, in a fixed order; without the members opened where there are none."""
        values = asdict(self)
        if not self.opened_members:
            del values["opened_members"]
        return values


def load_config(
    network: Network,
    started_at: int,
    file: Path | None = None,
    opened_members: tuple[OpenedMember, ...] = (),
) -> DeploymentConfig:
    """The configuration for `network`, from a TOML `file`; without one, development's own on a local network.

    DeploymentError on what is missing, unknown or out of bounds, and on development accounts elsewhere.
    """
    if file is None and not network.development:
        raise DeploymentError(
            f"Untuk jaringan {network.name} isilah berkas TOML dengan pengurus pertama dan AD/ART, lalu "
            "sebut dengan "
            f"{CONFIG_ENV} atau --config. Contohnya di docs/deployment.md.",
            f"For the network {network.name}, write a TOML file with the first officers and the by-laws, "
            "and name it with "
            f"{CONFIG_ENV} or --config. docs/deployment.md has an example.",
        )
    table = _read_toml(file) if file else {}
    unknown = set(table) - {"rp_id", "by_laws", "officers", "products"}
    if unknown:
        raise _unknown("", unknown)
    if "officers" in table:
        officers = tuple(_officer(entry, index) for index, entry in enumerate(table["officers"], 1))
    else:
        officers = development_officers(network.chain_id, started_at)
    _check_officers(officers, started_at)
    if not network.development:
        _refuse_development_accounts(officers)
    return DeploymentConfig(
        network=network.name,
        chain_id=network.chain_id,
        started_at=started_at,
        rp_id=_rp_id(table, network),
        by_laws=_by_laws(table.get("by_laws", {})),
        officers=officers,
        chart=load_chart(CHART_FILE),
        products=load_products(table["products"]) if "products" in table else DEFAULT_PRODUCTS,
        opened_members=opened_members,
    )


def development_officers(chain_id: int, started_at: int) -> tuple[Officer, ...]:
    """The first officers of a local chain; DevelopmentKeyRefused on any other."""
    until = latest_first_term(started_at)
    return tuple(
        Officer(office, Account.from_key(development_key("office", person, chain_id)).address, person, until)
        for office, person in DEVELOPMENT_OFFICERS
    )


def latest_first_term(started_at: int) -> int:
    """The end (unix seconds) of the longest term that a deployment may give: 18 months, or 547 days."""
    months = timestamp_of_day(add_months(day_of_timestamp(started_at), FIRST_TERM_MONTHS))
    return min(months, started_at + FIRST_TERM_DAYS * 86_400)


def load_chart(file: Path) -> Chart:
    """The chart of accounts in `file`; DeploymentError if it cannot be read."""
    try:
        content = file.read_bytes()
        rows = list(csv.DictReader(content.decode("utf-8").splitlines()))
        postable = tuple(sorted(int(row["code"]) for row in rows if "Books" in row["kept_by"]))
    except (OSError, ValueError, KeyError) as error:
        raise DeploymentError(
            f"Bagan akun {file.name} tidak terbaca: {error}", f"The chart {file.name} cannot be read: {error}"
        ) from error
    if not postable or len(set(postable)) != len(postable) or not all(0 < code < 2**16 for code in postable):
        raise DeploymentError(
            f"Bagan akun {file.name}: akun yang dicatat kantor (kept_by Books) kosong, ganda, atau di luar "
            "1-65535.",
            f"Chart {file.name}: the accounts that Books keeps are none, double, or outside 1-65535.",
        )
    return Chart(sha256(content).hexdigest(), postable)


def _read_toml(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise DeploymentError(
            f"Berkas konfigurasi {file} tidak terbaca: {error}",
            f"The configuration {file} cannot be read: {error}",
        ) from error


def _by_laws(table: Any) -> ByLaws:
    if not isinstance(table, dict):
        raise DeploymentError("[by_laws] harus sebuah tabel.", "[by_laws] must be a table.")
    unknown = set(table) - {entry.name for entry in fields(ByLaws)}
    if unknown:
        raise _unknown("by_laws", unknown)
    return ByLaws(**table)


def _officer(entry: dict[str, Any], index: int) -> Officer:
    where = f"officers #{index}"
    keys = {"office", "account", "person", "until"}
    if set(entry) != keys:
        raise DeploymentError(
            f"{where}: isinya harus tepat {', '.join(sorted(keys))}.",
            f"{where}: it must have exactly {', '.join(sorted(keys))}.",
        )
    office, account, person = entry["office"], entry["account"], entry["person"]
    if office not in OFFICES:
        raise DeploymentError(
            f"{where}: jabatan {office!r} tidak ada; yang ada {', '.join(OFFICES)}.",
            f"{where}: there is no office {office!r}; there are {', '.join(OFFICES)}.",
        )
    if not (isinstance(account, str) and is_checksum_address(account)) or int(account, 16) == 0:
        raise DeploymentError(
            f"{where}: {account!r} bukan alamat akun dengan huruf besar-kecil yang benar (EIP-55).",
            f"{where}: {account!r} is no account address in its checksummed form (EIP-55).",
        )
    if type(person) is not int or not 0 < person < 2**32:
        raise DeploymentError(
            f"{where}: nomor orang {person!r} harus 1 sampai 4294967295 (bukan anggota: dari {STAFF_FLOOR}).",
            f"{where}: the person's number {person!r} must be 1 to 4294967295 (no member: from "
            f"{STAFF_FLOOR}).",
        )
    return Officer(office, account, person, _end_of_term(entry["until"], where))


def _end_of_term(until: Any, where: str) -> int:
    """The second after the last day."""
    try:
        day = day_of_date(until) if type(until) is date else parse_day(until)
    except (TypeError, ValueError) as error:
        raise DeploymentError(
            f"{where}: until {until!r} bukan tanggal (YYYY-MM-DD).",
            f"{where}: until {until!r} is no date (YYYY-MM-DD).",
        ) from error
    return timestamp_of_day(day) + 86_400


def _check_officers(officers: tuple[Officer, ...], started_at: int) -> None:
    """Offices that must be filled, terms within bounds, and one person to an account."""
    held = {officer.office for officer in officers}
    missing = [office for office in OFFICES if office not in held]
    if missing:
        raise DeploymentError(
            f"Jabatan belum terisi: {', '.join(missing)}.", f"Offices without a holder: {', '.join(missing)}."
        )
    latest = latest_first_term(started_at)
    persons: dict[str, int] = {}
    for officer in officers:
        if not started_at < officer.until <= latest:
            last = date_of_day(day_of_timestamp(latest - 1)).isoformat()
            raise DeploymentError(
                f"{officer.office}: masa jabatan pertama harus berakhir setelah hari ini, paling lambat "
                f"{last}.",
                f"{officer.office}: the first term must end after today and at the latest on {last}.",
            )
        if persons.setdefault(officer.account, officer.person) != officer.person:
            raise DeploymentError(
                f"Akun {officer.account} dipakai dua orang.",
                f"The account {officer.account} is used by two persons.",
            )
    if len({(officer.office, officer.person) for officer in officers}) < len(officers):
        raise DeploymentError(
            "Seorang memegang satu jabatan dengan satu akun saja; ada yang tercatat dua kali.",
            "A person holds an office with one account only; somebody is named twice.",
        )
    board = {officer.person for officer in officers if officer.office in BOARD}
    if len(board) < len(BOARD):
        raise DeploymentError(
            "Ketua, sekretaris, dan bendahara harus tiga orang.",
            "Chair, secretary and treasurer must be three persons.",
        )
    supervisors = {officer.person for officer in officers if officer.office == "PENGAWAS"}
    if board & supervisors:
        raise DeploymentError(
            f"Pengawas tidak boleh pengurus: {sorted(board & supervisors)}.",
            f"A supervisor cannot be of the board: {sorted(board & supervisors)}.",
        )


def refuse_development_account(account: str, persons: tuple[int, ...] = ()) -> None:
    """DeploymentError if everybody knows the key of `account` (ours for development, or anvil's)."""
    if to_checksum_address(account) in known_accounts(persons):
        raise DeploymentError(
            f"Akun {account} adalah akun pengembangan: kuncinya diketahui umum. Pakailah akun milik sendiri.",
            f"The account {account} is a development account: everybody knows its key. Use one of your own.",
        )


def known_accounts(persons: tuple[int, ...] = ()) -> frozenset[str]:
    """Accounts whose keys are public: of the first numbers of each kind, of `persons`, and anvil's own."""
    numbers = {0, *range(1, _CHECKED_NUMBERS + 1), *range(STAFF_FLOOR + 1, STAFF_FLOOR + 9), *persons}
    local = 31337
    ours = {
        Account.from_key(development_key(purpose, number, local)).address
        for purpose in ("office", "member", "deployer")
        for number in numbers
    }
    Account.enable_unaudited_hdwallet_features()
    anvils = {
        Account.from_mnemonic(_ANVIL_MNEMONIC, account_path=f"m/44'/60'/0'/0/{index}").address
        for index in range(_ANVIL_ACCOUNTS)
    }
    return frozenset(ours | anvils)


def _refuse_development_accounts(officers: tuple[Officer, ...]) -> None:
    persons = tuple(sorted({officer.person for officer in officers}))
    known = known_accounts(persons)
    for officer in officers:
        if officer.account in known:
            refuse_development_account(officer.account, persons)


def _rp_id(table: dict[str, Any], network: Network) -> str:
    rp_id = table.get("rp_id", "localhost" if network.development else None)
    if not isinstance(rp_id, str) or not re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9-]+)*", rp_id):
        raise DeploymentError(
            f"rp_id {rp_id!r} bukan nama domain bagi passkey anggota (misalnya koperasi.example.id).",
            f"rp_id {rp_id!r} is no domain for members' passkeys (for example koperasi.example.id).",
        )
    if rp_id == "localhost" and not network.development:
        raise DeploymentError(
            "rp_id localhost hanya untuk jaringan lokal.", "rp_id localhost is for local networks only."
        )
    return rp_id


def _unknown(where: str, names: set[str]) -> DeploymentError:
    prefix = f"[{where}] " if where else ""
    listed = ", ".join(sorted(names))
    return DeploymentError(f"{prefix}tidak dikenal: {listed}.", f"{prefix}unknown: {listed}.")
