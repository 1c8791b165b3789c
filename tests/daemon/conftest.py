"""Publishers for daemons in processes of their own: two that work, and one that drips."""

import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests.newsroom.room import Newsroom
from tests.newsroom.worlds import small_world

DRIPPING = """
import socket, sys, threading, time
server = socket.create_server(("127.0.0.1", 0))
print(server.getsockname()[1], flush=True)
def drip(client):
    try:
        client.recv(4096)
        client.sendall(b"HTTP/1.1 200 OK\\r\\nContent-Type: application/rss+xml\\r\\n\\r\\n<rss>")
        while True:
            client.sendall(b" ")
            time.sleep(0.2)
    except OSError:
        pass
while True:
    threading.Thread(target=drip, args=[server.accept()[0]], daemon=True).start()
"""


@pytest.fixture(scope="module")
def dripping() -> Iterator[int]:
    with subprocess.Popen(
        [sys.executable, "-c", DRIPPING], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        yield int(process.stdout.readline())
        process.kill()


@pytest.fixture
def room() -> Iterator[Newsroom]:
    with Newsroom(small_world()) as opened:
        yield opened
