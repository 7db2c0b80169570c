"""Writes a run for other programs and people: CSV, npz, JSON, pictures, ELAN, a report, plots.

Distances are those of the clustering's weights; the latents are written without any.
"""

from __future__ import annotations

import argparse
import contextlib
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from core import export
from core.analysis import weighting
from core.commands.shared import choices
from core.commands.shared.arguments import output_file, output_folder
from core.commands.shared.division import add_by, add_division, division
from core.commands.shared.filtered import add_where, only_of
from core.commands.shared.frame_list import chosen_frames
from core.errors import InvalidSetting, NotFound, StorageFailed
from core.format import count
from core.pipeline.captions import captions_of_frames
from core.pipeline.columns.known import GROUP
from core.pipeline.curation.only import frames_where
from core.records import Clustering, Projection, Run
from core.storage import Database, open_library, recognition

_WITH_GROUPS = ("report", "plots", "tables", "package")  # what --by can be said of
_WITH_FRAMES = ("clusters", "json", "keyframes", "clips")  # what --frames can be said of
_WITH_WHERE = (*_WITH_FRAMES, "tables", "package", "report")


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("run", metavar="RUN", help="a run's id or name")
    what = parser.add_mutually_exclusive_group(required=True)
    for name, one in _FORMATS.items():
        what.add_argument(f"--{name}", type=one.kind, metavar=one.shown, help=one.about)
    parser.add_argument(
        "--frames",
        metavar="LIST",
        help="with --clusters, --json and --clips only these frames, with --keyframes these too: "
        "VIDEO:INDEX or VIDEO:FIRST-LAST, with commas between, a saved selection, or all",
    )
    add_where(parser, f"; with --{', --'.join(_WITH_WHERE)} (what it compares)")
    add_division(parser)
    add_by(parser)
    parser.add_argument(
        "--colour",
        metavar="NAME",
        help="with --map: cluster (as usual), group, video, time, certainty, distance, brightness, "
        "contrast, sharpness, words, or a column of the videos",
    )
    parser.add_argument(
        "--raw",
        action="store_true",
        help="with --clusters and --tables: texts as they are, without the apostrophe that keeps "
        "spreadsheets from running them",
    )
    parser.add_argument(
        "--parquet", action="store_true", help="with --tables: Parquet files beside the CSV"
    )


def run(options: argparse.Namespace) -> int:
    name = next(name for name in _FORMATS if getattr(options, name) is not None)
    if options.where is not None and name not in _WITH_WHERE:
        raise InvalidSetting(f"--where goes with --{', --'.join(_WITH_WHERE)}, not --{name}.")
    if options.where is not None and options.frames is not None:
        raise InvalidSetting("--where and --frames both choose frames; give one of them.")
    if options.frames is not None and name not in _WITH_FRAMES:
        raise InvalidSetting(f"--frames goes with --{', --'.join(_WITH_FRAMES)}, not --{name}.")
    if options.by != GROUP and name not in _WITH_GROUPS:
        raise InvalidSetting(f"--by goes with --{' and --'.join(_WITH_GROUPS)}, not --{name}.")
    if options.raw and name not in ("clusters", "tables"):
        raise InvalidSetting(f"--raw goes with --clusters and --tables, not --{name}.")
    if options.colour is not None and name != "map":
        raise InvalidSetting(f"--colour goes with --map, not --{name}.")
    if options.parquet and name != "tables":
        raise InvalidSetting(f"--parquet goes with --tables, not --{name}.")
    db = open_library(options.data)
    chosen = choices.trained_run(db, options.run)
    with _writing(getattr(options, name)):
        print(_FORMATS[name].write(db, chosen, options), file=sys.stderr)
    return 0


class _Asked(NamedTuple):
    """What most formats are made of."""

    clustering: Clustering
    projection: Projection | None
    rows: list[dict[str, Any]]  # every frame of the run
    chosen: list[Any]  # the rows of --frames; none where none was asked for

    @property
    def shown(self) -> list[Any]:
        """The chosen rows, every row where none was chosen."""
        return self.chosen or self.rows


def _asked(db: Database, run: Run, options: argparse.Namespace) -> _Asked:
    clustering = division(db, run, options)
    captions = captions_of_frames(db, run.video_ids)
    projection = choices.last_projection(db, run.id, clustering.weights)
    rows = export.cluster_rows(db, clustering, projection, captions)
    chosen = []
    if options.frames is not None:
        frames = chosen_frames(db, options.frames, [export.row_frame(row) for row in rows])
        chosen = export.selected_rows(rows, frames)
    if options.where is not None:
        chosen = export.selected_rows(rows, frames_where(db, run, clustering, options.where))
    return _Asked(clustering, projection, rows, chosen)


def _clusters(db: Database, run: Run, options: argparse.Namespace) -> str:
    asked = _asked(db, run, options)
    export.write_csv(options.clusters, asked.shown, options.raw)
    weights = asked.clustering.weights
    weighed = f", weights {weighting.written(weights)}" if weights else ""
    made = f"{asked.clustering.k} clusters ({asked.clustering.method}{weighed})"
    return f"Wrote {len(asked.shown)} frames in {made} to {options.clusters}."


def _latents(db: Database, run: Run, options: argparse.Namespace) -> str:
    export.latents_npz(db, run.id, options.latents)
    return f"Wrote the latents of {run.frames} frames to {options.latents}."


def _json(db: Database, run: Run, options: argparse.Namespace) -> str:
    asked = _asked(db, run, options)
    value = export.run_json(db, asked.clustering, asked.projection, asked.shown)
    export.write_run_json(options.json, value)
    return (
        f"Wrote {len(asked.shown)} frames and {len(value['clusters'])} clusters to {options.json}."
    )


def _keyframes(db: Database, run: Run, options: argparse.Namespace) -> str:
    asked = _asked(db, run, options)
    packed = export.write_keyframes(
        db, asked.clustering, asked.rows, asked.chosen, options.keyframes
    )
    said = f"Wrote {packed.pictures} pictures to {options.keyframes}."
    if packed.missing:
        said += f" {packed.missing} are not on the disk; pictures.csv in it names them."
    return said


def _clips(db: Database, run: Run, options: argparse.Namespace) -> str:
    from core.pipeline.clips import write_clips

    if options.frames is None and options.where is None:
        raise InvalidSetting("--clips takes --frames or --where, which say what is to be cut out.")
    chosen = {export.row_frame(row) for row in _asked(db, run, options).chosen}
    written = write_clips(db, run, chosen, options.clips)
    return f"Wrote {count(written, 'clip')} to {options.clips}; clips.csv in it says when they are."


def _elan(db: Database, run: Run, options: argparse.Namespace) -> str:
    written = export.write_elan(db, _asked(db, run, options).rows, options.elan)
    return f"Wrote {', '.join(path.name for path in written)} to {options.elan}."


def _on_screen(db: Database, run: Run, options: argparse.Namespace) -> str:
    texts = [one for video_id in run.video_ids for one in recognition.screen_texts_of(db, video_id)]
    export.write_screen_csv(options.screen, texts)
    return f"Wrote {count(len(texts), 'text')} to {options.screen}."


def _report(db: Database, run: Run, options: argparse.Namespace) -> str:
    from core.pipeline.html_report.build import report_html
    from core.storage.files import write_bytes

    asked = _asked(db, run, options)
    only = only_of(db, run, asked.clustering, options)
    page = report_html(db, asked.clustering, asked.projection, asked.rows, options.by, only)
    write_bytes(options.report, page)
    return f"Wrote a report of {len(page) / 1e6:.1f} MB to {options.report}."


def _map(db: Database, run: Run, options: argparse.Namespace) -> str:
    from core.pipeline.plots.map_page import map_html
    from core.storage.files import write_bytes

    asked = _asked(db, run, options)
    if asked.projection is None:
        raise NotFound(
            f"There is no map of {run.name} yet; make one with `python -m core project`."
        )
    page = map_html(db, asked.clustering, asked.projection, asked.rows, options.colour or "cluster")
    write_bytes(options.map, page)
    return f"Wrote a map of {len(page) / 1e6:.1f} MB to {options.map}."


def _plots(db: Database, run: Run, options: argparse.Namespace) -> str:
    from core.pipeline.plots.run_plots import run_plots, write_plots

    asked = _asked(db, run, options)
    figures = run_plots(db, asked.clustering, asked.projection, asked.rows, options.by)
    written = write_plots(figures, options.plots)
    return f"Wrote {len(figures)} plots ({len(written)} files) to {options.plots}."


def _tables(db: Database, run: Run, options: argparse.Namespace) -> str:
    from core.pipeline.package.table_files import write_tables
    from core.pipeline.package.tidy_tables import tidy_tables

    clustering = division(db, run, options)
    projection = choices.last_projection(db, run.id, clustering.weights)
    only = only_of(db, run, clustering, options)
    tables = tidy_tables(db, clustering, projection, options.by, only)
    written = write_tables(tables, options.tables, options.raw, options.parquet)
    return f"Wrote {', '.join(path.name for path in written)} to {options.tables}."


def _transcripts(db: Database, run: Run, options: argparse.Namespace) -> str:
    from core.export.transcripts import write_transcripts

    written = write_transcripts(db, run.video_ids, options.transcripts)
    return (
        f"Wrote {', '.join(path.name for path in written) or 'nothing'} to {options.transcripts}."
    )


def _qdpx(db: Database, run: Run, options: argparse.Namespace) -> str:
    from core.export.qdpx import write_qdpx
    from core.storage.files import write_bytes

    write_bytes(options.qdpx, write_qdpx(db, run.id))
    return f"Wrote a REFI-QDA project to {options.qdpx}."


def _package(db: Database, run: Run, options: argparse.Namespace) -> str:
    from core.pipeline.package.write_package import write_package

    clustering = division(db, run, options)
    projection = choices.last_projection(db, run.id, clustering.weights)
    only = only_of(db, run, clustering, options)
    written = write_package(db, clustering, projection, options.package, options.by, only)
    return f"Wrote {len(written)} files to {options.package}."


class _Format(NamedTuple):
    """One option: who writes it and says so, what it takes, and its help."""

    write: Callable[[Database, Run, argparse.Namespace], str]
    kind: Callable[[str], Path]
    shown: str
    about: str


_FORMATS = {
    "clusters": _Format(_clusters, output_file, "F.csv", "one row per frame"),
    "latents": _Format(_latents, output_file, "F.npz", "(N, D), rows as in the CSV"),
    "json": _Format(_json, output_file, "F.json", "run, clusters and frames in one object"),
    "keyframes": _Format(
        _keyframes, output_file, "F.zip", "pictures of the clusters, original and decoded"
    ),
    "clips": _Format(_clips, output_folder, "DIR", "the films of the frames chosen, a file each"),
    "elan": _Format(_elan, output_folder, "DIR", "one .eaf per video: clusters, captions"),
    "screen": _Format(_on_screen, output_file, "F.csv", "text in the picture that is no subtitle"),
    "report": _Format(_report, output_file, "F.html", "one page that opens without network"),
    "map": _Format(_map, output_file, "F.html", "the map as a page that opens without network"),
    "tables": _Format(_tables, output_folder, "DIR", "tidy tables with a dictionary of columns"),
    "transcripts": _Format(
        _transcripts, output_folder, "DIR", "one timed .txt per video, for MAXQDA, NVivo, ATLAS.ti"
    ),
    "qdpx": _Format(_qdpx, output_file, "F.qdpx", "a REFI-QDA project: codebook, codings"),
    "package": _Format(_package, output_file, "F.zip", "a replication package, without films"),
    "plots": _Format(_plots, output_folder, "DIR", "every plot as PNG and SVG"),
}


@contextlib.contextmanager
def _writing(path: Path) -> Iterator[None]:
    """Whatever the disk refuses is one sentence that names `path`."""
    try:
        yield
    except OSError as error:
        raise StorageFailed(
            f"{path} cannot be written ({error.strerror or error}); choose another place."
        ) from error
