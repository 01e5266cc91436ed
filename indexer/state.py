"""Contract state at one block: storage words by proof against the header, views by call."""

from collections.abc import Callable, Sequence
from typing import Any, Final

import msgspec
import rlp
from rlp.exceptions import RLPException
from trie import HexaryTrie
from trie.exceptions import BadTrieProof, ValidationError

from indexer.chain.events import Address
from indexer.chain.hashing import keccak
from indexer.chain.prove import Header, ProofError
from indexer.chain.rpc import Adaptive, BadAnswerError, Call, Endpoint
from indexer.chain.wire import TEXTS, Answer

EMPTY_ROOT: Final = keccak(b"\x80")
_STORAGE_ROOT: Final = 2
"""Place in an account's RLP: nonce, balance, storage root, code hash."""


class StorageProofJson(msgspec.Struct, gc=False):
    """A word of storage and the trie nodes that lead to it."""

    key: str
    value: str
    proof: list[str]


class AccountProofJson(msgspec.Struct, rename="camel", gc=False):
    """What eth_getProof answers; the account's own fields are read from the proof."""

    account_proof: list[str]
    storage_proof: list[StorageProofJson]


PROOFS: Final = msgspec.json.Decoder(list[Answer[AccountProofJson]])


def proven_words(endpoint: Endpoint, header: Header, address: Address, slots: Sequence[int]) -> list[int]:
    """The 256-bit words of `address` at `slots` after the block, each proven against its stateRoot.

    Raises ProofError if the endpoint's proof does not hold.
    """
    return proof_of_words(endpoint, header, address, slots)[1]


def proof_of_words(
    endpoint: Endpoint, header: Header, address: Address, slots: Sequence[int]
) -> tuple[AccountProofJson, list[int]]:
    """The same words with the nodes that prove them."""
    keys = [f"0x{slot:064x}" for slot in slots]
    call: Call = ("eth_getProof", [f"0x{address.hex()}", keys, _at(header)])
    answer = endpoint.ask([call], PROOFS)[0]
    if answer is None or len(answer.storage_proof) != len(slots):
        raise BadAnswerError(endpoint.label, f"eth_getProof of 0x{address.hex()} is incomplete")
    try:
        account = _value(header.state_root, keccak(address), answer.account_proof)
        root = rlp.decode(account)[_STORAGE_ROOT] if account else EMPTY_ROOT
        words = []
        for slot, proof in zip(slots, answer.storage_proof, strict=True):
            value = _value(root, keccak(slot.to_bytes(32, "big")), proof.proof)
            words.append(int.from_bytes(rlp.decode(value), "big") if value else 0)
    except (BadTrieProof, ValidationError, RLPException, ValueError, IndexError, TypeError) as error:
        raise ProofError(
            endpoint.label,
            f"the storage proof of 0x{address.hex()} at block {header.number} does not hold: {error}",
        ) from error
    return answer, words


def _value(root: bytes, key: bytes, nodes: Sequence[str]) -> bytes:
    """What the trie `root` holds under `key`; empty if the nodes prove that it holds nothing."""
    if root == EMPTY_ROOT:
        return b""
    raw = [rlp.decode(bytes.fromhex(node.removeprefix("0x"))) for node in nodes]
    value: bytes = HexaryTrie.get_from_proof(root, key, raw)
    return value


View = tuple[Address, bytes]
"""A contract, and selector and arguments of a view."""


def view(address: Address, signature: str, *arguments: int) -> View:
    """A call of `signature` with integer arguments."""
    words = b"".join(argument.to_bytes(32, "big") for argument in arguments)
    return address, keccak(signature.encode())[:4] + words


def read_views(
    ask: Callable[[Callable[[Endpoint], list[str]]], list[str]],
    header: Header,
    views: Sequence[View],
    on_read: Callable[[int], None],
    word: tuple[int, int] = (0, 1),
) -> list[int]:
    """The number that each view gives after the block, many in a batch; `ask` is `Endpoints.attempt`.

    `word` says which word is meant of how many that the view answers with.
    """
    at, size = word
    return [words[at] for words in read_words(ask, header, views, on_read, size)]


def read_words(
    ask: Callable[[Callable[[Endpoint], list[str]]], list[str]],
    header: Header,
    views: Sequence[View],
    on_read: Callable[[int], None],
    size: int | None = None,
) -> list[tuple[int, ...]]:
    """As `read_views`, all words of every answer: `size` of them, or as many as it has."""
    limit = Adaptive(256, 1024)
    calls: list[Call] = [
        ("eth_call", [{"to": f"0x{address.hex()}", "data": f"0x{data.hex()}"}, _at(header)])
        for address, data in views
    ]
    answers: list[tuple[int, ...]] = []
    while len(answers) < len(calls):
        rest = calls[len(answers) :][:1024]
        texts = ask(lambda endpoint, rest=rest: _some(endpoint, rest, limit, size))  # type: ignore[misc]
        answers += [tuple(int(text[at : at + 64], 16) for at in range(2, len(text), 64)) for text in texts]
        on_read(len(answers))
    return answers


def _some(endpoint: Endpoint, calls: Sequence[Call], limit: Adaptive, size: int | None) -> list[str]:
    texts = endpoint.some(calls, TEXTS, limit)
    for text in texts:
        words, rest = divmod(len(text) - 2, 64)
        if rest or words < 1 or (size is not None and words != size):
            wanted = "whole" if size is None else size
            raise BadAnswerError(
                endpoint.label, f"a view answered {text[:80]!r}, which is not {wanted} words"
            )
    return texts


def _at(header: Header) -> dict[str, Any]:
    """The block by its hash (EIP-1898): another block of the same number is no answer."""
    return {"blockHash": f"0x{header.hash.hex()}"}
