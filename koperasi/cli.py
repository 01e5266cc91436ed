"""The command `koperasi`: modules of koperasi.commands have `register(app)`, and import heavy things late."""

import importlib
import os
import pkgutil
import sys
from typing import Any, Final

import typer
from typer.core import TyperGroup

from koperasi import commands
from scripts import toolchain

_ROOMS: Final = {"rules", "indexer", "recount", "verifier", "backend", "scripts", "koperasi"}
_INTERRUPTED: Final = 130


class Commands(TyperGroup):
    """Turns errors of ours into words and an exit code; what nobody foresaw keeps its traceback."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            _complain("Dihentikan.", "Interrupted.")
            raise typer.Exit(_INTERRUPTED) from None
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise typer.Exit(1) from None
        except Exception as error:
            if not _is_ours(error):
                raise
            indonesian = getattr(error, "indonesian", None) or str(error)
            english = getattr(error, "english", None) or str(error)
            _complain(indonesian, english)
            raise typer.Exit(getattr(error, "exit_code", 1)) from error


app = typer.Typer(
    cls=Commands,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Koperasi simpan pinjam di atas chain. / A savings-and-loan cooperative on a chain.",
)


@app.callback()
def main() -> None:
    """Koperasi simpan pinjam di atas chain. / A savings-and-loan cooperative on a chain."""
    toolchain.activate()


def _is_ours(error: Exception) -> bool:
    """An error of one of our rooms, or of the file system: its text says what is wrong."""
    return isinstance(error, OSError) or type(error).__module__.partition(".")[0] in _ROOMS


def _complain(indonesian: str, english: str) -> None:
    print(f"Gagal: {indonesian}", file=sys.stderr)
    if english != indonesian:
        print(f"Failed: {english}", file=sys.stderr)


for _module in pkgutil.iter_modules(commands.__path__):
    importlib.import_module(f"koperasi.commands.{_module.name}").register(app)
