"""What the report's templates are given: texts as they are, colours, numbers, pictures as URIs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from core.analysis.comparison.airtime import ClusterComparison, GroupShare
from core.analysis.comparison.keyness import MarkingWord
from core.pipeline.comparison.compare import Comparison
from core.pipeline.comparison.marking_words import GroupWords
from core.pipeline.comparison.typical_words import TypicalWords
from core.records import Video


@dataclass(frozen=True)
class GroupLine:
    """One group as a whole; `share` is its part of all frames, 0 to 1."""

    name: str
    colour: str
    videos: int
    frames: int
    share: float


@dataclass(frozen=True)
class Map:
    """The map: `data` is what report.js reads, the rest is said below it."""

    data: dict[str, Any]
    shown: str  # "70 frames"
    projection: str  # "t-SNE, perplexity 15"


@dataclass(frozen=True)
class Sample:
    """One frame of a cluster; a picture that is not there is ""."""

    original: str
    decoded: str
    aspect: float  # width / height
    where: str  # "us, 1:24"


@dataclass(frozen=True)
class Strip:
    """When a cluster is on screen in one video; marks are (from, width) in % of its length."""

    title: str
    duration_s: float
    marks: tuple[tuple[float, float], ...]
    frames: int


@dataclass(frozen=True)
class ClusterCard:
    """One cluster as it is shown."""

    number: int
    title: str
    colour: str
    note: str
    frames: int
    share: float  # of all frames
    centre: str  # decoded from the centre, "" where there is none
    centre_label: str
    centre_text: str | None  # words decoded there, None for a model without any
    typical: tuple[TypicalWords, ...]  # said there, of a model whose words are a code
    nearest: Sample | None
    samples: tuple[Sample, ...]
    shares: tuple[GroupShare, ...]  # none where there is nothing to compare
    strips: tuple[Strip, ...]
    words: tuple[MarkingWord, ...]
    cautions: tuple[str, ...]
    tested: str = ""  # whether people find an intruder among its frames; "" where none was asked


@dataclass(frozen=True)
class ClusterCourse:
    """One cluster's share of each group's airtime from the videos' first to their last tenth."""

    number: int
    top: float  # the upper edge of the drawing, 0 to 1
    lines: tuple[tuple[str, str], ...]  # group, and its points in a box of 100 by 30


@dataclass(frozen=True)
class Report:
    """Everything on the page, in its order."""

    title: str
    subtitle: str
    made: str  # the day
    colours: Mapping[str, str]  # of the groups, as on every page
    groups: tuple[GroupLine, ...]
    facts: tuple[tuple[str, str, str], ...]  # number, what it is, remark
    map: Map | None
    clusters: tuple[ClusterCard, ...]
    clusters_note: str
    titled: Mapping[int, tuple[str, str]]  # title and colour of each cluster, by its number
    comparison: Comparison | None
    no_comparison: str  # why there is none
    errors: tuple[tuple[str, float | None, float | None], ...]  # model, training, held-out frames
    error_note: str
    videos: tuple[Video, ...]
    method: tuple[str, ...]
    overall: Mapping[str, float] = field(default_factory=dict)  # each group's part of all airtime
    compared: Sequence[ClusterComparison] = ()  # by the first group's part of them
    sentences: Sequence[str] = ()  # read first: what can be said, and what cannot
    marking: Sequence[tuple[int, GroupWords]] = ()  # cluster number, one group's words in it
    courses: Sequence[ClusterCourse] = ()  # each cluster's shares over the videos' course
    editing: Sequence[Mapping[str, Any]] = ()  # rates of true cuts, where they are known
    footage: Sequence[str] = ()  # pictures that two videos share, one sentence each
