"""Where a page shows its headline, and what stands around it."""

from typing import Final

from aggregator.scrape.body.outline import Outline
from aggregator.scrape.body.scoring import HEADING_TAGS
from aggregator.scrape.words import squeezed

_LONG_TITLE: Final = 20
_SHORT_TITLE: Final = 10
"""Letters; behind a kicker even a short headline is known again."""
_NEAR_LIMIT: Final = 150
_NEAR_BEFORE: Final = 3
_NEAR_AFTER: Final = 9
_LINKED_OTHER: Final = 0.5


def headline_block(page: Outline, title: str) -> int | None:
    """Return the block that shows the page's headline, None where none does."""
    wanted = squeezed(title)
    if not wanted:
        return None
    for tags in ({"h1"}, HEADING_TAGS):
        for index, block in enumerate(page.blocks):
            if block.tag in tags and _same_title(squeezed(block.text), wanted):
                return index
    for index, block in enumerate(page.blocks):
        if block.link_share < _LINKED_OTHER and squeezed(block.text) == wanted:
            return index
    return None


def _same_title(one: str, other: str) -> bool:
    if len(one) > _LONG_TITLE:
        return one in other or other in one
    return one == other or (len(one) > _SHORT_TITLE and other.endswith(one))


def near_headline(page: Outline, headline: int | None) -> tuple[str, ...]:
    """Return the short lines around the headline, the nearest first."""
    if headline is None:
        return ()
    near = range(max(0, headline - _NEAR_BEFORE), min(len(page.blocks), headline + _NEAR_AFTER))
    lines = [page.blocks[index].text for index in sorted(near, key=lambda i: abs(i - headline))[1:]]
    return tuple(line for line in lines if len(line) < _NEAR_LIMIT)
