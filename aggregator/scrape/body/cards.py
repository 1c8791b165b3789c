"""Cards that lead to other articles: a headline that is a link, and some words about it."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Final
from urllib.parse import urlsplit

from aggregator.scrape.body.noise import Noise
from aggregator.scrape.body.outline import Block, Container, Outline
from aggregator.scrape.body.scoring import HEADING_TAGS
from aggregator.scrape.body.trim import heads_other_pages
from aggregator.text.urls import host_of

_LEAST_CARDS: Final = 3
"""Containers of one kind beside each other; with fewer, a linked heading may be the text's own."""
_MOST: Final = 0.9
"""Share of a list's text that its cards hold; an article has text of its own between them."""
_BLOCKS_OF_CARD: Final = 8
_LETTERS_OF_CARD: Final = 1200
_LINKED: Final = 0.9
_HEADLINE_WITHIN: Final = 2
"""Blocks; before its headline a card has at most a topic or a date."""
_LEAST_HEADLINE: Final = 10
_LEAST_UNDER_HEADING: Final = 2
_WHOLE_PAGE: Final = frozenset({"html", "body", "main"})


def mark_cards(page: Outline, url: str, headline: int | None) -> None:
    """Mark as furniture what lists other articles of the site at `url`.

    `headline` is the block of the article's own headline, which is in no such list.
    """
    host = host_of(url)
    alike: defaultdict[tuple[int, str], list[Container]] = defaultdict(list)
    seen: set[int] = set()
    for index, block in enumerate(page.blocks):
        if block.tag in HEADING_TAGS and heads_other_pages(block.text):
            for _, container in _under_heading(page, index, headline):
                container.noise = max(container.noise, Noise.LIKELY)
        elif _leads_inside(block, host):
            for number, container in _cards_around(page, index, headline):
                if number not in seen:
                    seen.add(number)
                    alike[container.parent, container.likeness].append(container)
    for (parent, _), cards in alike.items():
        shown = sum(_letters(page, card) for card in cards)
        if len(cards) >= _LEAST_CARDS and shown >= _MOST * _letters(page, page.containers[parent]):
            for card in cards:
                card.noise = max(card.noise, Noise.LIKELY)


def _around(page: Outline, index: int, headline: int | None) -> Iterator[tuple[int, Container]]:
    """Yield the containers around a block without the headline, inner first."""
    number = page.blocks[index].container
    while number >= 0:
        container = page.containers[number]
        if headline is not None and container.first <= headline < container.last:
            return
        yield number, container
        number = container.parent


def _under_heading(
    page: Outline, index: int, headline: int | None
) -> Iterator[tuple[int, Container]]:
    """Yield the containers that stand under a heading like "Read also"."""
    for number, container in _around(page, index, headline):
        if container.first < index or container.tag in _WHOLE_PAGE:
            return
        if container.last - container.first >= _LEAST_UNDER_HEADING:
            yield number, container


def _leads_inside(block: Block, host: str) -> bool:
    return (
        block.link_share > _LINKED
        and (block.tag in HEADING_TAGS or block.tag == "div")
        and len(block.text) > _LEAST_HEADLINE
        and _is_inside(block.leads_to, host)
    )


def _cards_around(
    page: Outline, index: int, headline: int | None
) -> Iterator[tuple[int, Container]]:
    """Yield the containers that may be the card of this linked headline."""
    for number, container in _around(page, index, headline):
        if container.last - container.first > _BLOCKS_OF_CARD:
            return
        blocks = page.blocks[container.first : container.last]
        letters = sum(len(block.text) for block in blocks)
        if letters > _LETTERS_OF_CARD or index - container.first >= _HEADLINE_WITHIN:
            return
        if container.tag not in HEADING_TAGS:
            yield number, container


def _letters(page: Outline, container: Container) -> int:
    blocks = page.blocks[container.first : container.last]
    return sum(len(block.text) for block in blocks if block.link_share <= _LINKED)


def _is_inside(address: str, host: str) -> bool:
    if address.startswith("#"):
        return False
    try:
        other = urlsplit(address).hostname or ""
    except ValueError:
        return False
    return not other or other.removeprefix("www.") == host.removeprefix("www.")
