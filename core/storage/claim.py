"""Which folders may hold a library: one that is new, empty or ours. All others stay untouched."""

from __future__ import annotations

import contextlib
import sqlite3
import tomllib
from pathlib import Path

from core.errors import StorageFailed

MARKER = ".video-affinity-browser"
_SAYS = "The data folder of a Video Affinity Browser; all in it is the program's.\n"
OF_THE_SYSTEM = {".DS_Store", "Thumbs.db", "desktop.ini", "lost+found"}  # in any folder
_OURS = {"library.db", "jobs.db", "worker.lock", "videos", "runs", "progress", "tmp", "backups"}
_OURS |= {"quarantine", "logs", "vectors", "tables", "projects", "project.json", "archives"}
_OURS |= {"people.json", "people.json.lock"}
_OURS |= {"database.json", "bucket-copies.json", "unfinished-copy.json", "findings"}
_OURS |= {f"{name}-{part}" for name in ("library.db", "jobs.db") for part in ("wal", "shm")}


def claim(folder: Path) -> None:
    """Make `folder` a data folder, marked as ours. Raises StorageFailed where it may not be one."""
    try:
        _refuse_home_and_code(folder, folder.resolve())
        if (folder / MARKER).exists():
            return
        folder.mkdir(parents=True, exist_ok=True)
        names = {path.name for path in folder.iterdir()} - OF_THE_SYSTEM
        if not names:
            (folder / MARKER).write_text(_SAYS)
        elif _is_ours(folder, names):  # of before there was a marker
            with contextlib.suppress(OSError):  # read-only or full: it is known without one
                (folder / MARKER).write_text(_SAYS)
        elif not (folder / MARKER).exists():  # else another process was a moment quicker
            raise StorageFailed(
                f"{folder} holds other files ({min(names)}) and is no data folder; choose an empty "
                "one or a new one with --data or AFFINITY_DATA."
            )
    except (OSError, RuntimeError) as error:  # RuntimeError: links in a circle
        said = getattr(error, "strerror", None) or str(error)
        raise StorageFailed(
            f"The data folder {folder} cannot be used ({said}); "
            "choose another with --data or AFFINITY_DATA."
        ) from error


def _refuse_home_and_code(folder: Path, resolved: Path) -> None:
    what = None
    if resolved == Path(resolved.anchor):
        what = "the root of a disk"
    elif resolved in _homes() or resolved.parent in (Path("/home"), Path("/Users")):
        what = "a home folder"
    elif _is_checkout(resolved):
        what = "the program's own folder"
    if what:
        raise StorageFailed(
            f"{folder} is {what} and cannot hold the data; choose a folder of its own with --data "
            "or AFFINITY_DATA."
        )


def _homes() -> set[Path]:
    homes = {Path("/root")}
    with contextlib.suppress(RuntimeError):  # nobody's home is known
        homes.add(Path.home().resolve())
    with contextlib.suppress(ImportError):  # only POSIX lists its users
        import pwd

        named = {Path(user.pw_dir) for user in pwd.getpwall() if user.pw_uid >= 1000}
        homes |= {home for home in named if home.is_absolute()}
    return homes


def _is_checkout(folder: Path) -> bool:
    try:
        described = tomllib.loads((folder / "pyproject.toml").read_text())
    except (OSError, ValueError):
        return False
    return described.get("project", {}).get("name") == "video-affinity-browser"


def _is_ours(folder: Path, names: set[str]) -> bool:
    """A library that can be read has our tables; one that cannot lies among our names only."""
    library = folder / "library.db"
    if not library.is_file():
        return False
    try:
        address = f"{library.absolute().as_uri()}?mode=ro"
        with contextlib.closing(sqlite3.connect(address, uri=True, timeout=30)) as connection:
            tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
    except sqlite3.DatabaseError:
        tables = set()
    return {"videos", "alembic_version"} <= tables or (not tables and names <= _OURS)
