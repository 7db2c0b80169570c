"""What a new run is: named by its settings and frames, so that the same request is the same run."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Sequence
from typing import Any

from core.config import RunConfig
from core.errors import InvalidSetting
from core.records import Run, Video
from core.storage import videos
from core.storage.database import Database
from core.storage.left_out import NOTHING, LeftOut
from models.config import MODELS


def trainable(db: Database, video_ids: Sequence[str]) -> list[Video]:
    """The videos in the library's order, so that the order of choosing does not matter.

    Raises NotFound, and InvalidSetting for no video or one that has not been read.
    """
    if not video_ids:
        raise InvalidSetting("Nothing is selected to train on; choose at least one video.")
    chosen = [videos.get(db, video_id) for video_id in dict.fromkeys(video_ids)]
    for video in chosen:
        if video.state != "ready" or video.frames == 0:
            raise InvalidSetting(
                f"{video.title} cannot be trained on yet: it is {video.state}, with "
                f"{video.frames} frames. Wait until it has been read, or leave it out."
            )
    return sorted(chosen, key=lambda video: (video.added_at, video.id))


def new_run(
    config: RunConfig, chosen: list[Video], name: str | None = None, gone: LeftOut = NOTHING
) -> Run:
    """The run that trains `config` on `chosen`, as `trainable` gives them; it is not recorded.

    `gone` are the frames of these videos that it leaves out: with others it is another run.
    """
    what: list[Any] = [config.to_json(), [(video.id, video.frames) for video in chosen]]
    what += [gone.mark] if gone.frames else []
    return Run(
        id=digest(what),
        name=name or f"{MODELS[config.model.name].title} of {_names(chosen)}",
        model=config.model.name,
        preset=config.preset,
        state="queued",
        video_ids=tuple(video.id for video in chosen),
        config=config.to_json(),
        frames=sum(video.frames for video in chosen) - len(gone.frames),
        latent_size=config.model.latent_size,
        created_at=time.time(),
        left_out=gone.spans,
    )


def digest(value: Any) -> str:
    """A short name of what JSON can hold; the same value has the same one."""
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:12]


def _names(chosen: list[Video]) -> str:
    titles = [video.title for video in chosen]
    return ", ".join(titles) if len(titles) <= 3 else f"{titles[0]} and {len(titles) - 1} more"
