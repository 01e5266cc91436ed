"""Contracts' totals by storage proof: savings by kind, the treasury's channels, loans outstanding."""

from collections.abc import Collection, Mapping
from typing import Final, NamedTuple

from indexer.chain.hashing import mapping_slot
from rules.types import Channel
from verifier.bundle import Contract, Figure, State
from verifier.chain import Header, read_header, storage_root, storage_word
from verifier.errors import RefusedError
from verifier.report import Report, rupiah

SAVINGS: Final = ("SavingsPokok", "SavingsWajib", "SavingsSukarela", "SavingsPayable")
TREASURY: Final = "Treasury"
LOAN_BOOK: Final = "LoanBook"
SLOTS: Final[Mapping[str, int]] = {**dict.fromkeys(SAVINGS, 1), TREASURY: 1, LOAN_BOOK: 1}
"""Where each contract keeps its total, or the mapping of its channels' totals (`_totals`, `_channels`,
`totalOutstanding`), in the low 64 bits of the word. State contracts are never replaced by others of another
layout."""
_U64: Final = (1 << 64) - 1
_TITLES: Final[Mapping[str, tuple[str, str]]] = {
    "SavingsPokok": ("simpanan pokok", "share savings"),
    "SavingsWajib": ("simpanan wajib", "mandatory savings"),
    "SavingsSukarela": ("simpanan sukarela", "voluntary savings"),
    "SavingsPayable": ("utang kepada anggota keluar", "payable to members who left"),
    LOAN_BOOK: ("pinjaman berjalan", "loans outstanding"),
}


class Totals(NamedTuple):
    """Proven rupiah after a block: savings by contract, the treasury by channel, and loans."""

    header: Header
    savings: dict[str, int]
    channels: dict[int, int]
    loans: int


def verify_state(state: State, hashes: Collection[bytes], report: Report) -> Totals:
    """RefusedError: BLOCK_HASH, HEADER, CONTRACT, ACCOUNT, STORAGE, FIGURE, INCOMPLETE."""
    header = read_header(state.header, hashes)
    report.header(header)
    _require_whole(state)
    savings: dict[str, int] = {}
    channels: dict[int, int] = {}
    loans = 0
    for contract in state.contracts:
        amounts = _amounts(contract, header, report)
        if contract.name == TREASURY:
            channels = amounts
        elif contract.name == LOAN_BOOK:
            loans += amounts[0]
        else:
            savings[contract.name] = amounts[0]
    _tell(header, savings, channels, loans, report)
    return Totals(header, savings, channels, loans)


def _require_whole(state: State) -> None:
    """Every kind of savings and the treasury once, one LoanBook or more, each with all of its figures."""
    names = [contract.name for contract in state.contracts]
    wanted = [*SAVINGS, TREASURY]
    addresses = {contract.address for contract in state.contracts}
    if (
        [name for name in names if name != LOAN_BOOK] != wanted
        or LOAN_BOOK not in names
        or len(addresses) != len(names)
    ):
        told = ", ".join(names)
        raise RefusedError("INCOMPLETE", f"kontrak: {told}", f"contracts: {told}")
    for contract in state.contracts:
        keys = [figure.channel for figure in contract.figures]
        if keys != ([*Channel] if contract.name == TREASURY else [0]):
            raise RefusedError(
                "INCOMPLETE", f"angka {contract.name}: {keys}", f"figures of {contract.name}: {keys}"
            )


def _amounts(contract: Contract, header: Header, report: Report) -> dict[int, int]:
    address = bytes.fromhex(contract.address)
    report.contract(address, contract.name)
    root = storage_root(header, address, contract.account)
    return {figure.channel: _amount(figure, contract.name, root) for figure in contract.figures}


def _amount(figure: Figure, name: str, root: bytes) -> int:
    slot = SLOTS[name]
    what = f"{name} {figure.channel}" if figure.channel else name
    place = mapping_slot(figure.channel, slot) if figure.channel else slot
    proven = storage_word(root, place, figure.proof, what) & _U64
    if proven != int(figure.amount):
        told = rupiah(int(figure.amount))
        raise RefusedError(
            "FIGURE",
            f"{what}: tertulis {told}, terbukti {rupiah(proven)}",
            f"{what}: it says {told}, proven is {rupiah(proven)}",
        )
    return proven


def _tell(
    header: Header, savings: dict[str, int], channels: dict[int, int], loans: int, report: Report
) -> None:
    figures = {**savings, LOAN_BOOK: loans}
    said = [(*_TITLES[name], amount) for name, amount in figures.items()]
    said += [
        (f"kas {Channel(each).name}", f"treasury {Channel(each).name}", channels[each]) for each in channels
    ]
    for indonesian, english, amount in said:
        report.check(
            f"{indonesian} setelah blok {header.number} menurut kontrak: {rupiah(amount)}",
            f"{english} after block {header.number} by the contracts: {rupiah(amount)}",
        )
    report.leave(
        "bahwa tidak ada LoanBook lain: daftar kontrak ada pada log Authority",
        "that there is no other LoanBook: Authority's logs list the contracts",
    )
    report.figures["contracts"] = {
        **{name: str(amount) for name, amount in figures.items()},
        **{Channel(each).name: str(amount) for each, amount in channels.items()},
    }
