"""The opening on a deployment: held against it, sent step by step, and found again on the chain."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from eth_abi.abi import decode
from eth_account.signers.local import LocalAccount

from backend.chain import Call, Chain
from backend.office.loading import products_of
from backend.office.opening.checks import SAVINGS_ACCOUNTS, Rules, check, terms_of
from backend.office.opening.content import DONE, Step, calls, content_hash, steps
from backend.office.opening.folder import OpeningFolder, read_opening
from backend.office.products import Product
from indexer.ledger.accounts import CHART
from rules.amortization import LoanTerms
from rules.calendar import day_of_timestamp, day_text
from rules.types import BasisPoints, Channel, WibDay

_ACTIVE: Final = 2
_TOKENS: Final = {kind: f"Savings{kind.name.capitalize()}" for kind in SAVINGS_ACCOUNTS}
_SEALED: Final = ("MemberRegistry", *_TOKENS.values(), "SavingsPayable", "LoanBook", "Treasury")
_GAS_SPARE: Final = 2_000_000
Progress = Callable[[int, int, str], None]
"""Steps done, steps in all, what the last one opened."""


Paid = tuple[int, int, LoanTerms, int, int]
"""A loan's number, borrower and terms, rupiah of principal and of interest paid."""
EarnedBy = Callable[
    [WibDay, Iterable[tuple[int, bytes, bytes]], Sequence[Paid]], Mapping[int, tuple[int, int]]
]
"""What 1220 and 1290 will hold of loans on the opening day, by the options adopted."""


class OpeningError(RuntimeError):
    """What stops an opening, in both languages."""

    def __init__(self, indonesian: str, english: str) -> None:
        self.indonesian = indonesian
        self.english = english
        super().__init__(f"{indonesian} / {english}")


@dataclass(frozen=True, slots=True)
class Prepared:
    """A folder that passed every check, as the deployment would open it."""

    folder: OpeningFolder
    steps: tuple[Step, ...]
    content: bytes

    @property
    def sequence(self) -> bytes:
        """The hash that the meeting adopts."""
        return self.steps[0].hash

    @property
    def action(self) -> dict[str, Any]:
        """The action of a motion in meeting.json that adopts it."""
        return {
            "contract": "RAT",
            "function": "adoptSequence",
            "arguments": [f"0x{self.sequence.hex()}"],
        }

    @property
    def figures(self) -> dict[str, int]:
        """What the folder comes to, in rupiah; counts of members and loans."""
        held = self.folder
        by_kind = {
            kind.name.lower(): sum(each.amounts[kind] for each in held.savings) for kind in SAVINGS_ACCOUNTS
        }
        cash = {channel.name.lower(): held.cash.get(channel, 0) for channel in (Channel.KAS, Channel.BANK)}
        return {
            "members": len(held.members),
            **by_kind,
            "loans": len(held.loans),
            "outstanding": sum(each.outstanding for each in held.loans),
            **cash,
            "trial_balance": sum(each.debit for each in held.ledger),
        }


@dataclass(frozen=True, slots=True)
class State:
    """How far an opening is: whether a meeting adopted it, and how many of its steps were carried out."""

    adopted: bool
    done: int


class Opening:
    """Openings on one deployment. from_block: where it begins."""

    def __init__(self, chain: Chain, from_block: int, earned_by: EarnedBy) -> None:
        self._chain = chain
        self._from_block = from_block
        self._earned_by = earned_by

    def prepare(self, folder: Path) -> Prepared:
        """The folder, if nothing is wrong. UnreadableDayBookError, OpeningRefusedError, OpeningError."""
        found = read_opening(folder)
        products = products_of(self._chain, self._from_block)
        pokok, cap = self._chain.call_many(
            [Call("TellerDesk", "pokokAmount", ()), Call("LoanBook", "rateCapBps", ())]
        )
        check(found, Rules(pokok, products, frozenset(CHART), BasisPoints(cap), self._earned))
        self._check_members(found)
        return self._prepared(found, products)

    def read(self, folder: Path) -> Prepared:
        """The folder as it is, unchecked: what was decided on stays what it was, whatever became of members.
        UnreadableDayBookError, OpeningRefusedError, OpeningError."""
        found = read_opening(folder)
        products = products_of(self._chain, self._from_block)
        unknown = sorted({loan.product for loan in found.loans} - products.keys())
        if unknown:
            raise OpeningError(
                f"Produk {unknown} tidak ada; jalankan koperasi opening-check.",
                f"There are no products {unknown}; run koperasi opening-check.",
            )
        return self._prepared(found, products)

    def state(self, prepared: Prepared) -> State:
        """How far it is. OpeningError if a meeting adopted something else, or it took too long."""
        ((step, until),) = self._chain.call_many([Call("RAT", "nextStep", ())])
        hashes = [each.hash for each in prepared.steps]
        advanced = {log["done"] for log in self._chain.logs("RAT", "SequenceAdvanced", self._from_block)}
        if step == DONE:
            done = prepared.steps[-1].hash in advanced
            return State(done, len(hashes) if done else 0)
        if step not in hashes:
            raise OpeningError(
                "Yang ditetapkan rapat bukan isi folder ini: berkasnya berubah sejak disetujui, atau folder "
                "lain. Pulihkan berkasnya, atau mintalah keputusan rapat baru.",
                "What the meeting adopted is not what this folder says: its files changed since, or it is "
                "another folder. Restore the files, or ask a meeting to decide anew.",
            )
        if self._chain.time > until:
            raise OpeningError(
                "Keputusan rapat lewat 180 hari; mintalah keputusan baru.",
                "The meeting's decision is older than 180 days; ask for another one.",
            )
        return State(True, hashes.index(step))

    def send(self, prepared: Prepared, account: LocalAccount, seal: bool, progress: Progress) -> int:
        """Carry out what is left, the last step (which seals Treasury) only if `seal`; how many were sent.

        OpeningError if no meeting adopted it, or the contracts refuse a step: the next run goes on there.
        """
        state = self.state(prepared)
        if not state.adopted:
            raise OpeningError(
                "Belum ada keputusan rapat yang dijalankan untuk saldo awal ini: putuskan "
                f"RAT.adoptSequence(0x{prepared.sequence.hex()}), lalu koperasi carry-out.",
                "No meeting's decision on this opening was carried out: decide "
                f"RAT.adoptSequence(0x{prepared.sequence.hex()}), then koperasi carry-out.",
            )
        last = len(prepared.steps) if seal else len(prepared.steps) - 1
        for number in range(state.done, last):
            self._carry_out(prepared.steps[number], account)
            progress(number + 1, len(prepared.steps), prepared.steps[number].note)
        return max(last - state.done, 0)

    def differences(self, prepared: Prepared) -> list[str]:
        """What of the opening on the chain is not what the folder says, or is more than it says."""
        found = [
            f"sequence 0x{step.hash.hex()} ({step.note}): not carried out"
            for step, done in zip(prepared.steps, self._advanced(prepared), strict=True)
            if not done
        ]
        adopted = [log["sequence"] for log in self._chain.logs("RAT", "SequenceAdopted", self._from_block)]
        if prepared.sequence not in adopted:
            found.append(f"no decision adopted 0x{prepared.sequence.hex()}")
        for name, told, opened in self._opened(prepared):
            found += [f"{name} {each}: only in the folder" for each in sorted((told - opened).elements())]
            found += [f"{name} {each}: only on the chain" for each in sorted((opened - told).elements())]
        sealed = self._chain.call_many([Call(name, "isSealed", ()) for name in _SEALED])
        found += [f"{name}: not sealed" for name, shut in zip(_SEALED, sealed, strict=True) if not shut]
        return found

    def decided(self, prepared: Prepared) -> list[tuple[int, int]]:
        """Meeting and motion of every decision that was carried out and adopts this opening."""
        puts = self._chain.logs("RAT", "MotionPut", self._from_block)
        carried = {
            (log["meeting"], log["motion"])
            for log in self._chain.logs("RAT", "DecisionCarriedOut", self._from_block)
        }
        target, data = self._encode("RAT", "adoptSequence", (prepared.sequence,))
        return [
            (log["meeting"], log["motion"])
            for log in puts
            if (log["meeting"], log["motion"]) in carried
            and any((each["target"], each["data"]) == (target, data) for each in log["content"]["actions"])
        ]

    def _prepared(self, found: OpeningFolder, products: Mapping[int, Product]) -> Prepared:
        return Prepared(found, tuple(steps(found, products, self._encode)), content_hash(found))

    def _advanced(self, prepared: Prepared) -> list[bool]:
        done = {log["done"] for log in self._chain.logs("RAT", "SequenceAdvanced", self._from_block)}
        return [step.hash in done for step in prepared.steps]

    def _opened(self, prepared: Prepared) -> Iterable[tuple[str, Counter[Any], Counter[Any]]]:
        """By kind of thing: what the folder says, and what the chain's events say."""
        folder = prepared.folder
        for kind, token in _TOKENS.items():
            told = Counter((each.member, each.amounts[kind]) for each in folder.savings if each.amounts[kind])
            yield token, told, self._events(token, "SavingsOpened", "member", "amount")
        loans = Counter(
            (each.loan, each.member, each.principal, each.principal_paid, each.interest_paid)
            for each in folder.loans
        )
        names = ("loan", "borrower", "principal", "principalPaid", "interestPaid")
        yield "LoanBook", loans, self._events("LoanBook", "LoanOpened", *names)
        cash = Counter((int(channel), total) for channel, total in folder.cash.items() if total)
        yield "Treasury", cash, self._events("Treasury", "ChannelOpened", "channel", "total")
        products = products_of(self._chain, self._from_block)
        journals = [
            call.arguments[0]
            for group in calls(folder, products)
            for call in group
            if (call.contract, call.function) == ("Books", "open")
        ]
        posted = [
            log
            for log in self._chain.logs("Books", "JournalPosted", self._from_block)
            if log["maker"] == log["checker"] == 0
        ]
        yield (
            "Books",
            Counter((receipt, day, tuple(lines)) for receipt, day, lines in journals),
            Counter((log["receipt"], log["bookDay"], tuple(log["lines"])) for log in posted),
        )

    def _events(self, contract: str, event: str, *names: str) -> Counter[Any]:
        logs = self._chain.logs(contract, event, self._from_block)
        return Counter(tuple(log[name] for name in names) for log in logs)

    def _carry_out(self, step: Step, account: LocalAccount) -> None:
        data = self._chain.encode("RAT", "carryOutNext", (list(step.actions), step.rest))
        self._chain.reach(self._chain.time)
        gas = step.gas + _GAS_SPARE + 40 * (len(data) // 2)
        (sent,) = self._chain.send(account, [("RAT", data, gas)])
        if not sent.succeeded:
            reason = self._reason(account, data)
            raise OpeningError(
                f"Langkah {step.note} ditolak: {reason} ({sent.hash}).",
                f"The step {step.note} was refused: {reason} ({sent.hash}).",
            )

    def _reason(self, account: LocalAccount, data: str) -> str:
        """Why the RAT refuses a step: where an action failed, what its contract said."""
        told = self._chain.refusal(account, "RAT", data)
        name, _, rest = told.partition("(")
        if name != "RATActionFailed":
            return told
        index, answer = decode(["uint256", "bytes"], bytes.fromhex(rest.rstrip(")")))
        return f"{name}({index}): {self._chain.error_name(answer)}"

    def _check_members(self, folder: OpeningFolder) -> None:
        """Every member of the folder is in the register, since the same day, and active."""
        logs = self._chain.logs("MemberRegistry", "MemberRegistered", self._from_block)
        joined = {log["member"]: log["joinedOn"] for log in logs}
        statuses = self._chain.call_many(
            [Call("MemberRegistry", "memberOf", (each.member,)) for each in folder.members]
        )
        wrong = [
            str(each.member)
            for each, member in zip(folder.members, statuses, strict=True)
            if joined.get(each.member) != each.joined_on or member[2] != _ACTIVE
        ]
        if wrong:
            named = ", ".join(wrong[:10])
            raise OpeningError(
                f"{len(wrong)} anggota tidak ada di register pada hari bergabungnya, atau tidak aktif "
                f"({named}): deploy dengan --opening FOLDER ini.",
                f"{len(wrong)} members are not in the register since their day of joining, or not active "
                f"({named}): deploy with --opening and this folder.",
            )
        today = day_of_timestamp(self._chain.time)
        if folder.day >= today:
            raise OpeningError(
                f"Hari pembukaan {day_text(folder.day)} belum lewat.",
                f"The opening day {day_text(folder.day)} is not over yet.",
            )

    def _earned(self, folder: OpeningFolder, products: Mapping[int, Product]) -> tuple[int, int]:
        """1220 and 1290 of all loans on the opening day, by the options that hold then, in rupiah."""
        options = [
            (log["effectiveOn"], log["key"], log["value"])
            for log in self._chain.logs("Books", "OptionAdopted", self._from_block)
        ]
        loans: list[Paid] = [
            (
                each.loan,
                each.member,
                terms_of(each, products[each.product]),
                each.principal_paid,
                each.interest_paid,
            )
            for each in folder.loans
        ]
        found = self._earned_by(folder.day, options, loans).values()
        return sum(interest for interest, _ in found), sum(allowance for _, allowance in found)

    def _encode(self, contract: str, function: str, arguments: tuple[Any, ...]) -> tuple[str, bytes]:
        data = self._chain.encode(contract, function, arguments)
        return self._chain.address(contract), bytes.fromhex(data[2:])
