"""A child that reads what strangers made reaches no network, and that costs nothing to speak of."""

import socket
import subprocess
import sys

import pytest

from core import child
from core.config import PROJECT
from core.doctor import installation

GOES = installation._goes_offline()
TRIES = """
import os, socket, subprocess, sys, threading, time
from core import child
def attempt(tell):
    try:
        socket.create_connection(("127.0.0.1", int(sys.argv[1])), 2)
        tell("connected")
    except OSError as error:
        tell(type(error).__name__)
def answer(request, data, say):
    said = []
    attempt(said.append)
    for other in (socket.AF_INET6, socket.AF_UNIX):
        try: socket.socket(other); said.append("open")
        except OSError as error: said.append(type(error).__name__)
    going.set()
    before.join()
    said.extend(earlier)
    began = subprocess.run([sys.executable, "-c", "import socket; socket.socket()"],
                           stderr=subprocess.DEVNULL)
    say(said=said, started=began.returncode)
going, earlier = threading.Event(), []
before = threading.Thread(target=lambda: (going.wait(), attempt(earlier.append)))
before.start()
sys.exit(child.serve(answer))
"""


@pytest.fixture
def server():
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening


def _tried(monkeypatch, server, network: bool) -> dict:
    command = [sys.executable, "-c", TRIES, str(server.getsockname()[1])]
    monkeypatch.setattr(child, "_command", lambda _module: command)
    return next(child.messages("x", {}, silence_s=20, wall_s=20, network=network))


@pytest.mark.skipif(not GOES, reason="this system takes no network away")
def test_a_child_connects_to_nothing(monkeypatch, server) -> None:
    """Neither it, nor a thread that ran before, nor what it starts."""
    said = _tried(monkeypatch, server, network=False)
    assert set(said["said"]) == {"PermissionError"} and len(said["said"]) == 4
    assert said["started"] == 1


def test_a_child_that_may_connect_does(monkeypatch, server) -> None:
    said = _tried(monkeypatch, server, network=True)
    assert said == {"said": ["connected", "open", "open", "connected"], "started": 0}


@pytest.mark.skipif(not GOES, reason="this system takes no network away")
def test_it_takes_no_time() -> None:
    program = (
        "import time; from core.offline import go_offline; began = time.process_time();"
        "assert go_offline(); print(time.process_time() - began)"
    )
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=PROJECT)
    assert float(done.stdout) < 0.02


@pytest.mark.parametrize("machine", ["riscv64", ""])
def test_where_there_is_no_way_that_is_said(monkeypatch, machine) -> None:
    monkeypatch.setattr("platform.machine", lambda: machine)
    from core.offline import go_offline

    assert not go_offline()
    monkeypatch.setattr(installation, "_goes_offline", lambda: False)
    assert "network cannot be taken away" in installation._limits().message
