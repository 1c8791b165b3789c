"""N1: which addresses may be contacted."""

from ipaddress import ip_network

import pytest

from aggregator.web.addresses import refusal
from tests.web.targets import FORBIDDEN_ADDRESSES, PUBLIC_ADDRESSES


@pytest.mark.parametrize("address", FORBIDDEN_ADDRESSES)
def test_n01_forbidden_address(address: str) -> None:
    assert refusal(address) is not None


@pytest.mark.parametrize("address", PUBLIC_ADDRESSES)
def test_n01_public_address(address: str) -> None:
    assert refusal(address) is None


def test_n01_a_listed_network_is_allowed_and_nothing_beside_it() -> None:
    listed = (ip_network("10.1.0.0/16"), ip_network("fd00:1::/32"))
    assert refusal("10.1.2.3", listed) is None
    assert refusal("fd00:1::5", listed) is None
    assert refusal("10.2.0.1", listed) is not None
    assert refusal("::ffff:10.2.0.1", listed) is not None
    assert refusal("fd00:1::5%eth0", listed) is not None


def test_n01_the_reason_names_the_address_inside() -> None:
    assert refusal("::ffff:10.0.0.1") == "means 10.0.0.1, which is not public"
    assert refusal("2002:7f00:1::") == "means 127.0.0.1, which is not public"


@pytest.mark.parametrize("text", ["", "host", "0x7f000001", "127.1", "1.2.3.4.5", "::g"])
def test_n01_what_is_no_address_is_refused(text: str) -> None:
    assert refusal(text) == "is not an internet address"
