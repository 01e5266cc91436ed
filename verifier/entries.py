"""An entry in the books of a close, and one close's books as the beginning of another's."""

import re
from collections.abc import Collection
from hashlib import sha256
from typing import Final, NamedTuple

from indexer.ledger.merkle import leaf_hash, verify_consistency, verify_inclusion
from verifier import closes
from verifier.bundle import ConsistencyBundle, EntryBundle
from verifier.closes import read_close
from verifier.errors import RefusedError
from verifier.report import Report, day_text_of, rupiah

_NUMBER: Final = r"(?:0|[1-9][0-9]{0,19})"
_ABSENT: Final = rf"(?:{_NUMBER}|-)"
_HEAD: Final = re.compile(
    rf"koperasi entry 1\n[0-9a-f]{{64}}\n({_NUMBER}) ({_NUMBER}) ([0-9a-f]{{64}}) ({_NUMBER}) "
    rf"([A-Za-z0-9_.:-]+) {_NUMBER} ({_NUMBER}) ({_ABSENT})\n"
)
_LINE: Final = re.compile(rf"({_NUMBER}) (-?{_NUMBER}) ({_ABSENT}) ({_ABSENT}) ({_ABSENT})\n")
_LAST_DAY: Final = 2_900_000


class Entry(NamedTuple):
    """An entry's canonical text (indexer/ledger/canonical.py), read: lines as account and amount, a debit
    positive."""

    number: int
    block: int
    rule: str
    day: int
    lines: tuple[tuple[int, int], ...]


def read_entry(contents: str) -> Entry:
    """The entry that a canonical text says. RefusedError: ENTRY if it is none, or does not balance."""
    head = _HEAD.match(contents)
    if head is None or int(head[6]) > _LAST_DAY:
        raise RefusedError("ENTRY", "baris kepalanya salah", "its first lines are wrong")
    lines, at = [], head.end()
    while at < len(contents):
        line = _LINE.match(contents, at)
        if line is None:
            raise RefusedError(
                "ENTRY", f"baris pada huruf {at} salah", f"the line at character {at} is wrong"
            )
        lines.append((int(line[1]), int(line[2])))
        at = line.end()
    left = sum(amount for _, amount in lines)
    if left or not lines:
        raise RefusedError(
            "ENTRY", f"debit dan kredit berselisih {left}", f"debits and credits differ by {left}"
        )
    return Entry(int(head[1]), int(head[2]), head[5], int(head[6]), tuple(lines))


def verify_entry(bundle: EntryBundle, hashes: Collection[bytes], report: Report) -> None:
    """RefusedError: as `read_close`, ENTRY, INCLUSION."""
    close = read_close(bundle.close, hashes, report)
    entry = read_entry(bundle.contents)
    leaf = leaf_hash(sha256(bundle.contents.encode("ascii")).digest())
    path = [bytes.fromhex(each) for each in bundle.path]
    if not verify_inclusion(leaf, entry.number - 1, close.entries, path, close.ledger_root):
        raise RefusedError(
            "INCLUSION",
            f"jurnal {entry.number} dengan isi ini dan bukti ini tidak sampai pada akar buku "
            f"{close.entries} jurnal",
            f"entry {entry.number} with these contents and this proof does not lead to the root of "
            f"{close.entries} entries",
        )
    debit = sum(amount for _, amount in entry.lines if amount > 0)
    report.check(
        f"jurnal {entry.number} ({entry.rule}, {day_text_of(entry.day)}, debit {rupiah(debit)}) "
        "termasuk buku itu, persis "
        "seperti tertulis, dan seimbang",
        f"entry {entry.number} ({entry.rule}, {day_text_of(entry.day)}, debit {rupiah(debit)}) is in "
        "those books, just "
        "as it is written, and balances",
    )
    report.leave(
        "bahwa jurnal itu memang mengikuti log yang disebutnya: koperasi rebuild menghitung ulang semuanya",
        "that the entry follows from the log that it names: koperasi rebuild computes all of them again",
    )
    lines = [[account, str(amount)] for account, amount in entry.lines]
    entry_figures = {
        "number": entry.number,
        "rule": entry.rule,
        "day": day_text_of(entry.day),
        "lines": lines,
    }
    report.figures |= {"close": closes.plain(close), "entry": entry_figures}


def verify_books_go_on(bundle: ConsistencyBundle, hashes: Collection[bytes], report: Report) -> None:
    """RefusedError: as `read_close`, CONSISTENCY."""
    old = read_close(bundle.old, hashes, report)
    new = read_close(bundle.new, hashes, report)
    path = [bytes.fromhex(each) for each in bundle.path]
    if not verify_consistency(old.entries, new.entries, old.ledger_root, new.ledger_root, path):
        raise RefusedError(
            "CONSISTENCY",
            f"bukti dari {old.entries} ke {new.entries} jurnal tidak menghubungkan kedua akar",
            f"the proof from {old.entries} to {new.entries} entries does not join both roots",
        )
    report.check(
        f"{old.entries} jurnal pertama dari {new.entries} tidak berubah sejak tutup buku s.d. "
        f"{day_text_of(old.through)}",
        f"the first {old.entries} of {new.entries} entries are unchanged since the close through "
        f"{day_text_of(old.through)}",
    )
    report.figures |= {"old": closes.plain(old), "new": closes.plain(new)}
