"""The plain baseline that anyone would try first, in plain Python.

Cosine of TF-IDF vectors to the centroids of the last seven days' clusters; frequencies are those
of the stream so far.
"""

import heapq
import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from aggregator.model import GroupInput

THRESHOLD: Final = 0.22
"""One for all sets, the best of several by the macro B-cubed F1."""

_WORD: Final = re.compile(r"\w+")
_WINDOW: Final = timedelta(days=7)
_HEAVIEST: Final = 60
_NEAREST: Final = 60


@dataclass(slots=True)
class Cluster:
    """The sum of the vectors of a cluster."""

    sums: dict[str, float] = field(default_factory=dict)
    square: float = 0.0


_Held = dict[int, tuple[GroupInput, dict[str, float], str]]


def tfidf_centroid(articles: Iterable[GroupInput]) -> dict[str, str]:
    """Return a cluster for each article: the nearest centroid, or a new one if none is near."""
    reports_with: Counter[str] = Counter()
    held: _Held = {}
    postings: defaultdict[str, dict[int, float]] = defaultdict(dict)
    clusters: dict[str, Cluster] = {}
    found: dict[str, str] = {}
    for number, article in enumerate(articles):
        vector = _vector(article, reports_with, number + 1)
        _forget(held, postings, article)
        best, score = article.id, THRESHOLD
        for key in dict.fromkeys(held[other][2] for other in _nearest(vector, held, postings)):
            cluster = clusters[key]
            dot = sum(weight * cluster.sums.get(term, 0.0) for term, weight in vector.items())
            if dot / math.sqrt(cluster.square) >= score:
                best, score = key, dot / math.sqrt(cluster.square)
        cluster = clusters.setdefault(best, Cluster())
        for term, weight in vector.items():
            before = cluster.sums.get(term, 0.0)
            cluster.sums[term] = before + weight
            cluster.square += weight * (2 * before + weight)
            postings[term][number] = weight
        held[number] = article, vector, best
        found[article.id] = best
    return found


def _vector(article: GroupInput, reports_with: Counter[str], reports: int) -> dict[str, float]:
    tally = Counter(_WORD.findall(article.text[:2500].lower()))
    for word in _WORD.findall(article.title.lower()):
        tally[word] += 3
    reports_with.update(tally.keys())
    weights = {
        word: (1 + math.log(count)) * math.log((reports + 1) / (reports_with[word] + 0.5))
        for word, count in tally.items()
    }
    heaviest = heapq.nlargest(_HEAVIEST, weights.items(), key=lambda item: item[1])
    length = math.sqrt(sum(weight * weight for _, weight in heaviest)) or 1.0
    return {word: weight / length for word, weight in heaviest}


def _nearest(
    vector: dict[str, float], held: _Held, postings: dict[str, dict[int, float]]
) -> list[int]:
    dots: defaultdict[int, float] = defaultdict(float)
    for term, weight in vector.items():
        entries = postings[term]
        if len(entries) <= max(100, len(held) / 8):
            for other, other_weight in entries.items():
                dots[other] += weight * other_weight
    return heapq.nlargest(_NEAREST, dots, key=dots.__getitem__)


def _forget(held: _Held, postings: dict[str, dict[int, float]], article: GroupInput) -> None:
    for number, (old, vector, _) in list(held.items()):
        if not (old.published and article.published):
            break
        if article.published - old.published < _WINDOW:
            break
        for term in vector:
            del postings[term][number]
        del held[number]
