"""Who acts, and what that person may do: on a team's server each act has a person, else none has.

The web server says who is at a page (`told_by`) or asked for an answer (`acting_as`); commands and
workers act for whoever owns the machine.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Literal, get_args

from core.errors import NotAllowed

Role = Literal["reader", "analyst", "owner"]
ROLES: tuple[Role, ...] = get_args(Role)  # each may do what those before it may
MAY: dict[Role, str] = {
    "reader": "look at everything, search, compare and export",
    "analyst": "also add, train, name, tag, correct and cancel",
    "owner": "also delete videos, runs and projects",
}


@dataclass(frozen=True)
class Person:
    """Somebody who is signed in, by the name that the provider or proxy vouches for."""

    name: str
    role: Role


_asks: ContextVar[Person | None] = ContextVar("asks", default=None)
_tell: Callable[[], Person | None] | None = None


def told_by(tell: Callable[[], Person | None] | None) -> None:
    """Ask `tell` from now on who acts; it gives None where nobody is asked for a name."""
    global _tell
    _tell = tell


@contextlib.contextmanager
def acting_as(asking: Person | None) -> Iterator[None]:
    """Within the block this person acts."""
    token = _asks.set(asking)
    try:
        yield
    finally:
        _asks.reset(token)


def person() -> Person | None:
    """Who acts; None for the machine's owner, and for a worker."""
    return _asks.get() or (_tell() if _tell is not None else None)


def require(role: Role, what: str) -> Person | None:
    """Who acts. Raises NotAllowed, naming them and `what` they may not do."""
    acting = person()
    if acting is not None and ROLES.index(acting.role) < ROLES.index(role):
        article = "an" if role[0] in "ao" else "a"
        raise NotAllowed(
            f"{acting.name} is here as {acting.role} and may not {what}; {article} {role} may. "
            "Ask whoever owns this server."
        )
    return acting
