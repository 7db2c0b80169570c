"""The projects of an installation: which there are, a new one, another name, and removing one."""

from __future__ import annotations

import contextlib
import re
import shutil
import unicodedata
import uuid
from collections.abc import Iterator
from pathlib import Path

from core.config import database_url, files_address
from core.errors import InvalidSetting, NotFound
from core.storage import other_database
from core.storage.annotations.validate_text import name as valid_name
from core.storage.database import open_library, open_sqlite
from core.storage.files import Files, remove_tree, write_json
from core.storage.project import FIRST, FOLDER, Project

_LONGEST_ID = 40


def every(home: Path) -> list[Project]:
    """The first project, then the others by name."""
    others = [Project(home, project_id) for project_id in _others(home)]
    return [Project(home), *sorted(others, key=lambda one: (one.name.casefold(), one.id))]


def there(home: Path, project_id: str) -> Project:
    """The project with this id. Raises NotFound."""
    if project_id not in (FIRST, *_others(home)):
        raise NotFound(f"There is no project {project_id!r} in {home}.")
    return Project(home, project_id)


def named(home: Path, words: str) -> Project:
    """The project with this id or name. Raises NotFound that lists those there are."""
    known = every(home)
    found = [one for one in known if words == one.id] or [
        one for one in known if words.casefold() == one.name.casefold()
    ]
    if not found:
        listed = ", ".join(repr(one.name) for one in known)
        raise NotFound(f"There is no project {words!r} in {home}; there is {listed}.")
    return found[0]


def make(home: Path, name: str) -> Project:
    """An empty project. Raises InvalidSetting for a name that another one has, StorageFailed."""
    with being_made(home, name) as (_, folder):
        settle(folder)
    return named(home, valid_name(name, "A project"))


@contextlib.contextmanager
def being_made(home: Path, name: str) -> Iterator[tuple[Project, Path]]:
    """The project and the folder to fill, which becomes its own where the block ends well.

    Raises InvalidSetting for a name that another project has, and where files lie in a bucket.
    """
    if files_address():
        raise InvalidSetting(
            "A project whose files lie in a bucket has a prefix and a folder of its own: make one "
            "with AFFINITY_FILES and `python -m core migrate --data FOLDER`."
        )
    said = _free_name(home, name)
    open_library(home).close()  # it is ours, and marked so
    project = Project(home, _free_id(home, said))
    begun = project.folder.with_name(f".{project.id}.{uuid.uuid4().hex}")
    try:
        begun.mkdir(parents=True)
        yield project, begun
        write_json(begun / project.described.name, {"name": said})
        begun.rename(project.folder)
    finally:
        shutil.rmtree(begun, ignore_errors=True)


def settle(folder: Path) -> None:
    """Bring the records of a project that is being made to where it is worked on; open it once.

    They lie in library.db, if there are any. Raises as `open_library` and `to_postgres`.
    """
    if database_url():
        files = Files(folder)
        with contextlib.closing(open_sqlite(files)) as db:
            files.make()
            other_database.to_postgres(db)
        files.library_db.unlink()
    open_library(folder).close()


def rename(project: Project, name: str) -> None:
    """Raises InvalidSetting for a name that another project has."""
    said = _free_name(project.home, name, project)
    if files_address():
        open_library(project.folder).close()  # the name is kept in the bucket too
    write_json(project.described, {"name": said})


def remove(project: Project) -> None:
    """Remove all that it holds. Raises as `check_removable`."""
    check_removable(project)
    remove_tree(project.folder)


def check_removable(project: Project) -> None:
    """Raises InvalidSetting for the first project, in whose folder the others lie."""
    if project.first:
        raise InvalidSetting(
            f"{project.name} is the first project, which lies in the data folder itself: delete "
            "its videos, and their runs go with them."
        )


def _others(home: Path) -> list[str]:
    """Their ids. No name is read: each picture's address asks whether its project is there."""
    ids = (path.parent.name for path in (home / FOLDER).glob("*/project.json"))
    return [project_id for project_id in ids if not project_id.startswith(".")]


def _free_name(home: Path, name: str, own: Project | None = None) -> str:
    said = valid_name(name, "A project")
    others = [one for one in every(home) if one != own]
    if said.casefold() in {one.name.casefold() for one in others}:
        raise InvalidSetting(f"There is a project {said!r} already; choose another name.")
    return said


def plain_id(name: str) -> str:
    """Letters and digits of the name that an address and any disk can hold."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:_LONGEST_ID].strip("-") or "project"


def _free_id(home: Path, name: str) -> str:
    """Numbered where another project has it."""
    wish = plain_id(name)
    taken = {FIRST, *(path.name for path in (home / FOLDER).glob("*"))}
    return next(
        one
        for one in (wish, *(f"{wish}-{number}" for number in range(2, len(taken) + 3)))
        if one not in taken
    )
