"""The plan of a deployment: which contracts, who may call and write what, and the transactions in order.

It follows from the configuration, the deployer and its first nonce: the next run finds the same plan.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

import rlp
from eth_utils import keccak, to_canonical_address, to_checksum_address

from rules.calendar import day_of_timestamp
from rules.types import SavingsKind
from scripts.compilation import load_artifacts
from scripts.deployment_config import DeploymentConfig, OpenedMember
from scripts.lending_config import committee_tiers
from scripts.transactions import Step

ZERO_ADDRESS: Final = "0x" + "00" * 20
ADMIN: Final = 0
PENGURUS: Final = 7

TOKENS: Final = ("SavingsPokok", "SavingsWajib", "SavingsSukarela", "SavingsPayable")
_TOKEN_NAMES: Final = {
    "SavingsPokok": (SavingsKind.POKOK, "Simpanan Pokok", "SPK"),
    "SavingsWajib": (SavingsKind.WAJIB, "Simpanan Wajib", "SWJ"),
    "SavingsSukarela": (SavingsKind.SUKARELA, "Simpanan Sukarela", "SSK"),
    "SavingsPayable": (SavingsKind.PAYABLE, "Hak Anggota Keluar", "HAK"),
}
SOURCES: Final[Mapping[str, str]] = {
    "Authority": "Authority",
    "MemberRegistry": "MemberRegistry",
    "Treasury": "Treasury",
    **dict.fromkeys(TOKENS, "SavingsToken"),
    "LoanBook": "LoanBook",
    "TellerDesk": "TellerDesk",
    "LoanPolicy": "LoanPolicy",
    "LoanDesk": "LoanDesk",
    "LoanCare": "LoanCare",
    "LoanLens": "LoanLens",
    "Books": "Books",
    "SurplusDistributor": "SurplusDistributor",
    "BallotBox": "BallotBox",
    "RAT": "RAT",
}
"""Every contract by its name in Authority's directory, in the order of deployment, and its source."""

WRITERS: Final[Mapping[str, tuple[str, ...]]] = {
    "MemberRegistry": ("TellerDesk",),
    "Treasury": ("TellerDesk", "LoanDesk", "LoanCare", "Books", "SurplusDistributor"),
    "SavingsPokok": ("TellerDesk",),
    "SavingsWajib": ("TellerDesk", "LoanDesk", "LoanCare"),
    "SavingsSukarela": ("TellerDesk", "LoanDesk", "LoanCare", "SurplusDistributor"),
    "SavingsPayable": (
        "TellerDesk",
        "SavingsPokok",
        "SavingsWajib",
        "SavingsSukarela",
        "SurplusDistributor",
    ),
    "LoanBook": ("TellerDesk", "LoanDesk", "LoanCare"),
}
"""State contracts, and who writes them."""

GUARDED: Final = tuple(name for name in SOURCES if name != "Authority")
"""Contracts that are said to be of the house: all of it but Authority, which always is."""

SEALED: Final = ("MemberRegistry", "Treasury", *TOKENS, "LoanBook")
"""State contracts with an opening from paper books; where there is none, genesis seals it."""
_MEMBERS_AT_ONCE: Final = 40


@dataclass(frozen=True)
class Plan:
    """The steps in three parts, each begun when the one before succeeded, and the addresses they give."""

    addresses: Mapping[str, str]
    arguments: Mapping[str, tuple[Any, ...]]
    creation: tuple[Step, ...]
    configuration: tuple[Step, ...]
    handover: tuple[Step, ...]

    @property
    def steps(self) -> tuple[Step, ...]:
        return self.creation + self.configuration + self.handover

    def step(self, key: str) -> Step:
        """The step of that key."""
        return next(step for step in self.steps if step.key == key)


def make_plan(config: DeploymentConfig, deployer: str, first_nonce: int, rate_from_day: int) -> Plan:
    """The plan for `config`. rate_from_day: WIB day from which sukarela earns interest."""
    addresses = {name: created_address(deployer, first_nonce + index) for index, name in enumerate(SOURCES)}
    arguments = {name: _arguments(name, config, deployer, addresses) for name in SOURCES}
    artifacts = load_artifacts()
    creation = tuple(
        Step(
            key=f"deploy {name}",
            target=None,
            data=artifacts[source].creation(*arguments[name]),
            size=artifacts[source].size,
            offset=index,
        )
        for index, (name, source) in enumerate(SOURCES.items())
    )
    calls = _Calls(addresses)
    return Plan(
        addresses=addresses,
        arguments=arguments,
        creation=creation,
        configuration=tuple(_configuration(calls, config, rate_from_day)),
        handover=(calls.step("end genesis", "Authority", "endGenesis", addresses["RAT"]),),
    )


def created_address(deployer: str, nonce: int) -> str:
    """The address of the contract that `deployer` creates with `nonce`."""
    return to_checksum_address(keccak(rlp.encode([to_canonical_address(deployer), nonce]))[12:])


@dataclass(frozen=True)
class _Calls:
    addresses: Mapping[str, str]

    def step(self, key: str, name: str, function: str, *arguments: Any) -> Step:
        artifact = load_artifacts()[SOURCES[name]]
        return Step(key, self.addresses[name], artifact.call(function, *arguments))


def _arguments(name: str, config: DeploymentConfig, deployer: str, at: Mapping[str, str]) -> tuple[Any, ...]:
    """The constructor's arguments of the contract `name`."""
    authority = at["Authority"]
    laws = config.by_laws
    if name in TOKENS:
        kind, title, symbol = _TOKEN_NAMES[name]
        payable = ZERO_ADDRESS if kind == SavingsKind.PAYABLE else at["SavingsPayable"]
        return (int(kind), authority, at["MemberRegistry"], title, symbol, payable)
    tokens = [at[token] for token in TOKENS]
    return {
        "Authority": (deployer,),
        "MemberRegistry": (authority, sha256(config.rp_id.encode()).digest()),
        "Treasury": (authority,),
        "LoanBook": (authority, ZERO_ADDRESS, laws.loan_rate_cap_bps),
        "TellerDesk": (authority, at["MemberRegistry"], at["Treasury"], tokens, laws.pokok),
        "LoanPolicy": (authority, laws.related_limit_bps, laws.lien_claim_delay_days),
        "LoanDesk": (authority, at["MemberRegistry"], at["Treasury"]),
        "LoanCare": (authority, at["MemberRegistry"], at["Treasury"]),
        "LoanLens": (authority,),
        "Books": (authority, at["Treasury"]),
        "SurplusDistributor": (
            authority,
            at["MemberRegistry"],
            at["Treasury"],
            at["SavingsSukarela"],
            at["SavingsPayable"],
        ),
        "BallotBox": (authority, at["MemberRegistry"], at["RAT"]),
        "RAT": (authority, at["MemberRegistry"], at["BallotBox"], ZERO_ADDRESS, laws.meetings()),
    }[name]


def _configuration(calls: _Calls, config: DeploymentConfig, rate_from_day: int) -> Iterator[Step]:
    yield from _powers(calls, config)
    yield from _by_laws(calls, config, rate_from_day)
    yield from _lending(calls, config)
    for officer in config.officers:
        yield calls.step(
            f"office {officer.office} {officer.account}",
            "Authority",
            "grantOffice",
            officer.role,
            officer.account,
            officer.person,
            officer.until,
        )
    if not config.opened_members:
        for name in SEALED:
            yield calls.step(f"seal {name}", name, "seal")
    for batch, members in enumerate(_batches(config.opened_members), 1):
        registrations = [(each.number, each.signer, each.kind, each.joined_on) for each in members]
        yield calls.step(f"open members {batch}", "MemberRegistry", "open", registrations)


def _batches(members: tuple[OpenedMember, ...]) -> Iterator[tuple[OpenedMember, ...]]:
    for start in range(0, len(members), _MEMBERS_AT_ONCE):
        yield members[start : start + _MEMBERS_AT_ONCE]


def _powers(calls: _Calls, config: DeploymentConfig) -> Iterator[Step]:
    """The directory, the guarded contracts, and who writes what."""
    for name in SOURCES:
        if name != "Authority":
            yield calls.step(
                f"install {name}", "Authority", "installContract", name_word(name), calls.addresses[name]
            )
    for name in GUARDED:
        yield calls.step(f"guard {name}", "Authority", "guard", calls.addresses[name])
    for name, writers in WRITERS.items():
        for writer in writers:
            yield calls.step(
                f"writer {name} {writer}",
                name,
                "setWriter",
                calls.addresses[writer],
                config.started_at,
                0,
            )


def _by_laws(calls: _Calls, config: DeploymentConfig, rate_from_day: int) -> Iterator[Step]:
    laws = config.by_laws
    today = day_of_timestamp(config.started_at)
    yield calls.step("teller limit", "Treasury", "setTellerLimit", laws.teller_daily_limit)
    yield calls.step("backdating limit", "Treasury", "setBackdatingLimit", laws.backdating_days)
    yield calls.step(
        "interest rate", "SavingsSukarela", "setInterestRate", rate_from_day, laws.sukarela_rate_bps
    )
    yield calls.step("interest tax", "SavingsSukarela", "setInterestTax", laws.tax_threshold, laws.tax_bps)
    yield calls.step(
        "chart", "Books", "adoptChart", bytes.fromhex(config.chart.sha256), today, config.chart.postable
    )
    options = {
        "posting-rules": config.posting_rules_version,
        "wajib-monthly": laws.wajib_monthly,
    }
    for key, value in options.items():
        yield calls.step(f"option {key}", "Books", "adoptOption", name_word(key), value.to_bytes(32), today)


def _lending(calls: _Calls, config: DeploymentConfig) -> Iterator[Step]:
    """Products, numbered from 1, and who decides about a loan. What LoanPolicy's constructor said is said
    again: the books read a contract's logs only once the Authority names it."""
    for number, product in enumerate(config.products, 1):
        yield calls.step(f"product {number}", "LoanPolicy", "setProduct", number, product.conditions())
    tiers = committee_tiers(config.by_laws.committee_threshold)
    yield calls.step("committee tiers", "LoanPolicy", "setTiers", tiers)
    yield calls.step("related limit", "LoanPolicy", "setRelatedLimit", config.by_laws.related_limit_bps)
    yield calls.step("claim delay", "LoanPolicy", "setClaimDelay", config.by_laws.lien_claim_delay_days)


def name_word(name: str) -> bytes:
    """ASCII in 32 bytes, as the contracts' directory and options name things."""
    return name.encode("ascii").ljust(32, b"\0")
