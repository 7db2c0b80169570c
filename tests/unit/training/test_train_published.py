"""The published models through the whole of a training: words, maps, measures, interruption."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from core.config import RunConfig, TrainingConfig, preset
from core.errors import InvalidSetting
from core.pipeline.decoding.decoder import Decoder
from core.pipeline.search.encode_uploaded_picture import latent_of
from core.pipeline.search.uploaded_picture import encoded_with
from core.pipeline.training import training_files
from core.pipeline.training.corpus import published_pairs, read_corpus
from core.pipeline.training.train import train
from core.pipeline.training.training_report import data_hash
from core.records import Run
from core.storage import Database, captions, checkpoints, results, runs, videos
from core.storage.new_run import new_run, trainable
from core.storage.progress import Progress
from core.training.dataset import Examples, Frames
from core.training.measures import subsample
from core.training.trainer import Training
from core.video.pixels import pixels
from models.config import CompactConfig, CrvaeConfig, ModelConfig, PureCvaeConfig
from models.factory import build
from models.interface import FrameModel
from tests.synthetic import add_video

pytestmark = pytest.mark.slow

VECTORS = "word_vectors.txt"
SHORT = TrainingConfig(epochs=2, batch_size=8, learning_rate=1e-3)
WORDS = CrvaeConfig(width=48, height=32, channels=2, dense=12, hidden=4, latent_size=5, word_size=6)


@pytest.fixture
def library(db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Database:
    """Two drawn videos, us and cn, each with a caption for every three frames; no analyses."""
    monkeypatch.setattr("core.pipeline.training.train.standard", lambda *_: None)
    monkeypatch.setattr("core.pipeline.training.train.threads", lambda: 1)  # too small for more
    add_video(db, "video0", "us", 24, 0)
    add_video(db, "video1", "cn", 30, 1)
    said = ["good", "evening", "and", "welcome", "wear", "a", "mask", "欢迎", "收看", "疫苗"]
    numbers = np.random.default_rng(0).normal(size=(len(said), 6)).round(3)
    lines = [" ".join([w, *map(str, row)]) for w, row in zip(said, numbers, strict=True)]
    (tmp_path / VECTORS).write_text("\n".join(lines) + "\n")
    return db


def words(tmp_path: Path, **changes: object) -> CrvaeConfig:
    return replace(WORDS, word_vectors=str(tmp_path / VECTORS), **changes)


def added(db: Database, model: ModelConfig, training: TrainingConfig = SHORT) -> Run:
    run = new_run(RunConfig(model, training, "fast"), trainable(db, ["video0", "video1"]))
    runs.add(db, run)
    return run


def test_a_model_of_words_ends_with_words(library: Database, tmp_path: Path) -> None:
    run = added(library, words(tmp_path))
    train(library, run.id, Progress(None))
    said = results.report(library, run.id)
    texts = results.decoded_texts(library, run.id)
    assert len(texts) == runs.get(library, run.id).frames == 54
    assert all(isinstance(text, str) for text in texts)
    assert said["published"]["unit"] == "sum of batch MSE"
    whole = said["published"]["image"] + 3 * said["published"]["text"]
    assert said["published"]["total"] == pytest.approx(whole, rel=1e-4)
    for way in ("teacher_forced", "free_running", "first_word"):
        assert 0 <= said["text"][way]["train"] <= 1 and 0 <= said["text"][way]["held_out"] <= 1
    assert 0 < said["text"]["unknown_share"] < 1
    assert (said["epochs"], said["steps"], said["batch_size"]) == (2, 14, 8)
    assert said["ssim"] <= 1 and said["held_out"]["psnr"] > 0 and said["peak_memory_bytes"] > 0
    latents = results.latents(library, run.id)
    assert Decoder(library, run.id).texts(latents) == texts


def test_a_model_of_maps_keeps_them_and_decodes_the_nearest(library: Database) -> None:
    config = PureCvaeConfig(width=48, height=32, channels=2, latent_size=3)
    run = added(library, config)
    train(library, run.id, Progress(None))
    latents, maps = results.latents(library, run.id), results.maps(library, run.id)
    assert maps.shape == (54, 3, 4, 6) and latents.shape == (54, 3)
    assert np.allclose(maps.max(axis=(2, 3)), latents, atol=1e-2)
    decoder = Decoder(library, run.id)
    assert not decoder.exact and decoder.texts(latents) is None
    near = latents[[7]] + 1e-6
    assert np.array_equal(next(decoder.pictures(near)), list(decoder.pictures(latents))[7])
    assert results.report(library, run.id)["published"]["unit"] == "255 x MSE"


def test_a_cancelled_training_of_words_goes_on_where_it_stood(
    library: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    training = replace(SHORT, epochs=6, held_out="none", checkpoint_every_s=0.0)
    whole = added(library, words(tmp_path), training)
    train(library, whole.id, Progress(None))
    expected = results.latents(library, whole.id)
    runs.delete(library, whole.id)
    again = added(library, words(tmp_path), training)
    draw, drawn = training_files.draw_reconstructions, []

    def stop(folder: Path, before: int, begun: training_files.Training) -> None:
        drawn.append(begun.step)
        if len(drawn) == 4:
            raise KeyboardInterrupt
        draw(folder, before, begun)

    monkeypatch.setattr(training_files, "draw_reconstructions", stop)
    with pytest.raises(KeyboardInterrupt):
        train(library, again.id, Progress(None))
    train(library, again.id, Progress(None))
    assert "going on from step" in results.log(library, again.id)
    assert np.array_equal(results.latents(library, again.id), expected)


def test_corrected_captions_are_other_data(library: Database, tmp_path: Path) -> None:
    config = RunConfig(words(tmp_path), SHORT)
    run = added(library, config.model)
    hashes = []
    for text in ("wear a mask", "wear a mask", "a mask"):
        captions.correct(library, "video0", 0, text=text, start_s=0.0, end_s=6.0)
        hashes.append(data_hash([], read_corpus(library, run, config, Progress(None))))
    assert hashes[0] == hashes[1] != hashes[2]


def test_each_segment_is_paired_with_one_frame(library: Database, tmp_path: Path) -> None:
    pairs = published_pairs(library, "video1")
    assert [frame for frame, _ in pairs] == [3 * i for i in range(10)]
    config = RunConfig(
        words(tmp_path, unknown_words="zero"), replace(SHORT, pairs="segments", shuffle=False)
    )
    run = added(library, config.model, config.training)
    corpus = read_corpus(library, run, config, Progress(None))
    assert len(corpus.rows) == 8 + 10
    assert corpus.rows[8:].tolist() == [24 + 3 * i for i in range(10)]
    assert corpus.of_frames.shape == (54, corpus.longest)
    unknown = ~corpus.vocabulary.known
    assert not corpus.vocabulary.vectors[unknown].any()


def test_no_captions_is_said(db: Database, tmp_path: Path) -> None:
    add_video(db, "video0", "us", 12, 0)
    captions.replace(db, "video0", [], origin="none", timed=True, language="en")
    run = new_run(RunConfig(words(tmp_path), SHORT), trainable(db, ["video0"]))
    (tmp_path / VECTORS).write_text("good 1 2 3 4 5 6\n")
    runs.add(db, run)
    with pytest.raises(InvalidSetting, match="these videos have none"):
        train(db, run.id, Progress(None))


@pytest.mark.thorough
@pytest.mark.real
def test_the_published_pairs_of_the_news(news: Database) -> None:
    of_group = {video.group: video.id for video in videos.ready(news)}
    for group, segments in (("us", 96), ("cn", 90)):
        pairs = published_pairs(news, of_group[group])
        assert len(pairs) == segments
        if group == "cn":
            published = [21 * block + at for block in range(18) for at in (0, 4, 8, 12, 16)]
            assert [frame for frame, _ in pairs] == published
        else:
            assert pairs[-1][0] == 108 and pairs[1][0] == 1


class Told(Progress):
    """Keeps all that it is told."""

    def __init__(self) -> None:
        super().__init__(None)
        self.said: list[tuple[float, str, float | None]] = []

    def __call__(self, fraction: float, message: str, eta_s: float | None = None) -> None:
        self.said.append((fraction, message, eta_s))


@pytest.mark.parametrize(("held_out", "phases"), [("none", 1), ("refit", 2)])
def test_a_training_says_how_far_it_is_from_its_first_step_on(
    held_out: str, phases: int, library: Database, tmp_path: Path
) -> None:
    told = Told()
    run = added(library, words(tmp_path), replace(SHORT, epochs=12, held_out=held_out))
    train(library, run.id, told)
    fractions = [fraction for fraction, _, _ in told.said]
    assert fractions == sorted(fractions)
    before = [message for _, message, _ in told.said]
    steps = [one for one in told.said if one[1].startswith("Training")]
    assert steps[0][0] == 0.0 and ", step 0 of " in steps[0][1]
    assert any("Reading frames" in message for message in before[:2])
    assert any("Preparing" in message for message in before)
    ends = [one for one in steps if ", step 0 of " in one[1]]
    assert len(ends) == phases
    of = [int(one[1].rpartition(" ")[2]) for one in ends]
    assert len(steps) == sum(of) + phases  # each step is told
    assert [eta is None for _, _, eta in steps] == [True] * 3 + [False] * (len(steps) - 3)
    assert steps[-1][0] == pytest.approx(0.8) and steps[-1][2] == 0


class Clock:
    """The time of a machine on which each step takes 25 s."""

    now = 0.0

    def monotonic(self) -> float:
        return self.now

    time = monotonic


def test_a_slow_training_is_saved_every_30_seconds(
    library: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock, saved, advance, save = Clock(), [], Training._advance, checkpoints.save_training

    def slowly(training: Training, *given: Any) -> Any:
        clock.now += 25
        return advance(training, *given)

    def note(path: Path, model: Any, state: dict[str, Any], progress: dict[str, Any]) -> None:
        saved.append(clock.now)
        clock.now += 4  # so that a twentieth of the time would be a checkpoint each 80 s
        save(path, model, state, progress)
        assert checkpoints.load_training(path)[1]["step"] == state["step"]

    monkeypatch.setattr("core.pipeline.training.train.time", clock)
    monkeypatch.setattr(Training, "_advance", slowly)
    monkeypatch.setattr(checkpoints, "save_training", note)
    run = added(library, words(tmp_path), replace(SHORT, epochs=12, held_out="none"))
    train(library, run.id, Progress(None))
    assert len(saved) > 30
    # A checkpoint waits for the end of the step that is under way, and no longer
    assert np.diff([0.0, *saved]).max() <= 30 + 25


@torch.enable_grad()
def trained_as_published(library: Database, tmp_path: Path) -> tuple[Run, FrameModel, Examples]:
    """A run of captions paired with frames, its model, and the pairs in the training's order."""
    training = replace(SHORT, pairs="segments", shuffle=False, held_out="none", batch_size=16)
    run = added(library, words(tmp_path, unknown_words="zero"), training)
    train(library, run.id, Progress(None))
    config = RunConfig.from_json(run.config)
    corpus = read_corpus(library, run, config, Progress(None))
    arrays = [pixels(library, video, 48, 32) for video in ("video0", "video1")]
    pairs = Examples(Frames(arrays, torch.device("cpu")), corpus.rows, corpus.words)
    return run, checkpoints.open_model(results.checkpoint(library, run.id)), pairs


@torch.no_grad()
def test_the_published_model_is_exported_and_measured_in_the_trainings_batches(
    library: Database, tmp_path: Path
) -> None:
    run, model, pairs = trained_as_published(library, tmp_path)
    assert len(pairs) == 18  # 16 and 2: two batches
    latents, errors, alone = results.latents(library, run.id), [], 0
    corpus = read_corpus(library, run, RunConfig.from_json(run.config), Progress(None))
    everywhere = Examples(pairs.frames, words=corpus.of_frames)
    model.train()  # the published code is never in evaluation mode
    for numbers in (np.arange(16), np.arange(16, 18)):
        batch = pairs.batch(numbers)
        means = model.encode(*batch).mode()
        rows = pairs.rows[numbers]
        assert np.allclose(latents[rows], means.numpy(), atol=1e-5)
        errors.append((model.decode(means).clamp(0, 1) - batch.frames).square().flatten(1).mean(1))
        # The frames right after a paired one have no caption of their own: their pair's batch
        model.eval()
        with model.normalised_as(*batch):
            beside = rows + 1
            found = model.encode(*everywhere.batch(beside)).mode()
        model.train()
        assert np.allclose(latents[beside], found.numpy(), atol=1e-5)
        alone += len(beside)
    assert alone == 18
    error_train = runs.get(library, run.id).error_train
    assert error_train == pytest.approx(255 * float(torch.cat(errors).mean()), rel=1e-4)


def test_a_picture_from_outside_is_normalised_as_the_runs_frames(
    library: Database, tmp_path: Path
) -> None:
    run, model, pairs = trained_as_published(library, tmp_path)
    picture = (pairs.frames.raw(np.array([7]))[0].permute(1, 2, 0)).numpy()
    others = encoded_with(library, run)
    checkpoint = results.checkpoint(library, run.id)
    latent = latent_of(checkpoint, np.ascontiguousarray(picture), others)
    some = subsample(np.arange(54), 16)
    with model.normalised_as(pairs.frames.batch(some)):
        expected = model.encode(pairs.frames.batch(np.array([7]))).mode()[0]
    assert np.allclose(latent, expected.detach().numpy(), atol=1e-4)


def test_weights_of_earlier_versions_are_read(tmp_path: Path) -> None:
    """Parts had other names, and batch norms running statistics."""
    earlier = {
        "image_encoder": "look",
        "image_decoder": "draw",
        "expand": "unfold",
        "split_head": "part",
        "image_norm": "look_norm",
        "text_norm": "reader_norm",
    }
    for config in (WORDS, PureCvaeConfig(width=48, height=32, channels=2, latent_size=3)):
        model = build(config)
        weights = {}
        for name, tensor in model.state_dict().items():
            part, dot, rest = name.partition(".")
            weights[earlier.get(part, part) + dot + rest] = tensor.clone()
        if config is WORDS:
            weights["look_norm.running_mean"] = torch.zeros(config.folded)
            weights["reader_norm.num_batches_tracked"] = torch.tensor(3)
        other = build(config)
        checkpoints.load_weights(other, weights)
        for name, tensor in model.state_dict().items():
            assert torch.equal(tensor, other.state_dict()[name]), name


def test_settings_of_earlier_versions_are_read() -> None:
    saved = RunConfig(CompactConfig(crop_share=0.25)).to_json()
    saved["model"]["views"] = saved["model"].pop("crop_share")
    assert RunConfig.from_json(saved).model == CompactConfig(crop_share=0.25)
    assert preset("compact", changes={"views": "0.25"}).model == CompactConfig(crop_share=0.25)
    saved = RunConfig(WORDS).to_json()
    del saved["model"]["norm"]  # all were normalised over the batch
    assert RunConfig.from_json(saved).model.norm == "batch"
    assert preset("crvae").model.norm == preset("crvae", "quick").model.norm == "layer"
    assert preset("crvae", "paper").model.norm == "batch"
