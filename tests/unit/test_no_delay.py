"""Answers of the web server are not held back until the browser has said what it received."""

from __future__ import annotations

import socket

from core.api.no_delay import send_at_once


def _delayed(one: socket.socket) -> bool:
    return not one.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_a_connection_accepted_later_sends_at_once() -> None:
    with socket.socket(socket.AF_INET) as listening, socket.socket(socket.AF_INET) as idle:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        assert _delayed(listening)
        assert send_at_once() >= 1
        with socket.create_connection(listening.getsockname()):
            accepted, _ = listening.accept()
            with accepted:
                assert not _delayed(accepted)
        assert _delayed(idle)
