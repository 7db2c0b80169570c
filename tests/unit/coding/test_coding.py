"""Samples, codings by several people, the intruder task and the head, on a drawn run."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import numpy as np
import pytest

from core.__main__ import main
from core.analysis.coding.head import fit
from core.errors import InvalidSetting, NotFound
from core.export import csv_bytes
from core.pipeline.coding import intruder_task
from core.pipeline.coding.draw_sample import draw_sample
from core.pipeline.coding.from_clusters import categories_from_clusters
from core.pipeline.coding.import_codings import import_codings
from core.pipeline.coding.predict import predict, predicted
from core.pipeline.coding.reliability import RAW_COLUMNS, coding_rows, ratings, reliability
from core.records import Category, Run
from core.storage import Database, analyses, videos
from core.storage.annotations import cluster_marks, cluster_merges
from core.storage.coding import categories, intruders, samples
from tests.synthetic import make_run


@pytest.fixture
def made(db: Database) -> Run:
    """Three videos of two groups, and two categories."""
    run = make_run(db, (30, 12, 18), ("us", "cn", "us"), latent=6, every_k=(4,), layouts=("pca",))
    for name in ("studio", "street"):
        categories.add(db, Category("", name))
    return run


def test_a_sample_is_stratified_shuffled_and_repeatable(db: Database, made: Run) -> None:
    drawn = draw_sample(db, "one", 20, seed=4)
    of = [frame.video_id for frame in drawn.frames]
    assert len(set(drawn.frames)) == 20
    assert sum(video == "video1" for video in of) == 4  # 12 of 60 frames are of cn
    assert of != sorted(of)
    assert draw_sample(db, "two", 20, seed=4).frames == drawn.frames
    assert draw_sample(db, "three", 20, seed=5).frames != drawn.frames
    for size in (0, 61):
        with pytest.raises(InvalidSetting, match="1 to 60 frames"):
            draw_sample(db, "four", size)
    with pytest.raises(InvalidSetting, match="'one' already"):
        draw_sample(db, "one", 5)
    assert samples.names(db) == ["three", "two", "one"]


def test_codings_of_two_are_compared(db: Database, made: Run) -> None:
    frames = draw_sample(db, "s", 12).frames
    studio, street = (one.id for one in categories.every(db))
    letters = {"a": studio, "b": street, "n": None}
    for coder, row in {"Ann": "aaabbbnnaab", "Bo": "aaabbbnnbba"}.items():
        for frame, letter in zip(frames, row, strict=False):
            samples.code(db, "s", coder, frame, letters[letter])
    found = reliability(db, "s")
    assert found.ratings.coders == ("Ann", "Bo")
    assert found.overall.units == 11
    assert found.overall.percent == pytest.approx(8 / 11)
    # By hand: coincidences aa 6, bb 6, nn 4, ab 6 of n = 22; n_a = 9, n_b = 9, n_n = 4
    assert found.overall.alpha == pytest.approx(1 - 21 * 6 / (22 * 22 - 81 - 81 - 16))
    assert found.disagreements == (8, 9, 10)
    by = {one.name: one for one in found.by_category}
    assert by["(none fits)"].agreement.alpha == 1.0
    assert (by["studio"].given, by["street"].given) == (9, 9)
    rows = coding_rows(db, "s")
    assert (len(rows), rows[0]["coder"], rows[0]["category"]) == (22, "Ann", "studio")
    categories.delete(db, street)
    assert samples.coders(db, "s") == {"Ann": 7, "Bo": 6}


def test_a_coding_is_changed_and_taken_away(db: Database, made: Run) -> None:
    frames = draw_sample(db, "s", 3).frames
    studio, street = (one.id for one in categories.every(db))
    assert samples.code(db, "s", "Ann", frames[0], studio) is None
    assert samples.code(db, "s", "Ann", frames[0], street).category == studio
    assert [one.category for one in samples.codings_of(db, "s", "Ann")] == [street]
    samples.uncode(db, "s", "Ann", frames[0])
    assert samples.codings_of(db, "s") == []
    other = next(f.id for f in videos.frames_of(db, "video0") if f.id not in frames)
    for frame, category in ((other, studio), (frames[0], "no such")):
        with pytest.raises(NotFound):
            samples.code(db, "s", "Ann", frame, category)
    with pytest.raises(InvalidSetting):
        samples.code(db, "s", " ", frames[0], studio)


def test_a_table_of_codings_is_read_back(db: Database, made: Run) -> None:
    frames = draw_sample(db, "s", 4).frames
    samples.code(db, "s", "=Ann", frames[0], categories.every(db)[0].id)
    samples.code(db, "s", "=Ann", frames[1], None)
    before = ratings(db, "s").values
    table = csv_bytes(coding_rows(db, "s"), RAW_COLUMNS)
    for frame in frames[:2]:
        samples.uncode(db, "s", "=Ann", frame)
    assert import_codings(db, "s", table) == 2
    assert ratings(db, "s").values.tolist() == before.tolist()
    bad = b"coder,video_id,frame_index,category\nBo,%b,%d,studio\nBo,video0,999,studio\n"
    with pytest.raises(InvalidSetting, match="Row 3"):
        import_codings(db, "s", bad % (frames[0].video_id.encode(), frames[0].index))
    assert set(samples.coders(db, "s")) == {"=Ann"}


def test_clusters_become_categories_with_examples(db: Database, made: Run) -> None:
    (clustering,) = analyses.clusterings_of(db, made.id)
    cluster_marks.mark(db, clustering.id, 2, name="Street", note="in town", colour="#112233")
    assert categories_from_clusters(db, clustering).new == 3  # "street" is there
    named = {one.name: one for one in categories.every(db)}
    assert (named["street"].definition, named["street"].colour) == ("in town", "#112233")
    numbers = analyses.shown_numbers(db, clustering)
    shown = categories.examples(db)[named["Cluster 1"].id]
    rows = [(0, 30, 42)[int(f.video_id[-1])] + f.index for f in shown]
    assert len(rows) == 4 and set(numbers[rows]) == {1}
    assert categories_from_clusters(db, clustering).new == 0


def test_intruders_are_of_another_cluster_and_scores_follow_merges(db: Database, made: Run) -> None:
    (clustering,) = analyses.clusterings_of(db, made.id)
    numbers = analyses.shown_numbers(db, clustering)
    first = [intruder_task.trial(db, clustering, "Ann", number) for number in range(8)]
    for one in first:
        rows = [(0, 30, 42)[int(f.video_id[-1])] + f.index for f in one.frames]
        own = np.delete(numbers[rows], one.intruder)
        assert len(set(rows)) == 5 and set(own) == {one.number}
        assert numbers[rows[one.intruder]] not in (0, one.number)
    assert sorted(one.number for one in first) == sorted([1, 2, 3, 4] * 2)
    assert intruder_task.trial(db, clustering, "Ann", 3) == first[3]
    assert intruder_task.trial(db, clustering, "Bo", 3).frames != first[3].frames
    for one in first:
        hit = one.intruder if one.number < 3 else (one.intruder + 1) % 5
        intruders.write(db, clustering.id, one.answer("Ann", hit))
    answers = intruders.every(db, clustering.id)
    assert intruder_task.next_trial(answers, "Ann") == 8
    assert intruder_task.next_trial(answers, "Bo") == 0
    found = intruder_task.scores(db, clustering)
    assert [(one.found, one.of) for one in found.values()] == [(2, 2), (2, 2), (0, 2), (0, 2)]
    assert found[1].said == "Intruder found 2 of 2 times (34 to 100 %; chance 20 %, 1 person)"
    merged = cluster_merges.merge(db, clustering.id, [1, 3])
    assert list(intruder_task.scores(db, clustering)) == [2, 4]
    cluster_merges.undo(db, clustering.id, merged.position)
    assert list(intruder_task.scores(db, clustering)) == [1, 2, 3, 4]
    intruders.remove(db, clustering.id, answers[0])
    assert intruder_task.next_trial(intruders.every(db, clustering.id), "Ann") == 0


def _drawn(seed: int, apart: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Ten videos of twelve frames: each video's own place, and `apart` between two categories.

    As in a latent of PCA, the later of its 200 numbers hardly vary.
    """
    generator = np.random.default_rng(seed)
    video = np.repeat(np.arange(10), 12)
    label = generator.integers(0, 2, 120)
    places = generator.normal(size=(10, 200))[video] + generator.normal(size=(120, 200))
    places[:, 0] += apart * label
    return 10 * places / np.sqrt(np.arange(1, 201)), label, video


def test_a_head_is_judged_on_other_videos() -> None:
    latents, labels, video = _drawn(0, 6.0)
    head = fit(latents, labels, video)
    assert head.accuracy > 0.9 > 0.6 > head.baseline
    shares = head.probabilities(latents)
    assert np.allclose(shares.sum(axis=1), 1)
    assert (shares.argmax(axis=1) == labels).mean() > 0.95
    for alone in (labels * 0, labels):
        with pytest.raises(InvalidSetting, match="two categories"):
            fit(latents, alone, video * 0 if alone is labels else video)


def test_a_head_on_nothing_is_no_better_than_the_baseline() -> None:
    """Categories that hang on the video alone: frames held out at random would give 100 %."""
    accuracies, baselines = [], []
    for seed in range(12):
        latents, _, video = _drawn(seed, 0.0)
        labels = np.random.default_rng(seed).permutation([0, 1] * 5)[video]
        head = fit(latents, labels, video)
        accuracies.append(head.accuracy)
        baselines.append(head.baseline)
    assert np.mean(accuracies) < 0.6
    assert np.mean(baselines) <= 0.5


def test_predictions_are_kept_and_exported(db: Database, made: Run, tmp_path: Path) -> None:
    """Categories that are the clusters' own: the head finds them again on every frame."""
    (clustering,) = analyses.clusterings_of(db, made.id)
    numbers = analyses.shown_numbers(db, clustering)
    studio, street = (one.id for one in categories.every(db))
    for frame in draw_sample(db, "s", 40).frames:
        row = (0, 30, 42)[int(frame.video_id[-1])] + frame.index
        samples.code(db, "s", "Ann", frame, studio if numbers[row] == 1 else street)
    assert predicted(db, made.id) is None
    found = predict(db, made.id, "s")
    kept = predicted(db, made.id)
    assert (kept.names, kept.accuracy, kept.sample) == (found.names, found.accuracy, "s")
    right = np.array(found.names)[found.given] == np.where(numbers == 1, "studio", "street")
    assert right.mean() > 0.9
    file = tmp_path / "f.csv"
    assert main(["export", made.id, "--clusters", str(file)]) == 0
    rows = list(csv.DictReader(io.StringIO(file.read_text("utf-8-sig"))))
    assert [row["predicted_category"] for row in rows] == [found.names[g] for g in found.given]
    assert 0.5 <= float(rows[0]["predicted_certainty"]) <= 1


def test_the_commands(db: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made = make_run(db, (30, 12), ("us", "cn"), latent=6, every_k=(4,), layouts=("pca",))

    def say(*words: str) -> str:
        assert main(words) == 0, capsys.readouterr().err
        return capsys.readouterr().out

    say("codebook", "add", "People", "--colour", "#0072b2", "--definition", "Anybody")
    say("codebook", "add", "Expert", "--parent", "people")
    say("codebook", "from", made.id, "--k", "4")
    for kind in ("csv", "qdc", "ecv"):
        say("codebook", "export", str(tmp_path / f"book.{kind}"))
    say("codebook", "delete", "people")
    say("codebook", "import", str(tmp_path / "book.qdc"))
    listed = json.loads(say("codebook", "--json"))
    assert [one["parent"] for one in listed if one["name"] == "Expert"] == ["People"]
    assert main(["codebook", "export", str(tmp_path / "book.doc")]) == 1
    say("coding", "sample", "s", "--size", "10", "--seed", "3")
    frames = samples.get(db, "s").frames
    table = "coder,video_id,frame_index,category\n" + "".join(
        f"{coder},{frame.video_id},{frame.index},{'Expert' if place < 5 else ''}\n"
        for coder in ("Ann", "Bo")
        for place, frame in enumerate(frames)
    )
    (tmp_path / "t.csv").write_text(table)
    say("coding", "import", "s", str(tmp_path / "t.csv"))
    first = json.loads(say("coding", "agreement", "s", "--json"))[0]
    assert (first["units"], first["agreement_percent"], first["alpha"]) == (10, 100.0, 1.0)
    assert "Ann: 10, Bo: 10" in say("coding")
    say("coding", "export", "s", str(tmp_path / "out.csv"))
    assert main(["coding", "predict", "s", made.id]) == 1  # a single category
    assert main(["coding", "agree"]) == 1
    say("coding", "delete", "s")
