"""What every act on a running loan needs: the books, who decides, the document, the call and its refusal."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Any, Final

from eth_account.signers.local import LocalAccount
from sqlalchemy import Connection

from backend.acts import Acts, Done
from backend.chain import Call, Chain
from backend.countersigning import countersignature
from backend.documents.words import words
from backend.keyring import Keyring, Officer
from backend.loans.paper import Paper
from backend.loans.papers import LoanPapers
from backend.loans.refusals import CareRefusedError, explained
from backend.terms import NO_DOCUMENT
from indexer.reports.loan_position import END, LoanPosition, Place, Told, loan_position, told_of
from rules.calendar import day_of_timestamp
from rules.types import LoanNumber, SavingsKind, WibDay

CONTRACT: Final = "LoanCare"
BOARD: Final = ("KETUA", "SEKRETARIS", "BENDAHARA")
TOKENS: Final = {SavingsKind.WAJIB: "SavingsWajib"}
"""Of a pledge's kind; every other is SUKARELA's."""
_GAS: Final = 8_000_000
"""More than any act needs; what is not used is not paid."""
_NOTHING: Final = "CareNothingToDo"
Books = Callable[[], AbstractContextManager[tuple[Connection, int]]]
"""Opens a read transaction on the ledger: the connection, and which cooperative."""


class CareOffice:
    """The officers whose keys are here, at work on running loans. The books must be at the chain's head.

    gas_cap: most gas of one transaction. check: nothing is sent and no document is kept; what the contract
    would refuse is refused.
    """

    def __init__(
        self,
        chain: Chain,
        keyring: Keyring,
        gas_cap: int,
        papers: LoanPapers,
        books: Books,
        check: bool = False,
    ) -> None:
        self.chain, self.keyring, self.papers, self.books, self.check = chain, keyring, papers, books, check
        self._acts = Acts(
            chain, CONTRACT, min(_GAS, gas_cap), check, lambda reason: CareRefusedError(explained(reason))
        )
        chain.pass_time(chain.time)

    @property
    def today(self) -> WibDay:
        """The WIB day on which what is sent next is mined."""
        return day_of_timestamp(self.chain.time)

    def position(self, loan: LoanNumber, before: Place = END) -> LoanPosition:
        """The loan by the books. UnknownLoanError."""
        with self.books() as (connection, cooperative_id):
            return loan_position(connection, loan, cooperative_id, before)

    def told(self, loan: LoanNumber) -> list[Told]:
        """All that logs say of a loan. UnknownLoanError."""
        with self.books() as (connection, cooperative_id):
            return told_of(connection, loan, cooperative_id)

    def changed(self, loan: LoanNumber, change: str, **fields: Any) -> bytes | None:
        """The document of a change that the books have already, with these fields; None if there is none."""
        for each in self.told(loan):
            row = each.row
            if getattr(row, "change", None) == change and all(
                getattr(row, k) == v for k, v in fields.items()
            ):
                return bytes(row.document_hash)
        return None

    def decide(
        self,
        function: str,
        action: tuple[str, tuple[str, ...]],
        values: Callable[[bytes], tuple[Any, ...]],
        paper: Callable[[], Paper],
        without: Sequence[int] = (),
    ) -> Done:
        """Two offices decide what `paper` says. `action`: name and ABI types of what the second one signs,
        `values` of it by the document's hash. CareRefusedError."""
        maker, checker = self.pair(without)

        def arguments(document: bytes) -> tuple[Any, ...]:
            return (*values(document), self.consent(checker, action, values(document)))

        self.ask(maker.account, function, arguments(NO_DOCUMENT))
        document = self.document(paper())
        return Done(self.perform(maker.account, function, arguments(document)), document)

    def pair(self, without: Sequence[int] = ()) -> tuple[Officer, Officer]:
        """One of the board and one of the supervisors, two persons, none of `without`. CareRefusedError."""
        free = [each for each in self.keyring.officers() if each.person not in set(without)]
        for maker in (each for office in BOARD for each in free if each.office == office):
            for checker in free:
                if checker.office == "PENGAWAS" and checker.person != maker.person:
                    return maker, checker
        raise CareRefusedError(
            words(
                "Kunci seorang pengurus dan seorang pengawas yang lain tidak ada di sini.",
                "The keys of one of the board and another one of the supervisors are not here.",
            )
        )

    def consent(
        self, checker: Officer, action: tuple[str, tuple[str, ...]], values: tuple[Any, ...]
    ) -> tuple[str, int, bytes]:
        """What the second officer signs."""
        name, types = action
        return countersignature(self.chain, checker.account, CONTRACT, ("string", *types), (name, *values))

    def document(self, paper: Paper) -> bytes:
        """The document's hash; it is kept, unless this is a check. CareRefusedError if it cannot be made."""
        try:
            return self.papers.hash_of(paper) if self.check else self.papers.keep(paper)
        except ValueError as error:
            if hasattr(error, "indonesian"):
                raise
            raise CareRefusedError(
                words(f"Tidak dapat dibuat dokumennya: {error}", f"Its document cannot be made: {error}")
            ) from error

    def perform(self, account: LocalAccount, function: str, arguments: tuple[Any, ...]) -> str | None:
        """Send a call that the contract takes; its transaction, None of a check. CareRefusedError."""
        return self._acts.perform(account, function, arguments)

    def ask(self, account: LocalAccount, function: str, arguments: tuple[Any, ...]) -> str:
        """The call's data, if the contract takes it as things stand; CareRefusedError if not."""
        return self._acts.ask(account, function, arguments)

    def anyone(self, function: str, arguments: tuple[Any, ...]) -> Done:
        """What anybody may do, sent by the secretary; nothing is sent if nothing is to be done."""
        sender = self.keyring.officer("SEKRETARIS")
        data = self.chain.encode(CONTRACT, function, arguments)
        reason = self.chain.refused(sender, CONTRACT, data)
        if reason is not None and reason.startswith(_NOTHING):
            return Done(None, note=explained(reason))
        return Done(self.perform(sender, function, arguments))

    def view(self, contract: str, function: str, *arguments: Any) -> Any:
        """The answer of one read."""
        (answer,) = self.chain.call_many([Call(contract, function, arguments)])
        return answer
