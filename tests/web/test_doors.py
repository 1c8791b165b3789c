"""N1, N2, N4: no way in leads to an address that the policy forbids."""

import asyncio
import socket
from collections.abc import Sequence
from itertools import cycle
from pathlib import Path

import pytest

from aggregator.model import FetchResult, HttpUrl, Outcome
from aggregator.web.resolver import system_resolver
from tests.web.client_for import ScriptedResolver, always, client_for, feed, page, run
from tests.web.hostile_server import Hit, HostileServer, Script, answer, redirect
from tests.web.targets import FORBIDDEN_ADDRESSES, HOSTS_THAT_MEAN_LOOPBACK

PUBLISHER = "127.0.0.2"
"""The one address that the policy of these tests allows; traps listen on its neighbour."""


def _has_second_loopback_address() -> bool:
    with socket.socket() as probe:
        try:
            probe.bind((PUBLISHER, 0))
        except OSError:
            return False
    return True


pytestmark = pytest.mark.skipif(
    not _has_second_loopback_address(), reason="this machine has one loopback address only"
)

TARGETS = (
    *(f"[{address.replace('%', '%25')}]" for address in FORBIDDEN_ADDRESSES if ":" in address),
    *(address for address in FORBIDDEN_ADDRESSES if ":" not in address),
    *HOSTS_THAT_MEAN_LOOPBACK,
)


async def resolve(host: str, port: int) -> Sequence[str]:
    """Every publisher-N.example is the publisher; odd spellings of numbers go to the system."""
    return [PUBLISHER] if host.endswith(".example") else await system_resolver(host, port)


def _servers() -> tuple[HostileServer, HostileServer]:
    return HostileServer(address=PUBLISHER), HostileServer(address="127.0.0.1")


@pytest.mark.parametrize("door", ["feed", "page", "redirect", "robots"])
def test_n01_no_door_leads_to_a_forbidden_address(door: str) -> None:
    async def work() -> tuple[list[FetchResult], int]:
        publisher, trap = _servers()
        async with publisher, trap:
            targets = {
                f"publisher-{number}.example": f"http://{host}:{trap.port}/"
                for number, host in enumerate(TARGETS)
            }

            def lure(hit: Hit) -> Script:
                return redirect(targets[hit.host.partition(":")[0]])

            publisher.routes = {"/feed": lure, "/robots.txt": lure}
            requests = {
                "feed": [feed(target) for target in targets.values()],
                "page": [page(target) for target in targets.values()],
                "redirect": [feed(publisher.url("/feed", host)) for host in targets],
                "robots": [page(publisher.url("/story", host)) for host in targets],
            }
            ports = (publisher.port, trap.port)
            async with client_for(publisher, resolve=resolve, allowed_ports=ports) as web:
                results = [await web.fetch(request) for request in requests[door]]
            return results, trap.connections

    results, trapped = run(work())
    assert trapped == 0
    assert len(results) >= 60
    for host, result in zip(TARGETS, results, strict=True):
        assert result.outcome is Outcome.FAILED, host
        assert (result.error or "").startswith("AddressRefused: "), (host, result.error)


def test_n02_a_name_that_changes_its_mind_gains_nothing() -> None:
    """Each connection has one look-up, and goes to the address that was judged."""
    rebinding = ScriptedResolver(cycle([[PUBLISHER], ["127.0.0.1"]]))

    async def work() -> tuple[list[FetchResult], HostileServer, HostileServer]:
        publisher, trap = _servers()
        publisher.routes["/feed"] = answer(b"news", close=True)
        async with publisher:
            trap.port = publisher.port
            async with trap, client_for(publisher, resolve=rebinding) as web:
                request = feed(publisher.url("/feed", "two-faced.example"))
                return [await web.fetch(request) for _ in range(200)], publisher, trap

    results, publisher, trap = run(work())
    assert trap.connections == 0
    assert publisher.connections == 100
    assert rebinding.asked == 200
    assert [result.outcome for result in results] == [Outcome.FRESH, Outcome.FAILED] * 100


def test_n02_one_bad_answer_among_good_ones_refuses() -> None:
    mixed = always(PUBLISHER, "127.0.0.1", PUBLISHER)

    async def work() -> tuple[FetchResult, int, int]:
        publisher, trap = _servers()
        async with publisher:
            trap.port = publisher.port
            async with trap, client_for(publisher, resolve=mixed) as web:
                result = await web.fetch(feed(publisher.url("/", "mixed.example")))
                return result, publisher.connections, trap.connections

    result, publisher_hits, trapped = run(work())
    assert result.error == "AddressRefused: 127.0.0.1 (of mixed.example) is not public"
    assert (publisher_hits, trapped) == (0, 0)


def test_n04_proxies_and_netrc_of_the_environment_are_ignored(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("default login reader password hunter2\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))

    async def work() -> tuple[FetchResult, HostileServer, int]:
        publisher, trap = _servers()
        publisher.routes["/feed"] = answer(b"news")
        async with publisher, trap:
            for name in ("http_proxy", "https_proxy", "all_proxy", "ftp_proxy"):
                monkeypatch.setenv(name, trap.url(""))
                monkeypatch.setenv(name.upper(), trap.url(""))
            monkeypatch.delenv("no_proxy", raising=False)
            monkeypatch.delenv("NO_PROXY", raising=False)
            ports = (publisher.port, trap.port)
            async with client_for(publisher, allowed_ports=ports) as web:
                result = await web.fetch(feed(publisher.url("/feed")))
            return result, publisher, trap.connections

    result, publisher, trapped = run(work())
    assert result.body == b"news"
    assert trapped == 0
    assert publisher.hits[0].header("authorization") is None


@pytest.mark.parametrize(
    "url", ["ftp://127.0.0.2/x", "file:///etc/hostname", "data:,x", "nonsense"]
)
def test_n03_other_schemes_are_refused(url: str) -> None:
    async def work() -> FetchResult:
        async with client_for() as web:
            return await web.fetch(feed(HttpUrl(url)))

    assert run(work()).error == "AddressRefused: not an http or https address"


def test_a_name_without_an_address_fails_with_the_reason() -> None:
    unknown = socket.gaierror(socket.EAI_NONAME, "Name or service not known")
    resolver = ScriptedResolver(iter([unknown, []]))

    async def work() -> list[FetchResult]:
        async with client_for(resolve=resolver, allowed_ports=(80,)) as web:
            return [await web.fetch(feed("http://nowhere.example/")) for _ in range(2)]

    assert [result.error for result in run(work())] == [
        "FetchError: cannot connect to nowhere.example: Name or service not known",
        "FetchError: cannot connect to nowhere.example: it has no address",
    ]


def test_a_closed_port_fails_with_the_reason() -> None:
    async def work() -> FetchResult:
        async with HostileServer(address=PUBLISHER) as publisher:
            pass
        async with client_for(publisher) as web:
            return await web.fetch(feed(publisher.url("/feed")))

    assert run(work()).error == "FetchError: cannot connect to 127.0.0.2: Connection refused"


def test_a_dead_address_does_not_hide_a_living_one() -> None:
    """Nobody listens at the first address; the second answers."""

    both = always("127.0.0.3", PUBLISHER)

    async def work() -> FetchResult:
        neighbour = HostileServer(address="127.0.0.3")
        async with HostileServer({"/feed": answer(b"news")}, address=PUBLISHER) as publisher:
            neighbour.port = publisher.port
            async with client_for(publisher, neighbour, resolve=both) as web:
                return await web.fetch(feed(publisher.url("/feed", "two-homes.example")))

    assert run(work()).body == b"news"


def test_the_system_resolver_knows_loopback_and_odd_spellings() -> None:
    async def work() -> set[str]:
        answers = await asyncio.gather(
            system_resolver("127.0.0.1", 80), system_resolver("2130706433", 80)
        )
        return {address for addresses in answers for address in addresses}

    assert run(work()) == {"127.0.0.1"}


def test_the_system_resolver_says_that_a_name_cannot_be() -> None:
    with pytest.raises(OSError, match="not a name"):
        run(system_resolver(f"{'a' * 64}.example", 80))
