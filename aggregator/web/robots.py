"""robots.txt (RFC 9309): what a publisher lets us fetch, and how fast.

Protego decides about paths. Before it sees a file only the groups that concern us are left: it
keeps each rule once for each user agent named above it, so that half a megabyte of a hostile file
would become hundreds of millions of rules.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

from protego import Protego

from aggregator.errors import (
    AccessUnusable,
    AddressRefused,
    FetchError,
    SecretMissing,
    TooManyRedirects,
)
from aggregator.model import Access, HttpUrl, Outcome
from aggregator.waiting import waiting_for_a_turn
from aggregator.web.answer import Answer, retry_after
from aggregator.web.policy import PRODUCT

LONGEST_CRAWL_DELAY: Final = timedelta(seconds=60)
"""A publisher that asks for more gets this much."""

_CACHED_FOR: Final = timedelta(hours=24)  # RFC 9309, section 2.4
_NO_ANSWER_FOR: Final = timedelta(minutes=10)
_CACHE_BYTES: Final = 16 * 1024 * 1024
_ENTRY_BYTES: Final = 1024  # what an entry costs beside its text

_USER_AGENT_LINE: Final = re.compile(
    r"\s*user(?:-|\s+)?agent\s*(?::|\s|$)\s*(?P<name>.*)", re.IGNORECASE
)
# These stand outside groups; every other line ends the list of user agents above it.
_LINE_OUTSIDE_GROUPS: Final = re.compile(r"\s*(?:#|$|site-?maps?\b|host\b)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Permission:
    """Whether a page may be fetched; `error` says why not, `retry_after` that it is only for now.

    `gap` is the Crawl-delay, zero without one.
    """

    error: str | None = None
    retry_after: timedelta | None = None
    gap: timedelta = timedelta(0)


def own_groups(body: bytes) -> str:
    """Return the lines of a robots.txt that are addressed to us or to everybody."""
    kept: list[str] = []
    names: set[str] = set()
    naming = False
    for line in body.decode("utf-8-sig", "replace").splitlines():
        if _LINE_OUTSIDE_GROUPS.match(line):
            continue
        user_agent = _USER_AGENT_LINE.match(line)
        if user_agent is None:
            if naming:
                kept += [f"User-agent: {name}" for name in sorted(names)]
            naming = False
            if names:
                kept.append(line)
            continue
        if not naming:
            names = set()
        naming = True
        # RFC 9309, section 2.2.1: the product token is letters, "_" and "-"; the rest is ignored.
        token = re.match(r"\*|[a-z_-]*", user_agent["name"].lower())
        if token and token[0] in {"*", PRODUCT.lower()}:
            names.add(token[0])
    return "\n".join(kept)


def permission(rules: str, url: HttpUrl) -> Permission:
    """Return what `rules`, as `own_groups` left them, say about one page."""
    parsed = Protego.parse(rules)
    if not parsed.can_fetch(url, PRODUCT):
        return Permission(error=f"robots.txt of {urlsplit(url).netloc} disallows this address")
    seconds = parsed.crawl_delay(PRODUCT) or 0.0
    return Permission(gap=timedelta(seconds=min(seconds, LONGEST_CRAWL_DELAY.total_seconds())))


@dataclass(frozen=True, slots=True)
class _Known:
    """What an origin said: its rules, or why there was no answer; until when it counts."""

    until: float
    rules: str = ""
    error: str | None = None

    @property
    def size(self) -> int:
        return len(self.rules) + _ENTRY_BYTES


@dataclass(slots=True)
class _Asking:
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    waiting: int = 0


class Robots:
    """The robots.txt files of all origins, each fetched when first needed and kept for a day.

    `fetch` gets the address of a robots.txt and how its publisher wants to be asked, and returns
    the last answer of its redirects, or raises FetchError; `monotonic` counts seconds, `now` is
    the wall time.
    """

    def __init__(
        self,
        fetch: Callable[[HttpUrl, Access], Awaitable[Answer]],
        monotonic: Callable[[], float],
        now: Callable[[], datetime],
    ) -> None:
        self._fetch = fetch
        self._monotonic = monotonic
        self._now = now
        self._known: dict[str, _Known] = {}
        self._size = 0
        self._asking: dict[str, _Asking] = {}

    async def permission(self, url: HttpUrl, access: Access) -> Permission:
        """Return whether `url` may be fetched, asking its origin first if need be.

        Raises AddressRefused when the origin is none that may be contacted, SecretMissing and
        AccessUnusable when `access` is at fault.
        """
        parts = urlsplit(url)
        origin = f"{parts.scheme}://{parts.netloc}"
        known = await self._of(origin, access)
        if known.error is None:
            return permission(known.rules, url)
        left = timedelta(seconds=max(known.until - self._monotonic(), 0.0))
        return Permission(error=f"robots.txt of {parts.netloc}: {known.error}", retry_after=left)

    async def _of(self, origin: str, access: Access) -> _Known:
        asking = self._asking.setdefault(origin, _Asking())
        asking.waiting += 1
        try:
            # Others who need the same file wait for the one answer.
            with waiting_for_a_turn():
                await asking.lock.acquire()
            try:
                known = self._known.get(origin)
                if known is None or known.until <= self._monotonic():
                    known = await self._ask(origin, access)
                    self._remember(origin, known)
                return known
            finally:
                asking.lock.release()
        finally:
            asking.waiting -= 1
            if not asking.waiting:
                self._asking.pop(origin, None)

    async def _ask(self, origin: str, access: Access) -> _Known:
        try:
            answer = await self._fetch(HttpUrl(f"{origin}/robots.txt"), access)
        except (AddressRefused, SecretMissing, AccessUnusable):
            raise
        except TooManyRedirects:
            # RFC 9309, section 2.3.1.2: at the end of too many redirects there is no file.
            return self._absent()
        except FetchError as error:
            return self._unanswered(f"{type(error).__name__}: {error.detail}", None)
        if answer.outcome is Outcome.FRESH:
            return _Known(self._in(_CACHED_FOR), rules=own_groups(answer.body))
        if answer.is_client_error and answer.outcome is not Outcome.LATER:
            return self._absent()
        # 5xx; and 429, a 4xx that asks for patience rather than saying that there is nothing.
        return self._unanswered(answer.status_line, retry_after(answer, self._now()))

    def _absent(self) -> _Known:
        # RFC 9309, section 2.3.1.3: a file that is not there, or not for us, forbids nothing.
        return _Known(self._in(_CACHED_FOR))

    def _unanswered(self, error: str, wait: timedelta | None) -> _Known:
        # RFC 9309, section 2.3.1.4: while a server cannot answer, everything is forbidden.
        return _Known(self._in(max(wait or _NO_ANSWER_FOR, _NO_ANSWER_FOR)), error=error)

    def _in(self, span: timedelta) -> float:
        return self._monotonic() + span.total_seconds()

    def _remember(self, origin: str, known: _Known) -> None:
        before = self._known.pop(origin, None)
        self._size += known.size - (before.size if before else 0)
        self._known[origin] = known
        while self._size > _CACHE_BYTES:
            oldest = next(iter(self._known))
            self._size -= self._known.pop(oldest).size
