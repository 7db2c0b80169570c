"""JSON, pictures and ELAN files as they leave the program, with hostile names and texts."""

from __future__ import annotations

import csv
import io
import json
import xml.etree.ElementTree as ET
import zipfile
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core import export
from core.errors import InvalidSetting, NotFound
from core.export.elan import Tier, eaf_bytes
from core.export.names import safe_name
from core.export.stretches import Stretch, of_captions, of_frames
from core.pipeline.captions import frame_captions
from core.records import Caption, Clustering, FrameId, Run
from core.storage import Database, analyses, captions, results, videos
from core.storage.annotations import cluster_merges, notes, tags
from tests.synthetic import make_run

HOSTILE = "</script><img src=x onerror=alert(1)> & \x00\x08\ufffe ../../etc \U0001f600"
# The children of an EAF 3.0 document, in the order of the schema's sequence.
SEQUENCE = ("HEADER", "TIME_ORDER", "TIER", "LINGUISTIC_TYPE", "LANGUAGE", "CONSTRAINT")


@pytest.fixture
def run(db: Database) -> Run:
    return make_run(db, (9, 12), latent=6, every_k=(3,), layouts=("pca",))


@pytest.fixture
def clustering(db: Database, run: Run) -> Clustering:
    return analyses.clusterings_of(db, run.id)[0]


def _rows(db: Database, clustering: Clustering) -> list[dict[str, Any]]:
    projection = analyses.projections_of(db, clustering.run_id)[0]
    said = {video: frame_captions(db, video) for video in ("video0", "video1")}
    return export.cluster_rows(db, clustering, projection, said)


def test_a_selection_has_the_tables_columns_and_order(db: Database, clustering: Clustering) -> None:
    rows = _rows(db, clustering)
    chosen = export.selected_rows(rows, [FrameId("video1", 2), FrameId("video0", 5)])
    table = list(csv.DictReader(io.StringIO(export.csv_bytes(chosen).decode("utf-8-sig"))))
    assert tuple(table[0]) == export.COLUMNS
    assert [(r["video_id"], r["frame_index"]) for r in table] == [("video0", "5"), ("video1", "2")]
    with pytest.raises(NotFound, match="video9:1"):
        export.selected_rows(rows, [FrameId("video9", 1)])
    with pytest.raises(InvalidSetting, match="selected"):
        export.selected_rows(rows, [])


def test_json_holds_run_clusters_and_frames(
    db: Database, clustering: Clustering, tmp_path: Path
) -> None:
    analyses.rename(db, clustering.id, 2, '=expert "</script>')
    captions.correct(db, "video0", 0, text=HOSTILE, start_s=0, end_s=6)
    tags.add(db, "mask", [FrameId("video0", 0)])
    notes.write(db, FrameId("video0", 0), "looks at us")
    rows = _rows(db, clustering)
    projection = analyses.projections_of(db, clustering.run_id)[0]
    export.write_run_json(tmp_path / "f.json", export.run_json(db, clustering, projection, rows))
    said = json.loads((tmp_path / "f.json").read_text(), parse_constant=pytest.fail)
    assert said["format"] == "video-affinity-browser/1"
    assert said["run"]["frames"] == len(said["frames"]) == 21
    assert said["run"]["pca_error_held_out"] == 3.5
    assert [video["group"] for video in said["videos"]] == ["us", "cn"]
    assert said["projection"] == {"method": "pca"}
    labels = analyses.division(db, clustering)["labels"]
    assert [c["frames"] for c in said["clusters"]] == np.bincount(labels).tolist()
    assert said["clusters"][1]["name"] == '=expert "</script>'  # no apostrophe: not a spreadsheet
    first = said["frames"][0]
    assert first["frame"] == "video0:0"
    assert first["caption"] == HOSTILE
    assert first["probability"] is None  # K-means has none
    nearest = said["clusters"][0]["centres"][0]["nearest_frame"]
    assert nearest in {frame["frame"] for frame in said["frames"] if frame["cluster"] == 1}
    assert (first["tags"], first["note"]) == (["mask"], "looks at us")


def test_merged_clusters_leave_as_one(db: Database, clustering: Clustering, tmp_path: Path) -> None:
    sizes = np.bincount(analyses.division(db, clustering)["labels"])
    cluster_merges.merge(db, clustering.id, [1, 3])
    rows = _rows(db, clustering)
    assert {row["cluster"] for row in rows} == {1, 2}
    said = export.run_json(db, clustering, None, rows)["clusters"]
    assert [one["members"] for one in said] == [[1, 3], [2]]
    assert said[0]["frames"] == sizes[0] + sizes[2]
    export.write_keyframes(db, clustering, rows, [], tmp_path / "f.zip")
    with zipfile.ZipFile(tmp_path / "f.zip") as archive:
        first = {Path(name).name for name in archive.namelist() if "/01/" in name}
    kinds = ("centre-{}-decoded", "nearest-{}-original", "nearest-{}-decoded")
    assert first == {f"{kind.format(of)}.jpg" for kind in kinds for of in ("01", "03")}


def test_pictures_are_those_of_the_library(
    db: Database, run: Run, clustering: Clustering, tmp_path: Path
) -> None:
    videos.update(db, "video0", title=f"{HOSTILE}{'x' * 300}")
    analyses.rename(db, clustering.id, 1, "../../expert: 专家/")
    rows = _rows(db, clustering)
    chosen = export.selected_rows(rows, [FrameId("video0", 5)])
    lost = results.keyframe(db, run.id, FrameId("video0", 5))
    lost.unlink()
    packed = export.write_keyframes(db, clustering, rows, chosen, tmp_path / "f.zip")
    assert (packed.pictures, packed.missing) == (3 * 3 + 1, 1)
    with zipfile.ZipFile(tmp_path / "f.zip") as archive:
        assert archive.testzip() is None
        names = archive.namelist()
        manifest = list(
            csv.DictReader(io.StringIO(archive.read("pictures.csv").decode("utf-8-sig")))
        )
        centre = archive.read("clusters/01-expert-专家/centre-decoded.jpg")
        original = next(name for name in names if name.startswith("frames/"))
        frame = archive.read(original)
    assert centre == analyses.centre_picture(db, clustering, 1).read_bytes()
    assert frame == (db.files.frames("video0") / "000005.jpg").read_bytes()
    assert len(set(names)) == len(names)
    assert all(".." not in n and not n.startswith("/") and len(n) < 150 for n in names)
    assert all(sign not in "".join(names) for sign in '<>:"|?*\\\0 ')
    assert [line["state"] for line in manifest if line["file"] not in names] == ["missing"]
    again = export.keyframes_bytes(db, clustering, rows, chosen)
    assert again == (tmp_path / "f.zip").read_bytes()  # nothing of the day it was made


def test_modes_lie_beside_the_centres(
    db: Database, run: Run, clustering: Clustering, tmp_path: Path
) -> None:
    picture = analyses.centre_picture(db, clustering, 1)
    analyses.centre_picture(db, clustering, 1, 1).write_bytes(picture.read_bytes())
    analyses.write_centre_modes(db, clustering, [[0.77, 0.2], *[[0.9]] * (clustering.k - 1)])
    rows = _rows(db, clustering)
    export.write_keyframes(db, clustering, rows, [], tmp_path / "f.zip")
    with zipfile.ZipFile(tmp_path / "f.zip") as archive:
        manifest = list(
            csv.DictReader(io.StringIO(archive.read("pictures.csv").decode("utf-8-sig")))
        )
        assert archive.read("clusters/01/mode-1-decoded.jpg") == picture.read_bytes()
    modes = [line for line in manifest if "/mode-" in line["file"]]
    assert [("77 %" in line["what"], line["state"]) for line in modes][:2] == [
        (True, ""),
        (False, "missing"),
    ]
    assert len(modes) == clustering.k + 1
    said = export.run_json(db, clustering, None, rows)["clusters"]
    assert said[0]["centres"][0]["mode_shares"] == [0.77, 0.2]


@pytest.mark.parametrize("bad", ["", "...", "CON", "lpt1", "../..", "\x00", "a/b\\c:d", "." * 400])
def test_names_are_safe_on_every_disk(bad: str) -> None:
    name = safe_name(bad, "k7")
    assert name in ("k7", "a-b-c-d")


def _checked(data: bytes) -> ET.Element:
    """The document, once it keeps the rules of EAFv3.0.xsd that a program could break."""
    root = ET.fromstring(data)  # noqa: S314  it was written above
    assert root.tag == "ANNOTATION_DOCUMENT"
    assert {"AUTHOR", "DATE", "VERSION", "FORMAT"} <= set(root.attrib)
    order = [SEQUENCE.index(child.tag) for child in root]
    assert order == sorted(order)
    slots = {s.get("TIME_SLOT_ID"): int(s.get("TIME_VALUE", "")) for s in root.iter("TIME_SLOT")}
    assert list(slots.values()) == sorted(slots.values())
    assert all(value >= 0 for value in slots.values())
    identifiers = [e.get("ANNOTATION_ID") for e in root.iter("ALIGNABLE_ANNOTATION")] + list(slots)
    assert len(set(identifiers)) == len(identifiers)
    assert len(set(slots)) == len(list(root.iter("TIME_SLOT")))
    tiers = root.findall("TIER")
    assert len({tier.get("TIER_ID") for tier in tiers}) == len(tiers)
    types = {t.get("LINGUISTIC_TYPE_ID") for t in root.findall("LINGUISTIC_TYPE")}
    languages = {lang.get("LANG_ID") for lang in root.findall("LANGUAGE")}
    for tier in tiers:
        assert tier.get("LINGUISTIC_TYPE_REF") in types
        assert tier.get("LANG_REF") in {None, *languages}
        spans = [
            (slots[a.attrib["TIME_SLOT_REF1"]], slots[a.attrib["TIME_SLOT_REF2"]])
            for a in tier.iter("ALIGNABLE_ANNOTATION")
        ]
        assert all(start < end for start, end in spans)
        assert all(one[1] <= later[0] for one, later in pairwise(spans))
        assert all(
            len(a.findall("ANNOTATION_VALUE")) == 1 for a in tier.iter("ALIGNABLE_ANNOTATION")
        )
    for media in root.iter("MEDIA_DESCRIPTOR"):
        assert {"MEDIA_URL", "MIME_TYPE"} <= set(media.attrib)
    return root


def test_elan_tiers_of_each_video(db: Database, clustering: Clustering, tmp_path: Path) -> None:
    analyses.rename(db, clustering.id, 1, HOSTILE)
    captions.correct(db, "video0", 1, text=HOSTILE, start_s=4, end_s=12)  # over its neighbours
    rows = _rows(db, clustering)
    for tag in ("mask", "<b>"):
        tags.add(db, tag, [FrameId("video0", 2), FrameId("video0", 3)])
    paths = export.write_elan(db, rows, tmp_path / "elan")
    assert [path.parent for path in paths] == [tmp_path / "elan"] * 2
    first, second = (_checked(path.read_bytes()) for path in paths)
    assert [tier.get("TIER_ID") for tier in first.findall("TIER")] == [
        "clusters",
        "captions",
        "tags",
    ]
    assert [tier.get("TIER_ID") for tier in second.findall("TIER")] == ["clusters", "captions"]
    assert second.findall("TIER")[1].get("LANG_REF") == "zho"
    media = first.find("HEADER/MEDIA_DESCRIPTOR")
    assert media is not None
    assert media.attrib["MEDIA_URL"] == (db.files.video("video0") / "media.mp4").as_uri()
    beside = paths[0].parent / media.attrib["RELATIVE_MEDIA_URL"]
    assert beside.resolve() == db.files.video("video0") / "media.mp4"
    said = [value.text for value in first.findall("TIER")[1].iter("ANNOTATION_VALUE")]
    assert "</script><img src=x onerror=alert(1)> &  ../../etc \U0001f600" in said
    tagged = first.findall("TIER")[2]
    assert [value.text for value in tagged.iter("ANNOTATION_VALUE")] == ["<b>, mask"]
    shown = sum(1 for row in rows if row["video_id"] == "video0")
    slots = {s.get("TIME_SLOT_ID"): int(s.attrib["TIME_VALUE"]) for s in first.iter("TIME_SLOT")}
    clusters = first.findall("TIER")[0].iter("ALIGNABLE_ANNOTATION")
    covered = sum(slots[a.get("TIME_SLOT_REF2")] - slots[a.get("TIME_SLOT_REF1")] for a in clusters)
    assert covered == shown * 2000  # a frame every two seconds, none twice


def test_the_elan_download_has_a_file_for_each_video(db: Database, clustering: Clustering) -> None:
    with zipfile.ZipFile(io.BytesIO(export.elan_zip(db, _rows(db, clustering)))) as archive:
        assert len(archive.namelist()) == 2
        assert all(name.endswith(".eaf") for name in archive.namelist())
        for name in archive.namelist():
            _checked(archive.read(name))


def test_neighbours_of_one_text_are_one_stretch() -> None:
    times = [0.0, 2.0, 4.0, 6.0, 14.0, 16.0]
    found = of_frames(times, ["a", "a", "b", "", "b", "b"], 2.0, 17.0)
    assert found == [Stretch(0, 4, "a"), Stretch(4, 6, "b"), Stretch(14, 17, "b")]


def test_captions_that_overlap_are_cut_and_none_is_lost() -> None:
    spans = [(0.0, 5.0), (3.0, 4.0), (3.0002, 9.0), (8.0, 8.0), (7.0, 2.0)]
    segments = [Caption("v", i, a, b, f"t{i}") for i, (a, b) in enumerate(spans)]
    root = _checked(eaf_bytes([Tier("captions", of_captions(segments))]))
    said = [value.text or "" for value in root.iter("ANNOTATION_VALUE")]
    assert said == ["t0", "t1\nt2", "t4", "t3"]
    assert of_captions([]) == []
