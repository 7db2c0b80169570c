"""Numbers of each frame that no model makes: how bright, rich in contrast and sharp, its words."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from core.caching import computed_once
from core.errors import NotFound
from core.pipeline.captions import frame_captions
from core.pipeline.small_pictures import small_pictures
from core.records import FrameId
from core.storage import Database, videos
from core.text.tokens import is_punctuation, tokens
from core.video.light import brightness, lab

MEASURES = {  # with its title and what it says
    "brightness": ("Brightness", "mean CIELAB lightness, 0 black to 100 white"),
    "contrast": ("Contrast", "standard deviation of the grey picture"),
    "sharpness": ("Sharpness", "how much neighbouring pixels differ: standard deviation of the "
                  "Laplacian of the picture at 100 pixels"),
    "words": ("Words said", "words of the caption shown at the frame"),
}  # fmt: skip


def frame_measure(db: Database, name: str, frames: Sequence[FrameId]) -> np.ndarray:
    """(N,) float32 of one of MEASURES. Raises NotFound, VideoUnreadable without small pictures."""
    if name not in MEASURES:
        raise NotFound(f"There is no measure {name!r}; choose from {', '.join(MEASURES)}.")
    ids = dict.fromkeys(frame.video_id for frame in frames)
    of_video = {
        video_id: _words(db, video_id) if name == "words" else _of_pictures(db, video_id)[name]
        for video_id in ids
    }
    return np.array([of_video[video_id][index] for video_id, index in frames], np.float32)


@computed_once(64)
def _of_pictures(db: Database, video_id: str) -> dict[str, np.ndarray]:
    """(frames,) of each measure of the picture; a video's pictures never change."""
    measured = [_measured(one) for one in small_pictures(db, videos.get(db, video_id), True)]
    columns = np.array(measured, np.float32).reshape(-1, 3).T
    return dict(zip(("brightness", "contrast", "sharpness"), columns, strict=True))


def _measured(picture: np.ndarray) -> tuple[float, float, float]:
    """Of (H, W, 3) uint8 RGB."""
    grey = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)
    return brightness(lab(picture)), float(grey.std()), _sharpness(grey)


def _sharpness(picture: np.ndarray) -> float:
    return float(cv2.Laplacian(picture, cv2.CV_32F).std())


def _words(db: Database, video_id: str) -> np.ndarray:
    said, language = frame_captions(db, video_id), videos.get(db, video_id).language
    counted = {
        text: sum(not is_punctuation(word) for word in tokens(text, language)) for text in set(said)
    }
    return np.array([counted[text] for text in said], np.float32)
