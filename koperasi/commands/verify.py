"""koperasi verify"""

import json as json_text
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from koperasi.errors import KoperasiError, UsageError
from koperasi.output import JsonOption, print_json

if TYPE_CHECKING:
    from verifier.report import Report

_HASH_BYTES = 32


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(
        help="Periksa bundel bukti tanpa server mana pun. / Check a bundle of proofs without any server."
    )(verify)


def verify(
    bundle: Annotated[Path, typer.Argument(help="Berkas bundel. / The bundle's file.")],
    block_hash: Annotated[
        list[str],
        typer.Option(
            "--block-hash",
            help="Hash blok yang Anda percaya. / Hash of a block that you trust.",
        ),
    ],
    deployment: Annotated[
        Path | None,
        typer.Option(help="Berkas deployment koperasi. / The cooperative's deployment file."),
    ] = None,
    json: JsonOption = False,
) -> None:
    """Check a bundle against block hashes, from its file alone. Exit code 1 and a reason if it is refused."""
    from verifier.bundle import MOST_BYTES
    from verifier.errors import RefusedError
    from verifier.verify import verify as check

    hashes = {_hash(text) for text in block_hash}
    names = None if deployment is None else _names(deployment)
    with bundle.open("rb") as file:
        content = file.read(MOST_BYTES + 1)
    try:
        report = check(content, hashes, names)
    except RefusedError as refused:
        if json:
            told = {"indonesian": refused.indonesian, "english": refused.english}
            print_json({"accepted": False, "code": refused.code, **told})
            raise typer.Exit(1) from None
        raise KoperasiError(f"DITOLAK. {refused.indonesian}", f"REFUSED. {refused.english}") from refused
    if json:
        print_json({"accepted": True, **_plain(report)})
    else:
        _show(report)


def _hash(text: str) -> bytes:
    digits = text.removeprefix("0x")
    try:
        value = bytes.fromhex(digits)
    except ValueError:
        value = b""
    if len(value) != _HASH_BYTES:
        raise UsageError(
            f"{text[:80]} bukan hash blok: 64 angka heksadesimal.",
            f"{text[:80]} is no block hash: 64 hex digits.",
        )
    return value


def _names(path: Path) -> dict[str, str]:
    """Contracts by address, of a deployment file."""
    try:
        contracts = json_text.loads(path.read_text("utf-8"))["contracts"]
        return {each["address"].lower().removeprefix("0x"): name for name, each in contracts.items()}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise UsageError(
            f"{path} bukan berkas deployment: {error!r}.", f"{path} is no deployment file: {error!r}."
        ) from error


def _plain(report: "Report") -> dict[str, object]:
    def both(said: list[tuple[str, str]]) -> list[dict[str, str]]:
        return [{"indonesian": indonesian, "english": english} for indonesian, english in said]

    return {
        "kind": report.kind,
        "figures": report.figures,
        "checked": both(report.checked),
        "unchecked": both(report.unchecked),
    }


def _show(report: "Report") -> None:
    for title, said in (
        ("Diperiksa / Checked", report.checked),
        ("TIDAK diperiksa / NOT checked", report.unchecked),
    ):
        print(f"{title}:")
        for indonesian, english in said:
            print(f"  - {indonesian}\n    {english}")
    print(f"DITERIMA / ACCEPTED: {report.kind}")
