"""Strangers and hostile hubs at the callback: answered with a bare status, and told nothing."""

from pathlib import Path

import pytest

from tests.push.stranger import Stranger, play, request
from tests.push.wiring import TOPIC, Station, rss

FEED = rss("1 Ferry stopped")


@pytest.mark.parametrize(
    "method", ["HEAD", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND", "get", "X"]
)
def test_other_methods_are_not_allowed(tmp_path: Path, method: str) -> None:
    async def scenario(_: Station, stranger: Stranger, path: str) -> None:
        for tried in (path, "/", "/websub/unknown"):
            answer = await stranger.say(request(method, tried))
            assert answer.startswith(b"HTTP/1.1 405 ")
            assert b"allow: GET, POST\r\n" in answer
            assert answer.endswith(b"\r\n\r\n")

    play(tmp_path, scenario)


def test_whoever_does_not_know_a_callback_finds_nothing(tmp_path: Path) -> None:
    async def scenario(desk: Station, stranger: Stranger, path: str) -> None:
        token = path.rpartition("/")[2]
        paths = [
            "/",
            "/websub/",
            "/websub/" + "0" * 64,
            path[:-1],
            path + "0",
            path + "/",
            path.upper(),
            "/websub/courier",
            f"/{token}/..",
            "/websub/%00",
            "/websub/" + "a" * 5000,
            "/../../etc/passwd",
        ]
        query = "?hub.mode=subscribe&hub.topic=x&hub.challenge=secret-word&hub.lease_seconds=9"
        for tried in paths:
            for method, body in (("GET", None), ("POST", FEED)):
                answer = await stranger.say(request(method, tried + query, body=body))
                assert answer.startswith(b"HTTP/1.1 404 "), tried
                assert answer.endswith(b"content-length: 0\r\nconnection: close\r\n\r\n")
                assert b"uvicorn" not in answer
        assert desk.titles() == []

    play(tmp_path, scenario)


def test_a_known_callback_reveals_nothing_to_a_question_that_is_not_ours(tmp_path: Path) -> None:
    async def scenario(_: Station, stranger: Stranger, path: str) -> None:
        for query in ("", "?", "?hub.mode=subscribe", "?hub.topic=%ff&hub.mode=subscribe"):
            answer = await stranger.say(request("GET", path + query))
            assert answer.startswith(b"HTTP/1.1 404 ")
            assert answer.endswith(b"\r\n\r\n")

    play(tmp_path, scenario)


def test_the_path_before_the_token_is_the_web_servers_business(tmp_path: Path) -> None:
    async def scenario(_: Station, stranger: Stranger, path: str) -> None:
        token = path.rpartition("/")[2]
        for tried in (f"/{token}", f"/any/thing/{token}"):
            assert await stranger.status(request("POST", tried, body=b"")) == 202

    play(tmp_path, scenario)


def test_a_challenge_is_echoed_as_plain_text_that_no_browser_runs(tmp_path: Path) -> None:
    async def scenario(_: Station, stranger: Stranger, path: str) -> None:
        query = f"hub.mode=subscribe&hub.topic={TOPIC}&hub.lease_seconds=99999"
        challenge = "&hub.challenge=%3Cscript%3Ealert(1)%3C/script%3E"
        answer = await stranger.say(request("GET", f"{path}?{query}{challenge}"))
        head, body = answer.split(b"\r\n\r\n")
        assert body == b"<script>alert(1)</script>"
        assert b"content-type: text/plain; charset=utf-8" in head
        assert b"x-content-type-options: nosniff" in head

    play(tmp_path, scenario)


@pytest.mark.parametrize(
    "headers",
    [
        ["Content-Length: -1"],
        ["Content-Length: 12x"],
        ["Content-Length: 5", "Content-Length: 6"],
        ["Content-Length: 5", "Transfer-Encoding: chunked", "Transfer-Encoding: gzip"],
        ["X: a\0b"],
    ],
)
def test_requests_that_are_no_http_are_bad(tmp_path: Path, headers: list[str]) -> None:
    async def scenario(_: Station, stranger: Stranger, path: str) -> None:
        status = await stranger.status(request("POST", path, *headers) + b"hello")
        assert status in {400, 501, None}

    play(tmp_path, scenario)


def test_nonsense_instead_of_http_is_bad(tmp_path: Path) -> None:
    async def scenario(_: Station, stranger: Stranger, path: str) -> None:
        assert await stranger.status(b"\x16\x03\x01\x02\x00" * 100 + b"\r\n\r\n") == 400
        # HTTP/1.1 without a host.
        assert await stranger.status(f"GET {path} HTTP/1.1\r\n\r\n".encode()) == 400
        assert await stranger.status(b"A" * 1_000_000) in {400, None}

    play(tmp_path, scenario)


def test_compressed_bodies_and_other_protocols_are_refused(tmp_path: Path) -> None:
    async def scenario(desk: Station, stranger: Stranger, path: str) -> None:
        compressed = request("POST", path, "Content-Encoding: gzip", body=b"\x1f\x8b")
        assert await stranger.status(compressed) == 415
        upgrade = ["Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13"]
        assert await stranger.status(request("GET", path, *upgrade)) == 404
        assert desk.taken == []

    play(tmp_path, scenario)
