"""What all settings share: fields that say what they may be, and the size of the pictures."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any, ClassVar, Literal

# What stands for several frames: where they lie densest, their mean, the frame nearest to it.
Centre = Literal["mode", "mean", "frame"]


def ranged(default: float, low: float, high: float) -> Any:
    """A dataclass field for a number from `low` to `high`."""
    return field(default=default, metadata={"range": (low, high)})


def choice(default: str, *others: str) -> Any:
    """A dataclass field for one of several words; the first is its default."""
    return field(default=default, metadata={"choices": (default, *others)})


def check_range(name: str, value: float, low: float, high: float) -> None:
    """Raise ValueError, which names the setting, unless low <= value <= high (NaN fails too)."""
    if not low <= value <= high:
        raise ValueError(f"{name} must lie between {low:g} and {high:g}; {value} was given.")


def _check_kind(name: str, value: Any, default: Any) -> None:
    """Raise ValueError for another kind of value than the default's; 2 will do for 2.0."""
    kinds = (int, float) if isinstance(default, float) else type(default)
    if not isinstance(value, kinds) or isinstance(value, bool) is not isinstance(default, bool):
        raise ValueError(f"{name} must be like {default!r}; {value!r} was given.")


@dataclass(frozen=True)
class Settings:
    """Settings that are checked when they are made, as `ranged` and `choice` declare them.

    Raises ValueError, which names the setting and what it may be.
    """

    def __post_init__(self) -> None:
        for one in fields(self):
            value, allowed = getattr(self, one.name), one.metadata
            _check_kind(one.name, value, one.default)
            if "range" in allowed:
                check_range(one.name, value, *allowed["range"])
            if "choices" in allowed and value not in allowed["choices"]:
                choices = ", ".join(allowed["choices"])
                raise ValueError(f"{one.name} must be one of {choices}; {value!r} was given.")


@dataclass(frozen=True)
class PictureSettings(Settings):
    """Of any model: how large its pictures are, which it halves three times."""

    name: ClassVar[str]
    title: ClassVar[str]
    summary: ClassVar[str]
    decodes_vectors: ClassVar[bool] = True
    centre: ClassVar[Centre] = "mode"
    codes_words: ClassVar[bool] = False  # what captions hold, so that at a mean they are none's

    width: int = ranged(200, 40, 1024)
    height: int = ranged(120, 24, 1024)

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.width % 8 or self.height % 8:
            given = f"{self.width} x {self.height} was given."
            raise ValueError(f"width and height must be multiples of 8; {given}")

    @property
    def encoded_together(self) -> int | None:
        """How many frames make a batch where a frame's latent depends on its batch; else None."""
        return None


@dataclass(frozen=True)
class OneBlockSettings(PictureSettings):
    """Of a model whose latent is one block."""

    latent_size: int = ranged(64, 1, 4096)

    @property
    def blocks(self) -> dict[str, int]:
        """The parts of the latent in their order, and how many numbers each has."""
        return {"latent": self.latent_size}
