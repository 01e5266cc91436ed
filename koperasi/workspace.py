"""One network's state under KOPERASI_HOME: its deployment, both databases, and for anvil the chain itself."""

import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from koperasi.errors import KoperasiError
from koperasi.home import deployments_folder, home

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from backend.chain import Chain
    from backend.config import Settings as ServerSettings
    from backend.documents.sealing import SealedDocuments
    from backend.documents.store import DocumentStore
    from backend.loans.agreed import Agreements
    from backend.loans.papers import LoanPapers
    from backend.meetings.queue import OrderQueue
    from backend.office.claims import ClaimsOffice
    from backend.office.repository import OfficeRepository
    from backend.prints.maker import Printer
    from backend.workbench.service import Workbench
    from indexer.config import Network, Settings

LEDGER_URL_ENV: Final = "KOPERASI_LEDGER_URL"
OFFICE_URL_ENV: Final = "KOPERASI_OFFICE_URL"


@dataclass(frozen=True)
class Workspace:
    """Where things are for the network `name` of networks.toml."""

    name: str

    @cached_property
    def network(self) -> "Network":
        """The chain's description."""
        from scripts.networks import load_network

        return load_network(self.name, "http://127.0.0.1").chain

    @property
    def deployment_file(self) -> Path:
        """deployments/<network>.json, under KOPERASI_HOME for a local chain."""
        return deployments_folder(self.network.development) / f"{self.name}.json"

    @property
    def chain_state(self) -> Path:
        """Where a local chain keeps itself between two runs."""
        return home() / f"chain-{self.name}.json"

    @cached_property
    def deployment(self) -> Mapping[str, Any]:
        """The deployment file's content; KoperasiError if there is none."""
        from backend.deployment import read_deployment

        try:
            return read_deployment(self.deployment_file)
        except FileNotFoundError as error:
            raise KoperasiError(
                f"Belum ada deployment di {self.name}. Jalankan: koperasi demo, atau koperasi deploy.",
                f"There is no deployment on {self.name} yet. Run: koperasi demo, or koperasi deploy.",
            ) from error

    @property
    def first_block(self) -> int:
        """The block from which on the deployment's logs are."""
        return int(self.deployment["contracts"]["Authority"]["block"])

    @property
    def cooperative_id(self) -> int:
        """The number of the cooperative in every row of the databases."""
        return self.settings("http://127.0.0.1").cooperative_id

    def settings(self, rpc_url: str | None = None) -> "Settings":
        """The indexer's settings for this network; `rpc_url` (or several, by commas) instead of those set."""
        from indexer.config import load_settings

        environment = {**os.environ, "KOPERASI_NETWORK": self.name, "KOPERASI_HOME": str(home())}
        if rpc_url is not None:
            environment[self.network.rpc_env] = rpc_url
        return load_settings(environment, deployment=self.deployment_file)

    def ledger(self) -> "Engine":
        """The ledger database, its schema up to date."""
        from indexer.ledger.database import open_engine

        return open_engine(self.settings("http://127.0.0.1").ledger_url)

    def office(self) -> "OfficeRepository":
        """The rows of the day books, in the office database."""
        from backend.office.repository import OfficeRepository

        return OfficeRepository(self._office_engine(), self.cooperative_id)

    def orders(self) -> "OrderQueue":
        """Members' signed orders to the meetings, in the office database."""
        from backend.meetings.queue import OrderQueue

        return OrderQueue(self._office_engine(), self.cooperative_id)

    def documents(self) -> "DocumentStore":
        """The documents of this network."""
        from backend.documents.store import DocumentStore

        settings = self._server
        return DocumentStore(settings.documents, settings.document_max_bytes, settings.document_types)

    def sealed_documents(self) -> "SealedDocuments":
        """The same with the keys of those that are encrypted."""
        from backend.documents.repository import KeyRepository
        from backend.documents.sealing import SealedDocuments

        keys = KeyRepository(self._office_engine(), self._server.cooperative_id)
        return SealedDocuments(self.documents(), keys)

    def workbench(self) -> "Workbench":
        """Bank statements, till counts and differences, in the office database."""
        from backend.workbench.consents import Domain
        from backend.workbench.service import Workbench

        domain = Domain(self.network.chain_id, str(self.deployment["contracts"]["Authority"]["address"]))
        return Workbench(self._office_engine(), self.cooperative_id, domain, self.sealed_documents())

    def claims(self) -> "ClaimsOffice":
        """Trees of members' claims, in the office database."""
        from backend.office.claims import ClaimsOffice

        return ClaimsOffice(self._office_engine(), self.cooperative_id)

    def agreements(self) -> "Agreements":
        """The documents of loans' agreements."""
        from backend.loans.agreed import Agreements

        return Agreements(self.documents(), self.cooperative)

    def papers(self) -> "LoanPapers":
        """The documents of what happens to running loans."""
        from backend.loans.papers import LoanPapers

        return LoanPapers(self.documents(), self.cooperative)

    def printer(self) -> "Printer":
        """What prints statements, books and cards."""
        from backend.prints.maker import Printer

        return Printer(self.cooperative, self._server.public_url)

    @property
    def cooperative(self) -> str:
        """The cooperative's name, as documents are headed."""
        return self._server.name

    @property
    def _server(self) -> "ServerSettings":
        from backend.config import Settings as ServerSettings

        network = {"KOPERASI_NETWORK": self.name, "KOPERASI_HOME": str(home())}
        return ServerSettings.from_environment({**os.environ, **network})

    def _office_engine(self) -> "Engine":
        from backend.database import connect

        return connect(self._server.office_url)

    def chain(self, rpc_url: str) -> "Chain":
        """The deployed contracts behind the first of the endpoints in `rpc_url`."""
        from backend.chain import Chain
        from backend.deployment import contracts_of

        first = rpc_url.split(",")[0].strip()
        network = self.network
        layouts = {name: entry["storage_layout"] for name, entry in self.deployment["contracts"].items()}
        return Chain(
            first,
            contracts_of(self.deployment),
            network.chain_id,
            network.development,
            network.range_limit,
            layouts=layouts,
        )

    @property
    def chain_url(self) -> Path:
        """Where a demo that is being served says its chain is."""
        return home() / f"chain-{self.name}.url"

    def door_rpc(self) -> str:
        """An endpoint that a server may ask for as long as it runs: the first that is set, or that of a demo
        that is being served; empty if there is none."""
        given = os.environ.get(self.network.rpc_env, "").split(",")[0].strip()
        if given or not self.network.development or not self.chain_url.exists():
            return given
        served = self.chain_url.read_text("utf-8")
        return served if _answers(served) else ""

    @contextmanager
    def rpc(self) -> Iterator[str]:
        """The endpoints to use, separated by commas.

        Those that are set; on a development network else the chain of a demo that is being served, a local
        chain started again from where it was left, or the one at the default address.
        """
        from koperasi.localchain import LocalChain

        given = os.environ.get(self.network.rpc_env, "").strip()
        if given or not self.network.development:
            yield given or ",".join(self.settings().rpc_urls)
        elif self.chain_url.exists() and _answers(served := self.chain_url.read_text("utf-8")):
            yield served
        elif self.chain_state.exists():
            with LocalChain.start(state=self.chain_state, mining=False) as chain:
                chain.rpc("evm_setTime", chain.timestamp)
                yield chain.url
        else:
            default = self.network.rpc_default[0]
            LocalChain.attach(default)
            yield default

    def clear(self) -> None:
        """Forget a local chain and all that was computed from it; KoperasiError on a real network."""
        if not self.network.development:
            raise KoperasiError(
                f"{self.name} bukan jaringan pengembangan; tidak ada yang dihapus.",
                f"{self.name} is no development network; nothing was deleted.",
            )
        databases = [path for path in home().glob(f"*-{self.name}.sqlite*") if path.suffix != ".lock"]
        for path in [self.chain_state, self.chain_url, *databases, self.deployment_file]:
            path.unlink(missing_ok=True)
        shutil.rmtree(home() / f"documents-{self.name}", ignore_errors=True)

    @contextmanager
    def lock(self, what: str) -> Iterator[None]:
        """Only one `what` (demo, import) at a time on this network; KoperasiError if another runs."""
        import fcntl

        with (home() / f"{what}-{self.name}.lock").open("w") as handle:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                raise KoperasiError(
                    f"{what} lain sedang berjalan di {self.name}; tunggu sampai selesai, atau hentikan.",
                    f"another {what} is running on {self.name}; wait until it ends, or stop it.",
                ) from error
            yield


def _answers(url: str) -> bool:
    from koperasi.localchain import LocalChain, LocalChainError

    try:
        LocalChain.attach(url)
    except LocalChainError:
        return False
    return True
