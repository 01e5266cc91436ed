"""One verification from beginning to end."""

from collections.abc import Collection, Mapping

from verifier.bundle import (
    Bundle,
    ClaimBundle,
    ConsistencyBundle,
    EntryBundle,
    ShareBundle,
    SolvencyBundle,
    decode,
)
from verifier.claims import verify_claim
from verifier.entries import verify_books_go_on, verify_entry
from verifier.report import Report
from verifier.shares import verify_share
from verifier.solvency import verify_solvency
from verifier.state import verify_state


def verify(content: bytes, hashes: Collection[bytes], names: Mapping[str, str] | None = None) -> Report:
    """Check the bytes of a bundle against block hashes (32 bytes each).

    `names`: the cooperative's contracts by address (hex without 0x), if known. RefusedError if anything does
    not hold.
    """
    bundle = decode(content)
    report = Report(_kind(bundle), None if names is None else dict(names))
    match bundle:
        case EntryBundle():
            verify_entry(bundle, hashes, report)
        case ClaimBundle():
            verify_claim(bundle, hashes, report)
        case ConsistencyBundle():
            verify_books_go_on(bundle, hashes, report)
        case SolvencyBundle():
            verify_solvency(bundle, hashes, report)
        case ShareBundle():
            verify_share(bundle, hashes, report)
        case _:
            verify_state(bundle.state, hashes, report)
    return report


def _kind(bundle: Bundle) -> str:
    return str(bundle.__struct_config__.tag)
