"""ipaddress and the resolver: which addresses they take for public, and for addresses at all."""

import ipaddress
import socket
import sys

import pytest

from tests.assumptions.telling import ours

POLICY = "aggregator/web/policy.py (our own judgement of addresses)"


@pytest.mark.parametrize(
    "address",
    [
        "224.0.0.1", "ff0e::1", "64:ff9b::7f00:1", "::7f00:1", "192.88.99.1", "fec0::1", "5f00::1",
        # Python 3.13 knows better.
        *(["2002:7f00:1::"] if sys.version_info < (3, 13) else []),
    ],
)  # fmt: skip
def test_m09_global_is_not_public(address: str) -> None:
    judged = ipaddress.ip_address(address)
    assert judged.is_global, ours(POLICY)


@pytest.mark.skipif(not hasattr(socket, "AI_NUMERICHOST"), reason="no such resolver")
@pytest.mark.parametrize("spelling", ["2130706433", "0x7f000001", "0177.0.0.1", "127.1"])
def test_m10_the_resolver_takes_many_spellings_of_loopback(spelling: str) -> None:
    try:
        found = socket.getaddrinfo(spelling, 80, socket.AF_INET, socket.SOCK_STREAM)
    except OSError:
        pytest.skip("this system's resolver does not; others do")
    assert found[0][4][0] == "127.0.0.1", ours("aggregator/web/guard.py (addresses are judged)")
