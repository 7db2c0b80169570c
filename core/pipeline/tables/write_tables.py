"""Writes the tables as Markdown, CSV and JSON with their figures, each whole or absent."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from functools import partial
from typing import Any

import numpy as np

from core.analysis import projection as layouts
from core.analysis.sweep import published_range
from core.errors import AffinityError
from core.export.csv_file import csv_bytes
from core.pipeline.division.analyse import project
from core.pipeline.division.sweep import sweep_run
from core.records import Run
from core.storage import Database, analyses, results, runs, videos
from core.storage.files import remove, write_bytes
from core.storage.progress import Progress
from core.tables import figures, run_figures, store
from core.tables.collect import collect
from core.tables.markdown import markdown
from core.tables.plan import Entry
from core.tables.published import perplexity
from core.tables.spreadsheet import csv_rows
from core.tables.wording import ascii_label, file_part

_STEPS_SHOWN = 5  # reconstructions under each other
Figure = dict[str, Any]


def write_tables(db: Database, kind: str, entries: Sequence[Entry], asked: Collection[str]) -> None:
    """Write the tables as the runs are now. Figures of runs that have not changed are kept."""
    tables = collect(db, kind, entries, asked)
    earlier = (store.load(db, kind) or {}).get("figures", [])
    drawing = Drawing(db, kind, {figure["file"]: figure for figure in earlier})
    for table in (1, 2):
        drawing.over_all(tables, table)
    names = [dataset["name"] for dataset in tables["datasets"]]
    for entry, said in zip(entries, tables["entries"], strict=True):
        if said["state"] == "done":
            drawing.of_run(entry, said, names.index(entry.dataset.name))
    tables["figures"] = drawing.drawn
    folder = store.folder(db, kind)
    rows = csv_rows(tables)
    write_bytes(folder / "tables.csv", csv_bytes(rows, list(rows[0]) if rows else ()))
    write_bytes(folder / "report.md", markdown(tables).encode())
    store.save(db, kind, tables)
    for path in (folder / "figures").glob("*.png"):
        if path.name not in {figure["file"] for figure in drawing.drawn}:
            remove(path)


class Drawing:
    """The figures of the tables; `drawn` lists them in their order."""

    def __init__(self, db: Database, kind: str, earlier: dict[str, Figure]) -> None:
        self._db, self._folder = db, store.folder(db, kind) / "figures"
        self._earlier = earlier
        self.drawn: list[Figure] = []

    def over_all(self, tables: store.Tables, table: int) -> None:
        """What several trainings share."""
        title = f"Table {table}: ours beside the published"
        bars = partial(figures.bars, tables, table)
        self._keep(f"table-{table}", title, "", _trained(tables, table), bars)
        for place, dataset in enumerate(tables["datasets"]):
            name = dataset["name"]
            draw = partial(figures.losses, tables, table, name)
            title = f"Table {table}, {name}: training, and frames held out"
            file, of = f"losses-{table}-{_part(name, place)}", _trained(tables, table, name)
            self._keep(file, title, name, of, draw)

    def of_run(self, entry: Entry, said: dict[str, Any], place: int) -> None:
        """What one training has given; it does not change any more."""
        run, dataset = runs.get(self._db, entry.run.id), entry.dataset
        title = f"{entry.variant.title}, {dataset.name}"
        plain = ascii_label(title, f"{entry.variant.title}, dataset {place + 1}")
        of = [[run.id, run.finished_at]]
        for kind, what, draw in (
            ("samples", "originals, and decoded over the epochs", partial(_samples, said)),
            ("map", "t-SNE of the latents", partial(_map, entry, plain)),
            ("sweep", "K-means over k, as in the reports", partial(_sweep, plain)),
        ):
            name = f"{kind}-{entry.variant.key}-{_part(dataset.name, place)}"
            drawn = partial(draw, self._db, run)
            self._keep(name, f"{title}: {what}", dataset.name, of, drawn)

    def _keep(
        self, name: str, title: str, dataset: str, of: list[Any], draw: Callable[[], bytes | None]
    ) -> None:
        """Draw and list a figure, unless it is there; what cannot be drawn is left out.

        `of` are the trainings behind it: while they are the same, so is the figure.
        """
        file = f"{name}.png"
        there = self._earlier.get(file)
        if there is None or there["of"] != of or not (self._folder / file).exists():
            try:
                picture = draw()
            except AffinityError:  # too few frames for a map or a clustering
                return
            if picture is None:
                return
            write_bytes(self._folder / file, picture)
        self.drawn.append({"file": file, "title": title, "dataset": dataset, "of": of})


def _trained(tables: store.Tables, table: int, dataset: str | None = None) -> list[Any]:
    """Which trainings of a table, or of one dataset in it, are done."""
    return [
        [entry["run_id"], entry["finished_at"]]
        for entry in tables["entries"]
        if entry["table"] == table
        and dataset in (None, entry["dataset"])
        and entry["state"] == "done"
    ]


def _samples(said: dict[str, Any], db: Database, run: Run) -> bytes | None:
    """Reconstructions of the training on all frames, or of the only one, over its epochs."""
    pictures = results.reconstructions(db, run.id)
    steps, epochs = said.get("steps") or 0, said.get("epochs") or 0
    whole = [(step - steps, path) for step, path in pictures if step > steps] or pictures
    if not whole:
        return None
    places = np.linspace(0, len(whole) - 1, min(_STEPS_SHOWN, len(whole))).round().astype(int)
    shown = [whole[place] for place in dict.fromkeys(places.tolist())]
    last = max(1, steps or shown[-1][0])
    return run_figures.reconstructions(
        [(f"epoch {step / last * epochs:.0f}", path) for step, path in shown]
    )


def _map(entry: Entry, title: str, db: Database, run: Run) -> bytes:
    """t-SNE with the report's perplexity, coloured by group or, of one group, by time."""
    wanted = perplexity(entry.variant.table, entry.dataset.name)
    near = min(wanted, layouts.largest_perplexity(run.frames))
    placed = project(db, run.id, "tsne", {"perplexity": near}, Progress(None))
    points = analyses.layout(db, placed)
    listed = results.frames(db, run.id)
    title = f"{title} (t-SNE, perplexity {near})"
    if len(entry.dataset.groups) > 1:
        group = {video.id: video.group for video in entry.dataset.videos}
        return run_figures.map_by_group(points, [group[f.video_id] for f in listed], title)
    times = {frame.id: frame.time_s for v in run.video_ids for frame in videos.frames_of(db, v)}
    return run_figures.map_by_time(points, [times[frame] for frame in listed], title)


def _sweep(title: str, db: Database, run: Run) -> bytes | None:
    rows = [spread.row() for spread in sweep_run(db, run.id, published_range(run.frames))]
    return run_figures.sweep(rows, title) if rows else None


def _part(dataset: str, place: int) -> str:
    """The dataset in a file's name."""
    return file_part(dataset) if dataset.isascii() and file_part(dataset) else f"{place + 1}"
