"""The pages, opened at hostile addresses: no page may show an exception."""

from __future__ import annotations

from random import Random

from streamlit.testing.v1 import AppTest

from benchmarks.fuzzing import mutate
from benchmarks.fuzzing.place import RUN, VIDEO, Place
from core.config import PROJECT
from core.storage import analyses

_PAGES = ("explore", "compare", "train", "transcripts", "library", "tables")
_CHOICES = (
    *("run", "projection", "perplexity", "method", "k", "components", "smallest", "weights"),
    *("find", "find-by", "alike", "alike-by", "colour", "frame", "selection", "pins", "group"),
    *("first", "second", "video", "of"),
)
_GOOD = (RUN, VIDEO, f"{VIDEO}:1", "pca", "kmeans", "gmm", "hdbscan", "4", "Group", "content=1")
_BAD = ("video0:-1", "video0:99999999999999999999", "video0:0-999999999999", "pca:nan,1;1e309,2")


def attempt(place: Place, rng: Random) -> None:
    """Some choices in the address, good and bad ones mixed."""
    assert analyses.clusterings_of(place.db, RUN)
    page = AppTest.from_file(
        str(PROJECT / "pages" / f"{rng.choice(_PAGES)}.py"), default_timeout=60
    )
    if rng.random() < 0.7:
        page.query_params["run"] = RUN
    for name in rng.sample(_CHOICES, rng.choice((1, 2, 3, 6))):
        text = rng.choice((*mutate.TEXTS, *_GOOD * 4, *_BAD * 3))
        page.query_params[name] = text.encode("utf-8", "replace").decode()
    page.run()
    assert not page.exception, [f"{one.value}\n{one.stack_trace}" for one in page.exception]
