"""A member's share of a year's surplus, as the members' meeting allocated it."""

from collections.abc import Collection
from typing import Final, NamedTuple

from indexer.chain.hashing import keccak
from rules.types import MemberNumber
from verifier.bundle import LogProof, ShareBundle
from verifier.chain import read_log
from verifier.errors import RefusedError
from verifier.report import Report, day_text_of, rupiah
from verifier.share_tree import is_share

ALLOCATED: Final = keccak(b"SurplusAllocated(uint16,uint64,(uint16,uint64)[],bytes32,bytes32,uint32)")
DISTRIBUTOR: Final = "SurplusDistributor"
MEMBERS_POT: Final = 2310
_HEAD: Final = 5
"""Words: total, where the pots are, root, document, day."""
_LAST_DAY: Final = 2_900_000


class Allocation(NamedTuple):
    """`SurplusAllocated`: rupiah in all and of the members' pot, root of their shares, sha256 of the file
    with all of them, WIB day; and the block it is in."""

    block: int
    year: int
    total: int
    members_total: int
    shares_root: bytes
    document: bytes
    day: int


def verify_share(bundle: ShareBundle, hashes: Collection[bytes], report: Report) -> None:
    """RefusedError: as `read_log`, CONTRACT, LOG, SHARE."""
    held = read_allocation(bundle.allocation, hashes, report)
    amount, path = int(bundle.amount), [bytes.fromhex(each) for each in bundle.path]
    try:
        proven = is_share(held.shares_root, bundle.year, MemberNumber(bundle.member), amount, path)
    except ValueError as error:
        raise RefusedError("SHARE", str(error), str(error)) from error
    if bundle.year != held.year or not proven or amount > held.members_total:
        raise RefusedError(
            "SHARE",
            f"bagian {rupiah(amount)} anggota {bundle.member} tahun {bundle.year} tidak sampai pada akar "
            f"0x{held.shares_root.hex()} tahun {held.year}",
            f"a share of {rupiah(amount)} of member {bundle.member} for {bundle.year} does not lead to the "
            f"root 0x{held.shares_root.hex()} of {held.year}",
        )
    report.check(
        f"bagian anggota {bundle.member} dari SHU {held.year}: {rupiah(amount)}, termasuk dalam akar itu",
        f"the share of member {bundle.member} in the surplus of {held.year}: {rupiah(amount)}, under that "
        "root",
    )
    report.leave(
        "apakah bagian itu sudah dibayar, dan bahwa bagian anggota lain benar: berkas bagian (sha256 di "
        "atas) memuat semuanya",
        "whether that share was paid, and that other members' shares are right: the file of shares (its "
        "sha256 above) has them all",
    )
    report.figures |= {"allocation": _plain(held), "member": bundle.member, "share": str(amount)}


def read_allocation(proof: LogProof, hashes: Collection[bytes], report: Report) -> Allocation:
    """The allocation that a log tells. RefusedError: as `read_log`, CONTRACT, and LOG if it is none."""
    log = read_log(proof, hashes)
    topic, *indexed = log.topics or (b"",)
    words = [int.from_bytes(log.data[at : at + 32], "big") for at in range(0, len(log.data), 32)]
    if topic != ALLOCATED or len(indexed) != 1 or len(log.data) % 32 or not _is_whole(words):
        raise RefusedError("LOG", "log ini bukan SurplusAllocated", "this log is no SurplusAllocated")
    report.log(log, DISTRIBUTOR)
    pots = dict(zip(words[_HEAD + 1 :: 2], words[_HEAD + 2 :: 2], strict=True))
    root, document = (log.data[at * 32 : at * 32 + 32] for at in (2, 3))
    year, members = int.from_bytes(indexed[0], "big"), pots.get(MEMBERS_POT, 0)
    held = Allocation(log.header.number, year, words[0], members, root, document, words[4])
    report.check(
        f"blok {held.block} memuat log pembagian SHU {year} oleh 0x{log.address.hex()} pada "
        f"{day_text_of(held.day)}: {rupiah(held.total)}, untuk anggota {rupiah(members)}, akar bagian "
        f"0x{root.hex()}, berkas bagian sha256 {document.hex()}",
        f"block {held.block} holds the log that allocates the surplus of {year} by 0x{log.address.hex()} on "
        f"{day_text_of(held.day)}: {rupiah(held.total)}, to members {rupiah(members)}, root of their shares "
        f"0x{root.hex()}, file of shares sha256 {document.hex()}",
    )
    return held


def _is_whole(words: list[int]) -> bool:
    """The pots follow the head, each an account with its rupiah, and are the total."""
    if len(words) <= _HEAD or words[1] != _HEAD * 32 or words[4] > _LAST_DAY:
        return False
    amounts = words[_HEAD + 2 :: 2]
    return len(words) == _HEAD + 1 + 2 * words[_HEAD] and sum(amounts) == words[0]


def _plain(held: Allocation) -> dict[str, object]:
    """As JSON has it."""
    return {
        "block": held.block,
        "year": held.year,
        "total": str(held.total),
        "members_total": str(held.members_total),
        "shares_root": f"0x{held.shares_root.hex()}",
        "document": held.document.hex(),
        "day": day_text_of(held.day),
    }
