"""Each kind of bad checkpoint has its own sentence."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from core.config import RunConfig
from core.errors import CheckpointUnreadable
from core.storage import checkpoints
from models.config import PcaConfig
from models.factory import build


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    config = RunConfig(PcaConfig(width=40, height=24, latent_size=3))
    checkpoints.save_model(tmp_path, build(config.model), config)
    return tmp_path


def change(folder: Path, **changes: object) -> None:
    path = folder / "model.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **changes}))


def test_nothing_there(tmp_path: Path) -> None:
    with pytest.raises(CheckpointUnreadable, match="no checkpoint"):
        checkpoints.open_model(tmp_path)


def test_a_newer_format(folder: Path) -> None:
    change(folder, format=99)
    with pytest.raises(CheckpointUnreadable, match="update the program"):
        checkpoints.open_model(folder)


def test_truncated_weights(folder: Path) -> None:
    path = folder / "model.safetensors"
    path.write_bytes(path.read_bytes()[:100])
    with pytest.raises(CheckpointUnreadable, match="damaged"):
        checkpoints.open_model(folder)


def test_another_models_weights(folder: Path) -> None:
    description = json.loads((folder / "model.json").read_text())
    description["config"]["model"]["latent_size"] = 5
    change(folder, config=description["config"])
    with pytest.raises(CheckpointUnreadable, match="do not fit"):
        checkpoints.open_model(folder)


def test_a_description_that_is_no_json(folder: Path) -> None:
    (folder / "model.json").write_text("{")
    with pytest.raises(CheckpointUnreadable, match="damaged"):
        checkpoints.open_model(folder)
