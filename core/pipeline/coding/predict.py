"""Gives every frame of a run a category: a head on the latents, fitted on a coded sample."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass
from typing import Any

import numpy as np

from core.analysis.coding.head import fit
from core.errors import InvalidSetting
from core.pipeline.coding.reliability import Ratings, ratings
from core.records import FrameId
from core.storage import Database, left_out, results
from core.storage.coding import categories, predictions, samples

COLUMNS = ("predicted_category", "predicted_certainty")


@dataclass(frozen=True)
class Prediction:
    """What is known of a head, and what it gives to the run's frames."""

    run_id: str
    sample: str
    names: tuple[str, ...]
    frames: int  # that it was fitted on
    videos: int
    folds: int
    accuracy: float  # held-out videos, 0 to 1
    baseline: float
    log_loss: float
    temperature: float
    made_at: float
    given: np.ndarray  # (N,) int, place in `names`, in the order of the run's frames
    certainty: np.ndarray  # (N,) calibrated, of the category given

    @property
    def said(self) -> str:
        """How good it is, in a sentence."""
        better = "better" if self.accuracy > self.baseline else "no better"
        return (
            f"On held-out videos {100 * self.accuracy:.0f} % of {self.frames} coded frames are "
            f"right, {better} than the most frequent category ({100 * self.baseline:.0f} %); "
            f"{self.folds} folds over {self.videos} videos."
        )


def predict(db: Database, run_id: str, sample: str) -> Prediction:
    """Fit a head on the sample's frames of the run, as most of their coders coded them; keep it.

    Of a shot all frames have its category.

    Frames that are left out, on which as many coders say one thing as another, or for which none
    fits, are not fitted on.
    Raises NotFound, InvalidSetting where too little is coded.
    """
    row_of = results.rows_of(db, run_id)
    known = {one.name: place for place, one in enumerate(categories.every(db))}
    drawn, gone = samples.get(db, sample), left_out.every(db)
    agreed = {
        frame: known[name]
        for unit, name in majority(ratings(db, sample)).items()
        if name in known
        for frame in (FrameId(unit.video_id, i) for i in range(unit.index, drawn.last(unit) + 1))
        if frame in row_of and frame not in gone
    }
    if not agreed:
        raise InvalidSetting(
            f"Nothing is coded in the sample {sample!r} that lies in this run; code some frames."
        )
    rows = np.array([row_of[frame] for frame in agreed])
    latents = results.latents(db, run_id).astype(np.float64)
    of_video = np.array([frame.video_id for frame in agreed])
    head = fit(latents[rows], np.array(list(agreed.values())), of_video)
    shares = head.probabilities(latents)
    places = shares.argmax(axis=1)
    names = tuple(list(known)[one] for one in head.classes)
    found = Prediction(
        run_id, sample, names, head.frames, head.videos, head.folds, head.accuracy, head.baseline,
        head.log_loss, head.temperature, time.time(), places, shares.max(axis=1),
    )  # fmt: skip
    predictions.write(db, run_id, _said(found), {"given": places, "certainty": found.certainty})
    return found


def predicted(db: Database, run_id: str) -> Prediction | None:
    """The last prediction for a run, None before there is one."""
    kept = predictions.read(db, run_id)
    if kept is None:
        return None
    said, arrays = kept
    return Prediction(**{**said, "names": tuple(said["names"]), **arrays})


def majority(found: Ratings) -> dict[FrameId, str]:
    """What most coders gave to each frame; frames without a majority are left out."""
    agreed = {}
    for place, frame in enumerate(found.frames):
        given = [found.given(coder, place) for coder in range(len(found.coders))]
        counted = Counter(name for name in given if name).most_common(2)
        if counted and (len(counted) == 1 or counted[0][1] > counted[1][1]):
            agreed[frame] = counted[0][0]
    return agreed


def _said(found: Prediction) -> dict[str, Any]:
    return {
        name: value for name, value in vars(found).items() if name not in ("given", "certainty")
    }
