"""What drawing alike shots together does to a comparison of groups: on given videos, and drawn.

    python benchmarks/affinity_smoothing.py us=us.mp4,us.en.vtt cn=cn.mp4,cn.zh.srt

Content is made in three ways: shots drawn towards the five most like them of all groups, of their
own group alone, or not at all. Each is divided by K-means and compared as Compare does. The drawn
corpus has a known difference: shots of kinds that both groups show, with other airtimes, and kinds
of one group alone that look much like one of the other's (the cosine of the two is given; at 1 they
are the same).
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from unittest import mock

import numpy as np
import torch
from sklearn.metrics import normalized_mutual_info_score
from torch import Tensor
from torch.nn.functional import normalize

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.affinity_material import material, table
from benchmarks.data_sets import USAGE, add_data_sets
from core.analysis.clustering import cluster
from core.analysis.comparison.airtime import airtime
from core.analysis.comparison.rows import compare_groups
from core.storage import open_library, videos
from models.affinity import content
from models.affinity.content import ContentBlock
from models.affinity.neighbourhood import shared_content

SEEDS, SIZE, K = 5, 128, 12
BOTH, PAIRS = 6, 3  # kinds that both groups show, and pairs of kinds of one group each
LENGTH = 8  # frames of a shot
AIRTIME = (0.30, 0.20, 0.10, 0.05, 0.05, 0.05), (0.05, 0.05, 0.05, 0.10, 0.20, 0.30)
COSINES, VIDEOS = (0.5, 0.7, 0.85, 1.0), 3
SHOTS = 120, 36  # of each group: about 10 or 3 of each kind that it alone shows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("videos", nargs="*", metavar=USAGE)
    head = ["corpus", "alike shots", "shared", "leaning", "exclusive", "sum of |difference|", "NMI"]
    rows = [row for shots in SHOTS for cosine in () for row in _drawn(cosine, shots)]
    given = parser.parse_args().videos
    print(table(head, rows + (_of_videos(given) if given else [])))


def _ways(group: Tensor) -> dict[str, Callable[[Tensor, Tensor], Tensor]]:
    """How (N, F) features with (N,) shots become what content aims at; `group` is (N,)."""

    def within(features: Tensor, shot: Tensor) -> Tensor:
        aimed = torch.empty_like(features)
        for one in group.unique():
            rows = group == one
            aimed[rows] = shared_content(features[rows], shot[rows].unique(return_inverse=True)[1])
        return aimed

    def alone(features: Tensor, shot: Tensor) -> Tensor:
        means = torch.zeros(int(shot.max()) + 1, features.shape[1]).index_add_(0, shot, features)
        return normalize(means, dim=1)[shot]

    return {"of all groups": shared_content, "of their group": within, "not drawn together": alone}


def _measured(
    features: Tensor, follows: Tensor, video: np.ndarray, groups: list[str], seed: int
) -> dict[str, tuple[np.ndarray, list[float]]]:
    """For each way the clusters' labels, and counts of kinds with the sum of |difference|."""
    places = np.unique(groups, return_inverse=True)[1]
    found = {}
    for name, way in _ways(torch.from_numpy(places[video])).items():
        block = ContentBlock(features.shape[1], 64)
        with mock.patch.object(content, "shared_content", way):
            block.prepare(features, follows)
        labels = cluster(block.encode(features)[0].numpy(), "kmeans", K, seed).labels
        found[name] = labels, _compared(labels, video, groups)
    return found


def _compared(labels: np.ndarray, video: np.ndarray, groups: list[str]) -> list[float]:
    k = int(labels.max()) + 1
    rows = compare_groups(airtime(labels, video, [1.0] * len(groups), groups, k))
    kinds = [sum(row.kind == kind for row in rows) for kind in ("shared", "leaning", "exclusive")]
    return [*kinds, sum(abs(row.shares[0].difference) for row in rows)]


def _drawn(cosine: float, shots: int) -> list[list[str]]:
    """Means over the seeds; the first row is what was drawn."""
    found: dict[str, list[list[float]]] = {}
    for seed in range(SEEDS):
        features, follows, video, kind = _corpus(cosine, shots, seed)
        groups = ["one"] * VIDEOS + ["other"] * VIDEOS
        found.setdefault("as drawn", []).append([*_compared(kind, video, groups), 1.0])
        for name, (labels, said) in _measured(features, follows, video, groups, seed).items():
            agreement = float(normalized_mutual_info_score(kind, labels))
            found.setdefault(name, []).append([*said, agreement])
    corpus = f"drawn, {shots} shots a group, look-alikes at {cosine:g}"
    return [_row(corpus, name, np.mean(said, axis=0)) for name, said in found.items()]


def _corpus(cosine: float, shots: int, seed: int) -> tuple[Tensor, Tensor, np.ndarray, np.ndarray]:
    """Features (N, F), follows (N,), the frames' videos (N,) and kinds (N,) of two groups."""
    rng = np.random.default_rng(seed)
    kinds = _units(rng, BOTH + 2 * PAIRS)
    for first in range(BOTH, len(kinds), 2):  # of the second group: turned away from the first's
        aside = kinds[first + 1] - (kinds[first + 1] @ kinds[first]) * kinds[first]
        aside /= np.linalg.norm(aside)
        kinds[first + 1] = cosine * kinds[first] + np.sqrt(1 - cosine**2) * aside
    shown, video, kind = [], [], []
    for group in range(2):
        chances = np.zeros(len(kinds))
        chances[:BOTH] = AIRTIME[group]
        chances[BOTH + group :: 2] = (1 - sum(AIRTIME[group])) / PAIRS
        for number, one in enumerate(rng.choice(len(kinds), shots, p=chances)):
            shot = kinds[one] + 0.6 * _units(rng, 1)
            shown.append(shot + 0.4 * _units(rng, LENGTH))
            video += [group * VIDEOS + number * VIDEOS // shots] * LENGTH
            same = cosine == 1 and one >= BOTH  # then a pair is one kind, which both groups show
            kind += [one - (one - BOTH) % 2 if same else one] * LENGTH
    features, of_video = torch.from_numpy(np.concatenate(shown)).float(), np.array(video)
    follows = torch.from_numpy(np.diff(of_video, prepend=-1) == 0)
    return normalize(features, dim=1), follows, of_video, np.array(kind)


def _units(rng: np.random.Generator, count: int) -> np.ndarray:
    drawn = rng.normal(size=(count, SIZE))
    return drawn / np.linalg.norm(drawn, axis=1, keepdims=True)


def _of_videos(words: list[str]) -> list[list[str]]:
    with tempfile.TemporaryDirectory() as folder:
        db = open_library(Path(folder))
        ids = list(add_data_sets(db, words).values())[-1]
        data = material(db, "videos", ids, None)
        beside = data.examples.beside(data.everything)
        video = np.searchsorted(data.frames.starts, data.everything, side="right") - 1
        groups = [videos.get(db, one).group for one in ids]
        found: dict[str, list[list[float]]] = {}
        for seed in range(SEEDS):
            parts = _measured(beside.features, beside.follows, video, groups, seed)
            for name, (_, said) in parts.items():
                found.setdefault(name, []).append([*said, np.nan])
    return [_row("the videos", name, np.mean(said, axis=0)) for name, said in found.items()]


def _row(corpus: str, name: str, said: np.ndarray) -> list[str]:
    shown = [f"{one:.1f}" for one in said[:3]] + [f"{one:.2f}" for one in said[3:]]
    return [corpus, name, *("" if one == "nan" else one for one in shown)]


if __name__ == "__main__":
    main()
