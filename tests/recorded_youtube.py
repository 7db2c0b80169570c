"""YouTube without a network: recorded answers for captions, and a downloader that draws a clip."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import requests
from requests.adapters import BaseAdapter
from yt_dlp.utils import DownloadError

from tests.clips import write_clip


class Recorded(BaseAdapter):
    """Answers every request from files of `folder`; a number instead of a file is a status."""

    def __init__(
        self,
        folder: Path,
        page: str | list[str] = "youtube.html.static",
        player: str | int = "youtube.innertube.json.static",
        captions: str | int = "transcript.xml.static",
    ) -> None:
        super().__init__()
        self._folder, self._player, self._captions = folder, player, captions
        self._pages = [page] if isinstance(page, str) else list(page)
        self.asked: list[str] = []

    def send(self, request, **_options) -> requests.Response:
        self.asked.append(request.url)
        if "/watch" in request.url:
            return self._answer(
                request, self._pages.pop(0) if len(self._pages) > 1 else self._pages[0]
            )
        if "/youtubei/" in request.url:
            return self._answer(request, self._player)
        return self._answer(request, self._captions)

    def _answer(self, request, what: str | int) -> requests.Response:
        response = requests.Response()
        response.request, response.url = request, request.url
        response.status_code = what if isinstance(what, int) else 200
        response._content = b"" if isinstance(what, int) else (self._folder / what).read_bytes()
        response.encoding = "utf-8"
        return response

    def close(self) -> None: ...


class Listing(BaseAdapter):
    """A YouTube with the tracks (code, name, kind, words) that it is given, one caption each.

    With `blocked` it asks for a proof of a person instead.
    """

    def __init__(self, *tracks: tuple[str, str, str, str], blocked: bool = False) -> None:
        super().__init__()
        self.tracks, self.blocked = tracks, blocked
        self.asked: list[str] = []

    def send(self, request, **_options) -> requests.Response:
        self.asked.append(request.url)
        if "/watch" in request.url:
            return self._answer(request, '"INNERTUBE_API_KEY": "key"')
        if "/youtubei/" in request.url:
            return self._answer(request, json.dumps(self._player()))
        words = self.tracks[int(request.url.rpartition("=")[2])][3]
        return self._answer(
            request, f'<transcript><text start="1" dur="2">{words}</text></transcript>'
        )

    def _player(self) -> dict[str, Any]:
        if self.blocked:
            reason = "Sign in to confirm you’re not a bot"
            return {"playabilityStatus": {"status": "LOGIN_REQUIRED", "reason": reason}}
        found = [
            {
                "baseUrl": f"https://www.youtube.com/api/timedtext?lang={code}&n={number}",
                "name": {"runs": [{"text": name}]},
                "languageCode": code,
                "kind": "asr" if kind == "machine" else "",
            }
            for number, (code, name, kind, _) in enumerate(self.tracks)
        ]
        listed = {"playerCaptionsTracklistRenderer": {"captionTracks": found}}
        return {"playabilityStatus": {"status": "OK"}, "captions": listed}

    def _answer(self, request, text: str) -> requests.Response:
        response = requests.Response()
        response.request, response.url, response.status_code = request, request.url, 200
        response._content, response.encoding = text.encode(), "utf-8"
        return response

    def close(self) -> None: ...


class Lister:
    """Stands in for yt_dlp.YoutubeDL: lists tracks in its own shape, and fetches their files."""

    def __init__(self, **facts: Any) -> None:
        self.facts = facts
        self.files: dict[str, bytes] = {}
        self.asked: list[str] = []

    def __call__(self, options: dict[str, Any]) -> Lister:
        self.params = options
        return self

    def __enter__(self) -> Lister:
        return self

    def __exit__(self, *_what: object) -> None: ...

    def extract_info(self, _url: str, **_how: bool) -> dict[str, Any]:
        return self.facts

    def urlopen(self, url: str) -> io.BytesIO:
        self.asked.append(url)
        if url not in self.files:
            raise DownloadError(f"unable to download {url}: HTTP Error 429: Too Many Requests")
        return io.BytesIO(self.files[url])


def session(adapter: BaseAdapter) -> requests.Session:
    """A session that reaches `adapter` only."""
    made = requests.Session()
    made.adapters.clear()
    made.mount("https://www.youtube.com/", adapter)
    return made


class Downloader:
    """Stands in for yt_dlp.YoutubeDL: what it is told to find, it draws."""

    def __init__(self, **facts: Any) -> None:
        self.facts = {"id": "dQw4w9WgXcQ", "title": "A title", "duration": 5.0} | facts
        self.error: Exception | None = None  # each time it is asked
        self.errors: list[Exception] = []  # of the next downloads
        self.keeps_file = True
        self.downloads = 0
        self.options: dict[str, Any] = {}

    def __call__(self, options: dict[str, Any]) -> Downloader:
        self.options = self.params = options
        return self

    def __enter__(self) -> Downloader:
        return self

    def __exit__(self, *_what: object) -> None: ...

    def extract_info(self, _url: str, **_how: bool) -> dict[str, Any]:
        if self.error:
            raise self.error
        return dict(self.facts)

    def process_ie_result(self, info: dict[str, Any], download: bool) -> dict[str, Any]:
        if self.errors:
            raise self.errors.pop()
        if not self.keeps_file:
            return info
        self.downloads += 1
        file = Path(self.options["paths"]["home"]) / f"{info['id']}.mp4"
        write_clip(file, 5)
        for done in (file.stat().st_size // 2, file.stat().st_size):
            for hook in self.options["progress_hooks"]:
                hook({"downloaded_bytes": done, "total_bytes": file.stat().st_size})
        return info | {"requested_downloads": [{"filepath": str(file)}]}
