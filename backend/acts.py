"""An act of the office on one contract: asked of it first, then sent, unless it is a check."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from eth_account.signers.local import LocalAccount

from backend.chain import Chain
from backend.documents.words import Words


@dataclass(frozen=True, slots=True)
class Done:
    """What became of an act: its transaction (None: nothing was sent), the document's hash, and a word
    on it."""

    transaction: str | None
    document: bytes | None = None
    note: Words | None = None


@dataclass(frozen=True, slots=True)
class Acts:
    """Calls of one contract. gas: limit of a transaction. check: nothing is sent; what the contract would
    refuse is refused. `refusal` makes the error of a reason as `Chain.refused` tells it."""

    chain: Chain
    contract: str
    gas: int
    check: bool
    refusal: Callable[[str], Exception]

    def ask(self, account: LocalAccount, function: str, arguments: tuple[Any, ...]) -> str:
        """The call's data, if the contract takes it as things stand; the `refusal` if not."""
        data = self.chain.encode(self.contract, function, arguments)
        reason = self.chain.refused(account, self.contract, data)
        if reason is not None:
            raise self.refusal(reason)
        return data

    def perform(self, account: LocalAccount, function: str, arguments: tuple[Any, ...]) -> str | None:
        """Send a call that the contract takes; its transaction, None of a check. Raises the `refusal`."""
        data = self.ask(account, function, arguments)
        if self.check:
            return None
        (sent,) = self.chain.send(account, [(self.contract, data, self.gas)])
        if not sent.succeeded:
            raise self.refusal(self.chain.refusal(account, self.contract, data))
        return sent.hash
