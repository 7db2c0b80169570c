"""What a run is to do: one frozen `RunConfig`, built from flags or widgets, kept with the run."""

from __future__ import annotations

import dataclasses
import math
import os
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from core.errors import InvalidSetting
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
from models.settings import Settings, choice, ranged

SIGN_IN = "AFFINITY_SIGN_IN"  # the variable that says how people sign in; see core.commands.app
PROJECT = Path(__file__).parents[1]  # where app.py lies, and children are started


def data_folder() -> Path:
    """The data folder: AFFINITY_DATA, else ./data."""
    return Path(os.environ.get("AFFINITY_DATA", "data")).absolute()


def database_url() -> str | None:
    """The PostgreSQL database of records and jobs: AFFINITY_DATABASE.

    None: both are in SQLite files of the data folder.
    """
    return os.environ.get("AFFINITY_DATABASE") or None


def files_address() -> str | None:
    """The bucket that the files lie in, s3://BUCKET/PREFIX: AFFINITY_FILES.

    None: they lie in the data folder.
    """
    return os.environ.get("AFFINITY_FILES") or None


def cache_bytes() -> int:
    """How much of a bucket's files a machine keeps in its data folder: AFFINITY_CACHE_GB, 50.

    Raises InvalidSetting.
    """
    return int(_number("AFFINITY_CACHE_GB", 50.0, 0.0, 1e6) * 1e9)


def pictures_from_bucket() -> bool:
    """Whether browsers get pictures from the bucket itself: AFFINITY_PICTURES, "bucket" or "web".

    Raises InvalidSetting.
    """
    said = os.environ.get("AFFINITY_PICTURES", "").strip() or "web"
    if said not in ("web", "bucket"):
        raise InvalidSetting(f"AFFINITY_PICTURES is {said!r}; write bucket or web.")
    return said == "bucket"


def takeover_s() -> float:
    """After how many seconds of silence others take over what a worker on PostgreSQL does.

    AFFINITY_TAKEOVER_S, the same for all that work together; 30. Raises InvalidSetting.
    """
    return _number("AFFINITY_TAKEOVER_S", 30.0, 1.0, 3600.0)


def job_niceness() -> int:
    """How far jobs give way to what else runs on the machine: AFFINITY_NICE, 0 to 19; 10.

    With 10 a job has a tenth of a processor beside somebody who waits at a page, and all of it
    beside nobody. Raises InvalidSetting.
    """
    return round(_number("AFFINITY_NICE", 10.0, 0.0, 19.0))


def _number(variable: str, usual: float, least: float, most: float) -> float:
    """What a variable of the environment says; `usual` where it says nothing."""
    said = os.environ.get(variable, "").strip()
    try:
        number = float(said or usual)
    except ValueError:
        number = math.nan
    if not least <= number <= most:
        raise InvalidSetting(f"{variable} is {said!r}; write a number from {least:g} to {most:g}.")
    return number


_RENAMED = {"views": "crop_share"}  # settings that runs and commands may still call so
_GONE = ("own_components",)  # that the settings of earlier runs hold, and nothing asks for now


@dataclass(frozen=True)
class TrainingConfig(Settings):
    """How a model is trained; `steps` bounds the work whatever the number of frames."""

    steps: int = ranged(200, 1, 10_000_000)
    epochs: int = ranged(0, 0, 1_000_000)  # above 0: these count, not the steps
    batch_size: int = ranged(32, 1, 65_536)
    learning_rate: float = ranged(1e-3, 1e-8, 10.0)
    schedule: str = choice("decay", "constant")  # of the learning rate; "decay" ends at 0
    shuffle: bool = True
    mixed_precision: bool = True  # bfloat16 where it is safe, on a GPU only
    # What a model of words is trained on: "frames", each with its caption, or "segments", each
    # caption with one frame as published.
    pairs: str = choice("frames", "segments")
    seed: int = ranged(0, 0, 2**32 - 1)
    # "refit": a first model is trained without the held-out blocks and measured on them, the one
    # that is kept is trained on all frames; "keep": the first one is kept; "none": not measured.
    held_out: str = choice("refit", "keep", "none")
    # Measurements (a training makes 20) without a lower error after which a first training, which
    # finds how many steps are best, is stopped; the others take as many. 0: there is none.
    patience: int = ranged(0, 0, 20)
    checkpoint_every_s: float = ranged(10.0, 0.0, 3600.0)


@dataclass(frozen=True)
class RunConfig:
    """Everything that decides a run's result, apart from its frames."""

    model: ModelConfig
    training: TrainingConfig = field(default_factory=TrainingConfig)
    preset: str = "fast"

    def to_json(self) -> dict[str, Any]:
        """A dict of plain values; `from_json` gives the equal config back."""
        return {
            "model": {"name": self.model.name, **dataclasses.asdict(self.model)},
            "training": dataclasses.asdict(self.training),
            "preset": self.preset,
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> RunConfig:
        """Raises InvalidSetting for an unknown model or setting."""
        try:
            model = {_RENAMED.get(key, key): value for key, value in data["model"].items()}
            model = {key: value for key, value in model.items() if key not in _GONE}
            config = _model_type(model.pop("name"))
            training, preset = TrainingConfig(**data["training"]), str(data["preset"])
            return cls(config(**model), training, preset)
        except (TypeError, ValueError, KeyError, AttributeError) as error:
            said = f"{error} is missing" if isinstance(error, KeyError) else error
            raise InvalidSetting(
                f"This run's settings cannot be read ({str(said).rstrip('.')})."
            ) from error


# Published: sizes are the models' defaults; Adam, constant rate, every example of every epoch.
_PAPER = TrainingConfig(
    batch_size=16, learning_rate=1e-4, schedule="constant", mixed_precision=False
)
# Ours: a rate that falls; for pictures alone small batches, because on a CPU the steps decide.
_OURS = TrainingConfig(batch_size=8, learning_rate=5e-4)

PRESETS: dict[str, dict[str, RunConfig]] = {
    "pca": {"fast": RunConfig(PcaConfig())},
    "pure-cvae": {
        "fast": RunConfig(
            PureCvaeConfig(width=200, height=120, channels=16, quick_start=True),
            replace(_OURS, batch_size=4, learning_rate=2e-3, steps=900),
        ),
        "quick": RunConfig(
            PureCvaeConfig(width=200, height=120, channels=8, latent_size=64, quick_start=True),
            replace(_OURS, batch_size=4, learning_rate=3e-3, steps=400),
            "quick",
        ),
        "paper": RunConfig(PureCvaeConfig(), replace(_PAPER, epochs=100, batch_size=32), "paper"),
    },
    "dense-cvae": {
        "fast": RunConfig(
            DenseCvaeConfig(channels=16, first_dense=1000, second_dense=1000, quick_start=True),
            replace(_OURS, steps=2000),
        ),
        "quick": RunConfig(
            DenseCvaeConfig(
                width=120,
                height=72,
                channels=8,
                first_dense=1000,
                second_dense=1000,
                quick_start=True,
            ),
            replace(_OURS, batch_size=16, learning_rate=7e-4, steps=900),
            "quick",
        ),
        "paper": RunConfig(DenseCvaeConfig(), replace(_PAPER, epochs=300), "paper"),
    },
    "crvae": {
        "fast": RunConfig(
            CrvaeConfig(channels=16, dense=1000, hidden=256, norm="layer", quick_start=True),
            replace(_OURS, batch_size=16, steps=800),
        ),
        "quick": RunConfig(
            CrvaeConfig(
                width=120,
                height=72,
                channels=8,
                dense=1000,
                hidden=256,
                norm="layer",
                quick_start=True,
            ),
            replace(_OURS, batch_size=16, steps=350, pairs="segments"),
            "quick",
        ),
        "paper": RunConfig(
            CrvaeConfig(word_vectors="published", unknown_words="zero"),
            replace(_PAPER, epochs=500, shuffle=False, pairs="segments"),
            "paper",
        ),
    },
    "compact": {"fast": RunConfig(CompactConfig())},
    "affinity": {"fast": RunConfig(AffinityConfig(), TrainingConfig(steps=64))},
}


def preset(model: str, name: str = "fast", changes: dict[str, str] | None = None) -> RunConfig:
    """The preset `name` of `model` with `changes` ("batch_size": "16") applied.

    Keys are fields of the model's config or of TrainingConfig. Raises InvalidSetting.
    """
    _model_type(model)
    if name not in PRESETS[model]:
        raise InvalidSetting(
            f"{model} has no preset {name!r}; choose from {', '.join(PRESETS[model])}."
        )
    return _changed(PRESETS[model][name], changes or {})


def _model_type(name: str) -> type[Any]:
    if name not in MODELS:
        raise InvalidSetting(f"There is no model {name!r}; choose from {', '.join(MODELS)}.")
    return MODELS[name]


def _changed(config: RunConfig, changes: dict[str, str]) -> RunConfig:
    """All changes at once: settings that bound each other may be given in any order."""
    parts: dict[str, Any] = {"model": config.model, "training": config.training}
    values: dict[str, dict[str, Any]] = {name: {} for name in parts}
    for given, text in changes.items():
        key = _RENAMED.get(given, given)
        owner = _owner(parts, key)
        kind = type(getattr(parts[owner], key))
        try:
            values[owner][key] = _KINDS[kind](text)
        except ValueError as error:
            raise InvalidSetting(
                f"{key}={text} cannot be used; write {_KIND_NAMES[kind]}."
            ) from error
    try:
        changed: dict[str, Any] = {
            name: replace(part, **values[name]) for name, part in parts.items()
        }
    except ValueError as error:
        given = ", ".join(f"{key}={text}" for key, text in changes.items())
        raise InvalidSetting(f"{given} cannot be used ({str(error).rstrip('.')}).") from error
    return replace(config, **changed)


def _truth(text: str) -> bool:
    if text.lower() not in ("true", "false"):
        raise ValueError
    return text.lower() == "true"


_KINDS: dict[type, Callable[[str], Any]] = {bool: _truth, int: int, float: float, str: str}
_KIND_NAMES = {bool: "true or false", int: "a whole number", float: "a number", str: "a word"}


def _owner(parts: dict[str, Any], key: str) -> str:
    """Which part of the config has the setting. Raises InvalidSetting for none."""
    known = {f.name: name for name, part in parts.items() for f in dataclasses.fields(part)}
    if key not in known:
        raise InvalidSetting(f"There is no setting {key!r}; choose from {', '.join(known)}.")
    return known[key]
