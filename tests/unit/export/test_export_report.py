"""The report: what it says, that it loads nothing, and that hostile texts stay texts."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from html.parser import HTMLParser

import numpy as np
import pytest

from core import export
from core.analysis.sampling import stratified
from core.format import percent
from core.pipeline.captions import frame_captions
from core.pipeline.html_report.build import report_html
from core.pipeline.html_report.page import colour, environment
from core.records import Clustering, Projection, Run
from core.storage import Database, analyses, captions, runs, videos
from core.storage.annotations import cluster_marks, cluster_merges
from tests.synthetic import make_run

pytestmark = pytest.mark.slow

HOSTILE = (
    "</script><img src=x onerror=alert(1)> <!-- <script>alert(2)</script> \u202e {{7*7}} & \"'"
)
_VOID = {"meta", "img", "br", "input", "link", "hr"}


class Reader(HTMLParser):
    """Collects tags, attributes, texts and scripts, and checks that tags are closed in order."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.scripts: list[tuple[dict[str, str | None], str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag == "script":
            self.scripts.append((dict(attrs), ""))
        if tag not in _VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open[-1:] == ["script"]:
            attributes, before = self.scripts[-1]
            self.scripts[-1] = attributes, before + data
        else:
            self.texts.append(data)

    @property
    def words(self) -> str:
        return " ".join(" ".join(self.texts).split())


@pytest.fixture
def run(db: Database) -> Run:
    return make_run(db, (30, 50), latent=6, every_k=(4,), layouts=("pca",))


def _page(db: Database, run: Run, with_map: bool = True) -> tuple[bytes, Reader]:
    clustering: Clustering = analyses.clusterings_of(db, run.id)[0]
    projection: Projection | None = analyses.projections_of(db, run.id)[0]
    said = {video: frame_captions(db, video) for video in run.video_ids}
    rows = export.cluster_rows(db, clustering, projection, said)
    page = report_html(db, clustering, projection if with_map else None, rows)
    reader = Reader()
    reader.feed(page.decode())
    reader.close()
    assert reader.open == []
    return page, reader


def _data(reader: Reader) -> dict:
    return json.loads(next(t for a, t in reader.scripts if a.get("id") == "map-data"))


def test_it_says_the_runs_figures_and_clusters(db: Database, run: Run) -> None:
    clustering = analyses.clusterings_of(db, run.id)[0]
    cluster_marks.mark(db, clustering.id, 2, name="expert", colour="#123456", note="who is he?")
    page, reader = _page(db, run)
    assert "Synthetic run" in reader.words
    for figure in ("80 frames of 2 videos", "1.23", "2.35", "2.50", "3.50", "who is he?"):
        assert figure in reader.words, figure
    cards = [a for tag, a in reader.tags if tag == "article"]
    assert [card["id"] for card in cards] == [f"cluster-{number}" for number in (1, 2, 3, 4)]
    assert cards[1]["style"] == "--own:#123456"
    sizes = np.bincount(analyses.division(db, clustering)["labels"])
    for size in sizes:
        assert f"{size} frames, {percent(size / 80)}" in reader.words
    data = _data(reader)
    numbers = np.frombuffer(base64.b64decode(data["cluster"]), "<u2")
    assert np.array_equal(np.bincount(numbers)[1:], sizes)
    placed = analyses.layout(db, analyses.projections_of(db, run.id)[0])
    assert np.frombuffer(
        base64.b64decode(data["figure"]["data"][0]["x"]["bdata"]), "<f4"
    ) == pytest.approx(placed[:, 0])
    assert data["clusters"]["2"] == {"title": "expert", "colour": "#123456"}
    assert "a single video each" in reader.words  # group and video cannot be told apart
    assert len(page) < 15e6


def test_it_loads_nothing_and_runs_only_its_own_scripts(db: Database, run: Run) -> None:
    videos.update(db, "video1", youtube_id="dQw4w9WgXcQ", source="youtube")
    _, reader = _page(db, run)
    policy = next(
        str(a["content"])
        for _, a in reader.tags
        if a.get("http-equiv") == "Content-Security-Policy"
    )
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules["default-src"] == "'none'"
    assert "http" not in policy
    assert "unsafe" not in rules["script-src"]
    running = [t for a, t in reader.scripts if a.get("type") != "application/json"]
    hashes = [base64.b64encode(hashlib.sha256(t.encode()).digest()).decode() for t in running]
    assert rules["script-src"] == " ".join(f"'sha256-{one}'" for one in hashes)
    for tag, attributes in reader.tags:
        assert not [name for name in attributes if name.startswith("on")]
        assert tag not in ("link", "iframe", "object", "embed", "base", "form")
        if "src" in attributes:
            assert str(attributes["src"]).startswith("data:image/")
        if "href" in attributes:
            address = str(attributes["href"])
            assert address == "https://www.youtube.com/watch?v=dQw4w9WgXcQ&t=0s"
            assert attributes["rel"] == "noopener noreferrer"


def test_hostile_texts_stay_texts(db: Database, run: Run) -> None:
    videos.update(db, "video0", title=HOSTILE, group=HOSTILE)
    captions.correct(db, "video0", 0, text=HOSTILE, start_s=0, end_s=6)
    runs.update(db, run.id, name=HOSTILE, device=HOSTILE)
    clustering = analyses.clusterings_of(db, run.id)[0]
    for number in (1, 2, 3, 4):
        cluster_marks.mark(db, clustering.id, number, name=HOSTILE[:60], note=HOSTILE)
    page, reader = _page(db, run)
    source = page.decode()
    running = "".join(t for a, t in reader.scripts if a.get("type") != "application/json")
    assert "alert(" not in running
    assert len(reader.scripts) == 3
    assert all(str(a.get("src", "data:")).startswith("data:") for tag, a in reader.tags)
    assert not [name for _, a in reader.tags for name in a if name.startswith("on")]
    assert "<img src=x" not in source
    assert "\u202e" not in reader.words  # a name cannot turn the line round
    assert HOSTILE in _data(reader)["texts"]  # it is whole, where the page sets it as text
    assert reader.words.count("</script><img src=x onerror=alert(1)>") >= 6


def test_without_a_map_there_is_no_script(db: Database, run: Run) -> None:
    _, reader = _page(db, run, with_map=False)
    assert reader.scripts == []
    assert "Clusters" in reader.words


def test_one_group_is_no_comparison(db: Database) -> None:
    run = make_run(db, (20,), groups=("us",), latent=6, every_k=(3,), layouts=("pca",))
    _, reader = _page(db, run)
    assert "train on videos of two groups" in reader.words


def test_merged_clusters_are_one_card(db: Database, run: Run) -> None:
    clustering = analyses.clusterings_of(db, run.id)[0]
    cluster_merges.merge(db, clustering.id, [1, 3])
    _, reader = _page(db, run)
    cards = [a["id"] for tag, a in reader.tags if tag == "article"]
    assert cards == ["cluster-1", "cluster-2", "cluster-4"]
    assert "merged from 1, 3" in reader.words


def test_a_picture_that_is_gone_is_said(db: Database, run: Run) -> None:
    clustering = analyses.clusterings_of(db, run.id)[0]
    analyses.centre_picture(db, clustering, 1).unlink()
    _, reader = _page(db, run)
    assert reader.words.count("not available") == 1


def test_a_large_map_shows_each_group_by_its_share() -> None:
    groups = np.array(["us"] * 30_000 + ["cn"] * 69_990 + ["rare"] * 10)
    rows = stratified(groups, 5_000)
    assert len(rows) == 5_000
    assert np.all(np.diff(rows) > 0)
    shown = [groups[row] for row in rows]
    assert (shown.count("us"), shown.count("cn"), shown.count("rare")) == (1500, 3499, 1)
    assert np.array_equal(rows, stratified(groups, 5_000))
    assert np.array_equal(stratified(np.array(["us"] * 7), 5_000), np.arange(7))


def test_a_sampled_map_says_so(db: Database, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.pipeline.html_report.map_data._MOST_POINTS", 16)
    _, reader = _page(db, run)
    assert "16 of 80 frames" in reader.words
    assert len(base64.b64decode(_data(reader)["figure"]["data"][0]["x"]["bdata"])) == 16 * 4


def test_pieces_escape_what_they_are_given() -> None:
    pieces = environment().get_template("pieces.html").module
    assert ">&lt;b&gt;&amp;<" in pieces.said("<b>\x00&\u202e")
    assert 'lang="zh"' in pieces.said("专家")
    assert colour("red;background:url(http://x)") == "#9AA0A6"
    assert "<a" not in pieces.link("x", "javascript:alert(1)")
    assert "<a" not in pieces.link("x", 'https://www.youtube.com/watch?v=dQw4w9WgXcQ"onclick="x')
    assert "<a" in pieces.link("x", "https://www.youtube.com/watch?v=dQw4w9WgXcQ&t=7s")
    assert not re.search(r'alt="[^"]*"[^>]*onload', pieces.picture("data:,x", 1.0, '" onload="x'))


def test_a_card_says_whether_its_picture_is_a_mode_or_the_mean(db: Database, run: Run) -> None:
    assert "decoded mean" in _page(db, run)[1].words
    for clustering in analyses.clusterings_of(db, run.id):
        for number in range(1, clustering.k + 1):
            picture = analyses.centre_picture(db, clustering, number).read_bytes()
            analyses.centre_picture(db, clustering, number, 1).write_bytes(picture)
        analyses.write_centre_modes(db, clustering, [[0.77, 0.2]] * clustering.k)
    words = _page(db, run)[1].words
    assert "decoded mode with 77% of the frames" in words and "decoded mean" not in words
