"""A cooperative on a real chain whose loans have pledges, fees and penalty: day books in, and what offices do
on their own account."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

from backend.chain import Call, Chain
from backend.keyring import Keyring
from backend.meetings.actions import encoded
from backend.meetings.agenda import Action
from backend.office.orders import action_hash
from backend.office.service import Importer, ImportReport
from backend.office.signing import Signatures
from indexer.chain.hashing import mapping_slot
from indexer.reconcile import Reconciliation
from koperasi.books import open_ledger, rebuilt_digest, reconcile_books, run_sync
from koperasi.cli import app
from koperasi.localchain import LocalChain
from koperasi.office import importer, keyring
from koperasi.workspace import Workspace
from rules.calendar import parse_day
from scripts.lending_config import Product

MEMBERS = "member_no,nik,full_name,gender,birth_date,unit,phone,joined_on"
LOANS = (
    "loan_no,member_no,disbursed_on,principal,annual_rate_bps,method,months,channel,purpose,guarantor_no,"
    "product,grace_months,fee,pledges,refinances"
)
TELLER = "date,ref,member_no,kind,amount,channel,loan_no"
PENALTY = 5
"""The product with grace, fee and penalty: 10% a year, at most 5% of the principal."""
DECLINING_WITH_PENALTY = Product(
    1, max_grace_months=3, max_fee_bps=200, penalty_bps=1_000, penalty_cap_bps=500
)


def resolve(chain: Chain, local: LocalChain, action: Action) -> None:
    """As a resolution of the members' meeting does, with the action of its agenda."""
    (target, data), rat = encoded(chain, action), chain.address("RAT")
    local.rpc("anvil_impersonateAccount", rat)
    local.fund([rat])
    request = {"from": rat, "to": target, "data": f"0x{data.hex()}", "gas": "0x7a1200", "gasPrice": "0x0"}
    sent = local.rpc("eth_sendTransaction", request)
    local.mine(local.timestamp + 1)
    assert local.rpc("eth_getTransactionReceipt", sent)["status"] == "0x1", action


@dataclass
class LoanHouse:
    """A deployed house, and the chain that mines only when told."""

    local: LocalChain
    folder: Path

    def __post_init__(self) -> None:
        self.workspace = Workspace("anvil")

    @cached_property
    def keyring(self) -> Keyring:
        return keyring(self.workspace, self.chain)

    @cached_property
    def chain(self) -> Chain:
        return self.workspace.chain(self.local.url)

    @property
    def signatures(self) -> Signatures:
        return Signatures(self.chain, self.keyring)

    def set_product(self, number: int, product: Product) -> None:
        """As a members' meeting would."""
        resolve(self.chain, self.local, Action("LoanPolicy", "setProduct", (number, product.conditions())))

    def write(self, members: int, loans: Iterable[str], slips: Iterable[str]) -> None:
        """The folder of day books: all members join on 2 January 2025."""
        self.folder.mkdir(exist_ok=True)
        people = [f"{n},1,A,L,1990-01-01,U,0,2025-01-02" for n in range(1, members + 1)]
        for name, head, rows in (
            ("members", MEMBERS, people),
            ("loans", LOANS, loans),
            ("teller", TELLER, slips),
        ):
            (self.folder / f"{name}.csv").write_text("\n".join([head, *rows]) + "\n")

    def importer(self) -> Importer:
        return importer(self.workspace, self.workspace.chain(self.local.url))

    def import_(self) -> ImportReport:
        """As `koperasi import` does."""
        report = self.importer().run(self.folder)
        self.__dict__.pop("chain", None)
        return report

    def follow(self, day: str) -> None:
        """The day of what is signed and sent next."""
        self.chain.follow(parse_day(day))

    def arrive(self, day: str) -> None:
        """The chain's last block is of that day."""
        self.follow(day)
        self.chain.pass_time(self.chain.time)

    def run(self, *arguments: object) -> Any:
        """What a command tells with --json."""
        done = CliRunner().invoke(app, [*map(str, arguments), "--json"])
        assert done.exit_code == 0, (done.output, done.exception)
        return json.loads(done.stdout)

    def refused(self, *arguments: object) -> str:
        """The words of a command that could not be done."""
        done = CliRunner().invoke(app, list(map(str, arguments)))
        assert done.exit_code != 0, done.output
        return done.output

    def blocks(self) -> int:
        return int(self.local.rpc("eth_blockNumber"), 16)

    def call(self, contract: str, function: str, *arguments: Any) -> list[Any]:
        """The answer of a view."""
        return self.chain.call_many([Call(contract, function, arguments)])

    def act(self, office: str, function: str, *arguments: Any) -> None:
        """A call of LoanCare by an office, in a block of its own."""
        data = self.chain.encode("LoanCare", function, arguments)
        (sent,) = self.chain.send(self.keyring.officer(office), [("LoanCare", data, 8_000_000)])
        assert sent.succeeded, function

    def two(
        self, name: str, types: Sequence[str], values: Sequence[Any], office: str = "PENGAWAS"
    ) -> tuple[str, int, bytes]:
        """What another office signs under what KETUA sends."""
        action = action_hash(("string", *types), (name, *values))
        return self.signatures.countersignature(office, "LoanCare", action)

    def store(self, contract: str, variable: str, key: int, word: int) -> None:
        """Put a word into a mapping of a contract, as no transaction could."""
        layout = self.workspace.deployment["contracts"][contract]["storage_layout"]
        place = mapping_slot(key, int(layout[variable]["slot"]))
        at = self.chain.address(contract)
        self.local.rpc("anvil_setStorageAt", at, f"0x{place:064x}", f"0x{word:064x}")

    def lien(self, member: int, loan: int, token: str = "SavingsSukarela") -> int:
        """Rupiah that a member's savings hold for a loan."""
        (found,) = self.chain.call_many([Call(token, "lienOf", (member, loan))])
        return int(found[0])

    def sync(self) -> str:
        """The digest of the books at the chain's head."""
        run_sync(self.workspace, self.local.url, quiet=True)
        return open_ledger(self.workspace).digest()

    def rebuilt(self) -> str:
        """The digest of books computed anew."""
        return rebuilt_digest(self.workspace, self.local.url, quiet=True)[0]

    def reconcile(self) -> Reconciliation:
        return reconcile_books(self.workspace, self.local.url, quiet=True)
