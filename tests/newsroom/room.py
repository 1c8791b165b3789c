"""The newsroom as tests and the demo use it: start, publish, correct, break, stop."""

import json
import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from types import TracebackType
from typing import Self

from tests.newsroom.live import Action, Post, Script
from tests.newsroom.server import Answer, NewsServer, Request
from tests.newsroom.site import Site
from tests.newsroom.state import Newsdesk
from tests.newsroom.world import Correction, Fault, Outlet, Published, Report, Truth, World, before

Setting = str | int | float | bool | Sequence[str | int]


class Newsroom:
    """A publisher on one port of 127.0.0.1, serving from entering to leaving the context.

    `port` 0 takes a free one. `latency` is seconds before each answer. `now` is the moment to which
    the dates of the reports relate (by default the real one), `clock` dates what is published
    later, `seed` decides what live mode invents, `held_back` is the share of reports kept for it.
    """

    def __init__(
        self,
        world: World,
        port: int = 0,
        latency: float = 0.0,
        *,
        now: datetime | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        seed: int = 0,
        held_back: float = 0.0,
    ) -> None:
        self._world = world
        self._clock = clock
        self._lock = threading.RLock()
        self._server = NewsServer(self._answer, port, latency)
        self.port: int = self._server.server_port
        self._opened = (now or clock()).replace(microsecond=0)
        self._desk = Newsdesk(world, f"http://:{self.port}", self._opened, held_back)
        self._script = Script(world, seed)
        self._site = Site(self._desk, self._opened, self._server.closing)
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, name="newsroom"
        )

    def _answer(self, host: str, path: str) -> Answer:
        with self._lock:
            return self._site(host, path)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._server.close()
        self._thread.join()

    @property
    def outlets(self) -> tuple[Outlet, ...]:
        """Return the outlets of the world."""
        return self._world.outlets

    @property
    def requests(self) -> tuple[Request, ...]:
        """Return every answered request so far, in order of its end."""
        return tuple(self._server.requests)

    def url(self, host: str, path: str = "/") -> str:
        """Return the address of a path on an outlet's host."""
        return self._desk.url(host, path)

    def feed_url(self, outlet: str) -> str:
        """Return the address of an outlet's feed."""
        return self.url(outlet, self._desk.outlets[outlet].feed_path)

    def publish(self, report: Report) -> str:
        """Publish a report, now unless it says how many hours ago, and return its address."""
        with self._lock:
            if report.hours_ago is not None:
                return self._desk.publish(report, before(self._opened, report.hours_ago))
            return self._desk.publish(report, self._clock().replace(microsecond=0))

    def correct(
        self, url: str, headline: str | None = None, body: str | Sequence[str] | None = None
    ) -> None:
        """Edit a published report; a body is its paragraphs, or text with blank lines."""
        paragraphs = body.split("\n\n") if isinstance(body, str) else body
        with self._lock:
            correction = Correction(headline, tuple(paragraphs) if paragraphs else None)
            self._desk.correct(url, correction, self._clock().replace(microsecond=0))

    def take_down(self, url: str) -> None:
        """Let the page of a published report be found no more; its feed still lists it."""
        with self._lock:
            self._desk.take_down(url)

    def break_feed(self, outlet: str, how: Fault) -> None:
        """Let an outlet's feed fail from now on; its pages stay."""
        with self._lock:
            self._desk.faults[self._desk.outlets[outlet].id] = how

    def mend_feed(self, outlet: str) -> None:
        """Let an outlet's feed work again."""
        with self._lock:
            self._desk.faults.pop(outlet, None)

    def advance(self) -> tuple[str, ...]:
        """Take the next step of live mode and return the addresses that are new or edited.

        First come the reports and edits that were held back, then invented ones without end.
        """
        with self._lock:
            moment = self._clock().replace(microsecond=0)
            return tuple(
                self._take(action, moment) for action in self._script.next_step(self._desk)
            )

    def _take(self, action: Action, moment: datetime) -> str:
        if isinstance(action, Post):
            self._desk.attribute(action.report.event, action.conflict)
            return self._desk.publish(action.report, moment)
        url = self._desk.address(action.key)
        if url is None:
            raise ValueError(f"an edit of {action.key}, which is not published")
        self._desk.correct(url, action.correction, moment)
        return url

    def truth(self) -> Mapping[str, Truth]:
        """Return what is known of every published address, oldest first."""
        with self._lock:
            return self._desk.truth()

    def articles(self) -> tuple[Published, ...]:
        """Return every published article, newest first."""
        with self._lock:
            return self._desk.articles()

    def feeds_yaml(self, **settings: Setting) -> str:
        """Return a feeds.yaml with all feeds and conflicts of the world.

        `settings` add to, or replace, those that let a poller reach a loopback port without
        pauses between requests.
        """
        merged: dict[str, Setting] = {
            "allowed_networks": ["127.0.0.0/8"],
            "allowed_ports": [self.port],
            "host_gap": "0s",
            **settings,
        }
        lines = ["settings:"]
        lines += [f"  {name}: {_yaml(value)}" for name, value in merged.items()]
        lines.append("conflicts:" if self._world.conflicts else "conflicts: []")
        for conflict in self._world.conflicts:
            lines += _item(
                id=conflict.id,
                name=conflict.name,
                places=[
                    {
                        "name": place,
                        "at": list(conflict.at[place]) if place in conflict.at else "none",
                    }
                    for place in conflict.places
                ],
                parties=list(conflict.parties),
                keywords=list(conflict.keywords),
            )
        lines.append("feeds:")
        for outlet in self._world.outlets:
            lines += _item(
                id=outlet.id,
                name=outlet.name,
                url=self.feed_url(outlet.id),
                homepage=self.url(outlet.id),
                language=outlet.language,
                country=outlet.country,
                kind=outlet.kind,
                fulltext=outlet.fulltext,
            )
        return "\n".join(lines) + "\n"


def _item(**values: object) -> list[str]:
    pairs = [f"{name}: {_yaml(value)}" for name, value in values.items()]
    return [f"  - {pairs[0]}", *(f"    {pair}" for pair in pairs[1:])]


def _yaml(value: object) -> str:
    # Every JSON value is a YAML value of the same meaning.
    return json.dumps(value, ensure_ascii=False)
