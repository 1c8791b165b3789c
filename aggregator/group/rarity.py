"""How rare a term is among the reports that are held: the weight that makes names count."""

import math
from collections import Counter
from collections.abc import Iterable
from typing import Final

_IMAGINED_REPORTS: Final = 200
"""Reports without a term in common with any other, added to those held, so that the first dozen
of a new database do not take every shared word for a common one."""
_STEPS: Final = 8


class _Known(dict[str, int]):
    """Rarities worked out when they are first asked for, from frequencies that stand still."""

    def __init__(self, reports_with: dict[str, int], reports: int) -> None:
        super().__init__()
        self._reports_with = reports_with
        self._reports = reports + _IMAGINED_REPORTS
        self._by_count: dict[int, int] = {}

    def __missing__(self, term: str) -> int:
        count = self._reports_with.get(term, 0)
        rarity = self._by_count.get(count)
        if rarity is None:
            share = (self._reports + 1) / (count + 1)
            self._by_count[count] = rarity = max(1, round(_STEPS * math.log(share)))
        self[term] = rarity
        return rarity


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
        self.of = _Known(dict(self._reports_with), self._reports)
        self.age += 1
