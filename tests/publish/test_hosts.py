"""Whom a server on loopback answers."""

import ipaddress

import pytest

from aggregator.publish.browse.hosts import is_loopback, is_own_name

NAMES = frozenset({"desk.local", "news.example.org"})


@pytest.mark.parametrize(
    "header",
    [
        "localhost", "LOCALHOST:8001", "localhost.", "news.localhost:8001", "127.0.0.1:8001",
        "[::1]:8001", "[::1]", "192.0.2.7", "desk.local:8001", "News.Example.Org",
    ],
)  # fmt: skip
def test_c15_names_of_our_own_are_answered(header: str) -> None:
    assert is_own_name(header, NAMES)


@pytest.mark.parametrize(
    "header",
    [
        "evil.example", "evil.example:8001", "localhost.evil.example", "127.0.0.1.evil.example",
        "evil-localhost", "0x7f000001", "2130706433", "127.1", "", "[::1", "localhost@evil.example",
        "evil.example#localhost", "a desk.local", "news.example.org.evil.example",
    ],
)  # fmt: skip
def test_c15_a_name_that_anybody_may_point_at_this_machine_is_not(header: str) -> None:
    assert not is_own_name(header, NAMES)


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("127.0.0.1", True), ("127.8.8.8", True), ("::1", True), ("localhost", True),
        (str(ipaddress.IPv4Address(0)), False), ("::", False),
        ("192.0.2.7", False), ("desk.local", False),
    ],
)  # fmt: skip
def test_c15_what_listens_for_this_machine_alone(host: str, expected: bool) -> None:  # noqa: FBT001 -- a table
    assert is_loopback(host) is expected
