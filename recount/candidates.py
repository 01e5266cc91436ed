"""Candidates' consents: what each signed before the notice named them, as the RAT had to check it."""

from collections.abc import Iterator
from hashlib import sha256
from typing import Any, NamedTuple

from eth_abi.abi import encode

from indexer.chain.hashing import keccak
from recount import wire
from recount.bundle import Bundle, Log
from recount.register import Register
from recount.replay import Replay
from recount.signatures import CANDIDACY, RAT_DOMAIN, Signed, Verdict, check, domain_separator


class _Consent(NamedTuple):
    """Of a candidate; `signed` is None where only the RAT knows what was signed."""

    motion: int
    member: int
    deadline: int
    is_active: bool
    signed: Signed | None


class Consents:
    """The consents of the candidates of a notice, and their verdicts."""

    def __init__(self, bundle: Bundle, register: Register) -> None:
        logs = [log for log in bundle.logs if log.address == bundle.rat]
        self._convened = next(log for log in logs if log.topics[0] == wire.CONVENED)
        self._time = bundle.times[self._convened.block]
        put = [log for log in logs if log.topics[0] == wire.MOTION_PUT]
        self._all = list(self._read(bundle, register, put))
        domain = domain_separator(bundle.chain_id, bundle.rat, RAT_DOMAIN)
        rp_id_hash = sha256(bundle.rp_id.encode()).digest()
        self._verdicts = [
            check(domain, rp_id_hash, each.signed) if each.signed else Verdict.ASK for each in self._all
        ]

    def unsettled(self) -> set[str]:
        """Signers whose signature is no EOA's: contract wallets, or nobody."""
        told = zip(self._all, self._verdicts, strict=True)
        return {each.signed.signer for each, verdict in told if verdict is Verdict.ASK and each.signed}

    def judge(self, contracts: list[str], replay: Replay) -> None:
        """Tell the replay of consents that are not good, and of those that only a contract checked."""
        transaction = self._convened.transaction
        for each, verdict in zip(self._all, self._verdicts, strict=True):
            is_asked = verdict is Verdict.ASK and (each.signed is None or each.signed.signer in contracts)
            good = verdict is Verdict.GOOD or is_asked
            if not good or not each.is_active or self._time > each.deadline:
                replay.differences.add(
                    "CONSENT", transaction=transaction, member=each.member, what=str(each.motion)
                )
            elif is_asked:
                replay.by_contract.append((transaction, each.member))

    def _read(self, bundle: Bundle, register: Register, put: list[Log]) -> Iterator[_Consent]:
        types = ("uint8", "uint16", "bytes32", "bytes32", "uint32", wire.CALL, wire.CALL, wire.BYLAWS)
        _, _, _, documents, _, first, *_ = wire.values(
            types, wire.bytes_of(self._convened.data), "MeetingConvened"
        )
        salt = _salt(bundle, self._convened)
        for number, log in enumerate(put, 1):
            (content,) = wire.values((wire.MOTION,), wire.bytes_of(log.data), f"MotionPut {number}")
            offices, term_days, _, candidates, _ = content[5]
            head = ("bytes32", "bytes32", wire.CALL, "uint64[]", "uint16")
            for member, account, deadline, consent in candidates:
                signer = register.signer(member, self._convened.place)
                signed = None
                if salt is not None and signer is not None:
                    election = keccak(encode(head, (documents, salt, first, offices, term_days)))
                    values = (member, int.from_bytes(election), int(account, 16), deadline)
                    signed = Signed(CANDIDACY, values, signer.address, signer.is_passkey, consent)
                is_active = signer is not None and register.was_active(member, self._time)
                yield _Consent(number, member, deadline, is_active, signed)


def _salt(bundle: Bundle, convened: Log) -> Any:
    """The notice's, from the calldata that convened; None where that went through a contract."""
    sent = bundle.transactions[convened.transaction]
    if sent.to != bundle.rat or sent.input[:10] != wire.CONVENE_CALL:
        return None
    data = wire.bytes_of(f"0x{sent.input[10:]}")
    ((_, _, _, salt, *_),) = wire.values((wire.NOTICE,), data, f"calldata {convened.transaction}")
    return salt
