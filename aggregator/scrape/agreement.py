"""Whether a text holds what a witness says: the page's data, or the feed."""

import re
from itertools import pairwise
from typing import Final

_WORD: Final = re.compile(r"\w+")
LEAST_WITNESS: Final = 400
"""Characters; a shorter text is a summary, which need not stand in the body."""
_AGREEMENT: Final = 0.5
"""Share of the witness's word pairs that the body should have."""


def agrees(body: str, witness: str) -> bool:
    """Say whether a body holds what a witness says; a summary agrees with everything."""
    return len(witness) < LEAST_WITNESS or coverage(witness, body) >= _AGREEMENT


def coverage(of: str, by: str) -> float:
    """Return the share of the word pairs of one text that another has too."""
    wanted = _pairs(of)
    return len(wanted & _pairs(by)) / len(wanted) if wanted else 0.0


def _pairs(text: str) -> set[tuple[str, str]]:
    words = _WORD.findall(text.casefold())
    return set(pairwise(words))
