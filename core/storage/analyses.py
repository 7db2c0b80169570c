"""Every query on clusterings, cluster names and projections, and the paths of their arrays."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import sqlalchemy as sa

from core.errors import NotFound
from core.records import Clustering, Projection
from core.storage import changes, runs
from core.storage.annotations import cluster_marks
from core.storage.damage import reading, require
from core.storage.database import Database
from core.storage.files import load_array, read_json, remove, remove_tree, write_json
from core.storage.rows import listed, only, to_row
from core.storage.schema import clusterings, projections

_AGAIN = "cluster again"
_MIXTURE = "2"  # raise it when a mixture is fitted in another way


def clustering_id(
    run_id: str,
    method: str,
    k: int,
    seed: int,
    weights: Mapping[str, float] | None = None,
    smallest: int = 0,
    without: str = "",
) -> str:
    """The same request has the same id, so a double click is one clustering.

    `weights` are normalised ones (core.analysis.weighting); without any the id is as it always was.
    `smallest` is HDBSCAN's, which has 0 for k: how many there are is found. `without` marks the
    frames that are left out (core.storage.left_out).
    """
    weighed = [json.dumps(weights, sort_keys=True)] if weights else []
    sized = [f"smallest={smallest}"] if smallest else []
    fitted = [_MIXTURE] if method == "gmm" else []
    return _digest(run_id, method, k, seed, *weighed, *sized, *fitted, *_without(without))


def edited_id(clustering_id: str, stretches: Sequence[Sequence[int]], parts: int) -> str:
    """That of a clustering whose rows of `stretches`, [first, last] each, are divided anew."""
    return _digest("edited", clustering_id, json.dumps(stretches), parts)


def analysts_id(run_id: str, what: Mapping[str, Any]) -> str:
    """That of a clustering which an analyst asks for (core.pipeline.division.analyst_edits)."""
    return _digest("analyst", run_id, json.dumps(what, sort_keys=True))


def projection_id(run_id: str, method: str, settings: dict[str, Any], without: str = "") -> str:
    """The same layout has the same id: this is the cache's key."""
    return _digest(run_id, method, json.dumps(settings, sort_keys=True), *_without(without))


def clustering_file(db: Database, clustering: Clustering) -> Path:
    """An .npz; its arrays are described in core.analysis.clustering."""
    return db.files.run(clustering.run_id) / "clusterings" / f"{clustering.id}.npz"


def projection_file(db: Database, projection: Projection) -> Path:
    """An .npy, (N, 2) float32, rows in the order of the run's frames."""
    return db.files.run(projection.run_id) / "projections" / f"{projection.id}.npy"


def centre_picture(db: Database, clustering: Clustering, number: int, mode: int = 0) -> Path:
    """The picture decoded from the mean of a cluster, or from its `mode` from 1.

    Clusters are numbered from 1.
    """
    folder = clustering_file(db, clustering).with_suffix("")
    return folder / (f"{number}-{mode}.jpg" if mode else f"{number}.jpg")


def centre_modes(db: Database, clustering: Clustering) -> list[list[float]] | None:
    """The shares of frames of each cluster's modes, cluster 1 first, that have pictures.

    None where means are shown: of published models, and of clusterings older than the modes.
    """
    with reading(_modes_file(db, clustering), _AGAIN):
        found = read_json(_modes_file(db, clustering))
        require(found is None or len(found) == clustering.k)
        require(all(0 <= share <= 1 for shares in found or () for share in shares))
    return found


def write_centre_modes(db: Database, clustering: Clustering, shares: list[list[float]]) -> None:
    """Keep the modes' shares; written last, they say that the pictures are there."""
    write_json(_modes_file(db, clustering), shares)


def shown_centre(db: Database, clustering: Clustering, number: int) -> tuple[Path, float | None]:
    """What stands for a cluster: its first mode's picture and share, or the mean's and None."""
    every = centre_modes(db, clustering)
    shares = every[number - 1] if every else []
    return centre_picture(db, clustering, number, min(len(shares), 1)), next(iter(shares), None)


def centre_texts(db: Database, clustering: Clustering) -> list[str] | None:
    """The words decoded from each centre, cluster 1 first; None where the model has none.

    None too for a clustering that is older than the decoding of words.
    """
    with reading(_centre_texts_file(db, clustering), _AGAIN):
        found = read_json(_centre_texts_file(db, clustering))
        require(found is None or len(found) == clustering.k)
        require(all(isinstance(text, str) for text in found or ()))
    return found


def write_centre_texts(db: Database, clustering: Clustering, texts: list[str]) -> None:
    """Keep the words decoded from each centre, cluster 1 first."""
    write_json(_centre_texts_file(db, clustering), texts)


def division(db: Database, clustering: Clustering) -> dict[str, np.ndarray]:
    """A clustering's arrays, rows in the order of the run's frames. Raises NotFound.

    labels (N,) int32 from 0 (label i is cluster number i + 1 everywhere else; -1 in no cluster),
    distance (N,) to the own centre by the clustering's weights, probability (N,) (NaN for K-means),
    membership (N, k) of a mixture, centres (k, D) as latents without weights, nearest (k,): the row
    of the real frame nearest to each centre. A clustering of an earlier version has no membership.
    """
    path = clustering_file(db, clustering)
    if not path.exists():
        raise NotFound(f"The file of clustering {clustering.id} is missing; cluster again.")
    with reading(path, _AGAIN):
        with np.load(path, allow_pickle=False) as arrays:
            found = dict(arrays)
        _check_division(found, clustering, runs.frames(db, clustering.run_id))
    return found


def layout(db: Database, projection: Projection) -> np.ndarray:
    """(N, 2) float32, rows in the order of the run's frames. Raises NotFound."""
    path = projection_file(db, projection)
    if not path.exists():
        raise NotFound(f"The file of projection {projection.id} is missing; project again.")
    with reading(path, "project again"):
        found = load_array(path)
        rows = runs.frames(db, projection.run_id) or len(found)
        require(found.shape == (rows, 2) and np.isfinite(found).all())
    return found


def add_clustering(db: Database, clustering: Clustering) -> None:
    """Record a clustering whose file is written; the same one twice is one.

    One that an analyst edited is in the log of changes; one that only follows what is left out is
    not, as that is there.
    """
    fresh = _add(db, clusterings, clustering)
    if fresh and clustering.edit and clustering.edit.get("kind") != "followed":
        with db.write() as connection:
            said = f"Clusters edited: {_steps_said(clustering)}"
            key = {"clusterings": [{"id": clustering.id}]}
            changes.note(connection, said, clustering.id, delete=key)


def add_projection(db: Database, projection: Projection) -> None:
    """Record a projection whose file is written; the same one twice is one."""
    _add(db, projections, projection)


def renew(db: Database, identifier: str) -> None:
    """Make a clustering or projection the newest of its run: it was asked for just now."""
    with db.write() as connection:
        for table in (clusterings, projections):
            connection.execute(
                sa.update(table).where(table.c.id == identifier).values(created_at=time.time())
            )


def clustering(db: Database, identifier: str) -> Clustering:
    """Raises NotFound."""
    query = sa.select(clusterings).where(clusterings.c.id == identifier)
    return only(db, Clustering, query, f"clustering {identifier!r}")


def projection(db: Database, identifier: str) -> Projection:
    """Raises NotFound."""
    query = sa.select(projections).where(projections.c.id == identifier)
    return only(db, Projection, query, f"projection {identifier!r}")


def delete_edited(db: Database, identifier: str) -> Clustering:
    """Delete an edited clustering with what was given to its clusters. Raises NotFound."""
    gone = clustering(db, identifier)
    if not gone.edit:
        raise NotFound(f"Clustering {identifier} is not an edited one; only those are taken back.")
    with db.write() as connection:
        connection.execute(sa.delete(clusterings).where(clusterings.c.id == identifier))
        changes.taken_back(connection, identifier)
    remove(clustering_file(db, gone))
    remove_tree(clustering_file(db, gone).with_suffix(""))
    return gone


def clusterings_of(db: Database, run_id: str) -> list[Clustering]:
    """A run's clusterings, oldest first."""
    return listed(db, Clustering, _of_run(clusterings, run_id))


def projections_of(db: Database, run_id: str) -> list[Projection]:
    """A run's projections, oldest first."""
    return listed(db, Projection, _of_run(projections, run_id))


def names(db: Database, identifier: str) -> dict[int, str]:
    """The name under which each cluster is shown; one that is merged has that of the merge."""
    return {
        number: cluster.mark.name
        for cluster in cluster_marks.shown(db, identifier)
        for number in cluster.members
        if cluster.mark.name
    }


def rename(db: Database, identifier: str, number: int, name: str) -> None:
    """Name a cluster; an empty name takes the name away. Raises NotFound."""
    cluster_marks.mark(db, identifier, number, name=name)


def shown_numbers(db: Database, clustering: Clustering) -> np.ndarray:
    """(N,) int32: the number under which each frame's cluster is shown, merges made.

    0 for a frame that the division left without a cluster (label -1). Raises NotFound.
    """
    labels = division(db, clustering)["labels"]  # (N,)
    shown_as = np.arange(max(clustering.k, int(labels.max(initial=-1)) + 1) + 1, dtype=np.int32)
    for cluster in cluster_marks.shown(db, clustering.id):
        shown_as[list(cluster.members)] = cluster.number
    return shown_as[labels + 1]


def _centre_texts_file(db: Database, clustering: Clustering) -> Path:
    return clustering_file(db, clustering).with_suffix("") / "texts.json"


def _modes_file(db: Database, clustering: Clustering) -> Path:
    return clustering_file(db, clustering).with_suffix("") / "modes.json"


def _check_division(found: dict[str, np.ndarray], clustering: Clustering, rows: int) -> None:
    """Raise ValueError or KeyError for arrays that do not fit each other, the run or themselves."""
    labels, centres, nearest = found["labels"], found["centres"], found["nearest"]
    rows = rows or len(labels)
    require(labels.shape == found["distance"].shape == found["probability"].shape == (rows,))
    require(centres.shape[:1] == nearest.shape == (clustering.k,))
    require(labels.dtype.kind in "iu" and nearest.dtype.kind in "iu")
    require(((labels >= -1) & (labels < clustering.k)).all())
    require(((nearest >= 0) & (nearest < rows)).all())
    require(np.isfinite(centres).all() and not np.isinf(found["distance"]).any())


def _without(mark: str) -> list[str]:
    return [f"without={mark}"] if mark else []


def _digest(*parts: Any) -> str:
    return hashlib.sha256("\n".join(map(str, parts)).encode()).hexdigest()[:16]


def _add(db: Database, table: sa.Table, record: Clustering | Projection) -> bool:
    """Whether it was not there before."""
    with db.write() as connection:
        if connection.execute(sa.select(table.c.id).where(table.c.id == record.id)).first():
            return False
        connection.execute(sa.insert(table).values(to_row(record)))
    return True


def _steps_said(clustering: Clustering) -> str:
    what, number, into = clustering.edit["steps"][-1]
    return f"{what} ({number:,} frames) into {into}"


def _of_run(table: sa.Table, run_id: str) -> sa.Select:
    return sa.select(table).where(table.c.run_id == run_id).order_by(table.c.created_at)
