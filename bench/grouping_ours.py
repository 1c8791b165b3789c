"""This project's grouper as the benchmarks run it."""

from collections.abc import Iterable

from aggregator.group.stories import Grouper
from aggregator.model import GroupInput


def stories_of(articles: Iterable[GroupInput]) -> dict[str, str]:
    """Return the story in which each article is at the end, by the last decision about it."""
    grouper = Grouper()
    return {
        decision.article: decision.story
        for article in articles
        for decision in grouper.add(article)
    }
