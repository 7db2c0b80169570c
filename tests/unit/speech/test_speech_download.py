"""Fetching the speech model, from a server in this process: only with consent, whole or not."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from core.errors import CaptionsUnavailable, DownloadFailed
from core.pipeline.recognition.speech_model import speech_model
from core.storage.progress import Progress
from core.text.speech import download as module
from core.text.speech import model

FILES = {
    "/config.json": b"{}",
    "/vocabulary.txt": b"a\n",
    "/tokenizer.json": b"{}",
    "/model.bin": b"m" * 5000,
}


@pytest.fixture
def hub(monkeypatch) -> Iterator[dict[str, bytes]]:
    """What the server gives; nothing else is installed."""
    files = dict(FILES)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = files.get(self.path)
            self.send_response(404 if body is None else 200)
            self.send_header("Content-Length", str(len(body or b"")))
            self.end_headers()
            self.wfile.write(body or b"")

        def log_message(self, *_: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    monkeypatch.setattr(module, "ADDRESS", f"http://127.0.0.1:{server.server_port}")
    monkeypatch.setattr(model, "_packaged", lambda: None)
    yield files
    server.shutdown()
    server.server_close()
    thread.join()


def test_it_is_fetched_once_and_only_with_consent(db, hub) -> None:
    with pytest.raises(CaptionsUnavailable, match="--download"):
        speech_model(db, Progress(None), consent=False)
    found = speech_model(db, Progress(None), consent=True)
    assert found.folder is not None
    assert (found.folder / "model.bin").read_bytes() == FILES["/model.bin"]
    hub.clear()
    assert speech_model(db, Progress(None), consent=False) == found


def test_what_breaks_off_leaves_no_model_and_goes_on(db, hub) -> None:
    missing = hub.pop("/model.bin")
    with pytest.raises(DownloadFailed):
        speech_model(db, Progress(None), consent=True)
    assert model.find(db.files.speech_model) is None
    hub["/model.bin"] = missing
    del hub["/config.json"]  # which is there already
    assert speech_model(db, Progress(None), consent=True).folder == db.files.speech_model
