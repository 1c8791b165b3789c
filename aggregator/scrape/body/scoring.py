"""How much each block of a page looks like prose, and each container by what it holds."""

import re
from collections import Counter, defaultdict
from typing import Final

from aggregator.scrape.body.noise import Noise
from aggregator.scrape.body.outline import Block, Outline
from aggregator.scrape.body.platforms import is_text_of_platform

HEADING_TAGS: Final = frozenset("h1 h2 h3 h4 h5 h6".split())
_HEADING_LIMIT: Final = 160
_SENTENCE_END: Final = re.compile(r"[.!?…:;。！？؟۔।።၊။]['\"”“»’)\]]*$")
_END_LENGTH: Final = 8
"""Characters in which a sentence ends: its mark, quotes and brackets."""
_DENSE_SCRIPT: Final = re.compile(
    r"[\u0e00-\u0e7f\u1000-\u109f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]"
)
_DENSE_WEIGHT: Final = 2.5
"""A character of these scripts says as much as this many Latin ones."""
_LONGEST: Final = 1500.0
"""Length beyond which a paragraph is not more of one."""
_SHORTEST: Final = 40.0
_WEAK: Final = 0.3
_LINKED: Final = 0.5
_ACQUITTAL_SHARE: Final = 0.45
"""Likely furniture that holds this share of the prose is the article all the same."""
_LEAST_PROSE_SHARE: Final = 0.15
"""With less prose than this outside sure furniture, even that may be the article."""
_NAMED_SHARE: Final = 0.3
"""With this share of the prose, what a platform names the text is it, and likely furniture beside
it is furniture."""
_TEXT_SHARE: Final = 0.5
"""What a platform names the text is it, with this share of the prose or more."""
REPEATS: Final = 3
"""A text that stands this often on a page is an appeal or a label, not the story."""


def score(page: Outline) -> None:
    """Score the blocks and containers of a page, and settle which containers are furniture."""
    repeats = Counter(block.text for block in page.blocks if len(block.text) > _SHORTEST)
    merits = [
        0.0 if repeats.get(block.text, 0) >= REPEATS else _merit(block) for block in page.blocks
    ]
    _settle_noise(page, merits)
    for block, merit in zip(page.blocks, merits, strict=True):
        container = page.containers[block.container]
        block.score = 0.0 if container.noise else merit
        container.score += block.score
    for container in reversed(page.containers):
        if container.parent >= 0:
            page.containers[container.parent].score += container.score


def ends_sentence(text: str) -> bool:
    """Say whether a text ends as a sentence does, in any of our scripts."""
    return _SENTENCE_END.search(text[-_END_LENGTH:].rstrip()) is not None


def is_heading(block: Block) -> bool:
    """Say whether a block is a heading; some sites set whole paragraphs as one."""
    return block.tag in HEADING_TAGS and not (
        len(block.text) > _HEADING_LIMIT and ends_sentence(block.text)
    )


def _merit(block: Block) -> float:
    if is_heading(block) or block.link_share > _LINKED:
        return 0.0
    length = float(len(block.text))
    if _DENSE_SCRIPT.search(block.text):
        length *= _DENSE_WEIGHT
    length = min(length, _LONGEST)
    if not ends_sentence(block.text):
        length *= _WEAK
    if length < _SHORTEST:
        length *= _WEAK
    return length * (1 - block.link_share) ** 2


def _settle_noise(page: Outline, merits: list[float]) -> None:
    """Take back the verdict on likely furniture that holds the prose; pass on the others."""
    sure = [False] * len(merits)
    for container in page.containers:
        if container.noise is Noise.SURE:
            sure[container.first : container.last] = [True] * (container.last - container.first)
    total = sum(merits)
    prose = sum(merit for merit, off in zip(merits, sure, strict=True) if not off)
    acquittable = {Noise.LIKELY}
    if prose < _LEAST_PROSE_SHARE * total:
        prose = total
        acquittable.add(Noise.SURE)
    held: defaultdict[str, float] = defaultdict(float)
    for container in page.containers:
        if container.noise in acquittable:
            held[container.likeness] += sum(merits[container.first : container.last])
    _acquit_around_texts(page, merits, prose)
    named = _named_text(page, merits, prose)
    for container in page.containers:
        if (
            container.noise in acquittable
            and container.first in named
            and held[container.likeness] > _ACQUITTAL_SHARE * prose
        ):
            container.noise = Noise.NONE
        if container.parent >= 0:
            container.noise = max(container.noise, page.containers[container.parent].noise)


def _named_text(page: Outline, merits: list[float], prose: float) -> range:
    """Return the blocks of the one text that a platform names outside all furniture.

    These are all blocks where there is none, or none with much of the prose.
    """
    texts = [
        container
        for container in page.containers
        if is_text_of_platform(container)
        and container.noise is Noise.NONE
        and not any(around.noise for around in page.around(container.parent))
    ]
    if len({text.likeness for text in texts}) == len(texts):
        for text in texts:
            if sum(merits[text.first : text.last]) > _NAMED_SHARE * prose:
                return range(text.first, text.last)
    return range(len(merits))


def _acquit_around_texts(page: Outline, merits: list[float], prose: float) -> None:
    """Take back the verdict on likely furniture around what a platform names the text."""
    held: defaultdict[str, float] = defaultdict(float)
    texts = [c for c in page.containers if c.noise is Noise.NONE and is_text_of_platform(c)]
    for text in texts:
        held[text.likeness] += sum(merits[text.first : text.last])
    for text in texts:
        if held[text.likeness] > _TEXT_SHARE * prose:
            for container in page.around(text.parent):
                if container.noise is Noise.LIKELY:
                    container.noise = Noise.NONE
