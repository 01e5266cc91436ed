"""Where state lives: KOPERASI_HOME, by default .koperasi in the clone."""

import os
from pathlib import Path
from typing import Final

from koperasi.errors import KoperasiError

ROOT: Final = Path(__file__).resolve().parent.parent
HOME_ENV: Final = "KOPERASI_HOME"
DEPLOYMENTS_ENV: Final = "KOPERASI_DEPLOYMENTS"


def home() -> Path:
    """The folder of all state, made if it is not there; KoperasiError if it cannot be written."""
    folder = Path(os.environ.get(HOME_ENV) or ROOT / ".koperasi").expanduser().resolve()
    os.environ[HOME_ENV] = str(folder)
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise KoperasiError(
            f"{HOME_ENV} {folder} tidak dapat dibuat: {error}. Sebutkan folder lain.",
            f"{HOME_ENV} {folder} cannot be made: {error}. Name another folder.",
        ) from error
    return folder


def deployments_folder(development: bool) -> Path:
    """Where `<network>.json` is: under `home` for local chains, else KOPERASI_DEPLOYMENTS or the clone's."""
    if development:
        return home() / "deployments"
    return Path(os.environ.get(DEPLOYMENTS_ENV) or ROOT / "deployments").expanduser().resolve()
