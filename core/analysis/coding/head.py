"""A supervised head on the latent: logistic regression, judged on videos that it was not fitted on.

Pure. Certainty is calibrated by one temperature, fitted on the held-out videos' decisions: Guo,
Pleiss, Sun and Weinberger, "On Calibration of Modern Neural Networks" (2017), section 4.2.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.errors import InvalidSetting

_FOLDS = 5
_C = 3.0  # inverse of the ridge, for latents whose variances are 1 in all
_FEWEST = 2  # frames of a category
_TEMPERATURES = np.geomspace(0.2, 20, 60)


@dataclass(frozen=True)
class Head:
    """What was fitted, and how good it is on videos that it has not seen."""

    classes: tuple[int, ...]  # of the labels that were given
    weights: np.ndarray  # (K, D)
    bias: np.ndarray  # (K,)
    temperature: float
    accuracy: float  # of held-out frames, 0 to 1
    baseline: float  # the most frequent category of the other videos, said of each held-out frame
    log_loss: float  # nats, of held-out frames, calibrated
    frames: int
    videos: int
    folds: int

    def probabilities(self, latents: np.ndarray) -> np.ndarray:
        """(N, D) -> (N, K) calibrated, each row 1 in all."""
        return _softmax((latents @ self.weights.T + self.bias) / self.temperature)


def fit(latents: np.ndarray, labels: np.ndarray, videos: np.ndarray) -> Head:
    """Of (N, D) latents with (N,) int labels; (N,) `videos` says which are of one video.

    Cross-validated over whole videos, five folds or as many as there are videos: frames of one
    video are alike, and would tell each other's category. Categories with a single frame are left
    out. Raises InvalidSetting for fewer than two categories or videos.
    """
    kinds, counts = np.unique(labels, return_counts=True)
    kept = np.isin(labels, kinds[counts >= _FEWEST])
    latents, labels, videos = latents[kept], labels[kept], videos[kept]
    classes = np.unique(labels)
    number = len(np.unique(videos))
    if len(classes) < 2 or number < 2:
        raise InvalidSetting(
            "A head needs two categories with two frames each, from two videos; code more frames."
        )
    target = np.searchsorted(classes, labels)
    logits, baseline = _held_out(latents, target, videos, len(classes))
    temperature = min(_TEMPERATURES, key=lambda t: _log_loss(logits / t, target))
    weights, bias = _fitted(latents, target, len(classes))
    return Head(
        tuple(classes.tolist()),
        weights,
        bias,
        float(temperature),
        float((logits.argmax(axis=1) == target).mean()),
        float(baseline.mean()),
        _log_loss(logits / temperature, target),
        len(target),
        number,
        min(_FOLDS, number),
    )


def _held_out(
    latents: np.ndarray, target: np.ndarray, videos: np.ndarray, kinds: int
) -> tuple[np.ndarray, np.ndarray]:
    """(N, K) logits of heads fitted on other videos, (N,) whether the baseline is right."""
    from sklearn.model_selection import GroupKFold

    logits = np.zeros((len(target), kinds))
    baseline = np.zeros(len(target), bool)
    folds = GroupKFold(min(_FOLDS, len(np.unique(videos))))
    for fitted, held_out in folds.split(latents, target, videos):
        weights, bias = _fitted(latents[fitted], target[fitted], kinds)
        logits[held_out] = latents[held_out] @ weights.T + bias
        most = np.bincount(target[fitted], minlength=kinds).argmax()
        baseline[held_out] = target[held_out] == most
    return logits, baseline


def _fitted(latents: np.ndarray, target: np.ndarray, kinds: int) -> tuple[np.ndarray, np.ndarray]:
    """Weights (K, D) and bias (K,) for latents as they are.

    All of their numbers are divided by one scale: a scale for each would make as much of those that
    hardly vary as of those that say most. A category without frames here gets no certainty.
    """
    from sklearn.linear_model import LogisticRegression

    mean = latents.mean(axis=0)
    spread = float(np.sqrt(latents.var(axis=0).sum())) or 1.0
    scaled = (latents - mean) / spread
    there = np.unique(target)
    weights, bias = np.zeros((kinds, latents.shape[1])), np.full(kinds, -30.0)
    if len(there) == 1:
        bias[there] = 0.0
        return weights, bias
    model = LogisticRegression(C=_C, max_iter=2_000).fit(scaled, target)
    own, offset = model.coef_, model.intercept_
    if len(there) == 2:  # one line of weights stands for both
        own, offset = np.concatenate([-own, own]) / 2, np.concatenate([-offset, offset]) / 2
    weights[there] = own / spread
    bias[there] = offset - weights[there] @ mean
    return weights, bias


def _softmax(logits: np.ndarray) -> np.ndarray:
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def _log_loss(logits: np.ndarray, target: np.ndarray) -> float:
    own = _softmax(logits)[np.arange(len(target)), target]
    return float(-np.log(np.maximum(own, 1e-12)).mean())
