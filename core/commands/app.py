"""Serves the pages in the browser: opens (and migrates) the library, then starts the web server."""

from __future__ import annotations

import argparse
import os
import socket
import subprocess
import sys

from core.config import PROJECT
from core.errors import InvalidSetting
from core.storage import open_library

_HOST = "127.0.0.1"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--port", type=int, default=8501, metavar="N", help="(8501)")


def run(options: argparse.Namespace) -> int:
    """Becomes the web server, which brings the worker along."""
    _check_free(options.port)
    open_library(options.data).close()
    os.environ["AFFINITY_DATA"] = str(options.data)
    print(f"Video Affinity Browser: http://{_HOST}:{options.port} (Ctrl-C ends it)", flush=True)
    os.chdir(PROJECT)
    served = ["run", "app.py", "--server.address", _HOST, "--server.port", str(options.port)]
    command = [sys.executable, "-m", "streamlit", *served]
    if os.name != "nt":  # where to become another program is to start it and end
        os.execv(sys.executable, command)  # noqa: S606 - our own interpreter
    return subprocess.call(command)


def _check_free(port: int) -> None:
    """Raises InvalidSetting where the port cannot be used."""
    if not 1 <= port <= 65535:
        raise InvalidSetting(f"--port must lie between 1 and 65535; {port} was given.")
    with socket.socket() as probe:
        if os.name != "nt":  # there it would share a port that is in use
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((_HOST, port))
        except OSError as error:
            raise InvalidSetting(
                f"Port {port} cannot be used ({error.strerror}); "
                f"end the program that uses it or choose another with --port."
            ) from error
