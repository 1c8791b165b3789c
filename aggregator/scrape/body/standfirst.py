"""The lines between headline and text that sum an article up."""

import re
from typing import Final

from aggregator.scrape.body.noise import Noise
from aggregator.scrape.body.outline import Outline
from aggregator.scrape.body.scoring import ends_sentence

_WORD: Final = re.compile(r"\w+")
_WORDS_OF_STANDFIRST: Final = 5
_SHARED_WORDS: Final = 0.7
_STANDFIRST_NAMES: Final = re.compile(
    r"\b(?:stand ?first|dek|deck|sub ?(?:title|heading|headline|head)|lead(?:er)?|lede|summary"
    r"|excerpt|intro\w*|teaser\w*|chapo|ingress|abstract|description|bajada|sommario|sottotitolo|sumario"
    r"|entradilla|vorspann|preamble|kicker text)\b"
)
_STANDFIRST: Final = range(40, 700)
"""Characters of a standfirst."""
_STANDFIRST_WITHIN: Final = 40
"""Blocks after the headline."""
_LINKED_OTHER: Final = 0.5


def standfirst(
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
