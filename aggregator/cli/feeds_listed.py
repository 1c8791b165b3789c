"""What feeds.yaml lists already, and how a new feed is called in it."""

from collections.abc import Iterable, Mapping
from itertools import count

import click

from aggregator.config import slug
from aggregator.config.options import ID_LIMIT
from aggregator.model import Feed, HttpUrl
from aggregator.poll.feed_address import feed_url
from aggregator.text.urls import host_of, page_key


def wanted_address(text: str) -> HttpUrl:
    """Return the address that a person means; raises UsageError when it is none."""
    bare = "://" not in text and "." in text
    url = feed_url(text) or (feed_url(f"https://{text}") if bare else None)
    if url is None:
        message = "is no http or https address"
        if "@" in text:
            message = "must hold no user name or password"
        raise click.UsageError(f"the address {message}: write https:// and the rest as it is")
    return url


class Listed:
    """The feeds of feeds.yaml by address and id; grows with what is added."""

    def __init__(self, feeds: Iterable[Feed]) -> None:
        self._ids: dict[str, str] = {}
        self._by_address: dict[str, str] = {}
        for feed in feeds:
            self.add(feed.id, feed.url)

    def add(self, feed_id: str, url: HttpUrl) -> None:
        """Take note of one more feed."""
        self._ids[feed_id] = url
        self._by_address.setdefault(page_key(url), feed_id)

    def id_of(self, url: HttpUrl) -> str | None:
        """Return the id of the feed at this address, whatever its scheme, "www." or tracking."""
        return self._by_address.get(page_key(url))

    def free_id(self, wanted: str | None, name: str, url: HttpUrl) -> str:
        """Return an id that no other feed has: the wanted one, else one made from name or host."""
        if wanted and wanted not in self._ids:
            return wanted
        base = slug(name) or slug(host_of(url)) or "feed"
        numbered = (f"{base[: ID_LIMIT - 5]}-{number}" for number in count(2))
        return base if base not in self._ids else next(i for i in numbered if i not in self._ids)


def without_default_id(values: Mapping[str, object]) -> dict[str, object]:
    """Return the keys of a feed without an id that its name gives it anyway."""
    is_default = values["id"] == slug(str(values["name"]))
    return {**values, "id": None if is_default else values["id"]}
