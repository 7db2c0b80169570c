"""Explore's list of exports: what it offers, and what each button gives."""

from __future__ import annotations

import csv
import io
import json
import zipfile

import pytest

from core.records import Category, FrameId, Run
from core.storage import Database
from core.storage.annotations import selections
from core.storage.coding import categories
from pages.parts.explore import exports
from tests.pages.conftest import Open
from tests.pages.conftest import run as again
from tests.synthetic import make_run


@pytest.fixture
def run(db: Database) -> Run:
    return make_run(db, (10, 14), latent=6, every_k=(3, 8), layouts=("pca",))


@pytest.fixture
def offered(monkeypatch: pytest.MonkeyPatch) -> dict[str, tuple]:
    """label -> (the function that makes the file, its name), as the page hands them over."""
    found: dict[str, tuple] = {}

    def keep(label, made, file_name, about) -> None:
        found[label] = (made, file_name)

    monkeypatch.setattr(exports, "_button", keep)
    return found


def test_every_format_is_offered_and_made(
    db: Database, run: Run, open_page: Open, offered: dict[str, tuple]
) -> None:
    categories.add(db, Category("", "studio"))
    open_page("explore", projection="pca", k="3")
    names = {label: name for label, (_, name) in offered.items()}
    assert names == {
        "Cluster CSV": "Synthetic-run-kmeans-3.csv",
        "JSON": "Synthetic-run-kmeans-3.json",
        "Pictures (ZIP)": "Synthetic-run-kmeans-3-pictures.zip",
        "ELAN (ZIP)": "Synthetic-run-kmeans-3-elan.zip",
        "Tables (ZIP)": "Synthetic-run-kmeans-3-tables.zip",
        "Replication package": "Synthetic-run-kmeans-3-package.zip",
        "Transcripts": "Synthetic-run-kmeans-3-transcripts.zip",
        "REFI-QDA project": "Synthetic-run-kmeans-3.qdpx",
        "Map (HTML)": "Synthetic-run-kmeans-3-map.html",
        "Report (HTML)": "Synthetic-run-kmeans-3.html",
    }
    made = {label: make() for label, (make, _) in offered.items()}
    assert len(list(csv.DictReader(io.StringIO(made["Cluster CSV"].decode("utf-8-sig"))))) == 24
    assert len(json.loads(made["JSON"])["clusters"]) == 3
    assert len(zipfile.ZipFile(io.BytesIO(made["Pictures (ZIP)"])).namelist()) == 3 * 3 + 1
    assert len(zipfile.ZipFile(io.BytesIO(made["ELAN (ZIP)"])).namelist()) == 2
    tables = zipfile.ZipFile(io.BytesIO(made["Tables (ZIP)"])).namelist()
    package = zipfile.ZipFile(io.BytesIO(made["Replication package"])).namelist()
    assert {f"tables/{name}" for name in tables} < set(package)
    assert len(zipfile.ZipFile(io.BytesIO(made["Transcripts"])).namelist()) == 2
    assert "project.qde" in zipfile.ZipFile(io.BytesIO(made["REFI-QDA project"])).namelist()
    assert made["Report (HTML)"].startswith(b"<!DOCTYPE html>")


def test_a_saved_selection_is_exported_alone(
    db: Database, run: Run, open_page: Open, offered: dict[str, tuple]
) -> None:
    selections.save(db, "**masks**", [FrameId("video1", 4), FrameId("video0", 2)])
    page = open_page("explore", projection="pca", k="3")
    assert "Selection CSV" not in offered
    choice = next(box for box in page.selectbox if box.label == "Frames")
    assert choice.options == ["All frames", "**masks** (2 frames)"]
    choice.set_value("saved:**masks**")
    again(page)
    make, name = offered["Selection CSV"]
    rows = list(csv.DictReader(io.StringIO(make().decode("utf-8-sig"))))
    assert [(row["video_id"], row["frame_index"]) for row in rows] == [
        ("video0", "2"),
        ("video1", "4"),
    ]
    assert name == "Synthetic-run-kmeans-3-selection.csv"
