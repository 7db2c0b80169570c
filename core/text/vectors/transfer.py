"""Downloads one file over HTTP: in pieces, taken up again where it broke off, bounded in size."""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import requests
from urllib3.exceptions import HTTPError, TimeoutError

from core.errors import DownloadFailed, StorageFailed
from core.storage.files import read_json, write_json

Pace = Callable[[int, int | None, float | None], None]  # bytes, of bytes, seconds left

_PIECE = 1 << 20
_TIMEOUT_S = 30.0
_REDIRECTS = 5
_MAX_ADDRESS = 2000
_NO_SUCH_RANGE = 416


def transfer(url: str, part: Path, max_bytes: int, pace: Pace | None = None) -> None:
    """Bring the bytes at `url` into `part`, the rest of them if some are there already.

    They go on only where the server vouches that the file is still the same one (ETag or
    Last-Modified, kept beside `part`). Only http and https are followed, and never from https
    down to http. Raises DownloadFailed; what has arrived is kept for the next try.
    """
    checked(url)
    part.parent.mkdir(parents=True, exist_ok=True)
    try:
        with requests.Session() as session:
            session.auth = _unchanged
            with closing(_answer(session, url, part)) as answer:
                if not _whole_already(answer, part):
                    _receive(answer, url, part, max_bytes, pace)
    except (requests.RequestException, HTTPError) as error:
        raise DownloadFailed(_broken(url, part, error)) from error
    _note(part).unlink(missing_ok=True)


def checked(url: str) -> str:
    """The address. Raises DownloadFailed for one that is not http or https."""
    try:
        parts = urlsplit(url)
        fine = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        fine = False
    if not fine or len(url) > _MAX_ADDRESS or not url.isprintable():
        raise DownloadFailed(
            f"{url[:100]!r} is not an address to download from; give one that begins with https://"
        )
    return url


def checksum(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _answer(session: requests.Session, url: str, part: Path) -> requests.Response:
    """The server's answer for the bytes that are missing. Raises DownloadFailed."""
    headers = {"Accept-Encoding": "identity"} | _resuming(url, part)
    address = url
    for _ in range(_REDIRECTS + 1):
        answer = session.get(
            address, headers=headers, stream=True, timeout=_TIMEOUT_S, allow_redirects=False
        )
        if not answer.is_redirect:
            break
        answer.close()
        address = _next(address, answer.headers["Location"])
    else:
        raise DownloadFailed(f"{url} leads from one address to the next; give the last one.")
    if _whole_already(answer, part):
        return answer
    if answer.status_code == _NO_SUCH_RANGE and "Range" in headers:
        answer.close()
        part.unlink(missing_ok=True)  # more arrived than the server has: another file
        return _answer(session, url, part)
    if answer.status_code not in (requests.codes.ok, requests.codes.partial_content):
        answer.close()
        raise DownloadFailed(
            f"{url} answered {answer.status_code} {answer.reason}; check the address, or give "
            "another with --url."
        )
    return answer


def _whole_already(answer: requests.Response, part: Path) -> bool:
    """Whether the server has no more than what is there."""
    said = answer.headers.get("Content-Range", "")
    here = part.stat().st_size if part.exists() else 0
    return answer.status_code == _NO_SUCH_RANGE and here > 0 and said == f"bytes */{here}"


def _next(address: str, location: str) -> str:
    """Where a redirect leads. Raises DownloadFailed where it may not."""
    following = checked(urljoin(address, location))
    if urlsplit(address).scheme == "https" and urlsplit(following).scheme != "https":
        raise DownloadFailed(f"{address} leads to an address without https; it is not followed.")
    return following


def _resuming(url: str, part: Path) -> dict[str, str]:
    """What to ask for: the rest, if the file is still the one that `part` began with."""
    noted = _noted(part)
    if not part.exists() or noted.get("url") != url or not noted.get("validator"):
        part.unlink(missing_ok=True)
        return {}
    return {"Range": f"bytes={part.stat().st_size}-", "If-Range": noted["validator"]}


def _receive(
    answer: requests.Response, url: str, part: Path, max_bytes: int, pace: Pace | None
) -> None:
    """Write what arrives behind what is there, or from the start. Raises DownloadFailed."""
    begun = _begins_at(answer, part)
    length = answer.headers.get("Content-Length", "")
    total = begun + int(length) if length.isdigit() else None
    if total is not None and total > max_bytes:
        raise _too_large(url, max_bytes)
    etag = answer.headers.get("ETag", "")
    weak = etag.startswith("W/")  # vouches for the meaning, not for the bytes
    validator = (None if weak else etag) or answer.headers.get("Last-Modified")
    write_json(_note(part), {"url": url, "validator": validator})
    done, since = begun, time.monotonic()
    try:
        with part.open("r+b" if begun else "wb") as out:
            out.seek(begun)
            out.truncate()
            # As sent: unpacking on the way would change the bytes that are counted and checked.
            for piece in answer.raw.stream(_PIECE, decode_content=False):
                done += len(piece)
                if done > max_bytes:
                    raise _too_large(url, max_bytes)
                out.write(piece)
                if pace is not None:
                    pace(done, total, _left_s(done, begun, total, since))
    except OSError as error:
        if isinstance(error, requests.RequestException):
            raise
        raise StorageFailed(f"{part.parent} cannot be written ({error.strerror}).") from error
    if total is not None and done != total:
        raise DownloadFailed(_broken(url, part, f"{done:,} of {total:,} bytes arrived"))


def _begins_at(answer: requests.Response, part: Path) -> int:
    """The place of the answer's first byte: 0 unless the server goes on where `part` ends."""
    if answer.status_code != requests.codes.partial_content:
        return 0
    here = part.stat().st_size if part.exists() else 0
    match = re.match(r"bytes (\d+)-", answer.headers.get("Content-Range", ""))
    if match is None or int(match[1]) != here:
        part.unlink(missing_ok=True)
        raise DownloadFailed(f"{answer.url} sent another part than was asked for; try again.")
    return here


def _left_s(done: int, begun: int, total: int | None, since: float) -> float | None:
    passed = time.monotonic() - since
    if total is None or done == begun:
        return None
    return (total - done) * passed / (done - begun)


def _note(part: Path) -> Path:
    return part.with_name(f"{part.name}.json")


def _noted(part: Path) -> dict[str, str]:
    try:
        noted = read_json(_note(part))
    except ValueError:
        return {}
    return noted if isinstance(noted, dict) else {}


def _broken(url: str, part: Path, error: object) -> str:
    if isinstance(error, requests.ConnectionError) and not part.exists():
        return f"There is no connection to {urlsplit(url).hostname}; check the network, then retry."
    if isinstance(error, str):
        why = error
    elif isinstance(error, requests.Timeout | TimeoutError):
        why = f"no answer for {_TIMEOUT_S:.0f} s"
    else:
        why = "the connection was lost"
    return (
        f"The download from {url} broke off ({why}); run the same command again, it goes on where "
        "it stopped."
    )


def _too_large(url: str, max_bytes: int) -> DownloadFailed:
    return DownloadFailed(
        f"{url} is larger than {max_bytes / 1024**3:.1f} GB, more than any file of word vectors "
        "for this program; check the address."
    )


def _unchanged(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """In place of a password from ~/.netrc, which requests would send along."""
    return request
