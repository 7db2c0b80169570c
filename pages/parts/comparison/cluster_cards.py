"""The clusters as pictures: shared ones with each group's part beside the other's, and the rest."""

from __future__ import annotations

import html

import streamlit as st

from core.analysis.comparison.airtime import ClusterComparison
from core.charts.colours import group_colours
from core.export import cluster_title
from core.format import count, percent
from core.pipeline.coding.intruder_task import ClusterScore, scores
from core.pipeline.comparison.compare import Comparison, nearest_frames
from core.pipeline.comparison.group_centres import GroupCentre, group_centres
from core.pipeline.comparison.marking_words import ClusterWords, GroupWords
from core.pipeline.curation.only import Only
from core.records import FrameId, Video
from core.storage import Database, analyses, runs
from models.config import centre_of
from pages.parts.browser.payload import aspect
from pages.parts.shared.group_chip import group_chip
from pages.parts.shared.kept import kept
from pages.parts.shared.open_project import base_address, frame_address

_HEADS = {
    "shared": (
        "Shared clusters",
        "Every group shows these about as often as the others. Left what is decoded for the "
        "group’s frames, {stands}; right its frame nearest to the centre.",
    ),
    "leaning": ("Leaning clusters", "More than 3 times as frequent in one group as in another."),
    "exclusive": ("Exclusive clusters", "Practically one group’s alone."),
}
_STANDS = {
    "mode": "where they lie densest",
    "mean": "from their mean",
    "frame": "from the map of the one nearest to their mean",
}


def cluster_cards(
    db: Database,
    comparison: Comparison,
    names: dict[int, str],
    known: list[Video],
    drawn: bool,
    only: Only | None,
) -> None:
    """Each cluster with what every group shows of it: decoded, and its nearest frame."""
    real = _nearest(db, comparison.clustering_id, comparison.by, only, comparison.id)
    colours = group_colours(video.group for video in known)
    centres = group_centres(db, comparison) if drawn else {}
    aspects = {video.id: aspect(video) for video in known}
    tested = scores(db, analyses.clustering(db, comparison.clustering_id))
    stands = centre_of(runs.get(db, comparison.run_id).model)
    for kind, (head, about) in _HEADS.items():
        rows = [cluster for cluster in comparison.clusters if cluster.kind == kind]
        st.subheader(f"{head}: {len(rows)}", anchor=False)
        st.caption(about.format(stands=_STANDS[stands]))
        cards = "".join(
            _card(comparison, row, names, colours, centres, real, aspects, tested) for row in rows
        )
        if cards:
            st.html(f'<div class="compare-cards compare-{kind}">{cards}</div>')


@kept(max_entries=20)
def _nearest(
    db: Database, clustering_id: str, by: str, _only: Only | None, comparison_id: str
) -> dict[tuple[int, str], FrameId]:
    """Once for each comparison: its id is another when groups or merges are."""
    return nearest_frames(db, analyses.clustering(db, clustering_id), by, _only)


def marking_words(comparison: Comparison, names: dict[int, str]) -> None:
    """The words of each cluster, and of each group within the shared ones."""
    st.subheader("Words that mark the clusters", anchor=False)
    if not comparison.segments:
        st.info("The videos have no captions: upload some in Transcripts.")
        return
    st.caption(
        f"Of {count(comparison.segments, 'caption segment')}, each counted once, where most of "
        "its frames lie. Weighted log-odds with a prior (Monroe, Colaresi and Quinn 2008), stop "
        "words left out, each language by itself. A number is how often the word is said there, "
        "behind the slash how often in what it is compared with."
    )
    kinds = {cluster.number: cluster.kind for cluster in comparison.clusters}
    rows = "".join(_words_row(words, names, kinds[words.number]) for words in comparison.words)
    st.html(f'<table class="compare-words">{rows}</table>')


def _card(
    comparison: Comparison,
    cluster: ClusterComparison,
    names: dict[int, str],
    colours: dict[str, str],
    centres: dict[tuple[int, int], GroupCentre],
    real: dict[tuple[int, str], FrameId],
    aspects: dict[str, float],
    tested: dict[int, ClusterScore],
) -> str:
    parts = []
    for place, share in enumerate(cluster.shares):
        if cluster.kind == "exclusive" and not share.frames:
            continue
        picture, words = '<div class="compare-none"></div>', ""
        centre = centres.get((cluster.number, place))
        frame = real.get((cluster.number, share.group))
        if centre is not None:
            shape = aspects.get(frame.video_id) if frame else None
            picture = _picture(comparison, cluster.number, place, share.group, centre, shape)
            words = _words(centre)
        picture += _real(frame)
        parts.append(
            f'<figure><div class="compare-pair">{picture}</div>'
            f"<figcaption>{group_chip(share.group, colours[share.group])}"
            f" <span>{share.frames} of {count(cluster.frames, 'frame')}, "
            f"{percent(share.share)} of its airtime</span>"
            f"{words}</figcaption></figure>"
        )
    title = html.escape(cluster_title(cluster.number, names))
    score = tested.get(cluster.number)
    said = f"<small>{html.escape(score.said)}</small>" if score else ""
    return f"<section><strong>{title}</strong><div>{''.join(parts)}</div>{said}</section>"


def _picture(
    comparison: Comparison,
    number: int,
    place: int,
    group: str,
    centre: GroupCentre,
    shape: float | None,
) -> str:
    """Decoded pictures have one size for all videos: each is drawn in the shape of its frames."""
    of_comparison = f"{comparison.run_id}/comparisons/{comparison.id}"
    address = f"{base_address()}/runs/{of_comparison}/{number}-{place}.jpg"
    mode = "" if centre.share is None else f", a mode with {percent(centre.share)} of them"
    said = html.escape(f"Cluster {number}, decoded for {group}’s frames{mode}")
    style = f' style="--aspect: {shape:.4f}"' if shape else ""
    picture = f'<img src="{address}" loading="lazy" alt="{said}" title="{said}"{style}>'
    return f'<div class="compare-decoded">{picture}</div>'


def _words(centre: GroupCentre) -> str:
    """The words decoded with the picture, or those that were said there and of how many."""
    if centre.decoded:
        return f"<q>{html.escape(centre.decoded)}</q>"
    lines = [
        f"<q>{html.escape(line.text)}</q> <span>of {count(line.captions, 'caption')}</span>"
        for line in centre.typical
    ]
    return f"<div>Typical words here: {'<br>'.join(lines)}</div>" if lines else ""


def _real(frame: FrameId | None) -> str:
    """The group's frame that lies nearest to the centre."""
    if frame is None:
        return ""
    address = html.escape(frame_address(frame.video_id, frame.index))
    said = html.escape(f"Nearest real frame, {frame}")
    return f'<img src="{address}" loading="lazy" alt="{said}" title="{said}">'


def _words_row(words: ClusterWords, names: dict[int, str], kind: str) -> str:
    title = html.escape(cluster_title(words.number, names))
    lines = [f"<td>{_marks(words)}</td>"]
    groups = []
    for part in words.groups if kind == "shared" else ():
        against = {
            "groups": "than the other groups here",
            "elsewhere": "than in its other clusters",
        }[part.against]
        if part.words:
            groups.append(
                f"<div><b>{html.escape(part.group)}</b> more {against}: {_marks(part)}</div>"
            )
    lines.append(f"<td>{''.join(groups)}</td>")
    return f"<tr><th>{title}</th>{''.join(lines)}</tr>"


def _marks(part: ClusterWords | GroupWords) -> str:
    if not part.words:
        return "<i>no word stands out</i>"
    return " ".join(
        f"<span>{html.escape(mark.word)} <small>{mark.count}/{mark.elsewhere}</small></span>"
        for mark in part.words
    )
