"""What a publisher served, and what the daemon has said that it holds.

A feed's document has a new edition number with each change of it. The number stands in its title
and in its ETag, so an edition is acknowledged when the database shows its title or a request names
its ETag: whatever it lists must then be in the database, whatever happens after.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass(slots=True)
class Record:
    """One feed: the addresses that each edition lists, and which editions came how far."""

    editions: dict[int, tuple[str, ...]] = field(default_factory=dict)
    served: set[int] = field(default_factory=set)
    acknowledged: set[int] = field(default_factory=set)

    def listed(self, editions: Iterable[int]) -> set[str]:
        """Return the addresses of all these editions."""
        return {url for edition in editions for url in self.editions[edition]}


@dataclass(frozen=True, slots=True)
class Comparison:
    """Entries of all feeds: what was served, is stored, was lost or doubled, or left unseen.

    `rolled_out` were served but never acknowledged and are not stored: their answer was cut off by
    a fault, and the feed listed them no more when it was asked again. `unknown` were never served.
    """

    served: int
    stored: int
    rolled_out: int
    lost: tuple[str, ...]
    doubled: tuple[str, ...]
    unknown: tuple[str, ...]


def compare(
    records: dict[str, Record], stored: dict[str, list[str]], odd: frozenset[str] = frozenset()
) -> Comparison:
    """Compare what was served with the addresses stored of each feed.

    Of the feeds `odd`, whose documents are damaged on purpose, any entry may come.
    """
    served, rolled_out = 0, 0
    lost, doubled, unknown = list[str](), list[str](), list[str]()
    for feed, record in records.items():
        counted = Counter(stored.get(feed, []))
        offered = record.listed(record.served | record.acknowledged)
        held = record.listed(record.acknowledged)
        served += len(offered)
        rolled_out += len(offered - held - counted.keys())
        lost += sorted(held - counted.keys())
        if feed not in odd:
            doubled += sorted(url for url, times in counted.items() if times > 1)
            unknown += sorted(counted.keys() - record.listed(record.editions))
    return Comparison(
        served,
        sum(map(len, stored.values())),
        rolled_out,
        tuple(lost),
        tuple(doubled),
        tuple(unknown),
    )
