"""Finds the video, run or job that a word means: its id, the beginning of it, or its name."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from core import jobs
from core.analysis.clustering import STANDARD_K
from core.errors import InvalidSetting, NotFound
from core.records import Clustering, Job, Projection, Run, Video
from core.storage import Database, analyses, left_out, runs, videos

Record = TypeVar("Record", Video, Run, Job)


def run(db: Database, word: str) -> Run:
    """A run by id, unique beginning of an id, or name. Raises NotFound, InvalidSetting."""
    return _only("run", word, runs.every(db), lambda known: known.name)


def trained_run(db: Database, word: str) -> Run:
    """The same, once its training has ended well. Raises InvalidSetting before that."""
    found = run(db, word)
    if found.state != "done":
        raise InvalidSetting(
            f"Run {found.id} ({found.name}) is {found.state}; train it to its end first."
        )
    return found


def video(db: Database, word: str) -> Video:
    """A video by id, unique beginning of an id, or title. Raises NotFound, InvalidSetting."""
    return _only("video", word, videos.every(db), lambda known: known.title)


def job(db: Database, word: str) -> Job:
    """A job by id, unique beginning of an id, or the id of its run or video."""
    return _only("job", word, jobs.every(db), lambda known: known.subject)


def several_videos(db: Database, words: str) -> list[Video]:
    """ "all" (that are ready), or videos separated by commas. Raises InvalidSetting for none."""
    if words.strip() == "all":
        chosen = videos.ready(db)
        if not chosen:
            raise InvalidSetting(
                "There is nothing to train on; add a video first: python -m core add FILE."
            )
        return chosen
    named = [word.strip() for word in words.split(",") if word.strip()]
    if not named:
        raise InvalidSetting("Nothing is selected to train on; name videos or say all.")
    return [video(db, word) for word in named]


def last_clustering(db: Database, run_id: str) -> Clustering | None:
    """The clustering asked for last; without any, the standard one; None where there is none.

    Of those without the frames that are left out now, as far as there are some.
    """
    gone = left_out.of_run(db, runs.get(db, run_id)).mark
    every = analyses.clusterings_of(db, run_id)
    known = [one for one in every if one.without == gone] or every
    asked = _asked(db, run_id, ("cluster", "recluster", "edit"), known)
    usual = STANDARD_K["kmeans"]
    standard = [c for c in known if (c.method, c.k, c.weights) == ("kmeans", usual, {})]
    return next(iter(asked[-1:] or standard or known[-1:]), None)


def last_projection(
    db: Database, run_id: str, weights: Mapping[str, float] | None = None
) -> Projection | None:
    """The projection asked for last; without any, t-SNE; None where there is none.

    Of those with these `weights` of the latent's blocks, as far as there are some.
    """
    gone = left_out.of_run(db, runs.get(db, run_id)).mark
    every = analyses.projections_of(db, run_id)
    every = [one for one in every if one.without == gone] or every
    alike = [p for p in every if p.settings.get("weights", {}) == (weights or {})]
    known = alike or every
    asked = _asked(db, run_id, ("project",), known)
    standard = [p for p in known if p.method == "tsne"]
    return next(iter(asked[-1:] or standard or known[-1:]), None)


def _asked(db: Database, run_id: str, kinds: Sequence[str], known: Sequence[Any]) -> list[Any]:
    """Those that a job was asked for; the rest were prepared at the training's end."""
    asked = [job.id for job in jobs.of_subject(db, run_id) if job.kind in kinds]
    return [one for one in known if any(one.id in job_id for job_id in asked)]


def _only(kind: str, word: str, known: list[Record], name: Callable[[Record], str]) -> Record:
    for matches in (
        [one for one in known if one.id == word],
        [one for one in known if name(one) == word],
        [one for one in known if word and one.id.startswith(word)],
    ):
        if len(matches) == 1:
            return matches[0]
        if matches:
            listed = ", ".join(one.id for one in matches[:5])
            raise InvalidSetting(f"{word!r} names {len(matches)} {kind}s ({listed}); give one id.")
    raise NotFound(f"There is no {kind} {word!r}; `python -m core {kind}s` lists them.")
