"""The settings of our own model of pictures, their content and their words; imports no torch."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields, replace
from typing import ClassVar

from models.compact_config import CompactConfig
from models.settings import PictureSettings, check_range, choice, ranged

OPEN_CLIP = "open_clip:"  # begins the names of backbones whose pictures words can find
BITS_A_NUMBER = 1.1  # that are read again, of captions never fitted too; at 2.2 those are misread
_LEAST_WORDING = 320  # with 96, 1.1 bits each, 93 % of the words of short captions were read again
_STEP = 32  # numbers that the wording grows by


def caption_bits(places: int, vocabulary: int) -> float:
    """The most that a caption can hold: any of the words at any place."""
    return places * math.log2(max(2, vocabulary))


@dataclass(frozen=True)
class AffinityConfig(PictureSettings):
    """Appearance, content and words in one latent of three blocks; see models.affinity.model."""

    name: ClassVar[str] = "affinity"
    codes_words: ClassVar[bool] = True
    title: ClassVar[str] = "Affinity VAE"
    summary: ClassVar[str] = (
        "Ours: what frames show, how they look and what is said, in one latent that is decoded to "
        "a picture and to words at any place."
    )

    appearance_size: int = ranged(520, 2, 1000)
    frame_weight: float = ranged(0.5, 0.01, 0.99)  # of the appearance's basis, as in compact
    channels: int = ranged(64, 4, 512)  # of the convolutions
    maps: int = ranged(16, 1, 256)  # feature maps that the decoder unfolds from the appearance
    beta: float = ranged(1.0, 0.0, 1e4)
    free_bits: float = ranged(0.0, 0.0, 100.0)
    crop_share: float = ranged(0.5, 0.0, 1.0)  # of each batch: random crops, half of them mirrored
    backbone: str = "efficientnet-lite2"  # whose frozen features say what a frame shows
    feature_size: int = ranged(1632, 1, 65_536)  # numbers of the backbone's features
    content_size: int = 64
    meaning_size: int = 96  # of the words: what a caption is about, in any order
    # Of the words: which word stands where; 0: as many as captions need.
    wording_size: int = ranged(0, 0, 2000)
    word_vectors: str = "multilingual"
    unknown_words: str = choice("own", "zero")  # a vector of their own, or zero as published
    word_size: int = ranged(300, 1, 4096)  # numbers of a word vector

    def __post_init__(self) -> None:
        super().__post_init__()
        check_range("content_size", self.content_size, 1, min(1000, self.feature_size))
        check_range("meaning_size", self.meaning_size, 1, self.word_size)

    @property
    def latent_size(self) -> int:
        """D: all three blocks together."""
        return sum(self.blocks.values())

    @property
    def blocks(self) -> dict[str, int]:
        """The parts of the latent in their order, and how many numbers each has."""
        return {
            "appearance": self.appearance_size,
            "content": self.content_size,
            "words": self.meaning_size + self.wording_numbers,
        }

    @property
    def wording_numbers(self) -> int:
        """How many numbers hold a caption's words; until `sized` it is the least."""
        return self.wording_size or _LEAST_WORDING

    def sized(self, places: int, vocabulary: int) -> AffinityConfig:
        """With the numbers that captions of so many `places` and different words need."""
        if self.wording_size:
            return self
        steps = math.ceil(caption_bits(places, vocabulary) / BITS_A_NUMBER / _STEP)
        return replace(self, wording_size=min(2000, max(_LEAST_WORDING, steps * _STEP)))

    def budget_exceeded(self, places: int, vocabulary: int) -> str:
        """One sentence where captions hold more than the wording surely carries, else ""."""
        bits = caption_bits(places, vocabulary)
        if bits <= BITS_A_NUMBER * self.wording_numbers:
            return ""
        return (
            f"Captions of {places} places and {vocabulary:,} words hold up to {bits:.0f} bits, "
            f"more than {BITS_A_NUMBER:g} for each of the {self.wording_numbers} numbers of "
            "wording_size: some will be misread; leave wording_size at 0, or raise it."
        )

    @property
    def picture(self) -> CompactConfig:
        """The model of the appearance block."""
        shared = {one.name for one in fields(CompactConfig)} - {"latent_size"}
        values = {name: getattr(self, name) for name in shared}
        return CompactConfig(latent_size=self.appearance_size, **values)

    def parameters(self) -> int:
        """Trained and fixed numbers alike, without those that depend on the vocabulary."""
        content = (2 * self.content_size + 2) * self.feature_size + 3 * self.content_size
        meaning = (self.meaning_size + 1) * self.word_size
        meaning += (self.content_size + 3) * self.meaning_size
        return self.picture.parameters() + content + meaning + 2 * self.latent_size
