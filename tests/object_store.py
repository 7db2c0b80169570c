"""An object store on this machine, moto's, for the tests that keep something in a bucket."""

from __future__ import annotations

import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest

Store = Any  # boto3's client, which is made as the program runs


@pytest.fixture(scope="session")
def endpoint() -> Iterator[str]:
    """The address of an object store on this machine, moto's."""
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def store(endpoint: str, monkeypatch: pytest.MonkeyPatch) -> Store:
    """What others see of the store, in which there is an empty bucket."""
    for name, value in {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ACCESS_KEY_ID": "somebody",
        "AWS_SECRET_ACCESS_KEY": "secret",
        "AWS_REGION": "us-east-1",
        "AWS_DEFAULT_REGION": "us-east-1",
    }.items():
        monkeypatch.setenv(name, value)
    import boto3  # takes a while, and few tests need it

    ask(endpoint, "reset")
    client = boto3.client("s3")
    client.create_bucket(Bucket="films")
    return client


def ask(endpoint: str, what: str, body: str = "") -> None:
    """Ask moto itself for something."""
    asked = urllib.request.Request(  # noqa: S310
        f"{endpoint}/moto-api/{what}", body.encode(), {"Content-Type": "text/plain"}, method="POST"
    )
    urllib.request.urlopen(asked).close()  # noqa: S310
