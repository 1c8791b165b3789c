"""What the load server saw of a client in one round, breaches of politeness included."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

GAP_TOLERANCE: Final = 0.1
"""Seconds by which a start may be early: the network delays one request more than the next."""


@dataclass(slots=True)
class Counts:
    """Sums of one round; `body_bytes` are those of the bodies as sent.

    `shortest_gap` is that of two starts on one host in seconds, None while there were no two.
    """

    requests: int = 0
    fresh: int = 0
    unchanged: int = 0
    refused: int = 0
    body_bytes: int = 0
    connections: int = 0
    peak_on_a_host: int = 0
    together: int = 0
    too_soon: int = 0
    shortest_gap: float | None = None
    no_user_agent: int = 0
    no_gzip: int = 0
    unconditional: int = 0


class Observer:
    """Watches one client; the times that it is told are seconds of one clock."""

    def __init__(self, host_gap: float) -> None:
        self._least_gap = host_gap - GAP_TOLERANCE
        self.begin_client()

    def begin_client(self) -> None:
        """Forget everything: another client comes, which has never asked for any feed."""
        self._given: set[str] = set()
        self.begin_round()

    def begin_round(self) -> None:
        """Count anew, as if time enough had passed; the client still has what it was given."""
        self.counts = Counts()
        self._in_flight: dict[str, int] = {}
        self._started: dict[str, float] = {}

    def request(self, host: str, path: str, headers: Mapping[bytes, bytes], now: float) -> None:
        """Count a request whose head has come."""
        counts = self.counts
        counts.requests += 1
        in_flight = self._in_flight[host] = self._in_flight.get(host, 0) + 1
        counts.peak_on_a_host = max(counts.peak_on_a_host, in_flight)
        counts.together += in_flight > 1
        self._start(host, now)
        counts.no_user_agent += not headers.get(b"user-agent")
        counts.no_gzip += not accepts_gzip(headers)
        counts.unconditional += path in self._given and not is_conditional(headers)

    def _start(self, host: str, now: float) -> None:
        before = self._started.get(host)
        self._started[host] = now
        if before is None:
            return
        counts, gap = self.counts, now - before
        counts.too_soon += gap < self._least_gap
        counts.shortest_gap = gap if counts.shortest_gap is None else min(counts.shortest_gap, gap)

    def answer(self, host: str, path: str, status: int, body_bytes: int) -> None:
        """Count an answer that is being sent."""
        counts = self.counts
        self._in_flight[host] = max(0, self._in_flight.get(host, 0) - 1)
        counts.fresh += status == 200
        counts.unchanged += status == 304
        counts.refused += status >= 400
        counts.body_bytes += body_bytes
        if status == 200:
            self._given.add(path)


def accepts_gzip(headers: Mapping[bytes, bytes]) -> bool:
    """Return whether a client takes compressed answers."""
    return b"gzip" in headers.get(b"accept-encoding", b"")


def is_conditional(headers: Mapping[bytes, bytes]) -> bool:
    """Return whether a client says which version it has."""
    return b"if-none-match" in headers or b"if-modified-since" in headers
