"""The published models through the whole of a training: words, maps, measures, interruption."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core.config import RunConfig, TrainingConfig
from core.errors import InvalidSetting
from core.pipeline.decoding.decoder import Decoder
from core.pipeline.training import training_files
from core.pipeline.training.corpus import published_pairs, read_corpus
from core.pipeline.training.train import train
from core.pipeline.training.training_report import data_hash
from core.records import Run
from core.storage import Database, captions, results, runs
from core.storage.new_run import new_run, trainable
from core.storage.progress import Progress
from models.config import CrvaeConfig, ModelConfig, PureCvaeConfig
from tests.synthetic import add_video

VECTORS = "word_vectors.txt"
SHORT = TrainingConfig(epochs=2, batch_size=8, learning_rate=1e-3)
WORDS = CrvaeConfig(width=48, height=32, channels=2, dense=12, hidden=4, latent_size=5, word_size=6)


@pytest.fixture
def library(db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Database:
    """Two drawn videos, us and cn, each with a caption for every three frames; no analyses."""
    monkeypatch.setattr("core.pipeline.training.train.standard", lambda *_: None)
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

    def stop(folder: Path, phase: str, begun: training_files.Training) -> None:
        drawn.append(begun.step)
        if len(drawn) == 4:
            raise KeyboardInterrupt
        draw(folder, phase, begun)

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


@pytest.mark.real
def test_the_published_pairs_of_the_news(db: Database, real: Path) -> None:
    from core.pipeline.intake.add_video import add_file
    from core.pipeline.intake.decode_video import decode_video

    news = real / "news"
    for file, text, segments in (("us.mp4", "us.en.vtt", 96), ("cn.mp4", "cn.zh.srt", 90)):
        said = (text, (news / text).read_bytes())
        video = add_file(db, news / file, file, group=file[:2], captions=said)
        decode_video(db, video.id, Progress(None))
        pairs = published_pairs(db, video.id)
        assert len(pairs) == segments
        if file == "cn.mp4":
            published = [21 * block + at for block in range(18) for at in (0, 4, 8, 12, 16)]
            assert [frame for frame, _ in pairs] == published
        else:
            assert pairs[-1][0] == 108 and pairs[1][0] == 1
