"""SubStation Alpha (.ass, .ssa), read by pysubs2; a line it cannot read is passed over."""

from __future__ import annotations

import re
import warnings

import pysubs2

from core.text.formats.cues import Cues

_FORMAT = "Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text"
_BLOCK = re.compile(r"\{[^{}]*\}")  # overrides, and comments between braces


def is_substation(text: str) -> bool:
    return re.search(r"^\s*Dialogue:", text, re.MULTILINE) is not None


def read(text: str) -> Cues:
    """Dialogue lines; comments and drawings are none."""
    cues, header = Cues(), _FORMAT
    for number, line in enumerate(text.split("\n"), 1):
        bare = line.strip()
        if bare.startswith("Format:") and "Start" in bare and "Text" in bare:
            header = bare
        if bare.startswith("Dialogue:"):
            _dialogue(cues, header, bare, number)
    return cues


def _dialogue(cues: Cues, header: str, line: str, number: int) -> None:
    try:
        with warnings.catch_warnings():  # of a layer or margin that is no number
            warnings.simplefilter("ignore")
            events = pysubs2.SSAFile.from_string(
                f"[Events]\n{header}\n{line}\n", format_="ass" if "Layer" in header else "ssa"
            ).events
    except (ValueError, IndexError, KeyError, AttributeError, pysubs2.Pysubs2Error):
        cues.passed.append(f"line {number} cannot be read")
        return
    for event in events:
        if not event.is_drawing:
            said = _BLOCK.sub("", event.text)
            cues.add(event.start / 1000, event.end / 1000, said, f"line {number}")
