"""A run's latents as NPZ, with what each row is. Asks nothing of models."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from core.storage import Database, results, videos
from core.storage.files import atomic


def latents_npz(db: Database, run_id: str, path: Path) -> None:
    """Write a run's latents with each row's video, frame, time and group. Raises NotFound.

    Weights of the latent's blocks are no part of them: they are the latents that can be decoded.
    """
    listed = results.frames(db, run_id)
    known = {v: videos.get(db, v) for v in dict.fromkeys(f.video_id for f in listed)}
    times = {frame.id: frame.time_s for v in known for frame in videos.frames_of(db, v)}
    with atomic(path) as temporary, temporary.open("wb") as out:
        np.savez(
            out,
            latents=results.latents(db, run_id),
            video_id=np.array([f.video_id for f in listed]),
            frame_index=np.array([f.index for f in listed], dtype=np.int32),
            time_s=np.array([times[f] for f in listed], dtype=np.float64),
            group=np.array([known[f.video_id].group for f in listed]),
        )
