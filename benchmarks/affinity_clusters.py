"""How well clusters and neighbours follow hand-made labels, part by part of the latent."""

from __future__ import annotations

from pathlib import Path
from unittest import mock

import numpy as np
import torch
from sklearn.cluster import KMeans
from sklearn.metrics import normalized_mutual_info_score
from torch import Tensor

from benchmarks.affinity_material import CONFIG, Labels, Material, latents, prepared, table
from core.storage import Database
from core.video.features import features, open_backbone
from models.affinity import neighbourhood, shots
from models.affinity.content import ContentBlock

CLUSTERS = {"us": 5, "multi": 17}
USUAL_CLUSTERS = 12
SEEDS = 5
EARLIER, EARLIER_SHARPNESS = "efficientnet-lite0", 10.0


def report(db: Database, sets: list[Material], out: Path) -> str:
    """A section of Markdown; labelled data sets only."""
    rows = []
    for data in (one for one in sets if one.labels is not None):
        for name, points in _variants(db, data).items():
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
        "K-means with k = 5 (us), 12 (cn) or 17 (both) against hand-made scene labels; share of "
        "frames whose nearest frame of another shot has their label. The labels of cn "
        "(`cn.labels.csv`: 19 kinds of scenes, 209 shots) were made by eye from contact sheets, "
        "ours; both together, no kind is shared. Latents are those before the convolutions are "
        "trained.\n\n"
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


def _variants(db: Database, data: Material) -> dict[str, np.ndarray]:
    """Latents (N, D) by what they are made of."""
    everything = data.everything
    whole = prepared(data, everything)
    z = latents(whole, data, everything).double().numpy()
    a, c, m, w = np.split(z, np.cumsum(whole._sizes())[:-1], axis=1)
    beside = data.examples.beside(everything)
    seen, follows = beside.features, beside.follows
    last = seen[:, -1280:].double().numpy()
    last = last / np.linalg.norm(last, axis=1, keepdims=True)
    earlier = _features(db, data, EARLIER)
    with mock.patch.object(neighbourhood, "_SHARPNESS", EARLIER_SHARPNESS):
        before, blunt = _content(earlier, follows), _content(seen, follows)
    with mock.patch.object(neighbourhood, "_SHARE", 0.0):
        one_shot = _content(seen, follows)
        with mock.patch.object(shots, "SAME_SHOT", 2.0):
            plain = _content(seen, follows)
    return {
        "appearance only": a,
        "the frozen network's last features": last,
        "its features of two depths": seen.double().numpy(),
        "content: two depths, centred, 64 principal components": plain,
        "content: + one shot lies together": one_shot,
        "content: + shots most alike drawn together": c,
        f"the same, sharpness {EARLIER_SHARPNESS:g}": blunt,
        f"the same, {EARLIER}": _content(earlier, follows),
        f"the same, {EARLIER}, sharpness {EARLIER_SHARPNESS:g} (earlier runs)": before,
        "content + appearance": np.hstack([c, a]),
        "content + words": np.hstack([c, m, w]),
        "all three, as exported": z,
    }


def _content(features: Tensor, follows: Tensor) -> np.ndarray:
    """(N, F) -> (N, C): the content block alone, fitted to the features."""
    block = ContentBlock(features.shape[1], CONFIG.model.content_size)
    block.prepare(features, follows)
    return block.encode(features)[0].double().numpy()


def _features(db: Database, data: Material, spec: str) -> Tensor:
    """(N, F) by another backbone than the preset's."""
    rows = [features(db, video_id, open_backbone(spec)) for video_id in data.video_ids]
    return torch.from_numpy(np.concatenate(rows)).float()
