"""What a command says when its job is left to run by itself."""

import argparse
import re
import shlex
from pathlib import Path

import pytest

from core import jobs
from core.commands.shared.waiting import finish
from core.storage import Database


def test_the_commands_it_names_work_for_a_folder_with_a_space(
    db: Database, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(jobs, "ensure_worker", lambda *_, **__: None)
    monkeypatch.setattr(jobs, "wait", interrupted)
    folder = Path("/films of ours/it's here")
    assert not finish(db, "ingest-1", argparse.Namespace(data=folder, detach=False))
    named = [shlex.split(said) for said in re.findall("`(.*?)`", capsys.readouterr().err)]
    assert [words[3] for words in named] == ["cancel", "jobs"]
    assert all(words[-2:] == ["--data", str(folder)] for words in named)
