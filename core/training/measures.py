"""How good a model is on some examples, in the published unit and with the posterior mean."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
import torch
from torch import Tensor

from core.training.dataset import Batch, Examples, stretches
from models.interface import FrameModel, WordModel, nearest_words

_BATCH = 64
_ALL_UP_TO, _OF_MORE = 20_000, 5_000  # examples that are measured


@dataclass(frozen=True)
class Likeness:
    """How like the frames the decoded pictures are: means over frames."""

    psnr: float  # dB
    ssim: float  # 0 to 1


@dataclass(frozen=True)
class Accuracy:
    """Shares of words decoded right, padding left out."""

    tokens: float  # of all words
    first: float  # of the captions' first words


@torch.no_grad()
def error(model: FrameModel, examples: Examples, numbers: np.ndarray) -> float | None:
    """255 x mean squared error of frames in [0, 1], decoded from the posterior mean.

    None when there are no examples. The decoded picture is clamped to [0, 1], as it is shown.
    """
    total = 0.0
    for batch, decoded in _decoded(model, examples, numbers):
        total += float((decoded - batch.frames).square().mean()) * len(decoded)
    return 255.0 * total / len(numbers) if len(numbers) else None


@torch.no_grad()
def likeness(model: FrameModel, examples: Examples, numbers: np.ndarray) -> Likeness | None:
    """Peak signal-to-noise ratio and structural similarity; None when there are no examples."""
    if len(numbers) == 0:
        return None
    psnr, ssim = [], []
    for batch, decoded in _decoded(model, examples, numbers):
        squares = (decoded - batch.frames).square().flatten(1).mean(dim=1)  # (B,)
        psnr.append(-10.0 * squares.clamp_min(1e-10).log10())
        both = (picture.permute(0, 2, 3, 1).cpu().numpy() for picture in (decoded, batch.frames))
        ssim += [structural_similarity(a, b) for a, b in zip(*both, strict=True)]
    return Likeness(float(torch.cat(psnr).mean()), float(np.mean(ssim)))


def structural_similarity(a: np.ndarray, b: np.ndarray) -> float:
    """SSIM of two (H, W, 3) pictures in [0, 1], the mean over pixels and colours; 1 for equal ones.

    Source: Wang et al., "Image Quality Assessment: From Error Visibility to Structural Similarity"
    (2004), section III B and C: a Gaussian window of 11 x 11 with sigma 1.5; the
    pictures are mirrored at their borders.
    """

    def local(picture: np.ndarray) -> np.ndarray:
        return cv2.GaussianBlur(picture, (11, 11), 1.5)

    mean_a, mean_b = local(a), local(b)
    variances = local(a * a) - mean_a**2 + local(b * b) - mean_b**2
    covariance = local(a * b) - mean_a * mean_b
    c1, c2 = 0.01**2, 0.03**2
    alike = (2 * mean_a * mean_b + c1) * (2 * covariance + c2)
    return float((alike / ((mean_a**2 + mean_b**2 + c1) * (variances + c2))).mean())


@torch.no_grad()
def word_accuracy(
    model: WordModel, examples: Examples, numbers: np.ndarray, teacher_forced: bool
) -> Accuracy | None:
    """How many words are decoded right from the posterior mean; None when there are no words.

    A word is right when its vector is the one of the vocabulary nearest (L2) to what is decoded. An
    unknown word that is a zero vector cannot be told from padding and counts as wrong. Teacher
    forced, each step is shown the true word before; free running, all comes from the latent.
    """
    right = said = first_right = firsts = 0
    for batch, latents in posterior_means(model, examples, numbers):
        if batch.words is None:
            continue
        if teacher_forced:
            read = nearest_words(model.decode_words(latents, batch.words), model.embedding)
        else:
            read = model.read_words(latents)
        hits = read[:, : batch.words.shape[1]] == batch.words
        real = batch.words > 0
        right, said = right + int((hits & real).sum()), said + int(real.sum())
        first_right += int((hits & real)[:, 0].sum())
        firsts += int(real[:, 0].sum())
    return Accuracy(right / said, first_right / firsts) if said else None


def active_units(means: np.ndarray, prior_std: np.ndarray) -> int:
    """How many of D dimensions have posterior means that vary by over 0.01 of the prior's variance.

    `means` is (N, D), `prior_std` (D,). Source: Burda, Grosse and Salakhutdinov, "Importance
    Weighted Autoencoders" (2016), section 5.2.
    """
    return int((means.var(axis=0) / np.square(prior_std) > 0.01).sum())


def subsample(rows: np.ndarray, count: int) -> np.ndarray:
    """At most `count` of the rows, spread evenly."""
    if len(rows) <= count:
        return rows
    return rows[np.linspace(0, len(rows) - 1, count).round().astype(int)]


def enough(model: FrameModel, numbers: np.ndarray) -> np.ndarray:
    """The examples that figures are means of: all, or of more than 20,000 about 5,000 of them.

    They are evenly spread, single or as many together as `model` encodes together.
    """
    if len(numbers) <= _ALL_UP_TO:
        return numbers
    return stretches(numbers, _OF_MORE, model.encoded_together or 1)


def in_batches(model: FrameModel, numbers: np.ndarray) -> list[np.ndarray]:
    """(M,) numbers of examples, in order, in the batches that `model` encodes them in.

    A last one that would be alone joins the batch before, as in training.
    """
    size = model.encoded_together or _BATCH
    starts = range(size, len(numbers) - 1, size)
    return np.split(numbers, starts) if len(numbers) else []


@torch.no_grad()
def posterior_means(
    model: FrameModel, examples: Examples, numbers: np.ndarray
) -> Iterator[tuple[Batch, Tensor]]:
    """Examples in order and their posterior means, (B, D) or maps, a batch at a time.

    Where latents depend on the batch, an example that has nobody beside it gets the statistics of
    those around it, whether they are among `numbers` or not.
    """
    model.eval()
    for chosen in in_batches(model, numbers):
        batch = examples.batch(chosen)
        if model.encoded_together and len(chosen) == 1:
            first = min(max(0, int(chosen[0]) - 8), max(0, len(examples) - model.encoded_together))
            around = np.arange(first, min(first + model.encoded_together, len(examples)))
            with model.normalised_as(*examples.batch(around)):
                yield batch, model.encode(*batch).mode()
        else:
            yield batch, model.encode(*batch).mode()


def _decoded(
    model: FrameModel, examples: Examples, numbers: np.ndarray
) -> Iterator[tuple[Batch, Tensor]]:
    """Batches, and their pictures decoded from the posterior mean and clamped."""
    for batch, latents in posterior_means(model, examples, numbers):
        yield batch, model.decode(latents).float().clamp(0, 1)
