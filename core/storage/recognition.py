"""Every query on what a machine read or heard: captions it made, text in the picture."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from core.errors import InvalidSetting, NotFound
from core.format import count
from core.records import Caption, ScreenText, Video, without_captions
from core.storage import captions as captions_table
from core.storage.database import Database
from core.storage.rows import columns, listed, records, texts_by_video, to_row
from core.storage.schema import captions, screen_texts, videos


@dataclass(frozen=True)
class Recognised:
    """What a machine made of a video: its captions, and what else is to be kept with them."""

    origin: str  # as Video.caption_origin: "ocr" or "speech"
    language: str  # as Video.language
    segments: Sequence[Caption]
    screen: Sequence[ScreenText] | None = None  # None: text in the picture was not looked for
    provenance: Mapping[str, Any] = field(default_factory=dict)  # joins the video's own
    message: str = ""  # what people should know


def screen_texts_of(db: Database, video_id: str) -> list[ScreenText]:
    """The lines that stand in a video's picture and are no subtitles, in order."""
    where = screen_texts.c.video_id == video_id
    query = sa.select(screen_texts).where(where).order_by(screen_texts.c.position)
    return listed(db, ScreenText, query)


def texts(db: Database) -> list[tuple[str, str]]:
    """Each video that has text in its picture, and all of it, a text a line."""
    return texts_by_video(db, screen_texts)


def keep(db: Database, video_id: str, found: Recognised, *, replace: bool) -> None:
    """Make this the video's captions, all of it at once; without segments the captions stay.

    Raises NotFound for a video that is gone, and InvalidSetting where corrections made by hand
    would be lost, unless `replace` says so.
    """
    with db.write() as connection:
        video = _video(connection, video_id)
        known = without_captions(video.provenance) if found.segments else video.provenance
        values: dict[str, Any] = {"provenance": {**known, **found.provenance}}
        if found.segments:
            if not replace:
                _refuse_loss(connection, video)
            captions_table.replace_in(connection, video_id, list(found.segments))
            values |= _of_captions(found)
        if found.screen is not None:
            _replace_screen(connection, video_id, found.screen)
        where = videos.c.id == video_id
        connection.execute(sa.update(videos).where(where).values(columns(values)))


def check_corrections(db: Database, video: Video) -> None:
    """Raises InvalidSetting where a video has captions that were corrected by hand."""
    with db.read() as connection:
        _refuse_loss(connection, video)


def _video(connection: sa.Connection, video_id: str) -> Video:
    found = records(connection, Video, sa.select(videos).where(videos.c.id == video_id))
    if not found:
        raise NotFound(f"Video {video_id!r} was deleted while its captions were made.")
    return found[0]


def _of_captions(found: Recognised) -> dict[str, Any]:
    return {
        "captions": len(found.segments),
        "caption_origin": found.origin,
        "captions_timed": True,
        "language": found.language,
        "message": found.message,
    }


def _refuse_loss(connection: sa.Connection, video: Video) -> None:
    query = sa.select(captions).where(captions.c.video_id == video.id)
    corrected = sum(caption.corrected for caption in records(connection, Caption, query))
    if corrected:
        raise InvalidSetting(
            f"{video.title} has {count(corrected, 'corrected segment')}; "
            "to replace them too, say so (on the command line: --replace)."
        )


def _replace_screen(connection: sa.Connection, video_id: str, found: Sequence[ScreenText]) -> None:
    connection.execute(sa.delete(screen_texts).where(screen_texts.c.video_id == video_id))
    if found:
        connection.execute(sa.insert(screen_texts), [to_row(text) for text in found])
