"""`retry`, and how `videos` and `jobs` say when a video goes on by itself."""

from __future__ import annotations

import json
import time

import pytest

from core import jobs
from core.__main__ import main
from core.commands import add, retry
from core.commands.shared.refused import more
from core.errors import DownloadFailed, JobEnded
from core.format import day_and_time
from core.records import Video
from core.storage import videos

LATER = time.time() + 7200
REFUSAL = {"sentence": "Refused.", "details": "Sign in\nto", "attempts": 3}


@pytest.fixture
def failed(db):
    for identifier, state in (("aaa", "failed"), ("bbb", "ready"), ("ccc", "failed")):
        refused = {"retry_at": LATER, "refusal": REFUSAL} if identifier == "aaa" else {}
        video = Video(
            identifier, f"Title {identifier}", "us", "youtube", "x", "en", state=state, **refused
        )
        videos.add(db, video)
    return db


@pytest.fixture
def ended(monkeypatch):
    """Jobs that end at once, aaa's as a failure."""

    def finish(_db, job_id, _options):
        if job_id == "ingest-aaa":
            raise JobEnded("Refused.")
        return True

    monkeypatch.setattr(retry, "finish", finish)


def test_all_that_failed(failed, ended, capsys) -> None:
    assert main(["retry", "--all"]) == 1
    out, err = capsys.readouterr()
    assert out == "ccc\n"
    assert err == "Refused.\n"  # no time any more: somebody has asked
    assert {job.subject for job in jobs.every(failed)} == {"aaa", "ccc"}
    waiting = videos.get(failed, "aaa")
    assert (waiting.state, waiting.retry_at, waiting.refusal["attempts"]) == ("waiting", None, 0)


def test_one_by_its_title(failed, ended, capsys) -> None:
    assert main(["retry", "Title ccc"]) == 0
    assert capsys.readouterr().out == "ccc\n"
    assert main(["retry", "bbb"]) == 1
    assert "only what failed" in capsys.readouterr().err
    assert main(["retry"]) == 1
    assert "--all" in capsys.readouterr().err


def test_a_playlist_that_is_refused_says_the_details(failed, capsys, monkeypatch) -> None:
    def refuse(*_asked):
        raise DownloadFailed("It is private.", "Private playlist. Sign in")

    monkeypatch.setattr(add, "_listing", refuse)
    address = "https://www.youtube.com/playlist?list=PL1234567890abcdef"
    assert main(["add", address, "--list"]) == 1
    assert capsys.readouterr().err == "It is private.\n  Details: Private playlist. Sign in\n"


def test_the_time_is_shown(failed, capsys) -> None:
    when = day_and_time(LATER)
    assert more(failed, "aaa") == [
        "  Details: Sign in to",
        f"  Goes on by itself {when}, if the app or a worker runs then.",
    ]
    assert more(failed, "gone") == []
    videos.update(failed, "bbb", refusal={**REFUSAL, "details": ""})  # its captions
    assert more(failed, "bbb") == ["Refused."]
    main(["videos"])
    assert capsys.readouterr().out.splitlines()[1].endswith(when)
    main(["videos", "--json"])
    assert json.loads(capsys.readouterr().out)[0]["retry_at"] == LATER
    jobs.submit_ingest(failed, "aaa")
    videos.update(failed, "aaa", state="failed", retry_at=LATER)
    main(["jobs"])
    assert f"Goes on by itself {when}" in capsys.readouterr().out
