"""The comparison of a run's groups in one clustering: computed once, kept as JSON, then read."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from core.analysis.comparison.airtime import (
    Airtime,
    ClusterComparison,
    airtime,
    airtime_in_parts,
)
from core.analysis.comparison.family import Omnibus, omnibus
from core.analysis.comparison.rows import GroupTotal, compare_groups, totals
from core.analysis.comparison.yardstick import Distances, Yardstick, distances
from core.errors import InvalidSetting
from core.pipeline.columns.known import GROUP, regrouped
from core.pipeline.comparison.from_json import from_json
from core.pipeline.comparison.marking_words import ClusterWords, VideoLabels, WordCounts
from core.pipeline.comparison.same_pictures import SharedFootage, shared_footage
from core.pipeline.curation.only import Only
from core.records import Clustering, FrameId, Video
from core.storage import Database, analyses, captions, comparisons, left_out, results, videos
from core.storage.annotations import cluster_marks
from core.storage.captions import Said
from core.storage.progress import Progress

_VERSION = 5  # of what is kept: raise it when a comparison is made in another way


@dataclass(frozen=True)
class Comparison:
    """Everything the groups of one run differ in, by one clustering."""

    id: str
    run_id: str
    clustering_id: str
    groups: tuple[GroupTotal, ...]
    clusters: tuple[ClusterComparison, ...]
    words: tuple[ClusterWords, ...]  # in the clusters' order
    segments: int  # caption segments counted
    footage: tuple[SharedFootage, ...]
    by: str = GROUP  # the column of the videos whose values are the groups
    without_value: int = 0  # videos of the run that have none there, and are not compared
    taken_out: int = 0  # frames that the analyst left out
    omnibus: Omnibus | None = None  # all clusters at once; None where nothing is tested
    yardstick: Yardstick | None = None  # halves of one video beside other videos
    where: str = ""  # the filter that the compared frames passed

    @property
    def confounded(self) -> bool:
        """Whether some group is a single video: then group and video cannot be told apart."""
        return min(group.videos for group in self.groups) < 2

    def cluster(self, number: int) -> ClusterComparison:
        """Raises KeyError for a number that is not shown."""
        return {cluster.number: cluster for cluster in self.clusters}[number]


@dataclass(frozen=True)
class Material:
    """What a comparison is made of; N frames of the videos that are compared."""

    videos: tuple[Video, ...]  # each with what it is compared by as its group
    rows: np.ndarray  # (N,) place of the frame in the run's arrays, ascending
    video: np.ndarray  # (N,) place in `videos`
    index: np.ndarray  # (N,) index of the frame in its video
    labels: np.ndarray  # (N,) place in `numbers`, -1 for a frame in no cluster
    numbers: tuple[int, ...]  # of the clusters as they are shown, merged ones as one
    captions: tuple[tuple[Said, ...], ...]  # of each video
    without_value: int = 0  # videos that have no value in the column, and are left out
    taken_out: int = 0  # frames that the analyst left out, which nothing here has
    where: str = ""  # the filter that all of them passed

    @property
    def airtime(self) -> Airtime:
        every_s = [video.every_s for video in self.videos]
        groups = [video.group for video in self.videos]
        return airtime(self.labels, self.video, every_s, groups, len(self.numbers))

    def seconds_in(self, part: np.ndarray, parts: int) -> np.ndarray:
        """(parts, V, k) airtime of the frames whose (N,) `part` it is."""
        every_s = [video.every_s for video in self.videos]
        size = parts, len(self.numbers)
        return airtime_in_parts(self.labels, self.video, part, every_s, size)

    def through(self, parts: int) -> np.ndarray:
        """(N,) int: which of so many equal parts of its video each frame lies in."""
        frames = np.array([video.frames for video in self.videos])[self.video]
        return np.minimum(parts * self.index // np.maximum(frames, 1), parts - 1)

    @property
    def distances(self) -> Distances:
        """Of halves of videos from each other."""
        return distances(self.seconds_in(self.through(2), 2), self.airtime.group)


def compare(
    db: Database,
    clustering: Clustering,
    progress: Progress,
    by: str = GROUP,
    only: Only | None = None,
) -> Comparison:
    """Compare the groups of the clustering's run; asked again with nothing changed, it is read.

    `by` is a column of the videos (core.pipeline.columns.known) whose values are the groups; videos
    without one are not compared; `only` are the frames that are, None for all. Frames in no cluster
    are left out. Raises NotFound for a run
    without latents, InvalidSetting where there is a single group or no such column, and where no
    frame is in a cluster.
    """
    found = material(db, clustering, by, only=only)
    content = identifier_of(clustering, found, by)
    kept = of_identifier(db, clustering.run_id, content)
    if kept is not None:
        return kept
    clusters = _clusters_compared(db, clustering, found, content, by, progress)
    footage = _footage(db, clustering.run_id, found.videos, progress.part(0.3, 1.0))
    comparison = dataclasses.replace(clusters, footage=footage)
    comparisons.write(db, clustering.run_id, content, dataclasses.asdict(comparison))
    return comparison


def compare_clusters(
    db: Database, clustering: Clustering, by: str = GROUP, only: Only | None = None
) -> Comparison:
    """The same without footage, which needs the videos' pictures; nothing is kept.

    Raises NotFound, InvalidSetting.
    """
    found = material(db, clustering, by, only=only)
    content = identifier_of(clustering, found, by)
    return _clusters_compared(db, clustering, found, content, by, Progress(None))


def _clusters_compared(
    db: Database,
    clustering: Clustering,
    found: Material,
    content: str,
    by: str,
    progress: Progress,
) -> Comparison:
    if not len(found.rows):
        raise InvalidSetting("Every frame is left out of the comparison; take some in again.")
    groups = totals(found.airtime)
    if len(groups) < 2:
        raise InvalidSetting(_one_group(clustering.run_id, groups[0].group, by))
    if not found.airtime.frames.any():
        raise InvalidSetting(
            "No frame is in a cluster here, so there is nothing to compare; divide the run in "
            "another way."
        )
    progress(0.05, "Comparing airtime")
    clusters = compare_groups(found.airtime, found.numbers)
    progress(0.2, "Counting words")
    counts = WordCounts(labelled(db, found))
    words = tuple(
        counts.of_cluster(number, place, [group.group for group in groups])
        for place, number in enumerate(found.numbers)
    )
    return Comparison(
        content,
        clustering.run_id,
        clustering.id,
        groups,
        clusters,
        words,
        counts.segments,
        (),
        by,
        found.without_value,
        found.taken_out,
        omnibus(found.airtime),
        found.distances.yardstick,
        found.where,
    )


def of_identifier(db: Database, run_id: str, comparison: str) -> Comparison | None:
    """The comparison of that id (see `identifier`), None where it is still to be made."""
    kept = comparisons.read(db, run_id, comparison)
    return None if kept is None else from_json(Comparison, kept)


def identifier(
    db: Database, clustering: Clustering, by: str = GROUP, only: Only | None = None
) -> str:
    """The id that the comparison has, or will have, as the library is now.

    Raises NotFound, InvalidSetting.
    """
    return identifier_of(clustering, material(db, clustering, by, only=only), by)


def material(
    db: Database,
    clustering: Clustering,
    by: str = GROUP,
    every_frame: bool = False,
    only: Only | None = None,
) -> Material:
    """Read what is compared; with `every_frame` also what the analyst left out.

    `only` are the frames that are compared, None for all.

    Raises NotFound, InvalidSetting for a column without values.
    """
    stretches = results.stretches(db, clustering.run_id)
    row_of = results.RowsOfFrames(stretches)
    every, video, index = results.by_row(stretches)
    known = {one.id: one for one in videos.every(db)}
    used = [known.get(video_id) or videos.get(db, video_id) for video_id in every]
    compared = regrouped(db, used, by)
    passing = np.array([video_id in compared for video_id in every], bool)[video]  # (N,)
    if only is not None:
        passing &= _mask(only.frames, row_of)
    gone = _mask([] if every_frame else left_out.every(db), row_of)
    rows = np.flatnonzero(passing & ~gone)
    if only is not None and not len(rows):
        raise InvalidSetting("Every frame that passes the filter is left out; filter by less.")
    found, first, place = np.unique(video[rows], return_index=True, return_inverse=True)
    order = np.argsort(first)  # of the videos, by first appearance
    ids = [every[one] for one in found[order]]
    shown = cluster_marks.shown(db, clustering.id)
    place_of = np.full(clustering.k + 1, -1, np.int64)  # by number; 0 is no cluster
    for i, cluster in enumerate(shown):
        place_of[list(cluster.members)] = i
    return Material(
        videos=tuple(compared[video_id] for video_id in ids),
        rows=rows,
        video=np.argsort(order)[place],
        index=index[rows],
        labels=place_of[analyses.division(db, clustering)["labels"] + 1][rows],
        numbers=tuple(cluster.number for cluster in shown),
        captions=tuple(map(tuple, captions.said_in(db, ids).values())),
        without_value=len(used) - len(compared),
        taken_out=int((passing & gone).sum()),
        where="" if only is None else only.where,
    )


def _mask(frames: Iterable[FrameId], row_of: Mapping[FrameId, int]) -> np.ndarray:
    """(N,) bool: which of the run's rows are among these frames."""
    mask = np.zeros(len(row_of), bool)
    mask[[row_of[frame] for frame in frames if frame in row_of]] = True
    return mask


def nearest_frames(
    db: Database, clustering: Clustering, by: str = GROUP, only: Only | None = None
) -> dict[tuple[int, str], FrameId]:
    """By (cluster shown, group): of the group's frames in it the one nearest to its centre.

    Of a merged cluster the one nearest to the centre of its own part. Raises NotFound.
    """
    found = material(db, clustering, by, only=only)
    distance = analyses.division(db, clustering)["distance"][found.rows]  # (N,)
    groups, of_video = np.unique([video.group for video in found.videos], return_inverse=True)
    order = np.argsort(distance, kind="stable")
    order = order[found.labels[order] >= 0]
    parts = found.labels[order] * len(groups) + of_video[found.video[order]]
    rows = order[np.unique(parts, return_index=True)[1]]  # the first of each part
    return {
        (found.numbers[found.labels[row]], str(groups[of_video[found.video[row]]])): FrameId(
            found.videos[found.video[row]].id, int(found.index[row])
        )
        for row in rows.tolist()
    }


def labelled(db: Database, found: Material) -> list[VideoLabels]:
    """Each video's frames as words are counted by them."""
    labelled = []
    times_s = videos.times(db, [video.id for video in found.videos])
    order = np.lexsort((found.index, found.video))
    ends = np.cumsum(np.bincount(found.video, minlength=len(found.videos)))
    for place, video in enumerate(found.videos):
        rows = order[ends[place - 1] if place else 0 : ends[place]]
        labelled.append(
            VideoLabels(
                video.group,
                video.language,
                times_s[video.id][found.index[rows]],
                found.labels[rows],
                found.captions[place],
            )
        )
    return labelled


def _footage(
    db: Database, run_id: str, compared: tuple[Video, ...], progress: Progress
) -> tuple[SharedFootage, ...]:
    """The same for every clustering of a run: kept by itself."""
    content = "footage-" + _digest([(v.id, v.group, v.frames, v.every_s) for v in compared])
    kept = comparisons.read(db, run_id, content)
    if kept is not None:
        return from_json(tuple[SharedFootage, ...], kept["footage"])
    found = shared_footage(db, compared, progress)
    kept = {"footage": [dataclasses.asdict(one) for one in found]}
    comparisons.write(db, run_id, content, kept)
    return found


def _one_group(run_id: str, group: str, by: str) -> str:
    """Why there is nothing to compare, and what to do."""
    if by == GROUP:
        return (
            f"All videos of run {run_id} are of the group {group!r}; train on videos of two "
            "groups to compare them."
        )
    return (
        f"All videos of run {run_id} that have a value in the column {by!r} have the same one, "
        f"{group!r}; compare them by another column."
    )


def identifier_of(clustering: Clustering, found: Material, by: str = GROUP) -> str:
    """Another column, group, caption or merge is another comparison."""
    said = [(v.id, v.group, v.language, v.every_s, v.frames) for v in found.videos]
    texts = [[(c.start_s, c.end_s, c.text) for c in of_video] for of_video in found.captions]
    merged = hashlib.sha256(found.labels.tobytes()).hexdigest()
    column = [] if by == GROUP else [by, found.without_value]
    column += [found.rows.tolist()] if found.taken_out or found.where else []
    return _digest([clustering.id, said, texts, found.numbers, merged, *column])


def _digest(content: Any) -> str:
    return hashlib.sha256(repr((_VERSION, content)).encode()).hexdigest()[:16]
