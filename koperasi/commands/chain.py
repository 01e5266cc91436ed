"""koperasi chain"""

from typing import Annotated

import typer

from koperasi.output import say


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(help="Jalankan chain lokal (anvil) sampai Ctrl-C. / Run a local chain (anvil) until Ctrl-C.")(
        chain
    )


def chain(
    port: Annotated[int, typer.Option(help="Port TCP. / TCP port.")] = 8545,
    timestamp: Annotated[
        int | None, typer.Option(help="Waktu blok pertama (unix). / Time of the first block.")
    ] = None,
    slots_in_an_epoch: Annotated[
        int, typer.Option(help="Blok final: terakhir - 2 x ini. / Final: latest - 2 x this.")
    ] = 32,
) -> None:
    """Run anvil as `koperasi deploy` and the tests expect it."""
    from koperasi.localchain import LocalChain

    with LocalChain.start(port=port, timestamp=timestamp, slots_in_an_epoch=slots_in_an_epoch) as running:
        say(f"Chain lokal di {running.url}; Ctrl-C menghentikannya.", "Ctrl-C stops it.")
        running.wait()
