"""The HTTP side: real sockets on 127.0.0.1, many hosts by the Host header."""

import gzip
import hashlib
import socket
import sys
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime, parsedate_to_datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final

_LOGGED: Final = 100_000
"""Requests that are remembered: hours of the demo, without its memory growing for ever."""


@dataclass(frozen=True, slots=True)
class Request:
    """One logged request, in seconds of the monotonic clock.

    `ended` is when the answer was ready to be sent; of a misbehaving answer, when it ended.
    """

    started: float
    ended: float
    host: str
    path: str
    method: str
    status: int
    user_agent: str
    conditional: bool


@dataclass(frozen=True, slots=True)
class Answer:
    """What is to be sent: a body with validators, or a status with headers.

    `fixed_etag` is one that never changes, whatever the body does.

    `play` replaces the body where a server misbehaves: it is called with a function that sends
    bytes and returns False when the newsroom closes.
    """

    body: bytes = b""
    content_type: str = "text/html; charset=utf-8"
    status: HTTPStatus = HTTPStatus.OK
    etag: bool = False
    fixed_etag: str | None = None
    modified: datetime | None = None
    headers: tuple[tuple[str, str], ...] = ()
    play: Callable[[Callable[[bytes], bool]], None] | None = None


Site = Callable[[str, str], Answer]
"""Answers a host ("" for the index) and a path with its query."""


class NewsServer(ThreadingHTTPServer):
    """Serves a `Site`, logs every request, and closes all connections when told to."""

    request_queue_size = 256
    daemon_threads = False
    block_on_close = True

    def __init__(self, site: Site, port: int, latency: float) -> None:
        self.site = site
        self.latency = latency
        self.closing = threading.Event()
        self.requests: deque[Request] = deque(maxlen=_LOGGED)
        self._connections: set[socket.socket] = set()
        self._lock = threading.Lock()
        super().__init__(("127.0.0.1", port), _Handler)

    def log(self, request: Request) -> None:
        """Keep a request for `Newsroom.requests`."""
        with self._lock:
            self.requests.append(request)

    def server_bind(self) -> None:
        """Bind without asking the resolver for the machine's name, which may take seconds."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = "localhost", self.server_address[1]

    def process_request(self, request: Any, client_address: Any) -> None:
        """Remember the connection, so that `close` can end it."""
        with self._lock:
            self._connections.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        """Forget the connection and close it."""
        with self._lock:
            self._connections.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Let clients hang up; everything else is a bug and is printed by the base class."""
        if not isinstance(sys.exception(), ConnectionError | TimeoutError):
            super().handle_error(request, client_address)

    def close(self) -> None:
        """Stop serving, end kept-alive connections and wait for their threads."""
        self.closing.set()
        self.shutdown()
        with self._lock:
            for connection in self._connections:
                try:
                    connection.shutdown(socket.SHUT_RDWR)
                except OSError:
                    continue  # the client was faster
        self.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version: str = "HTTP/1.1"
    server_version: str = "newsroom"
    sys_version: str = ""
    # Headers and body leave in two writes; Nagle would hold the second for 40 ms.
    disable_nagle_algorithm = True
    timeout = 60.0  # seconds; an idle connection does not hold its thread for ever
    server: NewsServer

    def do_GET(self) -> None:
        started = time.monotonic()
        self.server.closing.wait(self.server.latency)
        answer = self.server.site(_label(self._host()), self.path)
        if answer.play:
            self.close_connection = True
            try:
                answer.play(self._write)
            finally:
                self._log(started, answer.status)
        else:
            self._send(answer, started)

    do_HEAD = do_GET  # noqa: N815  # named by the base class

    def _host(self) -> str:
        return self.headers.get("Host", "").rsplit(":", 1)[0].lower()

    def _log(self, started: float, status: int) -> None:
        sent = self.headers
        self.server.log(
            Request(
                started=started,
                ended=time.monotonic(),
                host=self._host(),
                path=self.path,
                method=self.command,
                status=int(status),
                user_agent=sent.get("User-Agent", ""),
                conditional="If-None-Match" in sent or "If-Modified-Since" in sent,
            )
        )

    def _send(self, answer: Answer, started: float) -> None:
        etag = answer.fixed_etag
        if answer.etag:
            etag = f'"{hashlib.sha256(answer.body).hexdigest()[:24]}"'
        unchanged = answer.status == HTTPStatus.OK and self._unchanged(etag, answer.modified)
        status = HTTPStatus.NOT_MODIFIED if unchanged else answer.status
        # Before anything is sent: who has an answer shall find it in the log.
        self._log(started, status)
        self.send_response(status)
        if etag:
            self.send_header("ETag", etag)
        if answer.modified:
            self.send_header("Last-Modified", format_datetime(answer.modified, usegmt=True))
        for name, value in answer.headers:
            self.send_header(name, value)
        if not unchanged:
            self._send_body(answer)
        else:
            self.end_headers()

    def _send_body(self, answer: Answer) -> None:
        body = answer.body
        if "gzip" in self.headers.get("Accept-Encoding", "") and body:
            body = gzip.compress(body, compresslevel=5, mtime=0)
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Vary", "Accept-Encoding")
        self.send_header("Content-Type", answer.content_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def _unchanged(self, etag: str | None, modified: datetime | None) -> bool:
        """Judge the validators as RFC 9110 section 13.2.2 orders: a tag before a date."""
        if (sent := self.headers.get("If-None-Match")) is not None:
            return etag is not None and etag in sent
        if (since := self.headers.get("If-Modified-Since")) and modified:
            try:
                return modified <= parsedate_to_datetime(since)
            except ValueError:
                return False
        return False

    def _write(self, data: bytes) -> bool:
        self.wfile.write(data)
        self.wfile.flush()
        return not self.server.closing.is_set()

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002  # named by the base class
        """Keep quiet: requests are logged as values."""


def _label(host: str) -> str:
    """Return the outlet that a host stands for, "" for the machine itself."""
    return host.removesuffix("localhost").removesuffix(".") if host.endswith("localhost") else ""
