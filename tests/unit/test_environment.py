"""Numbers that the environment says: the usual ones, those in range, and one sentence else."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from core.config import PROJECT, cache_bytes, job_niceness, pictures_from_bucket, takeover_s
from core.errors import InvalidSetting

_READ: dict[str, tuple[Callable[[], float], float]] = {
    "AFFINITY_CACHE_GB": (cache_bytes, 50e9),
    "AFFINITY_NICE": (job_niceness, 10),
    "AFFINITY_TAKEOVER_S": (takeover_s, 30),
}


@pytest.mark.parametrize("variable", _READ)
def test_a_variable_without_a_number_has_the_usual_one(
    variable: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    read, usual = _READ[variable]
    for nothing in ("", "  "):
        monkeypatch.setenv(variable, nothing)
        assert read() == usual
    monkeypatch.setenv(variable, " 7 ")
    assert read() in (7, 7e9)


@pytest.mark.parametrize("variable", _READ)
@pytest.mark.parametrize("said", ["soon", "nan", "inf", "-1", "1e9", "5 GB"])
def test_what_is_no_number_of_the_range_is_refused_by_its_name(
    variable: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, said)
    with pytest.raises(InvalidSetting, match=f"{variable}.*{said}"):
        _READ[variable][0]()


def test_a_command_says_so_in_one_line(tmp_path: Path) -> None:
    environment = {"AFFINITY_TAKEOVER_S": "soon", "AFFINITY_DATA": str(tmp_path)}
    command = [sys.executable, "-m", "core", "jobs"]
    done = subprocess.run(command, cwd=PROJECT, env=environment, capture_output=True, text=True)
    assert done.returncode == 1
    assert "AFFINITY_TAKEOVER_S" in done.stderr
    assert done.stderr.count("\n") == 1


def test_where_pictures_come_from_is_one_of_two(monkeypatch: pytest.MonkeyPatch) -> None:
    for said, expected in (("", False), ("web", False), (" bucket ", True)):
        monkeypatch.setenv("AFFINITY_PICTURES", said)
        assert pictures_from_bucket() is expected
    monkeypatch.setenv("AFFINITY_PICTURES", "s3")
    with pytest.raises(InvalidSetting, match=r"AFFINITY_PICTURES.*s3"):
        pictures_from_bucket()
