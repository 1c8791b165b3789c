"""/feeds: which feeds work, and what is wrong with the others, in plain words."""

from datetime import UTC, datetime, timedelta
from typing import Final

from datasette.utils.asgi import Request, Response

from aggregator.publish.browse.answers import page
from aggregator.publish.browse.site import Site
from aggregator.publish.browse.wording import GROUPS, HowItIs, how_it_is
from aggregator.store.health import FeedHealth, feed_health

_RECENT: Final = timedelta(days=1)


async def feeds_page(request: Request, site: Site) -> Response:
    """Answer with the listed feeds by how they are, those that need attention first."""
    now = datetime.now(UTC)
    found = await site.read(lambda connection: feed_health(connection, since=now - _RECENT))
    groups: dict[str, list[tuple[FeedHealth, HowItIs]]] = {group: [] for group in GROUPS}
    for feed in found:
        how = how_it_is(feed, now)
        groups[how.group].append((feed, how))
    context = {"groups": groups, "meanings": GROUPS, "feed_count": len(found)}
    return await page(request, site, "feeds.html", context)
