"""The check of each format."""

from collections.abc import Callable, Mapping
from typing import Final

from aggregator.publish.syndication import FeedFormat
from tests.publish.validity import atom, json_feed, rss

PROBLEMS: Final[Mapping[FeedFormat, Callable[[bytes], list[str]]]] = {
    FeedFormat.ATOM: atom.problems,
    FeedFormat.RSS: rss.problems,
    FeedFormat.JSON: json_feed.problems,
}
