"""The office's import, put together for a network."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from koperasi.errors import UsageError
from koperasi.workspace import Workspace

if TYPE_CHECKING:
    from backend.chain import Chain
    from backend.keyring import Keyring
    from backend.meetings.play import Player
    from backend.meetings.relay import Sender
    from backend.office.opening.office import Opening
    from backend.office.outbox import Outbox
    from backend.office.service import Importer

OFFICERS_ENV: Final = "KOPERASI_OFFICERS"
PASSWORD_ENV: Final = "KOPERASI_OFFICERS_PASSWORD"  # noqa: S105 - the name of a setting


def importer(workspace: Workspace, chain: "Chain") -> "Importer":
    """An importer on the deployment of `workspace`, signing with what the network allows."""
    from backend.office.service import Importer

    return Importer(chain, outbox(workspace, chain), workspace.office(), workspace.first_block)


def opening_office(workspace: Workspace, url: str) -> "tuple[Chain, Opening]":
    """The chain behind `url`, and what opens a cooperative from paper books on it."""
    from backend.office.opening.office import Opening
    from indexer.ledger.opening import earned_by

    chain = workspace.chain(url)
    return chain, Opening(chain, workspace.first_block, earned_by)


def outbox(workspace: Workspace, chain: "Chain") -> "Outbox":
    """What sends the office's transactions to `chain`."""
    from backend.office.outbox import Outbox

    return Outbox(chain, keyring(workspace, chain), workspace.network.gas_cap, workspace.agreements())


@contextmanager
def relaying(workspace: Workspace) -> "Iterator[tuple[Chain, Sender, int]]":
    """What sends what anybody may send, from the secretary's account, and when that will be (unix seconds).

    Nothing of a stopped run is on its way any more.
    """
    from backend.meetings.relay import Sender

    with workspace.lock("import"), workspace.rpc() as url:
        chain = workspace.chain(url)
        sender = Sender(chain, keyring(workspace, chain).officer("SEKRETARIS"), workspace.network.gas_cap)
        chain.settle([sender.address])
        yield chain, sender, chain.reach(chain.time)


def player(workspace: Workspace, chain: "Chain") -> "Player":
    """Plays meetings on the deployment of `workspace`, a local one."""
    from backend.meetings.play import Player

    rp_id = workspace.deployment["parameters"]["rp_id"]
    keys = keyring(workspace, chain)
    return Player(chain, keys, workspace.network.gas_cap, rp_id, workspace.first_block)


def keyring(workspace: Workspace, chain: "Chain", *more: str) -> "Keyring":
    """Derived keys on a development network; elsewhere the officers' key files of KOPERASI_OFFICERS.

    In development the officers are those of now, or were the last to hold their office.

    That folder has one encrypted key file an office, such as TELLER.json, each with a password of its own
    (KOPERASI_OFFICERS_PASSWORD and the office, or asked for), and people.json with the person number of
    each office. `more`: offices beside those of the import.
    """
    from backend.keyring import OFFICES, DevelopmentKeyring, OfficerKeyring

    if workspace.network.development:
        return DevelopmentKeyring(workspace.network.chain_id, holders(chain, workspace.first_block))
    folder = os.environ.get(OFFICERS_ENV)
    if not folder:
        raise UsageError(
            f"Sebutkan folder berkas kunci pengurus di {OFFICERS_ENV} ({', '.join(OFFICES)}).",
            f"Name the folder of the officers' key files in {OFFICERS_ENV} ({', '.join(OFFICES)}).",
        )
    return OfficerKeyring(*_key_files(Path(folder), (*OFFICES, *more)))


def holders(chain: "Chain", from_block: int) -> list[tuple[str, int]]:
    """Every office with the person who holds it; an office that everybody left, with who held it last."""
    from backend.chain import Call
    from scripts.deployment_config import OFFICES

    names = {number: name for name, number in OFFICES.items()}
    granted = {
        (log["office"], log["account"]): (names[log["office"]], log["holder"])
        for log in chain.logs("Authority", "OfficeGranted", from_block)
    }
    there = Call("Authority", "admin", ())  # on a chain of others this says so, where no log says anything
    _, *terms = chain.call_many([there, *(Call("Authority", "termOf", held) for held in granted)])
    running = [who for who, (until, _) in zip(granted.values(), terms, strict=True) if until]
    filled = {office for office, _ in running}
    return running + [who for who in reversed(granted.values()) if who[0] not in filled]


def _key_files(folder: Path, offices: tuple[str, ...]):  # type: ignore[no-untyped-def]
    import json

    from eth_account import Account

    try:
        people = json.loads((folder / "people.json").read_text("utf-8"))
        keys = {
            office: Account.decrypt((folder / f"{office}.json").read_text("utf-8"), _password(office))
            for office in offices
        }
    except (OSError, ValueError, KeyError) as error:
        raise UsageError(
            f"Berkas kunci di {folder} tidak dapat dibuka ({error}); periksa isi folder dan kata sandi.",
            f"The key files in {folder} cannot be opened ({error}); check the folder and the passwords.",
        ) from error
    return {office: Account.from_key(key) for office, key in keys.items()}, people


def _password(office: str) -> str:
    """The password of one office's key file: its own variable, or asked for."""
    import typer

    given = os.environ.get(f"{PASSWORD_ENV}_{office}")
    return given or str(typer.prompt(f"Kata sandi / Password {office}", hide_input=True, err=True))
