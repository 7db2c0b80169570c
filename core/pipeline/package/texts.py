"""The texts of a package: README, methods paragraph, citation, and the tables' description."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from core.format import count
from core.pipeline.html_report.method import captions_said, method_lines
from core.pipeline.package.dictionary import meaning
from core.pipeline.package.tidy_tables import TidyTable
from core.records import Clustering, Projection, Run, Video

_README = Path(__file__).with_name("readme.md")


def readme(
    run: Run,
    used: Sequence[Video],
    files: Mapping[str, str],
    software: Mapping[str, str],
    methods: str,
) -> str:
    """What is here, from where, made by what, and how to make it again."""
    return _README.read_text(encoding="utf-8").format(
        title=run.name,
        files="\n".join(f"| `{name}` | {about} |" for name, about in files.items()),
        videos=count(len(used), "video"),
        frames=run.frames,
        software="\n".join(f"- {name} {version}" for name, version in software.items()),
        command=training_command(run),
        methods=methods,
    )


def training_command(run: Run) -> str:
    """The command that trained the run, on a library of the same videos."""
    if run.automatic:
        return "# PCA of all videos, made by itself after they were read"
    return (
        f"python -m core train --model {run.model} --preset {run.preset} "
        f"--videos {','.join(run.video_ids)} --seed {run.config.get('seed', 0)}"
    )


def methods_text(
    run: Run,
    clustering: Clustering,
    projection: Projection | None,
    report: Mapping[str, Any],
    used: Sequence[Video],
) -> str:
    """A paragraph with the run's own numbers, to begin a paper's section with."""
    groups: dict[str, int] = {}
    for video in used:
        groups[video.group] = groups.get(video.group, 0) + 1
    by_group = ", ".join(f"{name}: {count(number, 'video')}" for name, number in groups.items())
    steps = sorted({video.every_s for video in used})
    minutes = sum(video.duration_s for video in used) / 60
    said = [
        f"{count(len(used), 'video')} ({by_group}) of {minutes:.0f} min in all were sampled every "
        f"{' or '.join(f'{step:g}' for step in steps)} s: {run.frames:,} frames.",
        *(f"{video.title}: captions {captions_said(video)}." for video in used[:20]),
        *method_lines(run, clustering, projection, report),
    ]
    return " ".join(said)


def citation(version: str, run: Run) -> str:
    """CITATION.cff 1.2.0 of the package; who made it is to be filled in."""
    today = datetime.now(UTC).date().isoformat()
    name = run.name.replace('"', "'")
    return (
        "cff-version: 1.2.0\n"
        "message: If you use these data, please cite them as below.\n"
        "type: dataset\n"
        f'title: "{name}: replication package"\n'
        "authors:\n  - name: Fill in who made this study\n"
        f"date-released: {today}\n"
        "references:\n"
        "  - type: software\n    title: Video Affinity Browser\n"
        f'    version: "{version}"\n'
        "    authors:\n      - name: The authors of Video Affinity Browser\n"
    )


def datapackage(
    run: Run, tables: Sequence[TidyTable], sums: Mapping[str, tuple[int, str]]
) -> dict[str, Any]:
    """Frictionless Data Package: each table with its schema, size and hash."""
    return {
        "profile": "tabular-data-package",
        "name": f"run-{run.id.lower()}",
        "title": run.name,
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "resources": [_resource(table, *sums[f"tables/{table.name}.csv"]) for table in tables],
    }


def _resource(table: TidyTable, size: int, digest: str) -> dict[str, Any]:
    return {
        "profile": "tabular-data-resource",
        "name": table.name,
        "path": f"tables/{table.name}.csv",
        "description": table.about,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": size,
        "hash": f"sha256:{digest}",
        "schema": {
            "missingValues": [""],
            "fields": [
                {"name": name, "type": meaning(name).type, "description": meaning(name).about}
                for name in table.columns
            ],
        },
    }
