"""scikit-learn's TF-IDF in a single pass: join the nearest centroid of the last seven days.

The vectoriser is fitted on the whole set before the first article comes. A stream would not know
its word frequencies in advance; this favours the baseline.
"""

from collections.abc import Iterable
from datetime import timedelta
from typing import Final

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer

from aggregator.model import GroupInput

THRESHOLD: Final = 0.26
"""Least cosine: one for all sets, the best of several by the macro B-cubed F1."""

_WINDOW: Final = timedelta(days=7)
_TEXT_LIMIT: Final = 2500
_TITLE_WEIGHT: Final = 3


def tfidf_single_pass(articles: Iterable[GroupInput]) -> dict[str, str]:
    """Return a cluster for each article: the nearest centroid, or a new one if none is near."""
    stream = list(articles)
    vectors = TfidfVectorizer(sublinear_tf=True).fit_transform(map(_text, stream))
    clusters = np.zeros(len(stream), dtype=int)
    squares = np.zeros(len(stream))
    first = 0
    for number, article in enumerate(stream):
        while _is_over(stream[first], article):
            leaving = clusters[first]
            dots = (vectors[first:number] @ vectors[first].T).toarray().ravel()
            own = dots[clusters[first:number] == leaving].sum()
            squares[leaving] += dots[0] - 2 * own
            first += 1
        vector = vectors[number]
        dots = (vectors[first:number] @ vector.T).toarray().ravel()
        sums = np.bincount(clusters[first:number], weights=dots, minlength=1)
        lengths = np.sqrt(np.maximum(squares[: len(sums)], 1e-9))
        best = int(np.argmax(sums / lengths))
        if sums[best] / lengths[best] < THRESHOLD:
            best = number
        own = sums[best] if best < len(sums) else 0.0
        clusters[number] = best
        squares[best] += 2 * own + vector.multiply(vector).sum()
    return {
        article.id: stream[cluster].id for article, cluster in zip(stream, clusters, strict=True)
    }


def _text(article: GroupInput) -> str:
    return f"{article.title}\n" * _TITLE_WEIGHT + article.text[:_TEXT_LIMIT]


def _is_over(old: GroupInput, article: GroupInput) -> bool:
    if old.published is None or article.published is None:
        return False
    return article.published - old.published >= _WINDOW
