"""The captions job: a machine reads the subtitles in the picture, or hears what is said."""

from __future__ import annotations

import functools
from collections.abc import Callable

from core.errors import InvalidSetting
from core.pipeline.recognition import burned_in, speech
from core.storage import Database, recognition, videos
from core.storage.progress import Progress
from core.storage.recognition import Recognised

Recogniser = Callable[..., Recognised]  # of the library, the video and a Progress

RECOGNISERS: dict[str, Recogniser] = {"ocr": burned_in.recognise, "speech": speech.recognise}


def make_captions(
    db: Database,
    video_id: str,
    source: str,
    report: Progress,
    replace: bool = False,
    download: bool = False,
) -> None:
    """Give a ready video captions from "ocr" or "speech"; all is kept in one step at the end.

    `download` consents to fetching a model of speech where there is none.
    Raises NotFound, NothingFound where there is nothing to read or hear, CaptionsUnavailable where
    it cannot be done, VideoUnreadable, and InvalidSetting where corrections would be lost that
    `replace` does not give up.
    """
    video = videos.get(db, video_id)
    if video.state != "ready":
        raise InvalidSetting(f"{video.title} has not been read yet; wait until it is ready.")
    if not replace:
        recognition.check_corrections(db, video)
    recogniser = RECOGNISERS[source]
    if download and source == "speech":
        recogniser = functools.partial(recogniser, download=True)
    found = recogniser(db, video, report.part(0.0, 0.98))
    report(0.99, "Keeping the captions")
    recognition.keep(db, video_id, found, replace=replace)
