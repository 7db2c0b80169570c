"""Filters: what is read, what passes, and what is refused; nothing is ever run."""

from __future__ import annotations

import numpy as np
import pytest

from core.analysis.where import joined, parse, quoted
from core.errors import InvalidSetting
from core.pipeline.curation.frame_columns import FrameColumns
from core.records import FrameId
from core.storage import Database, analyses, left_out, video_columns
from core.storage.annotations import tags
from core.storage.video_columns import Cell
from tests.synthetic import make_run

TABLE = {
    "brightness": np.array([0.1, 0.3, 0.5, np.nan]),
    "words": np.array([0, 3, 12, 7]),
    "country": np.array(["US", "CN", "", "FR"], object),
    "release date": np.array(["2024-01-05", "2023", "", "2024-03-01"], object),
    "国家": np.array(["中国", "美国", "中国", ""], object),
    "views": np.array(["12", "x", "900", "31"], object),
}


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("brightness>0.2", [1, 2]),
        ("0.2 < brightness <= 0.3", [1]),
        ("not brightness > 0.2", [0, 3]),
        ("brightness > 0.2 and country==CN", [1]),
        ("country == US or country == 'FR'", [0, 3]),
        ("US == country", [0]),
        ("country != US", [1, 2, 3]),
        ("country in (US, CN) and words >= 3", [1]),
        ("country not in [US, CN]", [2, 3]),
        ("'release date' >= '2024'", [0, 3]),
        ("'release date' == 2023", [1]),
        ("国家 == 中国", [0, 2]),
        ("'u' in country", [0]),
        ("views > 20", [2, 3]),
        ("words > -1 and (words < 4 or words == 12)", [0, 1, 2]),
    ],
)
def test_what_passes(text: str, rows: list[int]) -> None:
    assert np.flatnonzero(parse(text).rows(TABLE.__getitem__, TABLE)).tolist() == rows


@pytest.mark.parametrize(
    "text",
    [
        "",
        "brightness",
        "brightness = 1",
        "__import__('os').system('true')",
        "brightness > (lambda: 1)()",
        "words > 2 ** 9999999",
        "country.upper() == US",
        "[x for x in country] == 1",
        "words is 1",
        "words > f'{1}'",
        "a" * 2000,
        "(" * 500 + "words > 1" + ")" * 500,
        "-US < words",
        "words > 1\x00",
    ],
)
def test_what_is_no_filter_is_refused(text: str) -> None:
    with pytest.raises(InvalidSetting):
        parse(text)


@pytest.mark.parametrize("text", ["bright > 1", "words == US", "1 < 2", "US in (words, 1)"])
def test_what_cannot_be_compared_is_said(text: str) -> None:
    with pytest.raises(InvalidSetting, match=r"no column|is a number"):
        parse(text).rows(TABLE.__getitem__, TABLE)


def test_conditions_are_taken_apart_and_joined_again() -> None:
    text = "brightness > 0.2 and (country == US or country == FR) and not words == 1"
    parts = parse(text).conditions
    assert parts == ["brightness > 0.2", "country == US or country == FR", "not words == 1"]
    assert parse(joined(parts)).conditions == parts
    assert joined([]) == ""
    words = np.array(["a'b", 'a"b', "a\\b", "中"], object)
    for place, said in enumerate(words):
        where = parse(f"country == {quoted(said)}")
        assert where.rows({"country": words}.__getitem__, ["country"]).argmax() == place


def test_every_column_of_a_run_can_be_asked_for(db: Database) -> None:
    run = make_run(db, (10, 14), latent=6, every_k=(3,), layouts=("pca",))
    (clustering,) = analyses.clusterings_of(db, run.id)
    cells = {Cell("video0", "country"): "US", Cell("video1", "time"): "late"}
    video_columns.write(db, cells, adding=("country", "time"))
    tags.add(db, "expert", [FrameId("video1", 2)])
    left_out.add(db, [FrameId("video0", 1)], "titles")
    known = FrameColumns(db, run, clustering)
    assert all(len(known.column(name)) == 24 for name in known.names)
    assert np.isfinite(known.column("sharpness")).all()

    def rows(text: str) -> list[int]:
        return np.flatnonzero(known.passing(text)).tolist()

    assert rows("country == US and time >= 16") == [8, 9]
    assert rows("video_time == late") == list(range(10, 24))
    assert rows("'expert' in tag") == [12]
    assert rows("left_out == titles") == [1]
    labels = analyses.division(db, clustering)["labels"]
    assert rows("cluster == 2") == np.flatnonzero(labels == 1).tolist()
    assert rows("'welcome' in caption and group == us")[:3] == [0, 1, 2]
    assert rows("certainty > 0") == []
    assert set(rows("words == 0")) == set(rows("caption == ''"))
    assert "distance" not in FrameColumns(db, run, None).names
