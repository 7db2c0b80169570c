"""The fuzzer itself: it runs, finds nothing, and would say so if it did."""

from __future__ import annotations

import subprocess
import sys

import pytest

from core.config import PROJECT

pytestmark = pytest.mark.thorough
KINDS = ("captions", "pasted", "addresses", "tables", "words", "settings", "web")


def test_some_inputs_are_refused_or_accepted() -> None:
    words = [f"--kind={kind}" for kind in KINDS]
    command = [sys.executable, "-m", "benchmarks.fuzz", "--count=60", "--jobs=1", *words]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True)
    (total,) = [line.split() for line in done.stdout.splitlines() if line.startswith("all")]
    refused, accepted, crashed, hung, outside = map(int, total[1:])
    assert done.returncode == 0, done.stdout
    assert (crashed, hung, outside) == (0, 0, 0)
    assert refused > 5 and accepted > 5
