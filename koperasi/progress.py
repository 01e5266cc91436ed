"""Progress bars on standard error."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol


class Bar(Protocol):
    """Moves a bar: done, total, and a word beside it."""

    def __call__(self, done: int, total: int, note: str) -> None: ...


@contextmanager
def progress(title: str, quiet: bool = False) -> Iterator[Bar]:
    """A bar with a title; nothing is drawn if `quiet`."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (
        TextColumn("{task.description:<24}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[note]}"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), disable=quiet) as bars:
        task = bars.add_task(title, total=None, note="")

        def move(done: int, total: int, note: str) -> None:
            bars.update(task, completed=done, total=total, note=note)

        yield move
