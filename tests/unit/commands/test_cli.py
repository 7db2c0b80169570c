"""The command line without any work: what it refuses, in one line, and that nothing is recorded."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from core.__main__ import main
from core.demo import CHANNELS
from core.pipeline.intake import add_video
from core.storage import Database, runs, videos


@pytest.fixture(scope="module")
def clip(sample: dict[str, tuple[Path, Path]]) -> Path:
    """A real video with its captions beside it."""
    return sample[CHANNELS[0].stem][0]


def refusal(capsys: pytest.CaptureFixture[str], *words: str | Path) -> str:
    """The one line that a refused command says."""
    try:
        status = main([str(word) for word in words])
    except SystemExit as ended:  # argparse's way out
        status = int(ended.code or 0)
    said = capsys.readouterr()
    assert status != 0
    assert said.out == ""
    lines = said.err.splitlines()
    assert len(lines) == 1, said.err
    assert "Traceback" not in said.err
    return lines[0]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["wrong"], "choose from app, add"),
        (["cluster"], "RUN"),
        (["cluster", "r", "--k", "many"], "invalid int value"),
        (["train", "--model"], "--model"),
        (["add", "a.mp4"], "--group"),
        (["add", "--group", "us"], "SOURCE"),
        (["videos", "--wrong"], "--wrong"),
        (["videos", "--jso"], "--jso"),
        (["export", "r"], "--clusters"),
        (["export", "r", "--clusters", "/nowhere/at/all.csv"], "no folder"),
        (["decode", "r", "--out", "x.png"], "--frame"),
        (["app", "--port", "99999"], "65535"),
        (["worker", "--idle-exit", "nan"], "above 0"),
        (["add", "x.mp4", "--group", "us", "--every", "0"], "above 0"),
    ],
)
def test_a_mistake_in_the_words_is_one_line(
    data: Path, capsys: pytest.CaptureFixture[str], words: list[str], expected: str
) -> None:
    assert expected in refusal(capsys, *words)


@pytest.mark.parametrize(
    "source",
    [
        "https://example.com/watch?v=dQw4w9WgXcQ",
        "file:///etc/passwd",
        "http://127.0.0.1/x.mp4",
        "no-such-file.mp4",
        "",
    ],
)
def test_an_address_that_is_not_youtubes_is_refused(
    db: Database, capsys: pytest.CaptureFixture[str], source: str
) -> None:
    assert "YouTube" in refusal(capsys, "add", "--group", "us", "--", source)
    assert videos.every(db) == []


def test_a_name_may_begin_with_a_dash_after_two_dashes(
    db: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "'-x.mp4'" in refusal(capsys, "add", "--group", "us", "--", "-x.mp4")
    assert "'--k'" in refusal(capsys, "cluster", "--k", "3", "--", "--k")


def test_a_file_that_is_no_video_is_refused(
    db: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    fake = tmp_path / "fake.mp4"
    fake.write_text("<html>not a video</html>")
    assert "fake.mp4" in refusal(capsys, "add", fake, "--group", "us")
    assert videos.every(db) == []
    assert list((db.files.folder / "videos").iterdir()) == []


def test_captions_that_do_not_parse_are_refused(
    db: Database, clip: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = tmp_path / "broken.srt"
    broken.write_text("1\nthis is not a time\nhello\n")
    assert "broken.srt" in refusal(capsys, "add", clip, "--captions", broken, "--group", "us")
    gone = tmp_path / "gone.srt"
    assert "gone.srt" in refusal(capsys, "add", clip, "--captions", gone, "--group", "us")
    assert videos.every(db) == []
    assert list((db.files.folder / "videos").iterdir()) == []


def test_captions_go_with_one_file(
    db: Database, clip: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    captions = clip.with_suffix(".srt")
    said = refusal(capsys, "add", clip, clip, "--captions", captions, "--group", "us")
    assert "one by one" in said
    said = refusal(capsys, "add", "dQw4w9WgXcQ", "--captions", captions, "--group", "us")
    assert "one video file" in said
    assert videos.every(db) == []


def test_training_on_nothing_is_refused(db: Database, capsys: pytest.CaptureFixture[str]) -> None:
    assert "nothing to train on" in refusal(capsys, "train", "--model", "compact")
    assert "selected" in refusal(capsys, "train", "--model", "compact", "--videos", " , ")
    assert "no video" in refusal(capsys, "train", "--model", "compact", "--videos", "nope")
    assert "choose from" in refusal(capsys, "train", "--model", "nope")
    assert "KEY=VALUE" in refusal(capsys, "train", "--model", "pca", "--set", "steps")
    said = refusal(capsys, "train", "--model", "compact", "--set", "learning_rate=nan")
    assert "learning_rate" in said
    assert runs.every(db) == []


@pytest.mark.parametrize(
    "words",
    [
        ["cluster", "nope", "--k", "3"],
        ["project", "nope"],
        ["export", "nope", "--clusters", "x.csv"],
        ["decode", "nope", "--frame", "a:1", "--out", "x.png"],
    ],
)
def test_an_unknown_run_is_refused(
    db: Database, capsys: pytest.CaptureFixture[str], words: list[str]
) -> None:
    assert "no run 'nope'" in refusal(capsys, *words)


def test_an_unknown_job_is_refused(db: Database, capsys: pytest.CaptureFixture[str]) -> None:
    assert "no job 'nope'" in refusal(capsys, "cancel", "nope")


def test_a_data_folder_that_cannot_be_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("")
    assert "data folder" in refusal(capsys, "videos", "--data", tmp_path / "file" / "x")


@pytest.mark.parametrize("command", ["videos", "runs", "jobs"])
def test_an_empty_library_lists_nothing(
    data: Path, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    assert main([command, "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == []
    assert main([command]) == 0
    assert "no" in capsys.readouterr().out


def test_the_data_folder_goes_before_or_after_the_command(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--data", str(tmp_path / "a"), "videos"]) == 0
    assert main(["videos", "--data", str(tmp_path / "b")]) == 0
    assert (tmp_path / "a" / "library.db").is_file()
    assert (tmp_path / "b" / "library.db").is_file()


def test_listing_videos_imports_nothing_heavy(data: Path) -> None:
    script = (
        "import sys; from core.__main__ import main; main(['videos']); "
        "print([m for m in ('torch', 'sklearn', 'streamlit', 'cv2', 'dbos') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "[]"


@pytest.mark.slow  # it tries the whole installation
def test_doctor_finds_a_sound_installation(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor"]) == 0
    said = capsys.readouterr().out
    assert "PROBLEM" not in said
    assert "library.db" in said


def test_the_sample_project_stays_out_of_a_library_with_videos(
    db: Database, clip: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    add_video.add_file(db, clip, "mine.mp4", group="us")
    assert "--data sample" in refusal(capsys, "demo")
    assert [video.origin for video in videos.every(db)] == ["mine.mp4"]
