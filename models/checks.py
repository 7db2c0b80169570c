"""Checks of a config's values; what they raise names the setting and what it may be."""

from __future__ import annotations


def check_range(name: str, value: float, low: float, high: float) -> None:
    """Raise ValueError unless low <= value <= high (NaN fails too)."""
    if not low <= value <= high:
        raise ValueError(f"{name} must lie between {low:g} and {high:g}; {value} was given.")


def check_choice(name: str, value: str, choices: tuple[str, ...]) -> None:
    """Raise ValueError unless `value` is one of `choices`."""
    if value not in choices:
        raise ValueError(f"{name} must be one of {', '.join(choices)}; {value!r} was given.")


def check_picture(width: int, height: int) -> None:
    """Raise ValueError unless a picture can be that large and be halved three times."""
    check_range("width", width, 40, 1024)
    check_range("height", height, 24, 1024)
    if width % 8 or height % 8:
        raise ValueError(f"width and height must be multiples of 8; {width} x {height} was given.")
