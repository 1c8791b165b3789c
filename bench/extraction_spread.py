"""Whether a figure rests on few sites: its spread over groups of sites, and the sites that pull.

The extractor is not trained, so nothing is held out; a change that helps one group of sites only
shows as a wider spread.
"""

import hashlib
import statistics
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Final

from bench.extraction_data import Predictions, Truth

FOLDS: Final = 5
PULLING: Final = 5
"""Sites to name."""

Match = tuple[float, float, float]
"""Shares of a page's text that are in both, only found, only true."""


@dataclass(frozen=True, slots=True)
class Spread:
    """Body F1 per fold of sites, and by how much it would rise without a site."""

    folds: tuple[float, ...]
    influence: tuple[tuple[str, float], ...]

    @property
    def mean(self) -> float:
        """Mean over the folds."""
        return statistics.fmean(self.folds)

    @property
    def deviation(self) -> float:
        """Standard deviation over the folds."""
        return statistics.stdev(self.folds) if len(self.folds) > 1 else 0.0

    def lines(self) -> list[str]:
        """Return the spread as it is printed."""
        folds = " ".join(f"{fold:.3f}" for fold in self.folds)
        mean = f"{self.mean:.3f} ±{self.deviation:.3f}"
        pulls = ", ".join(f"{site} {pull:+.4f}" for site, pull in self.influence)
        return [
            f"body F1 over {len(self.folds)} folds of sites: {mean} ({folds})",
            f"change of body F1 without one site: {pulls}",
        ]


def fold_of(site: str) -> int:
    """Return the fold of a site: the same in every set, run and version."""
    return int(hashlib.sha256(site.encode()).hexdigest(), 16) % FOLDS


def spread(truths: Sequence[Truth], predictions: Predictions, scorer: ModuleType) -> Spread | None:
    """Return the spread of the body's F1, None for a set without bodies."""
    by_site: dict[str, list[Match]] = defaultdict(list)
    for truth in truths:
        if truth.get("body"):
            body = predictions.get(truth["id"], {}).get("body")
            by_site[truth.get("site") or truth["id"]].append(scorer.match(truth["body"], body))
    if len(by_site) < FOLDS:
        return None
    folds: dict[int, list[Match]] = defaultdict(list)
    for site, matches in by_site.items():
        folds[fold_of(site)] += matches

    def f1(matches: list[Match]) -> float:
        return float(scorer.prf(matches)[2])

    whole = f1([match for matches in by_site.values() for match in matches])
    influence = [
        (left_out, f1([m for site, ms in by_site.items() if site != left_out for m in ms]) - whole)
        for left_out in by_site
    ]
    strongest = sorted(influence, key=lambda pull: -abs(pull[1]))[:PULLING]
    return Spread(tuple(f1(folds[number]) for number in sorted(folds)), tuple(strongest))
