"""The workbench, put together for a network: beside the books, and with officers' keys to sign."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from koperasi.books import reading, run_sync
from koperasi.errors import UsageError
from koperasi.office import keyring
from koperasi.workspace import Workspace

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from backend.chain import Chain
    from backend.keyring import Keyring
    from backend.workbench.consents import Act, Given
    from backend.workbench.service import Workbench
    from indexer.reports.statements.amounts import BookAmounts
    from rules.types import Channel

ChannelOption = Annotated[str, typer.Option("--channel", help="Saluran. / Channel: BANK, KAS.")]
ReasonOption = Annotated[str, typer.Option("--reason", help="Alasan. / Why.")]
SignaturesOption = Annotated[
    Path | None,
    typer.Option(help="Tanda tangan, satu JSON per baris. / Signatures, a JSON a line: account, signature."),
]
ToSignOption = Annotated[
    bool,
    typer.Option("--to-sign", help="Hanya data yang ditandatangani. / Only what is to be signed, as JSON."),
]
OfficeOption = Annotated[str, typer.Option("--office", help="Jabatan penanda tangan. / Office that signs.")]


@dataclass(frozen=True)
class Bench:
    """The workbench and the books beside it."""

    workspace: Workspace
    service: "Workbench"
    books: "BookAmounts"

    @property
    def connection(self) -> "Connection":
        """The books' own connection."""
        return self.books.connection


@dataclass(frozen=True)
class SigningBench(Bench):
    """The same with the chain, whose time it is (`at`, unix seconds), and the keys that are here."""

    chain: "Chain"
    keys: "Keyring"
    at: int

    def given(self, act: "Act", offices: Sequence[str], signatures: Path | None) -> "list[Given]":
        """Signatures of a file, else of these offices' keys. UsageError, ConsentRefusedError."""
        from backend.workbench.consents import read_signatures

        if signatures is not None:
            return read_signatures(signatures)
        return [act.by(self._key(office), self.service.domain) for office in offices]

    def _key(self, office: str):  # type: ignore[no-untyped-def]
        try:
            return self.keys.officer(office)
        except KeyError:
            raise UsageError(
                f"Tidak ada kunci jabatan {office} di sini.", f"There is no key of the office {office} here."
            ) from None


@contextmanager
def bench(network: str) -> Iterator[Bench]:
    """The workbench beside the books as they are; one at a time."""
    workspace = Workspace(network)
    with workspace.lock("workbench"), reading(network) as (connection, cooperative_id):
        yield Bench(workspace, workspace.workbench(), _books(workspace, connection, cooperative_id))


@contextmanager
def signing(network: str) -> Iterator[SigningBench]:
    """The same after the books were brought to the chain's head, with keys: offices are those of now."""
    workspace = Workspace(network)
    with workspace.lock("import"), workspace.lock("workbench"), workspace.rpc() as url:
        chain = workspace.chain(url)
        keys = keyring(workspace, chain, "PENGAWAS")
        run_sync(workspace, url, quiet=True)
        with reading(network) as (connection, cooperative_id):
            books = _books(workspace, connection, cooperative_id)
            yield SigningBench(workspace, workspace.workbench(), books, chain, keys, chain.time)


def _books(workspace: Workspace, connection: "Connection", cooperative_id: int) -> "BookAmounts":
    import time

    from koperasi.showing import books_on
    from rules.calendar import day_of_timestamp

    return books_on(workspace.name, connection, cooperative_id, day_of_timestamp(int(time.time())))


def channel_of(name: str) -> "Channel":
    """The channel of an option. UsageError."""
    from rules.types import Channel

    if name not in (Channel.KAS.name, Channel.BANK.name):
        raise UsageError(
            f"Saluran {name} tidak ada di sini. Pilih BANK atau KAS.",
            f"There is no channel {name} here. Choose BANK or KAS.",
        )
    return Channel[name]
