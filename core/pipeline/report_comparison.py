"""A comparison of groups as the report tells it: sentences, then the numbers of each cluster."""

from __future__ import annotations

from collections.abc import Mapping

from core.analysis.comparison import ClusterComparison, GroupShare
from core.export.names import clock
from core.export.report import ComparisonRow, ComparisonTable, MarkingWord
from core.pipeline.compare import Comparison
from core.pipeline.compare_footage import SharedFootage
from core.storage import Database, videos

_FOOTAGE = 12  # stretches told, longest first


def comparison_table(
    db: Database,
    found: Comparison,
    titled: Mapping[int, tuple[str, str]],
    colours: Mapping[str, str],
) -> ComparisonTable:
    """`titled` is each cluster's title and colour. Clusters are ordered by the first group's part.

    Raises NotFound for a video that is gone.
    """
    first = found.groups[0].group
    shown = [cluster for cluster in found.clusters if cluster.frames]
    ordered = sorted(shown, key=lambda c: (-c.of(first).of_cluster, c.number))
    return ComparisonTable(
        sentences=_sentences(found, shown, titled),
        clusters=tuple(
            (*titled[cluster.number], _rows(found, cluster, colours)) for cluster in ordered
        ),
        footage=tuple(_footage(db, one) for one in found.footage[:_FOOTAGE]),
    )


def _rows(
    found: Comparison, cluster: ClusterComparison, colours: Mapping[str, str]
) -> tuple[ComparisonRow, ...]:
    said = {words.number: words for words in found.words}[cluster.number]
    rows = []
    for total, share, words in zip(found.groups, cluster.shares, said.groups, strict=True):
        against = (
            "the other groups here" if words.against == "groups" else f"{total.group} elsewhere"
        )
        rows.append(
            ComparisonRow(
                group=share.group,
                colour=colours[share.group],
                frames=share.frames,
                of_cluster=share.of_cluster,
                overall=total.overall,
                share=share.share,
                ratio=share.ratio,
                interval=share.of_cluster_interval,
                p=share.p,
                q=share.q,
                words=tuple(MarkingWord(w.word, w.count, w.elsewhere) for w in words.words),
                words_against=against,
            )
        )
    return tuple(rows)


def _sentences(
    found: Comparison,
    shown: list[ClusterComparison],
    titled: Mapping[int, tuple[str, str]],
) -> tuple[str, ...]:
    said = []
    if found.confounded:
        single = [total.group for total in found.groups if total.videos < 2]
        said.append(
            f"{_listed(single)} {'is' if len(single) == 1 else 'are'} a single video each: group "
            "and video cannot be told apart. What differs may be the channel, the studio or the "
            "day. The figures describe these videos; nothing is tested."
        )
    else:
        smallest = [total.smallest_p for total in found.groups if total.smallest_p is not None]
        said.append(
            "Tested on the level of videos, since frames of one video are not independent; the "
            f"smallest p that so many videos allow is {max(smallest, default=1.0):.3g}."
        )
    leaning = [one for one in shown if one.group is not None]
    if leaning:
        most = max(leaning, key=lambda one: one.of(str(one.group)).ratio)
        share = most.of(str(most.group))
        said.append(
            f"{titled[most.number][0]} leans most: it takes {100 * share.share:.0f} % of the "
            f"airtime of {share.group}, {_beside(share)}."
        )
    kinds = [one.kind for one in shown]
    said.append(
        f"Of {len(shown)} clusters {kinds.count('shared')} are shared, {kinds.count('leaning')} "
        f"lean to one group, {kinds.count('exclusive')} belong to one group alone."
    )
    return tuple(said)


def _beside(share: GroupShare) -> str:
    if share.of_cluster >= 1:
        return "and nothing of the other groups"
    return f"{share.ratio:.1f} times the share in the other groups"


def _footage(db: Database, one: SharedFootage) -> str:
    sides = []
    for frame, (start, end) in ((one.first, one.first_s), (one.second, one.second_s)):
        until = f" to {clock(end)}" if clock(end) != clock(start) else ""
        sides.append(f"{videos.get(db, frame.video_id).title} {clock(start)}{until}")
    return f"{sides[0]} looks like {sides[1]} (correlation {one.correlation:.2f})"


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
