"""The child that hears: what it is asked, and the sentence where it is stopped by its limits."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core import child
from core.errors import CaptionsUnavailable, OutOfMemory
from core.text.speech import listen
from core.text.speech.hearing import RATE, Heard, Word
from core.text.speech.model import Model

_SMALL = Model("Small", "1")
_SOUND = [np.full(RATE, value, np.float32) for value in (0.1, 0.2)]


def heard(**how: Any) -> list[Heard]:
    return list(listen.listen(_SMALL, _SOUND, "News", {"en": 3.0}, "zh", lambda *_: None, **how))


def test_each_window_is_told_with_its_words(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: dict[str, Any] = {}

    def messages(module: str, request: dict, **how: Any) -> Iterator[dict]:
        asked.update(request=request, **how)
        for number in range(2):
            yield {"reached": 0.5}
            words = [[0.0, 0.5, f" {number}", 0.9]]
            yield {"heard": {"language": "en", "probability": 0.8, "words": words}}

    monkeypatch.setattr(child, "messages", messages)
    at: list[tuple[int, float]] = []
    told = listen.listen(_SMALL, _SOUND, "News", {"en": 3.0}, "zh", lambda *where: at.append(where))
    assert [one.words for one in told] == [(Word(0.0, 0.5, f" {n}", 0.9),) for n in range(2)]
    assert at == [(0, 0.5), (1, 0.5)]
    assert asked["request"]["lengths"] == [RATE, RATE]
    np.testing.assert_array_equal(np.frombuffer(asked["data"], "<f4"), np.concatenate(_SOUND))
    assert not asked["network"]
    assert asked["limits"].memory_bytes == 6 * 1024**3


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (child.ChildFailed(None), "took too long"),
        (child.ChildFailed(-9), "was stopped"),
        (OutOfMemory("it needs more memory than it may take"), "more memory"),
    ],
)
def test_a_child_that_was_stopped_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch, error: Exception, said: str
) -> None:
    def messages(*_: Any, **__: Any) -> Iterator[dict]:
        raise error
        yield {}

    monkeypatch.setattr(child, "messages", messages)
    with pytest.raises(CaptionsUnavailable, match=rf"^Hearing News with Small .*{said}"):
        heard()


@pytest.mark.skipif(not child.limits_available(), reason="this system bounds no memory")
def test_memory_is_really_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listen, "_MEMORY_BYTES", 100_000_000)
    with pytest.raises(CaptionsUnavailable, match=r"^Hearing News with Small"):
        heard()


def test_a_larger_model_may_take_more(tmp_path: Path) -> None:
    (tmp_path / "model.bin").write_bytes(b"x" * 1000)
    of_large = listen._limits(Model("Large", "1", tmp_path), 60.0)
    assert of_large.memory_bytes == listen._limits(_SMALL, 60.0).memory_bytes + 3000
