"""The opening as a meeting adopts it: calls in a fixed order, in steps, each of which commits to the rest.

The same folder on the same deployment always gives the same steps, so that the hash of the first of them says
every figure of the opening (docs/decisions/0022-opening.md).
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import pairwise
from typing import Any, Final

from eth_abi.abi import encode
from eth_utils.crypto import keccak

from backend.office.opening.checks import (
    ALLOWANCE,
    CASH_ACCOUNTS,
    INTEREST_RECEIVABLE,
    LENT,
    OPENING,
    SAVINGS_ACCOUNTS,
    balances,
)
from backend.office.opening.folder import OpeningFolder, OpeningLoan
from backend.office.products import Product
from backend.terms import NO_DOCUMENT
from rules.calendar import day_text
from rules.receipts import journal_receipt
from rules.types import SavingsKind

OPENING_DAY: Final = "opening-day"
OPENING_CONTENT: Final = "opening-content"
"""Options that the first step adopts: of what day the balances are (the posting rules read it), and the hash
of all that the folder says, its members too."""
DONE: Final = bytes(32)
"""The hash after the last step."""
CREDITS_AT_ONCE: Final = 100
STEP_GAS: Final = 11_000_000
"""Gas of a step at most, as estimated here: less than any chain's cap, so that all chains cut alike."""
_STEP: Final = ["bytes32", "(address,bytes)[]"]
_TOKENS: Final = {
    SavingsKind.POKOK: "SavingsPokok",
    SavingsKind.WAJIB: "SavingsWajib",
    SavingsKind.SUKARELA: "SavingsSukarela",
}
_SEALED: Final = ("MemberRegistry", *_TOKENS.values(), "SavingsPayable", "LoanBook")
_CREDIT_GAS: Final = 100_000
_LOAN_GAS: Final = 500_000
_LINE_GAS: Final = 40_000
_CALL_GAS: Final = 150_000

Encode = Callable[[str, str, tuple[Any, ...]], tuple[str, bytes]]
"""Contract, function and arguments as target and call data."""


@dataclass(frozen=True, slots=True)
class Call:
    """A call of the opening: contract, function, arguments, gas to allow for it, what it opens in words."""

    contract: str
    function: str
    arguments: tuple[Any, ...]
    gas: int
    note: str


@dataclass(frozen=True, slots=True)
class Step:
    """What one transaction carries out: actions, the hash of the step and of the next, gas to allow."""

    actions: tuple[tuple[str, bytes], ...]
    hash: bytes
    rest: bytes
    gas: int
    note: str


def content_hash(folder: OpeningFolder) -> bytes:
    """sha2-256 of what the folder says, whatever its files look like and whatever it is opened on."""
    plain = {
        "day": folder.day,
        "members": sorted(
            [each.member, each.joined_on, each.signer or "", each.signer_kind] for each in folder.members
        ),
        "savings": sorted(
            [each.member, *(each.amounts[kind] for kind in sorted(each.amounts))] for each in folder.savings
        ),
        "loans": sorted(_plain(loan) for loan in folder.loans),
        "cash": sorted([int(channel), total] for channel, total in folder.cash.items() if total),
        "ledger": sorted([account, amount] for account, amount in balances(folder).items() if amount),
    }
    return sha256(json.dumps(plain, sort_keys=True, separators=(",", ":")).encode()).digest()


def calls(folder: OpeningFolder, products: Mapping[int, Product]) -> Iterator[list[Call]]:
    """The calls in their order; what stands in one list goes in steps of its own."""
    yield [
        *(
            Call("Books", "adoptOption", (option(name), value, folder.day), _CALL_GAS, name)
            for name, value in (
                (OPENING_DAY, folder.day.to_bytes(32)),
                (OPENING_CONTENT, content_hash(folder)),
            )
        ),
        *(
            Call("Treasury", "open", (int(channel), total), _CALL_GAS, channel.name)
            for channel, total in sorted(folder.cash.items())
            if total
        ),
    ]
    yield [call for kind in _TOKENS for call in _savings(folder, kind)]
    yield [_loan(loan, products[loan.product]) for loan in sorted(folder.loans, key=lambda each: each.loan)]
    yield _journal(folder)
    yield [Call(name, "seal", (), _CALL_GAS, f"segel {name}") for name in _SEALED]
    yield [Call("Treasury", "seal", (), _CALL_GAS, "segel Treasury")]


def steps(folder: OpeningFolder, products: Mapping[int, Product], encode_call: Encode) -> list[Step]:
    """The steps, first to last. The last one seals Treasury: until then book days may be old."""
    parts = [part for group in calls(folder, products) for part in _parts(group)]
    encoded = [[encode_call(call.contract, call.function, call.arguments) for call in part] for part in parts]
    hashes = chained(encoded)
    return [
        Step(
            tuple(actions),
            step,
            rest,
            _CALL_GAS + sum(call.gas for call in part),
            part[0].note,
        )
        for part, actions, (step, rest) in zip(parts, encoded, pairwise(hashes), strict=True)
    ]


def chained(parts: Sequence[Sequence[tuple[str, bytes]]]) -> list[bytes]:
    """The hash of every step, and DONE after the last (IRAT.adoptSequence)."""
    hashes = [DONE]
    for actions in reversed(parts):
        hashes.append(keccak(encode(_STEP, [hashes[-1], list(actions)])))
    return hashes[::-1]


def option(name: str) -> bytes:
    """The key of an accounting option."""
    return name.encode("ascii").ljust(32, b"\0")


def _plain(loan: OpeningLoan) -> list[int]:
    return [
        loan.loan,
        loan.member,
        loan.disbursed_on,
        loan.principal,
        loan.rate_bps,
        int(loan.method),
        loan.months,
        loan.grace_months,
        loan.product,
        loan.guarantor or 0,
        loan.principal_paid,
        loan.interest_paid,
    ]


def _parts(group: Sequence[Call]) -> Iterator[list[Call]]:
    """Runs of calls that fit one transaction each."""
    part: list[Call] = []
    for call in group:
        if part and sum(each.gas for each in part) + call.gas > STEP_GAS:
            yield part
            part = []
        part.append(call)
    if part:
        yield part


def _savings(folder: OpeningFolder, kind: SavingsKind) -> Iterator[Call]:
    """Sukarela earns from the day after the opening day on."""
    since = (folder.day + 1) << 200 if kind is SavingsKind.SUKARELA else 0
    words = [
        each.member << 224 | since | each.amounts[kind]
        for each in sorted(folder.savings, key=lambda each: each.member)
        if each.amounts[kind]
    ]
    for start in range(0, len(words), CREDITS_AT_ONCE):
        chunk = words[start : start + CREDITS_AT_ONCE]
        yield Call(_TOKENS[kind], "open", (chunk,), _CALL_GAS + _CREDIT_GAS * len(chunk), kind.name)


def _loan(loan: OpeningLoan, product: Product) -> Call:
    """LoanBook.open. No document: the agreement is on paper; a guarantor pledges no savings."""
    pledges = [] if loan.guarantor is None else [(loan.guarantor, int(SavingsKind.SUKARELA), 0)]
    terms = (
        loan.loan,
        loan.member,
        loan.product,
        loan.principal,
        0,
        loan.rate_bps,
        loan.months,
        loan.grace_months,
        int(loan.method),
        0,
        pledges,
        NO_DOCUMENT,
    )
    conditions = (
        product.penalty_bps,
        product.penalty_cap_bps,
        product.waterfall,
        product.rounding_exponent,
    )
    arguments = (terms, conditions, loan.disbursed_on, loan.principal_paid, loan.interest_paid)
    return Call("LoanBook", "open", arguments, _LOAN_GAS, f"pinjaman {loan.loan}")


def _journal(folder: OpeningFolder) -> list[Call]:
    """The accounts that no contract keeps, against 3990; nothing if there are none."""
    kept = {*CASH_ACCOUNTS.values(), *SAVINGS_ACCOUNTS.values(), LENT, INTEREST_RECEIVABLE, ALLOWANCE}
    held = {account: amount for account, amount in balances(folder).items() if amount and account not in kept}
    if not held:
        return []
    lines = [line(account, amount) for account, amount in sorted(held.items())]
    if rest := -sum(held.values()):
        lines.append(line(OPENING, rest))
    receipt = journal_receipt(f"OPENING {day_text(folder.day)}")
    arguments = ((receipt, folder.day, lines),)
    return [Call("Books", "open", arguments, _CALL_GAS + _LINE_GAS * len(lines), "buku besar")]


def line(account: int, amount: int) -> int:
    """A line of a journal; rupiah, a debit positive."""
    return account << 80 | (amount < 0) << 72 | abs(amount)
