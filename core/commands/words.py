"""Lists the sources of word vectors, or downloads a published one: words download glove."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from core.commands.shared import printing
from core.commands.shared.waiting import TerminalLine
from core.errors import InvalidSetting
from core.format import clock
from core.storage.claim import claim
from core.storage.files import Files
from core.text.vectors import sources
from core.text.vectors.download import PUBLISHED_FILES, download

_COLUMNS = ("setting", "there", "about")
_LINE_EVERY_S = 5.0
_MOVE_EVERY_S = 0.2


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("action", nargs="?", metavar="download", help="bring a published file")
    names = " | ".join(PUBLISHED_FILES)
    parser.add_argument("which", nargs="?", metavar=names, help="which file")
    parser.add_argument("--url", help="download from this address instead")
    parser.add_argument("--sha256", help="the checksum that the download must have")
    parser.add_argument("--json", action="store_true", help="a JSON list of objects")


def run(options: argparse.Namespace) -> int:
    """Raises InvalidSetting for words that make no sense, DownloadFailed, StorageFailed."""
    folder = Files(options.data).vectors
    if options.action is None:
        _list(folder, options.json)
        return 0
    if options.action != "download" or options.which not in PUBLISHED_FILES:
        raise InvalidSetting(
            f"Write words download {' or '.join(PUBLISHED_FILES)}, or words alone for the list."
        )
    target = folder / PUBLISHED_FILES[options.which].file
    if target.exists():
        print(f"{target} is there already; remove it to download it again.", file=sys.stderr)
    else:
        claim(options.data)
        _download(options, folder)
    print(target)
    return 0


def _list(folder: Path, as_json: bool) -> None:
    rows = [
        {"setting": source.setting, "about": source.about, "there": source.there}
        for source in sources(folder)
    ]
    if not as_json:
        rows = [{**row, "there": "yes" if row["there"] else "no"} for row in rows]
    printing.show(rows, _COLUMNS, "", as_json)
    if not as_json:
        print("Any GloVe or word2vec file does too: --set word_vectors=PATH", file=sys.stderr)


def _download(options: argparse.Namespace, folder: Path) -> None:
    line = _Line(sys.stderr)
    wanted = PUBLISHED_FILES[options.which]
    try:
        done = download(wanted, folder, options.url, options.sha256, line.show)
    finally:
        line.close()
    said = "as expected" if done.verified else "kept: a later download must have it too"
    print(f"Checksum {done.sha256} ({said})", file=sys.stderr)


class _Line(TerminalLine):
    """How far the download is."""

    _at = 0.0

    def show(self, done: int, total: int | None, left_s: float | None) -> None:
        """ "Downloading: 412 of 822 MB, 1:07 left"."""
        now = time.monotonic()
        if now - self._at < (_MOVE_EVERY_S if self.moves else _LINE_EVERY_S):
            return
        self._at = now
        whole = f" of {total / 1e6:.0f}" if total else ""
        left = f", {clock(left_s)} left" if left_s is not None else ""
        self.write(f"Downloading: {done / 1e6:.0f}{whole} MB{left}")
