"""A study handed over: tidy tables, the package, and the same study made again of it."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from core.__main__ import main
from core.errors import InvalidSetting
from core.pipeline.coding.draw_sample import draw_sample
from core.pipeline.comparison.looked_at import note_clusters
from core.pipeline.package.dictionary import MEANINGS, meaning
from core.pipeline.package.read_package import read_package
from core.pipeline.package.reproduce import reproduce, verdict
from core.pipeline.package.tidy_tables import tidy_tables
from core.pipeline.package.write_package import write_package
from core.records import Category, FrameId, Run
from core.storage import (
    Database,
    analyses,
    captions,
    changes,
    cuts,
    looked_at,
    open_library,
    video_columns,
)
from core.storage.annotations import cluster_marks, cluster_merges, tags
from core.storage.coding import categories, samples
from core.storage.files import write_json
from core.storage.progress import Progress
from core.storage.video_columns import Cell
from core.video.shots import Shots
from tests.synthetic import make_run

NOBODY = Progress(None)


@pytest.fixture
def study(db: Database) -> Run:
    """A run with everything that an analyst can write on it."""
    run = make_run(
        db, (20, 16, 12, 14), ("us", "us", "cn", "cn"), latent=6, every_k=(5,), layouts=("pca",)
    )
    (clustering,) = analyses.clusterings_of(db, run.id)
    cluster_marks.mark(db, clustering.id, 2, name="=street", note="in town")
    cluster_merges.merge(db, clustering.id, [1, 4], name="Studio")
    values = enumerate(("fr", "de", "fr", "de"))
    cells = {Cell(f"video{i}", "country"): value for i, value in values}
    video_columns.write(db, cells, adding=("country",))
    tags.add(db, "expert", [FrameId("video0", 3)])
    captions.correct(db, "video0", 0, text="-1, corrected\nline", start_s=0, end_s=6)
    one = categories.add(db, Category("", "studio", definition="a desk"))
    for frame in draw_sample(db, "s", 10).frames[:8]:
        samples.code(db, "s", "Ann", frame, one.id if frame.index % 2 else None)
    note_clusters(db, clustering)
    watched = Shots(0.0, 40.0, 80, [4.0, 9.5], [0, 1], [50.0, 60.0], [9.0, 9.0])
    cuts.write(db, "video0", asdict(watched))
    write_json(db.files.run(run.id) / "decoded.json", [f"said {row}" for row in range(62)])
    return run


@pytest.fixture
def package(db: Database, study: Run, tmp_path: Path) -> Path:
    (clustering,) = analyses.clusterings_of(db, study.id)
    path = tmp_path / "p.zip"
    write_package(db, clustering, analyses.projections_of(db, study.id)[0], path, "country")
    return path


def test_the_tables_are_tidy(db: Database, study: Run) -> None:
    (clustering,) = analyses.clusterings_of(db, study.id)
    tables = {table.name: table for table in tidy_tables(db, clustering, None)}
    assert {name: len(table.rows) for name, table in tables.items()} == {
        **{"videos": 4, "frames": 62, "segments": 19, "video_clusters": 16, "comparison": 8},
        **{"codings": 8, "tags": 1, "looked_at": 1, "over_time": 10 * 2 * 4, "shots": 3},
    }
    seconds = tables["video_clusters"].rows
    assert sum(row["seconds"] for row in seconds) == pytest.approx(62 * 2.0)
    assert {row["cluster_name"] for row in seconds if row["cluster"] == 1} == {"Studio"}
    for table in tables.values():
        assert all(set(table.columns) <= set(row) for row in table.rows)
        own = {"video_country", "country"}
        assert all(column in MEANINGS or column in own for column in table.columns)


def test_files_with_a_dictionary(db: Database, study: Run, tmp_path: Path, capsys) -> None:
    words = ["export", study.id, "--k", "5", "--tables", str(tmp_path / "t")]
    assert main([*words, "--raw", "--parquet"]) == 0
    raw = _rows((tmp_path / "t" / "segments.csv").read_text())
    assert raw[0]["text"] == "-1, corrected\nline"
    parquet = pq.read_table(tmp_path / "t" / "frames.parquet").to_pydict()
    assert parquet["cluster_name"].count("=street") == sum(n == 2 for n in parquet["cluster"]) > 0
    assert {type(value) for value in parquet["probability"]} == {type(None)}
    said = _rows((tmp_path / "t" / "dictionary.csv").read_text())
    assert {"table": "frames", "column": "time_s", **meaning("time_s")._asdict()} in said
    assert main(words) == 0
    guarded = _rows((tmp_path / "t" / "segments.csv").read_text("utf-8-sig"))
    assert guarded[0]["text"] == "'-1, corrected\nline"
    assert main(["export", study.id, "--latents", str(tmp_path / "l.npz"), "--raw"]) == 1


def test_a_package_is_whole_and_says_what_it_holds(package: Path) -> None:
    with zipfile.ZipFile(package) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    sums = dict(line.split("  ")[::-1] for line in files.pop("SHA256SUMS").decode().splitlines())
    assert sums == {name: hashlib.sha256(data).hexdigest() for name, data in files.items()}
    described = json.loads(files["datapackage.json"])
    for one in described["resources"]:
        data = files[one["path"]]
        assert (one["bytes"], one["hash"]) == (len(data), f"sha256:{sums[one['path']]}")
        header = next(csv.reader(io.StringIO(data.decode())))
        assert [field["name"] for field in one["schema"]["fields"]] == header
    assert all(part in files for part in ("README.md", "METHODS.md", "CITATION.cff", "latents.npz"))
    assert b"4 videos (us: 2 videos, cn: 2 videos)" in files["METHODS.md"]
    assert files["METHODS.md"].endswith(b"Looked at so far: 1 division.\n")
    assert not [name for name in files if name.endswith((".mp4", ".jpg"))]
    assert str(Path.home()).encode() not in files["manifest.json"]


def test_the_study_is_made_again_in_an_empty_folder(package: Path, tmp_path: Path) -> None:
    again = open_library(tmp_path / "again")
    checks = reproduce(again, package, NOBODY)
    assert {check.what: check.differs for check in checks} == dict.fromkeys(
        ["clusters", "map", *(f"table {name}" for name in read_package(package).tables)], ""
    )
    assert verdict(checks).endswith("table looked_at. Nothing differs.")
    assert analyses.names(again, analyses.clusterings_of(again, "synthetic-run")[0].id)[1]
    with pytest.raises(InvalidSetting, match="is not empty"):
        reproduce(again, package, NOBODY)
    again.close()


def test_the_log_of_changes_and_looks_comes_along(
    db: Database, study: Run, package: Path, tmp_path: Path
) -> None:
    again = open_library(tmp_path / "again")
    reproduce(again, package, NOBODY)
    (clustering,) = analyses.clusterings_of(db, study.id)
    before, after = changes.every(db, study.id), changes.every(again, study.id)
    assert [(one.at, one.said) for one in after] == [(one.at, one.said) for one in before]
    assert len(looked_at.every(again)) == len(looked_at.every(db)) > 0
    assert changes.undo(again, study.id).said == changes.undo(db, study.id).said
    assert cluster_merges.every(again, clustering.id) == cluster_merges.every(db, clustering.id)
    again.close()


def test_what_differs_is_said(package: Path, tmp_path: Path, capsys) -> None:
    def other(name: str, data: bytes) -> bytes:
        return data.replace(b"said 7", b"heard 7") if name == "tables/frames.csv" else data

    _rewrite(package, other)
    assert main(["reproduce", str(package), "--data", str(tmp_path / "again")]) == 1
    last = capsys.readouterr().out.splitlines()[-1]
    assert last.endswith("Differs: table frames (decoded_text in 1 rows).")


@pytest.mark.parametrize(
    ("broken", "why"),
    [
        (lambda name, data: data + b" " if name == "README.md" else data, "README.md is not as"),
        (lambda name, data: b"" if name == "SHA256SUMS" else data, "of another version|no package"),
    ],
)
def test_a_damaged_package_is_refused(
    package: Path, tmp_path: Path, broken: Callable[[str, bytes], bytes], why: str
) -> None:
    _rewrite(package, broken, sums=False)
    if "README" not in why:
        _rewrite(package, lambda name, data: b"{}" if name == "manifest.json" else data)
    with pytest.raises(InvalidSetting, match=why):
        read_package(package)
    whole = package.read_bytes()
    at = whole.index(b"manifest.json") + 200
    (tmp_path / "deflated.zip").write_bytes(whole[:at] + bytes(60) + whole[at + 60 :])
    (tmp_path / "text.zip").write_text("no ZIP")
    for name in ("text", "deflated", "absent"):
        with pytest.raises(InvalidSetting, match=r"cannot be read|no file"):
            read_package(tmp_path / f"{name}.zip")


def _rewrite(path: Path, change: Callable[[str, bytes], bytes], sums: bool = True) -> None:
    """Change some files of a package, and with `sums` what it says of them."""
    with zipfile.ZipFile(path) as archive:
        files = {name: change(name, archive.read(name)) for name in archive.namelist()}
    if sums:
        del files["SHA256SUMS"]
        said = (f"{hashlib.sha256(data).hexdigest()}  {name}\n" for name, data in files.items())
        files["SHA256SUMS"] = "".join(said).encode()
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)


def _rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))
