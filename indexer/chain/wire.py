"""JSON-RPC answers as the endpoints send them, typed at the door. Numbers and bytes are still hex text."""

from typing import Final, Generic, TypeVar

import msgspec

T = TypeVar("T")


class ErrorBody(msgspec.Struct, gc=False):
    """The `error` member of an answer."""

    code: int
    message: str = ""


class Answer(msgspec.Struct, Generic[T]):
    """One answer of a batch. A null result and no result look the same."""

    id: int | None
    result: T | None = None
    error: ErrorBody | None = None


class HeaderJson(msgspec.Struct, rename="camel", gc=False):
    """A block without its transactions. Fields of later forks are None before them."""

    hash: str
    number: str
    parent_hash: str
    sha3_uncles: str
    miner: str
    state_root: str
    transactions_root: str
    receipts_root: str
    logs_bloom: str
    difficulty: str
    gas_limit: str
    gas_used: str
    timestamp: str
    extra_data: str
    mix_hash: str
    nonce: str
    base_fee_per_gas: str | None = None
    withdrawals_root: str | None = None
    blob_gas_used: str | None = None
    excess_blob_gas: str | None = None
    parent_beacon_block_root: str | None = None
    requests_hash: str | None = None


class ReceiptLogJson(msgspec.Struct, gc=False):
    """A log inside a receipt: its place follows from the receipt, which the receipts root proves."""

    address: str
    topics: tuple[str, ...]
    data: str


class ReceiptJson(msgspec.Struct, rename="camel", gc=False):
    """What a receipt's trie value is made of, and whose it is."""

    block_hash: str
    transaction_hash: str
    cumulative_gas_used: str
    logs_bloom: str
    status: str
    logs: list[ReceiptLogJson]
    type: str = "0x0"


class LogJson(msgspec.Struct, rename="camel", gc=False):
    """A log as eth_getLogs gives it."""

    address: str
    topics: tuple[str, ...]
    data: str
    block_hash: str
    block_number: str
    transaction_index: str
    log_index: str
    removed: bool = False


TEXTS: Final = msgspec.json.Decoder(list[Answer[str]])
HEADERS: Final = msgspec.json.Decoder(list[Answer[HeaderJson]])
RECEIPTS: Final = msgspec.json.Decoder(list[Answer[list[ReceiptJson]]])
LOGS: Final = msgspec.json.Decoder(list[Answer[list[LogJson]]])
WHOLE_BATCH: Final = msgspec.json.Decoder(Answer[msgspec.Raw])
"""What some endpoints answer to a batch that they refuse as a whole (their `id` is null or zero)."""
