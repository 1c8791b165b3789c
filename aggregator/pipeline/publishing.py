"""The merged feed as a file, for people who host it with a plain web server."""

from aggregator.config import Settings, write_atomically
from aggregator.publish.syndication import FeedInfo, render_atom
from aggregator.store import Store
from aggregator.store.browsing import installation
from aggregator.store.published import feed_identifier, published_stories
from aggregator.store.story_filter import StoryFilter


def write_feed_file(store: Store, settings: Settings) -> bool:
    """Write the merged feed where `settings.feed_file` says; return whether it has changed.

    A file whose bytes would stay as they are is not touched, so that its date stays, too.
    """
    target = settings.feed_file
    if target is None:
        return False
    base = settings.base_url or f"http://{settings.serve_host}:{settings.serve_port}/"
    info = FeedInfo(
        title=settings.title,
        base_url=base,
        feed_id=feed_identifier(store.connection),
        self_url=f"{base.rstrip('/')}/feed.atom",
        created=installation(store.connection)[1],
    )
    body = render_atom(
        published_stories(
            store.connection, StoryFilter(followed_only=True), limit=settings.feed_entries
        ),
        info,
    )
    if target.is_file() and target.read_bytes() == body:
        return False
    write_atomically(target, body.decode())
    return True
