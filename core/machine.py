"""How many cores this process may use: what it is bound to, and what its cgroup pays for."""

from __future__ import annotations

import math
import os
from pathlib import Path

_CGROUPS = Path("/sys/fs/cgroup")
_OWN_GROUP = Path("/proc/self/cgroup")


def usable_cores() -> int:
    """At least 1: the cores that the process may run on, or its cgroup's quota if that is less.

    A container of two cores on a machine of 64 has `os.cpu_count()` 64; as many threads would wait
    for each other.
    """
    bound = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return max(1, math.ceil(min(bound or 1, _quota())))


def threads() -> int:
    """How many a computation takes: what OMP_NUM_THREADS says as one number, else a core each."""
    said = os.environ.get("OMP_NUM_THREADS", "")
    return max(1, int(said)) if said.isdecimal() else usable_cores()


def _quota() -> float:
    """Cores' worth of time that the narrowest of the process's cgroups may use; inf without any."""
    try:
        lines = _OWN_GROUP.read_text().splitlines()
    except OSError:  # another system
        return math.inf
    own = next((line[3:] for line in lines if line.startswith("0::")), "/").strip("/")
    group = _CGROUPS / own
    found = [_ratio(_CGROUPS / "cpu" / "cpu.cfs_quota_us", _CGROUPS / "cpu" / "cpu.cfs_period_us")]
    while group.is_relative_to(_CGROUPS):
        found.append(_ratio(group / "cpu.max"))
        group = group.parent
    return min(found)


def _ratio(*files: Path) -> float:
    """Quota over period, as version 2 has them in one file and version 1 in two."""
    try:
        quota, period = " ".join(path.read_text() for path in files).split()
        return int(quota) / int(period) if int(quota) > 0 else math.inf
    except (OSError, ValueError):  # not there, or "max"
        return math.inf
