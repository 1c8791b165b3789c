"""Which blocks of a page are the article."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final

from aggregator.scrape.cards import mark_cards
from aggregator.scrape.consent import is_consent_text
from aggregator.scrape.noise import Noise
from aggregator.scrape.outline import Block, Container, Outline
from aggregator.scrape.platforms import is_text_of_platform
from aggregator.scrape.scoring import HEADING_TAGS, ends_sentence, score
from aggregator.scrape.words import squeezed

_MOST: Final = 0.8
"""Share of a node's score that a child must hold to stand for it."""
_HALF: Final = 0.5
"""The same of the page's score for elements whose tag says that they are the article."""
_TEXT_SHARE: Final = 0.7
"""The same of the article's score for what a platform names as the text."""
_NEARLY_ALL: Final = 0.85
_ARTICLE_SHARE: Final = 0.25
_ARTICLE_SCORE: Final = 1000
"""The article with the headline needs no more than this, whatever is loaded below it."""
_PART_SHARE: Final = 0.1
"""A container of the same kind with this share of a child's score is another part of the text."""
_PARAGRAPH_SCORE: Final = 40
_LABEL_SCORE: Final = 10
_OWN_SHARE: Final = 0.2
"""Of the prose, what stands above the next story's headline."""
_NEXT_STORIES: Final = 2
"""Headlines below the text; a page with more of them heads its sections so."""
_FLOW_TAGS: Final = frozenset("p li blockquote pre dd td th".split()) | HEADING_TAGS
_CELL_TAGS: Final = frozenset({"td", "th"})
_LABEL_LIMIT: Final = 80
"""Characters; labels are shorter, and only longer texts count as said twice."""
_NEAR_LIMIT: Final = 150
_NEAR_BEFORE: Final = 3
_NEAR_AFTER: Final = 9
_LINKED_PARAGRAPH: Final = 0.7
_LINKED_OTHER: Final = 0.5
_WHOLLY_LINKED: Final = 0.9
_OPENING_BLOCKS: Final = 6
_OPENING_LENGTH: Final = 50
_LONG_TITLE: Final = 20
_SHORT_TITLE: Final = 10
"""Letters; behind a kicker even a short headline is known again."""
_WORD: Final = re.compile(r"\w+")
_WORDS_OF_STANDFIRST: Final = 5
_SHARED_WORDS: Final = 0.7
_BOX_TAGS: Final = frozenset("div section aside header article".split())
_QUOTING_TAGS: Final = frozenset("blockquote details table".split())
_STRAY_DEPTH: Final = 2
"""A block and what is right around it say whether it belongs to the text."""
_TEMPLATE: Final = re.compile(r"\{\{|\{[*|%]|\$\{")
_STANDFIRST_NAMES: Final = re.compile(
    r"\b(?:stand ?first|dek|deck|sub ?(?:title|heading|headline|head)|lead(?:er)?|lede|summary"
    r"|excerpt|intro\w*|teaser\w*|chapo|ingress|abstract|description|bajada|sommario|sottotitolo|sumario"
    r"|entradilla|vorspann|preamble|kicker text)\b"
)
_OF_TEXT: Final = re.compile(
    r"\b(?:stand ?first|dek|lead|lede|intro\w*|ingress|summary|sub ?head\w*|accordion|faq"
    r"|questions?|quote)\b"
)
"""Names of what belongs to a text though it is no paragraph."""
_STANDFIRST: Final = range(40, 700)
"""Characters of a standfirst."""
_STANDFIRST_WITHIN: Final = 40
"""Blocks after the headline."""


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
    headline = _headline_block(page, title)
    mark_cards(page, url, headline)
    score(page)
    node = _narrowed(page, _start(page, headline))
    chosen = list(_members(page, node, headline))
    chosen = _standfirst(page, node, headline, tuple(descriptions)) + chosen
    return FoundBody(
        lines=tuple(_lines(page, chosen)),
        near_headline=_near_headline(page, headline),
        linked_headings=sum(
            block.tag in HEADING_TAGS and block.link_share > _WHOLLY_LINKED for block in page.blocks
        ),
        prose=page.containers[0].score,
    )


def _lines(page: Outline, chosen: Iterable[int]) -> list[str]:
    """Return the texts of the blocks, the cells of a table's row in one."""
    lines: list[str] = []
    row: int | None = None
    for index in chosen:
        block = page.blocks[index]
        around = page.containers[block.container].parent if _is_cell(page, block) else None
        if around is not None and around == row:
            lines[-1] += f" {block.text}"
        else:
            lines.append(block.text)
        row = around
    return lines


def _is_cell(page: Outline, block: Block) -> bool:
    """Say whether a block is all of a table's cell; old pages lay their text out in tables."""
    cell = page.containers[block.container]
    is_whole = block.tag in _CELL_TAGS and cell.last - cell.first == 1
    return is_whole and len(block.text) < _LABEL_LIMIT


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


def _members(page: Outline, node: int, headline: int | None) -> Iterator[int]:
    first, last = page.containers[node].first, page.containers[node].last
    if headline is not None and first <= headline < last:
        above = page.blocks[first:headline]
        score_above = sum(block.score for block in above)
        is_little = score_above < _HALF * page.containers[node].score
        if is_little or is_consent_text("\n\n".join(block.text for block in above)):
            first = headline + 1
    last = _end(page, first, last, headline)
    in_paragraphs = sum(b.score for b in page.blocks[first:last] if b.tag == "p")
    labels_out = in_paragraphs > _HALF * page.containers[node].score
    boxes = _boxes(page, node, first, last)
    strays_out = in_paragraphs > _NEARLY_ALL * page.containers[node].score
    kept = [
        i
        for i in range(first, last)
        if i not in boxes
        and _belongs(page, i, labels_out=labels_out)
        and not (strays_out and _is_stray(page, i))
    ]
    while kept and _is_label(page.blocks[kept[-1]]):
        kept.pop()
    repeated = _repeated_openings(page, kept)
    labels = Counter(page.blocks[index].text for index in kept)
    seen: set[str] = set()
    for position, index in enumerate(kept):
        block = page.blocks[index]
        if block.tag in HEADING_TAGS and not _heads_something(page, kept, position):
            continue
        if labels[block.text] > 1 and (
            block.text in seen if len(block.text) > _LABEL_LIMIT else block.tag not in _FLOW_TAGS
        ):
            continue
        if index in repeated:
            continue
        seen.add(block.text)
        yield index


def _end(page: Outline, first: int, last: int, headline: int | None) -> int:
    """Return where the next story begins, if another one stands below under its own h1."""
    if headline is None or page.blocks[headline].tag != "h1":
        return last
    others = [i for i in range(max(first, headline + 1), last) if page.blocks[i].tag == "h1"]
    if not others or len(others) > _NEXT_STORIES:
        return last
    before = sum(block.score for block in page.blocks[first : others[0]])
    total = sum(block.score for block in page.blocks[first:last])
    return others[0] if before > _OWN_SHARE * total else last


def _boxes(page: Outline, node: int, first: int, last: int) -> set[int]:
    """Return the blocks in boxes beside the paragraphs, which nearly all have one parent."""
    held: defaultdict[int, float] = defaultdict(float)
    for block in page.blocks[first:last]:
        if block.tag == "p":
            held[page.containers[block.container].parent] += block.score
    if not held:
        return set()
    score, parent = max((score, parent) for parent, score in held.items())
    if score < _NEARLY_ALL * page.containers[node].score:
        return set()
    opening = next(
        index
        for index in range(first, last)
        if page.containers[page.blocks[index].container].parent == parent
    )
    return {index for index in range(opening, last) if _in_box(page, index, parent)}


def _in_box(page: Outline, index: int, parent: int) -> bool:
    """Say whether a box with prose stands between a block and the parent of the paragraphs."""
    block = page.blocks[index]
    box: Container | None = None
    for container in page.around(page.containers[block.container].parent):
        if container is page.containers[parent]:
            break
        if container.tag in _QUOTING_TAGS or _OF_TEXT.search(container.words):
            return False
        if container.tag in _BOX_TAGS:
            box = container
    else:
        return False
    if box is None or block.tag == "pre":
        return False
    return block.tag not in HEADING_TAGS or box.score > 0


def _is_stray(page: Outline, index: int) -> bool:
    """Say whether a block beside paragraphs is a caption or an appeal: text right in a div."""
    around = list(islice(page.around(page.blocks[index].container), _STRAY_DEPTH))
    return not any(
        container.tag in _FLOW_TAGS
        or container.tag == "details"
        or _OF_TEXT.search(container.words)
        for container in around
    )


def _is_label(block: Block) -> bool:
    """Say whether a block at the end of the text only names what would follow."""
    if block.tag in HEADING_TAGS:
        return True
    return (
        block.score < _LABEL_SCORE and block.tag not in _FLOW_TAGS and not ends_sentence(block.text)
    )


def _repeated_openings(page: Outline, kept: list[int]) -> set[int]:
    """Return those of the first blocks that a later one says again: a summary of the text."""
    texts = [squeezed(page.blocks[index].text) for index in kept[:_OPENING_BLOCKS]]
    return {
        index
        for position, index in enumerate(kept[: _OPENING_BLOCKS - 1])
        if len(texts[position]) > _OPENING_LENGTH
        and any(texts[position][:_OPENING_LENGTH] in later for later in texts[position + 1 :])
    }


def _belongs(page: Outline, index: int, *, labels_out: bool) -> bool:
    block = page.blocks[index]
    if page.containers[block.container].noise or _TEMPLATE.search(block.text):
        return False
    if block.tag in HEADING_TAGS:
        return True
    if block.link_share > (_LINKED_PARAGRAPH if block.tag == "p" else _LINKED_OTHER):
        return False
    return not (
        labels_out
        and block.tag not in _FLOW_TAGS
        and len(block.text) < _LABEL_LIMIT
        and not ends_sentence(block.text)
    )


def _heads_something(page: Outline, kept: list[int], position: int) -> bool:
    """Say whether text follows a heading before the next one of its rank."""
    heading = page.blocks[kept[position]]
    for following in range(position + 1, len(kept)):
        block = page.blocks[kept[following]]
        if block.tag not in HEADING_TAGS:
            return heading.link_share < _LINKED_OTHER or _siblings(page, heading, block)
        if block.tag <= heading.tag:
            return False
    return False


def _siblings(page: Outline, one: Block, other: Block) -> bool:
    parents = [page.containers[block.container].parent for block in (one, other)]
    return parents[0] == parents[1] and other.score > 0


def _headline_block(page: Outline, title: str) -> int | None:
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


def _standfirst(
    page: Outline, node: int, headline: int | None, descriptions: tuple[str, ...]
) -> list[int]:
    """Return the block between headline and text that sums the article up, if there is one."""
    first = page.containers[node].first
    if headline is None or headline >= first:
        return []
    for index in range(headline + 1, min(first, headline + _STANDFIRST_WITHIN)):
        block = page.blocks[index]
        if len(block.text) not in _STANDFIRST or block.link_share > _LINKED_OTHER:
            continue
        described = any(_share_words(block.text, text) for text in descriptions)
        around = list(page.around(block.container))[:3]
        named = any(_STANDFIRST_NAMES.search(container.words) for container in around)
        clean = page.containers[block.container].noise is Noise.NONE
        if described or (named and clean and ends_sentence(block.text)):
            return [index]
    return []


def _share_words(text: str, description: str) -> bool:
    words, others = (set(_WORD.findall(one.casefold())) for one in (text, description))
    fewer = min(len(words), len(others))
    return fewer >= _WORDS_OF_STANDFIRST and len(words & others) >= _SHARED_WORDS * fewer


def _near_headline(page: Outline, headline: int | None) -> tuple[str, ...]:
    if headline is None:
        return ()
    near = range(max(0, headline - _NEAR_BEFORE), min(len(page.blocks), headline + _NEAR_AFTER))
    lines = [page.blocks[index].text for index in sorted(near, key=lambda i: abs(i - headline))[1:]]
    return tuple(line for line in lines if len(line) < _NEAR_LIMIT)
