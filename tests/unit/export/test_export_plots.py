"""Plots as files, and the command's refusals."""

from __future__ import annotations

import html
import json
import os
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from core.__main__ import main
from core.charts import frame_map
from core.pipeline.captions import frame_captions
from core.pipeline.plots.run_plots import run_plots, write_plots
from core.pipeline.plots.still_figures import clusters_in_time, look, still_map
from core.records import FrameId, Run
from core.storage import Database, analyses
from core.storage.annotations import selections
from core.storage.results import metrics_file
from tests.synthetic import make_run

pytestmark = pytest.mark.slow


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
    points = figures["map-pca-clusters"].axes[0].collections
    assert sum(len(kind.get_offsets()) for kind in points) == 50
    assert points[0].get_label().startswith("1 <b>$x$ (")  # text, no tag, no formula
    bars = figures["clusters-in-time"].axes[0].patches
    assert sum(bar.get_width() for bar in bars) == pytest.approx(50 * 2 / 60)  # minutes
    trained, held_out = figures["loss"].axes[0].lines
    assert (list(trained.get_ydata()), held_out.get_ydata()[-1]) == ([5, 2.5, 5 / 3], 2)
    shares = figures["shares-1-us"].axes[0]
    assert len(shares.get_yticklabels()) == 3
    assert set(run_plots(db, clustering, None, rows)) == {n for n in figures if "map" not in n}


def test_plots_become_files(tmp_path: Path) -> None:
    title = "</svg><script>document.title='x'</script> $专家$"
    places, titles = np.random.default_rng(0).random((40, 2)), {1: (title, "#123456")}
    with look():
        figures = {
            "one": still_map(
                frame_map(places, [1, 2] * 20, title="Kind", names={1: title, 2: "_"}), True
            ),
            "two": clusters_in_time([(title, [(1, 0, 60)])], titles),
        }
    paths = write_plots(figures, tmp_path / "plots")
    assert sorted(path.name for path in paths) == ["one.png", "one.svg", "two.png", "two.svg"]
    with Image.open(tmp_path / "plots" / "one.png") as picture:
        assert picture.size == (2400, 1520)
        assert len(picture.convert("L").getcolors() or []) > 2  # something is drawn
    for name in ("one", "two"):
        svg = (tmp_path / "plots" / f"{name}.svg").read_text(encoding="utf-8")
        assert "<script" not in svg
        assert html.escape(title, quote=False) in svg  # text, as it is
        assert "<image" not in svg  # points are vectors
    assert "_ (20 frames)" in (tmp_path / "plots" / "one.svg").read_text(encoding="utf-8")


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
        ("--plots", tmp_path / "plots"),
        ("--map", tmp_path / "map.html", "--colour", "brightness"),
    ):
        status, said = _export(capsys, *words)
        assert status == 0, said
    assert len(json.loads((tmp_path / "f.json").read_text())["frames"]) == 2
    assert len((tmp_path / "f.csv").read_text().splitlines()) == 1 + 6
    with zipfile.ZipFile(tmp_path / "f.zip") as archive:
        assert len(archive.namelist()) == 3 * 3 + 50 * 2 + 1
    assert len(list((tmp_path / "elan").glob("*.eaf"))) == 2
    assert len(list((tmp_path / "plots").glob("*.svg"))) == 7  # without a training no losses
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
        (["--plots", "full/plots"], "cannot be written"),
        (["--map", "m.html", "--colour", "none"], "choose from cluster"),
        (["--json", "c.json", "--colour", "time"], "--colour goes with"),
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
