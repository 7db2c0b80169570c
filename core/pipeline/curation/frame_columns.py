"""What is known of each row of a run, by name: what a filter can ask for."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property

import numpy as np

from core.analysis.where import Where, parse
from core.pipeline.captions import captions_of_frames
from core.pipeline.curation.frame_focus import focus_and_bars
from core.pipeline.frame_measures import MEASURES, frame_measure
from core.records import Clustering, FrameId, Run, Video
from core.storage import Database, analyses, left_out, results, video_columns, videos
from core.storage.annotations import tags

NUMBERS = {  # the measures, with what they are
    "time": "seconds from the beginning of its video",
    **{name: about for name, (_, about) in MEASURES.items()},
    "focus": "1 less the blur of Crete and others (2007), 0 to 1",
    "distance": "to the centre of its cluster",
    "certainty": "of its cluster, 0 to 1; of mixtures and HDBSCAN",
    "cluster": "the number of its cluster as it is shown, 0 in none",
}
TEXTS = ("group", "video", "language", "caption", "tag", "cluster_name", "left_out")
OWN = "video_"  # leads the name of an analyst's column that is called as one of these


class FrameColumns:
    """A column is computed when it is asked for, and kept."""

    def __init__(self, db: Database, run: Run, clustering: Clustering | None) -> None:
        self._db, self._run, self._clustering = db, run, clustering
        self.frames: list[FrameId] = results.frames(db, run.id)
        self._ids = list(dict.fromkeys(frame.video_id for frame in self.frames))
        place = {video_id: number for number, video_id in enumerate(self._ids)}
        self.video = np.array([place[frame.video_id] for frame in self.frames], np.int64)
        self.index = np.array([frame.index for frame in self.frames], np.int64)
        self._videos: list[Video] = [videos.get(db, video_id) for video_id in self._ids]
        self._kept: dict[str, np.ndarray] = {}

    @cached_property
    def own(self) -> dict[str, dict[str, str]]:
        """The analyst's columns of videos: values by video."""
        values = video_columns.values(self._db)
        taken = {*NUMBERS, *TEXTS}
        return {OWN + name if name in taken else name: of for name, of in values.items()}

    @property
    def names(self) -> list[str]:
        """Every name that can be asked for."""
        of_cluster = {"distance", "certainty", "cluster", "cluster_name"}
        known = [*NUMBERS, *TEXTS, *self.own]
        return [n for n in known if self._clustering is not None or n not in of_cluster]

    def column(self, name: str) -> np.ndarray:
        """(N,) numbers (NaN where not known) or texts, in the order of the run's rows."""
        if name not in self._kept:
            if name in self.own:
                self._kept[name] = self._of_videos(lambda v: self.own[name].get(v.id, ""))
            elif name in MEASURES:
                self._kept[name] = frame_measure(self._db, name, self.frames)
            else:
                self._kept[name] = getattr(self, f"_{name}")()
        return self._kept[name]

    def passing(self, where: Where | str) -> np.ndarray:
        """(N,) bool. Raises InvalidSetting."""
        read = parse(where) if isinstance(where, str) else where
        return read.rows(self.column, self.names)

    def _of_videos(self, value: Callable[[Video], str]) -> np.ndarray:
        return np.array([value(video) for video in self._videos], object)[self.video]

    def _of_frames(self, value: Callable[[Video], np.ndarray]) -> np.ndarray:
        """A video's values at those of its frames that the run has."""
        out = np.full(len(self.frames), np.nan)
        for place, video in enumerate(self._videos):
            rows = np.flatnonzero(self.video == place)
            out[rows] = value(video)[self.index[rows]]
        return out

    def _time(self) -> np.ndarray:
        return self._of_frames(
            lambda v: np.array([frame.time_s for frame in videos.frames_of(self._db, v.id)])
        )

    def _focus(self) -> np.ndarray:
        return self._of_frames(lambda v: focus_and_bars(self._db, v.id)["focus"])

    def _division(self, name: str) -> np.ndarray:
        if self._clustering is None:
            return np.full(len(self.frames), np.nan)
        return analyses.division(self._db, self._clustering)[name].astype(np.float64)

    def _distance(self) -> np.ndarray:
        return self._division("distance")

    def _certainty(self) -> np.ndarray:
        return self._division("probability")

    def _cluster(self) -> np.ndarray:
        if self._clustering is None:
            return np.zeros(len(self.frames))
        return analyses.shown_numbers(self._db, self._clustering).astype(np.float64)

    def _cluster_name(self) -> np.ndarray:
        names = analyses.names(self._db, self._clustering.id) if self._clustering else {}
        return np.array([names.get(int(one), "") for one in self.column("cluster")], object)

    def _group(self) -> np.ndarray:
        return self._of_videos(lambda v: v.group)

    def _video(self) -> np.ndarray:
        return self._of_videos(lambda v: v.title)

    def _language(self) -> np.ndarray:
        return self._of_videos(lambda v: v.language)

    def _caption(self) -> np.ndarray:
        of_video = captions_of_frames(self._db, self._ids)
        return np.array([of_video[frame.video_id][frame.index] for frame in self.frames], object)

    def _tag(self) -> np.ndarray:
        of = tags.of_frames(self._db, self._ids)
        return np.array([" + ".join(of.get(frame, ())) for frame in self.frames], object)

    def _left_out(self) -> np.ndarray:
        gone = left_out.of_run(self._db, self._run).frames
        return np.array([gone[f] or "yes" if f in gone else "" for f in self.frames], object)
