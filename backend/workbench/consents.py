"""What officers sign in the workbench (EIP-712), and whether a signature does: by an account that holds the
office by the ledger at that moment. Contract wallets (ERC-1271) cannot sign here."""

import re
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Final, NamedTuple

import msgspec
from eth_account import Account
from eth_account.signers.local import LocalAccount
from eth_typing import Hash32
from sqlalchemy import Connection

from backend.typed_data import typed_data, typed_digest
from backend.workbench.errors import ConsentRefusedError
from indexer.reports.offices import held_at
from rules.types import Office

NAME: Final = "Koperasi Workbench"
BOARD: Final = (Office.BENDAHARA, Office.KETUA, Office.SEKRETARIS)
OFFICERS: Final = (*BOARD, Office.PENGAWAS)
_FIELDS: Final[Mapping[str, Sequence[tuple[str, str]]]] = {
    "CloseDifference": (
        ("difference", "string"),
        ("amount", "int256"),
        ("cause", "string"),
        ("reason", "string"),
        ("sequence", "uint256"),
    ),
    "ReopenDifference": (("difference", "string"), ("reason", "string"), ("sequence", "uint256")),
    "TillCount": (("channel", "string"), ("day", "string"), ("total", "uint256"), ("pieces", "string")),
    "MatchByHand": (
        ("channel", "string"),
        ("lines", "string"),
        ("movements", "string"),
        ("reason", "string"),
    ),
    "UndoMatch": (("matching", "uint256"), ("reason", "string")),
}
_REASON_MOST: Final = 400


class Domain(NamedTuple):
    """The deployment that signatures are for."""

    chain_id: int
    authority: str


class Given(NamedTuple):
    """A signature as it came."""

    account: str
    signature: bytes


class Signed(NamedTuple):
    """A signature that was found good: who signed, in which office."""

    person: int
    office: str
    account: str
    signature: bytes

    def columns(self, prefix: str) -> dict[str, Any]:
        """As columns of a table."""
        return {f"{prefix}_{name}": value for name, value in self._asdict().items()}


class Act(NamedTuple):
    """What is signed: a struct and its values."""

    struct: str
    message: Mapping[str, Any]

    def digest(self, domain: Domain) -> Hash32:
        """What a key signs."""
        return typed_digest((NAME, *domain), self.struct, _FIELDS[self.struct], self.message)

    def typed_data(self, domain: Domain) -> dict[str, Any]:
        """The same for a wallet (`eth_signTypedData_v4`)."""
        return typed_data((NAME, *domain), self.struct, _FIELDS[self.struct], self.message)

    def by(self, signer: LocalAccount, domain: Domain) -> Given:
        """Signed with a key that is here."""
        return Given(str(signer.address), bytes(signer.unsafe_sign_hash(self.digest(domain)).signature))


class _Line(msgspec.Struct):
    account: Annotated[str, msgspec.Meta(pattern="^0x[0-9a-fA-F]{40}$")]
    signature: Annotated[str, msgspec.Meta(pattern="^0x[0-9a-fA-F]{130}$")]


def read_signatures(path: Path) -> list[Given]:
    """A JSON object a line: account, signature (hex). ConsentRefusedError."""
    found: list[Given] = []
    try:
        for line in filter(None, path.read_bytes().splitlines()):
            told = msgspec.json.decode(line, type=_Line)
            found.append(Given(told.account, bytes.fromhex(told.signature[2:])))
    except (OSError, msgspec.MsgspecError) as error:
        raise ConsentRefusedError(
            f"{path.name}, baris {len(found) + 1}: {error}.", f"{path.name}, line {len(found) + 1}: {error}."
        ) from None
    return found


def reason_of(text: str) -> str:
    """A reason in one line. ConsentRefusedError if there is none, or too long."""
    told = re.sub(r"\s+", " ", text).strip()
    if not told or len(told) > _REASON_MOST:
        raise ConsentRefusedError(
            f"Sebutkan alasannya, paling banyak {_REASON_MOST} huruf.",
            f"Say the reason, in {_REASON_MOST} letters at most.",
        )
    return told


def is_signed(act: Act, domain: Domain, account: str, signature: bytes) -> bool:
    """Whether a signature over an act is that account's."""
    try:
        found = Account._recover_hash(act.digest(domain), signature=signature)
    except Exception:  # a signature of any other form raises one of many
        return False
    return str(found).lower() == account.lower()


def was_signed(
    connection: Connection, domain: Domain, act: Act, signed: Signed, at: int, cooperative_id: int = 1
) -> bool:
    """Whether a kept signature is over an act, by the person who held that office at `at` (unix seconds)."""
    held = held_at(connection, bytes.fromhex(signed.account[2:]), at, cooperative_id)
    return (
        is_signed(act, domain, signed.account, signed.signature)
        and held.get(Office[signed.office]) == signed.person
    )


def consent(
    connection: Connection,
    domain: Domain,
    act: Act,
    given: Given,
    offices: Collection[Office],
    at: int,
    cooperative_id: int = 1,
) -> Signed:
    """Who gave a signature, in the first of `offices` that the account holds at `at` (unix seconds).

    ConsentRefusedError if the signature is another's or over something else, or the office is not held.
    """
    if not is_signed(act, domain, given.account, given.signature):
        raise ConsentRefusedError(
            f"Tanda tangan {given.account} bukan atas hal ini, atau bukan dari akun itu.",
            f"The signature of {given.account} is not over this, or not that account's.",
        )
    held = held_at(connection, bytes.fromhex(given.account[2:]), at, cooperative_id)
    for office in offices:
        if office in held:
            return Signed(int(held[office]), office.name, given.account, given.signature)
    names = ", ".join(office.name for office in offices)
    raise ConsentRefusedError(
        f"Akun {given.account} tidak memegang jabatan {names} sekarang.",
        f"The account {given.account} does not hold the office {names} now.",
    )


def two_persons(first: Signed, second: Signed) -> None:
    """ConsentRefusedError unless two persons of two offices signed."""
    if first.person == second.person or first.account.lower() == second.account.lower():
        raise ConsentRefusedError(
            f"Harus dua orang; keduanya anggota nomor {first.person}.",
            f"It takes two persons; both are member number {first.person}.",
        )
    if first.office == second.office:
        raise ConsentRefusedError(
            f"Harus dua jabatan; keduanya {first.office}.", f"It takes two offices; both are {first.office}."
        )
