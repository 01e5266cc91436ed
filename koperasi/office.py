"""The office's import, put together for a network."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

from koperasi.errors import UsageError
from koperasi.workspace import Workspace

if TYPE_CHECKING:
    from backend.office.chain import Chain
    from backend.office.keyring import Keyring
    from backend.office.outbox import Outbox
    from backend.office.service import Importer

OFFICERS_ENV: Final = "KOPERASI_OFFICERS"
PASSWORD_ENV: Final = "KOPERASI_OFFICERS_PASSWORD"  # noqa: S105 - the name of a setting


def importer(workspace: Workspace, rpc_url: str) -> "Importer":
    """An importer on the deployment of `workspace`, signing with what the network allows."""
    from backend.office.service import Importer

    chain = workspace.chain(rpc_url)
    first_block = workspace.deployment["contracts"]["Authority"]["block"]
    return Importer(chain, outbox(workspace, chain), workspace.office(), first_block)


def outbox(workspace: Workspace, chain: "Chain") -> "Outbox":
    """What sends the office's transactions to `chain`."""
    from backend.office.outbox import Outbox

    return Outbox(chain, keyring(workspace), workspace.network.gas_cap, workspace.agreements())


def keyring(workspace: Workspace) -> "Keyring":
    """Derived keys on a development network; elsewhere the officers' key files of KOPERASI_OFFICERS.

    That folder has one encrypted key file an office, such as TELLER.json, each with a password of its own
    (KOPERASI_OFFICERS_PASSWORD and the office, or asked for), and people.json with the person number of
    each office.
    """
    from backend.office.keyring import OFFICES, DevelopmentKeyring, OfficerKeyring
    from scripts.deployment_config import DEVELOPMENT_OFFICERS

    if workspace.network.development:
        return DevelopmentKeyring(workspace.network.chain_id, DEVELOPMENT_OFFICERS)
    folder = os.environ.get(OFFICERS_ENV)
    if not folder:
        raise UsageError(
            f"Sebutkan folder berkas kunci pengurus di {OFFICERS_ENV} ({', '.join(OFFICES)}).",
            f"Name the folder of the officers' key files in {OFFICERS_ENV} ({', '.join(OFFICES)}).",
        )
    return OfficerKeyring(*_key_files(Path(folder), OFFICES))


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
