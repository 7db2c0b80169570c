"""What a report says, as plain records: texts as they are, colours, numbers and picture bytes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class GroupLine:
    """One group as a whole; `share` is its part of all frames, 0 to 1."""

    name: str
    colour: str
    videos: int
    frames: int
    share: float


@dataclass(frozen=True)
class VideoLine:
    """One video that the run was trained on."""

    title: str
    group: str
    colour: str
    source: str
    duration_s: float
    every_s: float
    frames: int
    captions: str  # "96 segments, English"
    watch_url: str | None


@dataclass(frozen=True)
class ErrorLine:
    """A model's reconstruction error on both kinds of frames; None where not measured."""

    name: str
    train: float | None
    held_out: float | None


@dataclass(frozen=True)
class MapData:
    """The points of the map; arrays have one entry per point shown."""

    x: np.ndarray  # (n,) float32
    y: np.ndarray  # (n,) float32
    cluster: np.ndarray  # (n,) int, the number as shown, 0 for none
    group: np.ndarray  # (n,) int, place in `Report.groups`
    video: np.ndarray  # (n,) int, place in `Report.videos`
    time_s: np.ndarray  # (n,) float32
    captions: list[str]
    decoded: list[str] | None  # words from the latent alone, None for a model without any
    originals: list[bytes]  # WebP pages of tiles, in the order of the points
    reconstructions: list[bytes]
    tile: tuple[int, int, int]  # width, height in pixels; tiles across and down a page
    total: int  # frames of the run, of which n are shown
    projection: str  # "t-SNE, perplexity 15"


@dataclass(frozen=True)
class Sample:
    """One frame of a cluster: WebP bytes, b"" where the picture is not there."""

    original: bytes
    decoded: bytes
    aspect: float  # width / height
    where: str  # "us, 1:24"


@dataclass(frozen=True)
class GroupPart:
    """A group's part of a cluster's airtime beside its part of all airtime, 0 to 1."""

    group: str
    colour: str
    frames: int
    share: float
    overall: float


@dataclass(frozen=True)
class Strip:
    """When a cluster is on screen in one video: (start, end) seconds."""

    title: str
    duration_s: float
    spans: tuple[tuple[float, float], ...]
    frames: int


@dataclass(frozen=True)
class MarkingWord:
    """A word said more often here than elsewhere, with both counts."""

    word: str
    count: int
    elsewhere: int


@dataclass(frozen=True)
class ClusterCard:
    """One cluster as it is shown."""

    number: int
    title: str
    colour: str
    note: str
    frames: int
    share: float  # of all frames
    centre: bytes  # JPEG decoded from the centre, b"" where there is none
    centre_label: str
    centre_text: str | None  # words decoded there, None for a model without any
    nearest: Sample | None
    samples: tuple[Sample, ...]
    parts: tuple[GroupPart, ...]  # none where there is nothing to compare
    strips: tuple[Strip, ...]
    words: tuple[MarkingWord, ...]
    cautions: tuple[str, ...]


@dataclass(frozen=True)
class ComparisonRow:
    """One group in one cluster; shares are of airtime, 0 to 1."""

    group: str
    colour: str
    frames: int
    of_cluster: float  # the group's part of the cluster's airtime
    overall: float  # the group's part of all airtime
    share: float  # the cluster's part of the group's airtime
    ratio: float | None = None  # the share over the other groups' share
    interval: tuple[float, float] | None = None  # of of_cluster, 95 %, resampling videos
    p: float | None = None
    q: float | None = None
    words: tuple[MarkingWord, ...] = ()
    words_against: str = ""  # "the other groups here", "us elsewhere"


@dataclass(frozen=True)
class ComparisonTable:
    """The groups in every cluster: (cluster title, colour, rows in the order of the groups)."""

    sentences: tuple[str, ...]  # read first: what can be said, and what cannot
    clusters: tuple[tuple[str, str, tuple[ComparisonRow, ...]], ...]
    footage: tuple[str, ...] = ()  # pictures that two videos share, one sentence each


@dataclass(frozen=True)
class Report:
    """Everything on the page, in its order."""

    title: str
    subtitle: str
    made: str  # the day
    facts: tuple[tuple[str, str, str], ...]  # number, what it is, remark
    groups: tuple[GroupLine, ...]
    videos: tuple[VideoLine, ...]
    errors: tuple[ErrorLine, ...]
    error_note: str
    map: MapData | None
    clusters: tuple[ClusterCard, ...]
    clusters_note: str
    comparison: ComparisonTable | None
    no_comparison: str  # why there is none
    method: tuple[str, ...]
