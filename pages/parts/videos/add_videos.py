"""The two ways in: addresses pasted, files uploaded. Each good one becomes an ingest job."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import PurePath
from typing import Any

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from core.errors import AffinityError
from core.pipeline.intake import add_video
from core.records import FROM_CHANNEL, Video
from core.storage import Database, videos
from core.text.captions import EXTENSIONS as CAPTION_TYPES
from core.video.addresses import Address, parse_addresses
from core.video.limits import EXTENSIONS as VIDEO_TYPES
from core.video.youtube.listing import look
from pages.parts.shared.wording import plain
from pages.parts.videos.taking import Wish, ask_again, say_refused, take
from pages.parts.videos.video_list import open_list, video_list

LANGUAGES = {"auto": "Detect", "en": "English", "zh": "Chinese"}
_LEFT = "addresses-left"
_NO_GROUP = "Give the videos a group label, such as the country of their channel, then add again."


@dataclass(frozen=True)
class Settings:
    """What all videos that are added together share."""

    group: str
    language: str
    every_s: float

    def arguments(self) -> dict[str, Any]:
        return {"group": self.group, "language": self.language, "every_s": self.every_s}


@dataclass(frozen=True)
class ChosenFile:
    """One uploaded video with what goes with it."""

    source: UploadedFile
    captions: UploadedFile | None
    settings: Settings


def add_videos(db: Database) -> None:
    """Both boxes, in tabs."""
    addresses, files = st.tabs(["From YouTube", "Upload files"])
    with addresses:
        _from_youtube(db)
        video_list(db)
    with files:
        _from_files(db)
    ask_again(db)


def _settings(db: Database, where: str, others: Sequence[str] = ()) -> Settings:
    """The boxes; `others` are groups to choose beside those that there are."""
    left, middle, right = st.columns(3)
    group = left.selectbox(
        "Group",
        [*others, *_groups(db)],
        index=None,
        format_func=lambda name: "The channel's name" if name == FROM_CHANNEL else name,
        accept_new_options=True,
        placeholder="Choose or write, e.g. us",
        key=f"{where}-group",
        help="The affinity group whose videos are to be compared: a country, a channel, a side.",
    )
    language = middle.selectbox(
        "Language of the captions",
        list(LANGUAGES),
        format_func=LANGUAGES.__getitem__,
        key=f"{where}-language",
    )
    every_s = right.number_input(
        "One frame per … s", 0.2, 60.0, 2.0, 0.5, format="%.1f", key=f"{where}-every"
    )
    return Settings((group or "").strip(), language, every_s)


def _from_youtube(db: Database) -> None:
    if _LEFT in st.session_state:  # the refused ones stay in the box, the others leave it
        st.session_state["addresses"] = st.session_state.pop(_LEFT)
    with st.form("youtube", border=False):
        st.text_area(
            "YouTube addresses, one a line",
            key="addresses",
            height=120,
            placeholder="https://www.youtube.com/watch?v=…\nhttps://youtu.be/…\n"
            "a playlist or a channel: https://www.youtube.com/@…",
        )
        settings = _settings(db, "youtube", [FROM_CHANNEL])
        with st.container(horizontal=True):
            pressed = st.form_submit_button("Add from YouTube", type="primary")
            looking = st.form_submit_button(
                "Look first", help="Titles, dates and lengths before anything is downloaded."
            )
    if pressed or looking:
        _add_addresses(db, st.session_state["addresses"], settings, looking)


def _add_addresses(db: Database, text: str, settings: Settings, look_first: bool) -> None:
    """Add the videos; playlists and channels, or all, become a table to choose from."""
    if not text.strip():
        st.error("Paste at least one YouTube address, then add again.")
        return
    parsed = parse_addresses(text)
    refused = [f"{refusal.text}: {refusal.reason}" for refusal in parsed.refused]
    if parsed.accepted and not settings.group:
        st.error(_NO_GROUP)
        return
    wishes, listings = [], []
    for address in parsed.accepted:
        if address.kind == "video" and not look_first:
            add = partial(_add_one, db, address, settings)
            wishes.append(Wish(address.url, add))
            continue
        try:
            with st.spinner(f"Asking YouTube about {plain(address.id)}", show_time=True):
                listings.append(look(address))
        except AffinityError as error:
            refused.append(f"{address.url}: {error}")
    refused += take(db, wishes)
    if listings:
        shared = {"language": settings.language, "every_s": settings.every_s}
        open_list(db, listings, settings.group, **shared)
    st.session_state[_LEFT] = "\n".join(line.partition(": ")[0] for line in refused)
    say_refused(refused)
    st.rerun()


def _add_one(db: Database, address: Address, settings: Settings, again: bool) -> Video:
    return add_video.add_youtube(db, address, again=again, **settings.arguments())


def _from_files(db: Database) -> None:
    turn = st.session_state.setdefault("upload-turn", 0)  # a new key empties the boxes
    left, right = st.columns(2)
    sources = left.file_uploader(
        "Video files", VIDEO_TYPES, accept_multiple_files=True, key=f"video-files-{turn}"
    )
    texts = right.file_uploader(
        "Caption files (optional)",
        CAPTION_TYPES,
        accept_multiple_files=True,
        key=f"caption-files-{turn}",
        help="Matched to the videos by name: us.en.vtt belongs to us.mp4.",
    )
    settings = _settings(db, "files")
    chosen = _each(db, sources, texts, settings)
    if st.button("Add these files", type="primary"):
        if not chosen:
            st.error("Choose at least one video file, then add again.")
        elif not all(one.settings.group for one in chosen):
            st.error(_NO_GROUP)
        else:
            _add_files(db, chosen)


def _each(
    db: Database, sources: list[UploadedFile], texts: list[UploadedFile], settings: Settings
) -> list[ChosenFile]:
    """A line for each video: its captions (matched by name) and its group, the user's to change."""
    by_name = {text.name: text for text in texts}
    matched = match_captions([source.name for source in sources], list(by_name))
    options = [None, *by_name]
    chosen = []
    for source in sources:
        name, captions, group = st.columns(3, vertical_alignment="bottom")
        name.text_input("File", source.name, disabled=True, key=f"file-{source.file_id}")
        text = captions.selectbox(
            "Captions",
            options,
            index=options.index(matched.get(source.name)),
            format_func=lambda option: option or "None",
            key=f"captions-{source.file_id}-{len(options)}",
        )
        own = group.selectbox(
            "Its group",
            _groups(db),
            index=None,
            accept_new_options=True,
            placeholder="As above",
            key=f"group-{source.file_id}",
        )
        its = replace(settings, group=(own or settings.group).strip())
        chosen.append(ChosenFile(source, by_name.get(text), its))
    return chosen


def _add_files(db: Database, chosen: list[ChosenFile]) -> None:
    wishes = [Wish(one.source.name, partial(_add_file, db, one)) for one in chosen]
    refused = take(db, wishes)
    st.session_state["upload-turn"] += 1
    say_refused(refused)
    st.rerun()


def _add_file(db: Database, one: ChosenFile, again: bool) -> Video:
    one.source.seek(0)
    text = (one.captions.name, one.captions.getvalue()) if one.captions else None
    name, common = one.source.name, one.settings.arguments()
    return add_video.add_file(db, one.source, name, captions=text, again=again, **common)


def _groups(db: Database) -> list[str]:
    """The groups there are, to choose from."""
    groups = dict.fromkeys(video.group for video in videos.every(db))
    return [group for group in groups if group != FROM_CHANNEL]


def match_captions(videos: Sequence[str], captions: Sequence[str]) -> dict[str, str]:
    """{video name: caption name}: "us.en.vtt" goes to "us.mp4", "us2.srt" does not.

    Each caption file is given once, to the video with the longest name that fits.
    """
    stems = sorted({PurePath(name).stem for name in videos}, key=len, reverse=True)
    owner = {caption: _owner(caption, stems) for caption in captions}
    matched: dict[str, str] = {}
    for video in videos:
        fitting = [c for c in captions if owner[c] == PurePath(video).stem.casefold()]
        if fitting:
            matched[video] = fitting[0]
    return matched


def _owner(caption: str, stems: Sequence[str]) -> str | None:
    name = PurePath(caption).name.casefold()
    for stem in stems:
        if name.startswith(f"{stem.casefold()}."):
            return stem.casefold()
    return None
