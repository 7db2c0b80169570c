"""Says in sentences what of a video's time line is missing or was put together, and when."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from core.format import clock, count
from core.video.probe import Scan

_WORTH_S = 2.0  # sound without a picture that is shorter goes without saying
_MOST = 5  # places that are named one by one


def of_file(scan: Scan) -> list[str]:
    """Where recordings were joined, and where there is sound and no picture."""
    said = []
    seams = [join.at_s - scan.origin_s for join in scan.joins if not join.wrapped]
    if seams:
        said.append(
            f"{len(seams) + 1} recordings are joined in this file ({_listed(seams)}); their times "
            "go on without a break."
        )
    if scan.begin_s >= _WORTH_S:
        said.append(f"Until {clock(scan.begin_s)} there is sound and no picture.")
    if scan.file_end_s - scan.end_s >= _WORTH_S:
        said.append(
            f"From {clock(scan.end_s)} to {clock(scan.file_end_s)} there is sound and no picture."
        )
    return said


def of_unread(wanted: Sequence[float], taken: Sequence[float], end_s: float) -> list[str]:
    """The stretches of `wanted` times that are not among those `taken`; both ascending."""
    got = set(taken)
    edges = [*wanted, end_s]
    runs: list[tuple[float, float]] = []
    for missing, places in itertools.groupby(range(len(wanted)), lambda n: wanted[n] not in got):
        of_run = list(places)
        if missing:
            runs.append((wanted[of_run[0]], edges[of_run[-1] + 1]))
    if not runs:
        return []
    stretches = [f"from {clock(start)} to {clock(end)}" for start, end in runs[:_MOST]]
    if len(runs) > _MOST:
        stretches.append(f"in {len(runs) - _MOST} further places")
    left_out = count(len(wanted) - len(got), "frame")
    said = f"{', '.join(stretches)} no picture could be read ({left_out} left out)."
    return [said[0].upper() + said[1:]]


def _listed(times_s: Sequence[float]) -> str:
    named = ", ".join(f"at {clock(time_s)}" for time_s in times_s[:_MOST])
    more = len(times_s) - _MOST
    return named + (f" and {more} more" if more > 0 else "")
