"""Projects: projects new NAME, rename NAME NEW, copy NAME NEW, archive NAME F.zip, open F.zip.

Each has videos, runs and jobs of its own. Every command works in one with --project NAME, else in
the first, which lies in the data folder itself. A name or an id will do; `projects` alone lists
them. `open F.zip NEW` gives the opened one another name; remove NAME asks for --yes.
"""

from __future__ import annotations

import argparse
import contextlib
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from core.commands.shared import printing
from core.commands.shared.waiting import StepLine
from core.errors import AffinityError, InvalidSetting
from core.format import count
from core.jobs import new_project
from core.jobs.remove_project import remove_project
from core.storage import Database, open_library, project_copies, projects, runs, videos
from core.storage.project import Project

_HOW = (
    "Write projects new NAME, projects rename NAME NEW, projects copy NAME NEW, projects archive "
    "NAME F.zip, projects open F.zip, projects remove NAME --yes, or projects alone for a list."
)
_COLUMNS = ("id", "name", "videos", "frames", "runs", "folder")


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("action", nargs="?", help="new, rename, copy, archive, open or remove")
    parser.add_argument("words", nargs="*", metavar="WORD")
    parser.add_argument("--yes", action="store_true", help="with remove: for good")
    parser.add_argument("--json", action="store_true", help="a JSON list of objects")


def run(options: argparse.Namespace) -> int:
    """Raises InvalidSetting for words that make no sense, NotFound, Busy, DiskFull."""
    home = Project.at(options.data).home
    if options.action is None:
        rows = [_listed(project) for project in projects.every(home)]
        printing.show(rows, _COLUMNS, "", options.json)
        return 0
    if options.action == "remove" and len(options.words) == 1:
        print(_remove(projects.named(home, options.words[0]), options.yes), file=sys.stderr)
        return 0
    line = StepLine(sys.stderr)
    try:
        said = _do(home, options.action, options.words, line)
    finally:
        line.close()
    print(said, file=sys.stderr)
    return 0


def _do(home: Path, action: str, words: Sequence[str], line: StepLine) -> str:
    """Do it, and say what was done."""
    if action == "new" and len(words) == 1:
        return _made(projects.make(home, words[0]))
    if action == "rename" and len(words) == 2:
        projects.rename(projects.named(home, words[0]), words[1])
        return f"The project is called {words[1]!r} now."
    if action == "copy" and len(words) == 2:
        with _opened(home, words[0]) as db:
            return _made(project_copies.copy(db, words[1], line))
    if action == "archive" and len(words) == 2:
        with _opened(home, words[0]) as db:
            project_copies.archive(db, Path(words[1]).absolute(), line)
        return f"Wrote {words[1]}."
    if action == "open" and len(words) in (1, 2):
        name = words[1] if len(words) == 2 else None
        return _made(project_copies.unpack(home, Path(words[0]), name, line))
    raise InvalidSetting(_HOW)


def _remove(project: Project, sure: bool) -> str:
    if not sure:
        row = _row(project)
        lost = ", ".join(count(row[f"{noun}s"], noun) for noun in ("video", "frame", "run"))
        raise InvalidSetting(
            f"This removes {project.name} for good: {lost}. Say it again with --yes, or keep a "
            "copy first: projects archive."
        )
    return remove_project(open_library(project.folder))


def _made(project: Project) -> str:
    return f"{new_project.begin(project)} Work in it with --project {project.id}."


@contextlib.contextmanager
def _opened(home: Path, words: str) -> Iterator[Database]:
    with contextlib.closing(open_library(projects.named(home, words).folder)) as db:
        yield db


def _listed(project: Project) -> printing.Row:
    """Of one that cannot be opened what is known without, and a line that says why."""
    try:
        return _row(project)
    except AffinityError as error:
        print(f"{printing.plain(project.name)}: {error}", file=sys.stderr)
        known = {"id": project.id, "name": project.name, "folder": str(project.folder)}
        return {**dict.fromkeys(_COLUMNS), **known}


def _row(project: Project) -> printing.Row:
    with contextlib.closing(open_library(project.folder)) as db:
        known = videos.every(db)
        return {
            "id": project.id,
            "name": project.name,
            "videos": len(known),
            "frames": sum(video.frames for video in known),
            "runs": len(runs.every(db)),
            "folder": str(project.folder),
        }
