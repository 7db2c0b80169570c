"""Finds frames of a run: by words of captions, by what is said, and by likeness; needs no torch."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace

import numpy as np

from core.analysis import resemblance
from core.analysis.weighting import blocks_of, distances
from core.errors import InvalidSetting, NotFound
from core.format import count
from core.pipeline.comparison.sequences import Query, find_sequences
from core.pipeline.search import shown_words
from core.pipeline.search.searched_frames import SearchedFrames, kept, searched
from core.pipeline.search.spoken_meaning import spoken_meaning
from core.records import Clustering, FrameId, Run
from core.storage import Database, captions, recognition, results, videos
from core.storage.progress import Progress
from core.text.search import CaptionQuery, Span, caption_query, check_query

MOST = 60  # results that are shown of captions with the words
_ON_SCREEN = "On screen: "  # leads what is found in the picture and not in a caption
_NEAREST = 24  # results of what is ordered by nearness, which has no end of its own
_ROWS = 4 * _NEAREST  # frames that those are made of
_AWAY = 0.25 / 0.75  # what is unlike counts, against what is like


@dataclass(frozen=True)
class FoundFrames:
    """Frames of one video that follow each other, as one result; `frame` stands for them."""

    frame: FrameId
    row: int
    frames: int
    caption: str
    spans: tuple[Span, ...] = ()  # the words that were looked for, as places in the caption
    likeness: float | None = None  # cosine of what is said, up to 1
    distance: float | None = None  # in the latent space, by the blocks compared


@dataclass(frozen=True)
class Found:
    """Results, best first. `total` counts those there are, shown or not; None: there is no end."""

    results: tuple[FoundFrames, ...]
    said: str  # one sentence: what was compared, and how
    total: int | None = None


def by_captions(db: Database, run: Run, text: str) -> Found:
    """The frames in whose caption all words of `text` are, or else in the text on the screen (its
    caption then begins with "On screen: "), in order of time.

    Raises InvalidSetting for a text that cannot be looked for, NotFound.
    """
    query = caption_query(text)
    saying = {video for video, said in captions.texts(db) if query.in_some(said)}
    showing = {video for video, shown in recognition.texts(db) if query.in_some(shown)}
    frames = searched(db, run, saying | showing)
    spans = query.spans_of(set(frames.captions))
    places = [place for place, caption in enumerate(frames.captions) if caption in spans]
    found, total = _found(
        frames,
        places,
        lambda place: {"spans": tuple(spans[frames.captions[place]])},
        frames.captions,
        MOST,
    )
    shown, more = _on_screen(db, frames, query, showing, set(places))
    found = sorted([*found, *shown], key=lambda one: one.row)
    words = " and ".join(query.terms)
    where = "Captions and text on the screen" if shown else "Captions"
    said = f"{where} with {words}, in order of time."
    return Found(tuple(found[:MOST]), said, total + more)


def by_sequence(db: Database, run: Run, clustering: Clustering, query: Query) -> Found:
    """Where one thing follows another, in order of time; the frame is where the first begins.

    Raises InvalidSetting for what cannot be looked for, NotFound.
    """
    sequences = find_sequences(db, clustering, query)
    frames = searched(db, run, {hit.first.video_id for hit in sequences.hits})
    place_of = {frame: place for place, frame in enumerate(frames.frames)}
    found = [
        FoundFrames(
            hit.first,
            int(frames.rows[place_of[hit.first]]),
            hit.then.index - hit.first.index + 1,
            frames.captions[place_of[hit.first]],
        )
        for hit in sequences.hits
    ]
    found.sort(key=lambda one: one.row)
    return Found(tuple(found[:MOST]), f"{sequences.said}, in order of time.", len(found))


def _found(
    among: SearchedFrames,
    places: Sequence[int],
    of_place: Callable[[int], dict],
    same: Sequence[object],
    most: int,
) -> tuple[list[FoundFrames], int]:
    """Frames at places, best first, as the `most` best results, and how many there are: frames that
    follow each other are one where `same` says the same of them."""
    merged = resemblance.merge_adjacent(
        [place for place in places if among.kept[place]], among.follows, same
    )
    found = [
        FoundFrames(
            among.frame(one.row),
            int(among.rows[one.row]),
            one.frames,
            among.captions[one.row],
            **of_place(one.row),
        )
        for one in merged[:most]
    ]
    return found, len(merged)


def _on_screen(
    db: Database,
    among: SearchedFrames,
    query: CaptionQuery,
    showing: Collection[str],
    known: set[int],
) -> tuple[list[FoundFrames], int]:
    """The frames of videos that show the words as text on the screen, but for those known."""
    if not showing:
        return [], 0
    texts = _screen_texts(db, among.frames, showing)
    spans = query.spans_of(set(texts))
    places = [place for place, text in enumerate(texts) if text in spans and place not in known]
    shift = len(_ON_SCREEN)

    def of_place(place: int) -> dict:
        return {"spans": tuple((a + shift, b + shift) for a, b in spans[texts[place]])}

    said = [f"{_ON_SCREEN}{text}" for text in texts]
    return _found(replace(among, captions=said), places, of_place, said, MOST)


def _screen_texts(db: Database, frames: Sequence[FrameId], showing: Collection[str]) -> list[str]:
    """What stands in each frame's picture beside subtitles, "" for nothing; of these videos."""
    of_frame: dict[FrameId, str] = {}
    for video_id in showing:
        texts = recognition.screen_texts_of(db, video_id)
        for frame in videos.frames_of(db, video_id):
            there = [one.text for one in texts if one.start_s <= frame.time_s < one.end_s]
            of_frame[frame.id] = " / ".join(there)
    return [of_frame.get(frame, "") for frame in frames]


def by_meaning(db: Database, run: Run, text: str, report: Progress | None = None) -> Found:
    """The frames whose captions are about the like of `text`, in any language, nearest first.

    Raises InvalidSetting for a text without a word that has a vector, NotFound,
    CheckpointUnreadable.
    """
    check_query(text)
    frames = searched(db, run)
    first = {caption: row for row, caption in reversed(list(enumerate(frames.captions)))}
    first.pop("", None)
    spoken = spoken_meaning(db, run, first, report or Progress(None))
    if spoken is None:
        raise InvalidSetting("No frame of this run has a caption; add captions in Transcripts.")
    typed = spoken.meaning.of_text(text)
    found = _nearest_said(
        frames, dict(zip(spoken.captions, spoken.likeness(typed).tolist(), strict=True))
    )
    said = f"What is said, nearest to {' '.join(typed.words)}: {spoken.source}."
    if typed.unknown:
        said += f" Not known: {', '.join(typed.unknown)}."
    return Found(tuple(found), said)


def by_shown(db: Database, run: Run, text: str) -> Found:
    """The frames that show what `text` says, nearest first: see core.pipeline.search.shown_words.

    Raises InvalidSetting, NotFound, DownloadFailed.
    """
    check_query(text)
    frames = searched(db, run)
    scores = shown_words.likeness(db, run, frames.frames, text)
    order = (-scores).argsort(kind="stable")
    rows = [int(row) for row in order[frames.kept[order]][:_ROWS]]
    found, _ = _found(
        frames,
        rows,
        lambda row: {"likeness": float(scores[row])},
        [""] * len(frames.rows),
        _NEAREST,
    )
    return Found(tuple(found), f"What is shown, nearest to {text.strip()}.")


def like_frame(
    db: Database, run: Run, frame: FrameId, by: str | None = None, name: str | None = None
) -> Found:
    """The frames nearest to one of the run's, by one block of the latent, or by all for None.

    `name` is what people call the frame. Raises NotFound for a frame that the run has not,
    InvalidSetting for a block that its latent has not.
    """
    listed = results.frames(db, run.id)
    try:
        row = listed.index(frame)
    except ValueError:
        raise NotFound(f"Frame {frame} is not in run {run.id}; choose another.") from None
    point = np.asarray(results.latents(db, run.id, mmap=True)[row])
    return like_point(db, run, point, by, name or f"frame {frame}", leave_out=(row,))


def like_frames(
    db: Database,
    run: Run,
    liked: Collection[FrameId],
    unliked: Collection[FrameId] = (),
    by: str | None = None,
) -> Found:
    """The other frames nearest to some of the run's, and away from others (Rocchio 1971).

    Nearest to the mean of the `liked`, a third of the way that the `unliked` lie from the mean of
    all frames taken back: 0.75 to 0.25, the usual weights of Salton and Buckley (1990). Raises
    InvalidSetting where none is liked, NotFound for frames that the run has not.
    """
    row_of = results.rows_of(db, run.id)
    missing = next((frame for frame in (*liked, *unliked) if frame not in row_of), None)
    if missing is not None:
        raise NotFound(f"Frame {missing} is not in run {run.id}; choose another.")
    if not liked:
        raise InvalidSetting("Say which frames others are to be like; choose some.")
    near, away = ([row_of[frame] for frame in frames] for frames in (liked, unliked))
    latents = results.latents(db, run.id)
    point = latents[near].mean(axis=0)
    name = count(len(near), "frame")
    if away:
        point = point - (latents[away].mean(axis=0) - latents.mean(axis=0)) * _AWAY
        name += f", and unlike {count(len(away), 'frame')},"
    return like_point(db, run, point, by, name, leave_out=(*near, *away))


def like_point(
    db: Database,
    run: Run,
    point: np.ndarray,
    by: str | None,
    name: str,
    leave_out: Sequence[int] = (),
) -> Found:
    """The frames nearest to a point of the latent space (D,), as `like_frame`; `name` says what."""
    blocks = blocks_of(run)
    if by is not None and (by not in blocks or len(blocks) == 1):
        offered = f"choose from {', '.join(blocks)}" if len(blocks) > 1 else "leave it out"
        raise InvalidSetting(f"This run's latent has no block {by!r}; {offered}.")
    weights = {} if by is None else {block: float(block == by) for block in blocks}
    latents = results.latents(db, run.id, mmap=True)
    apart = distances(latents, point, blocks, weights)
    listed = results.stretches(db, run.id)
    apart[~kept(db, run, listed)] = np.inf
    apart[list(leave_out)] = np.inf
    if by == "words":  # of a frame without a caption they were guessed from its picture
        said = searched(db, run).captions
        apart[[row for row, text in enumerate(said) if not text]] = np.inf
    rows = [int(row) for row in apart.argsort(kind="stable")[:_ROWS] if apart[row] < np.inf]
    behind = np.searchsorted(results.ends(listed), rows, "right")
    near = {listed[place].video_id for place in behind}
    frames = searched(db, run, near)
    found, _ = _found(
        frames,
        frames.places(rows),
        lambda place: {"distance": float(apart[frames.rows[place]])},
        [""] * len(frames.rows),
        _NEAREST,
    )
    how = "the whole latent" if by is None else by
    return Found(tuple(found), f"Nearest to {name} by {how}.")


def _nearest_said(frames: SearchedFrames, scores: dict[str, float]) -> list[FoundFrames]:
    """The best results by their captions' scores, in order of time where equal."""
    ordered, most = (
        sorted(scores.values(), reverse=True),
        _NEAREST,
    )  # a caption has a result or more
    while True:
        least = ordered[min(most, len(ordered)) - 1]
        near = [row for row, text in enumerate(frames.captions) if scores.get(text, -2) >= least]
        near.sort(key=lambda row: -scores[frames.captions[row]])  # stable
        found, total = _found(
            frames,
            near,
            lambda row: {"likeness": scores[frames.captions[row]]},
            frames.captions,
            _NEAREST,
        )
        if total >= _NEAREST or most >= len(ordered):
            return found
        most *= 2  # some are left out
