"""A checkpoint is a folder: safetensors for numbers, JSON for the rest. It opens alone."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import load_file, save_file
from torch import Tensor

from core.config import RunConfig
from core.errors import CheckpointUnreadable, InvalidSetting
from core.storage.damage import reading, require
from core.storage.files import atomic, read_json, write_json
from models.factory import build
from models.interface import FrameModel, WordModel

FORMAT = 1
_OPTIMIZER = "optimizer."


def save_model(
    folder: Path, model: FrameModel, config: RunConfig, words: Sequence[str] = ()
) -> None:
    """Write model.safetensors and model.json; each is whole or absent.

    `words` is the vocabulary of a model of words, in the order of its embedding.
    """
    _save_tensors(folder / "model.safetensors", model.state_dict())
    described = {"format": FORMAT, "config": config.to_json(), "words": list(words)}
    write_json(folder / "model.json", described)


def open_model(folder: Path) -> FrameModel:
    """The model of a checkpoint, in evaluation mode on the CPU. Raises CheckpointUnreadable."""
    description = _description(folder)
    try:
        model = build(RunConfig.from_json(description["config"]).model)
        load_weights(model, _load_tensors(folder / "model.safetensors"))
        numbers = not any(bool(weight.isnan().any()) for weight in model.state_dict().values())
    except (InvalidSetting, KeyError) as error:
        raise CheckpointUnreadable(f"{folder} was made by another version: {error}") from error
    except RuntimeError as error:
        raise CheckpointUnreadable(
            f"The weights in {folder} do not fit the model that model.json names; train it again."
        ) from error
    if not numbers:
        raise CheckpointUnreadable(
            f"The weights in {folder} are no numbers (NaN); train it again with a "
            "lower learning rate."
        )
    return model.eval().requires_grad_(False)


def words_of(folder: Path) -> tuple[str, ...]:
    """The vocabulary of a checkpoint's model, () for one without. Raises CheckpointUnreadable."""
    described = _description(folder)
    with reading(folder / "model.json"):
        words = tuple(described.get("words", ()))
        require(all(isinstance(word, str) for word in words))
    return words


def load_weights(model: FrameModel, tensors: dict[str, Tensor]) -> None:
    """Give a model its weights; a model of words takes its vocabulary's vectors from them too.

    Raises RuntimeError when they are those of another model.
    """
    if isinstance(model, WordModel) and {"embedding", "longest"} <= tensors.keys():
        model.use_words(tensors["embedding"], int(tensors["longest"]))
    model.load_state_dict(tensors)


def save_training(
    path: Path, model: FrameModel, state: dict[str, Any], progress: dict[str, Any]
) -> None:
    """Write all that is needed to go on: one file, so that it is of one moment.

    `state` is Training.state(); `progress` is JSON of the caller's.
    """
    tensors = {f"model.{name}": tensor for name, tensor in model.state_dict().items()}
    slots = (state["optimizer"] or {"state": {}})["state"]
    for slot, values in slots.items():
        for name, value in values.items():
            tensors[f"{_OPTIMIZER}{slot}.{name}"] = torch.as_tensor(value)
    plain = {key: value for key, value in state.items() if key != "optimizer"}
    plain["groups"] = (state["optimizer"] or {}).get("param_groups")
    _save_tensors(path, tensors, {"state": json.dumps(plain), "progress": json.dumps(progress)})


def load_training(path: Path) -> tuple[dict[str, Tensor], dict[str, Any], dict[str, Any]] | None:
    """(model weights, Training state, progress) of `save_training`, or None where there is none.

    A damaged file counts as none: the training then begins anew.
    """
    if not path.exists():
        return None
    try:
        with reading(path):
            return _training(_load_tensors(path), _metadata(path))
    except CheckpointUnreadable:
        return None


def _training(
    tensors: dict[str, Tensor], notes: dict[str, str]
) -> tuple[dict[str, Tensor], dict[str, Any], dict[str, Any]]:
    state = json.loads(notes["state"])
    groups = state.pop("groups")
    slots: dict[int, dict[str, Tensor]] = {}
    for name, tensor in tensors.items():
        if name.startswith(_OPTIMIZER):
            slot, value = name.removeprefix(_OPTIMIZER).split(".", 1)
            slots.setdefault(int(slot), {})[value] = tensor
    state["optimizer"] = {"state": slots, "param_groups": groups} if groups else None
    weights = {n.removeprefix("model."): t for n, t in tensors.items() if n.startswith("model.")}
    return weights, state, dict(json.loads(notes["progress"]))


def _description(folder: Path) -> dict[str, Any]:
    with reading(folder / "model.json"):
        description = read_json(folder / "model.json")
    if not isinstance(description, dict) or "config" not in description:
        raise CheckpointUnreadable(f"There is no checkpoint in {folder}; train the run again.")
    if description.get("format") != FORMAT:
        raise CheckpointUnreadable(
            f"{folder} has format {description.get('format')}, this version reads {FORMAT}; "
            "update the program."
        )
    return description


def _save_tensors(
    path: Path, tensors: dict[str, Tensor], notes: dict[str, str] | None = None
) -> None:
    contiguous = {name: tensor.detach().cpu().contiguous() for name, tensor in tensors.items()}
    with atomic(path) as temporary:
        save_file(contiguous, temporary, metadata=notes)


def _load_tensors(path: Path) -> dict[str, Tensor]:
    try:
        return load_file(path)
    except (SafetensorError, OSError) as error:
        raise CheckpointUnreadable(f"{path} is missing or damaged; train the run again.") from error


def _metadata(path: Path) -> dict[str, str]:
    with safe_open(path, framework="pt") as file:
        return dict(file.metadata() or {})
