"""The nouns of the product as frozen records; they know nothing of where they are stored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

Language = Literal["en", "zh", "auto", "other", "none"]
JobState = Literal["queued", "running", "done", "failed", "cancelled"]
RunState = Literal["queued", "running", "done", "failed", "cancelled"]


class FrameId(NamedTuple):
    """A frame's name everywhere: its video and its position in that video's samples."""

    video_id: str
    index: int  # type: ignore[assignment]  # shadows tuple.index, which nobody asks a frame

    def __str__(self) -> str:
        return f"{self.video_id}:{self.index}"


FROM_CHANNEL = "@channel"  # a group that becomes the channel's name when that is known


@dataclass(frozen=True)
class Video:
    """A video that has been ingested, or is being ingested (`frames` is 0 until then)."""

    id: str
    title: str
    group: str
    source: str  # "youtube" | "upload"
    origin: str  # the file's name as uploaded, or the rebuilt YouTube address
    language: str  # of the captions: "en", "zh", "other", or "auto" before they are read
    youtube_id: str | None = None
    media_file: str | None = None  # name inside videos/<id>/, None until it is there
    duration_s: float = 0.0
    width: int = 0
    height: int = 0
    every_s: float = 2.0
    frames: int = 0
    captions: int = 0
    # "uploaded", "embedded", "youtube", "youtube-auto", "pasted", "none",
    # "ocr" (read from the picture) or "speech" (recognised from the sound)
    caption_origin: str = "none"
    captions_timed: bool = True  # False: the file had no times, segments were spread evenly
    state: str = "waiting"  # "waiting" | "ready" | "failed"
    message: str = ""  # why it failed, why it has no captions, or which of its own subtitles
    added_at: float = 0.0  # seconds since the epoch
    # Where it comes from: channel, channel_id, published, retrieved, licence, original_language,
    # yt_dlp (its version) and caption_track (code, name, kind), as far as they are known.
    provenance: dict[str, Any] = field(default_factory=dict, hash=False)
    from_s: float | None = None  # the part that was asked for; None is its beginning, its end
    until_s: float | None = None
    retry_at: float | None = None  # when it is tried again by itself, seconds since the epoch
    # What YouTube refused last, the video or its captions: sentence, details (its own words) and
    # attempts (how often it was asked since somebody asked for it); {} for nothing.
    refusal: dict[str, Any] = field(default_factory=dict, hash=False)

    @property
    def group_said(self) -> str:
        """The group for people: what it will be where the channel's name is not known yet."""
        return "named by its channel" if self.group == FROM_CHANNEL else self.group

    @property
    def can_retry(self) -> bool:
        """Whether another attempt may give what is missing: the video, or captions refused."""
        lacking = self.state == "ready" and not self.captions and bool(self.refusal)
        return self.state == "failed" or lacking

    @property
    def part(self) -> tuple[float, float | None]:
        """From when until when it was asked for, as core.video.part has it."""
        return (self.from_s or 0.0, self.until_s)

    def watch_url(self, time_s: float) -> str | None:
        """The address that opens the video at `time_s`, for videos from YouTube."""
        if self.youtube_id is None:
            return None
        return f"https://www.youtube.com/watch?v={self.youtube_id}&t={int(time_s)}s"


def without_captions(provenance: Mapping[str, Any]) -> dict[str, Any]:
    """What it says beside the captions: their fields change together, when the captions do."""
    return {name: value for name, value in provenance.items() if not name.startswith("caption_")}


@dataclass(frozen=True)
class Frame:
    """One sampled frame. `file` lies in videos/<video_id>/frames/."""

    video_id: str
    index: int
    time_s: float
    file: str

    @property
    def id(self) -> FrameId:
        return FrameId(self.video_id, self.index)


@dataclass(frozen=True)
class Caption:
    """One caption segment. `position` orders the segments of a video from 0."""

    video_id: str
    position: int
    start_s: float
    end_s: float
    text: str
    original_text: str | None = None  # what it said before an analyst corrected it
    original_start_s: float | None = None  # and when: all three are None where nothing was changed
    original_end_s: float | None = None
    confidence: float | None = None  # 0 to 1, of the machine that read or heard it
    # Of each word its start and end in seconds, itself and its probability; () where unknown.
    word_times: tuple[tuple[float, float, str, float], ...] = field(default=(), hash=False)

    @property
    def corrected(self) -> bool:
        return self.original_text is not None


@dataclass(frozen=True)
class ScreenText:
    """A line that stands in the picture, such as a name plate; `position` orders them from 0."""

    video_id: str
    position: int
    start_s: float
    end_s: float
    text: str
    confidence: float | None = None


@dataclass(frozen=True)
class Run:
    """One training of one model on some videos."""

    id: str
    name: str
    model: str
    preset: str
    state: RunState
    video_ids: tuple[str, ...]
    config: dict[str, Any] = field(default_factory=dict)  # RunConfig.to_json()
    automatic: bool = False  # the PCA that follows each ingest
    frames: int = 0
    latent_size: int = 0
    error_train: float | None = None  # 255 x MSE, posterior mean, frames in [0, 1]
    error_held_out: float | None = None  # the same, on blocks of frames not trained on
    seconds: float | None = None
    device: str = ""
    message: str = ""
    created_at: float = 0.0
    finished_at: float | None = None
    # What it was not trained on, as core.storage.left_out writes it: by reason and video, the first
    # and last index of each stretch.
    left_out: dict[str, Any] = field(default_factory=dict, hash=False)


@dataclass(frozen=True)
class Job:
    """What is known of one background job: DBOS holds its state, a file its progress."""

    id: str
    kind: str  # as in core.jobs.engine.QUEUE_OF_KIND
    state: JobState
    subject: str  # the video's or run's id
    title: str
    progress: float = 0.0  # 0 to 1
    # The phase while running, the error's sentence when failed, what came of it when done and not
    # what was hoped for.
    message: str = ""
    eta_s: float | None = None
    created_at: float = 0.0
    finished_at: float | None = None
    processes: int = 1  # that share a training


@dataclass(frozen=True)
class WorkerState:
    """One of several workers on PostgreSQL: where it runs, what it has, what it listens to."""

    name: str
    host: str
    pid: int
    queues: tuple[str, ...]
    version: str  # of the tables: all that work together have the same
    devices: str  # its GPUs, "" for none
    processors: int
    memory: int  # bytes
    flops: float = 0.0  # of its cores' float32 matrix product; 0 where it trains on none
    device_memory: int = 0  # bytes, of what it trains on: a GPU, or its cores
    silent_s: float = 0.0  # since it was last heard of, by the database's clock


@dataclass(frozen=True)
class Clustering:
    """One division of a run's frames; arrays lie in runs/<run_id>/clusterings/<id>.npz."""

    id: str
    run_id: str
    method: str  # "kmeans" | "gmm" | "hdbscan" | "edited"
    k: int  # clusters that there are; HDBSCAN finds them
    seed: int
    created_at: float = 0.0
    weights: dict[str, float] = field(default_factory=dict)  # of the latent's blocks; {}: all 1
    smallest: int = 0  # frames that a cluster of HDBSCAN has at least
    edit: dict[str, Any] = field(default_factory=dict)  # of an edited one: ClusteringEdit's fields
    without: str = ""  # the mark of the run's frames that were left out of it; "" for none
    left_out: dict[str, int] = field(default_factory=dict, hash=False)  # how many, by reason


@dataclass(frozen=True)
class Projection:
    """One 2-D layout of a run's latents; the array lies in runs/<run_id>/projections/<id>.npy."""

    id: str
    run_id: str
    method: str  # "tsne" | "umap" | "pca"
    settings: dict[str, Any] = field(default_factory=dict)  # "perplexity", "weights"
    created_at: float = 0.0
    without: str = ""  # as a clustering's; these frames lie where those most like them do
    left_out: dict[str, int] = field(default_factory=dict, hash=False)


class FrameTag(NamedTuple):
    """One tag on one frame; tags belong to the library, not to a run."""

    frame: FrameId
    tag: str


@dataclass(frozen=True)
class TagChange:
    """What a change of tags added and removed: all that is needed to undo it."""

    added: tuple[FrameTag, ...] = ()
    removed: tuple[FrameTag, ...] = ()


@dataclass(frozen=True)
class Selection:
    """A named list of frames, in the order in which they were chosen."""

    name: str
    frames: tuple[FrameId, ...]
    note: str = ""
    changed_at: float = 0.0


@dataclass(frozen=True)
class ClusterMark:
    """What an analyst gave to one cluster; "" is nothing."""

    name: str = ""
    colour: str = ""  # "#RRGGBB", "" for the cluster's own of the palette
    note: str = ""
    carried_from: str | None = None  # the clustering it was carried over from by itself
    agreement: float | None = None  # the Jaccard overlap with the cluster there
    changed_at: float = 0.0

    @property
    def blank(self) -> bool:
        return not (self.name or self.colour or self.note)


@dataclass(frozen=True)
class ClusterMerge:
    """Clusters of one clustering that are shown as one; the division itself is not changed."""

    clustering_id: str
    position: int  # later merges of the clustering have higher ones
    members: tuple[int, ...]  # cluster numbers, from 1
    name: str = ""
    colour: str = ""
    note: str = ""
    changed_at: float = 0.0


@dataclass(frozen=True)
class ShownCluster:
    """A cluster as every page and file shows it: merges made, marks found."""

    number: int  # the lowest of its members
    members: tuple[int, ...]
    mark: ClusterMark

    @property
    def merged(self) -> bool:
        return len(self.members) > 1


@dataclass(frozen=True)
class LookedAt:
    """One analysis that somebody looked at; `what` tells it from the others of its kind."""

    id: str
    kind: str  # as core.pipeline.comparison.looked_at.KINDS
    what: dict[str, Any] = field(hash=False)
    tests: int = 0  # figures of p that it shows
    times: int = 1  # looks within half an hour are one
    first_at: float = 0.0  # seconds since the epoch
    last_at: float = 0.0


@dataclass(frozen=True)
class Act:
    """What somebody who was signed in did: "added tags", and to which video, run or the like."""

    at: float  # seconds since the epoch
    who: str
    did: str
    subject: str


@dataclass(frozen=True)
class Change:
    """One thing that an analyst changed of clusters or of what is left out."""

    id: int
    at: float  # seconds since the epoch
    who: str  # the account
    run_id: str  # "" for what is left out of the whole library
    clustering_id: str
    said: str
    inverse: dict[str, Any] = field(default_factory=dict, hash=False)  # see core.storage.changes
    undone: bool = False


@dataclass(frozen=True)
class SavedView:
    """The choices of a page under a name."""

    name: str
    choices: dict[str, Any] = field(default_factory=dict)
    changed_at: float = 0.0


@dataclass(frozen=True)
class Category:
    """One entry of the codebook; those of one parent are in the order of their positions."""

    id: str  # a GUID in capitals, as other programs of qualitative analysis keep it
    name: str
    parent: str | None = None  # another category's id
    position: int = 0
    colour: str = ""  # "#RRGGBB", "" for the palette's
    definition: str = ""
    inclusion: str = ""  # what belongs to it
    exclusion: str = ""  # what does not, though it might seem to


@dataclass(frozen=True)
class Sample:
    """Frames or shots drawn to be coded, in the order in which they are shown.

    A shot is called by its first frame.
    """

    name: str
    frames: tuple[FrameId, ...]
    by: str = "group"  # the videos' column that it was stratified by
    seed: int = 0
    created_at: float = 0.0
    until: tuple[int, ...] = ()  # the last frame's index of each shot; () where frames are coded

    @property
    def unit(self) -> str:
        """What is coded: "frame" or "shot"."""
        return "shot" if self.until else "frame"

    def last(self, frame: FrameId) -> int:
        """The index of the last frame of the unit that `frame` begins. Raises ValueError."""
        return self.until[self.frames.index(frame)] if self.until else frame.index


@dataclass(frozen=True)
class Coding:
    """What one coder gave to one frame of a sample; None says that no category fits."""

    coder: str
    frame: FrameId
    category: str | None  # an id
    coded_at: float = 0.0


class IntruderAnswer(NamedTuple):
    """Whether one person found the intruder among frames of a cluster."""

    coder: str
    trial: int
    number: int  # of the cluster as it was shown
    members: tuple[int, ...]  # the clusters that it was made of then
    found: bool
