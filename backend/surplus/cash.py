"""A member's share of a surplus in cash: a teller's slip on the member's signed order."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from eth_account.signers.local import LocalAccount

from backend.acceptances import Acceptance, Signing
from backend.acts import Acts, Done
from backend.chain import Call, Chain
from backend.countersigning import countersignature
from backend.documents.words import Words, words
from backend.keyring import Keyring
from backend.refusals import ActRefusedError, Say, date, day, explained, plain
from backend.surplus.shares import SurplusShares
from rules.types import Channel, MemberNumber, Receipt, ShareRefusal, WibDay

CONTRACT: Final = "SurplusDistributor"
_CHECKERS: Final = ("KETUA", "SEKRETARIS", "BENDAHARA")
_GAS: Final = 2_000_000
"""More than it needs; what is not used is not paid."""
_SLIP: Final = "(uint64,uint32,uint8)"
_LIMIT: Final = "TreasuryTellerLimit"


class ShareRefusedError(ActRefusedError):
    """A share that the contract does not pay in cash, or that cannot be paid here; in both languages."""


class CashSlip(NamedTuple):
    """ISurplusDistributor.CashSlip."""

    receipt: Receipt
    day: WibDay
    channel: Channel


@dataclass(frozen=True, slots=True)
class CashShare:
    """What became of it. `signing`: what the member signs, with `missing` signers. `by_two`: a second officer
    signed, since tellers alone may not pay so much in a day."""

    amount: int
    done: Done
    signing: Signing | None = None
    missing: tuple[MemberNumber, ...] = ()
    by_two: bool = False


class CashPayer:
    """Pays with the teller's key. gas_cap: most gas of one transaction. check: nothing is sent."""

    def __init__(self, chain: Chain, keyring: Keyring, gas_cap: int, check: bool = False) -> None:
        self._chain, self._keyring = chain, keyring
        self._acts = Acts(
            chain, CONTRACT, min(_GAS, gas_cap), check, lambda reason: ShareRefusedError(_said(reason))
        )

    def pay(
        self,
        shares: SurplusShares,
        member: MemberNumber,
        slip: CashSlip,
        given: Mapping[MemberNumber, Acceptance],
    ) -> CashShare:
        """Pay a member's share once; `given`: signatures from elsewhere. ShareRefusedError."""
        amount = shares.shares.get(member)
        if amount is None:
            raise ShareRefusedError(
                words(
                    f"Anggota {member} tidak punya bagian SHU {shares.year}.",
                    f"Member {member} has no share of the surplus of {shares.year}.",
                )
            )
        if self._chain.call_many([Call(CONTRACT, "isPaid", (shares.year, member))])[0]:
            note = words("Bagian itu sudah dibayar.", "That share was paid already.")
            return CashShare(amount, Done(None, note=note))
        about = {"year": shares.year, "amount": amount, "channel": int(slip.channel)}
        signing = Signing("ShareInCash", about, (member,), CONTRACT)
        signed = {**signing.made_up(self._chain, self._keyring), **given}
        if member not in signed:
            note = words(
                "Menunggu tanda tangan anggota; belum ada yang dikirim.",
                "Waits for the member's signature; nothing was sent.",
            )
            return CashShare(amount, Done(None, note=note), signing, (member,))
        share = (member, amount, shares.tree.proof_of(member))
        return self._send((shares.year, share, slip, *signed[member]))

    def _send(self, arguments: tuple[Any, ...]) -> CashShare:
        """By the teller alone, or by two where tellers alone may not."""
        teller, (year, (member, amount, _), slip, *_) = self._keyring.officer("TELLER"), arguments
        data = self._chain.encode(CONTRACT, "payCash", arguments)
        alone = not (self._chain.refused(teller, CONTRACT, data) or "").startswith(_LIMIT)
        function = "payCash"
        if not alone:
            types = ("string", "uint16", "uint32", "uint64", _SLIP)
            action = ("shareInCash", year, member, amount, slip)
            consent = countersignature(self._chain, self._checker(teller), CONTRACT, types, action)
            function, arguments = "payCashByTwo", (*arguments, consent)
        return CashShare(amount, Done(self._acts.perform(teller, function, arguments)), by_two=not alone)

    def _checker(self, teller: LocalAccount) -> LocalAccount:
        """Another person of PENGURUS. ShareRefusedError."""
        officers = self._keyring.officers()
        persons = {each.person for each in officers if each.account.address == teller.address}
        for each in officers:
            if each.office in _CHECKERS and each.person not in persons:
                return each.account
        raise ShareRefusedError(
            words(
                "Jumlahnya di atas batas teller sendiri; kunci seorang pengurus lain tidak ada di sini.",
                "The amount is above what a teller may alone; no key of another one of the board is here.",
            )
        )


def _said(reason: str) -> Words:
    return explained(reason, _WORDS)


def _refused(values: Sequence[int]) -> Words:
    member, told = values[1], _REFUSALS[ShareRefusal(values[2])]
    return words(f"Bagian anggota {member}: {told['id']}.", f"The share of member {member}: {told['en']}.")


_REFUSALS: Final[Mapping[ShareRefusal, Words]] = {
    ShareRefusal.NONE: words("tidak ada alasan", "no reason"),
    ShareRefusal.ZERO_AMOUNT: words("nol rupiah", "nothing to pay"),
    ShareRefusal.WRONG_PROOF: words(
        "bukan yang dibagi tahun itu; periksa berkas bagian", "not of that year; look at the file of shares"
    ),
    ShareRefusal.ALREADY_PAID: words("sudah dibayar", "paid already"),
    ShareRefusal.NO_MEMBER: words("bukan anggota", "no member"),
    ShareRefusal.ABOVE_UNPAID: words("lebih dari sisa pos anggota", "more than is left of the members' pot"),
}
_WORDS: Final[Mapping[str, Say]] = {
    "SurplusShareRefused": (3, _refused),
    "SurplusReceiptInvalid": plain(
        "Nomor bukti bukan nomor slip teller.", "The receipt number is not of tellers' slips."
    ),
    "SurplusDayInvalid": (
        2,
        lambda v: words(
            f"Hari buku {day(v[0])} sebelum SHU dibagi pada {day(v[1])}.",
            f"The book day {day(v[0])} is before the surplus was allocated, {day(v[1])}.",
        ),
    ),
    "SurplusOrderExpired": (
        1,
        lambda v: words(
            f"Perintah anggota lewat waktu pada {date(v[0])}; minta tanda tangan baru.",
            f"The member's order expired on {date(v[0])}; ask for a new signature.",
        ),
    ),
    "SurplusOrderInvalid": (
        1,
        lambda v: words(
            f"Tanda tangan anggota {v[0]} bukan atas tahun, jumlah, saluran dan batas waktu ini.",
            f"The signature of member {v[0]} is not over this year, amount, channel and deadline.",
        ),
    ),
    "SurplusRecentlyRecovered": (
        2,
        lambda v: words(
            f"Kunci anggota {v[0]} baru dipulihkan; tunggu sampai {date(v[1])}, atau bayar ke simpanan "
            "(koperasi pay-surplus).",
            f"The key of member {v[0]} was recovered lately; wait until {date(v[1])}, or pay into savings "
            "(koperasi pay-surplus).",
        ),
    ),
}
