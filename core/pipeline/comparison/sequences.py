"""What follows what in a run's videos: found, counted for each video, compared between groups."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import numpy as np

from core.analysis.comparison.rates import GroupRate, compare_rates, tested
from core.analysis.comparison.sequences import Followed, Stretch, following, stretches
from core.errors import InvalidSetting
from core.pipeline.captions import captions_of_frames
from core.pipeline.columns.known import GROUP
from core.pipeline.comparison.compare import Material, material
from core.pipeline.curation.only import Only
from core.records import Clustering, FrameId
from core.storage import Database, analyses, videos
from core.storage.annotations import tags
from core.text.search import caption_query

USUAL_S, LONGEST_S = 20.0, 3600.0
COLUMNS = (
    *("video_id", "title", "group", "first", "then", "first_frame", "then_frame"),
    *("start_s", "end_s", "gap_s"),
)
_QUERY = re.compile(
    r"(?P<first>.+?)\s+then\s+(?P<then>.+?)\s+within\s+(?P<within>\d+(\.\d+)?)\s*s?", re.IGNORECASE
)
_CLUSTER = re.compile(r"(?:cluster\s*:?\s*)(\d+)", re.IGNORECASE)


class Term(NamedTuple):
    """What is looked for: a cluster (`number`), a tag, or words that are said."""

    kind: Literal["cluster", "tag", "said"]
    text: str
    number: int = 0

    @property
    def said(self) -> str:
        if self.kind == "cluster":
            return f"cluster {self.number}" + (f" ({self.text})" if self.text else "")
        return f"the tag “{self.text}”" if self.kind == "tag" else f"“{self.text}” said"


class Query(NamedTuple):
    """One thing, then another that begins at most `within_s` after the first ended."""

    first: str
    then: str
    within_s: float = USUAL_S


class Hit(NamedTuple):
    """One place where the sequence is."""

    video_id: str
    first: FrameId
    then: FrameId
    start_s: float
    end_s: float  # of what follows
    gap_s: float


@dataclass(frozen=True)
class Sequences:
    """Every place, and the groups compared."""

    first: Term
    then: Term
    within_s: float
    hits: tuple[Hit, ...]  # by video and time
    per_hour: tuple[GroupRate, ...]  # places in an hour of the frames compared
    followed: tuple[GroupRate, ...]  # of the times that the first is there, those that are followed
    by: str = GROUP

    @property
    def said(self) -> str:
        return f"{self.first.said}, then {self.then.said} within {self.within_s:g} s"


def written(text: str) -> Query | None:
    """The query that `text` writes as "A then B within 20 s"; None for other words."""
    match = _QUERY.fullmatch(text.strip())
    if match is None:
        return None
    return Query(_bare(match["first"]), _bare(match["then"]), float(match["within"]))


def find_sequences(
    db: Database, clustering: Clustering, query: Query, by: str = GROUP, only: Only | None = None
) -> Sequences:
    """Look for the sequence in all frames that are compared, in each video by itself.

    Words that are a cluster's name or "cluster 3" mean the cluster, a tag's name the tag, others
    are looked for in the captions; "cluster:", "tag:" or "said:" before them settles it. Raises
    InvalidSetting for what cannot be looked for, NotFound.
    """
    if not 0 <= query.within_s <= LONGEST_S:
        raise InvalidSetting(
            f"A sequence lies within 0 to {LONGEST_S:.0f} s; {query.within_s:g} was given."
        )
    found = material(db, clustering, by, only=only)
    terms = [_term(db, clustering, found, text) for text in (query.first, query.then)]
    first, then = (_there(db, found, term) for term in terms)
    hits: list[Hit] = []
    count = np.zeros((2, len(found.videos)))  # times the first is there, times it is followed
    for place, video in enumerate(found.videos):
        begun = _stretches(db, found, place, first)
        pairs = following(begun, _stretches(db, found, place, then), query.within_s)
        count[:, place] = len(begun), len(pairs)
        index = found.index[_rows(found, place)]
        hits += [_hit(video.id, index, pair) for pair in pairs]
    of = found.airtime
    frames = np.bincount(found.video, minlength=len(found.videos))
    hours = frames * np.array([video.every_s for video in found.videos]) / 3600
    return Sequences(
        terms[0],
        terms[1],
        query.within_s,
        tuple(hits),
        compare_rates(count[1], hours, of.group, of.groups),
        compare_rates(count[1], count[0], of.group, of.groups),
        by,
    )


def hit_rows(db: Database, found: Sequences) -> list[dict[str, Any]]:
    """One row per place, the keys are `COLUMNS`; times in seconds from the video's beginning."""
    of = {video.id: video for video in videos.every(db)}
    return [
        {
            "video_id": hit.video_id,
            "title": of[hit.video_id].title,
            "group": of[hit.video_id].group,
            "first": found.first.said,
            "then": found.then.said,
            "first_frame": hit.first.index,
            "then_frame": hit.then.index,
            "start_s": round(hit.start_s, 3),
            "end_s": round(hit.end_s, 3),
            "gap_s": round(hit.gap_s, 3),
        }
        for hit in found.hits
    ]


def tests_of(found: Sequences) -> int:
    """How many figures of p it shows; of two groups the second mirrors the first."""
    return sum(map(tested, (found.per_hour, found.followed)))


def _bare(text: str) -> str:
    return text.strip().strip('"“”').strip()


def _term(db: Database, clustering: Clustering, found: Material, text: str) -> Term:
    wanted = _bare(text)
    kind, _, rest = wanted.partition(":")
    if kind.casefold() == "said":
        return _words(rest)
    if kind.casefold() == "tag":
        return Term("tag", _known_tag(db, rest.strip()))
    names = {number: analyses.names(db, clustering.id).get(number, "") for number in found.numbers}
    match = _CLUSTER.fullmatch(wanted)
    bare = rest.strip() if kind.casefold() == "cluster" else wanted
    for number, name in names.items():
        if (match and int(match[1]) == number) or (name and name.casefold() == bare.casefold()):
            return Term("cluster", name, number)
    if match or kind.casefold() == "cluster":
        known = ", ".join(f"{number} {name}".strip() for number, name in names.items())
        raise InvalidSetting(f"There is no cluster {bare!r} here; there are {known}.")
    known_tags = {tag.casefold(): tag for tag in tags.counts(db)}
    if wanted.casefold() in known_tags:
        return Term("tag", known_tags[wanted.casefold()])
    return _words(wanted)


def _words(text: str) -> Term:
    """Raises InvalidSetting for what no caption can be asked for."""
    caption_query(text)
    return Term("said", text.strip())


def _known_tag(db: Database, text: str) -> str:
    known = {tag.casefold(): tag for tag in tags.counts(db)}
    if text.casefold() not in known:
        raise InvalidSetting(f"There is no tag {text!r} in this library; tag some frames first.")
    return known[text.casefold()]


def _there(db: Database, found: Material, term: Term) -> np.ndarray:
    """(N,) bool: which frames show it."""
    if term.kind == "cluster":
        return found.labels == found.numbers.index(term.number)
    frames = [
        FrameId(found.videos[video].id, index)
        for video, index in zip(found.video.tolist(), found.index.tolist(), strict=True)
    ]
    if term.kind == "tag":
        tagged = tags.of_frames(db, [video.id for video in found.videos])
        return np.array([term.text in tagged.get(frame, ()) for frame in frames], bool)
    query = caption_query(term.text)
    texts = captions_of_frames(db, [video.id for video in found.videos])
    said = {text: bool(query.spans(text)) for of in texts.values() for text in set(of)}
    at = (texts[video][index : index + 1] for video, index in frames)
    return np.array([any(said[text] for text in of) for of in at], bool)


def _stretches(db: Database, found: Material, place: int, there: np.ndarray) -> list[Stretch]:
    video, rows = found.videos[place], _rows(found, place)
    times = np.array([frame.time_s for frame in videos.frames_of(db, video.id)])
    index = found.index[rows]
    return stretches(there[rows], index, times[index], video.every_s)


def _rows(found: Material, place: int) -> np.ndarray:
    """The frames of one video, in time."""
    rows = np.flatnonzero(found.video == place)
    return rows[np.argsort(found.index[rows])]


def _hit(video_id: str, index: np.ndarray, pair: Followed) -> Hit:
    a, b = (FrameId(video_id, int(index[one.first])) for one in pair)
    return Hit(video_id, a, b, pair.first.start_s, pair.then.end_s, pair.gap_s)
