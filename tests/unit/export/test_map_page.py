"""The map as a page of its own: the figure of the page, whatever its texts hold."""

from __future__ import annotations

import json
import re

import numpy as np
import pytest

from core.errors import InvalidSetting
from core.export import cluster_rows
from core.pipeline.captions import frame_captions
from core.pipeline.plots.map_figure import COLOURS, map_figure
from core.pipeline.plots.map_page import map_html
from core.pipeline.plots.run_plots import cluster_titles
from core.storage import Database, analyses, captions, video_columns, videos
from core.storage.annotations import cluster_marks
from tests.synthetic import make_run

HOSTILE = "</script><img src=x onerror=alert(1)> %{x} $x^2$ \u202ereversed <b>b</b>"


@pytest.fixture
def run(db: Database):
    made = make_run(db, (9, 12), latent=6, every_k=(3,), layouts=("pca",))
    videos.update(db, "video0", title=HOSTILE, group=HOSTILE)
    captions.correct(db, "video0", 0, text=HOSTILE + "long " * 2000, start_s=0, end_s=6)
    clustering = analyses.clusterings_of(db, made.id)[0]
    cluster_marks.mark(db, clustering.id, 1, name=HOSTILE[:60])
    video_columns.add(db, "side")
    video_columns.write(db, {video_columns.Cell("video0", "side"): HOSTILE})
    return made


def _made(db: Database, run) -> tuple:
    clustering = analyses.clusterings_of(db, run.id)[0]
    projection = analyses.projections_of(db, run.id)[0]
    said = {video: frame_captions(db, video) for video in run.video_ids}
    return clustering, projection, cluster_rows(db, clustering, projection, said)


def test_hostile_texts_are_text(db: Database, run) -> None:
    clustering, projection, rows = _made(db, run)
    page = map_html(db, clustering, projection, rows, "side").decode()
    assert "<img" not in page and "\u202e" not in page
    assert page.count("</script>") == len(re.findall(r"<script\b", page))
    assert "default-src 'none'" in page and "://cdn" not in page.split("Plotly.newPlot")[-1]
    figure = map_figure(
        db, analyses.layout(db, projection), rows, "side", cluster_titles(db, clustering), ()
    )
    shown = json.dumps([list(one.text) for one in figure.data]) + str([d.name for d in figure.data])
    assert "<img" not in shown and "$x" not in shown and "&lt;img" in shown
    assert max(len(said) for one in figure.data for said in one.text) < 600


@pytest.mark.parametrize("colour", COLOURS)
def test_every_colour_draws_every_frame(db: Database, run, colour: str) -> None:
    clustering, projection, rows = _made(db, run)
    figure = map_figure(
        db, analyses.layout(db, projection), rows, colour, cluster_titles(db, clustering), ("us",)
    )
    drawn = np.concatenate([np.column_stack([one.x, one.y]) for one in figure.data])
    assert len(np.unique(drawn, axis=0)) == len(np.unique(analyses.layout(db, projection), axis=0))


def test_an_unknown_colour_is_named_with_those_there_are(db: Database, run) -> None:
    clustering, projection, rows = _made(db, run)
    with pytest.raises(InvalidSetting, match=r"'none'; choose from cluster, .*side"):
        map_html(db, clustering, projection, rows, "none")
