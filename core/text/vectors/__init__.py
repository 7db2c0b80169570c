"""Frozen word vectors: packaged ones, downloaded ones, and any GloVe or word2vec file."""

from core.text.vectors.choose import Source, open_vectors, sources
from core.text.vectors.source import WordVectors
from core.text.vectors.store import remembered

__all__ = [
    "Source",
    "WordVectors",
    "open_vectors",
    "remembered",
    "sources",
]
