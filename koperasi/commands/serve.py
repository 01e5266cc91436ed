"""koperasi serve"""

import os
import signal
import socket
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Annotated

import typer

from koperasi.errors import KoperasiError
from koperasi.output import NetworkOption, say


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(help="Sajikan API dan halaman sampai Ctrl-C. / Serve the API and the page until Ctrl-C.")(
        serve
    )


def serve(
    network: NetworkOption = "anvil",
    host: Annotated[
        str | None, typer.Option(envvar="KOPERASI_HOST", help="Alamat, 127.0.0.1 bila kosong. / Address.")
    ] = None,
    port: Annotated[
        int | None, typer.Option(envvar="KOPERASI_PORT", help="Port TCP, 8000 bila kosong. / TCP port.")
    ] = None,
    workers: Annotated[
        int | None, typer.Option(envvar="KOPERASI_WORKERS", help="Banyaknya proses. / How many processes.")
    ] = None,
) -> None:
    """Serve the ledger of a network; it may be written by `koperasi sync` meanwhile."""
    given = {"network": network, "host": host, "port": port, "workers": workers}
    run({name: str(value) for name, value in given.items() if value is not None})


def run(given: dict[str, str]) -> None:
    """Serve with these settings (names as in docs/settings.md, without the prefix) over the environment's."""
    import uvicorn
    from uvicorn.supervisors import Multiprocess

    from backend.config import PREFIX, Settings
    from koperasi.home import home
    from koperasi.workspace import Workspace

    os.environ["KOPERASI_HOME"] = str(home())
    workspace = Workspace(given.get("network", "anvil"))
    os.environ.setdefault(f"{PREFIX}DEPLOYMENT_FILE", str(workspace.deployment_file))
    os.environ.setdefault(f"{PREFIX}RELAY_RPC", workspace.door_rpc())
    os.environ.update({PREFIX + name.upper(): value for name, value in given.items()})
    settings = Settings.from_environment()
    listener = _listen(settings.host, settings.port)
    address = f"http://{settings.host}:{listener.getsockname()[1]}"
    say(f"Menyajikan di {address}; Ctrl-C menghentikannya.", f"Serving at {address}; Ctrl-C stops it.")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # uvicorn raises it again when it has ended
    config = uvicorn.Config(
        "backend.app:from_environment",
        factory=True,
        workers=settings.workers,
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=5,
    )
    with listener, _shared_metrics(settings.workers), suppress(KeyboardInterrupt):
        if settings.workers > 1:
            Multiprocess(config, sockets=[listener]).run()
        else:
            uvicorn.Server(config).run(sockets=[listener])


def _listen(host: str, port: int) -> socket.socket:
    """A socket at the address; KoperasiError if that is taken or not this machine's."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise KoperasiError(
            f"Port {port} di {host} tidak dapat dipakai: {error.strerror}. Pilih yang lain dengan --port.",
            f"Cannot listen at {host} port {port}: {error.strerror}. Choose another with --port.",
        ) from error
    listener.set_inheritable(True)
    return listener


@contextmanager
def _shared_metrics(workers: int) -> Iterator[None]:
    """Several processes put their metrics together in a folder; one needs none."""
    if workers == 1 or os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        yield
        return
    with tempfile.TemporaryDirectory(prefix="koperasi-metrics-") as folder:
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = folder
        yield
