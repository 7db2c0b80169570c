"""Which tiers each video of a run gets, and the files they become."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from core.export import provenance
from core.export.coding_tiers import coding_tiers
from core.export.elan import Tier, eaf_bytes
from core.export.names import cluster_title, safe_name
from core.export.screen_texts import screen_tiers
from core.export.stretches import Stretch, of_captions, of_frames
from core.export.table import row_frame
from core.records import FrameId, Video
from core.storage import Database, captions, recognition, videos
from core.storage.annotations import tags
from core.storage.files import write_bytes

_Tags = Mapping[FrameId, Sequence[str]]


class _Document(NamedTuple):
    name: str
    data: bytes


def write_elan(db: Database, rows: Sequence[Mapping[str, Any]], folder: Path) -> list[Path]:
    """Write one .eaf per video of the cluster table into `folder`; gives their paths.

    Tiers: clusters (stretches of one cluster), captions (as corrected), text on the
    screen and tags (where there are any, all of a frame in one annotation), and what each
    coder coded.
    """
    written = []
    for document in _documents(db, rows, folder):
        write_bytes(folder / document.name, document.data)
        written.append(folder / document.name)
    return written


def elan_zip(db: Database, rows: Sequence[Mapping[str, Any]]) -> bytes:
    """The same files as one ZIP, for a download."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for document in _documents(db, rows, None):
            archive.writestr(document.name, document.data)
    return out.getvalue()


def _documents(
    db: Database, rows: Sequence[Mapping[str, Any]], folder: Path | None
) -> Iterator[_Document]:
    of_video: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        of_video.setdefault(row["video_id"], []).append(row)
    tagged = tags.of_frames(db, of_video)
    for video_id, frames in of_video.items():
        video = videos.get(db, video_id)
        media = db.files.media(video) if video.media_file else None
        tiers = list(_tiers(db, video, sorted(frames, key=_index), tagged))
        described = {"title": video.title, "group": video.group, "video_id": video.id}
        described |= {"caption_origin": video.caption_origin, **provenance.said(video)}
        name = f"{safe_name(video.title, 'video')}-{video.id}.eaf"
        yield _Document(name, eaf_bytes(tiers, media, folder, described))


def _tiers(
    db: Database, video: Video, rows: Sequence[Mapping[str, Any]], tagged: _Tags
) -> Iterable[Tier]:
    times_s = [row["time_s"] for row in rows]

    def of_texts(texts: list[str]) -> list[Stretch]:
        return of_frames(times_s, texts, video.every_s, video.duration_s)

    titles = [cluster_title(r["cluster"], {r["cluster"]: r["cluster_name"]}) for r in rows]
    yield Tier("clusters", of_texts(titles))
    yield Tier("captions", of_captions(captions.of_video(db, video.id)), video.language)
    yield from screen_tiers(recognition.screen_texts_of(db, video.id))
    words = [", ".join(tagged.get(row_frame(row), ())) for row in rows]
    if any(words):
        yield Tier("tags", of_texts(words))
    yield from coding_tiers(db, video)


def _index(row: Mapping[str, Any]) -> int:
    return int(row["frame_index"])
