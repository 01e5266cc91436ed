"""What stops the books."""

from indexer.chain.events import LogRef


class PostingError(ValueError):
    """An event that no entry can be made of: its log contradicts the contracts' interfaces."""

    def __init__(self, ref: LogRef, reason: str) -> None:
        super().__init__(
            f"block {ref.block_number}, transaction 0x{ref.tx_hash.hex()}, log {ref.log_index}: {reason}. "
            "Nothing was posted. Check that the contract is the cooperative's and that this version knows it."
        )
        self.ref = ref
