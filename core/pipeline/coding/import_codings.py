"""Takes over what was coded elsewhere, from a table of coder, frame and category."""

from __future__ import annotations

import csv
import io

from core.errors import InvalidSetting
from core.records import FrameId
from core.storage import Database
from core.storage.coding import categories, samples
from core.text.encodings import decoded

_NEEDED = ("coder", "video_id", "frame_index", "category")


def import_codings(db: Database, sample: str, data: bytes) -> int:
    """Code a sample's frames as the table says; gives how many. A blank category: none fits.

    The table is one that we write (core.pipeline.coding.reliability.RAW_COLUMNS), or any CSV with
    the columns coder, video_id, frame_index and category. Nothing is coded where a row cannot be.
    Raises InvalidSetting that names the row, NotFound for the sample.
    """
    drawn = set(samples.get(db, sample).frames)
    known = {one.name.casefold(): one.id for one in categories.every(db)}
    reader = csv.DictReader(io.StringIO(decoded(data) or ""))
    if not set(_NEEDED) <= set(reader.fieldnames or ()):
        raise InvalidSetting(f"A table of codings has the columns {', '.join(_NEEDED)}.")
    wanted = []
    for number, row in enumerate(reader, start=2):
        cells = {name: (row[name] or "").strip().removeprefix("'") for name in _NEEDED}
        index = int(cells["frame_index"]) if cells["frame_index"].isdecimal() else -1
        frame, name = FrameId(cells["video_id"], index), cells["category"]
        if frame not in drawn:
            raise InvalidSetting(f"Row {number}: frame {frame} is not in the sample {sample!r}.")
        if name and name.casefold() not in known:
            raise InvalidSetting(f"Row {number}: there is no category {name[:80]!r}; add it first.")
        if not cells["coder"]:
            raise InvalidSetting(f"Row {number} names no coder.")
        wanted.append((cells["coder"], frame, known.get(name.casefold())))
    for coder, frame, category in wanted:
        samples.code(db, sample, coder, frame, category)
    return len(wanted)
