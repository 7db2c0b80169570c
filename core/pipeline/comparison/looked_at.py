"""The log of what was looked at: what is noted of each analysis, and what all of it comes to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from core.analysis.weighting import written
from core.format import count, utc
from core.pipeline.columns.known import GROUP
from core.pipeline.comparison.compare import Comparison
from core.records import Clustering, LookedAt, Projection
from core.storage import Database, looked_at, runs

KINDS = {  # kind -> one of them, several
    "clusters": ("division", "divisions"),
    "sweep": ("sweep of k", "sweeps of k"),
    "map": ("map", "maps"),
    "search": ("search", "searches"),
    "comparison": ("comparison", "comparisons"),
    "over-time": ("course over time", "courses over time"),
    "sequence": ("sequence", "sequences"),
    "cuts": ("comparison of cuts and light", "comparisons of cuts and light"),
}
COLUMNS = (
    *("first_at", "last_at", "times", "kind", "run", "run_name", "model", "method", "k", "seed"),
    *("smallest", "weights", "compared_by", "detail", "left_out_frames", "tests"),
)
_LEVEL = 0.05


def note_clusters(db: Database, clustering: Clustering) -> None:
    """A division of a run was shown."""
    looked_at.note(db, "clusters", _division(db, clustering))


def note_sweep(db: Database, run_id: str, weights: dict[str, float]) -> None:
    """All k of a run were shown side by side."""
    looked_at.note(db, "sweep", {**_run(db, run_id), "weights": written(weights)})


def note_map(db: Database, projection: Projection) -> None:
    """A layout of a run was shown."""
    settings = {name: value for name, value in projection.settings.items() if name != "weights"}
    detail = ", ".join(f"{name} {value}" for name, value in sorted(settings.items()))
    what = {"method": projection.method, "weights": written(projection.settings.get("weights", {}))}
    looked_at.note(db, "map", {**_run(db, projection.run_id), **what, "detail": detail})


def note_search(db: Database, run_id: str, said: str) -> None:
    """Frames were looked for; `said` is what was compared, and how."""
    looked_at.note(db, "search", {**_run(db, run_id), "detail": said})


def note_comparison(db: Database, clustering: Clustering, found: Comparison) -> None:
    """The groups were compared; each p of a cluster is a test, mirrored ones count once."""
    shares = [cluster.shares for cluster in found.clusters if cluster.frames]
    tested = [of for of in shares if of[0].p is not None]
    contrasts = len(found.groups) if len(found.groups) > 2 else 1
    what = {**_division(db, clustering), "by": found.by, "left_out": found.taken_out}
    what |= {"detail": found.where} if found.where else {}
    looked_at.note(db, "comparison", what, contrasts * len(tested))


def note_detail(
    db: Database,
    kind: str,
    clustering: Clustering,
    by: str,
    detail: str,
    tests: int = 0,
    where: str = "",
) -> None:
    """Something else of a division was shown, which `detail` tells from others of its kind.

    `where` is the filter that its frames passed.
    """
    detail = f"{detail}, where {where}" if where else detail
    looked_at.note(db, kind, {**_division(db, clustering), "by": by, "detail": detail}, tests)


def note_run(db: Database, kind: str, run_id: str, by: str, tests: int, where: str = "") -> None:
    """Something of a run was shown that needs no division."""
    what = {**_run(db, run_id), "by": by} | ({"detail": f"where {where}"} if where else {})
    looked_at.note(db, kind, what, tests)


def looked_at_rows(listed: Sequence[LookedAt]) -> list[dict[str, Any]]:
    """One row per analysis, the keys are `COLUMNS`; None where a column does not apply."""
    return [
        {
            "first_at": utc(one.first_at),
            "last_at": utc(one.last_at),
            "times": one.times,
            "kind": one.kind,
            **{name: one.what.get(name, "") for name in ("run", "run_name", "model", "method")},
            **{name: one.what.get(name) for name in ("k", "seed", "smallest")},
            "weights": one.what.get("weights", ""),
            "compared_by": one.what.get("by", ""),
            "detail": one.what.get("detail", ""),
            "left_out_frames": one.what.get("left_out"),
            "tests": one.tests,
        }
        for one in listed
    ]


def said(listed: Sequence[LookedAt]) -> str:
    """One sentence on how much was tried. "" for nothing."""
    if not listed:
        return ""
    of_kind = Counter(one.kind for one in listed)
    parts = [count(of_kind[kind], *words) for kind, words in KINDS.items() if of_kind[kind]]
    sentence = f"Looked at so far: {', '.join(parts)}"
    columns = len({one.what.get("by", GROUP) for one in listed if one.kind == "comparison"})
    if columns > 1:
        sentence += f", by {columns} columns"
    tests = sum(one.tests for one in listed)
    if not tests:
        return f"{sentence}."
    chance = _LEVEL * tests
    usual = f"{chance:.0f}" if chance >= 1 else "less than one"
    return (
        f"{sentence}, with {count(tests, 'test')} in all. Where nothing differs, {usual} of so "
        f"many would come below {_LEVEL} by chance."
    )


def _division(db: Database, clustering: Clustering) -> dict[str, Any]:
    return {
        **_run(db, clustering.run_id),
        "method": clustering.method,
        "k": clustering.k,
        "seed": clustering.seed,
        "smallest": clustering.smallest,
        "weights": written(clustering.weights),
    }


def _run(db: Database, run_id: str) -> dict[str, Any]:
    run = runs.get(db, run_id)
    return {"run": run.id, "run_name": run.name, "model": run.model}
