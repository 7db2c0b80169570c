"""Pictures as one ZIP: each cluster's centre, and the frames asked for, original and decoded."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, Any, NamedTuple

from core.export.csv_file import csv_bytes
from core.export.names import safe_name
from core.export.table import row_frame
from core.format import clock, percent
from core.records import Clustering, FrameId
from core.storage import Database, analyses, results
from core.storage.annotations import cluster_marks
from core.storage.files import atomic

MANIFEST = "pictures.csv"
_COLUMNS = (
    *("file", "what", "cluster", "cluster_name", "video_id", "title", "group"),
    *("frame_index", "time_s", "caption", "state"),
)
_LONG_AGO = (1980, 1, 1, 0, 0, 0)  # the same pictures make the same file, byte for byte


class Packed(NamedTuple):
    """What went into the ZIP."""

    pictures: int
    missing: int  # named in the manifest with the state "missing"


class _Picture(NamedTuple):
    name: str  # inside the ZIP
    source: Path
    said: Mapping[str, Any]  # its line of the manifest


def write_keyframes(
    db: Database,
    clustering: Clustering,
    rows: Sequence[Mapping[str, Any]],
    chosen: Sequence[Mapping[str, Any]],
    path: Path,
) -> Packed:
    """Write the ZIP to `path`, whole or not at all; see `pack_keyframes`."""
    with atomic(path) as temporary, temporary.open("wb") as out:
        return pack_keyframes(db, clustering, rows, chosen, out)


def keyframes_bytes(
    db: Database,
    clustering: Clustering,
    rows: Sequence[Mapping[str, Any]],
    chosen: Sequence[Mapping[str, Any]],
) -> bytes:
    """The same in memory, for a download."""
    out = io.BytesIO()
    pack_keyframes(db, clustering, rows, chosen, out)
    return out.getvalue()


def pack_keyframes(
    db: Database,
    clustering: Clustering,
    rows: Sequence[Mapping[str, Any]],
    chosen: Sequence[Mapping[str, Any]],
    out: IO[bytes],
) -> Packed:
    """Write clusters/NN-name/{mode-1,centre,nearest}-decoded.jpg, nearest-original.jpg and frames/.

    `rows` are the cluster table's, all of them; `chosen` those whose frames are wanted as well.
    Names are of letters and digits only and hold our ids, so that no two are the same. What is not
    on the disk is named in pictures.csv, not left out silently.
    """
    written = missing = 0
    said: list[Mapping[str, Any]] = []
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:  # JPEG is packed already
        for picture in _pictures(db, clustering, rows, chosen):
            there = picture.source.is_file()
            if there:
                archive.writestr(_entry(picture.name), picture.source.read_bytes())
            written, missing = written + there, missing + (not there)
            state = "" if there else "missing"
            said.append({"file": picture.name, **picture.said, "state": state})
        archive.writestr(_entry(MANIFEST), csv_bytes(said, _COLUMNS))
    return Packed(written, missing)


def _pictures(
    db: Database,
    clustering: Clustering,
    rows: Sequence[Mapping[str, Any]],
    chosen: Sequence[Mapping[str, Any]],
) -> Iterator[_Picture]:
    run_id = clustering.run_id
    row_of = {row_frame(row): row for row in rows}
    listed = results.frames(db, run_id)
    nearest = analyses.division(db, clustering)["nearest"]
    modes = analyses.centre_modes(db, clustering) or [[]] * len(nearest)
    for cluster in cluster_marks.shown(db, clustering.id):
        name = cluster.mark.name
        folder = f"clusters/{cluster.number:02d}" + (f"-{safe_name(name, 'named')}" if name else "")
        for member in cluster.members:
            frame = listed[nearest[member - 1]]
            of = f"-{member:02d}" if cluster.merged else ""  # each centre of those merged
            said = {**_of_row(row_of[frame]), "cluster": cluster.number, "cluster_name": name}
            no_frame = dict.fromkeys(("video_id", "title", "group", "frame_index", "time_s"), "")
            what = {0: "decoded from the centre, the mean of its frames"} | {
                mode: f"decoded from a mode with {percent(share)} of the frames"
                for mode, share in enumerate(modes[member - 1], start=1)
            }
            for mode, meant in what.items():
                yield _Picture(
                    f"{folder}/{f'mode{of}-{mode}' if mode else f'centre{of}'}-decoded.jpg",
                    analyses.centre_picture(db, clustering, member, mode),
                    {**said, **no_frame, "caption": "", "what": meant},
                )
            stem = f"{folder}/nearest{of}"
            yield from _both(db, run_id, frame, stem, said, "nearest to the centre")
    for row in chosen:
        frame = row_frame(row)
        at = clock(row["time_s"]).replace(":", ".")
        stem = f"frames/{safe_name(row['title'], 'video')}-{frame.video_id}-{frame.index:06d}-{at}"
        yield from _both(db, run_id, frame, stem, _of_row(row), "chosen")


def _both(
    db: Database, run_id: str, frame: FrameId, stem: str, said: Mapping[str, Any], why: str
) -> Iterator[_Picture]:
    original, decoded = db.files.picture(frame), results.keyframe(db, run_id, frame)
    yield _Picture(f"{stem}-original.jpg", original, {**said, "what": f"{why}, original"})
    yield _Picture(f"{stem}-decoded.jpg", decoded, {**said, "what": f"{why}, decoded"})


def _of_row(row: Mapping[str, Any]) -> dict[str, Any]:
    return {column: row[column] for column in _COLUMNS if column in row}


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _LONG_AGO)
    entry.external_attr = 0o644 << 16
    return entry
