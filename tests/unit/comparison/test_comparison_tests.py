"""The tests over videos: against scipy, and by simulation where nothing differs."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from core.analysis.comparison import tests
from core.analysis.comparison.airtime import Airtime, log_odds_ratio
from core.analysis.comparison.rows import compare_groups, totals


def _material(frames: np.ndarray, groups: list[int], step_s: float = 2.0) -> Airtime:
    names = tuple(f"g{place}" for place in range(max(groups) + 1))
    return Airtime(names, np.array(groups), frames, frames * step_s, np.zeros(len(groups), int))


def _videos(
    generator: np.random.Generator, count: int, shares: tuple[float, ...], frames: int = 100
) -> np.ndarray:
    """(count, k) frames: each video has shares of its own, as one scene stays for many frames."""
    own = generator.dirichlet(4 * np.array(shares), size=count)
    return np.stack([generator.multinomial(frames, share) for share in own])


def test_every_way_to_share_the_videos_out_is_tried_as_in_scipy() -> None:
    frames = _videos(np.random.default_rng(3), 9, (0.5, 0.3, 0.2))
    material = _material(frames, [0, 0, 0, 0, 1, 1, 1, 1, 1])
    found = tests.permutation_p(material, 0)
    for cluster in range(3):
        share = frames[:, cluster] / 100  # of equally long videos the mean is the pooled share
        expected = stats.permutation_test(
            (share[:4], share[4:]),
            lambda own, others, axis: np.abs(own.mean(axis=axis) - others.mean(axis=axis)),
            vectorized=True,
            n_resamples=np.inf,
            alternative="greater",
        )
        assert found[cluster] == pytest.approx(expected.pvalue)
    assert tests.permutation_p(material, 1) == pytest.approx(found)


def test_the_smallest_p_is_said_and_reached() -> None:
    apart = np.array([[100, 0]] * 4 + [[0, 100]] * 4)
    material = _material(apart, [0] * 4 + [1] * 4)
    assert tests.smallest_p(material, 0) == pytest.approx(2 / 70)
    assert tests.permutation_p(material, 0).tolist() == pytest.approx([2 / 70] * 2)
    uneven = _material(apart[:7], [0] * 4 + [1] * 3)
    assert tests.smallest_p(uneven, 0) == pytest.approx(1 / 35)
    assert tests.permutation_p(uneven, 0).min() == pytest.approx(1 / 35)
    many = _material(np.repeat([[100, 0], [0, 100]], 20, axis=0), [0] * 20 + [1] * 20)
    assert tests.smallest_p(many, 0) == pytest.approx(1e-4)
    assert tests.permutation_p(many, 0).tolist() == pytest.approx([1e-4] * 2)


def test_drawn_permutations_come_near_to_all_of_them(monkeypatch: pytest.MonkeyPatch) -> None:
    frames = _videos(np.random.default_rng(5), 12, (0.5, 0.3, 0.2))
    material = _material(frames, [0] * 6 + [1] * 6)
    exact = tests.permutation_p(material, 0)
    monkeypatch.setattr(tests, "EXACT_UP_TO", 10)
    drawn = tests.permutation_p(material, 0, seed=1)
    assert drawn == pytest.approx(exact, abs=0.02)
    assert drawn == pytest.approx(tests.permutation_p(material, 0, seed=1))


def test_q_is_over_all_clusters_and_contrasts() -> None:
    frames = _videos(np.random.default_rng(4), 9, (0.5, 0.3, 0.2))
    rows = compare_groups(_material(frames, [0] * 3 + [1] * 3 + [2] * 3))
    p, q = (np.array([[getattr(s, of) for s in row.shares] for row in rows]) for of in "pq")
    # Benjamini and Hochberg (1995): p of rank i of m, times m / i, never above a larger p's.
    rank = np.array([[(p <= one).sum() for one in row] for row in p])
    expected = [[min(1.0, (9 * p / rank)[p >= one].min()) for one in row] for row in p]
    assert q == pytest.approx(np.array(expected))


def test_no_difference_is_found_where_there_is_none_though_frames_would_show_one() -> None:
    """False positives at 5 %: videos of one distribution, frames of a video strongly alike."""
    generator = np.random.default_rng(11)
    wrong, wrong_by_frames, wrong_q, trials = 0, 0, 0, 300
    for _ in range(trials):
        frames = _videos(generator, 10, (0.4, 0.3, 0.2, 0.1))
        material = _material(frames, [0] * 5 + [1] * 5)
        p = tests.permutation_p(material, 0)
        wrong += int((p <= 0.05).sum())
        wrong_q += int(stats.false_discovery_control(p).min() <= 0.05)
        table = np.stack([frames[:5].sum(axis=0), frames[5:].sum(axis=0)])
        for cluster in range(4):
            own = np.stack([table[:, cluster], table.sum(axis=1) - table[:, cluster]])
            wrong_by_frames += stats.chi2_contingency(own).pvalue <= 0.05
    # 1,200 tests, four to a trial and not independent: three standard deviations of 300 are 3.8 %.
    assert wrong / (4 * trials) < 0.05 + 0.038
    assert wrong / (4 * trials) > 0.01  # not merely blind
    assert wrong_q / trials < 0.05 + 0.038
    assert wrong_by_frames / (4 * trials) > 0.5  # why frames are not what is tested


def test_a_true_difference_is_found() -> None:
    generator = np.random.default_rng(12)
    found = 0
    for _ in range(40):
        us = _videos(generator, 8, (0.7, 0.2, 0.1))
        cn = _videos(generator, 8, (0.2, 0.2, 0.6))
        found += tests.permutation_p(_material(np.r_[us, cn], [0] * 8 + [1] * 8), 0)[0] <= 0.05
    assert found >= 30


def test_intervals_cover_the_truth_as_often_as_they_say() -> None:
    generator = np.random.default_rng(13)
    ours, theirs = (0.5, 0.3, 0.2), (0.3, 0.3, 0.4)
    truth = log_odds_ratio(
        _videos(generator, 50_000, ours).sum(axis=0) * 1.0,
        _videos(generator, 50_000, theirs).sum(axis=0) * 1.0,
        1.0,
    )
    for videos in (5, 12):
        covered = []
        for trial in range(150):
            frames = np.r_[_videos(generator, videos, ours), _videos(generator, videos, theirs)]
            material = _material(frames, [0] * videos + [1] * videos)
            odds, _ = tests.intervals(material, seed=trial)
            covered.append((odds[0, :, 0] <= truth) & (truth <= odds[0, :, 1]))
        assert 0.88 <= np.mean(covered) <= 0.995


def test_intervals_need_five_videos_in_every_group() -> None:
    frames = _videos(np.random.default_rng(1), 9, (0.5, 0.5))
    assert tests.intervals(_material(frames, [0] * 5 + [1] * 4)) is None
    whole = _material(_videos(np.random.default_rng(1), 10, (0.5, 0.5)), [0] * 5 + [1] * 5)
    odds, of_cluster = tests.intervals(whole)
    assert odds.shape == of_cluster.shape == (2, 2, 2)
    assert (odds[..., 0] < odds[..., 1]).all()
    assert odds[0, :, 0] == pytest.approx(-odds[1, :, 1])  # mirrored
    assert of_cluster.min() >= 0
    assert of_cluster.max() <= 1
    assert odds[0].tolist() == tests.intervals(whole)[0][0].tolist()  # the same seed, the same


def test_the_rows_carry_p_q_and_intervals() -> None:
    generator = np.random.default_rng(2)
    frames = np.r_[_videos(generator, 6, (0.8, 0.2)), _videos(generator, 6, (0.2, 0.8))]
    material = _material(frames, [0] * 6 + [1] * 6)
    rows = compare_groups(material, numbers=(1, 7))
    assert [row.number for row in rows] == [1, 7]
    own, other = rows[0].shares
    assert own.p == other.p == pytest.approx(tests.permutation_p(material, 0)[0])
    assert own.interval[0] < own.log_odds_ratio < own.interval[1]
    assert own.of_cluster_interval[0] < own.of_cluster < own.of_cluster_interval[1]
    assert totals(material)[0].smallest_p == pytest.approx(2 / 924)


def test_an_empty_cluster_is_no_test() -> None:
    frames = np.array([[9, 1, 0], [8, 2, 0], [1, 9, 0], [2, 8, 0]])
    rows = compare_groups(_material(frames, [0, 0, 1, 1]))
    assert rows[2].kind == "empty"
    assert rows[2].shares[0].q == 1.0
    two = compare_groups(_material(frames[:, :2], [0, 0, 1, 1]))
    assert [row.shares[0].q for row in rows[:2]] == [row.shares[0].q for row in two]
