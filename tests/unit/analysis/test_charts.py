"""Colours that mean one thing everywhere, and the loss curve."""

from __future__ import annotations

from core.charts import cluster_colour, group_colours, loss_curve, text_curve
from core.charts.colours import CLUSTERS, OKABE_ITO
from core.charts.loss import bound_curve


def test_a_group_has_one_colour_whoever_comes_after_it() -> None:
    before = group_colours(["us", "cn", "us"])
    after = group_colours(["us", "cn", "us", "fr"])
    assert list(before) == ["us", "cn"]
    assert {group: after[group] for group in before} == before
    assert len(set(group_colours([f"g{i}" for i in range(8)]).values())) == 8
    assert set(before.values()) <= set(OKABE_ITO)


def test_twenty_clusters_have_twenty_colours() -> None:
    assert len({cluster_colour(number) for number in range(1, 21)}) == 20
    assert cluster_colour(1) == CLUSTERS[0]


def test_the_curve_has_both_errors_in_the_published_unit() -> None:
    metrics = [
        {"step": s, "epoch": s, "seconds": 0.5 * s, "error_train": 9 / s, "error_held_out": held}
        for s, held in ((1, None), (2, 6.0), (3, 5.0))
    ]
    figure = loss_curve(metrics)
    train, held_out = figure.data
    assert list(train.x) == [0.5, 1.0, 1.5]
    assert list(train.y) == [9, 4.5, 3]
    assert list(held_out.x) == [1.0, 1.5]  # only where it was measured
    assert figure.layout.yaxis.type == "log"
    assert "255 x MSE" in figure.layout.yaxis.title.text
    assert figure.layout.xaxis.title.text == "Time, s"


def test_without_seconds_the_axis_is_steps() -> None:
    figure = loss_curve([{"step": 5, "seconds": None, "error_train": 2.0, "error_held_out": None}])
    assert figure.layout.xaxis.title.text == "Step"
    assert list(figure.data[0].x) == [5]


def test_before_the_first_report_there_is_an_empty_figure() -> None:
    assert len(loss_curve([]).data) == 0


def test_phases_of_a_training_follow_each_other() -> None:
    metrics = [
        {"step": step, "seconds": 10.0 * step, "error_train": 1.0, "phase": phase}
        for phase in ("held-out", "all frames")
        for step in (1, 2, 3)
    ]
    (line,) = loss_curve(metrics).data
    assert list(line.x) == [10, 20, 30, 30, 40, 50, 60]
    assert line.y[3] is None


def test_words_have_a_curve_of_their_own_where_there_are_some() -> None:
    metrics = [
        {"step": step, "seconds": 2.0 * step, "error_train": 1.0, "text": 0.1 / step}
        for step in (1, 2, 4)
    ]
    figure = text_curve(metrics)
    (line,) = figure.data
    assert (list(line.x), list(line.y)) == ([2, 4, 8], [0.1, 0.05, 0.025])
    assert figure.layout.xaxis.title.text == loss_curve(metrics).layout.xaxis.title.text
    assert text_curve([{**said, "text": None} for said in metrics]) is None
    assert text_curve([]) is None


def test_a_bound_is_drawn_where_there_is_one() -> None:
    metrics = [
        {"step": step, "seconds": 2.0 * step, "error_train": 1.0, "elbo": 100.0 * step - 150}
        for step in (1, 2, 3)
    ]
    figure = bound_curve(metrics)
    assert list(figure.data[0].y) == [-50, 50, 150]
    assert figure.layout.yaxis.type == "linear"  # it may lie on either side of zero
    assert bound_curve([{**said, "elbo": None} for said in metrics]) is None  # the published one
    assert (
        bound_curve([{"step": 1, "error_train": 1.0, "kl": 1.0}]) is None
    )  # of an earlier version
