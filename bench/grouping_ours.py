"""This project's grouper as the benchmarks run it."""

from collections.abc import Iterable, Sequence

from aggregator.group.stories import REPAIRS, Grouper, Repair
from aggregator.model import GroupInput


def stories_of(
    articles: Iterable[GroupInput], repairs: Sequence[Repair] = REPAIRS
) -> dict[str, str]:
    """Return the story in which each article is at the end, by the last decision about it."""
    grouper = Grouper(repairs=repairs)
    return {
        decision.article: decision.story
        for article in articles
        for decision in grouper.add(article)
    }
