"""Files on their way into a bucket: which are there already, sent, read back and counted."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from threading import Lock

from core.errors import BucketFailed
from core.format import size
from core.storage.bucket import Bucket, digest_of, each
from core.storage.damage import reading
from core.storage.progress import Progress


class Meter:
    """Says how far bytes have come, from several threads, and how long the rest will take."""

    def __init__(self, progress: Progress, said: str, total: int, passes: int = 1) -> None:
        """`total` bytes go through it, `passes` times each."""
        self._progress, self._said = progress, said
        self._total, self._passes, self._done = total, passes, 0
        self._began, self._lock = time.monotonic(), Lock()
        self._ended = False

    def end(self) -> None:
        """From now on whoever counts is stopped."""
        self._ended = True

    def __call__(self, length: int) -> None:
        if self._ended:
            raise BucketFailed("Something else broke off the copy.")
        with self._lock:
            self._done += length
            share = self._done / max(1, self._total * self._passes)
            left = (time.monotonic() - self._began) * (1 - share) / max(share, 1e-9)
            come = f"{self._said} {size(share * self._total)} of {size(self._total)}"
            self._progress(share, come, left)


def digests_of(paths: Mapping[str, Path], progress: Progress) -> dict[str, str]:
    """The SHA-256 of each file."""
    meter = Meter(progress, "Read", sum(path.stat().st_size for path in paths.values()))

    def read_one(name: str) -> str:
        with reading(paths[name], "give back the right to read it"):
            return digest_of(paths[name], meter)

    found = each(read_one, list(paths), meter.end)
    return dict(zip(paths, found, strict=True))


def equal(bucket: Bucket, names: Sequence[str], digests: Mapping[str, str]) -> set[str]:
    """Those of which the bucket has the very bytes."""
    found = each(bucket.digest, names)
    return {name for name, digest in zip(names, found, strict=True) if digest == digests[name]}


def send_files(
    bucket: Bucket, paths: Mapping[str, Path], digests: Mapping[str, str], progress: Progress
) -> None:
    """Send files, and read each back."""
    total = sum(path.stat().st_size for path in paths.values())
    meter = Meter(progress, "Sent and read back", total, passes=2)

    def send_one(name: str) -> None:
        bucket.send(name, paths[name], digests[name], meter)
        if bucket.receive(name, lambda piece: meter(len(piece)))[1] != digests[name]:
            bucket.remove([name])
            raise BucketFailed(
                f"{name} was changed while it was sent, or not kept as it was; do the same again "
                "when nothing else works on the project."
            )

    each(send_one, list(paths), meter.end)


def check_sent(bucket: Bucket, sizes: Mapping[str, int], said: str) -> None:
    """Raise BucketFailed unless there are objects of these lengths and no others beside `said`."""
    now = bucket.sizes()
    now.pop(said, None)
    if differing := {name for name, _ in now.items() ^ sizes.items()}:
        raise BucketFailed(
            f"{bucket.address} was written to from elsewhere ({min(differing)}); do the same "
            "again when nothing else is sent there."
        )
