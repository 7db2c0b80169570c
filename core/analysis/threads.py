"""How many threads an analysis gets: small work is many times faster on one than on several."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator

_ALONE_UP_TO = 5_000  # rows: 487 x 64 took 0.5 s on one thread and 8 s on two, K-means for k 2-20


@contextlib.contextmanager
def threads_for(rows: int) -> Iterator[None]:
    """Within the block the numeric libraries use what `rows` rows are worth.

    Their limit is one for the whole process: it is set by a process's main thread alone, as in the
    children that analyse. In a server's threads nothing is limited: others compute beside them.
    """
    from threadpoolctl import threadpool_limits

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    with threadpool_limits(1 if rows <= _ALONE_UP_TO else None):
        yield
