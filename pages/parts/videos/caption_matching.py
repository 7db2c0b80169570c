"""Which caption file belongs to which video, by their names; reads no file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath


def match_captions(videos: Sequence[str], captions: Sequence[str]) -> dict[str, str]:
    """{video name: caption name}: "us.en.vtt" goes to "us.mp4", "us2.srt" does not.

    Each caption file is given once, to the video with the longest name that fits.
    """
    stems = sorted({PurePath(name).stem for name in videos}, key=len, reverse=True)
    owner = {caption: _owner(caption, stems) for caption in captions}
    matched: dict[str, str] = {}
    for video in videos:
        fitting = [c for c in captions if owner[c] == PurePath(video).stem.casefold()]
        if fitting:
            matched[video] = fitting[0]
    return matched


def _owner(caption: str, stems: Sequence[str]) -> str | None:
    name = PurePath(caption).name.casefold()
    for stem in stems:
        if name.startswith(f"{stem.casefold()}."):
            return stem.casefold()
    return None
