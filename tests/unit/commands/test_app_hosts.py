"""Beyond this machine the app starts only where people sign in."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from core.__main__ import main
from core.commands import app
from core.config import SIGN_IN

_SECRET = "0123456789abcdef" * 4
_AUTH = f"""[auth]
redirect_uri = "https://films.example.org/oauth2callback"
cookie_secret = "{_SECRET}"
client_id = "films"
client_secret = "known to both"
server_metadata_url = "https://login.example.org/.well-known/openid-configuration"
"""
_EVERYBODY = "0.0.0.0"  # noqa: S104 - what is tested


@pytest.fixture
def served(data: Path, monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The words that the web server would be started with."""
    started: list[list[str]] = []

    def execv(_program: str, words: list[str]) -> Any:
        started.append(words)
        raise SystemExit(0)

    monkeypatch.setattr(app.os, "execv", execv)
    monkeypatch.setattr(app.os, "chdir", lambda _: None)
    monkeypatch.setenv(SIGN_IN, "left by somebody")
    return started


def _run(*words: str) -> int:
    try:
        return main(["app", "--port", "18517", *words])
    except SystemExit as ended:
        return int(ended.code or 0)


def test_alone_it_asks_nobody(served: list[list[str]]) -> None:
    assert _run() == 0
    assert "127.0.0.1" in served[0]
    assert SIGN_IN not in os.environ


def test_others_are_let_in_only_signed_in(
    served: list[list[str]], capsys: pytest.CaptureFixture[str]
) -> None:
    for host in (_EVERYBODY, "::", "films.example.org"):
        assert _run("--host", host) == 1
        assert "--behind-proxy HEADER" in capsys.readouterr().err
    assert served == []


def test_a_provider_s_file_is_held_to_what_is_needed(
    served: list[list[str]], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "sign-in.toml"
    for said, expected in (
        ("[auth", "cannot be read"),
        ("", "lacks redirect_uri, cookie_secret"),
        (_AUTH.replace('client_id = "films"', ""), "lacks client_id"),
        (_AUTH.replace(_SECRET, "short"), "token_hex"),
    ):
        file.write_text(said)
        assert _run("--host", _EVERYBODY, "--sign-in", str(file)) == 1
        assert expected in capsys.readouterr().err
    file.write_text(_AUTH)
    assert _run("--host", _EVERYBODY, "--sign-in", str(file)) == 0
    assert served[0][-2:] == ["--secrets.files", str(file)]
    assert os.environ[SIGN_IN] == "provider"


def test_a_proxy_s_header_is_a_header(
    served: list[list[str]], capsys: pytest.CaptureFixture[str]
) -> None:
    assert _run("--behind-proxy", "X-User: x") == 1
    assert "no header" in capsys.readouterr().err
    assert _run("--behind-proxy", "X-Forwarded-User") == 0
    assert served[0][-1] == '{"X-Forwarded-User": "name"}'
    assert os.environ[SIGN_IN] == "header X-Forwarded-User"
