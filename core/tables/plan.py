"""What the tables are made of: which variants of which models, on which videos."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from core.config import PRESETS, RunConfig
from core.errors import InvalidSetting
from core.records import Run, Video
from core.storage import Database, left_out, videos
from core.storage.left_out import NOTHING, LeftOut
from core.storage.new_run import new_run, trainable
from models.config import MODELS

KINDS = ("quick", "full")
TABLE_MODELS = ("pure-cvae", "dense-cvae", "crvae")
ALL = "multi"  # the published name of all groups together


@dataclass(frozen=True)
class Variant:
    """One line of a table: a model and the settings that it changes."""

    key: str
    title: str
    table: int
    model: str
    settings: tuple[tuple[str, Any], ...] = ()


VARIANTS = (
    Variant("pure-cvae", "Pure CVAE", 1, "pure-cvae"),
    Variant("dense-cvae", "Dense CVAE", 1, "dense-cvae"),
    Variant("crvae-rnn", "RNN + TF", 2, "crvae", (("cell", "rnn"), ("teacher_forcing", True))),
    Variant(
        "crvae-lstm-free", "LSTM, no TF", 2, "crvae", (("cell", "lstm"), ("teacher_forcing", False))
    ),
    Variant("crvae-lstm", "LSTM + TF", 2, "crvae", (("cell", "lstm"), ("teacher_forcing", True))),
    Variant("crvae-gru", "GRU + TF", 2, "crvae", (("cell", "gru"), ("teacher_forcing", True))),
    Variant(
        "crvae-transformer",
        "Transformer + TF",
        2,
        "crvae",
        (("cell", "transformer"), ("teacher_forcing", True)),
    ),
)
NOT_PUBLISHED = ("crvae-gru", "crvae-transformer")


@dataclass(frozen=True)
class Dataset:
    """Videos under one name; published figures belong to the names cn, us and multi."""

    name: str
    videos: tuple[Video, ...]
    gone: LeftOut = NOTHING  # their frames that are not trained on

    @property
    def groups(self) -> list[str]:
        return list(dict.fromkeys(video.group for video in self.videos))


@dataclass(frozen=True)
class Entry:
    """One variant on one dataset, and the run that it is: the same request is the same run."""

    variant: Variant
    dataset: Dataset
    run: Run


def datasets(db: Database, named: Mapping[str, Sequence[str]] | None = None) -> list[Dataset]:
    """The datasets named, else one for each group and, of several groups, all together.

    Raises InvalidSetting where there is nothing to train on, NotFound for an unknown video.
    """
    if named:
        return [_dataset(db, name, trainable(db, ids)) for name, ids in named.items()]
    ready = videos.ready(db)
    if not ready:
        raise InvalidSetting(
            "There is no video to make the tables of; add one: "
            "python -m core add FILE --captions FILE --group NAME."
        )
    groups = dict.fromkeys(video.group for video in ready)
    found = [_dataset(db, g, [v for v in ready if v.group == g]) for g in groups]
    if len(groups) > 1:
        name = ALL if ALL not in groups else "all groups"
        found.append(_dataset(db, name, ready))
    return found


def _dataset(db: Database, name: str, chosen: Sequence[Video]) -> Dataset:
    gone = left_out.of_videos(db, [video.id for video in chosen])
    return Dataset(name, tuple(chosen), gone)


def check_models(models: Sequence[str]) -> None:
    """Raise InvalidSetting for a model that the tables do not have."""
    for name in models:
        if name not in TABLE_MODELS:
            raise InvalidSetting(
                f"The tables have no model {name!r}; choose from {', '.join(TABLE_MODELS)}."
            )


def plan(kind: str, chosen: Sequence[Dataset]) -> list[Entry]:
    """Every entry of both tables, in their order; `kind` is one of KINDS."""
    return [
        Entry(variant, dataset, _run(kind, variant, dataset))
        for variant in VARIANTS
        for dataset in chosen
        if kind == "full" or _in_quick(variant, dataset)
    ]


def config_of(kind: str, variant: Variant) -> RunConfig:
    """The settings of a variant: published sizes for "full", smaller ones for "quick"."""
    presets = PRESETS[variant.model]
    config = presets["paper" if kind == "full" else "quick" if "quick" in presets else "fast"]
    model: Any = config.model
    return replace(config, model=replace(model, **dict(variant.settings)))


def _in_quick(variant: Variant, dataset: Dataset) -> bool:
    """Only what was published: no multi in the second table, neither GRU nor Transformer."""
    return variant.table == 1 or (variant.key not in NOT_PUBLISHED and dataset.name != ALL)


def _run(kind: str, variant: Variant, dataset: Dataset) -> Run:
    title = (
        variant.title if variant.table == 1 else f"{MODELS[variant.model].title} {variant.title}"
    )
    return new_run(
        config_of(kind, variant),
        list(dataset.videos),
        f"{title}, {dataset.name} ({kind} tables)",
        dataset.gone,
    )
