"""What travels to the browser of clusters and videos, the same to every part that draws them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from core.records import Run, ShownCluster, Video
from pages.parts.shared.open_project import base_address


def run_data(run: Run) -> dict[str, Any]:
    """The run's id, what addresses of its project begin with, and the version that they carry."""
    version = str(int((run.finished_at or 0) * 1000))
    return {"id": run.id, "base": base_address(), "version": version}


def cluster_data(clusters: Sequence[ShownCluster]) -> dict[str, Any]:
    """What an analyst named, coloured and merged, by number."""
    return {
        "names": {str(c.number): c.mark.name for c in clusters if c.mark.name},
        "chosen": {str(c.number): c.mark.colour for c in clusters if c.mark.colour},
        "merged": {str(n): c.number for c in clusters for n in c.members if c.merged},
    }


def video_data(video: Video, colour: str) -> dict[str, Any]:
    """A video's texts and shape; its duration and sampling step are in seconds."""
    return {
        "title": video.title,
        "group": video.group,
        "colour": colour,
        "aspect": aspect(video),
        "duration": max(video.duration_s, video.frames * video.every_s, 1.0),
        "every": video.every_s,
    }


def aspect(video: Video) -> float:
    """Width over height; 16:9 where the size is not known."""
    return video.width / video.height if video.width and video.height else 16 / 9
