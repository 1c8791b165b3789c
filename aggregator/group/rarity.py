"""How rare a term is among the reports that are held: the weight that makes names count."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Final

_IMAGINED_REPORTS: Final = 200
"""Reports without a term in common with any other, added to those held, so that the first dozen
of a new database do not take every shared word for a common one."""
_STEPS: Final = 8


class _Known(dict[str, int]):
    """The rarities of all terms that some report has, and the one of those that none has."""

    def __init__(self, reports_with: Mapping[str, int], reports: int) -> None:
        counts = reports_with.values()
        by_count = {count: _rarity(count, reports) for count in {0, *counts}}
        super().__init__(zip(reports_with, map(by_count.__getitem__, counts), strict=True))
        self._of_unknown = by_count[0]

    def __missing__(self, term: str) -> int:
        return self._of_unknown


def _rarity(count: int, reports: int) -> int:
    share = (reports + _IMAGINED_REPORTS + 1) / (count + 1)
    return max(1, round(_STEPS * math.log(share)))


class Rarity:
    """Inverse document frequencies in whole numbers, constant from one `freeze` to the next.

    `of[term]` is 1 for a term in every report and about 80 for one of many thousands.
    """

    def __init__(self) -> None:
        self._reports_with: Counter[str] = Counter()
        self._reports = 0
        self.of: dict[str, int] = _Known({}, 0)
        self.age = 0

    def learn(self, terms: Iterable[str]) -> None:
        """Count one more report, with each of its terms once."""
        self._reports_with.update(terms)
        self._reports += 1

    def forget(self, terms: Iterable[str]) -> None:
        """Undo `learn`."""
        self._reports -= 1
        for term in terms:
            if self._reports_with[term] == 1:
                del self._reports_with[term]
            else:
                self._reports_with[term] -= 1

    def freeze(self) -> None:
        """Let `of` answer from what is held now."""
        self.of = _Known(self._reports_with, self._reports)
        self.age += 1
