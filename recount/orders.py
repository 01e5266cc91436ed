"""Which signatures a meeting's calldata holds, who must have given each, and whether they are theirs."""

from collections.abc import Callable, Iterator, Sequence
from hashlib import sha256

from recount import wire
from recount.acts import Act
from recount.bundle import Bundle
from recount.notice import Notice
from recount.papers import Paper
from recount.register import Register
from recount.signatures import (
    BALLOT,
    CHECK_IN,
    OBJECTION,
    PROXY,
    Signed,
    Verdict,
    check_all,
    domain_separator,
)

Key = tuple[str, int]
"""Transaction, and the paper's index in its batch (0 where there is one order)."""


class Orders:
    """The signed orders of a meeting and their verdicts."""

    def __init__(self, acts: Sequence[Act], register: Register, notice: Notice) -> None:
        self._register = register
        self._notice = notice
        self.signed = dict(self._all(acts))
        self._verdicts: dict[Key, Verdict] = {}

    def check(self, bundle: Bundle, tell: Callable[[int], None] = lambda _: None) -> None:
        """Check every signature, on all processors if there are many; `tell` hears how many are done."""
        domain = domain_separator(bundle.chain_id, bundle.box)
        rp_id_hash = sha256(bundle.rp_id.encode()).digest()
        verdicts = check_all(domain, rp_id_hash, list(self.signed.values()), tell)
        self._verdicts = dict(zip(self.signed, verdicts, strict=True))

    def unsettled(self) -> set[str]:
        """Signers whose signature is no EOA's: contract wallets, or nobody."""
        return {self.signed[key].signer for key, verdict in self._verdicts.items() if verdict is Verdict.ASK}

    def settle(self, contracts: Sequence[str]) -> None:
        """Only a contract wallet can vouch for what is no EOA's signature."""
        for key, verdict in self._verdicts.items():
            if verdict is Verdict.ASK and self.signed[key].signer not in contracts:
                self._verdicts[key] = Verdict.BAD

    def verdict(self, transaction: str, index: int = 0) -> Verdict:
        """Of one order; BAD if nobody could have signed it."""
        return self._verdicts.get((transaction, index), Verdict.BAD)

    def _all(self, acts: Sequence[Act]) -> Iterator[tuple[Key, Signed]]:
        holders: dict[int, int] = {}
        for act in acts:
            for index, paper in enumerate(act.papers):
                signed = self._of_paper(act, paper, holders)
                if signed:
                    yield (act.transaction, index), signed
            if act.selector == wire.APPOINT_CALL:
                meeting, member, holder, deadline, signature = act.values
                holders[member] = holder
                values = (member, holder, meeting, deadline)
                signed = self._by(member, act, PROXY, values, signature)
            elif act.selector == wire.OBJECT_CALL:
                meeting, motion, member, deadline, signature = act.values
                signed = self._by(member, act, OBJECTION, (member, meeting, motion, deadline), signature)
            else:
                continue
            if signed:
                yield (act.transaction, 0), signed

    def _of_paper(self, act: Act, paper: Paper, holders: dict[int, int]) -> Signed | None:
        member, meeting, call, deadline, choices, signature = paper
        if act.selector == wire.CAST_BY_PROXY_CALL:
            call = self._notice.call_at(act.time)
            signer = holders.get(member, 0)
            return self._by(signer, act, BALLOT, (member, meeting, call, choices, deadline), signature)
        if act.selector == wire.CAST_CALL:
            return self._by(member, act, BALLOT, (member, meeting, call, choices, deadline), signature)
        if act.selector == wire.CHECK_IN_CALL:
            return self._by(member, act, CHECK_IN, (member, meeting, call, deadline), signature)
        return None

    def _by(
        self, member: int, act: Act, type_: str, values: tuple[int, ...], signature: bytes
    ) -> Signed | None:
        """The order as one of `member`, by the signer at that place of the chain."""
        signer = self._register.signer(member, act.place)
        return signer and Signed(type_, values, signer.address, signer.is_passkey, signature)
