"""Connections on which nothing, or half of something, is asked."""

import socket
import threading
from collections.abc import Iterator
from datetime import timedelta

import httpx
import pytest
import uvicorn

from aggregator.publish.browse.connections import patient_protocol
from tests.publish.conftest import Browsing

HEAD = b"Host: localhost\r\n"
WHOLE = b"GET /-/health HTTP/1.1\r\n" + HEAD + b"\r\n"
FORM = b"POST /api/greader.php/accounts/ClientLogin HTTP/1.1\r\nContent-Length: 9\r\n" + HEAD
WAITED_FOR = [
    b"",
    b"GET / HTT",
    b"GET / HTTP/1.1\r\n" + HEAD,
    FORM + b"\r\nEmail",
    WHOLE + b"GET /",
]


@pytest.fixture
def port(browsing: Browsing) -> Iterator[int]:
    """Serve the pages for at most four connections, with little patience."""
    protocol = patient_protocol(timedelta(seconds=0.3), connections=4)
    config = uvicorn.Config(browsing.datasette.app(), http=protocol, log_level="error", ws="none")
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    yield int(listener.getsockname()[1])
    server.should_exit = True
    thread.join()
    listener.close()


@pytest.mark.parametrize("said", WAITED_FOR)
def test_c15_who_asks_nothing_is_not_waited_for(port: int, said: bytes) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=30) as client:
        client.sendall(said)
        while is_open(client):
            pass
    assert httpx.get(f"http://127.0.0.1:{port}/").status_code == 200


def is_open(client: socket.socket) -> bool:
    try:
        return client.recv(65536) != b""
    except ConnectionResetError:
        return False


def test_c15_of_many_connections_the_last_are_closed(port: int) -> None:
    clients = [socket.create_connection(("127.0.0.1", port), timeout=30) for _ in range(9)]
    assert [is_open(client) for client in clients] == [False] * 9
    for client in clients:
        client.close()
    assert httpx.get(f"http://127.0.0.1:{port}/").status_code == 200


def test_one_connection_serves_many_requests(port: int) -> None:
    with httpx.Client(base_url=f"http://127.0.0.1:{port}") as client:
        answers = [client.get("/conflict-news/articles") for _ in range(30)]
    assert {answer.status_code for answer in answers} == {200}
