"""A kept comparison's parts as records again, from the plain values of its JSON."""

from __future__ import annotations

from typing import Any

from core.analysis.comparison.airtime import ClusterComparison, GroupShare, Interval
from core.analysis.comparison.keyness import MarkingWord
from core.analysis.comparison.rows import GroupTotal
from core.pipeline.comparison.marking_words import ClusterWords, GroupWords
from core.pipeline.comparison.same_pictures import SharedFootage
from core.records import FrameId

Kept = list[dict[str, Any]]


def groups(kept: Kept) -> tuple[GroupTotal, ...]:
    return tuple(GroupTotal(**one) for one in kept)


def clusters(kept: Kept) -> tuple[ClusterComparison, ...]:
    return tuple(
        ClusterComparison(**{**one, "shares": tuple(_share(share) for share in one["shares"])})
        for one in kept
    )


def words(kept: Kept) -> tuple[ClusterWords, ...]:
    return tuple(
        ClusterWords(
            one["number"],
            _marking(one["words"]),
            tuple(
                GroupWords(part["group"], part["against"], _marking(part["words"]))
                for part in one["groups"]
            ),
        )
        for one in kept
    )


def footage(kept: Kept) -> tuple[SharedFootage, ...]:
    return tuple(
        SharedFootage(
            **{
                **one,
                "first": FrameId(*one["first"]),
                "second": FrameId(*one["second"]),
                "first_s": _interval(one["first_s"]),
                "second_s": _interval(one["second_s"]),
            }
        )
        for one in kept
    )


def _share(kept: dict[str, Any]) -> GroupShare:
    ends = {name: kept[name] for name in ("interval", "of_cluster_interval")}
    return GroupShare(**{**kept, **{name: two and _interval(two) for name, two in ends.items()}})


def _marking(kept: Kept) -> tuple[MarkingWord, ...]:
    return tuple(MarkingWord(**one) for one in kept)


def _interval(two: list[float]) -> Interval:
    return two[0], two[1]
