"""A member's share of an allocated surplus, with its proof."""

from typing import TYPE_CHECKING, Final

from koperasi.errors import KoperasiError, UsageError
from koperasi.workspace import Workspace

if TYPE_CHECKING:
    from backend.chain import Chain
    from backend.surplus.shares import SurplusShares
    from rules.types import MemberNumber

    Share = tuple[MemberNumber, int, tuple[bytes, ...]]

_HASH_BYTES: Final = 32


def share_of(shares: "SurplusShares", member: "MemberNumber") -> "Share":
    """Member, rupiah and path. KoperasiError if the member has none."""
    amount = shares.shares.get(member)
    if amount is None:
        raise KoperasiError(
            f"Anggota {member} tidak punya bagian SHU {shares.year}.",
            f"Member {member} has no share of the surplus of {shares.year}.",
        )
    return member, amount, shares.tree.proof_of(member)


def path_of(told: str) -> tuple[bytes, ...]:
    """The hashes of a path as a slip prints it, none of the only share; UsageError."""
    try:
        found = tuple(bytes.fromhex(each.strip()) for each in told.split(",") if each.strip())
    except ValueError:
        found = (b"",)
    if any(len(each) != _HASH_BYTES for each in found):
        raise UsageError(
            "Jalur: 64 angka heksadesimal tiap hash, dipisah koma.",
            "A path: 64 hex digits a hash, commas between.",
        )
    return found


def is_paid(chain: "Chain", root: bytes, year: int, share: "Share") -> bool:
    """Whether a share was paid. KoperasiError unless contract and arithmetic both take its proof."""
    from backend.chain import Call
    from verifier.share_tree import is_share

    asked = [("isPaid", (year, share[0])), ("isShare", (year, share))]
    paid, agrees = chain.call_many([Call("SurplusDistributor", *each) for each in asked])
    if not (share[1] and agrees and is_share(root, year, *share)):
        raise KoperasiError("Bukti tidak cocok dengan chain.", "The proof does not agree with the chain.")
    return bool(paid)


def share_bundle(workspace: Workspace, url: str, year: int, share: "Share") -> bytes:
    """The share with the log of its allocation, as the chain has it; KoperasiError if the books lack it."""
    from indexer.capture import prove_log
    from indexer.chain.rpc import Endpoints
    from indexer.reports.surplus import allocation_of
    from verifier.bundle import VERSION, ShareBundle, encode

    settings, engine = workspace.settings(url), workspace.ledger()
    endpoints = Endpoints(settings.endpoints(), settings.network.chain_id)
    try:
        with engine.connect() as connection:
            held = allocation_of(connection, year, settings.cooperative_id)
        if held is None or not held.final:
            raise KoperasiError(
                f"Pembagian SHU {year} belum final dalam buku. Jalankan lagi sesudah koperasi sync.",
                f"The allocation of {year} is not final in the books yet. Run it again after koperasi sync.",
            )
        log = prove_log(engine, endpoints, held.block_number, held.log_index, settings.cooperative_id)
    finally:
        engine.dispose()
        endpoints.close()
    member, amount, path = share
    return encode(ShareBundle(VERSION, year, member, str(amount), [each.hex() for each in path], log))
