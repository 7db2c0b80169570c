"""The words that mark clusters, and groups within them: captions counted, then set apart."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Container, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from core.analysis.comparison.keyness import MarkingWord, marking_words
from core.storage.captions import Said
from core.text.language_parts import language_parts
from core.text.stop_words import telling_words

_SHOWN = 10
_Key = tuple[str, int, str]  # group, cluster, language
_Chooses = Callable[[_Key], bool]


@dataclass(frozen=True)
class GroupWords:
    """What marks a group's words in one cluster.

    Against "groups": the other groups' words in that cluster, in the same language. Where they
    have none, against "elsewhere": the group's own words in other clusters. Between an English and
    a Chinese group every word would mark its side, and say nothing.
    """

    group: str
    against: Literal["groups", "elsewhere"]
    words: tuple[MarkingWord, ...]


@dataclass(frozen=True)
class ClusterWords:
    """What marks one cluster against all others, and its groups' parts of it."""

    number: int
    words: tuple[MarkingWord, ...]
    groups: tuple[GroupWords, ...]


@dataclass(frozen=True)
class VideoLabels:
    """One video's frames as the words need them."""

    group: str
    language: str
    times_s: np.ndarray  # (N,) rising
    labels: np.ndarray  # (N,) places of clusters, -1 for none
    captions: Sequence[Said]


class WordCounts:
    """How often each word is said, by group, cluster and language; each segment counts once.

    One whose frames are mostly in no cluster is not counted.
    """

    def __init__(self, videos: Iterable[VideoLabels]) -> None:
        self._counts: dict[_Key, Counter[str]] = defaultdict(Counter)
        self._segments: Counter[int] = Counter()  # by cluster
        for video in videos:
            if not len(video.times_s):
                continue
            for caption, cluster in zip(video.captions, clusters_of_segments(video), strict=True):
                if cluster < 0:
                    continue
                for language, part in language_parts(caption.text, video.language):
                    said = telling_words(part, language)
                    self._counts[video.group, cluster, language].update(said)
                self._segments[cluster] += 1

    @property
    def segments(self) -> int:
        """How many were counted."""
        return self._segments.total()

    def segments_of(self, cluster: int) -> int:
        """How many of them lie mostly in the cluster at place `cluster`."""
        return self._segments[cluster]

    def of_cluster(self, number: int, cluster: int, groups: Sequence[str]) -> ClusterWords:
        """The marking words of the cluster at place `cluster`, shown as `number`."""
        return ClusterWords(
            number,
            self._marking(lambda key: key[1] == cluster, lambda key: key[1] != cluster),
            tuple(self._of_group(cluster, group) for group in groups),
        )

    def among(self, cluster: int, others: Container[int]) -> tuple[MarkingWord, ...]:
        """What marks the cluster at place `cluster` among some of them."""
        return self._marking(
            lambda key: key[1] == cluster, lambda key: key[1] != cluster and key[1] in others
        )

    def _of_group(self, cluster: int, group: str) -> GroupWords:
        here = {key for key in self._counts if key[1] == cluster}
        spoken = {language for g, _, language in here if g == group}
        if any(g != group and language in spoken for g, _, language in here):
            words = self._marking(
                lambda key: key[:2] == (group, cluster),
                lambda key: key[0] != group and key[1] == cluster,
            )
            return GroupWords(group, "groups", words)
        words = self._marking(
            lambda key: key[:2] == (group, cluster),
            lambda key: key[0] == group and key[1] != cluster,
        )
        return GroupWords(group, "elsewhere", words)

    def _marking(self, own: _Chooses, others: _Chooses) -> tuple[MarkingWord, ...]:
        """Each language by itself: a cluster of Chinese frames is not marked by being Chinese."""
        found: list[MarkingWord] = []
        for language in dict.fromkeys(key[2] for key in self._counts):
            found += marking_words(self._sum(own, language), self._sum(others, language))
        return tuple(sorted(found, key=lambda mark: (-mark.z, mark.word))[:_SHOWN])

    def _sum(self, wanted: _Chooses, language: str) -> Counter[str]:
        total: Counter[str] = Counter()
        for key, counts in self._counts.items():
            if key[2] == language and wanted(key):
                total.update(counts)
        return total


def clusters_of_segments(video: VideoLabels) -> list[int]:
    """Where most frames of each segment lie, of equals the earliest; so each counts once.

    -1 is none.
    """
    labels = video.labels.tolist()
    return [
        Counter(labels[frames]).most_common(1)[0][0]
        for frames in frames_of_segments(video.captions, video.times_s)
    ]


def frames_of_segments(segments: Sequence[Said], times_s: np.ndarray) -> list[slice]:
    """The places in (N,) rising times of the frames during each segment, one at least.

    A segment between two frames goes with the one nearest to its middle. No segments have frames
    where there are no times.
    """
    if not len(times_s):
        return []
    start_s = np.array([one.start_s for one in segments])
    end_s = np.array([one.end_s for one in segments])
    first, behind = np.searchsorted(times_s, start_s), np.searchsorted(times_s, end_s)
    middle = (start_s + end_s) / 2
    later = np.clip(np.searchsorted(times_s, middle), 1, max(1, len(times_s) - 1))
    earlier = later - 1
    later = np.minimum(later, len(times_s) - 1)
    nearest = np.where(middle - times_s[earlier] <= times_s[later] - middle, earlier, later)
    inside = first < behind
    first, behind = np.where(inside, first, nearest), np.where(inside, behind, nearest + 1)
    return [slice(*ends) for ends in zip(first.tolist(), behind.tolist(), strict=True)]
