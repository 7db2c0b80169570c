"""Which rows the map shows: what it is asked with, where not all show in colour."""

from __future__ import annotations

import hashlib
from urllib.parse import urlencode

import numpy as np

from core.records import Run
from core.storage import Database, left_out
from pages.parts.shared.choices import HIDE_LEFT_OUT, WHERE


def sieve_of(
    db: Database, run: Run, clustering: str | None, passing: np.ndarray | None
) -> str | None:
    """Parameters of core.api.sieve; another text as soon as other rows show.

    `passing` (N,) are the rows that the filter lets through, None without one.
    """
    gone = left_out.of_run(db, run).mark
    asked = {"hide": HIDE_LEFT_OUT.text, "without": gone} if gone else {}
    if passing is not None:
        of = hashlib.sha256(passing.tobytes()).hexdigest()[:12]
        asked |= {"where": WHERE.text, "clustering": clustering or "", "passing": of}
    return urlencode(asked) if asked else None
