"""Where an analyst tags the chosen frames, writes a note on one, and keeps them as a selection."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from core.format import count
from core.records import FrameId, TagChange
from core.storage import Database
from core.storage.annotations import notes, selections, tags
from core.storage.annotations.validate_text import LONGEST_NAME, LONGEST_NOTE
from pages.parts.shared.attempt import attempt
from pages.parts.shared.wording import plain

_UNDO = "last-tag-change"
_SHOWN = 40  # tags in the list to take away


def annotate_frames(db: Database, frames: Sequence[FrameId]) -> None:
    """A button that opens the tags, the note and the saving of these frames."""
    label = "Tags and notes" if not frames else f"Tag {count(len(frames), 'frame')}"
    with st.popover(label, icon=":material/sell:", width="content"):
        if not frames:
            st.caption("Click a frame on the map to tag it or to write a note on it.")
            _undo(db)
            return
        st.caption(plain(_named(frames)))
        of = f"{frames[0]}-{len(frames)}"
        _tags(db, frames, of)
        if len(frames) == 1:
            _note(db, frames[0])
        _keep(db, frames, of)


def _named(frames: Sequence[FrameId]) -> str:
    if len(frames) == 1:
        return f"Frame {frames[0]}"
    per_video: dict[str, int] = {}
    for frame in frames:
        per_video[frame.video_id] = per_video.get(frame.video_id, 0) + 1
    return ", ".join(f"{number:,} of {video}" for video, number in per_video.items())


def _tags(db: Database, frames: Sequence[FrameId], of: str) -> None:
    """Add tags to all of the frames; take one away; undo the last change."""
    chosen = set(frames)
    there = tags.of_frames(db, {frame.video_id for frame in frames})
    on_these: dict[str, int] = {}
    for frame in chosen & set(there):
        for tag in there[frame]:
            on_these[tag] = on_these.get(tag, 0) + 1
    with st.form(f"tags-{of}", border=False, clear_on_submit=True):
        new = st.multiselect(
            "Add tags",
            [tag for tag, _ in tags.counts(db).items() if on_these.get(tag, 0) < len(chosen)],
            accept_new_options=True,
            placeholder="Choose tags or type new ones",
            key=f"new-tags-{of}",
        )
        if st.form_submit_button("Tag", type="primary") and new:
            _change(lambda: _joined([tags.add(db, tag, frames) for tag in new]))
    for tag in sorted(on_these)[:_SHOWN]:
        base = "" if len(frames) == 1 else f" · {on_these[tag]:,} of {len(frames):,}"
        if st.button(plain(f"{tag}{base}"), icon=":material/close:", key=f"untag-{of}-{tag}"):
            _change(lambda tag=tag: tags.remove(db, tag, frames))
    _undo(db)


def _undo(db: Database) -> None:
    change: TagChange | None = st.session_state.get(_UNDO)
    if change is None:
        return
    touched = len({one.frame for one in (*change.added, *change.removed)})
    if st.button(f"Undo the tags of {count(touched, 'frame')}", icon=":material/undo:"):
        _change(lambda: tags.undo(db, change), keep=False)


def _note(db: Database, frame: FrameId) -> None:
    with st.form(f"note-{frame}", border=False):
        before = notes.of_frame(db, frame)
        text = st.text_area("Note", before, max_chars=LONGEST_NOTE, key=f"note-of-{frame}")
        if st.form_submit_button("Keep the note"):
            attempt(lambda: notes.write(db, frame, text))


def _keep(db: Database, frames: Sequence[FrameId], of: str) -> None:
    """Keep the frames under a name; a selection of that name is replaced only when asked to."""
    with st.form(f"keep-{of}", border=False):
        name = st.text_input("Selection's name", max_chars=LONGEST_NAME, key=f"selection-{of}")
        note = st.text_area("Its note", max_chars=LONGEST_NOTE, key=f"selection-note-{of}")
        replace = st.checkbox("Replace the selection of that name", key=f"replace-{of}")
        if not st.form_submit_button("Keep as a selection"):
            return
    if name.strip() in selections.counts(db) and not replace:
        st.warning("There is a selection of that name; tick the box to replace it.")
        return
    attempt(lambda: selections.save(db, name, frames, note))


def _joined(changes: Sequence[TagChange]) -> TagChange:
    return TagChange(
        added=tuple(one for change in changes for one in change.added),
        removed=tuple(one for change in changes for one in change.removed),
    )


def _change(make: Callable[[], TagChange | None], keep: bool = True) -> None:
    """Change tags, and remember how to undo it."""

    def made() -> None:
        change = make()
        st.session_state[_UNDO] = change if keep else None

    attempt(made)
