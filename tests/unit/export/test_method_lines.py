"""What the report says of the way its latents were computed."""

import pytest

from core.config import PRESETS
from core.pipeline.html_report.method import method_lines
from core.records import Clustering
from core.storage.new_run import new_run

CLUSTERING = Clustering("c", "r", "kmeans", 4, 0)


@pytest.mark.parametrize(("preset", "over_batch"), [("paper", True), ("fast", False)])
def test_latents_normalised_over_a_batch_are_said_to_be(preset: str, over_batch: bool) -> None:
    run = new_run(PRESETS["crvae"][preset], [])
    lines = method_lines(run, CLUSTERING, None, {})
    assert ("batch" in lines[0]) == over_batch
