"""Captions from the subtitles that stand in the picture of a video, and its other text."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import version

from core.errors import NothingFound
from core.format import count
from core.records import Caption, ScreenText, Video
from core.storage import Database, recognition
from core.storage.progress import Progress
from core.storage.recognition import Recognised
from core.text import language
from core.text.glued_words import parted
from core.video.burned_in.merging import Shown
from core.video.burned_in.texts import read_texts
from core.video.part import Part


def recognise(db: Database, video: Video, report: Progress) -> Recognised:
    """Read a video's picture. Raises NothingFound where no subtitles stand in it, after
    what else stands there was kept, and VideoUnreadable."""
    media = db.files.media(video)
    found = read_texts(media, video.title, report, Part.of(video.from_s, video.until_s))
    screen = _on_screen(video.id, found.on_screen)
    reader = {"text_reader": f"rapidocr-onnxruntime {version('rapidocr-onnxruntime')}"}
    if not found.captions:
        recognition.keep(db, video.id, Recognised("ocr", "none", (), screen), replace=False)
        beside = f" ({count(len(screen), 'other text')} on screen)" if screen else ""
        raise NothingFound(
            f"No subtitles stand in the picture of {video.title}{beside}; "
            "recognise its speech, or give it a caption file."
        )
    segments = [
        Caption(video.id, place, one.start_s, one.end_s, parted(one.text), confidence=one.sure)
        for place, one in enumerate(found.captions)
    ]
    said = " ".join(segment.text for segment in segments)
    message = f"{count(len(screen), 'other text')} on screen: see Transcripts." if screen else ""
    return Recognised("ocr", language.detect(said), segments, screen, reader, message)


def _on_screen(video_id: str, found: Sequence[Shown]) -> list[ScreenText]:
    return [
        ScreenText(video_id, place, one.start_s, one.end_s, parted(one.text), one.sure)
        for place, one in enumerate(found)
    ]
