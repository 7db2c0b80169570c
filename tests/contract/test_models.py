"""What every model must do, whatever it is made of."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from core.config import RunConfig
from core.storage import checkpoints
from models.config import (
    MODELS,
    AffinityConfig,
    CompactConfig,
    CrvaeConfig,
    DenseCvaeConfig,
    ModelConfig,
    PcaConfig,
    PureCvaeConfig,
)
from models.factory import build
from models.interface import FitInputs, FrameModel, WordModel


def small_crvae(cell: str) -> CrvaeConfig:
    return CrvaeConfig(
        width=48,
        height=32,
        latent_size=12,
        channels=8,
        dense=48,
        cell=cell,
        hidden=8,
        word_size=10,
    )


SMALL: dict[str, ModelConfig] = {
    "pca": PcaConfig(width=48, height=32, latent_size=6),
    "pure-cvae": PureCvaeConfig(width=48, height=32, latent_size=6, channels=4),
    "dense-cvae": DenseCvaeConfig(
        width=48, height=32, latent_size=12, channels=8, first_dense=96, second_dense=48
    ),
    "crvae": small_crvae("lstm"),
    "crvae-rnn": small_crvae("rnn"),
    "crvae-gru": small_crvae("gru"),
    "crvae-transformer": small_crvae("transformer"),
    "crvae-layer": replace(small_crvae("lstm"), norm="layer"),
    "compact": CompactConfig(width=48, height=32, latent_size=12, channels=8, maps=4),
    "affinity": AffinityConfig(
        width=48,
        height=32,
        appearance_size=12,
        channels=8,
        maps=4,
        feature_size=16,
        content_size=4,
        meaning_size=6,
        wording_size=20,
        word_size=10,
    ),
}
COMPUTED = ("affinity", "compact", "pca")  # reconstruct before they have learned anything
READING = tuple(name for name in sorted(SMALL) if name.startswith("crvae"))  # words one by one
OF_WORDS = ("affinity", *READING)
OF_VOCABULARY = ("embedding", "longest", "meaning.said", "wording.")  # as large as the captions ask
TOKENS = 5


@pytest.fixture(params=sorted(SMALL))
def config(request: pytest.FixtureRequest) -> ModelConfig:
    return SMALL[request.param]


@pytest.fixture
def words() -> torch.Tensor:
    return captions()


@pytest.fixture
def frames() -> torch.Tensor:
    """(20, 3, 32, 48) uint8: a disc that moves over a coloured ground."""
    rows, columns = np.mgrid[0:32, 0:48]
    pictures = np.zeros((20, 3, 32, 48), np.uint8)
    for index in range(20):
        disc = (rows - 16) ** 2 + (columns - 4 - 2 * index) ** 2 < 36
        pictures[index] = (40 + 8 * index, 90, 200 - 6 * index)[0]
        pictures[index, 1] += np.uint8(3 * index)
        pictures[index][:, disc] = 230
    return torch.from_numpy(pictures)


def captions() -> torch.Tensor:
    """(20, 5): a caption for each frame, of 0 to 5 of 9 words."""
    drawn = torch.randint(1, 10, (20, TOKENS), generator=torch.Generator().manual_seed(1))
    for row in range(20):
        drawn[row, row % 6 :] = 0
    return drawn


def prepared(config: ModelConfig, frames: torch.Tensor, seed: int = 0) -> FrameModel:
    torch.manual_seed(seed)
    model = build(config)
    beside = FitInputs()
    if isinstance(model, WordModel):
        vectors = torch.randn(10, 10, generator=torch.Generator().manual_seed(2))
        vectors[0] = 0
        model.use_words(vectors, TOKENS)
        features = torch.randn(20, 16, generator=torch.Generator().manual_seed(3))
        beside = FitInputs(captions(), features, torch.arange(20) % 4 > 0)
    model.prepare(frames, torch.Generator().manual_seed(seed), beside)
    return model


def prepared_of_words(name: str, frames: torch.Tensor) -> WordModel:
    model = prepared(SMALL[name], frames)
    assert isinstance(model, WordModel)
    return model


def test_every_model_is_here() -> None:
    assert {config.name for config in SMALL.values()} == set(MODELS)


def test_shapes(config: ModelConfig, frames: torch.Tensor, words: torch.Tensor) -> None:
    model = prepared(config, frames)
    posterior = model.encode(frames[:5].float() / 255, words[:5])
    latent = (5, config.latent_size) if model.decodes_vectors else (5, config.latent_size, 4, 6)
    assert posterior.mean.shape == posterior.log_variance.shape == latent
    assert model.prior_std.shape == (config.latent_size,)
    assert (model.prior_std > 0).all()
    assert model.decode(posterior.mode()).shape == (5, 3, config.height, config.width)
    assert model.sample(3).shape == (3, 3, config.height, config.width)


def test_what_is_clustered_is_one_vector_for_each_frame(
    config: ModelConfig, frames: torch.Tensor
) -> None:
    model = prepared(config, frames).eval()
    latents = model.encode(frames[:5].float() / 255).mode()
    vectors = model.vectors(latents)
    assert vectors.shape == (5, config.latent_size)
    if model.decodes_vectors:
        assert torch.equal(vectors, latents)
    else:
        assert torch.equal(vectors, latents.flatten(2).max(dim=2).values)


def test_samples_are_of_the_generator(config: ModelConfig, frames: torch.Tensor) -> None:
    model = prepared(config, frames).eval()
    first, again = (model.sample(2, torch.Generator().manual_seed(4)) for _ in range(2))
    assert torch.equal(first, again)
    assert not torch.equal(first[0], first[1])


def counted(config: ModelConfig) -> int:
    """Of models that compute what they know all numbers, of the published what is trained."""
    model = build(config)
    if config.name in COMPUTED:
        held = model.state_dict().items()
        return sum(t.numel() for name, t in held if not name.startswith(OF_VOCABULARY))
    return sum(p.numel() for p in model.parameters() if p.requires_grad)


def test_parameters_are_counted_right(config: ModelConfig) -> None:
    assert config.parameters() == counted(config)


@pytest.mark.parametrize("name", COMPUTED)  # the published ones: tests/unit, without the memory
def test_default_parameters_are_counted_right(name: str) -> None:
    default = MODELS[name]()
    assert default.parameters() == counted(default)


@pytest.mark.parametrize("name", COMPUTED)
def test_preparing_already_reconstructs(name: str, frames: torch.Tensor) -> None:
    model = prepared(SMALL[name], frames)
    shown = frames.float() / 255
    spread = float((shown - shown.mean(0)).square().mean())
    error = (model.decode(model.encode(shown).mode()) - shown).square().mean().item()
    assert error < 0.2 * spread


def test_loss_falls_on_eight_frames(
    config: ModelConfig, frames: torch.Tensor, words: torch.Tensor
) -> None:
    model = prepared(config, frames)
    if not model.learns:
        pytest.skip(f"{config.name} learns nothing")
    shown, said = frames[:8].float() / 255, words[:8]
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    losses = []
    for _ in range(25):
        latents = model.encode(shown, said).mode()
        loss = model.reconstruct(latents, shown, said)[1].total
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    already = config.name in COMPUTED  # what was computed leaves little to learn
    assert losses[-1] < (0.99 if already else 0.8) * losses[0]


def test_same_seed_same_weights(config: ModelConfig, frames: torch.Tensor) -> None:
    first, second = prepared(config, frames, 3), prepared(config, frames, 3)
    for name, tensor in first.state_dict().items():
        assert torch.equal(tensor, second.state_dict()[name]), name


def test_a_saved_model_decodes_the_same(
    config: ModelConfig, frames: torch.Tensor, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("checkpoint")
    model = prepared(config, frames).eval()
    checkpoints.save_model(folder, model, RunConfig(config))
    again = checkpoints.open_model(folder)
    latents = model.encode(frames.float() / 255).mode()
    assert torch.equal(model.decode(latents), again.decode(latents))
    if isinstance(model, WordModel) and isinstance(again, WordModel):
        spoken = model.decode_words(latents, None)
        assert spoken.shape == (20, TOKENS, 10)
        assert torch.equal(spoken, again.decode_words(latents, None))


def test_encoding_one_frame_is_encoding_it_among_others(
    config: ModelConfig, frames: torch.Tensor, words: torch.Tensor
) -> None:
    model = prepared(config, frames).eval()
    shown = frames.float() / 255
    together = model.encode(shown, words).mode()
    with model.normalised_as(shown, words):
        alone = model.encode(shown[7:8], words[7:8]).mode()
    assert torch.allclose(together[7:8], alone, atol=1e-4)
    if model.encoded_together is None:  # whatever the batch
        assert torch.allclose(together[7:9], model.encode(shown[7:9], words[7:9]).mode(), atol=1e-4)
    else:  # the batch decides, as in training, which evaluation does not change
        assert not torch.allclose(
            together[7:9], model.encode(shown[7:9], words[7:9]).mode(), atol=1e-2
        )
        assert torch.equal(together, model.train().encode(shown, words).mode())


def test_refuses_pictures_it_cannot_have(config: ModelConfig) -> None:
    with pytest.raises(ValueError, match="multiples of 8"):
        replace(config, width=50)


@pytest.mark.parametrize("name", OF_WORDS)
def test_words_are_decoded_with_the_pictures(
    name: str, frames: torch.Tensor, words: torch.Tensor
) -> None:
    model = prepared_of_words(name, frames).eval()
    latents = model.encode(frames.float() / 255, words).mode()
    for said in (words, None):
        pictures, spoken = model.decode_both(latents, said)
        assert spoken.shape == (20, TOKENS, 10)
        assert torch.equal(pictures, model.decode(latents))
        assert torch.equal(spoken, model.decode_words(latents, said))


@pytest.mark.parametrize("name", READING)
def test_each_word_is_shown_the_one_before(
    name: str, frames: torch.Tensor, words: torch.Tensor
) -> None:
    model = prepared_of_words(name, frames).eval()
    latents = model.encode(frames.float() / 255, words).mode()
    forced, free = model.decode_words(latents, words), model.decode_words(latents, None)
    assert torch.allclose(forced[:, 0], free[:, 0], atol=1e-5)  # both see the start token alone
    assert not torch.allclose(forced, free, atol=1e-4)


@pytest.mark.parametrize("name", OF_WORDS)
def test_words_reach_the_latent(name: str, frames: torch.Tensor, words: torch.Tensor) -> None:
    model = prepared_of_words(name, frames).eval()
    shown = frames.float() / 255
    spoken = model.encode(shown, words).mode()
    silent = model.encode(shown, torch.zeros_like(words)).mode()
    moved = (spoken - silent).abs().amax(dim=1)
    assert (moved[words.any(dim=1)] > 1e-4).all()
    assert torch.allclose(model.encode(shown).mode(), silent, atol=1e-6)


@pytest.mark.parametrize("name", OF_WORDS)
def test_vectors_of_another_size_are_refused(name: str, frames: torch.Tensor) -> None:
    model = prepared_of_words(name, frames)
    with pytest.raises(ValueError, match="word_size=7"):
        model.use_words(torch.zeros(3, 7), TOKENS)
    with pytest.raises(ValueError, match="No frame has a caption"):
        model.use_words(torch.zeros(3, 10), 0)
