"""A comparison as rows of plain values: for the table, the CSV and programs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from core.pipeline.comparison.compare import Comparison

COLUMNS = (
    "compared_by",
    "cluster",
    "cluster_name",
    "kind",
    "kind_of_group",
    "group",
    "frames",
    "cluster_frames",
    "airtime_s",
    "share_percent",
    "of_cluster_percent",
    "overall_percent",
    "difference_points",
    "ratio",
    "log_odds_ratio",
    "log_odds_low",
    "log_odds_high",
    "p",
    "q",
    "smallest_p",
    "family_p",
    "without_one_low_points",
    "without_one_high_points",
    "detectable_points",
    "log_ratio",
    "log_ratio_low",
    "log_ratio_high",
    "omnibus_p",
    "words",
)


def comparison_rows(comparison: Comparison, names: Mapping[int, str]) -> list[dict[str, Any]]:
    """One row per cluster and group; the keys are `COLUMNS`, None where there is no figure.

    share_percent is of the group's airtime, of_cluster_percent of the cluster's, to be read
    against overall_percent; difference_points are percentage points of airtime; log odds are
    natural logarithms, low and high the ends of their 95 % interval.
    """
    words = {one.number: one for one in comparison.words}
    totals = {group.group: group for group in comparison.groups}
    rows = []
    for cluster in comparison.clusters:
        for share in cluster.shares:
            total = totals[share.group]
            marking = {part.group: part for part in words[cluster.number].groups}[share.group]
            low, high = share.interval or (None, None)
            ratio_low, ratio_high = share.log_ratio_interval or (None, None)
            rows.append(
                {
                    "compared_by": comparison.by,
                    "cluster": cluster.number,
                    "cluster_name": names.get(cluster.number, ""),
                    "kind": cluster.kind,
                    "kind_of_group": cluster.group or "",
                    "group": share.group,
                    "frames": share.frames,
                    "cluster_frames": cluster.frames,
                    "airtime_s": round(share.airtime_s, 3),
                    "share_percent": _percent(share.share),
                    "of_cluster_percent": _percent(share.of_cluster),
                    "overall_percent": _percent(total.overall),
                    "difference_points": _percent(share.difference),
                    "ratio": _digits(share.ratio),
                    "log_odds_ratio": _digits(share.log_odds_ratio),
                    "log_odds_low": _digits(low),
                    "log_odds_high": _digits(high),
                    "p": _digits(share.p),
                    "q": _digits(share.q),
                    "smallest_p": total.smallest_p,
                    "family_p": _digits(share.family_p),
                    "without_one_low_points": _points(share.without_one, 0),
                    "without_one_high_points": _points(share.without_one, 1),
                    "detectable_points": None
                    if share.detectable is None
                    else _percent(share.detectable),
                    "log_ratio": _digits(share.log_ratio),
                    "log_ratio_low": _digits(ratio_low),
                    "log_ratio_high": _digits(ratio_high),
                    "omnibus_p": _digits(comparison.omnibus.p if comparison.omnibus else None),
                    "words": " ".join(mark.word for mark in marking.words),
                }
            )
    return rows


def _percent(share: float) -> float:
    return round(100 * share, 4)


def _points(ends: Sequence[float] | None, which: int) -> float | None:
    return None if ends is None else _percent(ends[which])


def _digits(value: float | None) -> float | None:
    return None if value is None else float(f"{value:.6g}")
