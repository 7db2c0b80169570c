"""Lets answers leave at once: without it each waits some 40 ms for the browser's receipt."""

from __future__ import annotations

import gc
import socket


def send_at_once() -> int:
    """Switch Nagle's algorithm off on every socket of this process that listens on TCP.

    asyncio does it for each connection, but only where the listening socket names TCP as its
    protocol, which Streamlit's does not (`_bind_socket` of its Starlette server): head and body of
    an answer are then written apart, and the body waits until the head is acknowledged. What is
    accepted inherits the option. Gives how many sockets were changed.
    """
    listening = [one for one in gc.get_objects() if _listens(one)]
    for one in listening:
        one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return len(listening)


def _listens(one: object) -> bool:
    return (
        type(one) is socket.socket
        and one.fileno() >= 0
        and one.family in (socket.AF_INET, socket.AF_INET6)
        and one.type == socket.SOCK_STREAM
        and bool(one.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN))
    )
