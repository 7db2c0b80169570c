"""Where a project is kept: each is a data folder of its own, with its database, jobs and worker."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from core.storage.claim import MARKER

FIRST = "first"  # the id of the project that lies in the installation's folder itself
FOLDER = "projects"  # in it, with all the others


@dataclass(frozen=True)
class Project:
    """`home` is the installation's data folder, which is the first project's own."""

    home: Path
    id: str = FIRST

    @classmethod
    def at(cls, folder: Path) -> Project:
        """The project that a data folder is."""
        home = folder.parent.parent
        if folder.parent.name == FOLDER and (home / MARKER).is_file():
            return cls(home, folder.name)
        return cls(folder)

    @property
    def first(self) -> bool:
        return self.id == FIRST

    @property
    def folder(self) -> Path:
        return self.home if self.first else self.home / FOLDER / self.id

    @property
    def archives(self) -> Path:
        """Where a page puts archives of all projects."""
        return self.home / "archives"

    @property
    def described(self) -> Path:
        """The file with its name; the first has none until it is named."""
        return self.folder / "project.json"

    @property
    def name(self) -> str:
        """As given; the default folder, ./data, is named after the folder around it."""
        try:
            return str(json.loads(self.described.read_text(encoding="utf-8"))["name"])
        except (OSError, ValueError, KeyError, TypeError):
            folder = self.folder
            return folder.parent.name or "data" if folder.name == "data" else folder.name
