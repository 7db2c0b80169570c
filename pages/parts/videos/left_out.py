"""Frames that are left out of what is computed: proposed with pictures, or named as a stretch."""

from __future__ import annotations

import html
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from itertools import groupby

import streamlit as st

from core import jobs
from core.errors import AffinityError, InvalidSetting
from core.format import count, day_and_time
from core.jobs.status import latest
from core.pipeline.curation.find_faulty import KINDS, Candidates
from core.pipeline.curation.find_shifted_captions import ShiftedCaptions
from core.pipeline.curation.look import FAULTY, SHIFTED, faulty, note_shift, shifted
from core.pipeline.intake.shift_captions import shift
from core.records import FrameId
from core.storage import Database, findings, left_out, videos
from core.storage.annotations.validate_text import LONGEST_NAME
from core.video.part import seconds_of
from pages.parts.shared.attempt import attempt
from pages.parts.shared.job_progress import active_jobs
from pages.parts.shared.open_project import frame_address
from pages.parts.shared.undo_left_out import undo_left_out
from pages.parts.shared.wording import plain

_LAST, _MOVED = "last-left-out-here", "last-captions-moved"  # in the session
_PICTURES, _LISTED = 8, 30
_KINDS = "\n".join(f"- {kind}: {about}" for kind, about in KINDS.items())
_ABOUT = (
    "Titles, adverts, black and frozen frames say nothing of what a video shows. What is left out "
    "here is in no later training, and clusters, maps and comparisons are made anew without it; "
    "trainings that are done stay as they are. Explore leaves out whole clusters and selections."
)


def frames_left_out(db: Database) -> None:
    """Closed until it is wanted; its head says how many are left out."""
    gone = left_out.every(db)
    head = "Leave frames out" + (f": {count(len(gone), 'frame')}" if gone else "")
    with st.expander(head, icon=":material/filter_alt_off:", key="left-out"):
        st.markdown(_ABOUT)
        with st.container(horizontal=True):
            _look(db, FAULTY, "Look for frames to leave out", ":material/search:", _KINDS)
            about = "Listens to every video whose sound is here: seconds for a minute of it."
            _look(db, SHIFTED, "Check captions against speech", ":material/hearing:", about)
        undo_left_out(db, _LAST)
        _found(db, FAULTY, "Frames were looked for", lambda: _candidates(db, gone, faulty(db)))
        _found(db, SHIFTED, "Captions were checked", lambda: _captions(db, shifted(db)))
        _stretch(db)
        _taken(db, gone)


def _look(db: Database, what: str, label: str, icon: str, about: str) -> None:
    """Its button; the job shows with the library's others, where it can be cancelled."""
    under_way = any(job.subject == what for job in active_jobs(db, ("look",)))
    if st.button(label, icon=icon, help=about, disabled=under_way):
        attempt(partial(jobs.submit_look, db, what))


def _found(db: Database, what: str, said: str, show: Callable[[], None]) -> None:
    """What was found last and when; why the last search ended where it failed."""
    last = latest(db, f"look-{what}")
    if last is not None and last.state == "failed":
        st.error(plain(f"{last.title}: {last.message}"))
    try:
        kept = findings.read(db, what)
        if kept is None:
            return
        new = sum(video.id not in kept.video_ids for video in videos.ready(db))
        since = f"; {count(new, 'video')} came since" if new else ""
        st.caption(f"{said} {day_and_time(kept.at)}{since}.")
        show()
    except AffinityError as error:
        st.error(plain(str(error)))


def _stretch(db: Database) -> None:
    """A part of one video, from a time to another."""
    titles = {video.id: video.title for video in videos.ready(db)}
    if not titles:
        return
    with (
        st.form("leave-stretch", border=False),
        st.container(horizontal=True, vertical_alignment="bottom"),
    ):
        video_id = st.selectbox("Video", list(titles), format_func=titles.__getitem__)
        first = st.text_input("From", placeholder="0:00", width=90)
        last = st.text_input("Until", placeholder="0:12", width=90)
        why = st.text_input("Reason", max_chars=LONGEST_NAME, placeholder="titles")
        if st.form_submit_button("Leave the stretch out") and video_id:
            attempt(lambda: _leave_stretch(db, video_id, first, last, why))


def _leave_stretch(db: Database, video_id: str, first: str, last: str, why: str) -> None:
    from_s = seconds_of(first) if first.strip() else 0.0
    until_s = seconds_of(last) if last.strip() else None
    frames = videos.frames_between(db, video_id, from_s, until_s)
    if not frames:
        raise InvalidSetting("No frame lies in that stretch; give other times, as in 0:10 or 12.5.")
    left_out.add(db, frames, why)


def _candidates(db: Database, gone: dict[FrameId, str], every: Sequence[Candidates] | None) -> None:
    known = {video.id for video in videos.ready(db)}
    left = [
        replace(one, frames=frames)
        for one in every or ()
        if one.video_id in known and (frames := tuple(f for f in one.frames if f not in gone))
    ]
    if not left:
        st.caption("Nothing was found that is not left out already.")
        return
    kinds = list(dict.fromkeys(one.kind for one in left))
    shown = st.pills(
        "Shown",
        kinds,
        selection_mode="multi",
        default=[kind for kind in kinds if kind != "letterboxed"],
        format_func=lambda kind: (
            f"{kind} {sum(len(one.frames) for one in left if one.kind == kind):,}"
        ),
        key="faulty-kinds",
    )
    left = [one for one in left if one.kind in shown]
    total = sum(len(one.frames) for one in left)
    if len(left) > 1 and st.button(f"Leave all {count(total, 'frame')} out", key="leave-all"):
        attempt(lambda: _leave(db, left))
    for one in left[:_LISTED]:
        with st.container(border=True, key=f"faulty-{one.video_id}-{one.kind}"):
            about = f" ({plain(one.about)})" if one.about else ""
            st.markdown(f"**{plain(one.title)}**: {one.kind}, {KINDS[one.kind]}{about}")
            _strip(one.frames)
            if one.beside:
                st.caption("There")
                _strip(one.beside)
            label = f"Leave {count(len(one.frames), 'frame')} out"
            if st.button(label, key=f"leave-{one.video_id}-{one.kind}"):
                attempt(lambda one=one: _leave(db, [one]))
    if len(left) > _LISTED:
        st.caption(f"{len(left) - _LISTED} more: choose a kind above.")


def _leave(db: Database, chosen: Sequence[Candidates]) -> None:
    st.session_state[_LAST] = tuple(
        frame for one in chosen for frame in left_out.add(db, one.frames, one.kind)
    )


def _captions(db: Database, checked: list[ShiftedCaptions] | None) -> None:
    """Captions that are not where the speech is, each with a click that moves them."""
    every = checked or []
    for one in every:
        if not one.shifted:
            continue
        seconds = one.later_s or 0.0
        when = "later" if seconds > 0 else "earlier"
        with st.container(horizontal=True, vertical_alignment="center"):
            said = f"captions are about {abs(seconds):.1f} s {when} than the speech"
            st.markdown(f"**{plain(one.title)}**: {said}", width="stretch")
            if st.button(f"Shift by {-seconds:+.1f} s", key=f"shift-{one.video_id}"):
                attempt(lambda one=one: _shift(db, every, one))
    fit = sum(one.later_s is not None and not one.shifted for one in every)
    unknown = [f"{one.title}: {one.why}" for one in every if one.later_s is None]
    st.caption(f"Captions of {count(fit, 'video')} fit the speech." if every else "No captions.")
    if unknown:
        st.caption(plain("Not known: " + "; ".join(unknown[:_LISTED])))
    moved: tuple[str, float] | None = st.session_state.get(_MOVED)
    if moved and st.button(f"Undo: shift back by {-moved[1]:+.1f} s", icon=":material/undo:"):
        del st.session_state[_MOVED]
        attempt(lambda: shift(db, moved[0], -moved[1]))


def _shift(db: Database, every: list[ShiftedCaptions], one: ShiftedCaptions) -> None:
    by_s = round(-(one.later_s or 0.0), 1)
    shift(db, one.video_id, by_s)
    st.session_state[_MOVED] = (one.video_id, by_s)
    note_shift(db, every, one)


def _taken(db: Database, gone: dict[FrameId, str]) -> None:
    """What is left out, by video and reason, each with the way back."""
    for (video_id, reason), frames in groupby(gone, lambda frame: (frame.video_id, gone[frame])):
        own = tuple(frames)
        with st.container(horizontal=True, vertical_alignment="center"):
            title = plain(videos.get(db, video_id).title)
            why = f", {plain(reason)}" if reason else ""
            st.markdown(f"{title}: {count(len(own), 'frame')} left out{why}", width="stretch")
            if st.button("Take in again", key=f"take-{own[0]}-{len(own)}", icon=":material/undo:"):
                attempt(lambda own=own: left_out.remove(db, own))


def _strip(frames: Sequence[FrameId]) -> None:
    step = max(1, len(frames) // _PICTURES)
    pictures = "".join(
        f'<figure><img src="{html.escape(frame_address(*frame))}" loading="lazy" '
        f'alt="Frame {html.escape(str(frame))}"></figure>'
        for frame in frames[::step][:_PICTURES]
    )
    st.html(f'<div class="film-strip">{pictures}</div>')
