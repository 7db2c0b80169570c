"""Whether a bucket has the files that the records speak of, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator

from core.doctor.finding import Finding
from core.format import count
from core.storage.stored import Stored


def findings(stored: Stored, repair: bool) -> Iterator[Finding]:
    """Objects that are missing; and those that nothing speaks of, as a kill leaves them."""
    lost, strangers = stored.amiss()
    where = stored.bucket.address
    if lost:
        what = f"{count(len(lost), 'file')} of {where}, {lost[0]} first"
        yield Finding("bucket", False, f"{what}, are missing; add or train anew what they are of")
    else:
        yield Finding("bucket", True, f"every file is in {where}")
    if strangers and repair:
        stored.bucket.remove(strangers)
    if strangers:
        done = "removed" if repair else "`python -m core doctor --repair` removes them"
        yield Finding("bucket", True, f"{count(len(strangers), 'object')} of no file; {done}")
