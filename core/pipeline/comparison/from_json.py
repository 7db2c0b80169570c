"""A kept comparison's parts as records again, from the plain values of its JSON."""

from __future__ import annotations

import functools
from types import NoneType, UnionType
from typing import Any, get_args, get_origin, get_type_hints

_hints = functools.cache(get_type_hints)


def from_json(kind: Any, plain: Any) -> Any:
    """The value of type `kind` that `plain`, its dataclasses.asdict after JSON, stands for.

    `kind` is a dataclass, a NamedTuple, a tuple of one kind of items, one of these or None, or what
    JSON has itself. What a dataclass has had no field for when it was kept has its default.
    """
    if not isinstance(plain, list | dict):
        return plain
    if get_origin(kind) is UnionType:
        (kind,) = (one for one in get_args(kind) if one is not NoneType)
    if isinstance(plain, dict):
        fields = {name: from_json(_hints(kind)[name], value) for name, value in plain.items()}
        return kind(**fields)
    if get_origin(kind) is tuple:
        return tuple(from_json(get_args(kind)[0], one) for one in plain)
    return kind(*plain)
