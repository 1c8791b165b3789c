"""Whether a page shows the article, or only its beginning to those who do not pay or log in."""

import math
import re
from typing import Final

from aggregator.scrape.body.scoring import ends_sentence
from aggregator.scrape.verdict.calls import says_how_much_is_hidden, sells_the_rest
from aggregator.scrape.verdict.findings import Findings

_TEASER: Final = 1500
"""Characters; a page that is not free and shows less than this shows its teaser."""
_TEASER_BEFORE_GATE: Final = 2200
"""The same where a call to subscribe follows at once."""
_TEASER_ON_PAGE: Final = 1200
"""The same where one stands further below: footers have them too."""
_AT_ONCE: Final = 6
"""Blocks after the text."""
_OF_OTHERS: Final = frozenset({"li", "nav", "footer"})
"""Elements that hold links to other articles, each with its own label "for subscribers"."""
_HOW_MUCH: Final = -1.0
_NOWHERE: Final = math.inf
_LOOKED_AT: Final = 150
"""Blocks after the text; what comes later is the end of the site's page."""
_LAST_LINES: Final = 3
_GATE_LENGTH: Final = 400
"""Characters; a paragraph that speaks of subscriptions is longer."""
_WHOLE: Final = 0.85
"""Share of the words that the page says its article has, from which on it is all there."""
_CUT: Final = 0.6
_LEAST_STATED: Final = 60
"""Words; site software states less for articles that it does not know the text of."""
_LETTERS_OF_WORD: Final = 15
"""Characters for each run between spaces; scripts without spaces have more, and no word count."""
_LINKS_AWAY: Final = 0.95
_NEAR: Final = 4
"""Elements around a block whose names tell what it is."""
_WALL: Final = re.compile(
    r"\b(?:pay ?walls?|reg(?:istration)? ?wall|premium wall|subscri\w+ wall|login wall|barrier"
    r"|piano|tp container|metering|access denied|content not granted|restricted content)\b"
)
_NO_WALL: Final = re.compile(r"\b(?:jetpack|newsletter\w*|comments?|cookie\w*|consent\w*)\b")
"""Blog software calls to subscribe below every text, whole as it is."""


def is_teaser(found: Findings) -> bool:
    """Say whether the text of a page is only the beginning of the article."""
    stated = found.said.structured.word_count
    if len(found.body) > _LETTERS_OF_WORD * found.words or stated < _LEAST_STATED:
        stated = 0
    if stated and found.words >= _WHOLE * stated:
        return False
    gate = _gate(found)
    if gate == _HOW_MUCH:
        return True
    length = len(found.body)
    if found.said.structured.free is False:
        return length < _TEASER or (stated > 0 and found.words < _CUT * stated)
    if gate <= _AT_ONCE:
        return length < _TEASER_BEFORE_GATE or not ends_sentence(found.body)
    return gate < _NOWHERE and length < _TEASER_ON_PAGE


def without_gate(lines: tuple[str, ...]) -> tuple[str, ...]:
    """Return the paragraphs of a teaser before the first call to subscribe: the rest sells."""
    gate = next((i for i, line in enumerate(lines) if i and _is_gate(line)), len(lines))
    return lines[:gate]


def _is_gate(line: str) -> bool:
    return len(line) <= _GATE_LENGTH and (sells_the_rest(line) or says_how_much_is_hidden(line))


def _gate(found: Findings) -> float:
    """Return how many blocks after the text a call to subscribe stands, 0 within its last lines.

    Returns `_HOW_MUCH` where the page says how much it keeps back, `_NOWHERE` without a call.
    """
    last = found.lines[-_LAST_LINES:]
    start = found.spots[-1] + 1 if found.spots else 0
    after = found.page.blocks[start : start + _LOOKED_AT]
    if len(found.body) >= _TEASER_BEFORE_GATE and ends_sentence(found.body):
        # A call to subscribe says nothing of so long a text: blogs and papers end with one.
        shown = (*last, *(b.text for b in after if b.link_share <= _LINKS_AWAY))
        told = any(len(t) <= _GATE_LENGTH and says_how_much_is_hidden(t) for t in shown)
        return _HOW_MUCH if told else _NOWHERE
    if any(map(_is_gate, last)):
        return _HOW_MUCH if any(map(says_how_much_is_hidden, last)) else 0
    for distance, block in enumerate(after, start=1):
        if len(block.text) > _GATE_LENGTH or block.link_share > _LINKS_AWAY:
            continue
        if says_how_much_is_hidden(block.text):
            return _HOW_MUCH
        around = list(found.page.around(block.container))
        names = [container.words for container in around]
        if any(map(_NO_WALL.search, names)):
            continue
        if distance > _AT_ONCE and any(container.tag in _OF_OTHERS for container in around):
            continue
        if sells_the_rest(block.text) or any(map(_WALL.search, names[:_NEAR])):
            return distance
    return _NOWHERE
