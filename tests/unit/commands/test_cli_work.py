"""The command line at work, with a real worker: add, train, cluster, project, export, decode."""

from __future__ import annotations

import contextlib
import csv
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import pytest

from core import jobs
from core.__main__ import main
from core.export import COLUMNS
from core.storage import open_library

pytestmark = pytest.mark.slow
FRAMES = 70  # of both sample channels, 35 each


@dataclass
class Done:
    """What a command left: its status and what it said."""

    returncode: int
    stdout: str
    stderr: str


@dataclass
class Shell:
    """Runs commands on one data folder; the worker they start is a process of its own."""

    data: Path

    def __call__(self, *words: str | Path) -> Done:
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            status = main([*map(str, words), "--data", str(self.data)])
        return Done(status, out.getvalue(), err.getvalue())

    def ok(self, *words: str | Path) -> str:
        """What the command prints, once it has ended well."""
        done = self(*words)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def listed(self, what: str) -> list[dict]:
        return json.loads(self.ok(what, "--json"))


@pytest.fixture(scope="module")
def shell(
    tmp_path_factory: pytest.TempPathFactory, sample: dict[str, tuple[Path, Path]]
) -> Iterator[Shell]:
    """A library with both sample channels, added by the command line."""
    shell = Shell(tmp_path_factory.mktemp("cli") / "data")
    for media, captions in sample.values():
        shell.ok("add", media, "--captions", captions, "--group", media.stem)
    yield shell
    library = open_library(shell.data)
    jobs.stop_worker(library)
    library.close()


@pytest.fixture(scope="module")
def run_id(shell: Shell) -> str:
    return shell.ok("train", "--model", "pca", "--set", "latent_size=16", "--name", "first")


def test_videos_are_listed_for_programs(shell: Shell) -> None:
    listed = shell.listed("videos")
    assert [(v["frames"], v["captions"], v["language"]) for v in listed] == [
        (35, 19, "en"),
        (35, 18, "zh"),
    ]
    wanted = {"id", "title", "group", "source", "language", "duration_s", "frames", "captions"}
    assert all(wanted <= set(video) for video in listed)
    assert listed[0]["duration_s"] == pytest.approx(70, abs=0.5)


def test_a_run_is_listed_with_its_errors(shell: Shell, run_id: str) -> None:
    (run,) = [run for run in shell.listed("runs") if run["id"] == run_id]
    wanted = {"id", "name", "model", "preset", "state", "videos", "frames", "latent_size"}
    assert wanted | {"error_train", "error_held_out", "seconds"} <= set(run)
    assert (run["name"], run["state"], run["frames"], run["latent_size"]) == (
        "first",
        "done",
        FRAMES,
        16,
    )
    assert 0 < run["error_train"] < 50
    assert run["seconds"] > 0


def test_jobs_are_listed(shell: Shell, run_id: str) -> None:
    listed = shell.listed("jobs")
    assert {"id", "kind", "state", "progress", "message"} <= set(listed[0])
    assert {"ingest", "train"} <= {job["kind"] for job in listed}
    assert all(job["progress"] == 1 for job in listed if job["state"] == "done")


def test_the_same_training_again_is_the_same_run(shell: Shell, run_id: str) -> None:
    assert shell.ok("train", "--model", "pca", "--set", "latent_size=16") == run_id


def test_the_csv_has_the_clusters_asked_for_last(shell: Shell, run_id: str, tmp_path: Path) -> None:
    shell.ok("cluster", run_id, "--method", "kmeans", "--k", "5")
    shell.ok("cluster", run_id, "--method", "gmm", "--k", "3")
    shell.ok("cluster", "first", "--method", "kmeans", "--k", "5")
    shell.ok("project", run_id[:6], "--perplexity", "10")
    shell.ok("export", run_id, "--clusters", tmp_path / "five.csv")
    shell.ok("export", run_id, "--clusters", tmp_path / "three.csv", "--method", "gmm", "--k", "3")
    with (tmp_path / "five.csv").open(newline="", encoding="utf-8-sig") as file:
        reader = csv.DictReader(file)
        five = list(reader)
    assert tuple(reader.fieldnames or ())[: len(COLUMNS)] == COLUMNS
    assert len(five) == FRAMES
    assert {row["cluster"] for row in five} == {"1", "2", "3", "4", "5"}
    assert all(row["x"] and row["y"] and row["caption"] for row in five)
    assert all((shell.data / row["frame_file"]).is_file() for row in five)
    with (tmp_path / "three.csv").open(newline="", encoding="utf-8-sig") as file:
        three = list(csv.DictReader(file))
    assert {row["cluster"] for row in three} == {"1", "2", "3"}


def test_latents_have_the_rows_of_the_csv(shell: Shell, run_id: str, tmp_path: Path) -> None:
    shell.ok("export", run_id, "--latents", tmp_path / "l.npz")
    shell.ok("export", run_id, "--clusters", tmp_path / "c.csv")
    with np.load(tmp_path / "l.npz", allow_pickle=False) as arrays:
        assert arrays["latents"].shape == (FRAMES, 16)
        assert arrays["latents"].dtype == np.float32
        rows = list(zip(arrays["video_id"], arrays["frame_index"], arrays["group"], strict=True))
    with (tmp_path / "c.csv").open(newline="", encoding="utf-8-sig") as file:
        listed = [
            (row["video_id"], int(row["frame_index"]), row["group"]) for row in csv.DictReader(file)
        ]
    assert [(str(v), int(i), str(g)) for v, i, g in rows] == listed


def test_a_frame_a_centre_and_a_latent_are_decoded(
    shell: Shell, run_id: str, tmp_path: Path
) -> None:
    video = shell.listed("videos")[0]["id"]
    done = shell("decode", run_id, "--frame", f"{video}:7", "--out", tmp_path / "frame.png")
    assert done.returncode == 0, done.stderr
    assert "no words" in done.stderr
    decoded = cv2.imread(str(tmp_path / "frame.png"))
    assert decoded.shape == (120, 200, 3)
    original = cv2.imread(str(shell.data / "videos" / video / "frames" / "000007.jpg"))
    small = cv2.resize(original, (200, 120), interpolation=cv2.INTER_AREA)
    assert np.abs(decoded.astype(int) - small).mean() < 20

    shell.ok("export", run_id, "--latents", tmp_path / "l.npz")
    with np.load(tmp_path / "l.npz", allow_pickle=False) as arrays:
        row = list(zip(arrays["video_id"], arrays["frame_index"], strict=True)).index((video, 7))
        np.save(tmp_path / "seven.npy", arrays["latents"][row])
        np.save(tmp_path / "short.npy", arrays["latents"][row][:3])
    shell.ok("decode", run_id, "--latent", tmp_path / "seven.npy", "--out", tmp_path / "same.png")
    assert (cv2.imread(str(tmp_path / "same.png")) == decoded).all()

    out = tmp_path / "centre.png"
    shell.ok("decode", run_id, "--cluster", "2", "--k", "4", "--out", out)
    assert cv2.imread(str(out)).shape == (120, 200, 3)
    for wrong in (["--cluster", "9", "--k", "4"], ["--latent", tmp_path / "short.npy"]):
        done = shell("decode", run_id, *wrong, "--out", tmp_path / "not.png")
        assert done.returncode != 0
        assert len(done.stderr.splitlines()) == 1
    assert not (tmp_path / "not.png").exists()


def test_more_clusters_than_frames_are_refused(shell: Shell, run_id: str) -> None:
    before = len(shell.listed("jobs"))
    for words in (
        ["cluster", run_id, "--k", str(FRAMES + 1)],
        ["cluster", run_id, "--k", "1"],
        ["project", run_id, "--perplexity", str(FRAMES)],
        ["project", run_id, "--method", "pca", "--perplexity", "10"],
    ):
        done = shell(*words)
        assert done.returncode != 0
        assert len(done.stderr.splitlines()) == 1, done.stderr
    assert len(shell.listed("jobs")) == before


def test_a_detached_job_can_be_cancelled(shell: Shell) -> None:
    words = ("train", "--model", "compact", "--set", "steps=100000", "--detach")
    run_id = shell.ok(*words)
    assert shell("cancel", run_id).returncode == 0
    (run,) = [run for run in shell.listed("runs") if run["id"] == run_id]
    assert run["state"] == "cancelled"
    again = shell("cancel", run_id)
    assert again.returncode != 0
    assert "ended already" in again.stderr
    done = shell("cluster", run_id, "--k", "3")
    assert done.returncode != 0
    assert "cancelled" in done.stderr
