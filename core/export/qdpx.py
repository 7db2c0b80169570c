"""A REFI-QDA project (.qdpx): codebook, videos with transcripts, and who gave which frame what.

Project exchange 1.0 of www.qdasoftware.org. Films are not inside: each is named as a file beside
the project, and the program that opens it asks for it.
"""

from __future__ import annotations

import io
import uuid
import xml.etree.ElementTree as ET
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import PurePath

from core.errors import InvalidSetting
from core.export.codebook import add_codes
from core.export.transcripts import film_stem, transcript
from core.export.xml_file import document, xml_text
from core.records import Caption, Coding, FrameId, Sample, Video
from core.storage import Database, captions, runs, videos
from core.storage.coding import categories, samples

NAMESPACE = "urn:QDA-XML:project:1.0"
_OURS = uuid.UUID("6f1f7d0e-6a0b-5c58-9c5b-2f7f5f0f8a11")  # the same thing has the same GUID again


@dataclass
class _Project:
    """What is gathered while the project is written."""

    times: Mapping[tuple[str, int], float]
    samples: Mapping[str, Sample]
    codings: Mapping[str, Sequence[tuple[str, Coding]]]  # by video, with their sample
    texts: dict[str, bytes] = field(default_factory=dict)  # files of the folder sources/


def write_qdpx(db: Database, run_id: str) -> bytes:
    """The project of a run's videos, with the whole codebook and all codings on them.

    Raises NotFound, InvalidSetting where there is no codebook.
    """
    run, listed = runs.get(db, run_id), categories.every(db)
    if not listed:
        raise InvalidSetting("A REFI-QDA project needs a codebook; add a category in Coding.")
    used = [videos.get(db, video_id) for video_id in run.video_ids]
    given = [(name, one) for name in samples.names(db) for one in samples.codings_of(db, name)]
    coders = sorted({one.coder for _, one in given})
    project = _Project(
        {frame.id: frame.time_s for video in used for frame in videos.frames_of(db, video.id)},
        {name: samples.get(db, name) for name in samples.names(db)},
        {v.id: [(s, one) for s, one in given if one.frame.video_id == v.id] for v in used},
    )
    root = ET.Element(
        "Project",
        {
            "xmlns": NAMESPACE,
            "name": xml_text(run.name),
            "origin": "Video Affinity Browser",
            "creationDateTime": _moment(datetime.now(UTC).timestamp()),
        },
    )
    if coders:
        people = ET.SubElement(root, "Users")
        for name in coders:
            ET.SubElement(people, "User", {"guid": _guid("coder", name), "name": xml_text(name)})
    add_codes(ET.SubElement(root, "CodeBook"), listed)
    sources = ET.SubElement(root, "Sources")
    for video in used:
        _video(sources, video, captions.of_video(db, video.id), project)
    return _zipped(document(root), project.texts)


def _video(sources: ET.Element, video: Video, said: Sequence[Caption], project: _Project) -> None:
    suffix = PurePath(video.media_file or "film.mp4").suffix
    one = ET.SubElement(
        sources,
        "VideoSource",
        {
            "guid": _guid("video", video.id),
            "name": xml_text(video.title),
            "path": f"relative:///{film_stem(video)}{suffix}",
            "creationDateTime": _moment(video.added_at),
        },
    )
    if said:
        _transcript(one, video, said, project)
    for sample, coding in project.codings[video.id]:
        if coding.category is not None:
            _selection(one, video, sample, coding, project)


def _transcript(one: ET.Element, video: Video, said: Sequence[Caption], project: _Project) -> None:
    """The captions as text, with a point of time before each segment."""
    text, starts = transcript(said)
    identifier = _guid("transcript", video.id)
    project.texts[f"{identifier}.txt"] = text.encode()
    of = ET.SubElement(
        one,
        "Transcript",
        {
            "guid": identifier,
            "name": xml_text(video.title),
            "plainTextPath": f"internal://{identifier}.txt",
        },
    )
    for caption, position in zip(said, starts, strict=True):
        point = {
            "guid": _guid("segment", video.id, caption.position),
            "timeStamp": str(round(1000 * caption.start_s)),
            "position": str(position),
        }
        ET.SubElement(of, "SyncPoint", point)


def _selection(
    one: ET.Element, video: Video, sample: str, coding: Coding, project: _Project
) -> None:
    """A coded frame stands for the time until the next one, a shot until its last frame's."""
    drawn = project.samples[sample]
    start_s = project.times[coding.frame]
    last = FrameId(video.id, drawn.last(coding.frame))
    by = {
        "creatingUser": _guid("coder", coding.coder),
        "creationDateTime": _moment(coding.coded_at),
    }
    of = (sample, coding.coder, coding.frame)
    selection = ET.SubElement(
        one,
        "VideoSelection",
        {
            "guid": _guid("selection", *of),
            "name": xml_text(f"{sample}: {drawn.unit} {coding.frame.index}"),
            "begin": str(round(1000 * start_s)),
            "end": str(round(1000 * (project.times[last] + video.every_s))),
            **by,
        },
    )
    given = ET.SubElement(selection, "Coding", {"guid": _guid("coding", *of), **by})
    ET.SubElement(given, "CodeRef", {"targetGUID": str(coding.category)})


def _zipped(project: bytes, texts: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("project.qde", project)
        for name, data in texts.items():
            archive.writestr(f"sources/{name}", data)
    return out.getvalue()


def _guid(*of: object) -> str:
    return str(uuid.uuid5(_OURS, "\n".join(map(str, of)))).upper()


def _moment(time_s: float) -> str:
    return datetime.fromtimestamp(time_s, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
