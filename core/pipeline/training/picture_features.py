"""The frozen features of a run's frames, for a model that reads them."""

from __future__ import annotations

import numpy as np

from core.config import RunConfig
from core.errors import InvalidSetting
from core.records import Run
from core.storage import Database
from core.storage.progress import Progress
from core.video.features.choose import open_backbone
from core.video.features.store import features
from models.config import AffinityConfig


def read_features(
    db: Database, run: Run, config: RunConfig, progress: Progress
) -> list[np.ndarray] | None:
    """(N_v, F) float16 of each video, memory-mapped; None for a model without use for them.

    Raises InvalidSetting for a backbone that is not here, or whose features have another size.
    """
    model = config.model
    if not isinstance(model, AffinityConfig):
        return None
    backbone = open_backbone(model.backbone)
    if backbone.size != model.feature_size:
        raise InvalidSetting(
            f"{backbone.name} gives {backbone.size} numbers a picture and the model is to take "
            f"{model.feature_size}; set feature_size to {backbone.size}."
        )
    count = len(run.video_ids)
    return [
        features(db, video_id, backbone, progress.part(place / count, (place + 1) / count))
        for place, video_id in enumerate(run.video_ids)
    ]
