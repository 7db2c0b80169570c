"""How well clusters and neighbours follow hand-made labels, part by part of the latent."""

from __future__ import annotations

from pathlib import Path
from unittest import mock

import numpy as np
from sklearn.cluster import KMeans
from sklearn.metrics import normalized_mutual_info_score

from benchmarks.affinity_material import Labels, Material, latents, prepared, table
from core.storage import Database
from models.affinity import neighbourhood, shots

CLUSTERS = {"us": 5}
USUAL_CLUSTERS = 12
SEEDS = 5


def report(db: Database, sets: list[Material], out: Path) -> str:
    """A section of Markdown; labelled data sets only."""
    rows = []
    for data in (one for one in sets if one.labels is not None):
        for name, points in _variants(data).items():
            scores, nearest = judged(points, data.labels, CLUSTERS.get(data.name, USUAL_CLUSTERS))
            rows.append(
                [
                    data.name,
                    name,
                    f"{np.mean(scores):.2f} ({min(scores):.2f} to {max(scores):.2f})",
                    f"{nearest:.3f}",
                ]
            )
    head = ["data", "latent", "NMI of K-means (5 seeds)", "nearest frame of another shot"]
    said = (
        "K-means with k = 5 (us) or 12 against hand-made scene labels; share of frames whose "
        "nearest frame of another shot has their label. The labels of cn, 12 kinds of scenes, were "
        "made by eye from contact sheets.\n\n"
    )
    return f"## Clusters\n\n{said}{table(head, rows)}"


def judged(points: np.ndarray, labels: Labels, k: int) -> tuple[list[float], float]:
    """(N, D) -> normalised mutual information for each seed, and the neighbours' share."""
    scores = [
        float(
            normalized_mutual_info_score(
                labels.scene, KMeans(k, n_init=10, random_state=seed).fit_predict(points)
            )
        )
        for seed in range(SEEDS)
    ]
    squares = np.square(points).sum(axis=1)
    distance = squares[:, None] + squares - 2 * points @ points.T
    distance[labels.shot[:, None] == labels.shot] = np.inf
    return scores, float((labels.scene[distance.argmin(axis=1)] == labels.scene).mean())


def _variants(data: Material) -> dict[str, np.ndarray]:
    """Latents (N, D) by what they are made of."""
    everything = data.everything
    whole = prepared(data, everything)
    z = latents(whole, data, everything).double().numpy()
    a, c, m, w = np.split(z, np.cumsum(whole._sizes())[:-1], axis=1)
    with mock.patch.object(neighbourhood, "_SHARE", 0.0):
        one_shot = latents(prepared(data, everything), data, everything).double().numpy()
    with (
        mock.patch.object(neighbourhood, "_SHARE", 0.0),
        mock.patch.object(shots, "SAME_SHOT", 2.0),
    ):
        plain = latents(prepared(data, everything), data, everything).double().numpy()
    cut = slice(a.shape[1], a.shape[1] + c.shape[1])
    beside = data.examples.beside(everything)
    features = beside.features.double().numpy()
    last = features[:, -1280:]
    last = last / np.linalg.norm(last, axis=1, keepdims=True)
    return {
        "appearance only": a,
        "the frozen network's last features": last,
        "its features of three depths": features,
        "content: three depths, centred, 64 principal components": plain[:, cut],
        "content: + one shot lies together": one_shot[:, cut],
        "content: + shots most alike drawn together": c,
        "content + appearance": np.hstack([c, a]),
        "content + words": np.hstack([c, m, w]),
        "all three, as exported": z,
    }
