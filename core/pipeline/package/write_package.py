"""Writes a replication package: what a reader needs to check a study, in one ZIP, without films."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

import numpy as np

from core.export.codebook import codebook_csv, codebook_qdc
from core.pipeline.columns.known import GROUP
from core.pipeline.comparison.looked_at import said as looked_at_said
from core.pipeline.curation.only import Only
from core.pipeline.package import texts
from core.pipeline.package.manifest import manifest, own_version
from core.pipeline.package.table_files import table_files
from core.pipeline.package.tidy_tables import tidy_tables
from core.records import Clustering, Projection
from core.storage import Database, analyses, looked_at, results, runs, videos
from core.storage.coding import categories
from core.storage.files import atomic

SUMS, MANIFEST, LATENTS, DECODED = "SHA256SUMS", "manifest.json", "latents.npz", "decoded.json"
_LONG_AGO = (1980, 1, 1, 0, 0, 0)
_ABOUT = {
    "METHODS.md": "a paragraph on how it was made, with its numbers",
    "CITATION.cff": "how to cite it; fill in who made it",
    "datapackage.json": "the tables for programs (Frictionless Data)",
    "tables/": "CSV, UTF-8, cells as they are; `dictionary.csv` explains every column",
    "codebook.csv, codebook.qdc": "the categories, where there are some",
    MANIFEST: "records, settings, seeds, marks and captions: what `reproduce` begins with",
    LATENTS: "latents, clusters' labels and the map, rows as in `tables/frames.csv`",
    SUMS: "checksums of all other files: `sha256sum -c SHA256SUMS`",
}


def write_package(
    db: Database,
    clustering: Clustering,
    projection: Projection | None,
    path: Path,
    by: str = GROUP,
    only: Only | None = None,
) -> list[str]:
    """Write the ZIP whole or not at all; gives the names of its files. Raises NotFound."""
    with atomic(path) as temporary, temporary.open("wb") as out:
        return pack(db, clustering, projection, out, by, only)


def package_bytes(
    db: Database, clustering: Clustering, projection: Projection | None, by: str = GROUP
) -> bytes:
    """The same in memory, for a download."""
    out = io.BytesIO()
    pack(db, clustering, projection, out, by)
    return out.getvalue()


def pack(
    db: Database,
    clustering: Clustering,
    projection: Projection | None,
    to: IO[bytes],
    by: str,
    only: Only | None = None,
) -> list[str]:
    """Write the ZIP into an open file; gives the names of its files. Raises NotFound."""
    sums: dict[str, tuple[int, str]] = {}
    with zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED) as out:
        for name, data in _files(db, clustering, projection, by, only, sums):
            sums[name] = len(data), hashlib.sha256(data).hexdigest()
            out.writestr(_entry(name), data)
        listed = "".join(f"{digest}  {name}\n" for name, (_, digest) in sums.items())
        out.writestr(_entry(SUMS), listed)
    return [*sums, SUMS]


def _files(
    db: Database,
    clustering: Clustering,
    projection: Projection | None,
    by: str,
    only: Only | None,
    sums: dict[str, tuple[int, str]],
) -> Iterator[tuple[str, bytes]]:
    run = runs.get(db, clustering.run_id)
    used = [videos.get(db, video_id) for video_id in run.video_ids]
    tables = tidy_tables(db, clustering, projection, by, only)
    for name, data in table_files(tables, raw=True):
        yield f"tables/{name}", data
    said = manifest(db, clustering, projection, by, only)
    yield MANIFEST, _json(said)
    yield LATENTS, _arrays(db, clustering, projection)
    decoded = results.decoded_texts(db, run.id)
    if decoded is not None:
        yield DECODED, _json(decoded)
    listed = categories.every(db)
    if listed:
        yield "codebook.csv", codebook_csv(listed, categories.examples(db))
        yield "codebook.qdc", codebook_qdc(listed)
    report = results.report(db, run.id)
    methods = texts.methods_text(run, clustering, projection, report, used)
    tried = looked_at_said(looked_at.every(db))
    yield "METHODS.md", ("\n\n".join(filter(None, (methods, tried))) + "\n").encode()
    yield "CITATION.cff", texts.citation(own_version(), run).encode()
    yield "datapackage.json", _json(texts.datapackage(run, tables, sums))
    yield "README.md", texts.readme(run, used, _ABOUT, said["software"], methods).encode()


def _arrays(db: Database, clustering: Clustering, projection: Projection | None) -> bytes:
    out = io.BytesIO()
    listed = results.frames(db, clustering.run_id)
    arrays: dict[str, Any] = {
        "latents": results.latents(db, clustering.run_id),
        "video_id": np.array([frame.video_id for frame in listed]),
        "frame_index": np.array([frame.index for frame in listed], np.int32),
        "labels": analyses.division(db, clustering)["labels"],
    }
    if projection is not None:
        arrays["layout"] = analyses.layout(db, projection)
    np.savez_compressed(out, **arrays)
    return out.getvalue()


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1).encode() + b"\n"


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _LONG_AGO)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    return entry
