"""Where a video is from stands in every file that leaves the program, and in the terminal."""

from __future__ import annotations

import csv
import io
import json
import xml.etree.ElementTree as ET
import zipfile

import pytest

from core import export
from core.__main__ import main
from core.pipeline.html_report.method import captions_said, provenance_lines
from core.records import Clustering
from core.storage import Database, analyses, videos
from tests.synthetic import make_run

KNOWN = {
    "channel": "<b>中央电视台",
    "channel_id": "UC16niRr50-MSBwiO3YDb3RA",
    "published": "2026-01-02",
    "licence": "Creative Commons Attribution license (reuse allowed)",
    "sha256": "ab" * 32,
    "caption_track": {"code": "zh-Hans", "name": "Chinese - CC1", "kind": "machine"},
    "caption_way": "yt-dlp",
}
TRACK = "Chinese - CC1 (zh-Hans, auto-generated)"


@pytest.fixture
def clustering(db: Database) -> Clustering:
    """Of two videos, of which the first is known to be from a channel."""
    run = make_run(db, (4, 4), latent=3, every_k=(2,))
    videos.update(db, "video0", provenance=KNOWN, caption_origin="youtube-auto")
    return analyses.clusterings_of(db, run.id)[0]


def test_csv_has_a_column_for_each_field_and_begins_with_a_mark(db, clustering) -> None:
    data = export.csv_bytes(export.cluster_rows(db, clustering, None, {}))
    assert data.startswith(b"\xef\xbb\xbf")
    read = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))
    assert read[0]["from_channel"] == "<b>中央电视台"
    assert read[0]["from_caption_track"] == TRACK
    assert [row["caption_origin"] for row in read][::4] == ["youtube-auto", "uploaded"]
    assert read[-1]["from_channel"] == ""
    assert "from_yt_dlp" not in read[0]


def test_json_says_which_captions_a_machine_made(db, clustering) -> None:
    made = export.run_json(db, clustering, None, export.cluster_rows(db, clustering, None, {}))
    first, second = made["videos"]
    assert (first["captions_by_machine"], second["captions_by_machine"]) == (True, False)
    assert first["provenance"]["caption_track"] == KNOWN["caption_track"]
    assert first["provenance"]["retrieved"] is None
    assert json.loads(export.json_bytes(made))["videos"][0]["provenance"]["sha256"] == "ab" * 32


def test_elan_has_properties(db, clustering) -> None:
    rows = export.cluster_rows(db, clustering, None, {})
    with zipfile.ZipFile(io.BytesIO(export.elan_zip(db, rows))) as archive:
        name = next(name for name in archive.namelist() if "video0" in name)
        root = ET.fromstring(archive.read(name))  # noqa: S314 - our own
    said = {one.get("NAME"): one.text for one in root.iter("PROPERTY")}
    assert said["channel"] == "<b>中央电视台"
    assert said["caption_track"] == TRACK
    assert said["caption_origin"] == "youtube-auto"


def test_the_report_and_the_terminal_say_it(db, clustering, capsys) -> None:
    video = videos.get(db, "video0")
    lines = provenance_lines(video)
    assert "Channel: <b>中央电视台" in lines
    assert not any("abab" in line for line in lines)
    assert "words may be wrong" in captions_said(video)
    videos.update(db, "video1", provenance={"looks_like": {"video": "video0", "share": 0.97}})
    assert main(["videos", "--long", "--data", str(db.files.folder)]) == 0
    said = capsys.readouterr().out
    assert f"  Caption track: {TRACK}" in said
    assert f"  Looks like: {video.title} (97 % of frames)" in said
