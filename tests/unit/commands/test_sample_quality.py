"""The sample project by commands, from its files to words read back: as good as it is said to be.

Held-out error beside plain baselines, clusters beside the scenes that were drawn, captions beside
what the latents alone say.
"""

from __future__ import annotations

import contextlib
import csv
import io
from pathlib import Path

import cv2
import numpy as np
import pytest
from sklearn.metrics import adjusted_rand_score

from core import jobs
from core.__main__ import main
from core.demo import CHANNELS
from core.storage import open_library, results, runs
from core.storage.files import load_array

pytestmark = pytest.mark.thorough
SETTINGS = {  # small and short, so that a laptop has it in seconds
    "width": 80, "height": 48, "appearance_size": 40, "channels": 8,
    "maps": 4, "steps": 30, "batch_size": 16,
}  # fmt: skip
SCENES = {  # what each shot of a channel shows, in order; two people read river's news
    "harbour": ("studio", "street", "interview", "slide", "street", "studio"),
    "river": ("studio", "street", "slide", "street", "slide", "other studio"),
}


def test_the_sample_project_is_as_good_as_said(
    tmp_path: Path, sample: dict[str, tuple[Path, Path]]
) -> None:
    data = tmp_path / "data"

    def command(*words: object) -> str:
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            assert main([*map(str, words), "--data", str(data)]) == 0
        return out.getvalue().strip()

    for channel in CHANNELS:
        media, captions = sample[channel.stem]
        command("add", media, "--captions", captions, "--group", channel.group)
    settings = [word for name, value in SETTINGS.items() for word in ("--set", f"{name}={value}")]
    run_id = command("train", *settings)
    command("cluster", run_id, "--k", 8)
    command("export", run_id, "--clusters", tmp_path / "frames.csv")
    with (tmp_path / "frames.csv").open(newline="", encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))

    db = open_library(data)
    try:
        run, report = runs.get(db, run_id), results.report(db, run_id)
        frames = np.concatenate([load_array(db.files.pixels(v, 80, 48)) for v in run.video_ids])
    finally:
        jobs.stop_worker(db)
        db.close()
    assert run.frames == len(rows) == 70
    mean_picture = 255 * float(np.square((frames - frames.mean(axis=0)) / 255).mean())
    assert run.error_held_out < report["pca"]["error_held_out"] < mean_picture / 4
    assert run.error_train < mean_picture / 50

    assert (
        adjusted_rand_score([_scene(row) for row in rows], [row["cluster"] for row in rows]) > 0.7
    )

    assert all(row["caption"] for row in rows)
    for row in rows:
        assert _letters(row["decoded_text"]) == _letters(row["caption"])
    first = rows[0]
    said = command(
        "decode", run_id, "--frame", f"{first['video_id']}:0", "--out", tmp_path / "0.png"
    )
    assert said.splitlines()[0] == first["decoded_text"]
    decoded = cv2.imread(str(tmp_path / "0.png"))[..., ::-1]
    assert np.square((decoded - frames[0].astype(float)) / 255).mean() * 255 < mean_picture / 50


def _letters(text: str) -> str:
    """Without spaces and punctuation, which the words of a latent are without."""
    return "".join(letter for letter in text.lower() if letter.isalnum())


def _scene(row: dict[str, str]) -> str:
    """The channel and what is seen at the row's time."""
    (channel,) = [one for one in CHANNELS if one.group == row["group"]]
    ends_s = np.cumsum([shot.seconds for shot in channel.shots()])
    shot = int(np.searchsorted(ends_s, float(row["time_s"]), side="right"))
    return f"{row['group']}: {SCENES[row['group']][shot]}"
