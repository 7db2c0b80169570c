"""The child process that looks at a picture from outside with a run's model: torch lives here.

Asked for {"run_id": ...} and the picture's bytes it says {"latent": [...]}, the posterior mean.
"""

from __future__ import annotations

import contextlib
import sys
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

from core import child
from core.config import data_folder
from core.errors import CheckpointUnreadable, VideoUnreadable
from core.video.uploaded_picture import uploaded_picture

if TYPE_CHECKING:
    import torch

    from core.storage import Database
    from models.interface import FrameModel


def _encode(request: dict[str, Any], data: bytes, say: child.Say) -> None:
    cv2.setNumThreads(1)
    try:
        say(latent=latent_of(request["run_id"], uploaded_picture(data)).tolist())
    except MemoryError as error:
        raise VideoUnreadable(
            "The picture needs too much memory; save it smaller and try again."
        ) from error


def _batch_of(db: Database, run_id: str, model: FrameModel, count: int) -> torch.Tensor:
    """`count` of the run's own frames at most, spread evenly, (B, 3, H, W)."""
    import torch

    from core.storage import results
    from core.training.measures import subsample
    from core.video.pixels import pixels

    frames, config = results.frames(db, run_id), model.config
    first: dict[str, int] = {}
    for row, frame in enumerate(frames):
        first.setdefault(frame.video_id, row)
    chosen = subsample(np.arange(len(frames)), count)
    kept = [
        pixels(db, frames[row].video_id, config.width, config.height)[
            row - first[frames[row].video_id]
        ]
        for row in chosen
    ]
    return torch.from_numpy(np.stack(kept)).permute(0, 3, 1, 2).float() / 255


def latent_of(run_id: str, picture: np.ndarray) -> np.ndarray:
    """(H, W, 3) uint8 RGB -> (D,) float32, as the run's own frames were encoded, without words.

    Raises CheckpointUnreadable, and InvalidSetting where the run's backbone is not here.
    """
    import torch  # takes seconds, and what is no picture is refused before

    from core.analysis import decoding
    from core.storage import open_library, results
    from core.video.features.choose import open_backbone
    from core.video.pixels import resized
    from models.config import AffinityConfig

    db = open_library(data_folder())
    model = decoding.open_model(results.checkpoint(db, run_id))
    config = model.config
    small = resized(picture, config.width, config.height)
    frames = torch.from_numpy(small).permute(2, 0, 1)[None].float() / 255  # (1, 3, H, W)
    features = None
    if isinstance(config, AffinityConfig):
        seen = open_backbone(config.backbone).features(picture[None])
        features = torch.from_numpy(seen.astype(np.float16)).float()  # (1, F), as frames' are kept
    together = model.encoded_together
    batch = model.normalised_as(_batch_of(db, run_id, model, together)) if together else None
    with batch or contextlib.nullcontext():
        latent = decoding.encode(model, frames, None, features)[0][0]  # (D,)
    if not np.isfinite(latent).all():
        raise CheckpointUnreadable("The model gives no numbers for this picture; train it again.")
    return latent


if __name__ == "__main__":
    sys.exit(child.serve(_encode))
