"""The house as a deployment leaves it, the people who act in it, and how they sign.

`house` is deployed and closed (the RAT is ADMIN); `genesis` is the same before `endGenesis`
(the deployer is ADMIN).
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Final

import brownie
import pytest
from brownie.exceptions import VirtualMachineError
from brownie.network.account import _PrivateKeyAccount as SendingAccount
from cryptography.hazmat.primitives.asymmetric import ec
from eth_abi import encode
from eth_account import Account
from eth_account.messages import encode_typed_data
from eth_utils import keccak, to_checksum_address

from rules.calendar import day_of_timestamp
from rules.dev_keys import development_key
from rules.types import SavingsKind
from scripts.deployment_config import OFFICES, STAFF_FLOOR, ByLaws
from scripts.deployment_plan import GUARDED, WRITERS
from tests.contracts import lean_brownie
from tests.contracts.passkeys import Passkey

CHAIN_ID: Final = 31337
RP_ID: Final = "koperasi.example.id"
ADMIN, PENGURUS, PUBLIC = 0, 7, 2**64 - 1
KETUA, SEKRETARIS, BENDAHARA, PENGAWAS, TELLER, REGISTRAR = (OFFICES[name] for name in OFFICES)
DAY: Final = 86_400
NEVER: Final = 2**256 - 1
MINIMUM_MEMBERS: Final = 9
NOTICE_DAYS: Final = 14
BYLAWS: Final = ByLaws(minimum_members=MINIMUM_MEMBERS, meeting_notice_days=NOTICE_DAYS)
POKOK: Final = 100_000
RELATED_BPS: Final = 1_000
CLAIM_DELAY_DAYS: Final = 90
TOKENS: Final = (
    (SavingsKind.PAYABLE, "SavingsPayable", "Hak Anggota Keluar", "HAK"),
    (SavingsKind.POKOK, "SavingsPokok", "Simpanan Pokok", "SPK"),
    (SavingsKind.WAJIB, "SavingsWajib", "Simpanan Wajib", "SWJ"),
    (SavingsKind.SUKARELA, "SavingsSukarela", "Simpanan Sukarela", "SSK"),
)
"""Kind, name in Authority's directory, ERC-20 name, symbol. PAYABLE is first: the others send to it."""
MEMBER_NAMES: Final = (
    "alice",
    "budi",
    "citra",
    "dewi",
    "eko",
    "fitri",
    "gilang",
    "hasan",
    "intan",
    "joko",
    "kartika",
    "lestari",
)
PASSKEY_NAMES: Final = ("citra", "intan")
FIRST_MEMBER: Final = 101


@dataclass(frozen=True)
class Person:
    """A member or officer with a key of their own. number: in the register; from STAFF_FLOOR up: staff."""

    name: str
    number: int
    key: bytes

    @property
    def signer(self) -> str:
        return Account.from_key(self.key).address

    @property
    def kind(self) -> int:
        return 0

    @property
    def account(self) -> SendingAccount:
        """To send with: `{"from": alice.account}`."""
        return brownie.accounts.add(self.key.hex())

    def sign(self, digest: bytes) -> bytes:
        return bytes(Account.unsafe_sign_hash(digest, self.key).signature)


@dataclass(frozen=True)
class PasskeyPerson:
    """A member with a passkey, who cannot send anything."""

    name: str
    number: int
    passkey: Passkey

    @property
    def signer(self) -> str:
        return self.passkey.key_hash

    @property
    def kind(self) -> int:
        return 1

    def sign(self, digest: bytes) -> bytes:
        return self.passkey.sign(digest)


AnyMember = Person | PasskeyPerson


def person(name: str, number: int, purpose: str = "member") -> Person:
    return Person(name, number, development_key(purpose, number, CHAIN_ID))


def passkey_person(name: str, number: int) -> PasskeyPerson:
    secret = int.from_bytes(development_key("member", number, CHAIN_ID))
    return PasskeyPerson(name, number, Passkey(ec.derive_private_key(secret >> 1, ec.SECP256R1()), RP_ID))


def founders() -> list[AnyMember]:
    """The pengurus and pengawas (1 to 5) as members, and those of MEMBER_NAMES from 101 on."""
    board: list[AnyMember] = [person(f"member {number}", number) for number in range(1, 6)]
    return board + [
        passkey_person(name, number) if name in PASSKEY_NAMES else person(name, number)
        for number, name in enumerate(MEMBER_NAMES, FIRST_MEMBER)
    ]


@dataclass
class House:
    """Contracts by their name in Authority's directory, officers and members by their own."""

    deployer: Any
    contracts: dict[str, Any] = field(default_factory=dict)
    officers: dict[str, Person] = field(default_factory=dict)
    members: dict[str, AnyMember] = field(default_factory=dict)

    def __getattr__(self, name: str) -> Any:
        """`house.alice`, `house.ketua`, `house.TellerDesk`."""
        for found in (self.__dict__["contracts"], self.__dict__["officers"], self.__dict__["members"]):
            if name in found:
                return found[name]
        raise AttributeError(f"the house has no {name}")

    @property
    def admin(self) -> Any:
        """The ADMIN of now, as if it could send: the deployer in genesis, the RAT afterwards."""
        return account_at(self.Authority.admin())

    @property
    def writer(self) -> Any:
        """TellerDesk as a sender: it may write to every state contract."""
        return account_at(self.TellerDesk.address)

    def holds(self, role: int, account: Any) -> bool:
        return bool(self.Authority.hasRole(role, account)[0])

    def member(self, number: int) -> AnyMember:
        return next(member for member in self.members.values() if member.number == number)

    def countersign(
        self, checker: Person, target: Any, action: bytes, deadline: int = NEVER, authority: Any = None
    ) -> tuple[str, int, bytes]:
        """The Countersignature of `checker` under what somebody else sends to `target`."""
        digest = self.countersignature_digest(target, action, deadline, authority)
        return checker.signer, deadline, checker.sign(digest)

    def countersignature_digest(
        self, target: Any, action: bytes, deadline: int = NEVER, authority: Any = None
    ) -> bytes:
        return typed_digest(
            "Koperasi Authority",
            str(authority or self.Authority.address),
            "Countersignature(address target,bytes32 action,uint256 deadline)",
            {"target": str(target), "action": action, "deadline": deadline},
        )

    def schedule(self, name: str, contract: Any) -> Any:
        """ADMIN guards `contract` and names it; it can take the name 30 days later."""
        self.Authority.guard(contract, {"from": self.admin})
        return self.Authority.installContract(name_word(name), contract, {"from": self.admin})

    def enact(self, name: str) -> Any:
        return self.Authority.enactContract(name_word(name), {"from": brownie.accounts[5]})

    def install(self, name: str, contract: Any) -> None:
        """Like `schedule`, and the 30 days pass."""
        self.schedule(name, contract)
        travel(30 * DAY)
        self.enact(name)

    def register(self, people: Sequence[AnyMember], joined_on: int | None = None) -> Any:
        """REGISTRAR and KETUA register `people`, as REGISTERED."""
        rows = registrations(people, today() if joined_on is None else joined_on)
        signed = self.countersign(self.ketua, self.MemberRegistry, register_action(rows))
        return self.MemberRegistry.register(rows, signed, {"from": self.registrar.account})


def account_at(address: str) -> Any:
    """An account of anvil that sends as `address`, contract or not."""
    return brownie.accounts.at(address, force=True)


def typed_digest(domain: str, verifying_contract: str, struct: str, message: dict[str, Any]) -> bytes:
    """The EIP-712 digest of a flat struct (its type string, its values) in a domain of version "1" here."""
    name, fields = struct[:-1].split("(")
    types = {name: [dict(zip(("type", "name"), part.split(" "), strict=True)) for part in fields.split(",")]}
    signable = encode_typed_data(
        {"name": domain, "version": "1", "chainId": CHAIN_ID, "verifyingContract": verifying_contract},
        types,
        message,
    )
    return keccak(b"\x19" + signable.version + signable.header + signable.body)


def action(name: str, types: Sequence[str] = (), values: Sequence[Any] = ()) -> bytes:
    """keccak256(abi.encode(name, values...)): what a countersigner signs."""
    return keccak(encode(["string", *types], [name, *values]))


def name_word(name: str) -> bytes:
    """A name as Authority's directory keeps it: ASCII from the left."""
    return name.encode().ljust(32, b"\0")


def registrations(people: Sequence[AnyMember], joined_on: int) -> list[tuple[int, str, int, int]]:
    return [(member.number, member.signer, member.kind, joined_on) for member in people]


def register_action(rows: Sequence[tuple[int, str, int, int]]) -> bytes:
    return action("register", ["(uint32,address,uint8,uint32)[]"], [rows])


def directory_name(name: str) -> bytes:
    """A name as Authority's directory has it: ASCII, zeros after it."""
    return name.encode("ascii").ljust(32, b"\0")


def now() -> int:
    """Time of the latest block; the next one is at least as late."""
    return int(brownie.web3.eth.get_block("latest")["timestamp"])


def today() -> int:
    """The WIB day of the latest block."""
    return day_of_timestamp(now())


def travel(seconds: int) -> None:
    """Let `seconds` pass, to a block that is mined now."""
    brownie.chain.sleep(seconds)
    brownie.chain.mine()


@contextmanager
def refused(error: str, *values: Any) -> Iterator[None]:
    """The block must revert with the custom error `error`, and with these values if any are given."""
    with pytest.raises(VirtualMachineError) as caught:
        yield
    message = caught.value.revert_msg or ""
    if values:
        expected = ", ".join(_as_brownie_prints(value) for value in values)
        assert message.lower() == f"{error}: {expected}".lower()
    else:
        assert message.split(":")[0] == error, message


def _as_brownie_prints(value: Any) -> str:
    if isinstance(value, str) and value.startswith("0x") and len(value) == 42:
        return to_checksum_address(value)
    return str(value)


def contract_type(name: str) -> Any:
    """The compiled contract."""
    return brownie.project.get_loaded_projects()[0].dict()[name]


def deploy_house() -> House:
    """Every contract, wired as a deployment wires it; genesis is still open."""
    deployer = brownie.accounts[0]
    house = House(deployer)
    _deploy_state(house)
    _deploy_logic(house)
    for target, writers in WRITERS.items():
        for writer in writers:
            house.contracts[target].setWriter(house.contracts[writer], now(), 0, {"from": deployer})
    _guard(house)
    _fill_offices(house)
    people = founders()
    house.members.update((member.name, member) for member in people)
    house.MemberRegistry.open(registrations(people, today()), {"from": deployer})
    return house


def _deploy_state(house: House) -> None:
    send = {"from": house.deployer}
    authority = contract_type("Authority").deploy(house.deployer, send)
    registry = contract_type("MemberRegistry").deploy(authority, sha256(RP_ID.encode()).digest(), send)
    house.contracts.update(Authority=authority, MemberRegistry=registry)
    _install(house, "Treasury", authority)
    for kind, name, title, symbol in TOKENS:
        payable = brownie.ZERO_ADDRESS if kind == SavingsKind.PAYABLE else house.SavingsPayable
        _install(house, name, kind, authority, registry, title, symbol, payable, source="SavingsToken")
    _install(house, "LoanBook", authority, brownie.ZERO_ADDRESS, 2_400)
    authority.installContract(name_word("MemberRegistry"), registry, send)


def _deploy_logic(house: House) -> None:
    authority, registry = house.Authority, house.MemberRegistry
    tokens = [house.contracts[name] for _, name, _, _ in TOKENS[1:] + TOKENS[:1]]
    _install(house, "TellerDesk", authority, registry, house.Treasury, tokens, POKOK)
    _install(house, "LoanPolicy", authority, RELATED_BPS, CLAIM_DELAY_DAYS)
    _install(house, "LoanDesk", authority, registry, house.Treasury)
    _install(house, "LoanCare", authority, registry, house.Treasury)
    _install(house, "LoanLens", authority)
    _install(house, "Books", authority, house.Treasury)
    paid_into = (house.SavingsSukarela, house.SavingsPayable)
    _install(house, "SurplusDistributor", authority, registry, house.Treasury, *paid_into)
    rat = house.deployer.get_deployment_address(house.deployer.nonce + 2)
    _install(house, "BallotBox", authority, registry, rat)
    _install(house, "RAT", authority, registry, house.BallotBox, brownie.ZERO_ADDRESS, BYLAWS.meetings())


def _install(house: House, name: str, *arguments: Any, source: str | None = None) -> None:
    send = {"from": house.deployer}
    house.contracts[name] = contract_type(source or name).deploy(*arguments, send)
    house.Authority.installContract(name_word(name), house.contracts[name], send)


def _guard(house: House) -> None:
    for name in GUARDED:
        house.Authority.guard(house.contracts[name], {"from": house.deployer})


def _fill_offices(house: House) -> None:
    until = now() + 540 * DAY
    numbers = {
        "KETUA": 1,
        "SEKRETARIS": 2,
        "BENDAHARA": 3,
        "PENGAWAS": 4,
        "TELLER": STAFF_FLOOR + 1,
        "REGISTRAR": STAFF_FLOOR + 2,
    }
    for office, number in numbers.items():
        officer = person(office.lower(), number, "office")
        house.officers[officer.name] = officer
        house.Authority.grantOffice(OFFICES[office], officer.signer, number, until, {"from": house.deployer})


@pytest.fixture(scope="session")
def first_house() -> House:
    """Deployed once for the whole run; whoever changes it puts it back."""
    return deploy_house()


@pytest.fixture(scope="module")
def new_house(first_house: House) -> Iterator[Callable[[], House]]:
    """Makes houses in genesis for a module. The first is the run's own, as it was before the module."""
    made: list[House] = []

    def make() -> House:
        made.append(deploy_house() if made else copy_of(first_house))
        return made[-1]

    with lean_brownie.undone():
        yield make


def copy_of(house: House) -> House:
    """The same contracts and people; names given to others later are not seen in `house`."""
    return House(house.deployer, dict(house.contracts), dict(house.officers), dict(house.members))


@pytest.fixture(scope="module")
def genesis(new_house: Callable[[], House]) -> House:
    return new_house()


@pytest.fixture(scope="module")
def house(new_house: Callable[[], House]) -> House:
    deployed = new_house()
    deployed.Authority.endGenesis(deployed.RAT, {"from": deployed.deployer})
    return deployed
