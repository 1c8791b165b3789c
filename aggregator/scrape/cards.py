"""Cards that lead to other articles: a headline that is a link, and some words about it."""

from collections import defaultdict
from typing import Final
from urllib.parse import urlsplit

from aggregator.scrape.noise import Noise
from aggregator.scrape.outline import Container, Outline
from aggregator.scrape.scoring import HEADING_TAGS
from aggregator.scrape.trim import heads_other_pages
from aggregator.text.urls import host_of

_LEAST_CARDS: Final = 3
"""Containers of one kind beside each other; with fewer, a linked heading may be the text's own."""
_MOST: Final = 0.9
"""Share of a list's text that its cards hold; an article has text of its own between them."""
_BLOCKS_OF_CARD: Final = range(1, 9)
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
    for container in page.containers:
        if _is_card(page, container, host, headline):
            alike[container.parent, container.likeness].append(container)
    for container in page.containers:
        if _is_headed_so(page, container, headline):
            container.noise = max(container.noise, Noise.LIKELY)
    for (parent, _), cards in alike.items():
        shown = sum(_letters(page, card) for card in cards)
        if len(cards) >= _LEAST_CARDS and shown >= _MOST * _letters(page, page.containers[parent]):
            for card in cards:
                card.noise = max(card.noise, Noise.LIKELY)


def _is_headed_so(page: Outline, container: Container, headline: int | None) -> bool:
    """Say whether a container stands under a heading like "Read also"."""
    if container.last - container.first < _LEAST_UNDER_HEADING or container.tag in _WHOLE_PAGE:
        return False
    if headline is not None and container.first <= headline < container.last:
        return False
    heading = page.blocks[container.first]
    return heading.tag in HEADING_TAGS and heads_other_pages(heading.text)


def _is_card(page: Outline, container: Container, host: str, headline: int | None) -> bool:
    if container.last - container.first not in _BLOCKS_OF_CARD or container.tag in HEADING_TAGS:
        return False
    if headline is not None and container.first <= headline < container.last:
        return False
    blocks = page.blocks[container.first : container.last]
    if sum(len(block.text) for block in blocks) > _LETTERS_OF_CARD:
        return False
    return any(
        (block.tag in HEADING_TAGS or block.tag == "div")
        and block.link_share > _LINKED
        and len(block.text) > _LEAST_HEADLINE
        and _is_inside(block.leads_to, host)
        for block in blocks[:_HEADLINE_WITHIN]
    )


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
