"""koperasi serve"""

import os
import tempfile
from typing import Annotated

import typer

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

    from backend.config import PREFIX, Settings
    from koperasi.home import home

    os.environ["KOPERASI_HOME"] = str(home())
    os.environ.update({PREFIX + name.upper(): value for name, value in given.items()})
    settings = Settings.from_environment()
    with tempfile.TemporaryDirectory(prefix="koperasi-metrics-") as metrics:
        if settings.workers > 1:
            os.environ["PROMETHEUS_MULTIPROC_DIR"] = metrics
        address = f"http://{settings.host}:{settings.port}"
        say(f"Menyajikan di {address}; Ctrl-C menghentikannya.", f"Serving at {address}; Ctrl-C stops it.")
        uvicorn.run(
            "backend.app:from_environment",
            factory=True,
            host=settings.host,
            port=settings.port,
            workers=settings.workers,
            log_level="warning",
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=5,
        )
