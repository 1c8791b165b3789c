"""B-cubed scores of stories against the newsroom's truth."""

from collections import Counter
from collections.abc import Hashable, Mapping
from typing import TypeVar

K = TypeVar("K", bound=Hashable)


def b_cubed(truth: Mapping[K, Hashable], found: Mapping[K, Hashable]) -> tuple[float, float]:
    """Return B-cubed precision and recall (Bagga and Baldwin 1998), averaged over the items."""
    both = Counter((truth[item], found[item]) for item in truth)
    true_sizes, found_sizes = Counter(truth.values()), Counter(found[item] for item in truth)
    shared = both.items()
    precision = sum(n * n / found_sizes[label] for (_, label), n in shared) / len(truth)
    recall = sum(n * n / true_sizes[label] for (label, _), n in shared) / len(truth)
    return precision, recall
