"""Signatures that members made elsewhere: the option that names their file, what is still to be signed."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from koperasi.output import say

if TYPE_CHECKING:
    from backend.acceptances import Acceptance, Signing
    from backend.chain import Chain
    from rules.types import MemberNumber

SignaturesOption = Annotated[
    Path | None,
    typer.Option(help="Tanda tangan para pihak, satu JSON per baris. / Parties' signatures, a JSON a line."),
]


def given_signatures(signatures: Path | None) -> "dict[MemberNumber, Acceptance]":
    """The file's signatures, by member. UnreadableDayBookError."""
    from backend.acceptances import read_acceptances

    return {} if signatures is None else read_acceptances(signatures)


def to_sign(
    chain: "Chain", signing: "Signing | None", missing: "tuple[MemberNumber, ...]"
) -> list[dict[str, Any]]:
    """Typed data for the wallets of those who did not sign yet, good for a week."""
    from backend.acceptances import LIFETIME

    if signing is None:
        return []
    deadline = chain.time + LIFETIME
    return [signing.typed_data(chain, each, deadline) for each in missing]


def say_missing(waiting: list[dict[str, Any]]) -> None:
    """Tell whose signatures are missing, if any are."""
    if waiting:
        members = ", ".join(str(each["message"]["member"]) for each in waiting)
        say(
            f"Belum menandatangani: anggota {members}; --json memberi data yang ditandatangani.",
            f"Signatures missing: members {members}; --json gives what they sign.",
        )
