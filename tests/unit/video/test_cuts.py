"""Cuts in drawn videos, in numbers, and in real clips whose cuts were looked at."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from core.pipeline.comparison.editing import editing, editing_course, editing_rows
from core.pipeline.intake.watch_cuts import watch_cuts
from core.storage import Database, cuts
from core.storage.progress import Progress
from core.video import frames
from core.video.cuts import Watched, find_cuts
from core.video.part import Part
from tests.synthetic import make_run


def _quiet(_done: float, _said: str) -> None:
    pass


def test_a_cut_stands_out_from_its_neighbours_and_movement_does_not() -> None:
    times = np.arange(12) / 10
    still = np.zeros(12)
    cut = still.copy()
    cut[5] = 80
    assert find_cuts(times, cut) == [0.5]
    assert find_cuts(times, np.full(12, 60.0)) == []  # a whip pan
    flash = still.copy()
    flash[5:7] = 90
    assert find_cuts(times, flash) == [0.5]
    assert find_cuts(times[:2], np.array([0.0, 90.0])) == [0.1]


def test_light_and_colour_are_cielabs() -> None:
    watched = Watched()
    for number, shade in enumerate(((255, 255, 255), (0, 0, 0), (255, 0, 0))):
        watched.add(float(number), np.full((36, 64, 3), shade, np.uint8))
    shots = watched.shots(0.0, 3.0)
    assert shots.seconds == [0, 1, 2]
    assert shots.brightness == pytest.approx([100, 0, 53.2], abs=0.5)
    assert shots.colour == pytest.approx([0, 0, 104.6], abs=1)
    assert shots.cuts_s == []  # every picture is another: none stands out


@pytest.mark.slow
def test_a_run_is_watched_once_and_compared(db: Database) -> None:
    """The drawn videos hold each frame for 2 s; scenes change the whole picture."""
    run = make_run(db, (12, 12), latent=6, every_k=(3,), layouts=("pca",))
    assert cuts.missing(db, run.video_ids) == list(run.video_ids)
    watch_cuts(db, run.id, Progress(None))
    assert cuts.missing(db, run.video_ids) == []
    found = editing(db, run)
    rows = editing_rows(found)
    assert [row["pictures"] for row in rows] == [24, 24]
    assert all(row["cuts"] >= 5 for row in rows)  # six scenes each
    assert set(found.shots[0].cuts_s) >= {4.0, 8.0, 12.0, 16.0, 20.0}
    assert found.rates["cuts_per_minute"][0].rate == pytest.approx(rows[0]["cuts_per_minute"])
    assert found.rates["cuts_per_minute"][0].p is None
    course = editing_course(found, "brightness")
    assert not np.isnan(course.share).any()
    rate = editing_course(found, "cuts_per_minute").share[0, :, 0].mean()
    assert rate == pytest.approx(rows[0]["cuts_per_minute"], rel=1e-3)
    watch_cuts(db, run.id, Progress(None))  # nothing is left to do


@pytest.mark.real
@pytest.mark.parametrize(
    ("clip", "seen_s"),
    [("nasa_13013.mp4", [8.08]), ("intel_car.mp4", [])],
)
def test_real_cuts_are_found_and_movement_is_none(
    real: Path, clip: str, seen_s: list[float]
) -> None:
    """As seen on contact sheets; nasa_13013 has a dissolve at 5 s besides, which is not found."""
    assert frames.cuts(real / "video" / clip, clip, _quiet).cuts_s == seen_s


@pytest.mark.thorough
@pytest.mark.real
@pytest.mark.slow
def test_the_american_news_shots_are_those_labelled_by_hand(real: Path) -> None:
    """Each picture is held for 2 s there, so that what moves in between looks like a cut too."""
    found = frames.cuts(real / "news" / "us.mp4", "us.mp4", _quiet).cuts_s
    with (real / "news" / "us.labels.csv").open() as labels:
        shots = [int(row["shot"]) for row in csv.DictReader(labels)]
    true = {2.0 * place for place in range(1, len(shots)) if shots[place] != shots[place - 1]}
    assert true <= {round(time_s, 1) for time_s in found}
    assert len(found) <= len(true) + 3
    part = frames.cuts(real / "news" / "us.mp4", "us.mp4", _quiet, Part(50.0, 100.0))
    assert part.cuts_s == [time_s for time_s in found if 50 < time_s < 100]
