"""The merged feed as files, for people who host it with a plain web server."""

import logging
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from aggregator.config import Config, Settings, write_atomically
from aggregator.errors import AggregatorError
from aggregator.model import Trouble
from aggregator.pipeline.store_thread import StoreThread
from aggregator.pipeline.trouble_desk import TroubleDesk
from aggregator.publish.syndication import FeedFormat, FeedInfo, render
from aggregator.store import Store
from aggregator.store.browsing import installation
from aggregator.store.published import feed_identifier, published_stories
from aggregator.store.story_filter import StoryFilter

UNWRITTEN: Final = "feed file not written"
"""The name of the trouble."""

_log = logging.getLogger("aggregator")


def write_feed_files(store: Store, settings: Settings) -> Sequence[tuple[Path, Exception]]:
    """Write the merged feed where `settings.feed_file` says, in the formats of the file names.

    A file whose bytes would stay as they are is not touched, so that its date stays, too. Returns
    which files could not be written, and why: none keeps the others from being written.
    """
    targets = {path: FeedFormat.of_file(path) for path in settings.feed_file or ()}
    if not targets:
        return []
    stories = published_stories(
        store.connection, StoryFilter(followed_only=True), limit=settings.feed_entries
    )
    failures: list[tuple[Path, Exception]] = []
    for target, feed_format in targets.items():
        info = _info(store, settings, feed_format, written=targets.values())
        body = render(stories, info, feed_format)
        try:
            if not (target.is_file() and target.read_bytes() == body):
                write_atomically(target, body.decode())
        except (OSError, AggregatorError) as error:
            failures.append((target, error))
    return failures


class FeedFiles:
    """Writes the feed files when what is in them may have changed, again until they are written."""

    def __init__(self, store: StoreThread, troubles: TroubleDesk) -> None:
        self._store = store
        self._troubles = troubles
        # None while the files may be older than the stories, as they may be at start.
        self._written_as: tuple[Config, int] | None = None

    def are_old(self) -> None:
        """Note that stories have changed."""
        self._written_as = None

    def are_those_of(self, config: Config, ruling: int) -> bool:
        """Return whether they were written since then, from no older stories, as feeds.yaml says.

        Its feeds and conflicts have names that stand in the entries.
        """
        return self._written_as == (config, ruling)

    async def follow(self, config: Config, ruling: int) -> None:
        """Write the files as the stories are since this ruling."""
        try:
            failures = await self._store.read(write_feed_files, config.settings)
        except AggregatorError as error:
            _log.error("publish error=%s", error)
            return
        for path, reason in failures:
            _log.error("publish file=%s error=%s", path, reason)
        if failures:
            await self._troubles.begin(_unwritten(failures))
        else:
            await self._troubles.end(UNWRITTEN)
            self._written_as = (config, ruling)


def _unwritten(failures: Sequence[tuple[Path, Exception]]) -> Trouble:
    return Trouble(
        UNWRITTEN,
        "; ".join(str(reason) for _, reason in failures),
        "Look at the folder's permissions and the room on its disk. What stands in the file stays"
        " until it can be written, which is tried again and again.",
    )


def _info(
    store: Store, settings: Settings, own: FeedFormat, *, written: Iterable[FeedFormat]
) -> FeedInfo:
    base = settings.base_url or f"http://{settings.serve_host}:{settings.serve_port}/"
    addresses = {known: f"{base.rstrip('/')}/feed{known.suffix}" for known in written}
    return FeedInfo(
        title=settings.title,
        base_url=base,
        feed_id=feed_identifier(store.connection),
        self_url=addresses[own],
        created=installation(store.connection)[1],
        hubs=(settings.hub,) if settings.hub else (),
        formats=addresses,
    )
