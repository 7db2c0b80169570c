"""A comparison of groups as the report tells it: sentences, then the numbers of each cluster."""

from __future__ import annotations

from collections.abc import Mapping

from core.analysis.comparison import sentence
from core.analysis.comparison.airtime import ClusterComparison
from core.export.html_report import ComparisonRow, ComparisonTable, MarkingWord
from core.format import clock
from core.pipeline.comparison.compare import Comparison
from core.pipeline.comparison.same_pictures import SharedFootage
from core.storage import Database, videos

_FOOTAGE = 12  # stretches told, longest first


def comparison_table(
    db: Database,
    found: Comparison,
    titled: Mapping[int, tuple[str, str]],
    names: Mapping[int, str],
    colours: Mapping[str, str],
) -> ComparisonTable:
    """`titled` is each cluster's title and colour, `names` those that an analyst gave.

    Clusters are ordered by the first group's part of them.
    Raises NotFound for a video that is gone.
    """
    first = found.groups[0].group
    shown = [cluster for cluster in found.clusters if cluster.frames]
    ordered = sorted(shown, key=lambda c: (-c.of(first).of_cluster, c.number))
    return ComparisonTable(
        sentences=_sentences(found, shown, names),
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
    found: Comparison, shown: list[ClusterComparison], names: Mapping[int, str]
) -> tuple[str, ...]:
    kinds = [one.kind for one in shown]
    said = (
        sentence.summary(found.groups, found.clusters, names),
        sentence.left_out(found.groups),
        f"Of {len(shown)} clusters {kinds.count('shared')} are shared, {kinds.count('leaning')} "
        f"lean to one group, {kinds.count('exclusive')} belong to one group alone.",
    )
    return tuple(filter(None, said))


def _footage(db: Database, one: SharedFootage) -> str:
    sides = []
    for frame, (start, end) in ((one.first, one.first_s), (one.second, one.second_s)):
        until = f" to {clock(end)}" if clock(end) != clock(start) else ""
        sides.append(f"{videos.get(db, frame.video_id).title} {clock(start)}{until}")
    return f"{sides[0]} looks like {sides[1]} (correlation {one.correlation:.2f})"
