"""One protocol to every child process: request, messages, one sentence; limits, and no orphans."""

import os
import sys
import time

import psutil
import pytest

from core import child
from core.errors import AffinityError, NotFound, VideoUnreadable

pytestmark = pytest.mark.slow

BEGIN = "import os, sys, time\nfrom core import child, errors\n"


def _pretend(monkeypatch, program: str) -> None:
    monkeypatch.setattr(child, "_command", lambda _module: [sys.executable, "-c", BEGIN + program])


def _served(monkeypatch, body: str, request=None, data=b"", **how) -> list[dict]:
    """What a child says whose `answer(request, data, say)` has this body."""
    lines = "".join(f"    {line}\n" for line in body.split("\n"))
    program = f"def answer(request, data, say):\n{lines}sys.exit(child.serve(answer))"
    _pretend(monkeypatch, program)
    patience = {"silence_s": 20.0, "wall_s": 20.0} | how
    return list(child.messages("x", request or {}, data=data, **patience))


def test_a_request_with_bytes_is_answered(monkeypatch) -> None:
    data = os.urandom(3_000_000)  # more than a pipe holds
    said = _served(
        monkeypatch,
        "print('a library talks')\nsay(done=1)\nsay(n=len(data), last=data[-1], who=request['w'])",
        {"w": "港"},
        data,
    )
    assert said == [{"done": 1}, {"n": len(data), "last": data[-1], "who": "港"}]


def test_the_errors_own_sentence_arrives(monkeypatch) -> None:
    with pytest.raises(NotFound, match=r"^There is no run 7\.$"):
        _served(monkeypatch, "raise errors.NotFound('There is no run 7.')")


@pytest.mark.parametrize("name", ["OSError", "SystemExit", "annotations", "AffinityError", 3])
def test_a_child_names_no_other_error(monkeypatch, name) -> None:
    _pretend(monkeypatch, f'print(\'{{"failed": "{name}", "sentence": "No."}}\')')
    with pytest.raises(AffinityError, match=r"^No\.$") as caught:
        list(child.messages("x", {}, silence_s=20, wall_s=20))
    assert type(caught.value) is AffinityError


@pytest.mark.parametrize(
    ("program", "code"),
    [
        ("raise ValueError('a fault of ours')", 1),
        ("os.abort()", -6),
        ("os.write(1, b'no message\\n'); time.sleep(60)", 1),
        ("os.write(1, b'[1, 2]\\n'); time.sleep(60)", 1),
        ("time.sleep(60)", None),
        ("while True: print('{\"done\": 1}', flush=True)", None),
    ],
)
def test_a_child_that_goes_wrong(monkeypatch, program, code) -> None:
    _pretend(monkeypatch, program)
    before = time.monotonic()
    others = set(psutil.Process().children(recursive=True))  # a browser of other tests, say
    with pytest.raises(child.ChildFailed) as caught:
        list(child.messages("x", {}, silence_s=3.0, wall_s=3.0))
    assert caught.value.code == code
    assert time.monotonic() - before < 20
    assert not set(psutil.Process().children(recursive=True)) - others


def test_closing_ends_the_whole_tree(monkeypatch) -> None:
    program = (
        "import subprocess\n"
        "one = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
        "print('{\"pid\": %d}' % one.pid, flush=True)\ntime.sleep(600)"
    )
    _pretend(monkeypatch, program)
    told = child.messages("x", {}, silence_s=20, wall_s=20)
    grandchild = psutil.Process(next(told)["pid"])
    told.close()
    psutil.wait_procs([grandchild], timeout=10)
    assert not grandchild.is_running() or grandchild.status() == psutil.STATUS_ZOMBIE


def test_a_child_ends_with_its_parent(monkeypatch) -> None:
    """Also without Linux's signal: the pipe that breaks is enough."""
    program = (
        "sys.platform = 'other'\n"
        "def answer(request, data, say):\n    say(pid=os.getpid())\n    time.sleep(600)\n"
        "child.serve(answer)"
    )
    _pretend(monkeypatch, program)
    told = child.messages("x", {}, silence_s=20, wall_s=20)
    process = psutil.Process(next(told)["pid"])
    monkeypatch.setattr(child, "kill_tree", lambda started: started.stdin.close())
    told.close()
    assert psutil.wait_procs([process], timeout=10)[0]


@pytest.mark.skipif(not child.limits_available(), reason="this system bounds no child")
@pytest.mark.parametrize(
    ("body", "code"),
    [("bytearray(7 * 2**30)", 1), ("while True: pass", -9)],
)
def test_a_child_is_bounded(monkeypatch, body, code) -> None:
    with pytest.raises(child.ChildFailed) as caught:
        _served(monkeypatch, body, limits=child.Limits(6 * 2**30, 1, 64 * 2**20))
    assert caught.value.code == code


@pytest.mark.skipif(not child.limits_available(), reason="this system bounds no child")
def test_a_child_writes_no_large_file_and_no_core(monkeypatch) -> None:
    body = "say(limits=open('/proc/self/limits').read())"
    (said,) = _served(monkeypatch, body, limits=child.Limits(6 * 2**30, 60, 12_345_678))
    bounds = {line[:26].strip(): line[26:].split()[0] for line in said["limits"].splitlines()}
    assert (bounds["Max file size"], bounds["Max core file size"]) == ("12345678", "0")
    assert bounds["Max address space"] == str(6 * 2**30)


def test_without_limits_of_the_system_it_works_too(monkeypatch) -> None:
    body = "say(bounded=child.limits_available())"
    monkeypatch.setattr(sys.modules[__name__], "BEGIN", BEGIN + "child.resource = None\n")
    assert _served(monkeypatch, body, limits=child.Limits(1, 1, 1)) == [{"bounded": False}]


def test_a_child_that_breaks_off_says_its_own(monkeypatch) -> None:
    """What was said before an error counts; the error is the last word."""
    _pretend(
        monkeypatch,
        "def answer(request, data, say):\n    say(done=1)\n"
        "    raise errors.VideoUnreadable('It is cut off.')\nsys.exit(child.serve(answer))",
    )
    told = child.messages("x", {}, silence_s=20, wall_s=20)
    assert next(told) == {"done": 1}
    with pytest.raises(VideoUnreadable, match="cut off"):
        next(told)
