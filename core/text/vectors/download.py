"""Brings the published files of word vectors: downloaded, checked, unpacked, only then there."""

from __future__ import annotations

import bz2
import gzip
import hashlib
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from filelock import FileLock, Timeout

from core.errors import Busy, DownloadFailed, InvalidSetting, StorageFailed
from core.storage.files import atomic, read_json, write_json
from core.text.vectors.choose import CHINESE, GLOVE
from core.text.vectors.files import open_file
from core.text.vectors.transfer import Pace, checked, checksum, transfer

SIZE = 300
_MAX_UNPACKED = 8 * 1024**3
_PIECE = 1 << 20
_NO_WORD = " "  # looking for it reads every line
_ZIP = b"PK\x03\x04"
_OPENERS: dict[bytes, Callable[..., Any]] = {b"\x1f\x8b": gzip.open, b"BZh": bz2.open}


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


@dataclass(frozen=True)
class Downloaded:
    """What a download gave."""

    path: Path
    sha256: str
    verified: bool  # against a checksum that was known before


def download(
    wanted: PublishedFile,
    folder: Path,
    url: str | None = None,
    sha256: str | None = None,
    pace: Pace | None = None,
) -> Downloaded:
    """Bring `wanted` into `folder`, from `url` in place of the published address.

    The checksum is `sha256`, else the published one at the published address, else that of the
    first download from the same address, which is kept in <file>.json. A file that fails it, or
    that holds no 300-d vectors, is removed. Raises DownloadFailed, Busy, StorageFailed.
    """
    address = url or wanted.url
    if address is None:
        raise DownloadFailed(wanted.hint)
    expected = _expected(wanted, folder, checked(address), sha256)
    with _alone(folder):
        return _brought(wanted, folder, address, expected, pace)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Keep other processes from downloading into `folder`. Raises Busy, StorageFailed."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder / "download.lock", timeout=0)
        lock.acquire()
    except Timeout as error:
        raise Busy("Another download of word vectors is going on; wait for its end.") from error
    except OSError as error:
        raise StorageFailed(f"{folder} cannot be written ({error.strerror}).") from error
    try:
        yield
    finally:
        lock.release()


def _brought(
    wanted: PublishedFile, folder: Path, address: str, expected: str | None, pace: Pace | None
) -> Downloaded:
    part = folder / f"{hashlib.sha256(address.encode()).hexdigest()[:16]}.part"
    transfer(address, part, wanted.max_bytes, pace)
    found = checksum(part)
    if expected is not None and found != expected:
        part.unlink()
        raise DownloadFailed(
            f"{address} has the checksum {found}, not {expected}; it was removed. If this is the "
            f"file you want, run it again with --sha256 {found}"
        )
    target = folder / wanted.file
    try:
        _unpack(part, wanted.file, target)
    finally:
        part.unlink(missing_ok=True)
    write_json(_record(target), {"url": address, "sha256": found})
    return Downloaded(target, found, expected is not None)


def _expected(wanted: PublishedFile, folder: Path, address: str, sha256: str | None) -> str | None:
    if sha256 is not None:
        if re.fullmatch(r"[0-9a-fA-F]{64}", sha256) is None:
            raise DownloadFailed(f"{sha256!r} is no SHA-256 checksum; it has 64 digits 0-9, a-f.")
        return sha256.lower()
    if address == wanted.url:
        return wanted.sha256
    try:
        kept = read_json(_record(folder / wanted.file))
    except ValueError:
        return None
    return kept.get("sha256") if isinstance(kept, dict) and kept.get("url") == address else None


def _record(target: Path) -> Path:
    return target.with_name(f"{target.name}.json")


def _unpack(archive: Path, name: str, target: Path) -> None:
    """Write the vectors in `archive` to `target`, whole or not at all. Raises DownloadFailed."""
    with atomic(target) as temporary:
        try:
            with _opened(archive, name) as packed, temporary.open("wb") as out:
                _copy(packed, out)
        except (zipfile.BadZipFile, EOFError, zlib.error, RuntimeError, OSError) as error:
            if isinstance(error, OSError) and error.errno is not None:
                raise  # the disk's, not the archive's
            raise DownloadFailed(
                f"The downloaded file cannot be unpacked ({error}); it was removed. "
                "Check the address."
            ) from error
        try:
            vectors = open_file(temporary)
            vectors.lookup([_NO_WORD])
        except InvalidSetting as error:
            raise DownloadFailed(
                "The downloaded file holds no word vectors; it was removed. Check that the "
                "address gives the file itself, not a page about it."
            ) from error
        if vectors.size != SIZE:
            raise DownloadFailed(
                f"The downloaded vectors have {vectors.size} dimensions, not {SIZE}; they were "
                "removed. Download the file yourself and give its path as word_vectors."
            )


@contextmanager
def _opened(archive: Path, name: str) -> Iterator[IO[bytes] | gzip.GzipFile | bz2.BZ2File]:
    """The bytes of the vectors inside an archive, or of the file itself where it is not packed."""
    with archive.open("rb") as file:
        start = file.read(4)
    if start == _ZIP:
        with zipfile.ZipFile(archive) as members, members.open(_member(members, name)) as inside:
            yield inside
        return
    openers = (opener for magic, opener in _OPENERS.items() if start.startswith(magic))
    with next(openers, Path.open)(archive, "rb") as unpacked:
        yield unpacked


def _member(members: zipfile.ZipFile, name: str) -> str:
    """The member called `name`, else the only one. Raises DownloadFailed."""
    names = [info.filename for info in members.infolist() if not info.is_dir()]
    if name in names:
        return name
    if len(names) != 1:
        raise DownloadFailed(
            f"The downloaded archive holds {', '.join(names[:8]) or 'nothing'}, but no {name}; it "
            "was removed. Check the address."
        )
    return names[0]


def _copy(packed: IO[bytes] | gzip.GzipFile | bz2.BZ2File, out: IO[bytes]) -> None:
    """All bytes, but never more than the limit: an archive may unpack to any size."""
    written = 0
    while piece := packed.read(_PIECE):
        written += len(piece)
        if written > _MAX_UNPACKED:
            raise DownloadFailed(
                f"The downloaded file unpacks to more than {_MAX_UNPACKED // 1024**3} GB; it was "
                "removed. Check the address."
            )
        out.write(piece)
