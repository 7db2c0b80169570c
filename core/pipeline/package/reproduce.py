"""Makes a study again from its package, on an empty library, and says what is equal."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from core.analysis.clustering import Division, described
from core.analysis.reclustering import recluster
from core.analysis.weighting import blocks_of, weighted
from core.pipeline.curation.only import Only
from core.pipeline.division.analyse import divide, lay_out
from core.pipeline.division.analyst_requests import FOLLOWED, MOVED, SEEDED
from core.pipeline.division.taken import Taken, taken
from core.pipeline.package.dictionary import meaning
from core.pipeline.package.read_package import Package, read_package
from core.pipeline.package.restore import restore, restore_marks
from core.pipeline.package.table_files import table_files
from core.pipeline.package.tidy_tables import tidy_tables
from core.records import Clustering, FrameId, Projection, Run
from core.storage import Database, analyses
from core.storage.files import atomic, save_array
from core.storage.left_out import NOTHING
from core.storage.progress import Progress

_DIGITS = 1e-5  # of a number's size: what another processor may round otherwise


@dataclass(frozen=True)
class Check:
    """One thing that was made again; `differs` says how, "" where it is equal."""

    what: str
    differs: str


def reproduce(db: Database, path: Path, progress: Progress) -> list[Check]:
    """Divide and lay out the package's latents, make its tables, and compare each with its own.

    Raises InvalidSetting for a file that is no package, and for a library that is not empty.
    """
    package = read_package(path)
    progress(0.05, "Reading the package")
    run = restore(db, package)
    progress(0.2, "Dividing the frames again")
    clustering, labels = _divide(db, run, package)
    restore_marks(db, package)
    checks = [Check("clusters", _labels(labels, package.arrays["labels"]))]
    projection = None
    if package.said["projection"] is not None:
        progress(0.4, "Laying the frames out again")
        projection, placed = _lay_out(db, run, package)
        checks.append(Check("map", _places(placed, package.arrays["layout"])))
    progress(0.8, "Making the tables again")
    tables = tidy_tables(db, clustering, projection, package.said["compared_by"], _only(package))
    made = {name.removesuffix(".csv"): data for name, data in table_files(tables, raw=True)}
    for name, text in package.tables.items():
        checks.append(Check(f"table {name}", _table(text, made.get(name, b"").decode())))
    return checks


def verdict(checks: list[Check]) -> str:
    """The last line: what is equal, and what is not."""
    equal = [check.what for check in checks if not check.differs]
    other = [f"{check.what} ({check.differs})" for check in checks if check.differs]
    said = f"Equal: {', '.join(equal) or 'nothing'}."
    return f"{said} Differs: {', '.join(other)}." if other else f"{said} Nothing differs."


def _divide(db: Database, run: Run, package: Package) -> tuple[Clustering, np.ndarray]:
    """As core.pipeline.division.analyse does, without the centres' pictures."""
    clustering = Clustering(**package.said["clustering"])
    latents = package.arrays["latents"]
    division = _divided(latents, run, _used(db, run, clustering), clustering, package)
    with (
        atomic(analyses.clustering_file(db, clustering)) as temporary,
        temporary.open("wb") as out,
    ):
        np.savez(out, allow_pickle=False, **division.arrays())
    analyses.add_clustering(db, clustering)
    return clustering, division.labels


def _divided(
    latents: np.ndarray, run: Run, used: Taken, clustering: Clustering, package: Package
) -> Division:
    """Of an edited clustering its last edit is made again, on the labels that it had before."""
    blocks, weights = blocks_of(run), clustering.weights
    if clustering.edit:
        kept = package.arrays["labels"] + 1  # (N,)
        measured = weighted(latents, blocks, weights) if weights else None
        if clustering.edit.get("kind") in (
            MOVED,
            SEEDED,
            FOLLOWED,
        ):  # the analyst's own, not computed
            return described(latents, latents if measured is None else measured, kept - 1)
        rows = np.flatnonzero(np.isin(kept, clustering.edit["new"]))
        parts = len(clustering.edit["new"])
        return recluster(latents, kept, rows, parts, clustering.seed, measured).division
    k = 0 if clustering.method == "hdbscan" else clustering.k
    asked = (clustering.method, k, clustering.seed, blocks, weights, clustering.smallest)
    return used.spread(divide(latents, used, *asked))


def _lay_out(db: Database, run: Run, package: Package) -> tuple[Projection, np.ndarray]:
    projection = Projection(**package.said["projection"])
    latents, used = package.arrays["latents"], _used(db, run, projection)
    placed = lay_out(latents, used, blocks_of(run), projection)
    save_array(analyses.projection_file(db, projection), placed)
    analyses.add_projection(db, projection)
    return projection, placed


def _used(db: Database, run: Run, made: Clustering | Projection) -> Taken:
    """What it was made of: all frames, or those that are not left out."""
    return taken(db, run) if made.without else Taken(np.arange(run.frames), run.frames, NOTHING)


def _only(package: Package) -> Only | None:
    """The frames that the tables are of, as listed: to filter again may need the pictures."""
    kept = package.said.get("only")
    return kept and Only(kept["where"], frozenset(FrameId(*frame) for frame in kept["frames"]))


def _labels(made: np.ndarray, kept: np.ndarray) -> str:
    other = int((made != kept).sum())
    return f"{other} of {len(kept)} frames" if other else ""


def _places(made: np.ndarray, kept: np.ndarray) -> str:
    size = float(np.ptp(kept, axis=0).max()) or 1.0
    apart = float(np.abs(made - kept).max())
    return f"by up to {100 * apart / size:.2g} % of its size" if apart > _DIGITS * size else ""


def _table(kept: str, made: str) -> str:
    """How a table differs: in its rows, or in which columns and how often."""
    before, after = (list(csv.DictReader(io.StringIO(text, newline=""))) for text in (kept, made))
    if len(before) != len(after) or list(before[0]) != list(after[0]):
        return f"{len(after)} rows, not {len(before)}" if after else "it is missing"
    columns = {
        name: sum(not _same(name, a[name], b[name]) for a, b in zip(before, after, strict=True))
        for name in before[0]
    }
    return ", ".join(f"{name} in {number} rows" for name, number in columns.items() if number)


def _same(column: str, before: Any, after: Any) -> bool:
    """Numbers to five digits, and to a millionth; all else exactly."""
    if before == after or meaning(column).type != "number" or not (before and after):
        return bool(before == after)
    a, b = float(before), float(after)
    return abs(a - b) <= _DIGITS * max(abs(a), abs(b), 0.1)
