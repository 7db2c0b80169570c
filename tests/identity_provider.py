"""A small provider of OpenID Connect on this machine, who takes everybody for the same person."""

from __future__ import annotations

import base64
import json
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey


class Provider(ThreadingHTTPServer):
    """Signs in `claims`, which a test may change; `issuer` is its address."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answers)
        self.issuer = f"http://127.0.0.1:{self.server_address[1]}"
        self.key = RSAKey.generate_key(2048, {"kid": "only"}, private=True)
        self.claims: dict[str, object] = {"sub": "1", "email": "ada@example.org"}
        self.nonces: dict[str, str] = {}  # of each code that was given


class _Answers(BaseHTTPRequestHandler):
    server: Provider

    def do_GET(self) -> None:
        asked = urlsplit(self.path)
        if asked.path == "/.well-known/openid-configuration":
            ends = {
                "authorization_endpoint": "authorize",
                "token_endpoint": "token",
                "jwks_uri": "keys",
            }
            here = {name: f"{self.server.issuer}/{path}" for name, path in ends.items()}
            signed = {"id_token_signing_alg_values_supported": ["RS256"]}
            self._json({"issuer": self.server.issuer, **here, **signed})
        elif asked.path == "/keys":
            self._json({"keys": [self.server.key.as_dict(private=False)]})
        elif asked.path == "/authorize":
            said = {name: values[0] for name, values in parse_qs(asked.query).items()}
            code = secrets.token_hex(8)
            self.server.nonces[code] = said.get("nonce", "")
            back = urlencode({"code": code, "state": said["state"]})
            self.send_response(302)
            self.send_header("Location", f"{said['redirect_uri']}?{back}")
            self.end_headers()
        else:
            self.send_error(404)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        said = {name: values[0] for name, values in parse_qs(body).items()}
        nonce = self.server.nonces.pop(said.get("code", ""), None)
        given = base64.b64encode(b"films:known to both").decode()
        if nonce is None or self.headers.get("Authorization") != f"Basic {given}":
            self.send_error(400)
            return
        now = int(time.time())
        claims = {"iss": self.server.issuer, "aud": "films", "iat": now, "exp": now + 600}
        token = jwt.encode(
            {"alg": "RS256", "kid": "only"},
            {**claims, "nonce": nonce, **self.server.claims},
            self.server.key,
        )
        self._json({"access_token": "a", "token_type": "Bearer", "id_token": token})

    def _json(self, value: object) -> None:
        body = json.dumps(value).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None: ...


@contextmanager
def provider() -> Iterator[Provider]:
    """The provider, answering until the block ends."""
    with Provider() as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
