"""How far two groupings of the same articles agree; each maps an article to its story."""

from collections import Counter, defaultdict
from collections.abc import Mapping


def b_cubed(true: Mapping[str, str], found: Mapping[str, str]) -> float:
    """Return B-cubed F1, the same whichever of the two counts as true.

    The mean over articles of the share of its story that belongs there, and of what belongs there
    that is in its story (Bagga and Baldwin 1998). Both groupings have the same articles.
    """
    if not true:
        return 1.0
    cells = Counter((true[article], found[article]) for article in true)
    true_sizes, found_sizes = Counter(true.values()), Counter(found.values())
    squares = {cell: count * count for cell, count in cells.items()}
    precision = sum(square / found_sizes[cell[1]] for cell, square in squares.items()) / len(true)
    recall = sum(square / true_sizes[cell[0]] for cell, square in squares.items()) / len(true)
    return 2 * precision * recall / (precision + recall)


def changed_companions(one: Mapping[str, str], other: Mapping[str, str]) -> float:
    """Return the share of articles that are with others in the second grouping than in the first.

    Strict: one that leaves a story of a hundred changes the company of a hundred.
    """
    stories, others = _members(one), _members(other)
    changed = sum(stories[one[article]] != others[other[article]] for article in one)
    return changed / len(one) if one else 0.0


def _members(grouping: Mapping[str, str]) -> dict[str, set[str]]:
    members: defaultdict[str, set[str]] = defaultdict(set)
    for article, story in grouping.items():
        members[story].add(article)
    return dict(members)
