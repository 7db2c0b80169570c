"""The published files of word vectors: where they are given out, and their checksums."""

from __future__ import annotations

from dataclasses import dataclass

from core.text.vectors.choose import CHINESE, GLOVE


@dataclass(frozen=True)
class PublishedFile:
    """One file that `words download` can bring."""

    setting: str  # as word_vectors takes it
    file: str  # its name once unpacked
    url: str | None  # None where there is no address that a program can read
    sha256: str | None  # of what lies at `url`
    max_bytes: int  # of what is downloaded
    hint: str  # how to come by it without `url`


PUBLISHED_FILES = {
    "glove": PublishedFile(
        "glove",
        GLOVE,
        "https://nlp.stanford.edu/data/glove.6B.zip",
        "617afb2fe6cbd085c235baf7a465b96f4112bd7f7ccb2b2cbd649fed9cbcf2fb",
        2 * 1024**3,
        "The page of GloVe is https://nlp.stanford.edu/projects/glove/.",
    ),
    "chinese": PublishedFile(
        "chinese",
        CHINESE,
        None,
        None,
        4 * 1024**3,
        "Chinese Word Vectors are given out on Baidu Netdisk and Google Drive, which programs "
        "cannot read: open https://github.com/Embedding/Chinese-Word-Vectors in a browser, "
        "download one of the 300-d SGNS files, and give its path as word_vectors, or an address "
        "of your own with --url.",
    ),
}
