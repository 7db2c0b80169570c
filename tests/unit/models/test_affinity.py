"""Our own model: shares of its parts, what stays open, its words, and its checkpoint."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor
from torch.nn.functional import normalize

from core.config import RunConfig, TrainingConfig
from core.storage import checkpoints
from core.training.dataset import Batch, Examples, Frames
from core.training.trainer import Training, _with_crops
from models.affinity.config import AffinityConfig
from models.affinity.model import _SHARES, Affinity
from models.interface import FitInputs

CONFIG = AffinityConfig(
    width=48,
    height=32,
    appearance_size=12,
    channels=8,
    maps=4,
    feature_size=16,
    content_size=4,
    meaning_size=6,
    wording_size=40,
    word_size=12,
)
FRAMES, PLACES, WORDS = 48, 5, 20
PARTS = ("appearance", "content", "meaning", "wording")


def pictures() -> Tensor:
    """(48, 3, 32, 48) uint8: a disc that moves over white, and over a ground that darkens."""
    rows, columns = np.mgrid[0:32, 0:48]
    drawn = np.full((FRAMES, 3, 32, 48), 255, np.uint8)
    for index in range(FRAMES):
        disc = (rows - 12) ** 2 + (columns - index) ** 2 < 40
        drawn[index][:, 20:] = (20 + 4 * index, 90, 200 - 3 * index)[index % 3]
        drawn[index][:, disc] = 30
    return torch.from_numpy(drawn)


def embedding() -> Tensor:
    drawn = torch.randn(WORDS, CONFIG.word_size, generator=torch.Generator().manual_seed(2))
    drawn[0] = 0
    return drawn


def captions(seed: int = 1) -> Tensor:
    """(48, 5): three frames to a caption of 1 to 5 words; every fourth caption is silence."""
    generator = torch.Generator().manual_seed(seed)
    drawn = torch.randint(1, WORDS, (FRAMES // 3, PLACES), generator=generator)
    lengths = torch.randint(1, PLACES + 1, (FRAMES // 3, 1), generator=generator)
    drawn = torch.where(torch.arange(PLACES) < lengths, drawn, 0)
    drawn[::4] = 0
    return drawn.repeat_interleave(3, dim=0)


def features() -> Tensor:
    """(48, 16) of length 1: shots of six frames."""
    generator = torch.Generator().manual_seed(3)
    shots = torch.randn(FRAMES // 6, 16, generator=generator).repeat_interleave(6, dim=0)
    return normalize(shots + 0.3 * torch.randn(FRAMES, 16, generator=generator), dim=1)


def beside() -> FitInputs:
    return FitInputs(captions(), features(), torch.arange(FRAMES) % 6 > 0)


def prepared(
    known: FitInputs | None = None, config: AffinityConfig = CONFIG, words: bool = True
) -> Affinity:
    torch.manual_seed(0)
    model = Affinity(config)
    if words:
        model.use_words(embedding(), PLACES)
    model.prepare(pictures(), torch.Generator().manual_seed(0), known)
    return model.eval()


def shown(count: int = FRAMES) -> Tensor:
    return pictures()[:count].float() / 255


def parts(latents: Tensor, config: AffinityConfig = CONFIG) -> dict[str, Tensor]:
    c = config
    sizes = [c.appearance_size, c.content_size, c.meaning_size, c.wording_numbers]
    return dict(zip(PARTS, latents.split(sizes, dim=1), strict=True))


@pytest.fixture(scope="module")
def model() -> Affinity:
    return prepared(beside())


@pytest.fixture(scope="module")
def latents(model: Affinity) -> Tensor:
    with torch.no_grad():
        return model.encode(shown(), captions(), features()).mode()


def test_each_part_has_its_share_of_the_distances(model: Affinity) -> None:
    for name, std in parts(model.prior_std[None]).items():
        # the mean squared distance from the middle, of draws from the prior
        assert float(std.square().sum()) == pytest.approx(_SHARES[name], rel=1e-4), name


def test_frames_with_captions_are_as_far_apart_as_their_shares(latents: Tensor) -> None:
    spoken = captions().any(dim=1)
    of_parts = parts(latents[spoken])
    for name in ("content", "meaning", "wording"):
        found = float(of_parts[name].var(dim=0, correction=0).sum())
        assert found == pytest.approx(_SHARES[name], rel=0.25), name
    content, rest = (
        of_parts["content"],
        torch.cat([of_parts[name] for name in PARTS if name != "content"], dim=1),
    )
    assert torch.cdist(content, content).sum() > 2 * torch.cdist(rest, rest).sum()


def test_the_scale_is_one_number_for_each_part(model: Affinity) -> None:
    for name, scale in parts(model.scale[None]).items():
        assert torch.equal(scale, scale[:, :1].expand_as(scale)), name
    assert len({float(scale[0, 0]) for scale in parts(model.scale[None]).values()}) == 4


def test_the_kl_is_the_same_whatever_the_scale(model: Affinity) -> None:
    other = prepared(beside())
    factors = 1 + 2 * torch.rand(CONFIG.latent_size, generator=torch.Generator().manual_seed(4))
    other.scale *= factors
    other.prior_std *= factors
    given = (shown(8), captions()[:8], features()[:8])
    before, after = model.encode(*given), other.encode(*given)
    torch.testing.assert_close(after.mean, before.mean * factors)
    torch.testing.assert_close(
        after.kl(other.prior_std), before.kl(model.prior_std), atol=1e-3, rtol=1e-4
    )
    torch.testing.assert_close(other.decode(after.mean), model.decode(before.mean))
    assert torch.equal(other.decode_words(after.mean), model.decode_words(before.mean))


def test_pictures_are_bounded_in_evaluation_only(model: Affinity, latents: Tensor) -> None:
    wide = 3 * latents
    decoded = model.decode(wide)
    assert decoded.min() == 0 and decoded.max() == 1
    learning = prepared(beside()).train()
    assert learning.decode(wide).max() > 1  # its gradient lives everywhere
    white = (shown() == 1).all(dim=1, keepdim=True).expand(-1, 3, -1, -1)
    assert model.decode(latents)[white].mean() > 0.9


def test_every_caption_is_said_again_and_silence_is_not_filled_with_it(
    model: Affinity, latents: Tensor
) -> None:
    said, spoken = captions(), captions().any(dim=1)
    assert torch.equal(model.decode_words(latents)[spoken], embedding()[said[spoken]])
    assert (~spoken).any() and not model.read_words(latents)[~spoken].any()


def test_a_caption_of_many_frames_is_read_once(
    model: Affinity, latents: Tensor, monkeypatch: pytest.MonkeyPatch
) -> None:
    read, rows = model.wording.read, []
    monkeypatch.setattr(
        model.wording, "read", lambda codes, *rest: rows.append(len(codes)) or read(codes, *rest)
    )
    shown_long = latents.repeat_interleave(5, 0)
    shown_long[:, : CONFIG.appearance_size] += torch.arange(len(shown_long))[:, None]
    found = model.read_words(shown_long)
    assert rows == [len(torch.unique(latents[:, -CONFIG.wording_size :], dim=0))]
    assert found.dtype == torch.int64
    assert torch.equal(found, model.read_words(latents).repeat_interleave(5, 0))


def test_words_are_of_the_latent_alone(model: Affinity, latents: Tensor) -> None:
    assert torch.equal(model.decode_words(latents, captions().flip(0)), model.decode_words(latents))
    pictures, words = model.decode_both(latents, None)
    assert torch.equal(pictures, model.decode(latents))
    assert torch.equal(words, model.decode_words(latents))


def test_content_is_decoded_to_features(model: Affinity, latents: Tensor) -> None:
    found = model.decode_features(latents)
    assert found.shape == (FRAMES, 16)
    seen = normalize(features() - model.content.middle, dim=1)
    cosines = torch.nn.functional.cosine_similarity(found, seen)
    shuffled = torch.cosine_similarity(found, seen.roll(6, 0))
    assert cosines.mean() > shuffled.mean() + 0.3


@pytest.mark.parametrize(("length", "kept"), [(2, 2), (9, PLACES)])
def test_words_of_another_length_are_cut_or_padded(model: Affinity, length: int, kept: int) -> None:
    given = torch.zeros(FRAMES, length, dtype=torch.int64)
    given[:, :kept] = captions()[:, :kept]
    fitting = torch.zeros(FRAMES, PLACES, dtype=torch.int64)
    fitting[:, :kept] = captions()[:, :kept]
    assert torch.equal(
        model.encode(shown(), given, features()).mode(),
        model.encode(shown(), fitting, features()).mode(),
    )


def test_what_is_not_known_keeps_its_prior(model: Affinity) -> None:
    posterior = model.encode(shown(6))
    of_parts, stds = parts(posterior.mean), parts((posterior.log_variance / 2).exp())
    prior = parts(model.prior_std[None])
    for name in ("content", "wording"):
        assert not of_parts[name].any(), name
        torch.testing.assert_close(stds[name], prior[name].expand_as(stds[name]))
    assert (stds["appearance"] < prior["appearance"]).all()
    looks = parts(model.encode(shown(6), captions()[:6], features()[:6]).mean)["appearance"]
    assert torch.equal(of_parts["appearance"], looks)


def test_a_frame_without_a_caption_is_less_sure_of_it(model: Affinity) -> None:
    spoken = captions().any(dim=1)
    posterior = model.encode(shown(), captions(), features())
    std = parts((posterior.log_variance / 2).exp())
    for name in ("meaning", "wording"):
        with_one, without = std[name][spoken], std[name][~spoken]
        assert (without.amin(dim=0) > with_one.amax(dim=0)).all(), name
    guessed = parts(posterior.mean)["meaning"][~spoken]
    assert (guessed.std(dim=0) > 0).all()  # by what the frames show, not one for all


def test_features_of_zeros_are_features_not_known(model: Affinity) -> None:
    zeros = torch.zeros(6, 16)
    for given in (captions()[:6], None):
        first, second = model.encode(shown(6), given, zeros), model.encode(shown(6), given)
        assert torch.equal(first.mean, second.mean)
        assert torch.equal(first.log_variance, second.log_variance)


def test_of_a_view_nothing_is_known_beside_it() -> None:
    batch = Batch(shown(6), captions()[3:9], features()[:6])
    views = torch.rand(2, 3, 32, 48)
    changed = _with_crops(batch, views)
    assert changed.words is not None and changed.features is not None
    assert torch.equal(changed.frames, torch.cat([views, batch.frames[2:]]))
    assert not changed.words[:2].any() and not changed.features[:2].any()
    assert torch.equal(changed.words[2:], captions()[5:9])
    assert torch.equal(changed.features[2:], features()[2:6])
    assert batch.words is not None and batch.words[:2].any()  # the batch given is as it was


@pytest.mark.parametrize("known", ["nothing", "features", "words", "silence"])
def test_trains_and_decodes_with_less(known: str) -> None:
    said = torch.zeros_like(captions()) if known == "silence" else captions()
    given = {
        "nothing": FitInputs(),
        "features": beside()._replace(words=None),
        "words": FitInputs(words=captions()),
        "silence": beside()._replace(words=said),
    }[known]
    model = prepared(given, words=given.words is not None)
    frames = Frames([pictures().permute(0, 2, 3, 1).contiguous().numpy()], torch.device("cpu"))
    examples = Examples(
        frames,
        words=None if given.words is None else given.words.numpy(),
        features=None if given.features is None else [given.features.numpy()],
    )
    rows = np.arange(FRAMES)
    schedule = TrainingConfig(steps=6, batch_size=16)
    reports = list(Training(model, examples, rows[:40], rows[40:], schedule).run())
    assert len(reports) == 20 and all(np.isfinite(report.kl) for report in reports)
    assert all(report.text is None for report in reports)  # words are computed, not learned
    model.eval()
    with torch.no_grad():
        latents = model.encode(*examples.batch(rows)).mode()
        assert torch.isfinite(latents).all()
        assert torch.isfinite(model.sample(3, torch.Generator().manual_seed(0))).all()
        decoded, words = model.decode_both(latents, None)
    error = float((decoded - shown()).square().mean())
    assert error < 0.25 * float((shown() - shown().mean(0)).square().mean())
    if known == "words":
        spoken = captions().any(dim=1)
        assert torch.equal(words[spoken], embedding()[captions()[spoken]])
    else:
        assert not words.any()  # no caption was ever heard, so nothing is said


def test_training_moves_the_convolutions_alone() -> None:
    model = prepared(beside())
    learned = {name for name, parameter in model.named_parameters() if parameter.requires_grad}
    assert learned and all(name.startswith("picture.") for name in learned)
    kept = {name: tensor.clone() for name, tensor in model.named_buffers()}
    frames = Frames([pictures().permute(0, 2, 3, 1).contiguous().numpy()], torch.device("cpu"))
    examples = Examples(frames, words=captions().numpy(), features=[features().numpy()])
    rows = np.arange(FRAMES)
    list(Training(model, examples, rows, rows[:0], TrainingConfig(steps=2)).run())
    for name, tensor in model.named_buffers():
        assert torch.equal(tensor, kept[name]), name


def test_a_checkpoint_opens_alone_and_says_the_same(
    model: Affinity, latents: Tensor, tmp_path: Path
) -> None:
    words = ["", *(f"word{number}" for number in range(1, WORDS))]
    checkpoints.save_model(tmp_path, model, RunConfig(CONFIG), words)
    again = checkpoints.open_model(tmp_path)
    assert isinstance(again, Affinity)
    given = (shown(), captions(), features())
    assert torch.equal(again.encode(*given).mean, model.encode(*given).mean)
    assert torch.equal(again.decode(latents), model.decode(latents))
    assert torch.equal(again.decode_words(latents), model.decode_words(latents))
    assert checkpoints.words_of(tmp_path) == tuple(words)


def test_the_same_generator_gives_the_same_model(model: Affinity) -> None:
    again = prepared(beside())
    for name, tensor in again.state_dict().items():
        assert torch.equal(tensor, model.state_dict()[name]), name


def test_the_latent_is_as_its_blocks_say(model: Affinity, latents: Tensor) -> None:
    assert CONFIG.blocks == {"appearance": 12, "content": 4, "words": 46}
    assert latents.shape == (FRAMES, CONFIG.latent_size) == (FRAMES, 62)
    bounds = {"appearance": slice(0, 12), "content": slice(12, 16), "words": slice(16, 62)}
    base = model.encode(shown(), captions(), features()).mean
    changed = {
        "appearance": model.encode(1 - shown(), captions(), features()).mean,
        "content": model.encode(shown(), captions(), features().roll(6, 0)).mean,
        "words": model.encode(shown(), captions().roll(3, 0), features()).mean,
    }
    spoken = captions().any(dim=1) & captions().roll(3, 0).any(dim=1)
    for moved, found in changed.items():
        for block, part in bounds.items():
            same = torch.allclose(found[spoken][:, part], base[spoken][:, part], atol=1e-6)
            assert same == (block != moved), (moved, block)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"content_size": 17}, "content_size"),
        ({"meaning_size": 13}, "meaning_size"),
        ({"frame_weight": 0.0}, "frame_weight"),
        ({"wording_size": -1}, "wording_size"),
        ({"unknown_words": "some"}, "unknown_words"),
        ({"crop_share": 1.5}, "crop_share"),
    ],
)
def test_settings_that_cannot_be(changes: dict[str, int | str | float], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        replace(CONFIG, **changes)


def test_the_wording_follows_what_captions_can_hold() -> None:
    asked = replace(CONFIG, wording_size=0)
    assert asked.sized(35, 1004).wording_size == 320  # 349 bits, 1.1 a number
    assert asked.sized(64, 8192).wording_size == 768  # 832 bits
    assert asked.sized(2, 5).wording_size == 320
    assert CONFIG.sized(35, 1004) == CONFIG  # what was asked for stays
    assert not asked.sized(35, 1004).budget_exceeded(35, 1004)
    said = replace(CONFIG, wording_size=160).budget_exceeded(35, 1004)
    assert "349 bits" in said and "160 numbers" in said
