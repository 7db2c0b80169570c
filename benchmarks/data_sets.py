"""What a benchmark measures on: named videos with their captions, each a data set of its own."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from core.pipeline.intake import add_video
from core.pipeline.intake.decode_video import decode_video
from core.storage import Database
from core.storage.progress import Progress

USAGE = "NAME=VIDEO[,CAPTIONS]"


def add_data_sets(db: Database, words: list[str]) -> dict[str, tuple[str, ...]]:
    """The videos' ids by data set; several together are one more, "multi"."""
    sets = {}
    for word in words:
        name, _, files = word.partition("=")
        sets[name] = (_added(db, name, [Path(file) for file in files.split(",")]),)
    if len(sets) > 1:
        sets["multi"] = tuple(video_id for ids in sets.values() for video_id in ids)
    return sets


def _added(db: Database, name: str, files: list[Path]) -> str:
    captions = [(file.name, file.read_bytes()) for file in files[1:2]]
    video = add_video.add_file(
        db, files[0], files[0].name, group=name, captions=captions[0] if captions else None
    )
    decode_video(db, video.id, Progress(None))
    return video.id
