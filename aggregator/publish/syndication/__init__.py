"""The merged feed: one entry for each story, in three formats. Same input, same bytes.

Story -> StoryEntry (what an entry says) -> Atom | RSS | JSON Feed
"""

from collections.abc import Callable, Sequence
from types import MappingProxyType
from typing import Final

from aggregator.model import Story
from aggregator.publish.syndication.atom import render_atom
from aggregator.publish.syndication.content import LISTED_COPIES, LISTED_ORIGINS, story_url
from aggregator.publish.syndication.entry import Source, StoryEntry, story_entry
from aggregator.publish.syndication.feed import FeedFormat, FeedInfo, Pages
from aggregator.publish.syndication.json_feed import render_json_feed
from aggregator.publish.syndication.news import news_in_words
from aggregator.publish.syndication.rss import render_rss

__all__ = [
    "LISTED_COPIES",
    "LISTED_ORIGINS",
    "FeedFormat",
    "FeedInfo",
    "Pages",
    "Source",
    "StoryEntry",
    "news_in_words",
    "render",
    "render_atom",
    "render_json_feed",
    "render_rss",
    "story_entry",
    "story_url",
]

_RENDERERS: Final = MappingProxyType[FeedFormat, Callable[[Sequence[Story], FeedInfo], bytes]](
    {
        FeedFormat.ATOM: render_atom,
        FeedFormat.RSS: render_rss,
        FeedFormat.JSON: render_json_feed,
    }
)


def render(stories: Sequence[Story], info: FeedInfo, feed_format: FeedFormat) -> bytes:
    """Return the feed in one of the formats as UTF-8 bytes, entries in the order given."""
    return _RENDERERS[feed_format](stories, info)
