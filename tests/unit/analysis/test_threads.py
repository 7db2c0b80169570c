"""How many threads numeric work gets, and who may limit them for the whole process."""

from __future__ import annotations

import contextlib
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from core import machine
from core.analysis.threads import threads_for


def test_only_the_main_thread_limits_the_process(monkeypatch: pytest.MonkeyPatch) -> None:
    limits: list[int | None] = []

    def limited(limit: int | None) -> contextlib.nullcontext:
        limits.append(limit)
        return contextlib.nullcontext()

    def analyse() -> None:
        with threads_for(100):
            pass

    monkeypatch.setattr("threadpoolctl.threadpool_limits", limited)
    with ThreadPoolExecutor(1) as server:
        server.submit(analyse).result()
    assert limits == []
    analyse()
    assert limits == [1]


@pytest.mark.parametrize(
    ("files", "cores"),
    [
        ({}, 64),
        ({"cpu.max": "150000 100000\n"}, 2),
        ({"a/b/cpu.max": "max 100000\n", "a/cpu.max": "300000 100000\n"}, 3),
        ({"a/b/cpu.max": "10000 100000\n"}, 1),
        ({"cpu/cpu.cfs_quota_us": "-1\n", "cpu/cpu.cfs_period_us": "100000\n"}, 64),
        ({"cpu/cpu.cfs_quota_us": "400000\n", "cpu/cpu.cfs_period_us": "100000\n"}, 4),
    ],
)
def test_a_quota_counts_like_cores(
    files: dict[str, str], cores: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, text in files.items():
        path = tmp_path / "fs" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    (tmp_path / "own").write_text("12:cpu:/x\n0::/a/b\n")
    monkeypatch.setattr(machine, "_CGROUPS", tmp_path / "fs")
    monkeypatch.setattr(machine, "_OWN_GROUP", tmp_path / "own")
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(64)), raising=False)
    assert machine.usable_cores() == cores


def test_without_affinity_and_cgroups_the_cores_count(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(machine, "_OWN_GROUP", tmp_path / "none")
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)
    monkeypatch.setattr(os, "cpu_count", lambda: 5)
    assert machine.usable_cores() == 5
    monkeypatch.setattr(os, "cpu_count", lambda: None)
    assert machine.usable_cores() == 1


@pytest.mark.parametrize(("said", "threads"), [("3", 3), ("0", 1), ("4,2", 64), ("", 64)])
def test_who_runs_it_may_say_how_many_threads_it_takes(
    said: str, threads: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", said)
    monkeypatch.setattr(machine, "usable_cores", lambda: 64)
    assert machine.threads() == threads
