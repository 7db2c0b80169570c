"""Coding without a browser: a codebook, frames coded by keys' buttons, agreement, intruders."""

from __future__ import annotations

import pytest

from core.pipeline.coding.draw_sample import draw_sample
from core.records import Category
from core.storage import Database, analyses
from core.storage.coding import categories, intruders, samples
from tests.pages.conftest import Open, button, html, run, said
from tests.synthetic import make_run

pytestmark = pytest.mark.slow
_HOSTILE = "<img src=x onerror=alert(1)>"


def test_without_videos_the_library_is_the_way_on(open_page: Open) -> None:
    assert "add videos in the Library" in said(open_page("coding"), "info")


def test_frames_are_coded_undone_and_compared(db: Database, open_page: Open) -> None:
    make_run(db, (10, 12), latent=6, every_k=(3,), layouts=("pca",))
    page = open_page("coding")
    assert "Begin with one of your own" in said(page, "info")
    first = categories.add(db, Category("", _HOSTILE, definition=_HOSTILE))
    second = categories.add(db, Category("", "street"))
    assert "<img src=x" not in html(run(page))
    frames = draw_sample(db, "s", 4).frames
    page = open_page("coding", section="Code frames")
    assert "Type your name to begin" in said(page, "info")
    page = open_page("coding", section="Code frames", coder="Ann")
    assert [b.label for b in page.button if b.key == "code-2"] == ["street"]
    page.button(key="code-1").click()
    run(page)
    page.button(key="code-0").click()
    run(page)
    assert [one.category for one in samples.codings_of(db, "s", "Ann")] == [first.id, None]
    button(page, "Undo").click()
    run(page)
    page.button(key="code-2").click()
    run(page)
    given = {one.frame: one.category for one in samples.codings_of(db, "s", "Ann")}
    assert given == {frames[0]: first.id, frames[1]: second.id}
    page = open_page("coding", section="Agreement")
    assert "agreement needs a second person" in said(page, "info")
    samples.code(db, "s", "Bo", frames[0], first.id)
    samples.code(db, "s", "Bo", frames[1], first.id)
    page = open_page("coding", section="Agreement")
    assert [one.value for one in page.metric] == ["0.00", "50 %", "2 of 4"]
    assert "Disagreements: 1" in [head.value for head in page.subheader]
    assert "<img src=x" not in html(page)


def test_a_shot_is_shown_by_its_frames_and_coded_as_one(db: Database, open_page: Open) -> None:
    make_run(db, (12, 12), latent=6, every_k=(), layouts=())
    first = categories.add(db, Category("", "studio"))
    drawn = draw_sample(db, "s", 4, unit="shot")
    page = open_page("coding", section="Code frames", coder="Ann")
    assert 'class="coded-shot"' in html(page) and "Shot from" in said(page, "caption")
    page.button(key="code-1").click()
    run(page)
    given = [(one.frame, one.category) for one in samples.codings_of(db, "s", "Ann")]
    assert given == [(drawn.frames[0], first.id)]


def test_the_intruder_task_counts_answers(db: Database, open_page: Open) -> None:
    made = make_run(db, (20, 24), latent=6, every_k=(3,), layouts=("pca",))
    page = open_page("coding", section="Test clusters", coder="Ann", k="3")
    for _ in range(2):
        page.button(key="intruder-3").click()
        run(page)
    (clustering,) = analyses.clusterings_of(db, made.id)
    assert [one.trial for one in intruders.every(db, clustering.id)] == [0, 1]
    button(page, "Undo").click()
    run(page)
    assert [one.trial for one in intruders.every(db, clustering.id)] == [0]
    assert len(page.dataframe[-1].value) == 1


def test_a_prediction_asks_for_codings(db: Database, open_page: Open) -> None:
    make_run(db, (10, 12), latent=6, every_k=(3,), layouts=("pca",))
    assert "Code a sample of frames first" in said(open_page("coding", section="Predict"), "info")
    draw_sample(db, "s", 4)
    page = open_page("coding", section="Predict")
    button(page, "Predict every frame’s category").click()
    assert "Nothing is coded in the sample 's'" in said(run(page), "error")
