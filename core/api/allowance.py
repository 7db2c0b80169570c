"""How much one person may ask for, so that the others on a server are answered as well."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable

from core.errors import TooMany

_MOST = 1000  # people who are remembered


class Allowance:
    """A token bucket for each name: `at_once` tokens, and `per_s` new ones a second up to that."""

    def __init__(
        self,
        what: str,
        per_s: float,
        at_once: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._what, self._per_s, self._at_once, self._clock = what, per_s, at_once, clock
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()  # tokens, when counted
        self._lock = threading.Lock()

    def take(self, name: str) -> None:
        """Use one token of a name's. Raises TooMany where there is none."""
        now = self._clock()
        with self._lock:
            left, counted = self._left.pop(name, (self._at_once, now))
            left = min(self._at_once, left + (now - counted) * self._per_s)
            self._left[name] = (left - 1 if left >= 1 else left, now)
            if len(self._left) > _MOST:
                self._left.popitem(last=False)
        if left < 1:
            wait_s = (1 - left) / self._per_s
            raise TooMany(f"No more than {self._per_s:g} {self._what} a second; wait.", wait_s)
