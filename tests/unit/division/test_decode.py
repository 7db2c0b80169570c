"""Decoding a point of a run's latent space: `decode`, and the centres of its clusters."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
import torch

from core.__main__ import main
from core.config import RunConfig
from core.pipeline.division import analyse
from core.records import Run
from core.storage import Database, analyses, checkpoints, results, runs
from core.storage.files import save_array
from core.storage.progress import Progress
from models.compact import Compact
from models.config import MODELS, CrvaeConfig, ModelConfig, PureCvaeConfig
from models.factory import build
from models.interface import FrameModel, WordModel
from models.pca import Pca
from models.published.crvae import Crvae
from models.published.cvae import DenseCvae, PureCvae
from tests.synthetic import make_run

_SMALL = {"width": 40, "height": 24, "latent_size": 4, "channels": 2}
_WORDS = ("", "mask", "subway", "口罩")


def _run_of(db: Database, config: ModelConfig) -> tuple[Run, FrameModel]:
    """A finished run of 11 frames whose checkpoint is an untrained model of `config`."""
    made = make_run(db, (5, 6), latent=4, every_k=(), layouts=())
    torch.manual_seed(0)
    model = build(config)
    if isinstance(model, WordModel):
        vectors = torch.eye(len(_WORDS), 5)  # (V, E)
        vectors[0] = 0
        model.use_words(vectors, 3)
        with torch.no_grad():  # says "subway" everywhere, whatever the weights
            model.writer.leave.weight.zero_()
            model.writer.leave.bias.copy_(vectors[2])
    words = _WORDS if isinstance(model, WordModel) else ()
    checkpoints.save_model(results.checkpoint(db, made.id), model, RunConfig(config), words)
    runs.update(db, made.id, model=config.name)
    return runs.get(db, made.id), model


def _decode(db: Database, *words: str) -> int:
    return main(["decode", "synthetic-run", *words, "--data", str(db.files.folder)])


def test_a_model_of_words_says_on_stdout_what_the_latent_stands_for(
    db: Database, tmp_path, capsys: pytest.CaptureFixture[str]
) -> None:
    _run_of(db, CrvaeConfig(**_SMALL, dense=8, hidden=8, word_size=5))
    assert _decode(db, "--frame", "video1:2", "--out", str(tmp_path / "f.png")) == 0
    said = capsys.readouterr()
    assert said.out == "subway subway subway\n"
    assert said.err == f"Wrote {tmp_path / 'f.png'}.\n"
    assert cv2.imread(str(tmp_path / "f.png")).shape == (24, 40, 3)


def test_a_model_without_words_says_so(db: Database, tmp_path, capsys) -> None:
    _run_of(db, MODELS["pca"](width=40, height=24, latent_size=4))
    assert _decode(db, "--frame", "video1:2", "--out", str(tmp_path / "f.png")) == 0
    said = capsys.readouterr()
    assert said.out == ""
    assert "carries no words" in said.err


def test_the_map_of_the_nearest_frame_stands_in_for_a_vector_and_is_named(
    db: Database, tmp_path, capsys
) -> None:
    made, model = _run_of(db, PureCvaeConfig(**_SMALL))
    maps = np.random.default_rng(0).normal(0, 3, (11, 4, 3, 5)).astype(np.float16)
    save_array(db.files.run(made.id) / "maps.npy", maps)
    np.save(tmp_path / "near.npy", results.latents(db, made.id)[7] + 1e-4)
    out = tmp_path / "f.png"
    assert _decode(db, "--latent", str(tmp_path / "near.npy"), "--out", str(out)) == 0
    said = capsys.readouterr()
    assert said.out == ""
    assert "nearest frame, video1:2, stands in" in said.err
    with torch.no_grad():
        right = model.eval().decode(torch.from_numpy(maps[7:8]).float()).clamp(0, 1)[0]
    expected = right.mul(255).round().byte().permute(1, 2, 0).numpy()
    np.testing.assert_array_equal(cv2.imread(str(out))[..., ::-1], expected)
    _decode(db, "--frame", "video1:2", "--out", str(tmp_path / "own.png"))
    assert "stands in" not in capsys.readouterr().err  # a frame has a map of its own
    np.testing.assert_array_equal(cv2.imread(str(tmp_path / "own.png")), cv2.imread(str(out)))


def test_a_latent_of_ones_own_is_decoded_at_the_mode_near_it_or_as_it_is(
    db: Database, tmp_path, capsys
) -> None:
    made, _ = _run_of(db, MODELS["compact"](width=40, height=24, latent_size=4))
    latents = results.latents(db, made.id)
    own, frame = str(tmp_path / "own.npy"), str(tmp_path / "frame.npy")
    np.save(own, (latents[0] + latents[9]) / 2)
    np.save(frame, latents[3])
    for given, said in ((own, True), (frame, False)):
        assert _decode(db, "--latent", given, "--out", str(tmp_path / "a.png")) == 0
        assert ("at the mode" in capsys.readouterr().err) == said
    assert _decode(db, "--latent", own, "--centre", "mean", "--out", str(tmp_path / "b.png")) == 0
    assert "at the mode" not in capsys.readouterr().err


def test_the_words_of_each_centre_are_kept_with_the_clusters(db: Database) -> None:
    made, _ = _run_of(db, CrvaeConfig(**_SMALL, dense=8, hidden=8, word_size=5))
    clustering = analyse.cluster(db, made.id, "kmeans", 3, 0, Progress(None))
    assert analyses.centre_texts(db, clustering) == ["subway subway subway"] * 3


@pytest.mark.parametrize("model", [Pca, PureCvae, DenseCvae, Crvae, Compact])
def test_a_config_says_of_vectors_what_its_model_does(model: type[FrameModel]) -> None:
    name = {Pca: "pca", PureCvae: "pure-cvae", DenseCvae: "dense-cvae", Crvae: "crvae"}
    assert MODELS[name.get(model, "compact")].decodes_vectors == model.decodes_vectors
