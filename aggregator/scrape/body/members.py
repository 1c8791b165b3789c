"""Which blocks of the container that holds the article are its text."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import islice
from typing import Final

from aggregator.scrape.body.outline import Block, Container, Outline
from aggregator.scrape.body.scoring import HEADING_TAGS, ends_sentence, is_heading
from aggregator.scrape.body.trim import is_caption
from aggregator.scrape.verdict.consent import is_consent_text
from aggregator.scrape.words import squeezed

_HALF: Final = 0.5
"""Share of the container's score."""
_NEARLY_ALL: Final = 0.85
"""The same, from which on what stands beside the paragraphs is not the text."""
_LABEL_SCORE: Final = 10
_OWN_SHARE: Final = 0.2
"""Of the prose, what stands above the next story's headline."""
_NEXT_STORIES: Final = 2
"""Headlines below the text; a page with more of them heads its sections so."""
_FLOW_TAGS: Final = frozenset("p li blockquote pre dd td th".split()) | HEADING_TAGS
_LABEL_LIMIT: Final = 80
"""Characters; labels are shorter, and only longer texts count as said twice."""
_LINKED_PARAGRAPH: Final = 0.7
_LINKED_OTHER: Final = 0.5
_OPENING_BLOCKS: Final = 6
_OPENING_LENGTH: Final = 50
_OPENING_SHARE: Final = 0.7
_SUMMARY: Final = 1.5
"""Times a paragraph: so much longer, a first block may sum up several."""
_DATELINE: Final = 20
"""Letters with which a paragraph may begin ("VIENNA: ...") that a summary of it leaves out."""
_BOX_TAGS: Final = frozenset("div section aside header article".split())
_QUOTING_TAGS: Final = frozenset("blockquote details table".split())
_STRAY_DEPTH: Final = 2
"""A block and what is right around it say whether it belongs to the text."""
_TEMPLATE: Final = re.compile(r"\{\{|\{[*|%]|\$\{")
_OF_TEXT: Final = re.compile(
    r"\b(?:stand ?first|dek|lead|lede|intro\w*|ingress|summary|sub ?head\w*|accordion|faq"
    r"|questions?|quote)\b"
)
"""Names of what belongs to a text though it is no paragraph."""


def members(page: Outline, node: int, headline: int | None) -> Iterator[int]:
    """Yield the blocks of a container that are the article's text, without its headline."""
    kept = _kept(page, node, *_extent(page, node, headline))
    while kept and _is_label(page.blocks[kept[-1]]):
        kept.pop()
    repeated = _repeated_openings(page, kept)
    labels = Counter(page.blocks[index].text for index in kept)
    seen: set[str] = set()
    for position, index in enumerate(kept):
        block = page.blocks[index]
        if index in repeated or (is_heading(block) and not _heads_something(page, kept, position)):
            continue
        if labels[block.text] > 1 and (
            block.text in seen if len(block.text) > _LABEL_LIMIT else block.tag not in _FLOW_TAGS
        ):
            continue
        seen.add(block.text)
        yield index


def _extent(page: Outline, node: int, headline: int | None) -> tuple[int, int]:
    """Return where the text begins, below the headline, and where the next story does."""
    first, last = page.containers[node].first, page.containers[node].last
    if headline is not None and first <= headline < last:
        above = page.blocks[first:headline]
        score_above = sum(block.score for block in above)
        is_little = score_above < _HALF * page.containers[node].score
        if is_little or is_consent_text("\n\n".join(block.text for block in above)):
            first = headline + 1
    return first, _end(page, first, last, headline)


def _kept(page: Outline, node: int, first: int, last: int) -> list[int]:
    """Return the blocks that are no furniture by what they are and where they stand."""
    in_paragraphs = sum(b.score for b in page.blocks[first:last] if b.tag == "p")
    labels_out = in_paragraphs > _HALF * page.containers[node].score
    strays_out = in_paragraphs > _NEARLY_ALL * page.containers[node].score
    boxes = _boxes(page, node, first, last)
    return [
        index
        for index in range(first, last)
        if index not in boxes
        and _belongs(page, index, labels_out=labels_out)
        and not (strays_out and _is_stray(page, index))
    ]


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
    if is_heading(block):
        return True
    return (
        block.score < _LABEL_SCORE and block.tag not in _FLOW_TAGS and not ends_sentence(block.text)
    )


def _repeated_openings(page: Outline, kept: list[int]) -> set[int]:
    """Return those of the first blocks that a later one says again: a summary of the text.

    What opens like several others is no summary but a line of a log.
    """
    texts = [page.blocks[index].text for index in kept[:_OPENING_BLOCKS]]
    # What a caption repeats stays: the caption goes.
    letters = ["" if is_caption(text) else squeezed(text) for text in texts]
    return {
        index
        for position, index in enumerate(kept[: _OPENING_BLOCKS - 1])
        if _is_repeated(letters, position)
    }


def _is_repeated(letters: list[str], position: int) -> bool:
    own, following = letters[position], letters[position + 1 :]
    alike = {other for other in letters if other != own and _opens_another(own, other)}
    if len(alike) > 1:
        return False
    return any(_opens_another(own, later) or _sums_up(own, later) for later in following)


def _opens_another(opening: str, other: str) -> bool:
    """Say whether most of a text is in another of its length; a lead that is quoted is not."""
    if min(len(other), len(opening)) <= _OPENING_LENGTH or len(opening) > _SUMMARY * len(other):
        return False
    return opening[: int(_OPENING_SHARE * len(opening))] in other


def _sums_up(opening: str, later: str) -> bool:
    if len(later) <= _OPENING_LENGTH or len(opening) <= _SUMMARY * len(later):
        return False
    return later[_DATELINE:] in opening


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
        if not is_heading(block):
            return heading.link_share < _LINKED_OTHER or _siblings(page, heading, block)
        if block.tag <= heading.tag:
            return False
    return False


def _siblings(page: Outline, one: Block, other: Block) -> bool:
    parents = [page.containers[block.container].parent for block in (one, other)]
    return parents[0] == parents[1] and other.score > 0
