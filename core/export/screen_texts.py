"""Text that stands in a video's picture, as rows and as tiers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from core.export.csv_file import csv_bytes
from core.export.elan import Tier
from core.export.stretches import Stretch
from core.records import ScreenText
from core.storage.files import write_bytes

_COLUMNS = ("video_id", "start_s", "end_s", "text", "confidence")


def screen_csv(texts: Sequence[ScreenText]) -> bytes:
    """One row a text, times in seconds, the reader's confidence from 0 to 1."""
    return csv_bytes([{"video_id": one.video_id, **screen_json(one)} for one in texts], _COLUMNS)


def write_screen_csv(path: Path, texts: Sequence[ScreenText]) -> None:
    """Write the rows to `path`, whole or not at all."""
    write_bytes(path, screen_csv(texts))


def screen_json(text: ScreenText) -> dict[str, Any]:
    """The keys start_s, end_s, text and confidence."""
    return {
        "start_s": round(text.start_s, 3),
        "end_s": round(text.end_s, 3),
        "text": text.text,
        "confidence": text.confidence,
    }


def screen_tiers(texts: Sequence[ScreenText]) -> Iterable[Tier]:
    """Tiers "on screen", "on screen 2", ...: as many as there are texts at one time."""
    tiers: list[list[Stretch]] = []
    for one in sorted(texts, key=lambda text: text.start_s):
        free = next((tier for tier in tiers if tier[-1].end_s <= one.start_s), None)
        if free is None:
            free = []
            tiers.append(free)
        free.append(Stretch(one.start_s, one.end_s, one.text))
    for number, stretches in enumerate(tiers, start=1):
        yield Tier("on screen" if number == 1 else f"on screen {number}", stretches)
