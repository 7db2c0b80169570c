"""Finds the frames nearest to a picture from outside; a child process looks at the picture."""

from __future__ import annotations

import numpy as np

from core import child
from core.config import RunConfig
from core.errors import VideoUnreadable
from core.pipeline.search.find_frames import Found, like_point
from core.records import Run
from core.storage import Database, results
from core.video import limits
from core.video.pixels import pixels
from core.video.uploaded_picture import check_bytes

_PATIENCE_S = 120.0


def like_picture(db: Database, run: Run, data: bytes, by: str | None = None) -> Found:
    """The frames nearest to a JPEG, PNG or WebP, as core.pipeline.search.find_frames.like_point.

    Its words are not known: of a run of three blocks compare the content or the appearance; both
    are as they would be for a frame. Raises VideoUnreadable with what is wrong with the picture,
    InvalidSetting for a block that the run has not.
    """
    return like_point(db, run, latent_of_picture(db, run, data), by, "the picture")


def latent_of_picture(db: Database, run: Run, data: bytes) -> np.ndarray:
    """(D,) float32. Raises VideoUnreadable."""
    check_bytes(len(data))
    others = encoded_with(db, run)
    request = {
        "checkpoint": str(results.checkpoint(db, run.id)),
        "picture": len(data),
        "others": others.shape,
    }
    try:
        (said,) = child.messages(
            "core.pipeline.search.encode_uploaded_picture",
            request,
            data=data + others.tobytes(),
            silence_s=_PATIENCE_S,
            wall_s=_PATIENCE_S,
            limits=child.Limits(limits.MEMORY_BYTES, int(_PATIENCE_S), limits.FILE_BYTES),
            # A GPU's driver wants more address space than is given.
            environment={"CUDA_VISIBLE_DEVICES": ""},
        )
    except child.ChildFailed as error:
        if error.code is None:
            raise VideoUnreadable(
                f"The picture was not read within {_PATIENCE_S:.0f} s; save it smaller and try "
                "again."
            ) from error
        raise VideoUnreadable(  # killed by its limits, or a fault of ours
            f"The picture could not be looked at ({error}); "
            "save it again as a JPEG of at most 4K and try again."
        ) from error
    return np.array(said["latent"], np.float32)


def encoded_with(db: Database, run: Run) -> np.ndarray:
    """The frames that a picture is encoded among, as they are for training: (B, height, width, 3)
    uint8, spread evenly over the run's; none where its model takes pictures one by one."""
    config = RunConfig.from_json(run.config).model
    shape = (0, config.height, config.width, 3)
    if config.encoded_together is None:
        return np.empty(shape, np.uint8)
    frames = results.frames(db, run.id)
    spread = np.linspace(0, len(frames) - 1, config.encoded_together).round().astype(int)
    chosen = [frames[place] for place in np.unique(spread)]
    return np.stack(
        [pixels(db, one.video_id, config.width, config.height)[one.index] for one in chosen]
    )
