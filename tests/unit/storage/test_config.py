"""Settings: built from words, refused with a sentence, the same after a round trip."""

from __future__ import annotations

import pytest

from core.config import PRESETS, RunConfig, preset
from core.errors import InvalidSetting


@pytest.mark.parametrize("model", sorted(PRESETS))
def test_a_config_survives_json(model: str) -> None:
    config = preset(model)
    assert RunConfig.from_json(config.to_json()) == config


def test_changes_reach_the_part_they_belong_to() -> None:
    config = preset("compact", "fast", {"batch_size": "16", "latent_size": "200", "beta": "0.5"})
    assert (config.training.batch_size, config.model.latent_size, config.model.beta) == (
        16,
        200,
        0.5,
    )


@pytest.mark.parametrize(
    ("model", "name", "changes", "says"),
    [
        ("vgg", "fast", {}, "no model 'vgg'"),
        ("pca", "paper", {}, "no preset 'paper'"),
        ("compact", "fast", {"colour": "1"}, "no setting 'colour'"),
        ("compact", "fast", {"batch_size": "0"}, "batch_size"),
        ("compact", "fast", {"batch_size": "many"}, "batch_size=many"),
        ("compact", "fast", {"learning_rate": "nan"}, "learning_rate"),
        ("compact", "fast", {"latent_size": "10000000"}, "latent_size"),
        ("compact", "fast", {"held_out": "maybe"}, "held_out"),
    ],
)
def test_bad_settings_are_refused_with_their_name(
    model: str, name: str, changes: dict[str, str], says: str
) -> None:
    with pytest.raises(InvalidSetting, match=says):
        preset(model, name, changes)


def test_settings_that_bound_each_other_are_given_in_any_order() -> None:
    large = {"content_size": "900", "feature_size": "1000"}
    small = {"content_size": "20", "feature_size": "30"}
    for changes in (large, small):
        chosen = preset("affinity", "fast", changes).model
        assert [str(chosen.content_size), str(chosen.feature_size)] == list(changes.values())
        assert preset("affinity", "fast", dict(reversed(changes.items()))).model == chosen
