"""The settings of the two published models of pictures alone; imports no torch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from models.checks import check_picture, check_range
from models.published.layer_sizes import Size, conv, dense, growing, shrinking, total


@dataclass(frozen=True)
class PureCvaeConfig:
    """Convolutions alone, after Onder (2021); see pure_cvae. The defaults are published."""

    name: ClassVar[str] = "pure-cvae"
    title: ClassVar[str] = "Pure CVAE"
    summary: ClassVar[str] = (
        "Published: convolutions alone, a latent map for each frame, max-pooled to be clustered."
    )
    decodes_vectors: ClassVar[bool] = False  # only a frame's whole map can be decoded

    width: int = 400
    height: int = 240
    latent_size: int = 128  # means at each position of the map
    channels: int = 32  # filters of the first stage; twice and four times as many follow
    beta: float = 0.0  # the published objective has no KL
    free_bits: float = 0.0
    quick_start: bool = False  # He's initialisation and little noise; not published

    def __post_init__(self) -> None:
        check_picture(self.width, self.height)
        check_range("latent_size", self.latent_size, 1, 4096)
        check_range("channels", self.channels, 1, 512)
        check_range("beta", self.beta, 0.0, 1e4)
        check_range("free_bits", self.free_bits, 0.0, 100.0)

    @property
    def filters(self) -> tuple[int, int, int]:
        """Of the encoder's three stages; the decoder has them in reverse."""
        return self.channels, 2 * self.channels, 4 * self.channels

    @property
    def blocks(self) -> dict[str, int]:
        """The parts of the latent in their order, and how many numbers each has."""
        return {"latent": self.latent_size}

    def parameters(self) -> int:
        """What is trained."""
        return self._size().parameters

    def multiplications(self) -> int:
        """Multiply-adds of one picture's forward pass, there and back."""
        return self._size().multiplications

    def _size(self) -> Size:
        places = self.width * self.height
        posterior = conv(self.filters[-1], 2 * self.latent_size, places // 64)
        there = shrinking(self.filters, places) + posterior
        return there + growing(self.latent_size, self.filters[::-1], places)


@dataclass(frozen=True)
class DenseCvaeConfig:
    """Convolutions and wide dense layers; see dense_cvae. The defaults are published."""

    name: ClassVar[str] = "dense-cvae"
    title: ClassVar[str] = "Dense CVAE"
    summary: ClassVar[str] = (
        "Published: convolutions, then dense layers to one vector for each frame."
    )
    decodes_vectors: ClassVar[bool] = True

    width: int = 200
    height: int = 120
    latent_size: int = 1000
    channels: int = 32  # filters of the first two stages; the third has twice as many
    first_dense: int = 8000
    second_dense: int = 4000
    beta: float = 0.0  # the published objective has no KL
    free_bits: float = 0.0
    quick_start: bool = False  # He's initialisation and little noise; not published

    def __post_init__(self) -> None:
        check_picture(self.width, self.height)
        check_range("latent_size", self.latent_size, 1, 4096)
        check_range("channels", self.channels, 1, 512)
        check_range("first_dense", self.first_dense, 1, 65_536)
        check_range("second_dense", self.second_dense, 1, 65_536)
        check_range("beta", self.beta, 0.0, 1e4)
        check_range("free_bits", self.free_bits, 0.0, 100.0)

    @property
    def filters(self) -> tuple[int, int, int]:
        """Of the encoder's three stages; the decoder has them in reverse."""
        return self.channels, self.channels, 2 * self.channels

    @property
    def folded(self) -> int:
        """Values of the last stage's map: what the first dense layer sees."""
        return self.filters[-1] * self.width * self.height // 64

    @property
    def blocks(self) -> dict[str, int]:
        """The parts of the latent in their order, and how many numbers each has."""
        return {"latent": self.latent_size}

    def parameters(self) -> int:
        """What is trained."""
        return self._size().parameters

    def multiplications(self) -> int:
        """Multiply-adds of one picture's forward pass, there and back."""
        return self._size().multiplications

    def _size(self) -> Size:
        places, first, second = self.width * self.height, self.first_dense, self.second_dense
        there = [
            shrinking(self.filters, places),
            dense(self.folded, first),
            dense(first, second),
            dense(second, 2 * self.latent_size),
        ]
        back = [
            dense(self.latent_size, second),
            dense(second, first),
            dense(first, self.folded),
            growing(self.filters[-1], self.filters[::-1], places),
        ]
        return total(there + back)
