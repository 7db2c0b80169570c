"""Serves the pages in the browser: opens (and migrates) the library, then starts the web server.

It listens to this machine alone. Beyond it (--host) people have to sign in: with a provider of
OpenID Connect (--sign-in F.toml), or with a proxy that asks them (--behind-proxy HEADER).
`people add` says who may; docs/team.md has the whole.
"""

from __future__ import annotations

import argparse
import ipaddress
import json
import os
import re
import socket
import subprocess
import sys
import tomllib
from pathlib import Path

from core.config import PROJECT, SIGN_IN
from core.errors import InvalidSetting
from core.storage import open_library

_HOST = "127.0.0.1"
_PROVIDER = ("redirect_uri", "cookie_secret", "client_id", "client_secret", "server_metadata_url")
_SECRET = 32  # characters at least: whoever guesses it can be anybody


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--port", type=int, default=8501, metavar="N", help="(8501)")
    parser.add_argument("--host", default=_HOST, metavar="ADDRESS", help=f"({_HOST})")
    signing = parser.add_mutually_exclusive_group()
    signing.add_argument(
        "--sign-in", type=Path, metavar="F.toml", help="people sign in with the provider in [auth]"
    )
    signing.add_argument(
        "--behind-proxy", metavar="HEADER", help="a proxy signs people in, and names them in it"
    )


def run(options: argparse.Namespace) -> int:
    """Becomes the web server, which brings the worker along."""
    served = ["run", "app.py", "--server.address", options.host, "--server.port"]
    served += [str(options.port), *_signing_in(options)]
    _check_free(options.host, options.port)
    open_library(options.data).close()
    os.environ["AFFINITY_DATA"] = str(options.data)
    shown = f"[{options.host}]" if ":" in options.host else options.host
    print(f"Video Affinity Browser: http://{shown}:{options.port} (Ctrl-C ends it)", flush=True)
    os.chdir(PROJECT)
    command = [sys.executable, "-m", "streamlit", *served]
    if os.name != "nt":  # where to become another program is to start it and end
        os.execv(sys.executable, command)  # noqa: S606 - our own interpreter
    return subprocess.call(command)


def _signing_in(options: argparse.Namespace) -> list[str]:
    """What Streamlit is told, and in the environment what we are. Raises InvalidSetting."""
    os.environ.pop(SIGN_IN, None)
    if options.sign_in is not None:
        _check_provider(options.sign_in)
        os.environ[SIGN_IN] = "provider"
        return ["--secrets.files", str(options.sign_in.absolute())]
    if options.behind_proxy is not None:
        if not re.fullmatch(r"[A-Za-z0-9-]{1,64}", options.behind_proxy):
            raise InvalidSetting(f"--behind-proxy {options.behind_proxy!r} is no header's name.")
        os.environ[SIGN_IN] = f"header {options.behind_proxy}"
        return ["--server.trustedUserHeaders", json.dumps({options.behind_proxy: "name"})]
    if not _this_machine(options.host):
        raise InvalidSetting(
            f"--host {options.host} lets others in: say how they sign in, with --sign-in F.toml or "
            "--behind-proxy HEADER."
        )
    return []


def _check_provider(file: Path) -> None:
    try:
        said = tomllib.loads(file.read_text(encoding="utf-8")).get("auth")
    except (OSError, ValueError) as error:
        raise InvalidSetting(f"--sign-in {file} cannot be read: {error}") from error
    said = said if isinstance(said, dict) else {}
    lacking = [key for key in _PROVIDER if not (isinstance(said.get(key), str) and said[key])]
    if lacking:
        raise InvalidSetting(f"--sign-in {file} lacks {', '.join(lacking)} under [auth].")
    if len(said["cookie_secret"]) < _SECRET:
        raise InvalidSetting(
            f"The cookie_secret in {file} is too short; make one: python -c "
            '"import secrets; print(secrets.token_hex(32))"'
        )


def _this_machine(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _check_free(host: str, port: int) -> None:
    """Raises InvalidSetting where the address or the port cannot be used."""
    if not 1 <= port <= 65535:
        raise InvalidSetting(f"--port must lie between 1 and 65535; {port} was given.")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        if os.name != "nt":  # there it would share a port that is in use
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise InvalidSetting(
                f"Port {port} of {host} cannot be used ({error.strerror}); "
                f"end the program that uses it or choose another with --port."
            ) from error
