"""Reads a filter such as `brightness > 50 and country == US` and says which rows pass. Pure.

Python's own grammar is read (never run): comparisons, `in`, `and`, `or`, `not`, brackets. A name is
a column where it is one, else a word; names with spaces are quoted.
"""

from __future__ import annotations

import ast
import operator
import warnings
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from core.errors import InvalidSetting

LONGEST = 1000  # characters
_HOW = 'Write it as in brightness > 50 and country == "US".'
_ORDER: dict[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}
_TURNED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.Gt,
    ast.LtE: ast.GtE,
    ast.Gt: ast.Lt,
    ast.GtE: ast.LtE,
}
Value = float | str


@dataclass(frozen=True)
class Where:
    """A filter that was read; `text` is as it was typed."""

    text: str
    tree: ast.expr

    @property
    def conditions(self) -> list[str]:
        """What is joined by `and` at the top, each by itself."""
        joined = isinstance(self.tree, ast.BoolOp) and isinstance(self.tree.op, ast.And)
        parts = self.tree.values if joined and isinstance(self.tree, ast.BoolOp) else [self.tree]
        return [ast.unparse(part) for part in parts]

    def rows(self, column: Callable[[str], np.ndarray], known: Iterable[str]) -> np.ndarray:
        """(N,) bool: the rows that pass. `column` gives a known name's (N,) numbers or texts.

        A number that is not known (NaN) passes no comparison, and so does the text "" with an
        order; what is no date or number is ordered as text. Raises InvalidSetting that names what
        is not known, or cannot be compared.
        """
        return np.asarray(_Rows(column, set(known)).of(self.tree), bool)


def parse(text: str) -> Where:
    """Raises InvalidSetting for what is no filter."""
    cleaned = " ".join(text.split())
    if not cleaned or len(cleaned) > LONGEST:
        raise InvalidSetting(f"A filter has 1 to {LONGEST} characters. {_HOW}")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SyntaxWarning)
            tree = ast.parse(cleaned, mode="eval").body
            _check(tree)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise InvalidSetting(f"The filter {cleaned[:80]!r} cannot be read. {_HOW}") from error
    return Where(cleaned, tree)


def joined(conditions: Iterable[str]) -> str:
    """Conditions, each by itself, as one filter; "" for none."""
    every = [one for one in conditions if one.strip()]
    return " and ".join(f"({one})" if _is_or(one) else one for one in every)


def quoted(value: str) -> str:
    """A text as a filter has it."""
    return ast.unparse(ast.Constant(value))


def _is_or(text: str) -> bool:
    tree = parse(text).tree
    return isinstance(tree, ast.BoolOp) and isinstance(tree.op, ast.Or)


def _check(tree: ast.expr) -> None:
    """Raise ValueError for anything but comparisons and how they are joined."""
    if isinstance(tree, ast.BoolOp):
        for part in tree.values:
            _check(part)
    elif isinstance(tree, ast.UnaryOp) and isinstance(tree.op, ast.Not):
        _check(tree.operand)
    elif isinstance(tree, ast.Compare):
        for op, side in zip(tree.ops, tree.comparators, strict=True):
            inside = isinstance(op, ast.In | ast.NotIn)
            if not (inside or type(op) in _ORDER):
                raise ValueError(op)
            if inside and isinstance(side, ast.Tuple | ast.List):
                _ = [_value(one) for one in side.elts]
            else:
                _value(side)
        _value(tree.left)
    else:
        raise ValueError(tree)


def _value(side: ast.expr) -> Value:
    """A number, a text, or a name. Raises ValueError."""
    if isinstance(side, ast.Name):
        return side.id
    if isinstance(side, ast.UnaryOp) and isinstance(side.op, ast.USub):
        number = _value(side.operand)
        if isinstance(number, str):
            raise ValueError(side)
        return -number
    if isinstance(side, ast.Constant) and isinstance(side.value, str | int | float):
        return side.value if isinstance(side.value, str) else float(side.value)
    raise ValueError(side)


class _Rows:
    """Which rows pass each part of a filter."""

    def __init__(self, column: Callable[[str], np.ndarray], known: set[str]) -> None:
        self._column, self._known = column, known

    def of(self, tree: ast.expr) -> np.ndarray:
        if isinstance(tree, ast.BoolOp):
            join = np.logical_and if isinstance(tree.op, ast.And) else np.logical_or
            return join.reduce([self.of(part) for part in tree.values])
        if isinstance(tree, ast.UnaryOp):
            return ~self.of(tree.operand)
        assert isinstance(tree, ast.Compare)  # noqa: S101  # _check let nothing else through
        sides = [tree.left, *tree.comparators]
        pairs = zip(sides, tree.ops, sides[1:], strict=False)
        return np.logical_and.reduce([self._compared(*pair) for pair in pairs])

    def _compared(self, left: ast.expr, op: ast.cmpop, right: ast.expr) -> np.ndarray:
        if isinstance(op, ast.In | ast.NotIn):
            found = self._within(left, right)
            return found if isinstance(op, ast.In) else ~found
        kind = type(op)
        if self._name(left) is None:
            left, right, kind = right, left, _TURNED.get(kind, kind)
        name = self._required(left)
        return _ordered(name, self._column(name), _ORDER[kind], _value(right))

    def _within(self, left: ast.expr, right: ast.expr) -> np.ndarray:
        """A column's value among several, or a text within a column's texts, whatever its case."""
        if isinstance(right, ast.Tuple | ast.List):
            name = self._required(left)
            values = self._column(name)
            found = np.zeros(len(values), bool)
            for one in right.elts:
                found |= _ordered(name, values, operator.eq, _value(one))
            return found
        values = self._column(self._required(right))
        wanted = str(_value(left)).casefold()
        return np.fromiter((wanted in str(one).casefold() for one in values), bool, len(values))

    def _name(self, side: ast.expr) -> str | None:
        value = _value(side)
        return value if isinstance(value, str) and value in self._known else None

    def _required(self, side: ast.expr) -> str:
        name = self._name(side)
        if name is None:
            known = ", ".join(sorted(self._known))
            raise InvalidSetting(f"There is no column {_value(side)!r} to filter by; use {known}.")
        return name


def _ordered(
    name: str, values: np.ndarray, compare: Callable[[Any, Any], Any], wanted: Value
) -> np.ndarray:
    if values.dtype.kind in "fiu":
        if isinstance(wanted, str):
            raise InvalidSetting(f"{name} is a number; compare it with one, not {wanted!r}.")
        with np.errstate(invalid="ignore"):
            return np.asarray(compare(values, wanted)) & ~np.isnan(values.astype(np.float64))
    if compare in (operator.eq, operator.ne):
        return np.asarray(compare(values, _said(wanted)), bool)
    if isinstance(wanted, float):
        return _ordered(name, _numbers(values), compare, wanted)
    there = values != ""
    return there & np.fromiter((compare(str(v), wanted) for v in values), bool, len(values))


def _said(wanted: Value) -> str:
    """A number as a table of texts has it: 2024, not 2024.0."""
    return f"{wanted:g}" if isinstance(wanted, float) and abs(wanted) < 1e6 else str(wanted)


def _numbers(values: np.ndarray) -> np.ndarray:
    def number(text: str) -> float:
        try:
            return float(text)
        except ValueError:
            return float("nan")

    kept: Mapping[str, float] = {text: number(text) for text in np.unique(values.astype(str))}
    return np.array([kept[str(text)] for text in values])
