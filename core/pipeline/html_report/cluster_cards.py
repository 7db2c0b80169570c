"""A report's cluster cards: pictures, shares, when and which words, out of the cluster table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from core.charts.colours import cluster_colour
from core.export.names import cluster_title
from core.export.stretches import of_frames
from core.export.table import row_frame
from core.format import clock
from core.pipeline.coding.intruder_task import scores
from core.pipeline.comparison.compare import Comparison
from core.pipeline.comparison.typical_words import typical_words
from core.pipeline.html_report import pictures
from core.pipeline.html_report.content import ClusterCard, Sample, Strip
from core.records import Clustering, FrameId, Run, ShownCluster, Video
from core.storage import Database, analyses, results, videos
from core.storage.annotations import cluster_marks
from models.config import MODELS, says_typical_words

_SAMPLES = 5  # frames on a card, from the centre outwards
_FEW_FRAMES = 10
_LARGE, _SMALL = 360, 200  # pixels: the nearest frame, and the samples
_STRIPS = 4  # videos on a card, those with most frames first

Row = Mapping[str, Any]


class Clusters:
    """The clusters of one division as they are shown, merges made."""

    def __init__(
        self,
        db: Database,
        run: Run,
        clustering: Clustering,
        rows: Sequence[Row],
    ) -> None:
        self._db, self._run, self._clustering = db, run, clustering
        self._rows = rows
        self._nearest = analyses.division(db, clustering)["nearest"]
        self._frames = results.frames(db, run.id)
        says_typical = says_typical_words(run.model)
        self._typical = typical_words(db, clustering) if says_typical else {}
        self._texts = None if says_typical else analyses.centre_texts(db, clustering)
        self._videos = {v: videos.get(db, v) for v in dict.fromkeys(r["video_id"] for r in rows)}
        self.shown = cluster_marks.shown(db, clustering.id)
        self._tested = scores(db, clustering)

    @property
    def titled(self) -> dict[int, tuple[str, str]]:
        """Title and colour of each cluster, by its number."""
        return {cluster.number: self._titled(cluster) for cluster in self.shown}

    @property
    def names(self) -> dict[int, str]:
        """The names that were given, by number."""
        return {one.number: one.mark.name for one in self.shown if one.mark.name}

    def cards(self, comparison: Comparison | None) -> tuple[ClusterCard, ...]:
        """One card for each cluster; groups' parts and marking words as the comparison has them."""
        return tuple(self._card(cluster, comparison) for cluster in self.shown)

    def _titled(self, cluster: ShownCluster) -> tuple[str, str]:
        title = cluster_title(cluster.number, {cluster.number: cluster.mark.name})
        return title, cluster.mark.colour or cluster_colour(cluster.number)

    def _card(self, cluster: ShownCluster, comparison: Comparison | None) -> ClusterCard:
        own = [row for row in self._rows if row["cluster"] == cluster.number]
        member = cluster.number - 1  # of merged clusters the first stands for all
        nearest = self._frames[self._nearest[member]]
        exact = self._run.model not in MODELS or MODELS[self._run.model].decodes_vectors
        centre, mode = analyses.shown_centre(self._db, self._clustering, cluster.number)
        _, colour = self._titled(cluster)
        words = {w.number: w.words for w in comparison.words} if comparison else {}
        return ClusterCard(
            number=cluster.number,
            title=cluster.mark.name or f"Cluster {cluster.number}",
            colour=colour,
            note=cluster.mark.note,
            frames=len(own),
            share=len(own) / max(1, len(self._rows)),
            centre=pictures.data_uri(centre.read_bytes() if centre.is_file() else b"", "jpeg"),
            centre_label=(
                f"decoded mode with {mode:.0%} of the frames"
                if mode is not None
                else "decoded mean"
                if exact
                else "decoded from the nearest frame's map"
            ),
            centre_text=self._texts[member] if self._texts else None,
            typical=self._typical.get((cluster.number, ""), ()),
            nearest=self._sample(nearest, _LARGE) if own else None,
            samples=tuple(self._sample(row_frame(row), _SMALL) for row in _outwards(own)),
            shares=comparison.cluster(cluster.number).shares if comparison and own else (),
            strips=self._strips(own),
            words=words.get(cluster.number, ()),
            cautions=self._cautions(cluster, own),
            tested=self._tested[cluster.number].said if cluster.number in self._tested else "",
        )

    def _sample(self, frame: FrameId, width: int) -> Sample:
        video = self._videos[frame.video_id]
        row = self._rows[self._frames.index(frame)]
        return Sample(
            original=pictures.webp(self._db.files.picture(frame), width),
            decoded=pictures.webp(pictures.decoded(self._db, self._run.id, frame), width),
            aspect=video.width / video.height if video.width and video.height else 16 / 9,
            where=f"{video.title}, {clock(row['time_s'])}",
        )

    def _strips(self, own: Sequence[Row]) -> tuple[Strip, ...]:
        of_video: dict[str, list[float]] = {}
        for row in own:
            of_video.setdefault(row["video_id"], []).append(row["time_s"])
        most = sorted(of_video.items(), key=lambda item: -len(item[1]))[:_STRIPS]
        return tuple(_strip(self._videos[video_id], sorted(times)) for video_id, times in most)

    def _cautions(self, cluster: ShownCluster, own: Sequence[Row]) -> tuple[str, ...]:
        said = []
        if len(own) < _FEW_FRAMES:
            said.append("few frames")
        if len({row["video_id"] for row in own}) == 1 and len(self._videos) > 1:
            said.append("one video only")
        if cluster.merged:
            said.append(f"merged from {', '.join(map(str, cluster.members))}")
        return tuple(said)


def _outwards(own: Sequence[Row]) -> list[Row]:
    """A few frames spread evenly over the distances to the centre, the nearest first."""
    if not own:
        return []
    ordered = sorted(own, key=lambda row: row["distance"] or 0.0)
    places = np.linspace(0, len(ordered) - 1, min(_SAMPLES, len(ordered)))
    return [ordered[round(place)] for place in places]


def _strip(video: Video, times_s: list[float]) -> Strip:
    spans = of_frames(times_s, ["x"] * len(times_s), video.every_s, video.duration_s)
    length = max(video.duration_s, video.frames * video.every_s)
    whole = 100 / max(length, 1.0)
    marks = tuple((whole * s.start_s, whole * (s.end_s - s.start_s)) for s in spans)
    return Strip(video.title, length, marks, len(times_s))
