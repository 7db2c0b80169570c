"""Plots as files, and the command's refusals. The browser is a real one where it is installed."""

from __future__ import annotations

import json
import os
import shutil
import zipfile
from pathlib import Path

import plotly.graph_objects as go
import pytest
from PIL import Image

from core.__main__ import main
from core.errors import NotFound, StorageFailed
from core.export import plots
from core.pipeline.captions import frame_captions
from core.pipeline.html_report.plots import run_plots
from core.records import FrameId, Run
from core.storage import Database, analyses
from core.storage.annotations import selections
from core.storage.results import metrics_file
from tests.synthetic import make_run

_NO_BROWSER = not any(map(shutil.which, plots._NAMES))
needs_browser = pytest.mark.skipif(_NO_BROWSER, reason="no Chromium is installed")


@pytest.fixture
def run(db: Database) -> Run:
    return make_run(db, (20, 30), latent=6, every_k=(3,), layouts=("pca",))


def _export(capsys: pytest.CaptureFixture[str], *words: object) -> tuple[int, str]:
    status = main(["export", "synthetic-run", *map(str, words)])
    return status, capsys.readouterr().err


def test_every_plot_of_a_run_has_a_name(db: Database, run: Run) -> None:
    metrics_file(db, run.id).write_text(
        "".join(
            json.dumps({"step": s, "seconds": s, "error_train": 5 / s, "error_held_out": 6 / s})
            + "\n"
            for s in (1, 2, 3)
        )
    )
    analyses.rename(db, analyses.clusterings_of(db, run.id)[0].id, 1, "<b>$x$")
    clustering = analyses.clusterings_of(db, run.id)[0]
    projection = analyses.projections_of(db, run.id)[0]
    from core.export import cluster_rows

    said = {video: frame_captions(db, video) for video in run.video_ids}
    rows = cluster_rows(db, clustering, projection, said)
    figures = run_plots(db, clustering, projection, rows)
    assert set(figures) == {
        "map-pca-clusters",
        "map-pca-groups",
        "map-pca-time",
        "map-pca-difference",
        "clusters-in-time",
        "shares-1-us",
        "shares-2-cn",
        "loss",
    }
    points = figures["map-pca-clusters"].data
    assert sum(len(trace.x) for trace in points) == 50
    assert points[0].name.startswith("1 &lt;b&gt;&#36;x&#36; (")  # text, no tag, no formula
    bars = figures["clusters-in-time"].data
    assert sum(sum(trace.x) for trace in bars) == pytest.approx(50 * 2 / 60)  # minutes
    assert set(run_plots(db, clustering, None, rows)) == {n for n in figures if "map" not in n}


@needs_browser
@pytest.mark.browser
def test_plots_become_files(tmp_path: Path) -> None:
    title = "</script><script>document.title='x'</script> 专家"
    figure = go.Figure(go.Scattergl(x=[1, 2], y=[3, 4], mode="markers"))
    figure.update_layout(title=title, height=400)
    paths = plots.write_plots({"one": figure, "two": figure}, tmp_path / "plots")
    assert sorted(path.name for path in paths) == ["one.png", "one.svg", "two.png", "two.svg"]
    with Image.open(tmp_path / "plots" / "one.png") as picture:
        assert picture.size == (2400, 800)
        assert len(picture.convert("L").getcolors() or []) > 2  # something is drawn
    svg = (tmp_path / "plots" / "one.svg").read_text(encoding="utf-8")
    assert svg.startswith("<svg")
    assert 'width="1200"' in svg
    assert "<script" not in svg
    assert "专家" in svg
    assert "<image" not in svg  # points are vectors


def test_without_a_browser_the_error_says_what_to_install(
    db: Database,
    run: Run,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(plots.shutil, "which", lambda _name: None)
    monkeypatch.setattr(plots, "_MAC", ())
    with pytest.raises(NotFound, match="apt install chromium"):
        plots.browser()
    status, said = _export(capsys, "--plots", tmp_path / "plots")
    assert status == 1
    assert "install one" in said
    assert len(said.splitlines()) == 1
    assert not (tmp_path / "plots").exists()


def test_a_browser_that_draws_nothing_is_an_error(tmp_path: Path) -> None:
    broken = tmp_path / "chromium"
    broken.write_text("#!/bin/sh\necho cannot open display >&2\nexit 3\n")
    broken.chmod(0o755)
    with pytest.raises(StorageFailed, match="cannot open display"):
        plots._draw({"one": go.Figure()}, str(broken))
    broken.write_text("#!/bin/sh\necho '<html></html>'\n")
    assert plots._draw({"one": go.Figure()}, str(broken)) == {}


def test_each_format_is_written_by_the_command(
    db: Database, run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    selections.save(db, "kept ones", [FrameId("video0", 3), FrameId("video1", 4)])
    for words in (
        ("--json", tmp_path / "f.json", "--frames", "kept ones"),
        ("--clusters", tmp_path / "f.csv", "--frames", "video0:0-4,video1:2"),
        ("--keyframes", tmp_path / "f.zip", "--frames", "all"),
        ("--elan", tmp_path / "elan"),
        ("--report", tmp_path / "f.html"),
    ):
        status, said = _export(capsys, *words)
        assert status == 0, said
    assert len(json.loads((tmp_path / "f.json").read_text())["frames"]) == 2
    assert len((tmp_path / "f.csv").read_text().splitlines()) == 1 + 6
    with zipfile.ZipFile(tmp_path / "f.zip") as archive:
        assert len(archive.namelist()) == 3 * 3 + 50 * 2 + 1
    assert len(list((tmp_path / "elan").glob("*.eaf"))) == 2
    assert (tmp_path / "f.html").read_text().startswith("<!DOCTYPE html>")
    assert not list(tmp_path.glob(".*"))  # no temporary file is left


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["--clusters", "c.csv", "--json", "c.json"], "not allowed"),
        (["--report", "nowhere/at/all.html"], "no folder"),
        (["--elan", "taken"], "name a folder"),
        (["--json", "c.json", "--frames", "video0:x"], "VIDEO:INDEX"),
        (["--json", "c.json", "--frames", "video0:900"], "not among"),
        (["--json", "c.json", "--frames", "video0:900-999"], "No frame"),
        (["--report", "c.html", "--frames", "all"], "--frames goes with"),
        (["--json", "full/c.json"], "cannot be written"),
        (["--elan", "full/elan"], "cannot be written"),
    ],
)
def test_what_cannot_be_is_one_clear_sentence(
    db: Database,
    run: Run,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    words: list[str],
    expected: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "taken").write_text("a file")
    (tmp_path / "full").symlink_to(
        "/proc/self" if os.geteuid() == 0 else "/"
    )  # nobody writes there
    try:
        status, said = _export(capsys, *words)
    except SystemExit as ended:
        status, said = int(str(ended.code)), capsys.readouterr().err
    assert status != 0
    assert expected in said
    assert len(said.splitlines()) == 1
    assert {path.name for path in tmp_path.iterdir()} <= {"data", "taken", "full"}
