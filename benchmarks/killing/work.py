"""Keeps a library busy as people would: videos added by the command, trainings asked for."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path
from random import Random

import av
import cv2
import numpy as np

from benchmarks.killing.processes import command
from core import jobs
from core.config import RunConfig, preset
from core.errors import StorageFailed
from core.storage import Database, runs, videos

_SMALL = {
    "width": "80", "height": "48", "latent_size": "8", "channels": "8", "maps": "4",
    "steps": "60", "checkpoint_every_s": "0",
}  # fmt: skip
CLIPS, SECONDS, SEGMENTS = 3, 12, 4


class Work:
    """What was acknowledged: ids of videos and of runs. Nothing else counts as promised."""

    def __init__(self, db: Database, folder: Path, rng: Random) -> None:
        self._db, self._folder, self._rng = db, folder, rng
        self.videos: set[str] = set()
        self.runs: set[str] = set()
        self.base: list[str] = []  # read before the first kill: what trainings are on
        self.reading_s = 1.0  # what a video takes in peace
        self.again = 0  # how often somebody would have pressed "Try again"
        self._adding: subprocess.Popen[str] | None = None
        self._seed = 0
        for number in range(CLIPS):
            _draw(folder, number)

    def begin(self) -> None:
        """Two videos, added and read in peace."""
        began = time.monotonic()
        for number in (0, 1):
            self._start_adding(number)
            assert self._adding is not None
            self._adding.wait()
            self.look()
        for video_id in sorted(self.videos):
            jobs.wait(self._db, jobs.submit_ingest(self._db, video_id))
        self.reading_s = (time.monotonic() - began) / 2
        self.base = sorted(self.videos)

    def look(self) -> None:
        """Note what a command has acknowledged: it prints the video's id when that is safe."""
        if self._adding is not None and self._adding.poll() is not None:
            said = self._adding.communicate()[0].split()
            self.videos |= set(said)
            self._adding = None

    def top_up(self, most_videos: int) -> None:
        """Ask for more where little is left to do; failed work is asked for again."""
        self.look()
        live = jobs.live(self._db)
        reading = sum(job.kind == "ingest" for job in live)
        if self._adding is None and reading < 2 and len(videos.every(self._db)) < most_videos:
            self._start_adding(self._rng.randrange(CLIPS))
        if not any(job.kind == "train" for job in live):
            self._train()
        self.try_again()

    def try_again(self) -> None:
        """As somebody would who reads that a process was killed."""
        for video in videos.every(self._db):
            if video.state == "failed":
                self.again += 1
                jobs.submit_ingest(self._db, video.id)
        for run in runs.every(self._db):
            if run.state == "failed" and run.id in self.runs:
                self.again += 1
                jobs.submit_run(self._db, run.id)

    def config(self, seed: int) -> RunConfig:
        return preset("compact", "fast", {**_SMALL, "seed": str(seed)})

    def _train(self) -> None:
        self._seed += 1
        try:
            run, _ = jobs.submit_training(self._db, self.config(self._seed), self.base)
            self.runs.add(run.id)
        except StorageFailed:  # a sentence, and nothing was promised
            self._seed -= 1

    def _start_adding(self, number: int) -> None:
        clip = self._folder / f"clip{number}.mp4"
        captions = ("--captions", str(clip.with_suffix(".srt")))
        words = ("add", str(clip), *captions, "--group", "ab"[number % 2], "--detach")
        self._adding = command(self._db.files.folder, *words)


def _draw(folder: Path, number: int) -> None:
    """A clip of moving squares, a frame each 2 s when it is read, and its captions."""
    with av.open(str(folder / f"clip{number}.mp4"), "w") as out:
        stream = out.add_stream("libx264", rate=5, options={"g": "10", "preset": "ultrafast"})
        stream.width, stream.height, stream.pix_fmt = 160, 96, "yuv420p"
        for at in range(5 * SECONDS):
            picture = np.full((96, 160, 3), (40 + 60 * number, 3 * at, 120), np.uint8)
            cv2.rectangle(picture, (at * 2 % 120, 20), (at * 2 % 120 + 40, 70), (250, 250, 20), -1)
            out.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        out.mux(stream.encode(None))
    cues = [
        f"{n}\n00:00:{3 * n:02},000 --> 00:00:{3 * n + 2:02},000\nWord {n}" for n in range(SEGMENTS)
    ]
    (folder / f"clip{number}.srt").write_text("\n\n".join(cues) + "\n")
