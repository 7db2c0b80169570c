"""Offers to make captions by machine: read from the picture, or heard in the sound."""

from __future__ import annotations

import math

import streamlit as st

from core import jobs
from core.errors import AffinityError
from core.format import size
from core.jobs import status
from core.records import Video
from core.storage import Database
from core.text.speech.download import BYTES
from core.text.speech.model import is_missing
from core.video.part import Part
from pages.parts.shared.wording import plain
from pages.parts.shell.notices import say

# Minutes of work for a minute of video, on two processors; benchmarks/ measures both.
_MINUTES = {"ocr": 0.15, "speech": 0.25}
_LABELS = {"ocr": "Read subtitles from the picture", "speech": "Recognise speech"}
_ABOUT = {
    "ocr": "Finds subtitles that stand in the picture, in Chinese and English, and other text on "
    "the screen beside them.",
    "speech": "Hears what is said; most languages are known.",
}


def make_captions(db: Database, video: Video, corrected: bool = False) -> None:
    """The two buttons, or what one of them has begun.

    `corrected`: there are corrections by hand, which are replaced only where that is ticked.
    """
    last = status.latest(db, f"captions-{video.id}")
    if last is not None and last.state in status.LIVE:
        st.caption(f"{plain(last.title)}: under way; how far it is stands at the top of the page.")
        return
    if last is not None and last.state == "failed":
        st.error(plain(last.message), icon=":material/error:")
    elif last is not None and last.state == "done" and last.message and not video.captions:
        st.info(plain(last.message), icon=":material/info:")
    replace = corrected and st.checkbox("Replace my corrections too", key=f"replace-{video.id}")
    lacks = is_missing(db.files.speech_model)
    fetch = lacks and st.checkbox(
        f"Fetch the speech model from huggingface.co ({size(BYTES)})",
        key=f"fetch-{video.id}",
        help="No speech model is installed. It is fetched once and kept in the data folder; the "
        "sound of videos stays on this computer.",
    )
    with st.container(horizontal=True, gap="small", key=f"make-{video.id}"):
        for source, label in _LABELS.items():
            pressed = st.button(
                label,
                key=f"{source}-{video.id}",
                help=f"{_ABOUT[source]} {_takes(video, source)}",
                disabled=(corrected and not replace)
                or (source == "speech" and lacks and not fetch),
            )
            if pressed:
                _begin(db, video, source, replace, fetch)
    st.caption(f"Made by machine on this computer; words may be wrong. {_takes(video)}")


def _begin(db: Database, video: Video, source: str, replace: bool, fetch: bool) -> None:
    download = fetch and source == "speech"
    try:
        jobs.submit_captions(db, video.id, source, replace=replace, download=download)
    except AffinityError as error:
        say("error", str(error))
    st.rerun()


def _takes(video: Video, source: str | None = None) -> str:
    """ "The picture takes about 2 min, speech 3 min." for a video of that length."""
    length_s = Part(*video.part).length_s(video.duration_s)
    minutes = {one: max(1, math.ceil(length_s / 60 * by)) for one, by in _MINUTES.items()}
    if source is not None:
        return f"It takes about {minutes[source]} min."
    return f"The picture takes about {minutes['ocr']} min, speech about {minutes['speech']} min."
