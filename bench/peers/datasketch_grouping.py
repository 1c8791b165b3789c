"""datasketch's MinHash: join the story of the report with the most like wording.

64 permutations over runs of three words, over single words where there is only a headline; an LSH
index over the last seven days finds candidates.
"""

import re
from collections import deque
from collections.abc import Iterable
from datetime import timedelta
from typing import Final

from datasketch import MinHash, MinHashLSH

from aggregator.model import GroupInput

THRESHOLD: Final = 0.3
"""Least Jaccard similarity: one for all sets, the best of several by the macro B-cubed F1."""

_PERMUTATIONS: Final = 64
_WINDOW: Final = timedelta(days=7)
_TEXT_LIMIT: Final = 2500
_WORD: Final = re.compile(r"\w+")


def minhash_best_match(articles: Iterable[GroupInput]) -> dict[str, str]:
    """Return a cluster for each article: that of its best match, or a new one without any."""
    index = MinHashLSH(threshold=THRESHOLD, num_perm=_PERMUTATIONS)
    sketches: dict[str, MinHash] = {}
    held: deque[GroupInput] = deque()
    found: dict[str, str] = {}
    for article in articles:
        while held and _is_over(held[0], article):
            old = held.popleft()
            index.remove(old.id)
            del sketches[old.id]
        sketch = _sketch(article)
        alike = {other: sketch.jaccard(sketches[other]) for other in index.query(sketch)}
        best = max(alike, key=alike.__getitem__, default=None)
        joins = best is not None and alike[best] >= THRESHOLD
        found[article.id] = found[best] if best is not None and joins else article.id
        index.insert(article.id, sketch)
        sketches[article.id] = sketch
        held.append(article)
    return found


def _sketch(article: GroupInput) -> MinHash:
    words = _WORD.findall(f"{article.title} {article.text[:_TEXT_LIMIT]}".lower())
    size = 3 if article.text else 1
    shingles = {" ".join(words[i : i + size]) for i in range(max(1, len(words) - size + 1))}
    sketch = MinHash(num_perm=_PERMUTATIONS)
    sketch.update_batch([shingle.encode() for shingle in sorted(shingles)])
    return sketch


def _is_over(old: GroupInput, article: GroupInput) -> bool:
    if old.published is None or article.published is None:
        return False
    return article.published - old.published >= _WINDOW
