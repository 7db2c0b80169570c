"""A comparison in one or two plain sentences, and what its figures cannot say. Pure text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from core.analysis.comparison.airtime import ClusterComparison, GroupShare
from core.analysis.comparison.family import Omnibus
from core.analysis.comparison.rows import GroupTotal
from core.analysis.comparison.tests import FEWEST_VIDEOS
from core.analysis.comparison.yardstick import Yardstick
from core.format import count, percent

LEAD = 0.05  # q: of the leads up to here one in twenty is expected to be none


def summary(
    groups: Sequence[GroupTotal], clusters: Sequence[ClusterComparison], names: Mapping[int, str]
) -> str:
    """What differs most, and how far that can be trusted.

    One contrast, a group in a cluster, is spoken of: group, shares and q are all of it.
    """
    said = [row for row in clusters if row.frames]
    cluster, chosen = min(((row, s) for row in said for s in row.shares), key=_clearness)
    first = f"{_called(cluster, names)} {_how_much(chosen, [g.group for g in groups])}"
    if min(group.videos for group in groups) < 2:
        return f"{first}. {confounded(groups)}"
    leads = sum(min(_q(share) for share in row.shares) <= LEAD for row in said)
    if leads:
        others = f", and {leads - 1} more differ" if leads > 1 else ""
        return f"{first} (q = {figure(chosen.q)}){others}, of {len(said)} clusters."
    reach = min(group.smallest_p or 0.0 for group in groups)
    why = f"; so few videos allow no p below {figure(reach)}" if reach > LEAD / 2 else ""
    return (
        f"No difference stands out from chance (smallest q = {figure(chosen.q)}{why}). "
        f"The largest: {first[:1].lower()}{first[1:]}."
    )


def confounded(groups: Sequence[GroupTotal]) -> str:
    """Why nothing is tested. "" where every group has several videos."""
    single = [group.group for group in groups if group.videos < 2]
    if not single:
        return ""
    verb = "is a single video" if len(single) == 1 else "are a single video each"
    return (
        f"{_listed(single)} {verb}: group and video cannot be told apart, so this may be the "
        "channel, not the culture. The figures describe these videos and nothing is tested."
    )


def left_out(groups: Sequence[GroupTotal]) -> str:
    """How many frames are in no cluster, and of whom. "" where all are in one."""
    number = sum(group.left_out for group in groups)
    if not number:
        return ""
    every = number + sum(group.frames for group in groups)
    of_each = ", ".join(
        f"{group.group} {group.left_out:,} of {group.left_out + group.frames:,}" for group in groups
    )
    return (
        f"{number:,} of {every:,} frames are in no cluster and left out of every figure "
        f"({of_each}); shares are of the rest."
    )


def before_reading(
    found: Omnibus | None, groups: Sequence[GroupTotal], clusters: Sequence[ClusterComparison]
) -> str:
    """What so many videos allow, to be read before any cluster. "" where nothing is tested."""
    if found is None:
        return ""
    verdict = "differ" if found.p <= LEAD else "cannot be told apart"
    reach = [s.detectable for row in clusters if row.frames for s in row.shares if s.detectable]
    points = sorted(100 * one for one in reach)
    smallest = figure(max(group.smallest_p or 0.0 for group in groups)).removeprefix("below ")
    said = (
        f"All clusters at once: the groups {verdict} (PERMANOVA over {found.videos} videos, p = "
        f"{figure(found.p)}, {percent(found.explained)} of the differences between videos lie "
        f"between groups). So many videos allow no p below {smallest}"
    )
    if not points:
        return f"{said}."
    middle = points[len(points) // 2]
    return f"{said}; in a usual cluster 4 of 5 such studies would find {middle:.0f} points or more."


def within_videos(found: Yardstick | None) -> str:
    """How far apart halves of one video are, beside the rest. "" where none can be halved."""
    if found is None or found.halves is None:
        return ""
    said = [f"the halves of one video differ in {percent(found.halves)} of their airtime"]
    if found.alike is not None:
        said.append(f"of two videos of one group in {percent(found.alike)}")
    if found.apart is not None:
        said.append(f"of videos of different groups in {percent(found.apart)}")
    return f"On average over {count(found.videos, 'video')}, {', '.join(said)}."


def without_value(by: str, videos: int) -> str:
    """How many videos are not compared. "" where all are."""
    if not videos:
        return ""
    have, are = ("1 video has", "is") if videos == 1 else (f"{videos} videos have", "are")
    return f"{have} no value in the column {by!r} and {are} not compared."


def taken_out(frames: int) -> str:
    """How many frames the analyst left out. "" for none."""
    if not frames:
        return ""
    said = "1 frame was" if frames == 1 else f"{frames:,} frames were"
    return f"{said} left out by the analyst and {'is' if frames == 1 else 'are'} in no figure."


def no_interval(groups: Sequence[GroupTotal]) -> str:
    """Why there are no intervals. "" where there are some."""
    few = min(group.videos for group in groups)
    if few >= FEWEST_VIDEOS:
        return ""
    return f"No intervals: they need {FEWEST_VIDEOS} videos in every group."


def figure(value: float | None) -> str:
    """A p or q as it is read: "0.03", "below 0.001"."""
    if value is None:
        return "not tested"
    return "below 0.001" if value < 0.001 else f"{value:.3f}" if value < 0.01 else f"{value:.2f}"


def _clearness(contrast: tuple[ClusterComparison, GroupShare]) -> tuple[float, ...]:
    """By q, then by how far the shares differ; of two groups the one that has more."""
    share = contrast[1]
    return _q(share), -abs(share.difference), -share.difference, -share.log_odds_ratio


def _q(share: GroupShare) -> float:
    return 1.0 if share.q is None else share.q


def _called(cluster: ClusterComparison, names: Mapping[int, str]) -> str:
    name = names.get(cluster.number)
    return f"“{name}” (cluster {cluster.number})" if name else f"Cluster {cluster.number}"


def _how_much(share: GroupShare, groups: Sequence[str]) -> str:
    """ "takes 45 % of cn’s airtime and 5 % of us’, 9 times as much"; of less "only" and "but"."""
    other = share.share - share.difference
    rest = [group for group in groups if group != share.group]
    own, others = (percent(part) if part > 0 else "none" for part in (share.share, other))
    less, more = sorted((share.share, other))
    times = f", {more / less:,.0f} times as much" if less > 0 and more >= 2 * less else ""
    only, but = ("only ", ", but") if share.difference < 0 < share.share else ("", " and")
    whose = _possessive(rest[0] if len(rest) == 1 else "the others")
    return (
        f"takes {only}{own} of {_possessive(share.group)} airtime{but} {others} of {whose}{times}"
    )


def _possessive(name: str) -> str:
    return f"{name}’" if name[-1:] in "sS" else f"{name}’s"


def _listed(names: Sequence[str]) -> str:
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))
