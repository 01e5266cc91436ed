"""What pengawas attest of a channel on the chain: what the bank or the count says, and the paper that says it
(ITreasury.attest); a proof of solvency takes it from there."""

from collections.abc import Callable
from typing import Final, NamedTuple

import msgspec

from backend.chain import Chain, Sent
from backend.documents.cid import Cid
from backend.keyring import Keyring
from backend.workbench.errors import UnknownItemError, WorkbenchError
from backend.workbench.repository import KeptCount, KeptStatement
from backend.workbench.service import Workbench, last_count
from indexer.ledger.accounts import CHANNEL_ACCOUNTS
from indexer.reports.statements.amounts import BookAmounts
from rules.calendar import day_text
from rules.types import Channel, WibDay

_GAS: Final = 200_000


class Attestation(NamedTuple):
    """Rupiah by statement or count at the end of a day, beside the books; the encrypted document's CID and
    hash (empty while it was not made), and how many differences of the channel are open."""

    channel: Channel
    day: WibDay
    counted: int
    booked: int
    document: str
    document_hash: bytes
    open_differences: int


class AttestRefusedError(WorkbenchError):
    """What cannot be attested, or what the contract refuses."""


def prepare(
    bench: Workbench,
    books: BookAmounts,
    channel: Channel,
    day: WibDay,
    minutes: Callable[[KeptCount], bytes] | None,
) -> Attestation:
    """What would be attested. `minutes` makes the paper of a count, which is then kept encrypted; None:
    nothing is made. UnknownItemError without a statement that reaches the day, or a count of it."""
    booked = books.balance(day, CHANNEL_ACCOUNTS[channel])
    still = [each for each in bench.listed(books) if each.finding.channel is channel and each.closing is None]
    if channel is Channel.KAS:
        counted, document = _of_count(bench, day, minutes)
    else:
        counted, document = _of_statements(bench, books, channel, day, minutes is not None)
    if counted < 0:
        raise AttestRefusedError(
            "Saldo di bawah nol tidak dapat dinyatakan.", "A balance below nought cannot be attested."
        )
    digest = Cid.parse(document).digest if document else b""
    return Attestation(channel, day, counted, booked, document, digest, len(still))


def attest(chain: Chain, keyring: Keyring, told: Attestation) -> Sent:
    """Send it from the account of PENGAWAS. AttestRefusedError if the contract would refuse; then nothing is
    sent."""
    sender = keyring.officer("PENGAWAS")
    chain.settle([str(sender.address)])
    chain.reach(chain.time)
    data = chain.encode("Treasury", "attest", (int(told.channel), told.day, told.counted, told.document_hash))
    reason = chain.refused(sender, "Treasury", data)
    if reason is not None:
        raise AttestRefusedError(f"Ditolak kontrak: {reason}.", f"The contract refuses it: {reason}.")
    (sent,) = chain.send(sender, [("Treasury", data, _GAS)])
    return sent


def _of_count(bench: Workbench, day: WibDay, minutes: Callable[[KeptCount], bytes] | None) -> tuple[int, str]:
    count = last_count(bench.repository.counts(Channel.KAS), day)
    if count is None:
        raise UnknownItemError(
            f"Kas {day_text(day)} belum dihitung. Hitung dahulu: koperasi till-count BERKAS.",
            f"The till of {day_text(day)} was not counted. Count it first: koperasi till-count FILE.",
        )
    return count.total, "" if minutes is None else str(bench.documents.add(minutes(count)))


def _of_statements(
    bench: Workbench, books: BookAmounts, channel: Channel, day: WibDay, make: bool
) -> tuple[int, str]:
    """The document is the statement itself; a list of them where there are several accounts."""
    desk = bench.desk(books, channel)
    if not desk.from_day <= day <= desk.through:
        raise UnknownItemError(
            f"Rekening koran belum memuat {day_text(day)}. Impor dahulu: koperasi bank-import BERKAS.",
            f"The statements do not reach {day_text(day)}. Import one first: koperasi bank-import FILE.",
        )
    last: dict[str, KeptStatement] = {}
    for each in desk.statements:
        if each.from_day <= day:
            last[each.account] = each
    counted = desk.held_by_bank(day)
    if len(last) == 1:
        return counted, next(iter(last.values())).document
    listed = [
        {"account": each.account, "file_sha256": each.file_hash, "document": each.document}
        for each in last.values()
    ]
    return counted, str(bench.documents.add(msgspec.json.encode(listed))) if make else ""
