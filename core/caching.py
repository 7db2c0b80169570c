"""Values that are kept in memory, and computed once where several threads ask at the same time."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from threading import Condition
from typing import TypeVar, cast

from cachetools import LRUCache, cached
from cachetools.keys import hashkey

F = TypeVar("F", bound=Callable[..., object])


def computed_once(most: int, key: Callable[..., Hashable] = hashkey) -> Callable[[F], F]:
    """Keep the last `most` answers of a function by its arguments, which are hashable; with `key`
    by what it makes of them.

    As functools.lru_cache, which lets thirty who ask together compute the same thirty times: here
    one computes, and the others wait for it. What is raised is not kept.
    """
    return cast("Callable[[F], F]", cached(LRUCache(most), key, condition=Condition()))
