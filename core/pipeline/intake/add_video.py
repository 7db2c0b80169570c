"""Takes videos in: checks them, stores them, records them as waiting. Ingest jobs do the rest."""

from __future__ import annotations

import errno
import hashlib
import math
import os
import re
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePath
from typing import BinaryIO

from core.errors import AddressRefused, InvalidSetting, StorageFailed, VideoUnreadable
from core.format import clock
from core.pipeline.intake import duplicates, provenance, stored_captions
from core.records import FROM_CHANNEL, Video
from core.storage import Database, videos
from core.storage.files import publish, remove_tree, sync_folder
from core.text import captions as caption_files
from core.text.segments import Transcript
from core.video import frames, limits
from core.video.addresses import Address, parse_addresses
from core.video.part import Part

__all__ = ["add_file", "add_youtube", "parse_addresses"]

LANGUAGES = ("auto", "en", "zh", "other")
MIN_EVERY_S, MAX_EVERY_S = 0.1, 600.0
_CHUNK = 1024**2


def add_youtube(
    db: Database,
    address: Address,
    *,
    group: str,
    language: str = "auto",
    every_s: float = 2.0,
    from_s: float | None = None,
    until_s: float | None = None,
    again: bool = True,
) -> Video:
    """Record a YouTube video; its ingest downloads it and takes frames from `from_s` to `until_s`.

    `group` may be FROM_CHANNEL. Raises AddressRefused for a playlist or channel,
    InvalidSetting, and unless `again` AlreadyThere where the library has some of that part.
    """
    part = Part.of(from_s, until_s)
    if address.kind != "video":
        raise AddressRefused(f"{address.url} is a {address.kind}; add its videos one by one.")
    if not again:
        duplicates.refuse_youtube(db, address.id, part)
    video = Video(
        id=videos.new_id(),
        title=f"YouTube {address.id}",
        group=_group(group),
        source="youtube",
        origin=address.url,
        youtube_id=address.id,
        language=_language(language),
        every_s=_step(every_s),
        from_s=part.from_s or None,
        until_s=part.until_s,
        added_at=time.time(),
    )
    videos.add(db, video)
    return video


def add_file(
    db: Database,
    source: BinaryIO | Path,
    name: str,
    *,
    group: str,
    language: str = "auto",
    every_s: float = 2.0,
    from_s: float | None = None,
    until_s: float | None = None,
    title: str | None = None,
    captions: tuple[str, bytes] | None = None,
    again: bool = True,
) -> Video:
    """Store and record a video file, with its caption file where there is one.

    Frames and captions are taken from `from_s` to `until_s`; the file is kept whole.

    Raises VideoUnreadable, CaptionsUnreadable, InvalidSetting, StorageFailed, and unless `again`
    AlreadyThere where the library has some of that part of the same file; each before anything is
    recorded; then no file is left behind either.
    """
    shown = display_name(name)
    wanted, step_s, label = _language(language), _step(every_s), _group(group)
    if label == FROM_CHANNEL:
        raise InvalidSetting(f"{shown} is a file and has no channel; name its group.")
    part = Part.of(from_s, until_s)
    transcript = _parsed(captions, wanted)
    identifier = videos.new_id()
    with _folder(db, identifier) as folder:
        media, facts, sha256 = _stored_media(source, shown, folder)
        _check_part(part, facts, shown)
        if not again:
            duplicates.refuse_file(db, shown, media, sha256, part)
        if transcript is not None:
            stored_captions.write(folder, transcript)
        video = Video(
            id=identifier,
            title=(title or "").strip()[:200] or PurePath(shown).stem,
            group=label,
            source="upload",
            origin=shown,
            language=transcript.language if transcript else wanted,
            media_file=media.name,
            duration_s=facts.duration_s,
            width=facts.width,
            height=facts.height,
            every_s=step_s,
            from_s=part.from_s or None,
            until_s=part.until_s,
            added_at=time.time(),
            provenance=provenance.of_file(shown, sha256),
        )
        _publish(db, folder, identifier)
        videos.add(db, video)
    return video


def display_name(name: str) -> str:
    """The name of a file as it may be shown: its last part, printable, at most 120 characters."""
    last = re.split(r"[/\\]", name)[-1]
    printable = "".join(character for character in last if character.isprintable()).strip()
    stem, dot, extension = printable.rpartition(".")
    if len(printable) > 120:
        printable = f"{(stem or printable)[:100]}…{dot}{extension[:10]}"
    return printable if printable.strip(". ") else "unnamed file"


def _parsed(captions: tuple[str, bytes] | None, language: str) -> Transcript | None:
    if captions is None:
        return None
    return caption_files.parse(display_name(captions[0]), captions[1], language)


@contextmanager
def _folder(db: Database, identifier: str) -> Iterator[Path]:
    """A private folder that becomes the video's; both vanish when the block fails."""
    folder = db.files.temporary / f"intake-{identifier}"
    try:
        folder.mkdir(parents=True)
        yield folder
    except BaseException as error:
        shutil.rmtree(folder, ignore_errors=True)
        remove_tree(db.files.video(identifier))
        if isinstance(error, OSError):
            raise _storage_failed(db, error) from error
        raise


def _storage_failed(db: Database, error: OSError) -> Exception:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return StorageFailed(f"There is no room left in {db.files.folder}; free some and retry.")
    return StorageFailed(f"{db.files.folder} cannot be written ({error.strerror or error}).")


def _stored_media(
    source: BinaryIO | Path, name: str, folder: Path
) -> tuple[Path, frames.Facts, str]:
    """The file's place in `folder`, what is known of it, and its SHA-256."""
    received = folder / "source.part"
    if isinstance(source, Path):
        if not source.is_file():
            raise VideoUnreadable(f"There is no file {source}; check its name.")
        with source.open("rb") as file:
            sha256 = _copy(file, received, name)
    else:
        sha256 = _copy(source, received, name)
    kind = limits.container_of(received)
    facts = frames.probe(received, name)
    media = folder / f"source.{kind.extension if kind else 'bin'}"
    received.rename(media)
    return media, facts, sha256


def _check_part(part: Part, facts: frames.Facts, name: str) -> None:
    if part.from_s >= facts.duration_s:
        raise InvalidSetting(
            f"{name} lasts {clock(facts.duration_s)}; the part {part} lies beyond its end."
        )


def _copy(source: BinaryIO, target: Path, name: str) -> str:
    """The copy's SHA-256."""
    size, read = 0, hashlib.sha256()
    with target.open("wb") as out:
        while chunk := source.read(_CHUNK):
            size += len(chunk)
            if size > limits.MAX_BYTES:
                raise VideoUnreadable(
                    f"{name} is larger than {limits.MAX_BYTES // 1024**3} GB; "
                    "cut it or convert it to a smaller size."
                )
            read.update(chunk)
            out.write(chunk)
        out.flush()
        os.fsync(out.fileno())
    return read.hexdigest()


def _publish(db: Database, folder: Path, identifier: str) -> None:
    sync_folder(folder)
    folder.rename(db.files.video(identifier))
    sync_folder(db.files.video(identifier).parent)
    publish(db.files.video(identifier))


def _group(group: str) -> str:
    printable = "".join(character for character in group if character.isprintable()).strip()
    if not printable:
        raise InvalidSetting("Give the video's group a name, for example the channel's country.")
    return printable[:80]


def _language(language: str) -> str:
    if language not in LANGUAGES:
        raise InvalidSetting(
            f"There is no language {language!r}; choose from {', '.join(LANGUAGES)}."
        )
    return language


def _step(every_s: float) -> float:
    if not (math.isfinite(every_s) and MIN_EVERY_S <= every_s <= MAX_EVERY_S):
        raise InvalidSetting(
            f"Frames can be taken every {MIN_EVERY_S:g} to {MAX_EVERY_S:g} s; "
            f"{every_s:g} was given."
        )
    return float(every_s)
