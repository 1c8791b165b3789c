"""Fifty outlets that publish, edit, withdraw and fail for weeks, and remember what they served."""

import random
import socket
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from http import HTTPStatus
from itertools import islice
from typing import Any, Final, Self

from bench.generated_news import NewsStream
from bench.load_formats import CONTENT_TYPES, Channel, written
from bench.soak_hostile import HOSTILE, hostile_feed
from bench.soak_outlets import NEW_GUIDS, OUTLETS, SHAKY, STEADY, Outlet, Piece, item_of, page_of
from bench.soak_truth import Record
from tests.newsroom.faults import broken_feed
from tests.newsroom.server import Answer, NewsServer, Request
from tests.newsroom.world import Fault

NO_NAME: Final = "a redirect to a name that does not exist"
HUNG_UP: Final = "hung up without an answer"
GARBAGE: Final = "bytes without meaning"
MOVED: Final = "a redirect to the same feed elsewhere"
FAULTS: Final[tuple[Fault | str, ...]] = (
    Fault.SILENT, Fault.SERVER_ERROR, Fault.TOO_MANY, Fault.CUT_GZIP, GARBAGE, MOVED,
    Fault.NOT_FOUND, NO_NAME, HUNG_UP, Fault.DRIP, Fault.LATER, Fault.TRUNCATED, Fault.WEB_PAGE,
    Fault.REDIRECT_LOOP, Fault.BOT_WALL, Fault.DOUBLE_GZIP,
)  # fmt: skip

_LISTED: Final = 20
_LISTED_BY_A_BUSY_ONE: Final = 6
_OPENING_ENTRIES: Final = 3
_STREAM_A_DAY: Final = 400
_BUSY: Final = frozenset({0, 1, 2})
_WITHOUT_VALIDATORS: Final = frozenset({3, 8})
_DATED_VALIDATORS: Final = frozenset({4, 9})
"""Of the steady ones, by their number."""


class _Server(NewsServer):
    """Passes each answered request on, and lets nobody in while the network is down."""

    def __init__(self, site: Callable[[str, str], Answer], log: Callable[[Request], None]) -> None:
        self._log = log
        self.is_down = False
        super().__init__(site, 0, 0.0)

    def log(self, request: Request) -> None:
        """Tell the press that this was answered."""
        self._log(request)

    def process_request(
        self,
        request: socket.socket | tuple[bytes, socket.socket],
        client_address: Any,  # noqa: ANN401 -- as the base class has it
    ) -> None:
        """Serve a connection, or cut it at once."""
        if self.is_down:
            self.shutdown_request(request)
        else:
            super().process_request(request, client_address)


class Press:
    """All outlets behind one port of 127.0.0.1. Use it as a context manager."""

    def __init__(self, seed: int, now: Callable[[], datetime]) -> None:
        self._now = now
        self._chance = random.Random(f"press {seed}")  # noqa: S311  # it has to repeat
        self._news: Iterator[tuple[str, str, str]] = (
            (article.title, article.text, article.language or "en")
            for article, _ in NewsStream(seed, _STREAM_A_DAY)
        )
        self._lock = threading.RLock()
        self._answering = threading.local()
        self._server = _Server(self._answer, self._answered)
        self.port: int = self._server.server_port
        self.outlets = {f"outlet-{n:02}": Outlet(f"outlet-{n:02}", n) for n in range(OUTLETS)}
        self.feed_requests = 0
        self.page_requests = 0
        self.edits = self.silent_edits = self.withdrawals = 0
        for outlet in self.outlets.values():
            for article in islice(self._news, _OPENING_ENTRIES):
                self._publish(outlet, *article)
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, name="press"
        )

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.close()
        self._thread.join()

    def url(self, outlet: str, path: str = "/feed.xml") -> str:
        """Return an address of an outlet."""
        return f"http://{outlet}.localhost:{self.port}{path}"

    def set_network(self, *, up: bool) -> None:
        """Let everybody in again, or nobody."""
        self._server.is_down = not up

    def publish(self, count: int) -> None:
        """Publish so many articles, and now and then edit or withdraw one."""
        with self._lock:
            for title, text, language in islice(self._news, count):
                chosen = self._chance.choice([o for o in self.outlets.values() if not o.is_hostile])
                if self._chance.random() < len(_BUSY) / 10:
                    chosen = self.outlets[f"outlet-{self._chance.choice(sorted(_BUSY)):02}"]
                self._publish(chosen, title, text, language)
                self._change(chosen)

    def break_feed(self, outlet: str, fault: Fault | str) -> None:
        """Let a feed fail from now on."""
        self.outlets[outlet].fault = fault

    def mend_feeds(self) -> None:
        """Let every feed work again that is not hostile."""
        for outlet in self.outlets.values():
            outlet.fault = None

    def records(self) -> dict[str, Record]:
        """Return what every feed served."""
        return {outlet.id: outlet.record for outlet in self.outlets.values()}

    def acknowledge(self, editions: Iterable[tuple[str, int]]) -> None:
        """Note which editions of feeds the database claims to hold."""
        for feed, edition in editions:
            self.outlets[feed].record.acknowledged.add(edition)

    def behind(self) -> list[str]:
        """Return the feeds without fault of which the newest edition is not acknowledged."""
        return [
            outlet.id
            for outlet in self.outlets.values()
            if not outlet.is_hostile and outlet.edition not in outlet.record.acknowledged
        ]

    def _publish(self, outlet: Outlet, title: str, text: str, language: str) -> None:
        number = len(outlet.pieces) + 1
        moment = self._now().replace(microsecond=0)
        piece = Piece(number, title, text, language, moment)
        outlet.pieces.append(piece)
        most = _LISTED_BY_A_BUSY_ONE if outlet.number in _BUSY else _LISTED
        outlet.listed = [piece, *outlet.listed][:most]
        self._print(outlet)

    def _change(self, outlet: Outlet) -> None:
        """Edit an entry, edit a page silently, or withdraw an entry with its page."""
        what = self._chance.random()
        piece = self._chance.choice(outlet.listed)
        added = next(self._news)[1] or "A correction was added."
        # Under a new guid and a new title at once, an entry is another one to every reader.
        if what < 0.1 and outlet.number not in NEW_GUIDS:
            piece.title, piece.text = f"Update: {piece.title}"[:200], f"{piece.text} {added}"
            self.edits += 1
        elif what < 0.25:
            piece.text = f"{piece.text} {added}"
            self.silent_edits += 1
            return
        elif what < 0.28 and len(outlet.listed) > _OPENING_ENTRIES:
            piece.withdrawn = True
            outlet.listed.remove(piece)
            self.withdrawals += 1
        else:
            return
        self._print(outlet)

    def _print(self, outlet: Outlet) -> None:
        outlet.edition += 1
        moment = self._now().replace(microsecond=0)
        # A publisher's clock is right, and a date that did not grow would hide what is new.
        if outlet.changed is not None:
            moment = max(moment, outlet.changed + timedelta(seconds=1))
        outlet.changed = moment
        site = self.url(outlet.id, "")
        title = f"Outlet {outlet.number:02} edition {outlet.edition}"
        items = [item_of(outlet, piece, site) for piece in outlet.listed]
        outlet.body = written(outlet.format, Channel(title, site, "en"), items)
        outlet.record.editions[outlet.edition] = tuple(item.link for item in items)

    def _answer(self, host: str, path: str) -> Answer:
        self._answering.edition = None
        with self._lock:
            outlet = self.outlets.get(host)
            if outlet is None or path == "/robots.txt":
                return Answer(b"Nothing here", status=HTTPStatus.NOT_FOUND)
            bare, _, query = path.partition("?")
            if bare.startswith("/story/"):
                return page_of(outlet, int(bare.rpartition("/")[2]))
            if bare not in {"/feed.xml", "/moved.xml"}:
                return Answer(b"Nothing here", status=HTTPStatus.NOT_FOUND)
            if outlet.is_hostile:
                hostility = HOSTILE[outlet.number - STEADY - SHAKY]
                return hostile_feed(hostility, self.url(outlet.id), outlet.body, self._stop)
            if outlet.fault is None or bare == "/moved.xml":
                return self._good(outlet)
            damaged = outlet.body.replace(b" edition ", b" damaged ")
            return self._faulty(outlet, outlet.fault, query, damaged)

    @property
    def _stop(self) -> threading.Event:
        return self._server.closing

    def _good(self, outlet: Outlet) -> Answer:
        self._answering.edition = (outlet, outlet.edition)
        body = outlet.body
        if outlet.number in NEW_GUIDS:
            body = body.replace(b"guid-", b"guid-%d-" % self.feed_requests)
        answer = Answer(body, CONTENT_TYPES[outlet.format])
        if outlet.number in _WITHOUT_VALIDATORS | NEW_GUIDS:
            return answer
        if outlet.number in _DATED_VALIDATORS:
            return replace(answer, modified=outlet.changed)
        return replace(answer, fixed_etag=f'"{outlet.id}.{outlet.edition}"')

    def _faulty(self, outlet: Outlet, fault: Fault | str, query: str, damaged: bytes) -> Answer:
        if isinstance(fault, Fault):
            return broken_feed(fault, self.url(outlet.id), query, damaged, self._stop)
        if fault in {NO_NAME, MOVED}:
            elsewhere = self.url(outlet.id, "/moved.xml")
            target = elsewhere if fault == MOVED else "http://no-such-outlet.invalid/feed.xml"
            return Answer(status=HTTPStatus.FOUND, headers=(("Location", target),))
        if fault == GARBAGE:
            return Answer(self._chance.randbytes(2000), "application/rss+xml")
        return Answer(play=lambda _: None)

    def _answered(self, request: Request) -> None:
        if "/story/" in request.path:
            self.page_requests += 1
        elif request.path != "/robots.txt":
            self.feed_requests += 1
        if (served := getattr(self._answering, "edition", None)) is not None:
            outlet, edition = served
            # Who sends the validator of an edition says that its entries are stored.
            if request.status == HTTPStatus.NOT_MODIFIED:
                outlet.record.acknowledged.add(edition)
            else:
                outlet.record.served.add(edition)
