"""Downloads are spaced over all processes, and none begins while YouTube asks for a pause."""

import json
import subprocess
import sys
import time

import pytest
from yt_dlp.utils import DownloadError

from core.errors import DownloadFailed, InvalidSetting, Postponed
from core.video import youtube
from core.video.youtube import settings
from core.video.youtube.pacing import Pace
from tests.recorded_youtube import Downloader

ID = "dQw4w9WgXcQ"


def _quiet(*_said) -> None: ...


@pytest.mark.parametrize(
    ("text", "pause"), [("", (5, 10)), ("7", (7, 7)), ("0", (0, 0)), ("2.5-4", (2.5, 4))]
)
def test_the_pause_can_be_set(monkeypatch, text, pause) -> None:
    monkeypatch.setenv(settings.PAUSE, text)
    assert settings.pause_s() == pause


@pytest.mark.parametrize("text", ["x", "-1", "9-3", "nan", "1-inf", "5-10-15"])
def test_a_pause_that_is_none(monkeypatch, text) -> None:
    monkeypatch.setenv(settings.PAUSE, text)
    with pytest.raises(InvalidSetting, match="AFFINITY_YOUTUBE_PAUSE_S"):
        settings.pause_s()


def test_the_second_download_waits_and_says_so(tmp_path, monkeypatch) -> None:
    monkeypatch.setenv(settings.PAUSE, "0.4")
    said: list[str] = []
    pace = Pace(tmp_path)
    began = time.monotonic()
    pace.wait(ID, lambda _done, message: said.append(message))
    assert time.monotonic() - began < 0.3
    assert said == []
    Pace(tmp_path).wait(ID, lambda _done, message: said.append(message))
    assert time.monotonic() - began >= 0.35
    assert said[0].startswith("Waits ")
    assert said[0].endswith(" s, as YouTube asks")


def test_processes_take_turns(tmp_path, monkeypatch) -> None:
    """Three that start together begin a pause apart, whoever is first."""
    monkeypatch.setenv(settings.PAUSE, "60")
    program = (
        "import sys\nfrom pathlib import Path\nfrom core.video.youtube.pacing import Pace\n"
        "print(Pace(Path(sys.argv[1]))._take_turn('x'))"
    )
    command = [sys.executable, "-c", program, str(tmp_path)]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    began = sorted(float(one.communicate()[0]) for one in running)
    assert began[1] - began[0] >= 59.99
    assert began[2] - began[1] >= 59.99


def test_a_pause_that_youtube_asks_for_holds_all(tmp_path) -> None:
    Pace(tmp_path).hold(3600)
    with pytest.raises(Postponed) as caught:
        Pace(tmp_path).wait(ID, _quiet)
    assert caught.value.retry_after_s == pytest.approx(3600, abs=5)
    Pace(tmp_path).hold(10)  # a shorter one changes nothing
    assert Pace(tmp_path).held_s() > 3500


def test_a_clock_that_was_set_back_holds_nobody(tmp_path) -> None:
    far = time.time() + 30 * 24 * 3600
    (tmp_path / "youtube.json").write_text(json.dumps({"next_at": far, "held_until": far}))
    began = time.monotonic()
    Pace(tmp_path).wait(ID, _quiet)
    assert time.monotonic() - began < 1


def test_a_rate_limit_holds_the_downloads_after_it(tmp_path, monkeypatch) -> None:
    downloader = Downloader()
    downloader.error = DownloadError("ERROR: Unable to download: HTTP Error 429: Too Many Requests")
    monkeypatch.setattr(youtube, "_session", downloader)
    pace = Pace(tmp_path)
    with pytest.raises(DownloadFailed, match="too many requests"):
        youtube.download(ID, tmp_path / "a", _quiet, pace=pace)
    downloader.error = None
    with pytest.raises(Postponed):
        youtube.download("aaaaaaaaaaa", tmp_path / "b", _quiet, pace=pace)
    assert downloader.downloads == 0
