"""Finds the frames nearest to a picture from outside; a child process looks at the picture."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import numpy as np

from core.config import PROJECT
from core.errors import VideoUnreadable
from core.pipeline.search.find_frames import Found, like_point
from core.records import Run
from core.storage import Database
from core.video.uploaded_picture import check_bytes

_PATIENCE_S = 120.0


def like_picture(db: Database, run: Run, data: bytes, by: str | None = None) -> Found:
    """The frames nearest to a JPEG, PNG or WebP, as core.pipeline.search.find_frames.like_point.

    Its words are not known: of a run of three blocks compare the content or the appearance; both
    are as they would be for a frame. Raises VideoUnreadable with what is wrong with the picture,
    InvalidSetting for a block that the run has not.
    """
    return like_point(db, run, latent_of_picture(db, run.id, data), by, "the picture")


def latent_of_picture(db: Database, run_id: str, data: bytes) -> np.ndarray:
    """(D,) float32. Raises VideoUnreadable."""
    check_bytes(len(data))
    try:
        child = subprocess.run(
            [sys.executable, "-m", "core.pipeline.search.encode_uploaded_picture", run_id],
            input=data,
            capture_output=True,
            timeout=_PATIENCE_S,
            env={
                **os.environ,
                "AFFINITY_DATA": str(db.files.folder),
                "CUDA_VISIBLE_DEVICES": "",  # a GPU's driver wants more address space than is given
            },
            cwd=PROJECT,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise VideoUnreadable(
            f"The picture was not read within {_PATIENCE_S:.0f} s; save it smaller and try again."
        ) from error
    try:
        said = json.loads(child.stdout)
    except ValueError as error:  # killed by its limits, or a fault of ours
        raise VideoUnreadable(
            f"The picture could not be looked at (exit code {child.returncode}); "
            "save it again as a JPEG of at most 4K and try again."
        ) from error
    if "error" in said:
        raise VideoUnreadable(said["error"])
    return np.array(said["latent"], np.float32)
