"""When the text found is in doubt, and whose text to take then."""

import re
from collections.abc import Iterable
from itertools import pairwise
from typing import Final

import trafilatura

from aggregator.text.clean import plain_paragraphs

_WORD: Final = re.compile(r"\w+")
_LEAST_WITNESS: Final = 400
"""Characters; a shorter text is a summary, which need not stand in the body."""
_AGREEMENT: Final = 0.5
"""Share of the witness's word pairs that the body should have."""
_LITTLE: Final = 350
_MUCH: Final = 4
"""Times the text found: with so much prose on the page, little text is doubtful."""


def is_doubtful(body: str, witness: str, prose: float) -> bool:
    """Say whether a body should be looked for again.

    `witness` is what the page's data or the feed give as the full text, `prose` how many
    characters of prose the whole page has.
    """
    if len(witness) >= _LEAST_WITNESS:
        return not agrees(body, witness)
    return len(body) < _LITTLE and prose > _MUCH * max(len(body), 1)


def agrees(body: str, witness: str) -> bool:
    """Say whether a body holds what a witness says; a summary agrees with everything."""
    return len(witness) < _LEAST_WITNESS or _coverage(witness, body) >= _AGREEMENT


def other_texts(markup: str, url: str) -> list[str]:
    """Return the texts that trafilatura finds, in its precise mode and as it comes."""
    texts = (_by_trafilatura(markup, url, precise=precise) for precise in (True, False))
    return [plain_paragraphs(text) for text in texts if text]


def _by_trafilatura(markup: str, url: str, *, precise: bool) -> str | None:
    try:
        return trafilatura.extract(markup, url=url, include_comments=False, favor_precision=precise)
    except Exception:  # noqa: BLE001 - a library's bug on a strange page costs its opinion only
        return None


def best_text(own: str, others: Iterable[str], witness: str) -> str:
    """Return the text that agrees most with the witness; without one, the one with most text."""
    texts = [own, *others]
    if len(witness) < _LEAST_WITNESS:
        return max(texts, key=len)
    return max(texts, key=lambda text: _coverage(witness, text) + _coverage(text, witness))


def _coverage(of: str, by: str) -> float:
    """Return the share of the word pairs of one text that another has too."""
    wanted = _pairs(of)
    return len(wanted & _pairs(by)) / len(wanted) if wanted else 0.0


def _pairs(text: str) -> set[tuple[str, str]]:
    words = _WORD.findall(text.casefold())
    return set(pairwise(words))
