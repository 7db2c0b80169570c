"""Places between frames: pictures decoded there, beside a published model's; and how fast."""

from __future__ import annotations

import statistics
import time
from pathlib import Path

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np
from sklearn.cluster import KMeans

from benchmarks.affinity_material import CONFIG, Material, table, trained
from core.config import PRESETS
from core.pipeline.decoding.decoder import Decoder
from core.records import Run
from core.storage import Database, results

_PAIRS = 200
_SHOWN = 5
MODELS = {
    "affinity": CONFIG,
    "dense-cvae (published, quick)": PRESETS["dense-cvae"]["quick"],
    "crvae (published, quick)": PRESETS["crvae"]["quick"],
}


def report(db: Database, sets: list[Material], out: Path) -> str:
    """A section of Markdown and a figure of midpoints for each data set."""
    rows, figures = [], []
    for data in (one for one in sets if len(one.video_ids) == 1):
        shown = {}
        for name, config in MODELS.items():
            run = trained(db, data, name, config)
            found, shown[name] = _measured(db, data, run)
            rows.append([data.name, name, *found])
        figures.append(_drawn(data.name, shown, out))
    head = [
        "data", "model", "PSNR to the nearest real frame", "saturated pixels",
        "of real frames", "first picture, ms", "picture and words, ms",
    ]  # fmt: skip
    said = (
        f"Midpoints between {_PAIRS} random pairs of frames of one cluster (K-means, k = 12, us 5, "
        "on the model's own latents). Saturated: pixel values of 0 or 255. ms: one latent alone, "
        "the model open, median of 30.\n\n"
    )
    return f"## Between frames\n\n{said}{table(head, rows)}\n{''.join(figures)}"


def _measured(db: Database, data: Material, run: Run) -> tuple[list[str], list[np.ndarray]]:
    points, decoder = results.latents(db, run.id), Decoder(db, run.id)
    clusters = KMeans(5 if data.name == "us" else 12, n_init=10, random_state=0).fit_predict(points)
    rng = np.random.default_rng(0)
    pairs = []
    while len(pairs) < _PAIRS:
        a, b = rng.integers(len(points), size=2)
        if a != b and clusters[a] == clusters[b]:
            pairs.append((a, b))
    places = np.array([(points[a] + points[b]) / 2 for a, b in pairs], np.float32)
    pictures = np.stack(list(decoder.pictures(places)))
    real = _real(data, pictures.shape[1:3])
    flat = real.reshape(len(real), -1).astype(np.float32) / 255
    squares = np.square(flat).sum(1)
    psnr = []
    for picture in pictures:
        one = picture.reshape(-1).astype(np.float32) / 255
        nearest = (squares - 2 * flat @ one).min() + np.square(one).sum()
        psnr.append(-10 * np.log10(max(nearest / len(one), 1e-10)))
    saturated = [float(np.isin(some, (0, 255)).mean()) for some in (pictures, real)]
    times = [_seconds(decoder, places[n : n + 1]) for n in range(30)]
    found = [
        f"{np.mean(psnr):.1f} dB",
        f"{100 * saturated[0]:.2f} %",
        f"{100 * saturated[1]:.2f} %",
        f"{1000 * statistics.median(first for first, _ in times):.0f}",
        f"{1000 * statistics.median(both for _, both in times):.0f}",
    ]
    return found, list(pictures[:_SHOWN])


def _real(data: Material, size: tuple[int, int]) -> np.ndarray:
    import cv2

    frames = data.frames.raw(np.arange(len(data.frames))).permute(0, 2, 3, 1).numpy()
    return np.stack([cv2.resize(f, size[::-1], interpolation=cv2.INTER_AREA) for f in frames])


def _seconds(decoder: Decoder, place: np.ndarray) -> tuple[float, float]:
    began = time.perf_counter()
    list(decoder.pictures(place))
    first = time.perf_counter() - began
    decoder.texts(place)
    return first, time.perf_counter() - began


def _drawn(name: str, shown: dict[str, list[np.ndarray]], out: Path) -> str:
    figure, axes = plt.subplots(len(shown), _SHOWN, figsize=(10, 1.35 * len(shown)))
    for row, (model, pictures) in zip(axes, shown.items(), strict=True):
        for axis, picture in zip(row, pictures, strict=True):
            axis.imshow(picture)
            axis.set(xticks=[], yticks=[])
        row[0].set_title(model, loc="left", fontsize=8)
    figure.tight_layout(pad=0.4)
    figure.savefig(out / f"between_{name}.png", dpi=130)
    plt.close(figure)
    return f"![Midpoints, {name}](between_{name}.png)\n"
