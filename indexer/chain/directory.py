"""Which addresses are the cooperative's: learned from Authority's ContractInstalled logs, never forgotten."""

from collections.abc import Iterator, Mapping
from typing import Final

from indexer.chain.events import Address
from indexer.chain.hashing import bloom_bits

AUTHORITY: Final = "Authority"


class Directory:
    """Names by address. A contract's logs count from the ContractInstalled log on that names it."""

    def __init__(self, authority: Address, known: Mapping[Address, str] | None = None) -> None:
        self._names: dict[Address, str] = {authority: AUTHORITY, **(known or {})}
        self._bits = [bloom_bits(address) for address in self._names]

    def __len__(self) -> int:
        return len(self._names)

    def __contains__(self, address: object) -> bool:
        return address in self._names

    def __iter__(self) -> Iterator[Address]:
        return iter(self._names)

    def name_of(self, address: Address) -> str:
        """The name under which an address was installed last; KeyError if it is not the cooperative's."""
        return self._names[address]

    def install(self, address: Address, name: str) -> bool:
        """Name an address; whether it was unknown until now."""
        new = address not in self._names
        self._names[address] = name
        if new:
            self._bits.append(bloom_bits(address))
        return new

    def may_be_in(self, bloom: int) -> bool:
        """Whether a block with this bloom can hold a log of a known address. False is certain."""
        return any(bits & bloom == bits for bits in self._bits)
