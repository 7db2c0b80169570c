"""The server: pages, the player's answers and streams, and the way of yt-dlp's requests to it."""

from __future__ import annotations

import contextlib
import json
import threading
from collections import Counter
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from core.video import youtube
from tests.youtube_stand_in import situations

_PLAYER_FILE = "/s/player/0123abcd/player_es6.vflset/en_US/base.js"
_PLAYER = Path(__file__).with_name("player.js")
_ANSWERS = {"n": "PUZZLE"[::-1] + "x", "sig": "SIGNATURE123"[::-1][2:]}  # as the player has them
_HALF = 2


class StandIn:
    """A running server. `asked` counts its addresses; `files` are the streams' bytes."""

    def __init__(self, files: dict[str, bytes]) -> None:
        self.files = files
        self.asked: Counter[str] = Counter()
        self.where = ""
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
        self._server.stand_in = self  # type: ignore[attr-defined]

    @contextlib.contextmanager
    def running(self) -> Iterator[StandIn]:
        thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        self.where = f"http://127.0.0.1:{self._server.server_port}"
        try:
            yield self
        finally:
            self._server.shutdown()
            self._server.server_close()
            thread.join()

    def session(self, options: dict[str, Any], where: str = "") -> Any:
        """As core.video.youtube's, with each address led to here, or to `where`."""
        made = real_session(options)
        urlopen = made.urlopen

        def redirected(request: Any) -> Any:
            from yt_dlp.networking.common import Request

            sent = Request(request) if isinstance(request, str) else request.copy()
            parts = urlsplit(sent.url)
            sent.url = f"{where or self.where}/{parts.netloc}{parts.path}?{parts.query}"
            sent.headers.pop("Host", None)
            return urlopen(sent)

        made.urlopen = redirected
        return made


real_session = youtube._session


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        host, _, path = urlsplit(self.path).path.removeprefix("/").partition("/")
        self._here.asked[f"{host}/{path}"] += 1
        query = {name: values[-1] for name, values in parse_qs(urlsplit(self.path).query).items()}
        if path == "watch" or path.startswith("embed/"):
            embedded = path != "watch"
            identifier = path.removeprefix("embed/") if embedded else query["v"]
            self._send(200, _page(identifier, "WEB_EMBEDDED_PLAYER" if embedded else "WEB"))
        elif path == "playlist":
            self._send(200, _html("WEB", situations.playlist(query["list"]), {}))
        elif path == "api/timedtext":
            self._captions(query)
        elif path.startswith("s/player/"):
            self._send(200, _PLAYER.read_bytes(), "text/javascript")
        elif path == "videoplayback":
            self._stream(query)
        else:
            self._send(404, b"")

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        client = body["context"]["client"]["clientName"]
        if "browseId" in body:
            said = situations.playlist(body["browseId"].removeprefix("VL"))
            self._send(200, json.dumps(said).encode(), "application/json")
            return
        name = situations.name_of(body["videoId"])
        self._here.asked[f"player {client}"] += 1
        status = situations.SITUATIONS[name].player_status
        said = situations.player(name, client) if status == 200 else {"error": {"code": status}}
        self._send(status, json.dumps(said).encode(), "application/json")

    def log_message(self, *_what: object) -> None: ...

    @property
    def _here(self) -> StandIn:
        return self.server.stand_in  # type: ignore[attr-defined]

    def _captions(self, query: dict[str, str]) -> None:
        name = situations.name_of(query["v"])
        said = f"{query['lang']} {query.get('name', '')}{query.get('kind', '')}".strip()
        events = [{"tStartMs": 0, "dDurationMs": 2000, "segs": [{"utf8": said}]}]
        body = json.dumps({"wireMagic": "pb3", "events": events}).encode()
        self._send(situations.SITUATIONS[name].captions_status, body, "application/json")

    def _stream(self, query: dict[str, str]) -> None:
        name = situations.name_of(query["id"])
        asked = situations.SITUATIONS[name]
        wrong = asked.formats == "puzzles" and any(query.get(k) != v for k, v in _ANSWERS.items())
        if wrong or asked.stream_status != 200:
            self._send(403 if wrong else asked.stream_status, b"")
            return
        times = self._here.asked[f"stream {name}"]
        self._here.asked[f"stream {name}"] += 1
        whole = b"" if asked.stream == "empty" else self._here.files[asked.file or query["what"]]
        cut = asked.stream == "cut off" or (asked.stream == "cut off once" and times < _TRIES)
        self._send_range(whole, cut)

    def _send_range(self, whole: bytes, cut: bool) -> None:
        first, last = 0, len(whole) - 1
        asked = self.headers.get("Range", "")
        if asked.startswith("bytes="):
            begin, _, end = asked.removeprefix("bytes=").partition("-")
            first, last = int(begin), min(int(end or last), last)
        part = whole[first : last + 1]
        self.send_response(206 if asked and whole else 200)
        self.send_header("Content-Type", "video/mp4")
        self.send_header("Content-Length", str(len(part)))
        if asked and whole:
            self.send_header("Content-Range", f"bytes {first}-{last}/{len(whole)}")
        self.end_headers()
        sent = part[: len(part) // _HALF] if cut else part
        self._here.asked["bytes"] += len(sent)
        self.wfile.write(sent)
        self.close_connection = True

    def _send(self, status: int, body: bytes, kind: str = "text/html; charset=utf-8") -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


# What stands below the player; the channel's name and the licence are to be had nowhere else.
_ABOUT = {
    "contents": [
        {"videoPrimaryInfoRenderer": {"dateText": {"simpleText": "Mar 4, 2026"}}},
        {
            "videoSecondaryInfoRenderer": {
                "owner": {"videoOwnerRenderer": {"title": {"runs": [{"text": "A channel"}]}}},
                "metadataRowContainer": {
                    "metadataRowContainerRenderer": {
                        "rows": [
                            {
                                "metadataRowRenderer": {
                                    "title": {"simpleText": "License"},
                                    "contents": [{"simpleText": "Creative Commons"}],
                                }
                            }
                        ]
                    }
                },
            }
        },
    ]
}
_TRIES = 4  # yt-dlp's own attempts at one stream: the first and `retries`


def _page(identifier: str, client: str) -> bytes:
    """A watch page: the configuration, the page's data and the web player's answer."""
    name = situations.name_of(identifier)
    data = {"contents": {"twoColumnWatchNextResults": {"results": {"results": _ABOUT}}}}
    return _html(client, data, situations.player(name, client))


def _html(client: str, data: dict[str, Any], player: dict[str, Any]) -> bytes:
    config = {
        "PLAYER_JS_URL": _PLAYER_FILE,
        "INNERTUBE_CONTEXT": {
            "client": {"clientName": client, "clientVersion": "2.20260708.00.00", "hl": "en"}
        },
        "VISITOR_DATA": "visitor",
    }
    return (
        "<!DOCTYPE html><html><head><title>YouTube</title></head><body><script>"
        f"ytcfg.set({json.dumps(config)});var ytInitialData = {json.dumps(data)};"
        f"var ytInitialPlayerResponse = {json.dumps(player)};</script></body></html>"
    ).encode()
