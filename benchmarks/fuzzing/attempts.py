"""One process of the fuzzer: does its share of the numbers and says of each what came of it."""

from __future__ import annotations

import json
import logging
import os
import sys
import traceback
import warnings
from pathlib import Path
from random import Random

from benchmarks.fuzzing.kinds import KINDS, kind_of
from benchmarks.fuzzing.place import Place
from core.errors import AffinityError

_LONGEST = 1200  # characters of one sentence


def do(seed: int, numbers: range, only: list[str], root: Path) -> None:
    """A line of JSON before each input, {"begin", "kind"}, and one after, {"outcome", "text"}."""
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what libraries print is no message
    warnings.simplefilter("ignore")
    logging.disable(logging.ERROR)
    place = Place(root)
    place.watch()
    _ = place.db
    place.outside()
    for number in numbers:
        rng = Random(f"{seed}:{number}")
        kind = kind_of(rng)
        if only and kind not in only:
            continue
        out.write(json.dumps({"begin": number, "kind": kind}) + "\n")
        out.flush()
        outcome, text = _attempt(place, kind, rng)
        if strays := place.outside():
            outcome, text = "outside", f"{'; '.join(strays[:5])} ({outcome}: {text})"
        out.write(json.dumps({"kind": kind, "outcome": outcome, "text": text}) + "\n")
        out.flush()
    sys.stderr.flush()
    os._exit(0)  # the job engine's threads need no farewell


def _attempt(place: Place, kind: str, rng: Random) -> tuple[str, str]:
    try:
        KINDS[kind][1](place, rng)
    except AffinityError as error:
        sentence = str(error)
        fault = _no_sentence(sentence)
        return ("crashed", f"{fault}: {sentence!r}") if fault else ("refused", sentence)
    except Exception:
        return "crashed", traceback.format_exc(limit=-12)
    return "accepted", ""


def _no_sentence(text: str) -> str | None:
    """What is wrong with a refusal; None for one that can be shown as it is."""
    if not text.strip():
        return "says nothing"
    if "\n" in text or "\r" in text:
        return "more than one line"
    if len(text) > _LONGEST:
        return f"{len(text)} characters"
    if "Traceback" in text or " object at 0x" in text:
        return "speaks of the program's insides"
    if any(0xD800 <= ord(letter) < 0xE000 for letter in text):
        return "cannot be written"
    return None if text.rstrip()[-1] in ".!?)" else "no end of a sentence"
