"""Downloading word vectors, from a server in this process: resumed, checked, unpacked, refused."""

from __future__ import annotations

import bz2
import gzip
import hashlib
import io
import re
import socket
import threading
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from core.__main__ import main
from core.errors import Busy, DownloadFailed
from core.text.vectors import download as module
from core.text.vectors import open_vectors, transfer
from core.text.vectors.choose import GLOVE
from core.text.vectors.download import PUBLISHED_FILES, PublishedFile, download

ROW = " ".join(["0.25"] * 300)
VECTORS = f"the {ROW}\ndoctor {ROW}\n".encode() * 400


def zipped(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


ARCHIVE = zipped({"glove.6B.50d.txt": b"the 1 2\n", GLOVE: VECTORS})


@dataclass
class Site:
    """What the server gives, and what it was asked."""

    files: dict[str, bytes]
    breaks_after: int | None = None  # bytes, once
    etag: str | None = '"one"'
    length: bool = True
    redirects: dict[str, str] = field(default_factory=dict)
    asked: list[tuple[str, str | None]] = field(default_factory=list)  # path, Range
    address: str = ""


@pytest.fixture
def site() -> Iterator[Site]:
    here = Site({"/glove.zip": ARCHIVE})

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            wanted = self.headers.get("Range")
            here.asked.append((self.path, wanted))
            if self.path in here.redirects:
                self.send_response(302)
                self.send_header("Location", here.redirects[self.path])
                self.end_headers()
                return
            data = here.files.get(self.path)
            if data is None:
                self.send_error(404, "Not Found")
                return
            start = 0
            if wanted and self.headers.get("If-Range") == here.etag:
                start = int(re.fullmatch(r"bytes=(\d+)-", wanted)[1])
            self._send(data, start)

        def _send(self, data: bytes, start: int) -> None:
            if start and start >= len(data):
                self.send_response(416)
                self.send_header("Content-Range", f"bytes */{len(data)}")
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            self.send_response(206 if start else 200)
            if start:
                self.send_header("Content-Range", f"bytes {start}-{len(data) - 1}/{len(data)}")
            if here.etag:
                self.send_header("ETag", here.etag)
            if here.length:
                self.send_header("Content-Length", str(len(data) - start))
            self.end_headers()
            end = len(data) if here.breaks_after is None else start + here.breaks_after
            here.breaks_after = None
            self.wfile.write(data[start:end])

        def log_message(self, *_: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    here.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield here
    server.shutdown()
    server.server_close()
    thread.join()


def wanted(site: Site, path: str = "/glove.zip", data: bytes | None = ARCHIVE) -> PublishedFile:
    digest = None if data is None else hashlib.sha256(data).hexdigest()
    return PublishedFile("glove", GLOVE, site.address + path, digest, 10_000_000, "no address")


def left(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()} - {"download.lock"}


def test_downloaded_checked_unpacked(site: Site, tmp_path: Path) -> None:
    paces: list[tuple[int, int | None, float | None]] = []
    done = download(wanted(site), tmp_path, pace=lambda *pace: paces.append(pace))
    assert done.verified
    assert done.path.read_bytes() == VECTORS
    assert paces[-1][:2] == (len(ARCHIVE), len(ARCHIVE))
    assert left(tmp_path) == {GLOVE, f"{GLOVE}.json"}
    assert open_vectors("glove", 300, tmp_path).lookup(["doctor"])[1].all()


def test_a_broken_download_goes_on_where_it_stopped(site: Site, tmp_path: Path) -> None:
    site.breaks_after = 700
    with pytest.raises(DownloadFailed, match="goes on where"):
        download(wanted(site), tmp_path)
    assert not (tmp_path / GLOVE).exists()
    assert download(wanted(site), tmp_path).path.read_bytes() == VECTORS
    assert site.asked == [("/glove.zip", None), ("/glove.zip", "bytes=700-")]


def test_a_file_that_changed_meanwhile_is_taken_from_the_start(site: Site, tmp_path: Path) -> None:
    site.breaks_after = 700
    site.files["/glove.zip"] = zipped({GLOVE: VECTORS * 2})
    with pytest.raises(DownloadFailed):
        download(wanted(site), tmp_path)
    site.files["/glove.zip"], site.etag = ARCHIVE, '"two"'
    assert download(wanted(site), tmp_path).path.read_bytes() == VECTORS


@pytest.mark.parametrize("etag", [None, 'W/"weak"'])
def test_without_a_voucher_nothing_is_pieced_together(
    site: Site, tmp_path: Path, etag: str | None
) -> None:
    site.breaks_after, site.etag = 700, etag
    with pytest.raises(DownloadFailed):
        download(wanted(site), tmp_path)
    assert download(wanted(site), tmp_path).verified
    assert [wanted_range for _, wanted_range in site.asked] == [None, None]


def test_a_whole_part_is_not_sent_again(site: Site, tmp_path: Path) -> None:
    part = tmp_path / "x.part"
    url = f"{site.address}/glove.zip"
    transfer.write_json(transfer._note(part), {"url": url, "validator": site.etag})
    part.write_bytes(ARCHIVE)
    transfer.transfer(url, part, 10_000_000)
    assert part.read_bytes() == ARCHIVE
    transfer.write_json(transfer._note(part), {"url": url, "validator": site.etag})
    part.write_bytes(ARCHIVE + b"more")
    transfer.transfer(url, part, 10_000_000)
    assert part.read_bytes() == ARCHIVE
    assert len(site.asked) == 3  # the longer one was asked for twice: the rest, then all


def test_a_wrong_checksum_removes_the_file(site: Site, tmp_path: Path) -> None:
    with pytest.raises(DownloadFailed, match="removed") as error:
        download(wanted(site, data=b"other"), tmp_path)
    assert left(tmp_path) == set()
    assert f"--sha256 {hashlib.sha256(ARCHIVE).hexdigest()}" in str(error.value)
    given = hashlib.sha256(ARCHIVE).hexdigest().upper()
    assert download(wanted(site, data=b"other"), tmp_path, sha256=given).verified
    with pytest.raises(DownloadFailed, match="64 digits"):
        download(wanted(site), tmp_path, sha256="abc")


def test_the_first_checksum_of_an_address_is_kept(site: Site, tmp_path: Path) -> None:
    own = f"{site.address}/own.txt"
    site.files["/own.txt"] = VECTORS
    first = download(wanted(site), tmp_path, url=own)
    assert not first.verified
    first.path.unlink()
    assert download(wanted(site), tmp_path, url=own).verified
    first.path.unlink()
    site.files["/own.txt"] = VECTORS + VECTORS
    with pytest.raises(DownloadFailed, match="checksum"):
        download(wanted(site), tmp_path, url=own)


@pytest.mark.parametrize(
    "data", [gzip.compress(VECTORS), bz2.compress(VECTORS), zipped({"x.txt": VECTORS}), VECTORS]
)
def test_every_kind_of_packing(site: Site, tmp_path: Path, data: bytes) -> None:
    site.files["/v"] = data
    assert download(wanted(site, "/v", None), tmp_path).path.read_bytes() == VECTORS


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"<html>Sign in to go on", "page about it"),
        (b"", "page about it"),
        (b"the 1 2 3\n", "3 dimensions"),
        (VECTORS[:-100], "no word vectors"),
        (ARCHIVE[:-300], "unpacked"),
        (gzip.compress(VECTORS)[:-20], "unpacked"),
        (bz2.compress(VECTORS)[:-20], "unpacked"),
        (b"BZh9" + b"x" * 500, "unpacked"),
        (zipped({"a.txt": VECTORS, "b.txt": VECTORS}), "but no"),
    ],
)
def test_what_is_not_a_file_of_vectors(site: Site, tmp_path: Path, data: bytes, said: str) -> None:
    site.files["/v"] = data
    with pytest.raises(DownloadFailed, match=said):
        download(wanted(site, "/v", None), tmp_path)
    assert left(tmp_path) == set()


def test_an_archive_may_not_unpack_without_end(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_MAX_UNPACKED", len(VECTORS) - 1)
    with pytest.raises(DownloadFailed, match="unpacks to more"):
        download(wanted(site), tmp_path)
    assert left(tmp_path) == set()


@pytest.mark.parametrize("length", [True, False])
def test_a_file_may_not_be_too_large(site: Site, tmp_path: Path, length: bool) -> None:
    site.length = length
    with pytest.raises(DownloadFailed, match="larger than"):
        transfer.transfer(f"{site.address}/glove.zip", tmp_path / "p", len(ARCHIVE) - 1)
    transfer.transfer(f"{site.address}/glove.zip", tmp_path / "p", len(ARCHIVE))
    assert (tmp_path / "p").read_bytes() == ARCHIVE


def test_redirects(site: Site, tmp_path: Path) -> None:
    site.redirects = {"/moved": "/glove.zip", "/file": "file:///etc/passwd", "/round": "/round"}
    assert download(wanted(site, "/moved"), tmp_path).verified
    with pytest.raises(DownloadFailed, match="not an address"):
        download(wanted(site, "/file"), tmp_path)
    with pytest.raises(DownloadFailed, match="one address to the next"):
        download(wanted(site, "/round"), tmp_path)
    with pytest.raises(DownloadFailed, match="without https"):
        transfer._next("https://example.org/a", "http://example.org/a")


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://a/b", "http://", "x", "http://[::1"])
def test_only_addresses_of_the_web(tmp_path: Path, url: str) -> None:
    with pytest.raises(DownloadFailed, match="not an address"):
        download(PUBLISHED_FILES["glove"], tmp_path, url=url)


def test_no_connection_no_file_and_no_address(site: Site, tmp_path: Path) -> None:
    with socket.socket() as taken:  # bound but not listening: nobody answers
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/x"
        with pytest.raises(DownloadFailed, match="no connection to 127"):
            download(PUBLISHED_FILES["glove"], tmp_path, url=url)
    with pytest.raises(DownloadFailed, match="answered 404 Not Found"):
        download(wanted(site, "/missing"), tmp_path)
    with pytest.raises(DownloadFailed, match="Baidu"):
        download(PUBLISHED_FILES["chinese"], tmp_path)


def test_one_download_at_a_time(site: Site, tmp_path: Path) -> None:
    with module._alone(tmp_path), pytest.raises(Busy, match="going on"):
        download(wanted(site), tmp_path)


def test_the_command(site: Site, data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["words", "download", "glove", "--url", f"{site.address}/glove.zip"]
    assert main(words) == 0
    said = capsys.readouterr()
    path = Path(said.out.strip())
    assert path.read_bytes() == VECTORS
    assert path.is_relative_to(data)
    assert hashlib.sha256(ARCHIVE).hexdigest() in said.err
    assert main(words) == 0
    assert "there already" in capsys.readouterr().err
    assert len(site.asked) == 1
    assert main(["words"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[1] for line in lines if line.startswith("glove")] == ["yes"]
    assert main(["words", "download", "else"]) == 1
    assert "glove or chinese" in capsys.readouterr().err
