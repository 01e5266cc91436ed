"""The office's import, put together for a network."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

from koperasi.errors import UsageError
from koperasi.workspace import Workspace

if TYPE_CHECKING:
    from backend.office.keyring import Keyring
    from backend.office.service import Importer

OFFICERS_ENV: Final = "KOPERASI_OFFICERS"
PASSWORD_ENV: Final = "KOPERASI_OFFICERS_PASSWORD"  # noqa: S105 - the name of a setting


def importer(workspace: Workspace, rpc_url: str) -> "Importer":
    """An importer on the deployment of `workspace`, signing with what the network allows."""
    from backend.office.outbox import Outbox
    from backend.office.service import Importer

    chain = workspace.chain(rpc_url)
    outbox = Outbox(chain, keyring(workspace), workspace.network.gas_cap)
    return Importer(
        chain, outbox, workspace.office(), workspace.deployment["contracts"]["Authority"]["block"]
    )


def keyring(workspace: Workspace) -> "Keyring":
    """Derived keys on a development network; elsewhere the officers' key files of KOPERASI_OFFICERS.

    That folder has one encrypted key file an office, such as TELLER.json, and people.json with the person
    number of each office.
    """
    from backend.office.keyring import OFFICES, DevelopmentKeyring, OfficerKeyring
    from scripts.deployment_config import DEVELOPMENT_OFFICERS

    if workspace.network.development:
        people = dict(reversed(DEVELOPMENT_OFFICERS))
        return DevelopmentKeyring(workspace.network.chain_id, people)
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

    password = os.environ.get(PASSWORD_ENV, "")
    try:
        people = json.loads((folder / "people.json").read_text("utf-8"))
        keys = {o: Account.decrypt((folder / f"{o}.json").read_text("utf-8"), password) for o in offices}
    except (OSError, ValueError, KeyError) as error:
        raise UsageError(
            f"Berkas kunci di {folder} tidak dapat dibuka ({error}); periksa isi folder dan {PASSWORD_ENV}.",
            f"The key files in {folder} cannot be opened ({error}); check the folder and {PASSWORD_ENV}.",
        ) from error
    return {office: Account.from_key(key) for office, key in keys.items()}, people
