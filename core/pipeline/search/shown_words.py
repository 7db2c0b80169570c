"""Words as a point among a run's picture features, where those are of a pair of networks."""

from __future__ import annotations

import importlib.util

import numpy as np

from core import child
from core.config import RunConfig
from core.errors import InvalidSetting
from core.records import FrameId, Run
from core.storage import Database
from core.storage.files import load_array
from models.affinity.config import OPEN_CLIP

_PATIENCE_S = 300.0  # loading a large pair of networks


def offered(run: Run) -> bool:
    """Whether words can be compared with what the run's frames show, on this machine."""
    return _backbone(run).startswith(OPEN_CLIP) and bool(importlib.util.find_spec("open_clip"))


def likeness(db: Database, run: Run, frames: list[FrameId], text: str) -> np.ndarray:
    """(N,) cosines of the text with what each frame shows.

    Raises InvalidSetting where the run's features are of no such pair, or are gone; DownloadFailed.
    """
    if not offered(run):
        raise InvalidSetting(
            "Words can be compared with pictures only in a run whose picture features are of "
            f"{OPEN_CLIP}MODEL/TAG, where open_clip is installed; train one so, or search captions."
        )
    try:
        (said,) = child.messages(
            "core.pipeline.search.encode_text",
            {"backbone": _backbone(run), "text": text},
            silence_s=_PATIENCE_S,
            wall_s=_PATIENCE_S,
            environment={"HF_HUB_OFFLINE": "1"},  # its weights were fetched for the training
        )
    except child.ChildFailed as error:
        raise InvalidSetting(
            f"The words could not be compared with pictures ({error}); try again."
        ) from error
    vector, rows = np.array(said["vector"], np.float32), {}
    for video_id in {frame.video_id for frame in frames}:
        rows[video_id] = _features(db, video_id, said["key"])
    return np.array([rows[frame.video_id][frame.index] @ vector for frame in frames])


def _features(db: Database, video_id: str, key: str) -> np.ndarray:
    try:
        return load_array(db.files.features(video_id, key)).astype(np.float32)
    except (OSError, ValueError, EOFError) as error:
        raise InvalidSetting(
            f"The picture features of video {video_id} are gone; train the run again."
        ) from error


def _backbone(run: Run) -> str:
    try:
        return str(getattr(RunConfig.from_json(run.config).model, "backbone", ""))
    except (InvalidSetting, KeyError):  # of another version
        return ""
