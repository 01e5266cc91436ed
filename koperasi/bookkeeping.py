"""The treasurer at work on the books, put together for a network."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from koperasi.books import reading, run_sync
from koperasi.office import keyring
from koperasi.workspace import Workspace

if TYPE_CHECKING:
    from backend.office.bookkeeping import BooksOffice


@contextmanager
def bookkeeping(network: str, check: bool) -> "Iterator[BooksOffice]":
    """The officers whose keys are here, with the books at the chain's head. check: nothing is sent.

    Nothing of a stopped run is on its way any more.
    """
    from backend.office.bookkeeping import BooksOffice

    workspace = Workspace(network)
    with workspace.lock("import"), workspace.rpc() as url:
        chain = workspace.chain(url)
        keys = keyring(workspace, chain)
        chain.settle(sorted({each.account.address for each in keys.officers()}))
        run_sync(workspace, url, quiet=True)
        name, cap = workspace.name, workspace.network.gas_cap
        yield BooksOffice(chain, keys, cap, lambda: reading(name), check)
