"""Where sites of a kind keep their feed, for pages that do not say so themselves.

The kind is recognised by what its pages cannot help saying: their generator, the folders and hosts
of their files, their own host. The addresses are those of each system's documentation.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from aggregator.model import HttpUrl
from aggregator.poll.page_links import PageLinks
from aggregator.text.urls import http_url


@dataclass(frozen=True, slots=True)
class _Platform:
    """How to recognise a system, and its addresses.

    `generators` begin the page's meta element of that name, `signs` stand somewhere in its text
    (lower case), `hosts` are domains. In `addresses`, which begin at the root of the site, {path}
    is the page's own path without a final slash, {account} its first part.
    """

    name: str
    addresses: tuple[str, ...]
    generators: tuple[str, ...] = ()
    signs: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    account: str = ""
    """How the first part of the path has to begin."""


_PLATFORMS: Final = (
    _Platform(
        "YouTube",
        ("/feeds/videos.xml?channel_id={channel}",),
        hosts=("youtube.com",),
    ),
    _Platform("Medium", ("/feed/{account}",), hosts=("medium.com",), account=""),
    _Platform("Medium", ("/feed",), signs=("//cdn-client.medium.com/", "//miro.medium.com/")),
    _Platform("Substack", ("/feed",), signs=("//substackcdn.com/",), hosts=("substack.com",)),
    _Platform("Mastodon", ("/{account}.rss",), ("mastodon",), ("mastodon",), account="@"),
    _Platform(
        "Blogger",
        ("/feeds/posts/default",),
        ("blogger",),
        ("//www.blogger.com/", "//resources.blogblog.com/"),
        ("blogspot.com",),
    ),
    _Platform("Tumblr", ("/rss",), signs=("//assets.tumblr.com/",), hosts=("tumblr.com",)),
    _Platform("Ghost", ("/rss/",), ("ghost",), ("/ghost/api/content",), ("ghost.io",)),
    _Platform(
        "WordPress",
        ("/feed/", "{path}/feed/", "/?feed=rss2"),
        ("wordpress",),
        ("/wp-content/", "/wp-includes/", "/wp-json/"),
        ("wordpress.com",),
    ),
    _Platform(
        "Wix",
        ("/blog-feed.xml",),
        ("wix.com",),
        ("//static.wixstatic.com/", "//static.parastorage.com/"),
    ),
    _Platform(
        "Squarespace",
        ("{path}?format=rss", "/blog?format=rss", "/news?format=rss"),
        ("squarespace",),
        ("//static1.squarespace.com/", "//assets.squarespace.com/"),
        ("squarespace.com",),
    ),
    _Platform(
        "Drupal",
        ("/rss.xml", "{path}/feed"),
        ("drupal",),
        ("/sites/default/files/", "data-drupal-", "/core/misc/drupal"),
    ),
    _Platform("Joomla", ("{path}?format=feed&type=rss",), ("joomla",), ("/media/system/js/",)),
    _Platform("Hugo", ("{path}/index.xml", "/index.xml"), ("hugo",)),
    _Platform("Jekyll", ("/feed.xml", "/atom.xml"), ("jekyll",)),
)
_ANY: Final = _Platform("", ("/feed/", "/rss", "/rss.xml", "/feed.xml", "/atom.xml", "/index.xml"))
_CHANNEL: Final = re.compile(
    r"/channel/(UC[\w-]{22})|\"(?:channelId|externalId)\":\"(UC[\w-]{22})\""
)


def usual_addresses(page: PageLinks) -> Iterator[tuple[HttpUrl, str]]:
    """Yield where the feed of a page may be, the likeliest first, with the system it is usual in.

    The last ones, in no system's name (""), are where any site may have one.
    """
    lowered = page.text.lower()
    generator = " ".join(
        tag.get("content").strip().lower()
        for tag in page.tags
        if tag.name == "meta" and tag.get("name").lower() == "generator"
    )
    for platform in _PLATFORMS:
        if _is_recognised(platform, page.url, lowered, generator):
            yield from _filled_in(platform, page)
    yield from _filled_in(_ANY, page)


def _is_recognised(platform: _Platform, url: HttpUrl, lowered: str, generator: str) -> bool:
    host = urlsplit(url).hostname or ""
    return (
        any(host == each or host.endswith(f".{each}") for each in platform.hosts)
        or generator.startswith(platform.generators)
        or any(sign in lowered for sign in platform.signs)
    )


def _filled_in(platform: _Platform, page: PageLinks) -> Iterator[tuple[HttpUrl, str]]:
    parts = urlsplit(page.url)
    path = parts.path.rstrip("/")
    account = path.lstrip("/").partition("/")[0]
    channel = _CHANNEL.search(parts.path) or _CHANNEL.search(page.text)
    values = {
        "path": path,
        "account": account if account.startswith(platform.account) else "",
        "channel": (channel[1] or channel[2]) if channel else "",
    }
    for address in platform.addresses:
        wanted = re.search(r"\{(account|channel)\}", address)
        if wanted is None or values[wanted[1]]:
            url = http_url(f"{parts.scheme}://{parts.netloc}{address.format(**values)}")
            if url:
                yield url, platform.name
