"""What must hold when a deployment is over, asked of the chain: by its events, its calls and its code."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from eth_utils import to_checksum_address
from hexbytes import HexBytes
from web3 import Web3
from web3.types import FilterParams

from scripts.compilation import load_artifacts
from scripts.deployment_config import DeploymentConfig
from scripts.deployment_plan import (
    GUARDED,
    PENGURUS,
    SEALED,
    SOURCES,
    WRITERS,
    ZERO_ADDRESS,
    Plan,
    name_word,
)
from scripts.errors import DeploymentError
from scripts.lending_config import committee_tiers

MAX_CODE_SIZE: Final = 24_576


class SelfCheckFailed(DeploymentError):  # noqa: N818 - says what happened
    """The chain is not as the plan says. failures: each in English."""

    def __init__(self, failures: list[str]) -> None:
        self.failures = failures
        listed = "\n".join(f"  - {failure}" for failure in failures)
        super().__init__(
            f"Pemeriksaan akhir menemukan {len(failures)} kesalahan; deployment ini jangan "
            f"dipakai:\n{listed}",
            f"The self-check found {len(failures)} faults; do not use this deployment:\n{listed}",
        )


@dataclass
class Checker:
    """Asks the chain about a plan, whose events are from first_block to last_block."""

    web3: Web3
    plan: Plan
    config: DeploymentConfig
    deployer: str
    first_block: int
    last_block: int
    range_limit: int
    failures: list[str] = field(default_factory=list)

    def check_configured(self) -> None:
        """Everything but the end of genesis."""
        self._code()
        self._raise()
        self._directory()
        self._unchanged_roles()
        self._writers()
        self._offices()
        self._by_laws()
        self._lending()
        opened = len(self.config.opened_members)
        for name in SEALED:
            self._expect(f"{name}.isSealed", self._call(name, "isSealed"), not opened)
        self._expect("MemberRegistry.activeCount", self._call("MemberRegistry", "activeCount"), opened)
        for name in GUARDED:
            self._expect(
                f"guard of {name}", self._call("Authority", "isGuarded", self.plan.addresses[name]), True
            )
        self._raise()

    def check_handed_over(self) -> None:
        """Genesis is over and the RAT is ADMIN."""
        self._expect("Authority.genesisOpen", self._call("Authority", "genesisOpen"), False)
        self._expect("Authority.admin", self._call("Authority", "admin"), self.plan.addresses["RAT"])
        self._raise()

    def check_powerless(self) -> None:
        """The deployer is nobody."""
        self._expect("the deployer as a person", self._call("Authority", "personOf", self.deployer), 0)
        for role in range(PENGURUS + 1):
            holds, _ = self._call("Authority", "hasRole", role, self.deployer)
            self._expect(f"role {role} of the deployer", holds, False)
        for name in WRITERS:
            self._expect(
                f"the deployer as writer of {name}", self._call(name, "writerTerm", self.deployer), (0, 0)
            )
        self._raise()

    def _code(self) -> None:
        for name, address in self.plan.addresses.items():
            size = len(self.web3.eth.get_code(to_checksum_address(address)))
            if not 0 < size < MAX_CODE_SIZE:
                self.failures.append(
                    f"code of {name} at {address}: {size} bytes, must be 1 to {MAX_CODE_SIZE - 1}"
                )

    def _directory(self) -> None:
        installed = {
            log["name"]: log["contractAddress"] for log in self._events("Authority", "ContractInstalled")
        }
        wanted = {name_word(name): at for name, at in self.plan.addresses.items() if name != "Authority"}
        self._expect("the directory", installed, wanted)

    def _unchanged_roles(self) -> None:
        """Nothing is scheduled, and no table of OpenZeppelin's was written."""
        for event in (
            "ContractScheduled",
            "AdminChangeScheduled",
            "TargetFunctionRoleUpdated",
            "RoleAdminChanged",
            "RoleGuardianChanged",
        ):
            self._expect(f"{event} events", list(self._events("Authority", event)), [])

    def _writers(self) -> None:
        for name, writers in WRITERS.items():
            terms = {log["writer"]: (log["since"], log["until"]) for log in self._events(name, "WriterSet")}
            wanted = {self.plan.addresses[writer]: (self.config.started_at, 0) for writer in writers}
            self._expect(f"writers of {name}", terms, wanted)

    def _offices(self) -> None:
        granted = [
            (log["office"], log["account"], log["holder"], log["until"])
            for log in self._events("Authority", "OfficeGranted")
        ]
        wanted = [(one.role, one.account, one.person, one.until) for one in self.config.officers]
        self._expect("offices granted", sorted(granted), sorted(wanted))
        self._expect("offices ended", list(self._events("Authority", "OfficeEnded")), [])

    def _by_laws(self) -> None:
        laws, chart = self.config.by_laws, self.config.chart
        expected: dict[tuple[str, str], Any] = {
            ("TellerDesk", "pokokAmount"): laws.pokok,
            ("Treasury", "tellerLimit"): laws.teller_daily_limit,
            ("Treasury", "backdatingLimit"): laws.backdating_days,
            ("RAT", "currentBylaws"): laws.meetings(),
            ("RAT", "ballotBox"): self.plan.addresses["BallotBox"],
            ("RAT", "predecessor"): ZERO_ADDRESS,
            ("BallotBox", "rat"): self.plan.addresses["RAT"],
            ("LoanBook", "rateCapBps"): laws.loan_rate_cap_bps,
            ("LoanBook", "predecessor"): ZERO_ADDRESS,
            ("LoanPolicy", "relatedLimitBps"): laws.related_limit_bps,
            ("LoanPolicy", "claimDelay"): laws.lien_claim_delay_days,
            ("Books", "chartHash"): bytes.fromhex(chart.sha256),
            ("SurplusDistributor", "unpaidTotal"): 0,
        }
        for (name, function), wanted in expected.items():
            self._expect(f"{name}.{function}", self._call(name, function), wanted)
        charts = [tuple(log["accounts"]) for log in self._events("Books", "ChartAdopted")]
        self._expect("accounts that Books posts", charts, [chart.postable])
        taxes = [
            (log["threshold"], log["taxBps"]) for log in self._events("SavingsSukarela", "InterestTaxSet")
        ]
        self._expect("tax on interest", taxes[-1:], [(laws.tax_threshold, laws.tax_bps)])
        rates = [log["rateBps"] for log in self._events("SavingsSukarela", "InterestRateSet")]
        self._expect("interest rate", rates, [laws.sukarela_rate_bps])

    def _lending(self) -> None:
        """Products and tiers, as their last events say."""
        products = {
            log["product"]: tuple(log["conditions"]) for log in self._events("LoanPolicy", "ProductSet")
        }
        wanted = {number: each.conditions() for number, each in enumerate(self.config.products, 1)}
        self._expect("products", products, wanted)
        tiers = [tuple(map(tuple, log["tiers"])) for log in self._events("LoanPolicy", "TiersSet")]
        self._expect("committee tiers", tiers, [committee_tiers(self.config.by_laws.committee_threshold)])

    def _call(self, name: str, function: str, *arguments: Any) -> Any:
        artifact = load_artifacts()[SOURCES[name]]
        address = to_checksum_address(self.plan.addresses[name])
        data = self.web3.eth.call({"to": address, "data": HexBytes(artifact.call(function, *arguments))})
        return artifact.answer(function, data)

    def _events(self, name: str, event: str) -> Iterator[dict[str, Any]]:
        """The values of every `event` of the contract, in order."""
        artifact = load_artifacts()[SOURCES[name]]
        address = to_checksum_address(self.plan.addresses[name])
        for start in range(self.first_block, self.last_block + 1, self.range_limit):
            end = min(start + self.range_limit - 1, self.last_block)
            topics = [HexBytes(artifact.topic(event))]
            query: FilterParams = {"address": address, "topics": topics, "fromBlock": start, "toBlock": end}
            for log in self.web3.eth.get_logs(query):
                yield artifact.log_values(event, log["topics"], log["data"])

    def _expect(self, what: str, found: Any, wanted: Any) -> None:
        if found != wanted:
            self.failures.append(f"{what}: {_short(found)}, must be {_short(wanted)}")

    def _raise(self) -> None:
        if self.failures:
            raise SelfCheckFailed(self.failures)


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 300 else f"{text[:300]}..."
