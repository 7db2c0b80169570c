"""Where an analyst searches the run's frames: words in captions, what is meant, what is alike."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from functools import partial

import streamlit as st

from core.analysis.weighting import blocks_of
from core.api.run_rows import run_rows
from core.errors import AffinityError
from core.format import clock, count
from core.pipeline.comparison.looked_at import note_search
from core.pipeline.comparison.sequences import written
from core.pipeline.search import find_frames, shown_words
from core.pipeline.search.find_frames import Found
from core.pipeline.search.uploaded_picture import like_picture
from core.records import FrameId, Run, Video
from core.storage import Database, analyses
from core.storage.annotations import selections
from core.storage.progress import Progress
from core.text.search import LONGEST_QUERY
from core.video.uploaded_picture import EXTENSIONS
from pages.parts.division.looking import noting
from pages.parts.explore.found_frames import found_frames
from pages.parts.explore.named_frames import frame_of, frames_of
from pages.parts.shared.choices import ALIKE, ALIKE_BY, FIND, FIND_BY, FRAME, SELECTION
from pages.parts.shared.wording import plain

_WAYS = {"captions": "These words", "words": "This meaning"}
_SHOWN_WAY = {"content": "In the picture"}  # of runs whose features know words
_HOW = (
    "These words: captions in which all of them are, English by the beginnings of words, Chinese "
    'anywhere, "phrases" in quotes. This meaning: captions about the like, in any language. '
    "With *A then B within 20 s*, A and B are words, tags or clusters’ names."
)
_HOW_SHOWN = " In the picture: frames that show it, as open_clip sees them, whatever is said."
_WHOLE = "whole"
Answers = dict[str, Found]  # of one visit of the page: a click on the map asks nothing anew


def search_bar(db: Database, run: Run) -> None:
    """The field, how its words are meant, and the button for what is like the chosen frame."""
    FIND.typed(
        LONGEST_QUERY,
        lambda key: st.text_input(
            "Search the captions",
            key=key,
            placeholder="Search captions",
            label_visibility="collapsed",
            max_chars=LONGEST_QUERY,
            icon=":material/search:",
            width=220,
            on_change=_forget_alike,
        ),
    )
    shown = shown_words.offered(run)
    ways = _WAYS | (_SHOWN_WAY if shown else {})
    FIND_BY.among(
        ways,
        "captions",
        lambda key: st.segmented_control(
            "How the words are meant",
            list(ways),
            required=True,
            format_func=ways.__getitem__,
            key=key,
            label_visibility="collapsed",
            help=_HOW + (_HOW_SHOWN if shown else ""),
        ),
    )
    with st.popover("Find alike", icon=":material/image_search:", width="content"):
        _alike(db, run, FRAME.text)


def search_results(
    db: Database, run: Run, clustering: str | None, known: list[Video], answers: Answers
) -> None:
    """The strip of what was found, nothing where nothing is looked for."""
    rows = run_rows(db, run.id)
    titles = {video.id: video.title for video in known}
    try:
        found = _found(db, run, clustering, titles, answers)
        if found is not None:
            key = f"search {run.id} {found.said}"
            noting(key, partial(note_search, db, run.id, found.said))
    except AffinityError as error:
        st.warning(plain(str(error)))
        return
    if found is None:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(plain(_summary(found)), width="content")
        st.button("Clear", key="find-clear", type="tertiary", on_click=_clear)
    if found.results:
        found_frames(
            found.results,
            {video.id: video for video in known},
            [video.group for video in known],
            lambda row: float(rows.time_s[row]),
        )


def _summary(found: Found) -> str:
    if found.total is None:
        return found.said
    if not found.total:
        return f"{found.said[:-1]}: there are none. Fewer or shorter words find more."
    shown = len(found.results)
    counted = count(found.total, "place")
    return f"{counted}. {found.said}" + (f" The first {shown}." if shown < found.total else "")


def _found(
    db: Database, run: Run, clustering: str | None, titles: Mapping[str, str], answers: Answers
) -> Found | None:
    """The answer to what is asked now, remembered for this visit. Raises AffinityError."""
    picture = st.session_state.get("alike-picture")
    if picture is not None:
        data, by = picture
        digest = hashlib.sha256(data).hexdigest()
        return _once(
            answers,
            f"picture {run.id} {digest} {by}",
            lambda: _with_spinner(lambda: like_picture(db, run, data, by)),
        )
    rows = run_rows(db, run.id)
    several = st.session_state.get("alike-frames")
    if several is not None:
        liked, unlike, by = several
        unliked = tuple(selections.get(db, unlike).frames) if unlike else ()
        return _once(
            answers,
            f"frames {run.id} {hash((liked, unliked))} {by}",
            lambda: find_frames.like_frames(
                db,
                run,
                [frame for frame in liked if frame in rows.row_of],
                [frame for frame in unliked if frame in rows.row_of],
                by,
            ),
        )
    frames = frame_of(ALIKE.text, rows.row_of)
    if frames:
        by = ALIKE_BY.text or None
        time_s = float(rows.time_s[rows.row_of[frames[0]]])
        name = f"{titles.get(frames[0].video_id, '')} at {clock(time_s)}"
        return _once(
            answers,
            f"frame {run.id} {frames[0]} {by}",
            lambda: find_frames.like_frame(db, run, frames[0], by, name),
        )
    text = FIND.text.strip()
    if not text:
        return None
    query = written(text)
    if query is not None and clustering is not None:
        shown = analyses.clustering(db, clustering)
        return find_frames.by_sequence(db, run, shown, query)  # names and tags change meanwhile
    if FIND_BY.text == "words":
        return _once(answers, f"words {run.id} {text}", lambda: _by_meaning(db, run, text))
    if FIND_BY.text == "content":
        return _once(answers, f"content {run.id} {text}", lambda: _by_shown(db, run, text))
    return _once(
        answers, f"captions {run.id} {text}", lambda: find_frames.by_captions(db, run, text)
    )


def _once(answers: Answers, key: str, ask: Callable[[], Found]) -> Found:
    if key not in answers:
        answers[key] = ask()
    return answers[key]


def _by_meaning(db: Database, run: Run, text: str) -> Found:
    slot = st.empty()
    try:
        return find_frames.by_meaning(db, run, text, _Shown(slot))
    finally:
        slot.empty()


def _by_shown(db: Database, run: Run, text: str) -> Found:
    with st.spinner("Comparing the words with pictures, about 10 s", show_time=True):
        return find_frames.by_shown(db, run, text)


def _with_spinner(ask: Callable[[], Found]) -> Found:
    with st.spinner("Looking at the picture, about 5 s", show_time=True):
        return ask()


class _Shown(Progress):
    """Shows on the page how far the words have been looked up."""

    def __init__(self, slot: st.delta_generator.DeltaGenerator) -> None:
        super().__init__(None)
        self._slot = slot

    def __call__(self, fraction: float, message: str, eta_s: float | None = None) -> None:
        self._slot.progress(min(1.0, fraction), plain(message))


def _alike(db: Database, run: Run, chosen: str) -> None:
    blocks = blocks_of(run)
    ways = {_WHOLE: "All of it"} | ({b: b.capitalize() for b in blocks} if len(blocks) > 1 else {})
    by = next(iter(ways))
    if len(ways) > 1:
        by = (
            st.segmented_control(
                "Alike in",
                list(ways),
                default="content" if "content" in ways else _WHOLE,
                required=True,
                format_func=ways.__getitem__,
                key=f"alike-in-{run.id}",
                help="Which part of the latent is compared: how frames look, what they show, "
                "what is said, or all of it by the plain distance.",
            )
            or by
        )
    frames = frame_of(chosen, run_rows(db, run.id).row_of)
    st.button(
        "Frames like the chosen one",
        key="alike-frame",
        disabled=not frames,
        help=None if frames else "Choose a frame on the map first.",
        on_click=_look_for_frame,
        args=(chosen, by),
    )
    selected = frames_of(SELECTION.text, run_rows(db, run.id).row_of)
    if selected:
        saved = selections.counts(db)
        unlike = None
        if saved:
            unlike = st.selectbox(
                "But unlike", list(saved), index=None, placeholder="a saved selection", key="unlike"
            )
        st.button(
            f"Frames like the {len(selected):,} selected",
            key="alike-frames-go",
            on_click=_look_for_frames,
            args=(tuple(selected), unlike, by),
        )
    sent = st.file_uploader(
        "Frames like a picture",
        type=list(EXTENSIONS),
        key="alike-upload",
        max_upload_size=20,
        help="A JPEG, PNG or WebP of at most 20 MB; it is looked at and not kept.",
    )
    if sent is not None:
        if by == "words":
            st.caption("A picture says no words; choose another part.")
        st.button(
            "Find frames like this picture",
            key="alike-picture-go",
            disabled=by == "words",
            on_click=_look_for_picture,
            args=(sent.getvalue(), by),
        )


def _look_for_frame(frame: str, by: str) -> None:
    _clear()
    ALIKE.write(frame)
    ALIKE_BY.write("" if by == _WHOLE else by)


def _look_for_frames(liked: tuple[FrameId, ...], unlike: str | None, by: str) -> None:
    _clear()
    st.session_state["alike-frames"] = liked, unlike, None if by == _WHOLE else by


def _look_for_picture(data: bytes, by: str) -> None:
    _clear()
    st.session_state["alike-picture"] = data, None if by == _WHOLE else by


def _forget_alike() -> None:
    st.session_state.pop("alike-picture", None)
    st.session_state.pop("alike-frames", None)
    ALIKE.write("")
    ALIKE_BY.write("")


def _clear() -> None:
    _forget_alike()
    FIND.put("")
    FIND.write("")
