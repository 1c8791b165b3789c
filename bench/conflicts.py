"""How well, and how fast, articles find their conflicts: on labelled news outside the repository.

    python bench/conflicts.py --data FOLDER

FOLDER (default: the environment variable AGGREGATOR_EVAL) holds `grouping/*.jsonl.gz` or the files
themselves. Prints the share of articles that got a conflict: a stream on the war on Ukraine (high
is right), Olympic games and local crime (nothing is right), general news (to be judged by eye:
`--show NAME` prints what got which conflict).
"""

import argparse
import gzip
import json
import os
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from aggregator.config.load import load
from aggregator.group.conflict.conflicts import ConflictMatch, ConflictMatcher

_SHIPPED: Final = Path(__file__).resolve().parent.parent / "feeds.yaml"
_EXPECTED: Final = {
    "ruwa_stream_unlabelled": ("ukraine", "at least 92 %"),
    "og2021_dev": ("", "at most 1 %"),
    "gva_dev": ("", "at most 1 %"),
    "wikinews_dev": ("", "by eye"),
    "fignews_xling_dev": ("gaza", "posts; by eye"),
    "allsides_dated_dev": ("", "by eye"),
    "allsides_undated_dev": ("", "by eye"),
}


@dataclass(frozen=True, slots=True)
class Tagged:
    """One article and the conflicts that it got."""

    title: str
    language: str | None
    matches: tuple[ConflictMatch, ...]

    def has(self, conflict: str) -> bool:
        """Say whether it got this conflict, or any where `conflict` is empty."""
        return any(conflict in ("", match.conflict) for match in self.matches)


def main() -> int:
    """Print the table; 2 where there is no data."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=os.environ.get("AGGREGATOR_EVAL") or None)
    parser.add_argument("--feeds", type=Path, default=_SHIPPED, help="whose conflicts to use")
    parser.add_argument("--show", metavar="NAME", help="print the articles of one data set")
    arguments = parser.parse_args()
    folder = _folder(arguments.data)
    if folder is None or not any((folder / f"{name}.jsonl.gz").exists() for name in _EXPECTED):
        print("no data: name a folder with --data or AGGREGATOR_EVAL", file=sys.stderr)
        return 2
    matcher = ConflictMatcher(load(arguments.feeds).conflicts)
    print(
        f"{'data':24}{'articles':>9}{'conflict':>10}{'tagged':>8}  {'expected':14}{'a second':>9}"
    )
    for name, (conflict, expected) in _EXPECTED.items():
        path = folder / f"{name}.jsonl.gz"
        if not path.exists():
            continue
        rows = list(_rows(path))
        began = time.process_time()
        tagged = [_tag(matcher, row) for row in rows]
        speed = len(rows) / max(time.process_time() - began, 1e-9)
        share = sum(one.has(conflict) for one in tagged) / len(rows)
        figures = f"{len(rows):9}{conflict or 'any':>10}{share:8.2%}  {expected:14}{speed:9.0f}"
        print(f"{name:24}{figures}")
        if name.startswith(arguments.show or "\0"):
            _show(tagged)
    return 0


def _folder(given: Path | None) -> Path | None:
    if given is None:
        return None
    inner = Path(given) / "grouping"
    return inner if inner.is_dir() else Path(given)


def _rows(path: Path) -> Iterator[dict[str, str | None]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def _tag(matcher: ConflictMatcher, row: dict[str, str | None]) -> Tagged:
    title, language = row["title"] or "", row["lang"]
    return Tagged(title, language, matcher.match(title, row["text"] or "", language))


def _show(tagged: list[Tagged]) -> None:
    for one in tagged:
        found = "; ".join(f"{match.conflict} {match.score:g}" for match in one.matches) or "-"
        print(f"  {found:30} {one.title[:100]}")
        for match in one.matches:
            print(f"  {'':30}   {', '.join(match.terms[:8])}")
    counts = Counter(match.conflict for one in tagged for match in one.matches)
    print(f"  {dict(counts.most_common())}")


if __name__ == "__main__":
    sys.exit(main())
