"""Names, tags, notes, marks, views, selections and corrections: what analysts type and keep."""

from __future__ import annotations

import math
from random import Random

from benchmarks.fuzzing import mutate
from benchmarks.fuzzing.place import RUN, VIDEO, Place
from core.errors import NotFound
from core.pipeline.search.find_frames import by_captions
from core.records import FrameId
from core.storage import Database, analyses, captions, runs
from core.storage.annotations import cluster_marks, cluster_merges, notes, selections, tags, views

_TIMES = (0.0, 1.0, 2.5, -1.0, math.nan, math.inf, 1e308, 1e-320)


def attempt(place: Place, rng: Random) -> None:
    """One thing is typed and kept, read back, and taken away again."""
    rng.choice((_tag, _note, _mark, _merge, _view, _selection, _caption, _search))(place.db, rng)


def _text(rng: Random) -> str:
    return rng.choice((rng.choice(mutate.TEXTS), mutate.text(rng, "The expert\nspeaks")))


def _frames(rng: Random) -> list[FrameId]:
    index = rng.choice((0, 1, 5, 23, 24, -1, 10**12, 2**63))
    return [
        FrameId(rng.choice((VIDEO, VIDEO, _text(rng))), index) for _ in range(rng.choice((1, 1, 3)))
    ]


def _tag(db: Database, rng: Random) -> None:
    name = _text(rng)
    change = tags.add(db, name, _frames(rng))
    assert tags.counts(db)
    tags.undo(db, change)


def _note(db: Database, rng: Random) -> None:
    (frame, *_) = _frames(rng)
    notes.write(db, frame, _text(rng))
    notes.of_frame(db, frame)
    notes.write(db, frame, "")


def _mark(db: Database, rng: Random) -> None:
    one = analyses.clusterings_of(db, RUN)[0].id
    number = rng.choice((1, 2, 4, 5, 0, -1, 2**63))
    cluster_marks.mark(db, one, number, name=_text(rng), note=_text(rng), colour=_colour(rng))
    cluster_marks.shown(db, one)
    cluster_marks.mark(db, one, number, name="", note="", colour="")


def _merge(db: Database, rng: Random) -> None:
    one = analyses.clusterings_of(db, RUN)[0].id
    numbers = [rng.choice((1, 2, 3, 4, 0, 5, -1)) for _ in range(rng.choice((0, 1, 2, 3)))]
    made = cluster_merges.merge(db, one, numbers, rng.choice(("", _text(rng))))
    cluster_marks.shown(db, one)
    cluster_merges.undo(db, one, made.position)


def _colour(rng: Random) -> str:
    return rng.choice(("", "#0072B2", _text(rng)))


def _view(db: Database, rng: Random) -> None:
    name = _text(rng)
    choices = mutate.json_value(rng, {"run": RUN, "k": 4, "frame": f"{VIDEO}:1", "weights": {}})
    views.save(db, name, choices)
    for view in views.every(db):
        views.delete(db, view.name)


def _selection(db: Database, rng: Random) -> None:
    selections.save(db, _text(rng), _frames(rng), rng.choice(("", _text(rng))))
    for name in selections.counts(db):
        selections.delete(db, name)


def _caption(db: Database, rng: Random) -> None:
    said = captions.of_video(db, VIDEO)
    position = rng.choice((0, len(said) - 1, len(said), -1, 2**63))
    times = sorted(rng.choices(_TIMES, k=2), key=str)
    captions.correct(db, VIDEO, position, text=_text(rng), start_s=times[0], end_s=times[1])
    captions.revert(db, VIDEO, position)


def _search(db: Database, rng: Random) -> None:
    found = by_captions(db, runs.get(db, RUN), _text(rng))
    if found is None:
        raise NotFound("Nothing was found.")
