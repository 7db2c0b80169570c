"""The examples of docs/server are read by the programs that they are for, where those are there."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from core.config import PROJECT

_EXAMPLES = PROJECT / "docs" / "server"


def _program(name: str) -> str:
    found = shutil.which(name) or shutil.which(name, path="/usr/sbin")
    if found is None:
        pytest.skip(f"{name} is not installed")
    return found


def test_nginx_takes_its_example(tmp_path: Path) -> None:
    nginx, key, certificate = _program("nginx"), tmp_path / "k.pem", tmp_path / "c.pem"
    words = [_program("openssl"), *["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1"]]
    words += ["-subj", "/CN=films.example.org", "-keyout", str(key), "-out", str(certificate)]
    subprocess.run(words, check=True, capture_output=True)
    site = (_EXAMPLES / "nginx.conf").read_text()
    site = site.replace("/etc/ssl/films/fullchain.pem", str(certificate))
    (tmp_path / "site.conf").write_text(site.replace("/etc/ssl/films/privkey.pem", str(key)))
    whole = tmp_path / "nginx.conf"
    whole.write_text(
        f"pid {tmp_path}/pid;\nerror_log stderr;\nevents {{}}\n"
        f"http {{ access_log off; include {tmp_path}/site.conf; }}\n"
    )
    said = subprocess.run([nginx, "-t", "-c", whole], capture_output=True, text=True, check=False)
    assert said.returncode == 0, said.stderr


def test_caddy_takes_its_example(tmp_path: Path) -> None:
    words = [_program("caddy"), "validate", "--adapter", "caddyfile", "--config"]
    environment = {"HOME": str(tmp_path), "PATH": "/usr/bin:/bin"}
    said = subprocess.run(
        [*words, _EXAMPLES / "Caddyfile"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert said.returncode == 0, said.stderr


def test_systemd_takes_its_example(tmp_path: Path) -> None:
    analyse = _program("systemd-analyze")
    unit = tmp_path / "affinity.service"
    text = (_EXAMPLES / "affinity.service").read_text()
    unit.write_text(text.replace("/opt/affinity/.venv/bin/python", "/usr/bin/env"))
    said = subprocess.run([analyse, "verify", unit], capture_output=True, text=True, check=False)
    assert "affinity.service:" not in said.stderr, said.stderr
