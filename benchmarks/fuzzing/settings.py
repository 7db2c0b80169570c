"""Settings of models, trainings and analyses as flags, as stored JSON and as numbers."""

from __future__ import annotations

import math
from random import Random

from benchmarks.fuzzing import mutate
from benchmarks.fuzzing.place import RUN, Place
from core.analysis import weighting
from core.analysis.projection import settings_of
from core.analysis.weighting import blocks_of
from core.config import PRESETS, RunConfig, preset
from core.jobs import submit_clustering, submit_projection
from core.storage import runs
from core.storage.new_run import new_run, trainable

_FLOATS = (math.nan, math.inf, -math.inf, 0.0, -1.0, 1.0, 2.5, 1e-320, 1e308, 15.0, 24.0)
_INTS = (0, 1, 2, 3, 8, 47, 48, 49, -1, 10**9, 10**20, -(10**30))


def attempt(place: Place, rng: Random) -> None:
    """One way in of six."""
    rng.choice((_flags, _flags, _stored, _stored, _division, _layout, _weights))(place, rng)


def _flags(place: Place, rng: Random) -> None:
    model = rng.choice((*PRESETS, *PRESETS, rng.choice(mutate.TEXTS)))
    name = rng.choice(("fast", "fast", "paper", rng.choice(mutate.TEXTS)))
    known = PRESETS.get(model, PRESETS["pca"])["fast"].to_json()
    keys = [*known["training"], *(key for key in known["model"] if key != "name")]
    values = (*mutate.NUMBERS, *mutate.NUMBERS, "frames", "1", "8", "64", "0.01", *mutate.TEXTS)
    count = rng.choice((1, 1, 2, 4))
    changes = {
        rng.choice((*keys, rng.choice(mutate.TEXTS))): rng.choice(values) for _ in range(count)
    }
    config = preset(model, name, changes)
    assert RunConfig.from_json(config.to_json()) == config
    new_run(config, trainable(place.db, ["video0"]), rng.choice((None, *mutate.TEXTS)))


def _stored(_place: Place, rng: Random) -> None:
    stored = rng.choice(list(PRESETS.values()))["fast"].to_json()
    RunConfig.from_json(mutate.json_value(rng, stored))


def _division(place: Place, rng: Random) -> None:
    method = rng.choice(("kmeans", "gmm", "hdbscan", rng.choice(mutate.TEXTS)))
    submit_clustering(
        place.db,
        rng.choice((RUN, RUN, RUN, rng.choice(mutate.TEXTS))),
        method,
        rng.choice(_INTS),
        seed=rng.choice((0, 1, 2**32 - 1)),
        weights=_some_weights(rng),
        smallest=rng.choice(_INTS),
    )


def _layout(place: Place, rng: Random) -> None:
    frames = runs.get(place.db, RUN).frames
    method = rng.choice(("tsne", "tsne", "umap", "pca", rng.choice(mutate.TEXTS)))
    settings = settings_of(method, frames, rng.choice((None, *_FLOATS)))
    submit_projection(place.db, RUN, method, settings)


def _weights(place: Place, rng: Random) -> None:
    blocks = rng.choice((blocks_of(runs.get(place.db, RUN)), {"content": 4, "words": 2}))
    parts = [
        f"{rng.choice((*blocks, *mutate.TEXTS[:20], ''))}{rng.choice(('=', '=', '', '=='))}"
        f"{rng.choice(mutate.NUMBERS)}"
        for _ in range(rng.choice((1, 2, 3)))
    ]
    read = weighting.read(",".join(parts))
    weighting.written(weighting.normalised(blocks, read))


def _some_weights(rng: Random) -> dict[str, float]:
    return {} if rng.random() < 0.8 else {rng.choice(mutate.TEXTS): rng.choice(_FLOATS)}
