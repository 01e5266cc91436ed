"""How many orders one address may bring in a minute: so that nobody fills the queue alone."""

import time
from collections import Counter
from collections.abc import Callable
from typing import Final

SECONDS: Final = 60


class Turnstile:
    """Counts by address, within each minute; addresses are forgotten with it and written nowhere."""

    def __init__(self, limit: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._limit = limit
        self._clock = clock
        self._minute = 0
        self._counts: Counter[str] = Counter()

    def lets_in(self, address: str) -> bool:
        """Whether one more of this minute is within the limit; it counts either way."""
        minute = int(self._clock() // SECONDS)
        if minute != self._minute:
            self._minute, self._counts = minute, Counter()
        self._counts[address] += 1
        return self._counts[address] <= self._limit
