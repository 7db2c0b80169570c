"""Does what the editor of segments asks for: one change of the captions, which can be undone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from core.errors import AffinityError, InvalidSetting
from core.storage import Database, captions
from core.text.caption_edits import merged, split
from core.text.encodings import cleaned


class Answer(NamedTuple):
    """What came of it, in a sentence; `position` is the segment to look at, where there is one."""

    done: bool
    sentence: str
    position: int | None = None


def answer_to(db: Database, video_id: str, asked: Mapping[str, Any]) -> Answer:
    """Do it, or say in a sentence why not; then nothing is changed."""
    try:
        return _ACTS[str(asked.get("act"))](db, video_id, asked)
    except AffinityError as error:
        return Answer(False, str(error))
    except (KeyError, TypeError, ValueError):
        return Answer(False, "That could not be understood; load the page again.")


def _correct(db: Database, video_id: str, asked: Mapping[str, Any]) -> Answer:
    position, was = _segment(asked)
    text = cleaned(str(asked["text"])).strip()
    if not text:
        raise InvalidSetting("A segment needs words; merge it with the next one to be rid of it.")
    times = {name: float(asked[name]) for name in ("start_s", "end_s")}
    captions.correct(db, video_id, position, text=text, **times, was=was)
    return Answer(True, f"Segment {position + 1} is saved.", position)


def _revert(db: Database, video_id: str, asked: Mapping[str, Any]) -> Answer:
    position, was = _segment(asked)
    captions.revert(db, video_id, position, was)
    return Answer(True, f"Segment {position + 1} says what it first said.", position)


def _merge(db: Database, video_id: str, asked: Mapping[str, Any]) -> Answer:
    position, was = _segment(asked)
    if position + 1 >= captions.number_of(db, video_id):
        raise InvalidSetting("This is the last segment; there is none behind it to merge with.")
    label = f"merging of segments {position + 1} and {position + 2}"
    captions.change(db, video_id, label, position, 2, lambda two: [merged(*two)], was)
    return Answer(True, f"Segments {position + 1} and {position + 2} are one.", position)


def _split(db: Database, video_id: str, asked: Mapping[str, Any]) -> Answer:
    """What was typed before is saved first, as a change of its own."""
    position, _ = _segment(asked)
    before = cleaned(str(asked["text"])[: int(asked["at"])]).lstrip()
    text = cleaned(str(asked["text"])).strip()
    if not before.strip() or before.strip() == text:
        raise InvalidSetting("There is nothing on one side; put the cursor between two words.")
    _correct(db, video_id, asked)
    label = f"splitting of segment {position + 1}"
    captions.change(
        db, video_id, label, position, 1, lambda one: [*split(one[0], len(before))], text
    )
    return Answer(True, f"Segment {position + 1} is now two.", position)


def _undo(db: Database, video_id: str, _asked: Mapping[str, Any]) -> Answer:
    label = captions.undo(db, video_id)
    return Answer(True, f"Undone: {label}." if label else "There is nothing to undo.")


def _redo(db: Database, video_id: str, _asked: Mapping[str, Any]) -> Answer:
    label = captions.redo(db, video_id)
    return Answer(True, f"Done again: {label}." if label else "There is nothing to do again.")


def _segment(asked: Mapping[str, Any]) -> tuple[int, str]:
    """Its position and what the page showed of it."""
    return int(asked["position"]), str(asked["was"])


_ACTS = {
    "correct": _correct,
    "revert": _revert,
    "merge": _merge,
    "split": _split,
    "undo": _undo,
    "redo": _redo,
}
