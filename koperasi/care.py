"""The office at work on running loans, put together for a network."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from koperasi.books import reading, run_sync
from koperasi.office import keyring
from koperasi.workspace import Workspace

if TYPE_CHECKING:
    from backend.loans.care import CareOffice


@contextmanager
def caring(network: str, check: bool) -> "Iterator[CareOffice]":
    """The officers whose keys are here, with the books at the chain's head. check: nothing is sent or kept.

    Nothing of a stopped run is on its way any more.
    """
    workspace = Workspace(network)
    with workspace.lock("import"), workspace.rpc() as url:
        yield care_office(workspace, url, check)


def care_office(workspace: Workspace, url: str, check: bool = False) -> "CareOffice":
    """As `caring`, on the chain behind `url`."""
    from backend.loans.care import CareOffice

    chain = workspace.chain(url)
    keys = keyring(workspace, chain, "PENGAWAS")
    chain.settle(sorted({each.account.address for each in keys.officers()}))
    run_sync(workspace, url, quiet=True)
    name, cap = workspace.name, workspace.network.gas_cap
    return CareOffice(chain, keys, cap, workspace.papers(), lambda: reading(name), check)
