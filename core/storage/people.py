"""Who may use a team's server, and as what: people.json in the installation's folder."""

from __future__ import annotations

import json
from pathlib import Path
from typing import cast

from filelock import FileLock

from core.errors import InvalidSetting, NotFound, StorageFailed
from core.storage.acting import ROLES, Person, Role
from core.storage.annotations.validate_text import name as valid_name
from core.storage.files import fetched, write_json


def every(home: Path) -> list[Person]:
    """By name. Raises StorageFailed for a file that is none of ours."""
    return [Person(name, role) for name, role in sorted(_read(home).items())]


def of_name(home: Path, name: str) -> Person | None:
    """Who signed in under a name, in whatever case; None for somebody who is not listed."""
    role = _read(home).get(_key(name))
    return None if role is None else Person(_key(name), role)


def put(home: Path, name: str, role: str) -> Person:
    """List somebody, or give them another role. Raises InvalidSetting."""
    if role not in ROLES:
        raise InvalidSetting(f"There is no role {role!r}; choose from {', '.join(ROLES)}.")
    person = Person(_key(valid_name(name, "A person")), cast("Role", role))
    with _locked(home):
        write_json(_file(home), {**_read(home), person.name: person.role})
    return person


def remove(home: Path, name: str) -> Person:
    """Take somebody off the list. Raises NotFound."""
    with _locked(home):
        known = _read(home)
        role = known.pop(_key(name), None)
        if role is None:
            raise NotFound(f"Nobody is listed as {name!r}; `people` lists who is.")
        write_json(_file(home), known)
    return Person(_key(name), role)


def _key(name: str) -> str:
    """Addresses of e-mail are the same in any case."""
    return name.strip().casefold()


def _file(home: Path) -> Path:
    return home / "people.json"


def _locked(home: Path) -> FileLock:
    return FileLock(home / "people.json.lock", timeout=10)


def _read(home: Path) -> dict[str, Role]:
    try:
        said = json.loads(fetched(_file(home)).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise StorageFailed(
            f"{_file(home)} cannot be read ({error}); mend or remove it."
        ) from error
    if not isinstance(said, dict) or any(role not in ROLES for role in said.values()):
        raise StorageFailed(
            f"{_file(home)} must give each name one of the roles {', '.join(ROLES)}."
        )
    return said
