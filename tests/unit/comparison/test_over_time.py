"""Shares over time, halves of videos and log-ratios, by numbers worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from core.analysis.comparison.airtime import Airtime, airtime_in_parts
from core.analysis.comparison.compositions import (
    log_ratio_differences,
    log_ratio_intervals,
    log_ratios,
)
from core.analysis.comparison.course import course
from core.analysis.comparison.yardstick import distances
from core.errors import InvalidSetting
from core.pipeline.comparison.compare import compare_clusters
from core.pipeline.comparison.over_time import course_rows, date_columns, over_time
from core.storage import Database, analyses, runs, video_columns
from core.storage.video_columns import Cell
from tests.synthetic import make_run


def _material(frames: list[list[int]], group: list[int]) -> Airtime:
    counts = np.array(frames)
    names = tuple(f"group {place}" for place in range(max(group) + 1))
    return Airtime(names, np.array(group), counts, counts * 2.0, np.zeros(len(group), int))


def test_airtime_is_counted_in_the_part_where_it_lies() -> None:
    labels, video = np.array([0, 1, -1, 1]), np.array([0, 0, 1, 1])
    seconds = airtime_in_parts(labels, video, np.array([0, 1, 0, 1]), [2.0, 3.0], (2, 2))
    assert seconds.tolist() == [[[2, 0], [0, 0]], [[0, 2], [0, 3]]]


def test_a_course_is_each_groups_share_in_each_bin_and_says_where_there_is_none() -> None:
    seconds = np.zeros((2, 6, 2))
    seconds[0, :, 0], seconds[0, :, 1] = 10, [0, 10, 20, 10, 10, 30]
    found = course(seconds, np.array([0, 0, 0, 0, 0, 1]), ("us", "cn"), ("a", "b"))
    assert found.share[0, 0].tolist() == pytest.approx([0.5, 0.5])
    assert found.share[1, 0].tolist() == [0.25, 0.75]
    assert np.isnan(found.share[:, 1]).all()  # no airtime in the second bin
    assert found.videos.tolist() == [[5, 0], [1, 0]]
    assert found.low[0, 0, 0] < 0.5 < found.high[0, 0, 0]
    assert np.isnan(found.low[1]).all()  # one video says nothing of others


def test_halves_are_set_against_halves() -> None:
    """Video 1: all cluster 1, then all cluster 2; video 2: half and half; video 3: all 2."""
    halves = np.array([[[4, 0], [2, 2], [0, 4]], [[0, 4], [2, 2], [0, 4]]], float)
    found = distances(halves, np.array([0, 0, 1]))
    assert found.halves.tolist() == [1, 0, 0]
    assert found.alike.tolist() == [0.5]
    assert found.apart.tolist() == [0.5, 0.5]
    assert found.yardstick.halves == pytest.approx(1 / 3)
    empty = distances(np.zeros((2, 1, 2)), np.array([0]))
    assert empty.yardstick.halves is None and empty.yardstick.videos == 0


def test_a_zero_is_what_jeffreys_expects_and_the_other_ratios_stay() -> None:
    (found,) = log_ratios(np.array([[6, 3, 0]]))
    zero = 0.5 / (9 + 1.5)
    by_hand = np.log([(1 - zero) * 6 / 9, (1 - zero) * 3 / 9, zero])
    assert found.tolist() == pytest.approx((by_hand - by_hand.mean()).tolist())
    assert found[0] - found[1] == pytest.approx(np.log(2))
    assert log_ratios(np.zeros((1, 3))).tolist() == [[0, 0, 0]]


def test_log_ratios_count_each_video_once() -> None:
    """A video of 600 frames weighs as much as one of 6."""
    found = log_ratio_differences(_material([[400, 200], [2, 4], [3, 3]], [0, 0, 1]))
    assert found[0].tolist() == pytest.approx([0, 0], abs=1e-12)
    assert log_ratio_intervals(_material([[4, 2], [3, 3]], [0, 1])) is None


def test_log_ratio_intervals_hold_what_is_between_their_videos() -> None:
    frames = [[4 + place, 10] for place in range(6)] + [[10, 4 + place] for place in range(6)]
    material = _material(frames, [0] * 6 + [1] * 6)
    found, ends = log_ratio_differences(material), log_ratio_intervals(material)
    assert (ends[..., 0] < found).all() and (found < ends[..., 1]).all()
    assert ends[0, 0, 1] < 0  # the first group has less of the first cluster, surely


def test_a_library_gives_tenths_and_dates(db: Database) -> None:
    run = make_run(db, (10, 12), latent=6, every_k=(3,), layouts=("pca",))
    (clustering,) = analyses.clusterings_of(db, run.id)
    found, numbers = over_time(db, clustering)
    assert len(found.bins) == 10 and found.seconds.sum() == 2.0 * 22
    assert np.nansum(found.share, axis=2) == pytest.approx(np.ones((2, 10)))
    with pytest.raises(InvalidSetting, match="no column 'aired' of dates"):
        over_time(db, clustering, "aired")
    days = {Cell("video0", "aired"): "2022-07-02", Cell("video1", "aired"): "2022-06-01"}
    video_columns.write(db, days, adding=("aired",))
    assert date_columns(db, runs.get(db, run.id)) == ["aired", "aired, month"]
    found, _ = over_time(db, clustering, "aired, month")
    assert found.bins == ("2022-06", "2022-07")
    assert found.videos.tolist() == [[0, 1], [1, 0]]
    rows = course_rows(found, numbers, {1: "expert"}, "aired, month", "group")
    assert len(rows) == 2 * 2 * 3 and rows[0]["share_percent"] is None
    assert compare_clusters(db, clustering).yardstick.videos == 2
