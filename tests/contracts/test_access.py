"""contracts/README.md against the deployed house: every row, every caller, every function."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import brownie
import pytest
from eth_abi import decode
from eth_utils import keccak

from rules.types import SlipKind
from scripts.deployment_plan import WRITERS
from tests.contracts.actors import TELLER, TOKENS, House, account_at
from tests.contracts.meetings import Notice, convene

CONTRACTS: Final = Path(__file__).parents[2] / "contracts"
README: Final = (CONTRACTS / "README.md").read_text("utf-8")
TOKEN_NAMES: Final = tuple(name for _, name, _, _ in TOKENS)
PENGURUS: Final = ("ketua", "sekretaris", "bendahara")
PEOPLE: Final = (*PENGURUS, "pengawas", "teller", "registrar", "alice", "budi", "deployer")
REFUSALS: Final = {
    "AccessManagedUnauthorized",
    "AccessManagerUnauthorizedAccount",
    "AuthorityFunctionDisabled",
    "AuthorityNotHeld",
    "BoxNotChair",
    "BoxNotRAT",
    "BoxNotSigner",
    "DeskMayNotApprove",
    "RATNotConvener",
    "RATOnlySelf",
    "SavingsNotTransferable",
    "TellerSelfOnly",
    "TellerWrongAccount",
    "WriterRefused",
}
"""Errors that say: not you. Those that name an account count only if it is the caller's."""
ALICE: Final = 101
ARGUMENTS: Final = {
    ("Authority", "appoint"): {0: TELLER},
    ("Authority", "dismiss"): {0: TELLER},
    ("Authority", "resign"): {0: TELLER},
    ("MemberRegistry", "leaveByOrder"): {0: 101},
    ("TellerDesk", "reverse"): {0: (1 << 56 | 1, 0, 101, SlipKind.SETOR_WAJIB, 1, 0, 1, 0)},
    ("TellerDesk", "depositStablecoin"): {0: (0, 0, 101, SlipKind.SETOR_WAJIB, 0, 0, 1, 0)},
    ("RAT", "withdrawMotion"): {0: 1, 1: 1},
    **{("BallotBox", name): {0: 1, 1: ALICE} for name in ("checkInOwn", "castOwn")},
    ("BallotBox", "enterPaperList"): {0: 1},
    ("TellerDesk", "withdrawStablecoin"): {0: (0, 0, 101, SlipKind.TARIK_SUKARELA, 3, 0, 1, 0)},
}
"""Where zeros would be refused before the caller is looked at: values by position."""
ORDER_REFUSED: Final = re.compile(r"OrderExpired|AcceptanceExpired")


@dataclass(frozen=True)
class Row:
    contract: str
    function: str
    who: str
    countersigned_by: str
    order: str


def table(heading: str) -> list[list[str]]:
    """The rows of the table under a heading of the README."""
    section = README.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


ROWS: Final = [
    Row(contract, function, who, countersigned_by, order)
    for contract, functions, who, countersigned_by, order in table("Who may call what")
    for function in functions.split(", ")
]


def named(house: House, contract: str) -> list[Any]:
    """The deployed contracts that a row speaks of."""
    return [house.contracts[name] for name in (TOKEN_NAMES if contract == "SavingsToken" else (contract,))]


def callers(house: House) -> dict[str, str]:
    """Address by name of everybody who could send: people, ADMIN, and every contract of the house."""
    found = {name: str(getattr(getattr(house, name), "signer", getattr(house, name))) for name in PEOPLE}
    return found | {name: contract.address for name, contract in house.contracts.items()}


def allowed(house: House, row: Row, contract: Any) -> set[str]:
    """Names of the callers that a row lets through."""
    everybody = set(callers(house))
    fixed = {
        "anyone": everybody,
        "nobody": set(),
        "ADMIN": {"RAT"},
        "PENGURUS": set(PENGURUS),
        "the officer": {"teller"},
        "the member's account": {"alice"},
        "the member's signer": {"alice"},
        "who convened": {"ketua"},
    }
    if row.who in fixed:
        return fixed[row.who]
    if row.who == "writers":
        (name,) = (name for name, known in house.contracts.items() if known == contract)
        return set(WRITERS[name])
    return {name if name in house.contracts else name.lower() for name in row.who.split(", ")}


@cache
def errors_by_selector() -> dict[bytes, tuple[str, tuple[str, ...]]]:
    project = brownie.project.get_loaded_projects()[0]
    return {
        keccak(text=f"{entry['name']}({','.join(kinds)})")[:4]: (entry["name"], kinds)
        for container in project
        for entry in container.abi
        if entry["type"] == "error"
        for kinds in [tuple(value["type"] for value in entry["inputs"])]
    }


def zero(value: dict[str, Any]) -> Any:
    """The empty value of an ABI type."""
    kind = value["type"]
    if kind.endswith("[]"):
        return []
    if kind == "tuple":
        return tuple(zero(part) for part in value["components"])
    if kind == "address":
        return brownie.ZERO_ADDRESS
    if kind == "string":
        return ""
    if kind == "bool":
        return False
    return b"" if kind == "bytes" else bytes(int(kind[5:])) if kind.startswith("bytes") else 0


def entry_of(contract: Any, function: str) -> dict[str, Any]:
    (entry,) = (known for known in contract.abi if known["type"] == "function" and known["name"] == function)
    return entry


def outcome(contract: Any, data: str, sender: str) -> tuple[str, list[Any]]:
    """The error that a call ends with and its values; "" if it passes."""
    call = {"from": sender, "to": contract.address, "data": data, "gas": hex(8_000_000)}
    answer = brownie.web3.provider.make_request("eth_call", [call, "latest"])
    if "error" not in answer:
        return "", []
    raw = bytes.fromhex(answer["error"].get("data", "0x")[2:])
    name, kinds = errors_by_selector().get(raw[:4], (raw.hex() or answer["error"]["message"], ()))
    return name, list(decode(kinds, raw[4:]))


def data_of(row: Row, contract: Any) -> str:
    entry = entry_of(contract, row.function)
    given = ARGUMENTS.get((row.contract, row.function), {})
    values = [given.get(position, zero(value)) for position, value in enumerate(entry["inputs"])]
    return str(getattr(contract, row.function).encode_input(*values))


def is_refusal(error: str, values: list[Any], sender: str) -> bool:
    accounts = [value for value in values if isinstance(value, str) and value.startswith("0x")]
    return error in REFUSALS and (not accounts or sender.lower() in [account.lower() for account in accounts])


@pytest.fixture(scope="module", autouse=True)
def meeting(house: House) -> None:
    """Meeting 1, convened by KETUA, in its first call."""
    convene(house, Notice(house)).open()


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.contract}.{row.function}")
def test_access__row__exactly_those_it_names(house: House, row: Row) -> None:
    for contract in named(house, row.contract):
        data = data_of(row, contract)
        passed = {
            name
            for name, sender in callers(house).items()
            if not is_refusal(*outcome(contract, data, sender), sender)
        }
        assert passed == allowed(house, row, contract)


@pytest.mark.parametrize(
    "row", [row for row in ROWS if row.countersigned_by], ids=lambda row: f"{row.contract}.{row.function}"
)
def test_access__two_persons__second_office_asked_for(house: House, row: Row) -> None:
    offices = {"PENGURUS": 7, "TELLER": 5, "PENGAWAS": 4, "BENDAHARA": 3, "SEKRETARIS": 2, "KETUA": 1}
    for contract in named(house, row.contract):
        for name in allowed(house, row, contract):
            second = row.countersigned_by.removesuffix(" and PENGURUS")
            if second == "the other of the two":
                second = "BENDAHARA" if name == "ketua" else "KETUA"
            error, values = outcome(contract, data_of(row, contract), callers(house)[name])
            assert (error, values) == ("AuthorityNotHeld", [offices[second], brownie.ZERO_ADDRESS])


def test_access__every_function__has_a_row(house: House) -> None:
    rows = {(row.contract, row.function) for row in ROWS}
    assert len(rows) == len(ROWS), "a function has two rows"
    built = set()
    for name, contract in house.contracts.items():
        spoken_of = "SavingsToken" if name in TOKEN_NAMES else name
        assert not [entry for entry in contract.abi if entry["type"] in ("fallback", "receive")]
        for entry in contract.abi:
            if entry["type"] == "function" and entry["stateMutability"] in ("nonpayable", "payable"):
                built.add((spoken_of, entry["name"]))
    closed = {(row.contract, row.function) for row in ROWS if row.who == "nobody"}
    assert built - rows == set()
    assert rows - built == {row for row in closed if row != ("Authority", "execute")}


def test_access__no_contract_takes_coins(house: House) -> None:
    for contract in house.contracts.values():
        payable = {entry["name"] for entry in contract.abi if entry.get("stateMutability") == "payable"}
        assert payable <= {"execute"}


def test_writers__table__as_deployed(house: House) -> None:
    written = {contract: tuple(writers.split(", ")) for contract, writers in table("Writers")}
    assert written == WRITERS
    for name, contract in house.contracts.items():
        if not hasattr(contract, "writerTerm"):
            assert name not in written
            continue
        terms = {caller: contract.writerTerm(address) for caller, address in callers(house).items()}
        assert {caller for caller, (since, _) in terms.items() if since} == set(written[name])
        assert all(until == 0 for _, until in terms.values())
        assert contract.authority() == house.Authority


def test_ways_out__table__every_debit_of_the_token() -> None:
    """Whatever debits a member is in the table, or asks for the member's order."""
    source = (CONTRACTS / "SavingsToken.sol").read_text("utf-8")
    bodies = dict(re.findall(r"\n    function (\w+)\((.*?)\n    }\n", source, re.DOTALL))
    debits = {name for name, body in bodies.items() if re.search(r"_debit(Once)?\(", body)} - {"_debitOnce"}
    ordered = {name for name in debits if "_useOrder(" in bodies[name]}
    assert ordered == {"withdraw"}
    assert debits - ordered == {function for _, function, _, _ in table(WAYS_OUT)}
    ledger = (CONTRACTS / "SavingsLedger.sol").read_text("utf-8")
    assert not re.search(r"function \w+\([^)]*\)\s+(external|public)[^{]*\{[^}]*_debit\(", ledger)


WAYS_OUT: Final = "Every way savings leave a member without their order"


def test_orders__column__asked_for(house: House) -> None:
    """With deadline zero in the place of an order, that is what is refused."""
    late = {"withdraw", "leaveByOrder", "changeSigner", "stopRecoveryByOrder", "placeLien", "payCash"}
    rows = [row for row in ROWS if row.order and row.function in late]
    assert {row.function for row in rows} == late
    for row in rows:
        for contract in named(house, row.contract):
            for name in allowed(house, row, contract):
                error, _ = outcome(contract, data_of(row, contract), callers(house)[name])
                assert ORDER_REFUSED.search(error) or error in ("SavingsZeroAmount", "SavingsWrongKind"), (
                    error
                )


def test_callers__admin__is_one_of_them(house: House) -> None:
    assert account_at(house.Authority.admin()) == callers(house)["RAT"]
