"""Objects of a bucket, S3's or one that speaks like it, and what its refusals mean.

Knows names, bytes and their SHA-256, which each object carries with it; not what they are for.
Address, rights and region are found as everywhere: AWS_ENDPOINT_URL, AWS_ACCESS_KEY_ID,
AWS_SECRET_ACCESS_KEY, AWS_REGION, or the role that a machine of Amazon's has.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import mimetypes
import os
import re
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

import obstore
from obstore.exceptions import BaseError, PermissionDeniedError, UnauthenticatedError
from obstore.store import S3Store

from core.errors import BucketFailed, InvalidSetting

SCHEME = "s3://"
RETRIES = 8  # within some seconds; what is broken off by more goes on when it is asked for again
_PIECE = 1 << 20
_PART = 8 << 20  # bytes; what is larger is sent in parts, of which there may be 10,000
_MOST_PARTS = 9_000
_ADDRESS = re.compile(r"s3://([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:/(.*))?")
_SHA256 = "sha256"
_AT_ONCE = 8  # objects: most of their time is waiting
_BATCH = 1000
_Result = TypeVar("_Result")
_CODE = re.compile(r"<Code>(\w+)</Code>")
_REFUSED = "403 Forbidden"
_ROLES = "169.254.169.254"  # where a machine of Amazon's asks for its role


def is_address(text: str) -> bool:
    return text.startswith(SCHEME)


def ignore(_bytes: int) -> None:
    """For what nobody counts."""


@dataclass(frozen=True)
class Bucket:
    """What lies under one prefix; names are relative to it. All methods raise BucketFailed."""

    name: str
    prefix: str
    store: S3Store

    @classmethod
    def at(cls, address: str) -> Bucket:
        """The bucket and prefix of `s3://BUCKET/PREFIX`. Raises InvalidSetting."""
        found = _ADDRESS.fullmatch(address)
        parts = [part for part in ((found and found[2]) or "").split("/") if part]
        if found is None or {".", ".."} & set(parts):
            raise InvalidSetting(f"{address} is no address of a bucket; write s3://BUCKET/PREFIX.")
        if _endpoint() and not re.match("https?://[^/]", _endpoint()):
            raise InvalidSetting(
                f"AWS_ENDPOINT_URL is {_endpoint()!r}; write the store's address, https://…."
            )
        name, prefix = found[1], "/".join(parts)
        try:
            store = S3Store(
                name,
                prefix=prefix or None,
                client_options={
                    "allow_http": _endpoint().startswith("http://"),
                    "read_timeout": timedelta(seconds=30),
                    "timeout": timedelta(days=1),  # of a whole object, which may be a long film
                },
                retry_config={"max_retries": RETRIES, "retry_timeout": timedelta(minutes=3)},
            )
        except (BaseError, ValueError) as error:
            raise InvalidSetting(
                f"{address} cannot be used ({_reason(error)}); check the variables AWS_…."
            ) from error
        return cls(name, prefix, store)

    @property
    def address(self) -> str:
        return f"{SCHEME}{self.name}/{self.prefix}".rstrip("/")

    def objects(self) -> dict[str, tuple[int, float]]:
        """The bytes of each object, and when it was written, in seconds since the epoch."""
        with self._explained():
            listed = [one for chunk in obstore.list(self.store, chunk_size=1000) for one in chunk]
        return {one["path"]: (one["size"], one["last_modified"].timestamp()) for one in listed}

    def sizes(self) -> dict[str, int]:
        """The bytes of each object, by name."""
        return {name: length for name, (length, _) in self.objects().items()}

    def digest(self, name: str) -> str | None:
        """The SHA-256 that was sent with an object, None for one that was sent by others."""
        with self._explained():
            found = obstore.get(self.store, name, options={"head": True})
            return found.attributes.get(_SHA256)

    def send(
        self, name: str, path: Path, digest: str, tell: Callable[[int], None] = ignore
    ) -> None:
        """Send a file, of which `digest` is the SHA-256; `tell` is told of bytes as they go."""
        size = path.stat().st_size
        small = path.read_bytes() if size <= _PART else None
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        with self._explained():
            obstore.put(
                self.store,
                name,
                _pieces(path, tell) if small is None else small,
                attributes={_SHA256: digest, "Content-Type": kind},
                chunk_size=max(_PART, size // _MOST_PARTS),
                max_concurrency=2,
            )
        if small is not None:
            tell(size)

    def receive(self, name: str, write: Callable[[memoryview], object]) -> tuple[str | None, str]:
        """Give an object's bytes to `write`; the SHA-256 that was sent with it, and theirs."""
        found = hashlib.sha256()
        with self._explained():
            answer = obstore.get(self.store, name)
            for chunk in answer.stream(min_chunk_size=_PIECE):
                piece = memoryview(chunk)
                write(piece)
                found.update(piece)
            return answer.attributes.get(_SHA256), found.hexdigest()

    def address_for(self, name: str, life_s: float) -> str:
        """Where whoever has this address may read an object, for so many seconds."""
        with self._explained():
            return obstore.sign(self.store, "GET", name, timedelta(seconds=life_s))

    def write_json(self, name: str, value: Any) -> None:
        """Make an object of `value`, in the place of an earlier one."""
        with self._explained():
            obstore.put(self.store, name, json.dumps(value, ensure_ascii=False).encode())

    def read_json(self, name: str) -> Any:
        """What an object of JSON says, None of one that says nothing, or is not there."""
        said = io.BytesIO()
        try:
            self.receive(name, said.write)
        except BucketFailed as error:
            if "NoSuchKey" in str(error.__cause__):
                return None
            raise
        try:
            return json.loads(said.getvalue())
        except ValueError:
            return None

    def remove(self, names: Sequence[str]) -> None:
        with self._explained():
            if names:
                obstore.delete(self.store, names)

    @contextlib.contextmanager
    def _explained(self) -> Iterator[None]:
        """What the store raises becomes one sentence."""
        try:
            yield
        except (BaseError, FileNotFoundError) as error:
            raise BucketFailed(self._sentence(error)) from error

    def _sentence(self, error: Exception) -> str:
        where = _endpoint() or "Amazon S3"
        said, reason = str(error), _reason(error)
        if reason == "NoSuchBucket":
            return f"There is no bucket {self.name} at {where}; make it first, or check its name."
        if _ROLES in said:
            return (
                f"Nothing says who asks for {self.address}; set AWS_ACCESS_KEY_ID and "
                "AWS_SECRET_ACCESS_KEY."
            )
        if isinstance(error, (PermissionDeniedError, UnauthenticatedError)) or _REFUSED in said:
            return (
                f"{self.address} refuses that ({reason}); check AWS_ACCESS_KEY_ID and "
                "AWS_SECRET_ACCESS_KEY, and that they may list, read, write and delete there."
            )
        if "error sending request" in said:
            return (
                f"{where} does not answer; check AWS_ENDPOINT_URL and the network, then do the "
                "same again."
            )
        return f"{self.address} failed ({reason}); do the same again."


def each(
    do: Callable[[str], _Result], names: Sequence[str], end: Callable[[], None] = lambda: None
) -> list[_Result]:
    """What `do` gives of each name, several at once; the first error ends all, and `end` is called
    to stop what is under way."""
    if len(names) < 2:
        return [do(name) for name in names]
    found: list[_Result] = []
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        try:
            for begin in range(0, len(names), _BATCH):
                found += pool.map(do, names[begin : begin + _BATCH])
        except BaseException:
            end()
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    return found


def digest_of(path: Path, tell: Callable[[int], None] = ignore) -> str:
    """The SHA-256 of a file."""
    found = hashlib.sha256()
    for piece in _pieces(path, tell):
        found.update(piece)
    return found.hexdigest()


def _pieces(path: Path, tell: Callable[[int], None]) -> Iterator[bytes]:
    with path.open("rb") as begun:
        while piece := begun.read(_PIECE):
            yield piece
            tell(len(piece))


def _endpoint() -> str:
    return os.environ.get("AWS_ENDPOINT_URL_S3") or os.environ.get("AWS_ENDPOINT_URL") or ""


def _reason(error: BaseException) -> str:
    """The store's own code, else the first line of what was said."""
    said = str(error)
    if code := _CODE.search(said):
        return code[1]
    return said.strip().splitlines()[0][:200].rstrip(".") if said.strip() else type(error).__name__
