"""What things are called outside the program: clusters in words, files by names any disk takes."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

from core.records import Clustering, Run

_LONGEST = 48  # characters: with a folder, an id and an ending this stays under every disk's limit
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)$", re.IGNORECASE)  # devices on Windows


def safe_name(text: str, otherwise: str) -> str:
    """`text` as part of a file name: letters, digits, "-" and "_" of any script, at most 48.

    `otherwise`, one of our ids, stands in where nothing is left.
    """
    kept = re.sub(r"[\W]+", "-", unicodedata.normalize("NFC", text)).strip("-_")
    kept = kept[:_LONGEST].rstrip("-_")
    return otherwise if not kept or _RESERVED.match(kept) else kept


def file_stem(run: Run, clustering: Clustering) -> str:
    """What a clustering's files are called: "Evening-news-kmeans-8-content-2-words-0"."""
    weighed = [f"{name}-{weight:g}" for name, weight in clustering.weights.items()]
    made = [clustering.method, str(clustering.k), *weighed]
    named = safe_name(run.name, run.id)
    return "-".join([named, *(part.replace(".", "_") for part in made)])


def cluster_title(number: int, names: Mapping[int, str]) -> str:
    """ "Cluster 3", or "3 expert" once an analyst has named it; "no cluster" for number 0."""
    if number == 0:
        return "no cluster"
    name = " ".join(names.get(number, "").split())
    return f"{number} {name}" if name else f"Cluster {number}"
