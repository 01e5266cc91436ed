"""Whose keys the office has: officers' accounts, and in development only the members' made-up ones."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from eth_account import Account
from eth_account.signers.local import LocalAccount

from rules.dev_keys import development_key
from rules.types import MemberNumber

OFFICES: Final = ("KETUA", "SEKRETARIS", "BENDAHARA", "TELLER", "REGISTRAR")


@dataclass(frozen=True, slots=True)
class Officer:
    """`account` acts as `person` in `office`."""

    office: str
    person: int
    account: LocalAccount


class Keyring(Protocol):
    """Signers by office and by member."""

    def officers(self) -> Sequence[Officer]:
        """All officers whose keys are here."""
        ...

    def officer(self, office: str) -> LocalAccount:
        """The account of an office, such as TELLER. KeyError if the office is not here."""
        ...

    def member(self, number: MemberNumber) -> LocalAccount | None:
        """A member's signer, or None where the member signs elsewhere and the row waits."""
        ...

    def office(self, person: int) -> LocalAccount | None:
        """The account with which `person` holds an office, or None where it is not known here."""
        ...


class DevelopmentKeyring:
    """Derived keys of a local network. `people`: offices and person numbers; an office's first acts for it.

    Refused by `rules.dev_keys` on a real network (DevelopmentKeyRefused).
    """

    def __init__(self, chain_id: int, people: Sequence[tuple[str, int]]) -> None:
        self._chain_id = chain_id
        self._all = [Officer(office, person, self._account("office", person)) for office, person in people]
        self._first = {officer.office: officer for officer in reversed(self._all)}
        self._members: dict[MemberNumber, LocalAccount] = {}

    def officers(self) -> Sequence[Officer]:
        """Everybody of `people`."""
        return self._all

    def officer(self, office: str) -> LocalAccount:
        """The derived account of `office`."""
        return self._first[office].account

    def member(self, number: MemberNumber) -> LocalAccount | None:
        """The derived account of a member."""
        if number not in self._members:
            self._members[number] = self._account("member", number)
        return self._members[number]

    def office(self, person: int) -> LocalAccount | None:
        """The derived account of a person for whatever office."""
        return self._account("office", person)

    def _account(self, purpose: str, number: int) -> LocalAccount:
        account: LocalAccount = Account.from_key(development_key(purpose, number, self._chain_id))
        return account


class OfficerKeyring:
    """Officers' keys given by the operator (for example read from encrypted key files); no member's key."""

    def __init__(self, officers: dict[str, LocalAccount], people: dict[str, int]) -> None:
        self._officers = officers
        self._people = people

    def officers(self) -> Sequence[Officer]:
        """The officers given, each with the person number given for the office."""
        return [Officer(office, self._people[office], key) for office, key in self._officers.items()]

    def officer(self, office: str) -> LocalAccount:
        """The given account of `office`."""
        return self._officers[office]

    def member(self, number: MemberNumber) -> LocalAccount | None:  # noqa: ARG002
        """None: members sign on their own devices."""
        return None

    def office(self, person: int) -> LocalAccount | None:
        """The given account of the person who holds an office."""
        held = [key for office, key in self._officers.items() if self._people[office] == person]
        return held[0] if held else None
