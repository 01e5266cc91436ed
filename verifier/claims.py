"""What the cooperative owed a member at a close."""

from collections.abc import Collection

from rules.claims import ClaimError, Part, root_hash, topmost, total_of
from rules.types import MemberNumber, SavingsKind
from verifier import closes
from verifier.bundle import ClaimBundle, ClaimPart
from verifier.closes import Close, read_close
from verifier.errors import RefusedError
from verifier.report import Report, rupiah


def verify_claim(bundle: ClaimBundle, hashes: Collection[bytes], report: Report) -> None:
    """RefusedError: as `read_close`, CLAIM, CLAIM_ROOT, INCOMPLETE."""
    close = read_close(bundle.close, hashes, report)
    require_claims(close)
    parts = [
        Part(MemberNumber(bundle.member), at, bytes.fromhex(each.salt), tuple(map(int, each.amounts)))
        for at, each in enumerate(bundle.parts)
    ]
    if len({each.index for each in bundle.parts}) != len(parts):
        raise RefusedError("CLAIM", "satu daun dipakai dua kali", "one leaf is used twice")
    for part, proof in zip(parts, bundle.parts, strict=True):
        _require_in_tree(part, proof, bundle.leaves, close)
    amounts = total_of(parts)
    by_kind = ", ".join(f"{kind.name.lower()} {rupiah(amounts[kind])}" for kind in SavingsKind)
    report.check(
        f"simpanan anggota {bundle.member} saat tutup buku itu: {rupiah(sum(amounts))} ({by_kind}), "
        "termasuk dalam jumlah "
        f"{rupiah(close.claims_total)} yang diakui koperasi kepada semua anggota",
        f"the claim of member {bundle.member} at that close: {rupiah(sum(amounts))} ({by_kind}), "
        "counted in the "
        f"{rupiah(close.claims_total)} that the cooperative admits to owe all members",
    )
    report.leave(
        "bahwa simpanan anggota lain benar: masing-masing memeriksa buktinya sendiri",
        "that other members' claims are right: each of them checks their own proof",
    )
    figures = {kind.name.lower(): str(amounts[kind]) for kind in SavingsKind}
    report.figures |= {"close": closes.plain(close), "member": bundle.member, "claim": figures}


def require_claims(close: Close) -> None:
    """RefusedError: INCOMPLETE if the close has no tree of claims."""
    if not any(close.claims_root):
        raise RefusedError(
            "INCOMPLETE",
            "tutup buku ini tidak memuat daftar simpanan anggota",
            "this close has no tree of members' claims",
        )


def _require_in_tree(part: Part, proof: ClaimPart, leaves: int, close: Close) -> None:
    try:
        path = [bytes.fromhex(each.hash) + int(each.total).to_bytes(8, "big") for each in proof.path]
        top = topmost(part.record, proof.index, leaves, path)
    except (ClaimError, OverflowError) as error:
        raise RefusedError("CLAIM", f"bagian {part.part}: {error}", f"part {part.part}: {error}") from error
    if root_hash(leaves, top) != close.claims_root or int.from_bytes(top[-8:], "big") != close.claims_total:
        raise RefusedError(
            "CLAIM_ROOT",
            f"bagian {part.part} dengan angka ini tidak sampai pada akar simpanan "
            f"0x{close.claims_root.hex()}",
            f"part {part.part} with these figures does not lead to the claims' root "
            f"0x{close.claims_root.hex()}",
        )
