"""/feed.opml: all our feeds, for readers that take a list."""

import sqlite3
from urllib.parse import urlencode

from datasette.utils.asgi import Request, Response

from aggregator.publish.browse.site import Site
from aggregator.publish.syndication.outline import MEDIA_TYPE, Subscription, render_outline
from aggregator.store.browsing import followed_conflicts
from aggregator.store.saved_filters import saved_filters


async def feed_outline(request: Request, site: Site) -> Response:
    """Answer with the merged feed, that of each conflict, and those that the user has named."""
    base, title = site.base_url(request), site.settings.title

    def ask(connection: sqlite3.Connection) -> bytes:
        conflicts = [
            _subscription(f"{title}: {known.name}", base, f"?{urlencode({'conflict': known.id})}")
            for known in followed_conflicts(connection)
        ]
        saved = [
            Subscription(f"{title}: {each.title}", f"{base}/feed/{each.name}.atom", f"{base}/")
            for each in saved_filters(connection)
        ]
        whole = [_subscription(title, base, "")]
        groups = (("All stories", whole), ("Conflicts", conflicts), ("Saved feeds", saved))
        return render_outline(title, groups)

    return Response(await site.read(ask), content_type=MEDIA_TYPE)


def _subscription(title: str, base: str, query: str) -> Subscription:
    return Subscription(title, f"{base}/feed.atom{query}", f"{base}/{query}")
