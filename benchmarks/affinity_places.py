"""How readable decoded places are: centres of clusters, and midpoints of frames of one kind.

    python -m benchmarks.affinity_places LIBRARY RUN LABELS.csv [LABELS.csv ...] --k 12

Labels as benchmarks/affinity.py takes them, `source` being a video's group. A frozen network says
which ten real frames a decoded picture is most like.
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from scipy.stats import binomtest

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.affinity_material import CONFIG, Material, table, trained
from core.pipeline.captions import captions_of_frames
from core.pipeline.comparison.places import Place, of_cluster, of_latent
from core.pipeline.decoding.decoder import Decoder
from core.pipeline.division.analyse import cluster
from core.records import Run
from core.storage import Database, analyses, open_library, results, runs, videos
from core.storage.progress import Progress
from core.video.features import open_backbone
from core.video.kept_picture import kept_picture
from models.settings import Centre

CLUSTERS = {"us": 5, "multi": 12}
BACKBONE = "efficientnet-lite0"  # not the one that the model's content is made of
_LIKE, _PAIRS = 10, 120
_SEEDS = 5  # of K-means: a division has but k centres
_HEAD = ["places", "picture", "n", "recognised", "95 % interval", "real frames"]
_HEAD += ["sharpness", "with words", "said"]
_SEEN, _DECODED = (400, 240), (200, 120)  # pixels: as judged, and as real frames are for sharpness


class Row(NamedTuple):
    """What was found of some places."""

    n: int
    recognised: int  # of how many most of the ten frames have the place's label
    real: float  # mean over places of how many of its frames with its label are recognised
    sharpness: float  # median, of the median real frame there
    with_words: float
    words_said_there: float | None  # of the words, those in captions of the place's frames


class _Wanted(NamedTuple):
    label: str
    frames: np.ndarray  # rows whose label, sharpness and captions count
    place: Place


class Judge:
    """The labelled frames of one run, and what a frozen network sees in them."""

    def __init__(self, db: Database, run: Run, labels: Sequence[str]) -> None:
        self.db, self.run, self.labels = db, run, np.array(labels)
        self.latents = results.latents(db, run.id)
        self._decoder, self._network = Decoder(db, run.id), open_backbone(BACKBONE)
        self._frames = results.frames(db, run.id)
        files = {one: videos.frames_of(db, one) for one in run.video_ids}
        captions = captions_of_frames(db, run.video_ids)
        self._captions = [captions[one.video_id][one.index] for one in self._frames]
        self.real = np.stack(
            [
                _resized(kept_picture(db, one.video_id, files[one.video_id][one.index].file), _SEEN)
                for one in self._frames
            ]
        )
        self._features = self._network.features(self.real)
        self._seen_as = np.array([self._label(feature) for feature in self._features])
        small = (_resized(_resized(picture, _DECODED), _SEEN) for picture in self.real)
        self._sharpness = np.array([_sharpness(picture) for picture in small])

    def nearest(self, latent: np.ndarray) -> np.ndarray:
        """The real picture of the frame nearest to a latent."""
        return self.real[np.square(self.latents - latent).sum(axis=1).argmin()]

    def decoded(self, wanted: Sequence[_Wanted]) -> list[np.ndarray]:
        pictures = self._decoder.pictures(np.stack([one.place.latent for one in wanted]))
        return [_resized(picture, _SEEN) for picture in pictures]

    def row(self, wanted: Sequence[_Wanted], pictures: Sequence[np.ndarray]) -> Row:
        right, real, sharp, said = [], [], [], []
        seen = self._network.features(np.stack(pictures))
        for one, picture, feature in zip(wanted, pictures, seen, strict=True):
            right.append(self._label(feature) == one.label)
            own = one.frames[self.labels[one.frames] == one.label]
            real.append(np.mean(self._seen_as[own] == one.label))
            sharp.append(_sharpness(picture) / np.median(self._sharpness[one.frames]))
            words = _words(self._read(one.place))
            there = set().union(*(_words([self._captions[row]]) for row in one.frames))
            said.append(np.mean([word in there for word in words]) if words else np.nan)
        spoken = ~np.isnan(said)
        share = float(np.mean(np.array(said)[spoken])) if spoken.any() else None
        beside = (float(np.mean(real)), float(np.median(sharp)), float(spoken.mean()), share)
        return Row(len(wanted), int(np.sum(right)), *beside)

    def _label(self, feature: np.ndarray) -> str:
        """The label that most of the ten real frames have that look most like it."""
        like = np.argsort(-(self._features @ feature))[:_LIKE]
        return str(Counter(self.labels[like]).most_common(1)[0][0])

    def _read(self, place: Place) -> Iterable[str]:
        if place.lines is not None:
            return [line.text for line in place.lines]
        return self._decoder.texts(place.latent[None]) or ()


def centres(judge: Judge, k: int, centre: Centre) -> list[_Wanted]:
    """The clusters of K-means by each seed, with the label that most of a cluster's frames have."""
    wanted = []
    for seed in range(_SEEDS):
        clustering = cluster(judge.db, judge.run.id, "kmeans", k, seed, Progress(None))
        labels = analyses.division(judge.db, clustering)["labels"]
        for number in range(clustering.k):
            own = np.flatnonzero(labels == number)
            label = Counter(judge.labels[own]).most_common(1)[0][0]
            place = of_cluster(judge.db, judge.run, clustering, number, centre)
            wanted.append(_Wanted(label, own, place))
    return wanted


def midpoints(judge: Judge, k: int, centre: Centre) -> list[_Wanted]:
    """Half way between random frames of one cluster and one label."""
    clustering = cluster(judge.db, judge.run.id, "kmeans", k, 0, Progress(None))
    labels = analyses.division(judge.db, clustering)["labels"]
    rng, wanted = np.random.default_rng(0), []
    while len(wanted) < _PAIRS:
        inside = np.flatnonzero(labels == rng.choice(clustering.k))
        pair = rng.choice(inside, 2)
        if pair[0] != pair[1] and len({*judge.labels[pair]}) == 1:
            latent = judge.latents[pair].sum(axis=0) / 2
            place = of_latent(judge.db, judge.run, latent, centre)
            wanted.append(_Wanted(judge.labels[pair[0]], pair, place))
    return wanted


def rows(judge: Judge, k: int) -> dict[tuple[str, str], Row]:
    """By the kind of place and what is shown of it."""
    found = {}
    for kind, places in {"centres": centres, "midpoints": midpoints}.items():
        for centre in ("mode", "mean"):
            wanted = places(judge, k, centre)
            found[kind, f"decoded at the {centre}"] = judge.row(wanted, judge.decoded(wanted))
        wanted = places(judge, k, "mode")
        nearest = [judge.nearest(one.place.latent) for one in wanted]
        found[kind, "real frame nearest to the mode"] = judge.row(wanted, nearest)
    return found


def report(db: Database, sets: list[Material], out: Path) -> str:
    """A section of Markdown; labelled data sets only."""
    lines = []
    for data in (one for one in sets if one.name in CLUSTERS and one.labels is not None):
        k = CLUSTERS[data.name]
        run = trained(db, data, "affinity", CONFIG)
        judge = Judge(db, run, [scene.split(" ", 1)[1] for scene in data.labels.scene])
        lines += [[data.name, f"{k}", *line] for line in _shown(rows(judge, k))]
    head = ["data", "k", *_HEAD]
    said = (
        f"Centres of K-means clusters by {_SEEDS} seeds, many of which are one cluster again, and "
        "midpoints of frames of one cluster and one kind. "
        f"Recognised: of the {_LIKE} real frames most like the picture ({BACKBONE}), most have the "
        "label that most of the place's frames have; a cluster of several kinds has but one; "
        "beside it Wilson's interval, as if places were independent. "
        "Real frames: the same of the place's own frames of that label, themselves among the ten; "
        "mean over places. "
        "Sharpness: mean absolute Laplacian, of the median real frame's there at the decoded size. "
        "Said: share of the words shown that captions of the place's frames have (of a midpoint: "
        "of its two frames). The real frame, at its own size, says what a perfect decoder had. "
        "The labels of cn are ours.\n\n"
    )
    return f"## Places\n\n{said}{table(head, lines)}"


def _shown(found: dict[tuple[str, str], Row]) -> list[list[str]]:
    return [
        [
            *names,
            f"{row.n}",
            f"{row.recognised / row.n:.3f}",
            "{:.2f} to {:.2f}".format(
                *binomtest(row.recognised, row.n).proportion_ci(method="wilson")
            ),
            f"{row.real:.3f}",
            f"{row.sharpness:.3f}",
            f"{row.with_words:.2f}",
            "" if row.words_said_there is None else f"{row.words_said_there:.3f}",
        ]
        for names, row in found.items()
    ]


def _resized(picture: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    from PIL import Image

    return np.asarray(Image.fromarray(picture).resize(size))


def _sharpness(picture: np.ndarray) -> float:
    """The mean absolute Laplacian of a picture's brightness."""
    grey = picture.astype(np.float32).mean(axis=-1)
    around = grey[:-2, 1:-1] + grey[2:, 1:-1] + grey[1:-1, :-2] + grey[1:-1, 2:]
    return float(np.abs(4 * grey[1:-1, 1:-1] - around).mean())


def _words(texts: Iterable[str]) -> set[str]:
    import jieba

    jieba.setLogLevel(60)
    every = (word for text in texts for word in jieba.lcut(text))
    return {word.lower() for word in every if word.strip() and word.isalnum()}


def _read(paths: Sequence[Path]) -> dict[tuple[str, int], str]:
    lines = (line for path in paths for line in csv.DictReader(path.open()))
    return {(line["source"], int(line["frame"])): line["scene"] for line in lines}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("library", type=Path)
    parser.add_argument("run")
    parser.add_argument("labels", type=Path, nargs="+")
    parser.add_argument("--k", type=int, default=12)
    named = parser.parse_args()
    db = open_library(named.library)
    run, scenes = runs.get(db, named.run), _read(named.labels)
    group = {one: videos.get(db, one).group for one in run.video_ids}
    frames = results.frames(db, run.id)
    judge = Judge(db, run, [scenes.get((group[one.video_id], one.index), "?") for one in frames])
    print(table(_HEAD, _shown(rows(judge, named.k))))


if __name__ == "__main__":
    main()
