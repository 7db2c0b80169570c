"""Explore moves chosen frames, makes clusters from examples, and shows the log of changes."""

from __future__ import annotations

import numpy as np
import pytest

from core import jobs
from core.pipeline.division import analyst_requests
from core.records import FrameId
from core.storage import Database, analyses, results
from core.storage.annotations import cluster_marks, selections
from tests.pages.conftest import Open, button, run, said
from tests.synthetic import make_run


def _press(page, label: str) -> None:
    button(page, label).click()
    run(page)


@pytest.mark.slow
def test_frames_are_moved_and_clusters_made_from_examples(
    db: Database, open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = make_run(db, (10, 14), latent=6, every_k=(3,), layouts=("pca",))
    (clustering,) = analyses.clusterings_of(db, made.id)
    cluster_marks.mark(db, clustering.id, 2, name="Street")
    selections.save(db, "experts", [FrameId("video0", i) for i in (0, 1)], "")
    selections.save(db, "streets", [FrameId("video1", i) for i in (8, 9)], "")
    asked: list[dict] = []
    submit = jobs.submit_edit
    monkeypatch.setattr(
        jobs, "submit_edit", lambda *given: (asked.append(given[2]), submit(*given))[1]
    )
    page = open_page("explore", projection="pca", k="3", selection="video0:1-2")
    page.session_state["move-frames"] = True
    run(page)
    (to,) = [one for one in page.selectbox if one.label == "To"]
    assert to.options == ["1", "2 Street", "3", "A new cluster", "No cluster"]
    to.set_value(2)
    run(page)
    assert "Cluster 2: name 'Street'" in said(page, "caption").replace("\\", "")
    (chosen,) = [one for one in page.multiselect if one.label == "Selections"]
    chosen.set_value(["experts", "streets"])
    run(page)
    listed = results.frames(db, made.id)
    rows = {name: selections.get(db, name).frames for name in ("experts", "streets")}
    examples = {n: np.array([listed.index(f) for f in of]) for n, of in rows.items()}
    assert "in no cluster" in said(page, "caption")
    _press(page, "Make the clusters")
    wanted = analyst_requests.seeds(examples, 1.0, {}, clustering, "")
    assert asked and asked[-1] == wanted
