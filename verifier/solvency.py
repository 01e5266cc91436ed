"""What the cooperative owes its members, and what is there for them, at one close."""

import re
from collections.abc import Collection, Mapping
from hashlib import sha256
from typing import Any, Final

from indexer.chain.hashing import keccak
from rules.types import Channel
from verifier import closes
from verifier.bundle import LogProof, SolvencyBundle
from verifier.chain import read_log
from verifier.claims import require_claims
from verifier.closes import Close, read_close
from verifier.errors import RefusedError
from verifier.report import Report, day_text_of, rupiah
from verifier.state import TREASURY, Totals, verify_state

CHANNEL_ATTESTED: Final = keccak(b"ChannelAttested(uint8,uint32,uint64,bytes32,uint32)")
MEMBERS_ACCOUNTS: Final[Mapping[str, int]] = {
    "SavingsPokok": 3110,
    "SavingsWajib": 3120,
    "SavingsSukarela": 2110,
    "SavingsPayable": 2130,
}
"""Accounts of what members are owed, by the contract that keeps each."""
SHU_PAYABLE: Final = 2310
"""What members are owed besides savings: shares of a surplus that were not paid yet."""
CHANNEL_ACCOUNTS: Final[Mapping[int, int]] = {Channel.KAS: 1110, Channel.BANK: 1120, Channel.STABLECOIN: 1130}
_HEAD: Final = re.compile(r"koperasi trial balance 1\n([0-9]{4}-[0-9]{2}-[0-9]{2})\n")
_LINE: Final = re.compile(r"([1-9][0-9]{0,4}) (0|[1-9][0-9]{0,30}) (0|[1-9][0-9]{0,30})\n")
_WORDS: Final = 3
_BPS: Final = 10_000


def verify_solvency(bundle: SolvencyBundle, hashes: Collection[bytes], report: Report) -> None:
    """RefusedError: as `read_close` and `verify_state`, TRIAL_BALANCE, ATTESTATION, INCOMPLETE."""
    close = read_close(bundle.close, hashes, report)
    require_claims(close)
    balances = read_trial_balance(bundle.trial_balance, close)
    claims = -sum(balances.get(account, 0) for account in MEMBERS_ACCOUNTS.values())
    if claims != close.claims_total:
        raise RefusedError(
            "TRIAL_BALANCE",
            f"neraca saldo: {rupiah(claims)}, daftar simpanan: {rupiah(close.claims_total)}",
            f"the trial balance has {rupiah(claims)}, the tree of claims {rupiah(close.claims_total)}",
        )
    held = {channel: balances.get(account, 0) for channel, account in CHANNEL_ACCOUNTS.items()}
    _tell(claims, sum(held.values()), close, report)
    unpaid = -balances.get(SHU_PAYABLE, 0)
    if unpaid:
        report.check(
            f"SHU yang belum dibayar kepada anggota: {rupiah(unpaid)}, di luar daftar simpanan",
            f"surplus not yet paid to members: {rupiah(unpaid)}, which is not among the claims",
        )
    totals = verify_state(bundle.state, hashes, report)
    if totals.header.number < close.block:
        told = f"{totals.header.number} < {close.block}"
        raise RefusedError(
            "INCOMPLETE", f"angka kontrak lebih tua: {told}", f"contracts' totals are older: {told}"
        )
    treasury = next(each.address for each in bundle.state.contracts if each.name == TREASURY)
    counted = _attested(bundle.attestations, hashes, close, bytes.fromhex(treasury), report)
    report.figures |= {
        "close": closes.plain(close),
        "claims": str(claims),
        "shu_payable": str(unpaid),
        "coverage_bps": sum(held.values()) * _BPS // claims if claims else None,
        "channels": _channels(held, counted, report),
    }
    _compare(balances, totals, report)


def read_trial_balance(text: str, close: Close) -> dict[int, int]:
    """Balances by account, a debit positive. RefusedError: TRIAL_BALANCE unless it is the one that was
    closed."""
    if sha256(text.encode()).digest() != close.trial_balance_hash:
        computed = sha256(text.encode()).hexdigest()
        raise RefusedError(
            "TRIAL_BALANCE",
            f"hash 0x{computed}, pada chain 0x{close.trial_balance_hash.hex()}",
            f"it hashes to 0x{computed}, the chain has 0x{close.trial_balance_hash.hex()}",
        )
    head = _HEAD.match(text)
    lines = text[head.end() :].splitlines(keepends=True) if head else []
    rows = [_LINE.fullmatch(line) for line in lines]
    if head is None or head[1] != day_text_of(close.through) or not all(rows):
        raise RefusedError("TRIAL_BALANCE", "tidak terbaca", "it cannot be read")
    balances = {int(row[1]): int(row[2]) - int(row[3]) for row in rows if row}
    if sum(balances.values()) or len(balances) != len(rows):
        raise RefusedError("TRIAL_BALANCE", "tidak seimbang", "it does not balance")
    return balances


def _tell(claims: int, held: int, close: Close, report: Report) -> None:
    day = day_text_of(close.through)
    report.check(
        f"menurut neraca saldo yang ditutup, pada {day} koperasi berutang kepada anggota "
        f"{rupiah(claims)}, sama dengan jumlah "
        f"daftar simpanan, dan memegang {rupiah(held)} di kas dan bank",
        f"by the trial balance that was closed, on {day} the cooperative owed its members "
        f"{rupiah(claims)}, as the tree of "
        f"claims adds up to, and held {rupiah(held)} in till, bank and stablecoin",
    )


def _attested(
    proofs: list[LogProof], hashes: Collection[bytes], close: Close, treasury: bytes, report: Report
) -> dict[int, int]:
    """What pengawas counted for the end of the close's day, by channel in ascending order."""
    counted: dict[int, int] = {}
    for proof in proofs:
        log = read_log(proof, hashes)
        topic, *indexed = log.topics or (b"",)
        if topic != CHANNEL_ATTESTED or len(indexed) != 2 or len(log.data) != 32 * _WORDS:
            raise RefusedError("LOG", "log ini bukan ChannelAttested", "this log is no ChannelAttested")
        report.log(log, TREASURY)
        channel, day = (int.from_bytes(each, "big") for each in indexed)
        is_next = channel > max(counted, default=0) and channel in CHANNEL_ACCOUNTS
        if log.address != treasury or day != close.through or not is_next:
            told = f"0x{log.address.hex()}, {channel}, {day}"
            raise RefusedError(
                "ATTESTATION",
                f"bukan dari Treasury, kanal, hari tutup buku: {told}",
                f"not of the treasury, a channel, the close's day: {told}",
            )
        counted[channel] = int.from_bytes(log.data[:32], "big")
        by = int.from_bytes(log.data[64:], "big")
        report.check(
            f"pengawas (orang nomor {by}) menyatakan {Channel(channel).name} pada hari itu: "
            f"{rupiah(counted[channel])}",
            f"pengawas (person {by}) attested {Channel(channel).name} on that day: "
            f"{rupiah(counted[channel])}",
        )
    return counted


def _channels(held: dict[int, int], counted: dict[int, int], report: Report) -> dict[str, Any]:
    """Books against count, channel by channel."""
    rows: dict[str, Any] = {}
    for channel, amount in held.items():
        name = Channel(channel).name
        found = counted.get(channel)
        rows[name] = {"books": str(amount), "counted": None if found is None else str(found)}
        if found is None:
            if amount:
                report.leave(
                    f"bahwa {name} memang {rupiah(amount)}: pengawas belum menyatakannya untuk hari itu",
                    f"that {name} really is {rupiah(amount)}: pengawas did not attest it for that day",
                )
            continue
        left = found - amount
        report.check(
            f"{name}: buku {rupiah(amount)}, dihitung {rupiah(found)}, selisih {rupiah(left)}",
            f"{name}: books {rupiah(amount)}, counted {rupiah(found)}, difference {rupiah(left)}",
        )
    if counted:
        report.leave(
            "bahwa pernyataan pengawas sesuai rekening koran, dan bahwa tidak ada pernyataan yang lebih baru",
            "that what pengawas attested is what bank statement and till say, and that nothing newer "
            "was attested",
        )
    return rows


def _compare(balances: dict[int, int], totals: Totals, report: Report) -> None:
    """Closed books and the contracts' totals, which are of another moment."""
    pairs = [
        (name, -balances.get(account, 0), totals.savings[name]) for name, account in MEMBERS_ACCOUNTS.items()
    ]
    pairs += [
        (Channel(channel).name, balances.get(account, 0), totals.channels[channel])
        for channel, account in CHANNEL_ACCOUNTS.items()
    ]
    moved = [f"{name} {rupiah(chain - book)}" for name, book, chain in pairs if chain != book]
    if not moved:
        report.check(
            f"simpanan dan kas menurut kontrak setelah blok {totals.header.number} sama dengan buku "
            "yang ditutup",
            f"savings and cash by the contracts after block {totals.header.number} are those of the "
            "closed books",
        )
        return
    told = ", ".join(moved)
    report.leave(
        f"selisih antara buku yang ditutup dan kontrak setelah blok {totals.header.number}, yaitu "
        "mutasi sesudah hari itu dan jasa "
        f"yang belum dikreditkan: {told}",
        f"the difference of the closed books from the contracts after block {totals.header.number}, "
        "which are movements after "
        f"that day and interest not credited yet: {told}",
    )
