"""How the command line is read: one line on errors, --data everywhere, `--` ends the options."""

from __future__ import annotations

import argparse
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

from core.config import data_folder
from core.errors import InvalidSetting
from core.storage import projects
from core.storage.project import Project
from core.video.part import seconds_of

MARK = "\0"  # leads a word that came after `--`; no word typed in a shell can hold it
_USAGE = 2


class Arguments(argparse.ArgumentParser):
    """argparse, except that a mistake is one line that says where the help is."""

    def __init__(self, *, formatter: str = "", **settings: Any) -> None:
        if formatter == "raw":
            settings["formatter_class"] = argparse.RawDescriptionHelpFormatter
        super().__init__(allow_abbrev=False, **settings)
        self.add_argument("--data", metavar="DIR", type=Path, help="the data folder (./data)")
        self.add_argument("--project", metavar="NAME", help="one of its projects (the first)")

    def error(self, message: str) -> NoReturn:
        said = " ".join(message.replace(MARK, "").split())
        self.exit(_USAGE, f"{said[:1].upper()}{said[1:]}; see {self.prog} --help.\n")


def library_folder(chosen: Path | None, project: str | None = None) -> Path:
    """The data folder: as chosen with --data, else as configured; of a project there by its name.

    Raises NotFound for a project that is not there.
    """
    folder = data_folder() if chosen is None else Path(_unmark(str(chosen))).absolute()
    if project is None:
        return folder
    return projects.named(Project.at(folder).home, str(_unmark(project))).folder


def unmarked(options: argparse.Namespace) -> argparse.Namespace:
    """The same options, with words from behind `--` as they were typed."""
    return argparse.Namespace(**{name: _unmark(value) for name, value in vars(options).items()})


def positive(kind: Callable[[str], float], name: str) -> Callable[[str], float]:
    """A type for argparse: a finite number above zero."""

    def read(text: str) -> float:
        try:
            value = kind(text)
        except ValueError:
            value = 0
        if not (math.isfinite(value) and value > 0):
            raise argparse.ArgumentTypeError(f"{name} must be above 0, {text!r} was given")
        return value

    return read


def clock_time(text: str) -> float:
    """A type for argparse: a time in a video, in seconds."""
    try:
        return seconds_of(_unmark(text))
    except InvalidSetting as error:
        raise argparse.ArgumentTypeError(str(error).rstrip(".")) from error


def output_file(text: str) -> Path:
    """A type for argparse: a file that can be written, in a folder that is there."""
    path = Path(_unmark(text))
    if not path.absolute().parent.is_dir():
        raise argparse.ArgumentTypeError(f"there is no folder {path.absolute().parent}")
    if path.is_dir():
        raise argparse.ArgumentTypeError(f"{path} is a folder, name a file in it")
    return path


def output_folder(text: str) -> Path:
    """A type for argparse: a folder to write into, made later where it is not there yet."""
    path = Path(_unmark(text))
    if path.exists() and not path.is_dir():
        raise argparse.ArgumentTypeError(f"{path} is a file, name a folder")
    if not path.absolute().parent.is_dir():
        raise argparse.ArgumentTypeError(f"there is no folder {path.absolute().parent}")
    return path


def caption_file(path: Path, option: str) -> tuple[str, bytes]:
    """Name and bytes of the file that the option names. Raises InvalidSetting."""
    try:
        return path.name, path.read_bytes()
    except OSError as error:
        raise InvalidSetting(
            f"The caption file {path} cannot be read ({error.strerror}); check {option}."
        ) from error


def read_file(path: Path, what: str) -> bytes:
    """The bytes of a file that was named. Raises InvalidSetting that says `what` it was to be."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise InvalidSetting(
            f"{path} cannot be read as {what} ({error.strerror}); check its name."
        ) from error


def add_detach(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--detach", action="store_true", help="queue the work and return; `jobs` shows it"
    )


def _unmark(value: Any) -> Any:
    if isinstance(value, str):
        return value.removeprefix(MARK)
    if isinstance(value, list):
        return [_unmark(item) for item in value]
    return value
