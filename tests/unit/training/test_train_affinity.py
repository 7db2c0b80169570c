"""Our own model through the whole of a training: features, captions or none, interruption."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from core.config import RunConfig, preset
from core.errors import InvalidSetting
from core.pipeline.decoding.decoder import Decoder
from core.pipeline.training import train as pipeline
from core.pipeline.training import training_files, training_report
from core.pipeline.training.corpus import read_corpus
from core.pipeline.training.train import train
from core.records import Run
from core.storage import Database, captions, checkpoints, results, runs
from core.storage.new_run import new_run, trainable
from core.storage.progress import Progress
from core.text.tokens import sentence
from core.training.dataset import held_out_rows, stopping_rows
from models.config import AffinityConfig
from tests.synthetic import add_video

pytestmark = pytest.mark.slow

FRAMES = 54
SMALL = {
    "width": "48",
    "height": "32",
    "appearance_size": "6",
    "channels": "4",
    "maps": "2",
    "feature_size": "12",
    "content_size": "3",
    "meaning_size": "4",
    "wording_size": "40",
    "word_size": "6",
    "steps": "3",
    "batch_size": "32",
    "checkpoint_every_s": "0",
}


class Corners:
    """A backbone whose row is the mean colours of a picture's four quarters."""

    name, key, size = "mean colours", "corners", 12

    def features(self, pictures: np.ndarray) -> np.ndarray:
        small = np.stack([cv2.resize(p, (2, 2), interpolation=cv2.INTER_AREA) for p in pictures])
        rows = small.reshape(len(small), -1).astype(np.float32) + 1
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)


@pytest.fixture
def library(db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Database:
    """Two drawn videos, us and cn, each with a caption for every three frames; no analyses."""
    monkeypatch.setattr(pipeline, "standard", lambda *_: None)
    monkeypatch.setattr(pipeline, "threads", lambda: 1)  # too small for more
    monkeypatch.setattr("core.pipeline.training.corpus.open_backbone", lambda _: Corners())
    add_video(db, "video0", "us", 24, 0)
    add_video(db, "video1", "cn", 30, 1)
    said = ["good", "evening", "and", "welcome", "wear", "a", "mask", "欢迎", "收看", "疫苗"]
    numbers = np.random.default_rng(0).normal(size=(len(said), 6)).round(3)
    lines = [" ".join([w, *map(str, row)]) for w, row in zip(said, numbers, strict=True)]
    (tmp_path / "vectors.txt").write_text("\n".join(lines) + "\n")
    return db


def added(db: Database, tmp_path: Path, **changes: str) -> Run:
    vectors = str(tmp_path / "vectors.txt")
    config = preset("affinity", "fast", {**SMALL, "word_vectors": vectors, **changes})
    run = new_run(config, trainable(db, ["video0", "video1"]))
    runs.add(db, run)
    return run


def silence(db: Database, *video_ids: str) -> None:
    for video_id in video_ids:
        captions.replace(db, video_id, [], origin="none", timed=True, language="en")


def test_it_ends_with_every_caption_in_its_latents(library: Database, tmp_path: Path) -> None:
    run = added(library, tmp_path)
    train(library, run.id, Progress(None))
    corpus = read_corpus(library, run, RunConfig.from_json(run.config), Progress(None))
    assert corpus is not None
    spoken = [[corpus.vocabulary.words[n] for n in row] for row in corpus.of_frames]
    assert all(any(row) for row in spoken)
    texts = results.decoded_texts(library, run.id)
    assert texts == [sentence(row) for row in spoken]
    latents = results.latents(library, run.id)
    assert latents.shape == (FRAMES, 53) and np.isfinite(latents).all()
    assert Decoder(library, run.id).texts(latents) == texts
    assert Decoder(library, run.id).exact
    reported(library, run)


def reported(library: Database, run: Run) -> None:
    """The report says what was learned, and what was not."""
    said = results.report(library, run.id)
    text = said["text"]
    assert text["teacher_forced"] is None  # no word is shown the one before
    assert text["free_running"] is None and text["first_word"] is None  # those are learned codes
    assert text["caption_round_trip"]["train"] == 1.0
    assert 0 <= text["caption_round_trip"]["held_out"] <= 1
    assert text["predicted"] is None  # it says nothing of frames whose captions it did not get
    assert 0 < text["unknown_share"] < 1 and "vectors.txt" in text["word_vectors"]
    active = said["active_by_block"]
    assert list(active) == ["appearance", "content", "words"]
    assert sum(active.values()) == said["active_units"]
    assert 0 < active["appearance"] <= 6 and active["content"] == 3 and active["words"] >= 4
    assert said["pca"]["latent_size"] == 53 and said["psnr"] > 0 and said["ssim"] <= 1
    metrics = results.metrics(library, run.id)
    assert {one["phase"] for one in metrics} == {"held-out", "all frames"}
    assert all(one["text"] is None and one["kl"] > 0 for one in metrics)
    assert all(one["elbo"] == -(one["reconstruction"] + one["kl"]) for one in metrics)
    finished = runs.get(library, run.id)
    assert (finished.state, finished.frames, finished.latent_size) == ("done", FRAMES, 53)
    assert finished.error_train is not None and finished.error_train > 0


def test_without_captions_words_stay_open(library: Database, tmp_path: Path) -> None:
    silence(library, "video0", "video1")
    run = added(library, tmp_path)
    train(library, run.id, Progress(None))
    said = results.report(library, run.id)
    assert said["text"] is None
    assert said["active_by_block"]["words"] == 0 < said["active_by_block"]["content"]
    latents = results.latents(library, run.id)
    assert np.isfinite(latents).all() and not latents[:, 9:].any()
    assert Decoder(library, run.id).texts(latents) is None
    assert not results.decoded_texts(library, run.id)
    assert "no captions: the words of the latent stay open" in results.log(library, run.id)
    assert runs.get(library, run.id).state == "done"


def test_frames_of_a_silent_video_lie_where_they_seem_to_belong_and_say_nothing(
    library: Database, tmp_path: Path
) -> None:
    silence(library, "video1")
    run = added(library, tmp_path)
    train(library, run.id, Progress(None))
    latents = results.latents(library, run.id)
    meaning, wording = latents[:, 9:13], latents[:, 13:]
    assert wording[:24].any(axis=1).all() and not wording[24:].any()
    assert np.isfinite(meaning).all() and meaning[24:].std(axis=0).max() > 0
    assert results.report(library, run.id)["text"]["caption_round_trip"]["train"] == 1.0
    corpus = read_corpus(library, run, RunConfig.from_json(run.config), Progress(None))
    assert corpus is not None and not corpus.of_frames[24:].any()
    texts = results.decoded_texts(library, run.id)
    assert texts is not None and all(texts[:24]) and not any(texts[24:])  # a guess is not said


def test_features_of_another_size_are_refused_in_one_sentence(
    library: Database, tmp_path: Path
) -> None:
    run = added(library, tmp_path, feature_size="16")
    with pytest.raises(InvalidSetting) as refused:
        train(library, run.id, Progress(None))
    assert str(refused.value) == (
        "mean colours gives 12 numbers a picture and the model is to take 16; "
        "set feature_size to 12."
    )
    assert not (results.checkpoint(library, run.id) / "model.json").exists()


class Killed(BaseException):
    """As when the process ends: nothing that runs afterwards may catch it."""


def test_a_training_killed_again_and_again_ends_as_one_left_alone(
    library: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the first phase, between phases, at the last one's start, in its middle, at the end."""
    monkeypatch.setattr(pipeline, "_SAVING_SHARE", 0)  # a checkpoint after each report
    learns = {"learning_rate": "0.1", "frame_weight": "0.05"}  # and not at the first step only
    changes = {"patience": "2", "steps": "20", **learns}
    whole = added(library, tmp_path, **changes)
    train(library, whole.id, Progress(None))
    expected = results.latents(library, whole.id).copy()
    report = results.report(library, whole.id)
    assert "steps are best, of" in results.log(library, whole.id)
    runs.delete(library, whole.id)

    run = added(library, tmp_path, **changes)
    for moment in ("first", "measuring", "preparing", "last", "finishing"):
        with monkeypatch.context() as patched:
            interrupt(patched, moment)
            with pytest.raises(Killed):
                train(library, run.id, Progress(None))
    train(library, run.id, Progress(None))
    assert np.array_equal(results.latents(library, run.id), expected)
    taken_up = [line for line in results.log(library, run.id).splitlines() if "going on" in line]
    phases = [line.rpartition("(")[2].rstrip(")") for line in taken_up]
    assert phases == ["number of steps", "held-out", "held-out", "all frames", "all frames"]
    again = results.report(library, run.id)
    for key in ("steps", "text", "active_by_block", "held_out", "psnr", "data_hash"):
        assert again[key] == report[key], key
    steps = [(one["phase"], one["step"]) for one in results.metrics(library, run.id)]
    assert len(steps) == len(set(steps)), "no step is reported twice"


def interrupt(patched: pytest.MonkeyPatch, moment: str) -> None:
    def kill(*_: object) -> None:
        raise Killed

    if moment == "measuring":
        patched.setattr(training_report, "held_out_measures", kill)
    elif moment == "preparing":  # what is taken up does not prepare, so only the last phase does
        patched.setattr(pipeline, "stretches", kill)
    elif moment == "finishing":
        patched.setattr(checkpoints, "save_model", kill)
    else:
        draw, drawn = training_files.draw_reconstructions, 0

        def draw_once(folder: Path, before: int, training: training_files.Training) -> None:
            nonlocal drawn
            drawn += moment == "first" or not len(training.held_out)
            if drawn > 1:
                raise Killed
            draw(folder, before, training)

        patched.setattr(training_files, "draw_reconstructions", draw_once)


@pytest.mark.parametrize("batch_size", ["64", "4"])  # of 4, eight passes are 80 steps and more
def test_the_kept_model_takes_as_many_steps_as_were_best(
    batch_size: str, library: Database, tmp_path: Path
) -> None:
    changes = {"patience": "3", "learning_rate": "0.1", "steps": "20", "batch_size": batch_size}
    run = added(library, tmp_path, **changes)
    train(library, run.id, Progress(None))
    metrics = results.metrics(library, run.id)
    of = {
        phase: [one for one in metrics if one["phase"] == phase]
        for phase in ("number of steps", "held-out", "all frames")
    }
    first = of["number of steps"]
    best = min(first, key=lambda one: one["error_held_out"])["step"]
    assert best < first[-1]["step"] < first[-1]["steps"]  # stopped
    assert of["held-out"][-1]["step"] == of["all frames"][-1]["step"] == best
    assert results.report(library, run.id)["steps"] == best
    # Along the same learning rates, which would have come to zero at the planned end
    rates = [{one["step"]: one["learning_rate"] for one in of[phase]} for phase in of]
    assert rates[0][best] == rates[1][best] == rates[2][best] > 0
    # The figure is of a training that is as long as the kept one's
    held_out = runs.get(library, run.id).error_held_out
    assert held_out == pytest.approx(of["held-out"][-1]["error_held_out"], rel=1e-5)
    assert f"{best} steps are best" in results.log(library, run.id)


def test_what_says_when_to_stop_is_not_what_is_reported() -> None:
    for counts in ([24, 30], [109, 378], [40_000], [5], [60, 12]):
        held, stopping = held_out_rows(counts), stopping_rows(counts)
        assert not (held & stopping).any() and stopping.mean() <= 0.17
    assert np.flatnonzero(stopping_rows([109])).tolist() == list(range(50, 60))
    assert np.flatnonzero(stopping_rows([24, 30])).tolist() == [0, 1, 24, 25, 26]


def test_the_wording_is_as_large_as_the_captions_need(library: Database, tmp_path: Path) -> None:
    run = added(library, tmp_path, wording_size="0")
    train(library, run.id, Progress(None))
    kept = RunConfig.from_json(runs.get(library, run.id).config).model
    assert isinstance(kept, AffinityConfig) and kept.wording_size == 320
    assert results.latents(library, run.id).shape[1] == kept.latent_size
    assert results.report(library, run.id)["pca"]["latent_size"] == FRAMES - 1  # all there are
    assert not results.report(library, run.id)["text"]["budget"]
    small = added(library, tmp_path, wording_size="8")
    train(library, small.id, Progress(None))
    said = results.report(library, small.id)["text"]["budget"]
    assert "8 numbers" in said and said in results.log(library, small.id)
