"""Runs a deployment that kills itself: python -m tests.deployment.stopped URL FOLDER {sign|send|write} COUNT.

sign: before the COUNT-th transaction is sent; send: right after it; write: in the middle of the COUNT-th time
that the state is written.
"""

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from scripts import deployment_state, transactions
from scripts.deploy import deploy
from scripts.networks import load_network


def counted(original: Callable[..., Any], count: int, before: bool) -> Callable[..., Any]:
    calls = 0

    def call(*arguments: Any) -> Any:
        nonlocal calls
        calls += 1
        if before and calls == count:
            os.kill(os.getpid(), signal.SIGKILL)
        answer = original(*arguments)
        if calls == count:
            os.kill(os.getpid(), signal.SIGKILL)
        return answer

    return call


def main(url: str, folder: str, moment: str, count: int) -> None:
    if moment == "write":
        os_fsync = counted(os.fsync, count, before=False)
        deployment_state.os.fsync = os_fsync  # type: ignore[attr-defined]
    else:
        broadcast = counted(transactions.Sender._broadcast, count, before=moment == "sign")
        transactions.Sender._broadcast = broadcast  # type: ignore[method-assign]
    deploy(load_network("anvil", url), Path(folder))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]))
