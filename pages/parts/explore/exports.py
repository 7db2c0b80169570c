"""The list of what leaves Explore as a file; each is made when its button is pressed."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from core import export
from core.export.qdpx import write_qdpx
from core.export.transcripts import transcripts_zip
from core.format import count
from core.pipeline.captions import captions_of_frames
from core.pipeline.html_report.build import report_html
from core.pipeline.package.table_files import table_files
from core.pipeline.package.tidy_tables import tidy_tables
from core.pipeline.package.write_package import package_bytes
from core.pipeline.plots.map_page import map_html
from core.records import Clustering, FrameId, Projection, Run
from core.storage import Database, analyses, results
from core.storage.annotations import selections
from core.storage.coding import categories
from pages.parts.shared.choices import COLOUR
from pages.parts.shared.wording import plain

_ALL = "All frames"
_PLOTS = (
    ":small[Plots: the camera above each one, or all of them with "
    "`python -m core export RUN --plots FOLDER`.]"
)


@dataclass(frozen=True)
class _Shown:
    """What the page shows now; tables are made when a file is asked for."""

    db: Database
    run: Run
    clustering: Clustering
    projection: Projection
    frames: Sequence[FrameId] | None  # None: all

    def rows(self) -> list[dict[str, Any]]:
        captions = captions_of_frames(self.db, self.run.video_ids)
        return export.cluster_rows(self.db, self.clustering, self.projection, captions)

    def chosen(self, rows: list[dict[str, Any]]) -> Sequence[Mapping[str, Any]]:
        return rows if self.frames is None else export.selected_rows(rows, self.frames)

    def csv(self) -> bytes:
        return export.csv_bytes(self.chosen(self.rows()))

    def json(self) -> bytes:
        chosen = self.chosen(self.rows())
        return export.json_bytes(export.run_json(self.db, self.clustering, self.projection, chosen))

    def pictures(self) -> bytes:
        rows = self.rows()
        chosen = [] if self.frames is None else self.chosen(rows)
        return export.keyframes_bytes(self.db, self.clustering, rows, chosen)

    def elan(self) -> bytes:
        return export.elan_zip(self.db, self.rows())

    def tables(self) -> bytes:
        tables = tidy_tables(self.db, self.clustering, self.projection)
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data in table_files(tables, raw=False):
                archive.writestr(name, data)
        return out.getvalue()

    def package(self) -> bytes:
        return package_bytes(self.db, self.clustering, self.projection)

    def transcripts(self) -> bytes:
        return transcripts_zip(self.db, self.run.video_ids)

    def qdpx(self) -> bytes:
        return write_qdpx(self.db, self.run.id)

    def map(self) -> bytes:
        """In the map's colours, as far as a file can have them."""
        colour = COLOUR.text.removeprefix("column:") or "cluster"
        drawn = "cluster" if colour in ("kept", "tag") else colour
        return map_html(self.db, self.clustering, self.projection, self.rows(), drawn)

    def report(self) -> bytes:
        return report_html(self.db, self.clustering, self.projection, self.rows())


def exports(
    db: Database,
    run: Run,
    clustering_id: str,
    projection_id: str,
    selected: Sequence[FrameId] = (),
) -> None:
    """A button that opens the list; `selected` are the frames chosen on the map."""
    with st.popover("Export", icon=":material/download:", width="content", help="Export"):
        frames = _choose_frames(db, run, selected)
        shown = _Shown(
            db,
            run,
            analyses.clustering(db, clustering_id),
            analyses.projection(db, projection_id),
            frames,
        )
        number = count(run.frames if frames is None else len(frames), "row")
        table = "Cluster CSV" if frames is None else "Selection CSV"
        stem = export.file_stem(run, shown.clustering)
        named = stem if frames is None else f"{stem}-selection"
        with_frames = "" if frames is None else f", and of {count(len(frames), 'frame')}"
        _button(table, shown.csv, f"{named}.csv", f"{number}, one per frame")
        _button("JSON", shown.json, f"{named}.json", "run, clusters, frames, tags and notes")
        _button(
            "Pictures (ZIP)",
            shown.pictures,
            f"{named}-pictures.zip",
            f"original and decoded, of each cluster's centre{with_frames}",
        )
        _button("ELAN (ZIP)", shown.elan, f"{stem}-elan.zip", "one .eaf per video")
        _button("Tables (ZIP)", shown.tables, f"{stem}-tables.zip", "tidy tables, each column said")
        _button(
            "Replication package",
            shown.package,
            f"{stem}-package.zip",
            "tables, latents, settings, codebook: `python -m core reproduce` makes it again",
        )
        _button("Transcripts", shown.transcripts, f"{stem}-transcripts.zip", "timed text a video")
        if categories.every(db):
            _button("REFI-QDA project", shown.qdpx, f"{stem}.qdpx", "codebook and codings")
        _button("Map (HTML)", shown.map, f"{stem}-map.html", "opens without network, with Plotly")
        _button(
            "Report (HTML)", shown.report, f"{stem}.html", "one page that opens without network"
        )
        st.markdown(_PLOTS)


def _choose_frames(db: Database, run: Run, selected: Sequence[FrameId]) -> Sequence[FrameId] | None:
    """None for all frames; else those chosen on the map, or a saved selection's in this run."""
    saved = {name: number for name, number in selections.counts(db).items() if number}
    offered: dict[str, str] = {_ALL: _ALL}
    if selected:
        offered["map"] = f"Selected on the map ({count(len(selected), 'frame')})"
    offered |= {f"saved:{name}": f"{name} ({count(n, 'frame')})" for name, n in saved.items()}
    if len(offered) == 1:
        return None
    chosen = st.selectbox("Frames", list(offered), format_func=offered.__getitem__, key="exported")
    if chosen == _ALL:
        return None
    if chosen == "map":
        return selected
    kept = selections.get(db, chosen.removeprefix("saved:")).frames
    there = set(results.frames(db, run.id))
    own = [frame for frame in kept if frame in there]
    if not own:
        st.warning(plain("None of these frames is in this run; all are exported."))
        return None
    return own


def _button(label: str, made: Callable[[], bytes], file_name: str, about: str) -> None:
    st.download_button(
        label,
        data=made,
        file_name=file_name,
        on_click="ignore",
        help=plain(about),
        width="stretch",
    )
