"""A caption as one short vector from which every word can be read again.

Each word's vector is laid down at its place in the caption and the whole is looked at from O
directions: half of them the captions' own principal directions, the rest drawn at random. That is
a sparse superposition code (Joseph and Barron, "Least Squares Superposition Codes of Moderate
Dictionary Size Are Reliable at Rates up to Capacity", 2012) whose dictionary is the vocabulary: far
fewer numbers than words x places tell which word stands where, of captions never seen too, and a
place between two captions is read as a mixture of their words.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from models.linear import principal_components_of_rows

_SWEEPS = 30  # over the places of a caption, at most
_OWN = 1e-4  # of the first variance: smaller directions of the captions are left to chance
_NOISE = 0.05  # of the code's spread, the posterior's: at 0.1 the first words are misread
_UNUSED = 0.01  # of the largest deviation: directions that no caption uses keep this much
_FLOOR = 1e-4  # of a word's mean squared length in the code: the least noise that reading assumes
_BLURRED = 0.25  # of a code, left over by the words that explain it: a mean of many captions'
_AT_ONCE = 64  # codes that are read together: (B, L, O) numbers of them are held
_CERTAIN = 0.5  # a word is read where it is likelier than all others together


class Superposition(nn.Module):
    """Words (B, L) <-> codes (B, O), over a vocabulary's vectors (V, E); word 0 is padding."""

    centre: Tensor  # (L E,) mean of the captions
    basis: Tensor  # (L E, O), orthonormal columns; zero columns where O is more than L E
    std: Tensor  # (O,)
    log_share: Tensor  # (V,) of the words said, padding left out
    log_silence: Tensor  # (2, L) log share of captions that have a word, or none, at each place

    def __init__(self, size: int) -> None:
        super().__init__()
        self.register_buffer("std", torch.ones(size))
        self._lengths: Tensor | None = None
        self.register_load_state_dict_post_hook(_forget_lengths)
        self.resize(1, 1, 1)

    def resize(self, vocabulary: int, word_size: int, longest: int) -> None:
        """Make room for captions of `longest` words; what was fitted is forgotten."""
        device, values = self.std.device, longest * word_size
        for name, shape in {
            "centre": (values,),
            "basis": (values, len(self.std)),
            "log_share": (vocabulary,),
            "log_silence": (2, longest),
        }.items():
            self.register_buffer(name, torch.zeros(shape, device=device))
        self.std.fill_(1.0)
        self._lengths = None

    def prepare(
        self, words: Tensor, embedding: Tensor, n_principal: int, generator: torch.Generator
    ) -> None:
        """Fit to different captions, (N, L) with one word or more each, and their vectors (V, E).

        `n_principal` directions are the captions' principal ones, as far as there are so many.
        """
        rows = embedding[words].flatten(1)  # (N, L E)
        self.centre.copy_(rows.mean(dim=0))
        size = min(len(self.std), rows.shape[1])
        columns = torch.randn(rows.shape[1], size, generator=generator)
        if n_principal and len(rows) > 1:
            found, spread = principal_components_of_rows(rows - self.centre, min(n_principal, size))
            used = int((spread.square() > _OWN * spread[0].square()).sum())
            columns[:, :used] = found[:, :used]
        self.basis.zero_()[:, :size] = torch.linalg.qr(columns)[0]
        std = self.encode(words, embedding).std(dim=0, correction=0)
        self.std.copy_(std.clamp_min(max(_UNUSED * float(std.max()), 1e-4)))
        said = words[words > 0]
        counts = torch.bincount(said, minlength=len(embedding)) + 0.5
        counts[0] = 0
        self.log_share.copy_((counts / counts.sum()).log())
        silent = 0.01 + 0.98 * (words == 0).float().mean(dim=0)
        self.log_silence.copy_(torch.stack([1 - silent, silent]).log())
        self._lengths = None

    def encode(self, words: Tensor, embedding: Tensor) -> Tensor:
        """(B, L) -> (B, O)."""
        return (embedding[words].flatten(1) - self.centre) @ self.basis

    @property
    def noise(self) -> Tensor:
        """(O,) the posterior's standard deviation: well below what would change a word."""
        return _NOISE * self.std

    def read(self, codes: Tensor, embedding: Tensor) -> Tensor:
        """(B, O) -> (B, L) int64: the words that explain the codes, 0 where none is certain.

        None at all where a code is the mean of many captions' rather than one of them, or of two.

        Mean-field inference of independent words under Gaussian noise, whose variance is found on
        the way (it is what no words explain: large between two captions). One place after another,
        each word's probability is p(w) exp(-|rest - its part|^2 / 2 v), v being the noise and what
        is still open at the other places; Bishop, "Pattern Recognition and Machine Learning"
        (2006), section 10.1.
        """
        if not len(codes):
            return torch.zeros(0, self.log_silence.shape[1], dtype=torch.int64, device=codes.device)
        return torch.cat([self._read(part, embedding) for part in codes.split(_AT_ONCE)])

    def _read(self, codes: Tensor, embedding: Tensor) -> Tensor:
        count, (places, size) = len(codes), (self.log_silence.shape[1], embedding.shape[1])
        parts = self.basis.view(places, size, -1)  # (L, E, O)
        lengths = self._squared_lengths(embedding)  # (L, V)
        usual = lengths[:, 1:].mean() if lengths.shape[1] > 1 else lengths.mean()
        prior = self._log_prior()  # (L, V)
        target = codes + self.centre @ self.basis
        of_mean = torch.einsum("le,leo->lo", self.centre.view(places, size), parts)  # (L, O)
        contributions = of_mean.repeat(count, 1, 1)  # (B, L, O): what each place is thought to give
        residual_variance = usual.repeat(count, places)  # (B, L): what is open of it
        noise = (10 * _FLOOR * usual).repeat(count)
        words = torch.zeros(count, places, dtype=torch.int64, device=codes.device)
        sure = torch.zeros(count, places, device=codes.device)
        unchanged = 0
        for _ in range(_SWEEPS):
            before = words.clone()
            for place in range(places):
                rest = target - contributions.sum(dim=1) + contributions[:, place]  # (B, O)
                elsewhere = residual_variance.sum(dim=1) - residual_variance[:, place]
                variance = elsewhere / codes.shape[1] + noise
                products = (rest @ parts[place].T) @ embedding.T  # (B, V)
                scores = (2 * products - lengths[place]) / (2 * variance[:, None]) + prior[place]
                chances = scores.softmax(dim=1)
                sure[:, place], words[:, place] = chances.max(dim=1)
                expected = (chances @ embedding) @ parts[place]  # (B, O)
                contributions[:, place] = expected
                spread = chances @ lengths[place] - expected.square().sum(dim=1)
                residual_variance[:, place] = spread.clamp_min(0.0)
            missed = (target - contributions.sum(dim=1)).square().sum(dim=1)
            missed = missed + residual_variance.sum(dim=1)
            noise = (missed / codes.shape[1]).clamp_min(_FLOOR * usual)
            unchanged = unchanged + 1 if torch.equal(words, before) else 0
            if unchanged == 2:
                break
        left_over = codes.shape[1] * noise  # (B,) squared
        # a sample's noise is no blur, nor is the floor
        own = 2 * (self.noise.square().sum() + codes.shape[1] * _FLOOR * usual)
        blurred = left_over > _BLURRED * codes.square().sum(dim=1) + own
        return torch.where((sure > _CERTAIN) & ~blurred[:, None], words, 0)

    def _log_prior(self) -> Tensor:
        """(L, V): a word at a place is as likely as it is said at all; padding is by place."""
        prior = self.log_share + self.log_silence[0][:, None]
        prior[:, 0] = self.log_silence[1]
        return prior

    def _squared_lengths(self, embedding: Tensor) -> Tensor:
        """(L, V): how long each word is in the code, by its place. Kept once computed."""
        if self._lengths is None or self._lengths.device != embedding.device:
            parts = self.basis.view(self.log_silence.shape[1], embedding.shape[1], -1)
            squares = [(embedding @ part).square().sum(dim=1) for part in parts]
            self._lengths = torch.stack(squares)
        return self._lengths


def _forget_lengths(code: Superposition, incompatible: Any) -> None:
    """After weights were loaded: the lengths kept were those of another basis."""
    code._lengths = None
