"""Which blocks of a page are the article."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from aggregator.scrape.body.cards import mark_cards
from aggregator.scrape.body.headline import headline_block, near_headline
from aggregator.scrape.body.members import members
from aggregator.scrape.body.outline import Block, Outline
from aggregator.scrape.body.platforms import is_text_of_platform
from aggregator.scrape.body.scoring import HEADING_TAGS, score
from aggregator.scrape.body.standfirst import standfirst

_MOST: Final = 0.8
"""Share of a node's score that a child must hold to stand for it."""
_HALF: Final = 0.5
"""The same of the page's score for elements whose tag says that they are the article."""
_TEXT_SHARE: Final = 0.7
"""The same of the article's score for what a platform names as the text."""
_ARTICLE_SHARE: Final = 0.25
_ARTICLE_SCORE: Final = 1000
"""The article with the headline needs no more than this, whatever is loaded below it."""
_PART_SHARE: Final = 0.1
"""A container of the same kind with this share of a child's score is another part of the text."""
_PARAGRAPH_SCORE: Final = 40
_CELL_TAGS: Final = frozenset({"td", "th"})
_CELL_LIMIT: Final = 80
"""Characters of a cell of figures."""
_WHOLLY_LINKED: Final = 0.9


@dataclass(frozen=True, slots=True)
class FoundBody:
    """The lines of the article, untrimmed, and what stands around them.

    `near_headline` are the short lines around the headline, the nearest first;
    `linked_headings` counts the headings of the whole page that are links, of which a listing
    has many; `prose` is about how many characters of prose the whole page has.
    """

    lines: tuple[str, ...] = ()
    near_headline: tuple[str, ...] = ()
    linked_headings: int = 0
    prose: float = 0.0


def find_body(
    page: Outline, title: str, descriptions: Iterable[str] = (), url: str = ""
) -> FoundBody:
    """Return the article's lines on the page at `url` whose headline is `title`.

    `descriptions` are what the page says its article is about; a standfirst is known by them.
    """
    if not page.containers:
        return FoundBody()
    headline = headline_block(page, title)
    mark_cards(page, url, headline)
    score(page)
    node = _narrowed(page, _start(page, headline))
    chosen = list(members(page, node, headline))
    chosen = standfirst(page, node, headline, tuple(descriptions)) + chosen
    return FoundBody(
        lines=tuple(_lines(page, chosen)),
        near_headline=near_headline(page, headline),
        linked_headings=sum(
            block.tag in HEADING_TAGS and block.link_share > _WHOLLY_LINKED for block in page.blocks
        ),
        prose=page.containers[0].score,
    )


def _lines(page: Outline, chosen: Iterable[int]) -> list[str]:
    """Return the texts of the blocks, the cells of a table's row in one."""

    def row_of(index: int) -> tuple[int, int]:
        block = page.blocks[index]
        is_cell = _is_cell(page, block)
        return (0, page.containers[block.container].parent) if is_cell else (1, index)

    return [
        " ".join(page.blocks[index].text for index in row) for _, row in groupby(chosen, key=row_of)
    ]


def _is_cell(page: Outline, block: Block) -> bool:
    """Say whether a block is all of a table's cell; old pages lay their text out in tables."""
    cell = page.containers[block.container]
    is_whole = block.tag in _CELL_TAGS and cell.last - cell.first == 1
    return is_whole and len(block.text) < _CELL_LIMIT


def _start(page: Outline, headline: int | None) -> int:
    """Return the container from which to narrow down: what says that it is the article.

    The article with the headline comes before longer ones (the next story, loaded below).
    """
    start = _article_of(page, headline)
    node = page.containers[start]
    texts = [
        (container.score, index)
        for index, container in enumerate(page.containers)
        if node.first <= container.first
        and container.last <= node.last
        and container.score >= _TEXT_SHARE * node.score
        and is_text_of_platform(container)
    ]
    return max(texts)[1] if texts else start


def _article_of(page: Outline, headline: int | None) -> int:
    total = page.containers[0].score
    start = 0
    for index, container in enumerate(page.containers):
        if container.tag not in {"article", "main"}:
            continue
        holds_headline = headline is not None and container.first <= headline < container.last
        least = _HALF * total
        if holds_headline and container.tag == "article":
            least = min(_ARTICLE_SHARE * total, _ARTICLE_SCORE)
        if container.score >= least and _within(page, index, start):
            start = index
    return start


def _within(page: Outline, inner: int, outer: int) -> bool:
    one, other = page.containers[inner], page.containers[outer]
    return other.first <= one.first and one.last <= other.last


def _narrowed(page: Outline, start: int) -> int:
    """Return the smallest container within `start` that holds most of its score.

    A container is not narrowed down where paragraphs of its own, or a container of the same kind,
    stand beside the child: they are parts of one text.
    """
    direct: Counter[int] = Counter()
    for block in page.blocks:
        if block.tag == "p" and block.score >= _PARAGRAPH_SCORE:
            direct[page.containers[block.container].parent] += 1
    alike: defaultdict[tuple[int, str], float] = defaultdict(float)
    for container in filter(lambda one: one.words, page.containers):
        alike[container.parent, container.likeness] += container.score
    chosen = start
    for index in range(start + 1, len(page.containers)):
        container = page.containers[index]
        if (
            container.parent == chosen
            and not direct[chosen]
            and container.score >= _MOST * page.containers[chosen].score
            and alike[chosen, container.likeness] < (1 + _PART_SHARE) * container.score
        ):
            chosen = index
    return chosen
