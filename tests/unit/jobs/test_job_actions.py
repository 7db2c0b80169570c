"""What each kind of job calls: named as text, so that a job imports only what it needs."""

from __future__ import annotations

import pytest

from core.pipeline.__main__ import ACTIONS


@pytest.mark.parametrize("kind", ACTIONS)
def test_a_kind_of_job_leads_to_a_function(kind: str) -> None:
    with pytest.raises(TypeError, match="required positional argument"):  # it is there, and called
        ACTIONS[kind]()
