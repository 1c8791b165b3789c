"""When the text found is in doubt, and whose text to take then."""

from collections.abc import Iterable
from typing import Final

import trafilatura

from aggregator.scrape.agreement import LEAST_WITNESS, agrees, coverage
from aggregator.text.clean import plain_paragraphs

_LITTLE: Final = 350
_MUCH: Final = 4
"""Times the text found: with so much prose on the page, little text is doubtful."""
_LEAST_OPINION: Final = 100
"""Characters; of a page without text trafilatura returns the headline."""
_SIZE_LIMIT: Final = 1_500_000
"""Characters of markup beyond which no other opinion is heard; articles have a tenth."""
_ELEMENT_LIMIT: Final = 6_000
_SLOW_ELEMENTS: Final = 1_500
"""Elements beyond which trafilatura leaves out its fall-backs: justext takes time by the square."""


def is_doubtful(body: str, witness: str, prose: float) -> bool:
    """Say whether a body should be looked for again.

    `witness` is what the page's data or the feed give as the full text, `prose` how many
    characters of prose the whole page has. No body is always doubtful.
    """
    if len(witness) >= LEAST_WITNESS:
        return not agrees(body, witness)
    return not body or (len(body) < _LITTLE and prose > _MUCH * len(body))


def other_texts(markup: str, url: str) -> list[str]:
    """Return the texts that trafilatura finds, in its precise mode and as it comes.

    Of pages so large that it would take seconds there are none.
    """
    elements = markup.count("<") - markup.count("</")
    if len(markup) > _SIZE_LIMIT or elements > _ELEMENT_LIMIT:
        return []
    fast = elements > _SLOW_ELEMENTS
    texts = (_by_trafilatura(markup, url, precise=precise, fast=fast) for precise in (True, False))
    return [plain_paragraphs(text) for text in texts if text and len(text) >= _LEAST_OPINION]


def _by_trafilatura(markup: str, url: str, *, precise: bool, fast: bool) -> str | None:
    try:
        return trafilatura.extract(
            markup, url=url, include_comments=False, favor_precision=precise, fast=fast
        )
    except Exception:  # noqa: BLE001 - a library's bug on a strange page costs its opinion only
        return None


def best_text(own: str, others: Iterable[str], witness: str) -> str:
    """Return the text that agrees most with the witness; without one, the one with most text."""
    texts = [own, *others]
    if len(witness) < LEAST_WITNESS:
        return max(texts, key=len)
    return max(texts, key=lambda text: coverage(witness, text) + coverage(text, witness))
