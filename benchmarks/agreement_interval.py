"""How often the 95 % interval of Krippendorff's alpha holds the truth.

python -m benchmarks.agreement_interval. Two coders err in 15 % of frames; how frequent the category
is differs from video to video.
"""

from __future__ import annotations

import numpy as np

from core.analysis.coding.agreement import agreement

_ERR = 0.15
_TIMES = 200


def sample(videos: int, frames: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """(2, frames) codings, (frames,) videos."""
    generator = np.random.default_rng(seed)
    video = np.repeat(np.arange(videos), frames // videos)
    truth = generator.random(len(video)) < generator.beta(2, 2, videos)[video]
    seen = [truth ^ (generator.random(len(video)) < _ERR) for _ in range(2)]
    return np.stack(seen).astype(int), video


def main() -> None:
    values, video = sample(20_000, 400_000, 0)
    counts = np.bincount(values.sum(axis=0), minlength=3) / len(
        video
    )  # both 0, one of each, both 1
    share = counts[2] + counts[1] / 2
    truth = 1 - counts[1] / (2 * share * (1 - share))
    print(f"true alpha {truth:.4f}")
    for videos, frames in ((3, 60), (6, 60), (12, 60), (12, 120), (30, 300)):
        found = [agreement(*sample(videos, frames, seed)).interval for seed in range(1, _TIMES)]
        held = np.mean([low <= truth <= high for low, high in found])
        print(f"{videos} videos, {frames} frames: {100 * held:.0f} %")


if __name__ == "__main__":
    main()
