"""What a deployment has done so far, in one JSON file that is replaced whole: a kill leaves no half of it."""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

from scripts.errors import DeploymentError

FORMAT: Final = 1


@dataclass
class StepRecord:
    """A transaction of the plan. input_hash: of its target and data; transactions: what it was sent as."""

    nonce: int
    input_hash: str
    transactions: list[str] = field(default_factory=list)
    block: int | None = None


@dataclass
class DeploymentState:
    """`deployments/<network>.json`. Blocks are numbers, times unix seconds, hashes 0x-hex."""

    network: str
    chain_id: int
    genesis_hash: str
    deployer: str
    first_nonce: int
    started_at: int
    rate_from_day: int
    parameters: dict[str, Any]
    complete: bool = False
    contracts: dict[str, dict[str, Any]] = field(default_factory=dict)
    steps: dict[str, StepRecord] = field(default_factory=dict)

    @classmethod
    def read(cls, file: Path) -> "DeploymentState | None":
        """The state in `file`, None if there is no file; DeploymentError if it cannot be read."""
        try:
            values = json.loads(file.read_text("utf-8"))
            if values.pop("format") != FORMAT:
                raise ValueError(f"format is not {FORMAT}")
            steps = {key: StepRecord(**step) for key, step in values.pop("steps").items()}
            return cls(**values, steps=steps)
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise DeploymentError(
                f"Berkas deployment {file} rusak: {error}. Pulihkan dari cadangan.",
                f"The deployment file {file} is damaged: {error}. Restore it from a copy.",
            ) from error

    def write(self, file: Path) -> None:
        """Replace `file` by this state; nothing is written if it says the same already."""
        text = json.dumps({"format": FORMAT, **asdict(self)}, indent=1) + "\n"
        write_whole(file, text)


def write_whole(file: Path, text: str) -> None:
    """Put `text` into `file` at one stroke, durably; a file that has it already is left alone."""
    if file.exists() and file.read_text("utf-8") == text:
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    scratch = file.with_name(f"{file.name}.{os.getpid()}.part")
    with scratch.open("w", encoding="utf-8") as output:
        output.write(text)
        output.flush()
        os.fsync(output.fileno())
    scratch.replace(file)


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Nobody else deploys into `folder` meanwhile; DeploymentError if somebody does."""
    folder.mkdir(parents=True, exist_ok=True)
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError as error:
        raise DeploymentError(
            f"Deployment lain sedang memakai {folder}.", f"Another deployment is using {folder}."
        ) from error
    finally:
        os.close(handle)
