"""Questions over ranges of blocks, as long as an endpoint takes."""

from collections.abc import Callable, Sequence

import msgspec

from indexer.chain.rpc import BadAnswerError, Call, Endpoint, TimeoutAnswerError, TooMuchError
from indexer.chain.wire import Answer, T


def ask_in_range(
    endpoint: Endpoint,
    calls_of: Callable[[int], Sequence[Call]],
    decoder: "msgspec.json.Decoder[list[Answer[T]]]",
) -> tuple[list[T], int]:
    """Results of the calls over as many blocks as `Endpoint.ranges` says, and how many; the range adapts.

    calls_of: the calls for that many blocks. BadAnswerError if one answers null.
    """
    while True:
        blocks = endpoint.ranges.value
        calls = calls_of(blocks)
        try:
            results = endpoint.ask(calls, decoder)
        except TooMuchError:
            if endpoint.ranges.shrink():
                continue
            raise
        except TimeoutAnswerError:
            endpoint.ranges.shrink()
            raise
        present: list[T] = []
        for result, (method, _) in zip(results, calls, strict=True):
            if result is None:
                raise BadAnswerError(endpoint.label, f"{method} answered null")
            present.append(result)
        endpoint.ranges.grow()
        return present, blocks
