"""The page that frames are coded on, made for the keyboard: 1 to 9, 0, arrows, Backspace."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence

import streamlit as st

from core.errors import AffinityError
from core.format import clock, count
from core.pipeline.captions import frame_captions
from core.records import Category, Coding, FrameId, Sample
from core.storage import Database, videos
from core.storage.coding import categories, samples
from pages.parts.coding.choices import choose_coder, choose_sample
from pages.parts.coding.colours import category_colours
from pages.parts.coding.draw_sample import draw_a_sample
from pages.parts.shared.open_project import base_address, frame_address
from pages.parts.shared.wording import plain

_AT, _UNDO = "coding-at", "coding-undo"
_KEYS = ":small[Keys: 1 to 9 give a category, 0 none; ← and → go back and on; Backspace undoes.]"


def code_frames(db: Database) -> None:
    """One frame after another; others' codings are nowhere on it."""
    listed = categories.every(db)
    if not listed:
        st.info("There are no categories yet: write the codebook first.")
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        coder = choose_coder()
        name = choose_sample(db)
        draw_a_sample(db)
        if name is not None:
            _delete(db, name)
    if name is None:
        st.info("Draw a sample of frames; every coder codes the same ones.")
        return
    if not coder:
        st.info("Type your name to begin.")
        return
    _code(db, samples.get(db, name), coder, listed)


def _code(db: Database, sample: Sample, coder: str, listed: Sequence[Category]) -> None:
    given = {one.frame: one.category for one in samples.codings_of(db, sample.name, coder)}
    place = _place(sample, coder, given)
    done = sum(frame in given for frame in sample.frames)
    st.progress(
        done / len(sample.frames),
        f"{plain(coder)} has coded {done} of {len(sample.frames)} {sample.unit}s; this is "
        f"{place + 1}.",
    )
    frame = sample.frames[place]
    left, right = st.columns([3, 2], gap="medium")
    with left:
        _shown(db, frame, sample.last(frame))
        st.markdown(_KEYS)
    with right:
        _buttons(db, sample, coder, frame, listed, given)
        _ways(db, sample, coder, place)


def _place(sample: Sample, coder: str, given: Mapping[FrameId, str | None]) -> int:
    """Where this person is: as gone to, else the first frame that is not coded."""
    at: dict[tuple[str, str], int] = st.session_state.setdefault(_AT, {})
    if (sample.name, coder) not in at:
        left = (number for number, frame in enumerate(sample.frames) if frame not in given)
        at[sample.name, coder] = next(left, 0)
    return min(at[sample.name, coder], len(sample.frames) - 1)


def _shown(db: Database, frame: FrameId, last: int) -> None:
    """The frame or shot with what is said; which video it is of only when asked for."""
    video = videos.get(db, frame.video_id)
    time_s = videos.frame(db, *frame).time_s
    if last == frame.index:
        st.html(_picture(frame, f"Frame to code, at {clock(time_s)}"))
    else:
        end_s = videos.frame(db, frame.video_id, last).time_s + video.every_s
        _shot(frame, last, time_s, end_s, video.media_file is not None)
    texts = frame_captions(db, frame.video_id)[frame.index : last + 1]
    caption = " ".join(dict.fromkeys(filter(None, texts)))
    st.html(f'<div class="segment-text">{html.escape(caption) or "<i>no caption</i>"}</div>')
    if st.toggle("Show the video’s title and group", key="coding-shows-source"):
        st.caption(plain(f"{video.title}, {video.group}, {clock(time_s)}"))


def _shot(frame: FrameId, last: int, start_s: float, end_s: float, playable: bool) -> None:
    """Its first, middle and last frame, and a player of just its time."""
    places = dict.fromkeys((frame.index, (frame.index + last) // 2, last))
    pictures = "".join(
        _picture(FrameId(frame.video_id, place), f"Frame {place - frame.index + 1} of the shot")
        for place in places
    )
    st.html(f'<div class="coded-shot">{pictures}</div>')
    st.caption(
        f"Shot from {clock(start_s)} to {clock(end_s)}, {count(last - frame.index + 1, 'frame')}"
    )
    if playable and st.toggle("Play the shot", key="coding-plays"):
        address = html.escape(
            f"{base_address()}/videos/{frame.video_id}/media#t={start_s:.3f},{end_s:.3f}"
        )
        st.html(f'<video class="coded-frame" src="{address}" controls preload="metadata"></video>')


def _picture(frame: FrameId, said: str) -> str:
    address = html.escape(frame_address(*frame))
    return f'<img class="coded-frame" src="{address}" alt="{html.escape(said)}">'


def _buttons(
    db: Database,
    sample: Sample,
    coder: str,
    frame: FrameId,
    listed: Sequence[Category],
    given: Mapping[FrameId, str | None],
) -> None:
    """A button for each category with its key; the one given stands out."""
    colours = category_colours(listed)
    rules = "".join(
        f".st-key-code-{place} button {{ border-left: 0.6rem solid {colours[one.id]}; }}"
        for place, one in enumerate(listed, start=1)
    )
    st.html(f"<style>{rules}</style>")
    offered: list[Category | None] = [*listed, None]
    for place, one in enumerate(offered, start=1):
        number = place if one else 0
        key = str(number) if number < 10 else None
        chosen = frame in given and given[frame] == (one.id if one else None)
        st.button(
            plain(one.name if one else "None fits"),
            key=f"code-{number}",
            type="primary" if chosen else "secondary",
            shortcut=key,
            width="stretch",
            help=plain(one.definition) if one and one.definition else None,
            on_click=_give,
            args=(db, sample, coder, frame, one.id if one else None),
        )


def _ways(db: Database, sample: Sample, coder: str, place: int) -> None:
    last = len(sample.frames) - 1
    with st.container(horizontal=True):
        st.button(
            "Back", shortcut="Left", disabled=place == 0, on_click=_go, args=(sample, coder, -1)
        )
        st.button(
            "Next", shortcut="Right", disabled=place == last, on_click=_go, args=(sample, coder, 1)
        )
        st.button(
            "Undo",
            shortcut="Backspace",
            icon=":material/undo:",
            disabled=not st.session_state.get(_UNDO),
            on_click=_undo,
            args=(db,),
        )


def _give(db: Database, sample: Sample, coder: str, frame: FrameId, category: str | None) -> None:
    """Code, remember how to undo it, and go on."""
    try:
        before = samples.code(db, sample.name, coder, frame, category)
    except AffinityError as error:
        st.toast(plain(str(error)))
        return
    st.session_state.setdefault(_UNDO, []).append((sample, coder, frame, before))
    _go(sample, coder, 1)


def _undo(db: Database) -> None:
    """Take the last coding back, and stand on its frame."""
    sample, coder, frame, before = st.session_state[_UNDO].pop()
    try:
        _restore(db, sample, coder, frame, before)
    except AffinityError as error:
        st.toast(plain(str(error)))
        return
    st.session_state[_AT][sample.name, coder] = sample.frames.index(frame)


def _restore(
    db: Database, sample: Sample, coder: str, frame: FrameId, before: Coding | None
) -> None:
    if before is None:
        samples.uncode(db, sample.name, coder, frame)
    else:
        samples.code(db, sample.name, coder, frame, before.category)


def _go(sample: Sample, coder: str, step: int) -> None:
    at = st.session_state[_AT]
    at[sample.name, coder] = min(max(at[sample.name, coder] + step, 0), len(sample.frames) - 1)


def _delete(db: Database, name: str) -> None:
    with st.popover("Delete"):
        coded = sum(samples.coders(db, name).values())
        st.markdown(f"{coded} codings go with the sample; this cannot be undone.")
        if st.button("Delete the sample", type="primary"):
            samples.delete(db, name)
            st.session_state.pop(_UNDO, None)
            st.rerun()
