"""The child process that looks at a picture from outside with a run's model: torch lives here.

Asked for {"checkpoint": its folder, "picture": bytes, "others": shape}, then the picture's bytes
and those of the others, it says {"latent": [...]}, the posterior mean. It opens no library: what
it reads is a stranger's, and the records may be on another machine.
"""

from __future__ import annotations

import contextlib
import sys
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from core import child
from core.errors import CheckpointUnreadable, VideoUnreadable
from core.video.uploaded_picture import uploaded_picture


def _encode(request: dict[str, Any], data: bytes, say: child.Say) -> None:
    cv2.setNumThreads(1)
    size = request["picture"]
    others = np.frombuffer(data[size:], np.uint8).reshape(request["others"])
    try:
        picture = uploaded_picture(data[:size])
        say(latent=latent_of(Path(request["checkpoint"]), picture, others).tolist())
    except MemoryError as error:
        raise VideoUnreadable(
            "The picture needs too much memory; save it smaller and try again."
        ) from error


def latent_of(checkpoint: Path, picture: np.ndarray, others: np.ndarray) -> np.ndarray:
    """(H, W, 3) uint8 RGB -> (D,) float32, as the run's own frames were encoded, without words.

    `others`, (B, height, width, 3) uint8 at the model's size, are what it is normalised with; B is
    0 for a model that takes pictures one by one. Raises CheckpointUnreadable, and InvalidSetting
    where the run's backbone is not here.
    """
    import torch  # takes seconds, and what is no picture is refused before

    from core.analysis import decoding
    from core.video.features.choose import open_backbone
    from core.video.pixels import resized
    from models.config import AffinityConfig

    def frames_of(pictures: np.ndarray) -> torch.Tensor:
        return torch.from_numpy(pictures).permute(0, 3, 1, 2).float() / 255  # (B, 3, H, W)

    model = decoding.open_model(checkpoint)
    config = model.config
    frames = frames_of(resized(picture, config.width, config.height)[None])
    features = None
    if isinstance(config, AffinityConfig):
        seen = open_backbone(config.backbone).features(picture[None])
        features = torch.from_numpy(seen.astype(np.float16)).float()  # (1, F), as frames' are kept
    batch = model.normalised_as(frames_of(others.copy())) if len(others) else None
    with batch or contextlib.nullcontext():
        latent = decoding.encode(model, frames, None, features)[0][0]  # (D,)
    if not np.isfinite(latent).all():
        raise CheckpointUnreadable("The model gives no numbers for this picture; train it again.")
    return latent


if __name__ == "__main__":
    sys.exit(child.serve(_encode))
