"""What is known beside a training's frames: their captions in numbers, and frozen features."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.config import RunConfig
from core.errors import InvalidSetting
from core.pipeline.captions import frame_captions
from core.records import Caption, Run
from core.storage import Database, captions, left_out, videos
from core.storage.progress import Progress
from core.text.alignment import evenly_over_frames, one_frame_per_segment
from core.text.tokens import published_tokens, tokens
from core.text.vectors import open_vectors
from core.text.vocabulary import Vocabulary, build
from core.video.features.choose import open_backbone
from core.video.features.store import features
from models.config import AffinityConfig, WordConfig

_LONGEST = 64  # words of a caption that are read; the rest of a longer one is left out
_LONG_SEGMENT = 2.0  # steps: segments that last longer are paired by the published rule of cn


@dataclass(frozen=True)
class Corpus:
    """A run's captions as numbers of one vocabulary; 0 is padding."""

    vocabulary: Vocabulary
    source: str  # whose vectors
    of_frames: np.ndarray  # (N, L) int64, the caption at each frame of the run
    rows: np.ndarray  # (M,) the frame of each example that is trained on
    words: np.ndarray  # (M, L) int64, its caption
    unknown_share: float  # of the words said

    @property
    def longest(self) -> int:
        """L."""
        return int(self.words.shape[1])


def kept_frames(db: Database, run: Run) -> dict[str, np.ndarray]:
    """By video the indices of the frames that the run is trained on, in order."""
    gone = left_out.from_spans(run.left_out).frames
    kept = {}
    for video_id in run.video_ids:
        every = [frame.id for frame in videos.frames_of(db, video_id)]
        kept[video_id] = np.array([one.index for one in every if one not in gone], np.int64)
    return kept


def read_corpus(db: Database, run: Run, config: RunConfig, progress: Progress) -> Corpus | None:
    """None when no video of the run has captions, and the model does without.

    Raises InvalidSetting when it does not.
    """
    published = config.training.pairs == "segments"
    split = published_tokens if published else tokens
    of_frames: list[list[str]] = []
    paired: list[tuple[int, list[str]]] = []
    for video_id, indices in kept_frames(db, run).items():
        video, first = videos.get(db, video_id), len(of_frames)
        texts = frame_captions(db, video_id)
        of_frames += [split(texts[index], video.language) for index in indices]
        place = {int(index): first + number for number, index in enumerate(indices)}
        for frame, caption in published_pairs(db, video_id) if published else ():
            if frame in place:
                paired.append((place[frame], split(caption.text, video.language)))
    if not published:
        paired = list(enumerate(of_frames))
    if not any(said for _, said in paired):
        if isinstance(config.model, AffinityConfig):
            return None
        raise InvalidSetting(
            f"{config.model.name} learns from captions too, and these videos have none; upload "
            "captions in Transcripts, or train a model of frames only."
        )
    return _numbered(db, config, of_frames, paired, progress)


def published_pairs(db: Database, video_id: str) -> list[tuple[int, Caption]]:
    """Each caption segment with its one frame, by the rule published for segments like these.

    Short segments take the frame nearest to their start (us); segments of several steps are
    spread evenly over the frames (cn: of every 21 frames the 1st, 5th, 9th, 13th and 17th).
    """
    video, said = videos.get(db, video_id), captions.of_video(db, video_id)
    if not said or not video.frames:
        return []
    step_s = video.every_s
    if video.frames / len(said) > _LONG_SEGMENT:
        frames = evenly_over_frames(said, video.frames)
    else:
        times_s = [frame.time_s for frame in videos.frames_of(db, video_id)]
        frames = one_frame_per_segment(said, video.frames, step_s, times_s)
    return list(zip(frames, said, strict=True))


def read_features(
    db: Database, run: Run, config: RunConfig, progress: Progress
) -> list[np.ndarray] | None:
    """(N_v, F) float16 of each video, memory-mapped; None for a model without use for them.

    Raises InvalidSetting for a backbone that is not here, or whose features have another size.
    """
    model = config.model
    if not isinstance(model, AffinityConfig):
        return None
    backbone = open_backbone(model.backbone)
    if backbone.size != model.feature_size:
        raise InvalidSetting(
            f"{backbone.name} gives {backbone.size} numbers a picture and the model is to take "
            f"{model.feature_size}; set feature_size to {backbone.size}."
        )
    count = len(run.video_ids)
    return [
        features(db, video_id, backbone, progress.part(place / count, (place + 1) / count))
        for place, video_id in enumerate(run.video_ids)
    ]


def _numbered(
    db: Database,
    config: RunConfig,
    of_frames: list[list[str]],
    paired: list[tuple[int, list[str]]],
    progress: Progress,
) -> Corpus:
    model, folder = config.model, db.files.vectors
    if not isinstance(model, WordConfig):
        raise InvalidSetting(f"{model.name} has no words.")
    progress(0.0, "Reading word vectors")
    vectors = open_vectors(model.word_vectors, model.word_size, folder)
    texts = [said[:_LONGEST] for _, said in paired]
    vocabulary = build(
        [*texts, *of_frames],
        vectors,
        model.unknown_words,
        folder,
        lambda done, of: progress(done / of, f"Word vectors, {done} of {of}"),
    )
    longest = max(len(said) for said in texts)
    known = np.concatenate(
        [vocabulary.known[vocabulary.numbers([said])[0]] for said in texts if said]
    )
    return Corpus(
        vocabulary,
        vectors.name,
        vocabulary.numbers(of_frames, longest),
        np.array([row for row, _ in paired]),
        vocabulary.numbers(texts, longest),
        float(1 - known.mean()),
    )
