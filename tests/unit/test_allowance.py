"""So many a second for each name, and a number at once."""

from __future__ import annotations

import pytest

from core.api.allowance import Allowance
from core.errors import TooMany


def test_one_who_asks_too_often_waits_and_the_others_do_not() -> None:
    now = [0.0]
    allowance = Allowance("places", per_s=2, at_once=3, clock=lambda: now[0])
    for _ in range(3):
        allowance.take("ada")
    with pytest.raises(TooMany) as refused:
        allowance.take("ada")
    assert refused.value.wait_s == pytest.approx(0.5)
    allowance.take("bo")
    now[0] = 0.5
    allowance.take("ada")
    with pytest.raises(TooMany):
        allowance.take("ada")
    now[0] = 100.0  # no more than at once are kept
    for _ in range(3):
        allowance.take("ada")
    with pytest.raises(TooMany):
        allowance.take("ada")
