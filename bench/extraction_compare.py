"""Compare two extractions page by page: which pages got better, which worse, and is it chance?

    python -m bench.extraction_compare OLD NEW --data FOLDER [--sets fundus,naeb] [--pages 20]

OLD and NEW each name a file of predictions `<set>.jsonl`, a folder of such files (which
`bench.extraction --predictions` writes), a git revision, or a folder of this project's source
(`.` for the working tree).
"""

import argparse
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any, Final

from bench.extraction_data import (
    PageSet,
    Predictions,
    read_predictions,
    read_scorer,
    read_set,
    set_names,
)
from bench.extraction_running import run, source_of
from bench.extraction_systems import OURS

SMALLEST: Final = 0.001
"""A page has changed when its figure moved by this much."""

_FIGURES: Final = {
    "body_f1": "body", "seg_ok": "segments", "title_ok": "title", "authors_f1": "authors",
    "date_ok": "day",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Change:
    """One figure of one page, before and after."""

    id: str
    old: float
    new: float

    @property
    def delta(self) -> float:
        """How much better it got."""
        return self.new - self.old


def sign_test(better: int, worse: int) -> float:
    """Return the two-sided p of the exact sign test: the odds of such a split by mere chance."""
    changed = better + worse
    tail = sum(math.comb(changed, k) for k in range(min(better, worse) + 1))
    return min(1.0, 2 * tail / (1 << changed))


def changes(old: Sequence[dict[str, Any]], new: Sequence[dict[str, Any]], key: str) -> list[Change]:
    """Return the pages whose figure differs, the worst loss first."""
    before = {row["id"]: row[key] for row in old if row.get(key) is not None}
    pairs = [Change(r["id"], before[r["id"]], r[key]) for r in new if r.get(key) is not None]
    changed = [pair for pair in pairs if abs(pair.delta) >= SMALLEST]
    return sorted(changed, key=lambda change: change.delta)


def read_side(side: str, sets: Sequence[PageSet]) -> dict[str, Predictions]:
    """Return the predictions of a side, by set."""
    path = Path(side)
    if path.is_file():
        return {path.stem: read_predictions(path)}
    if path.is_dir() and not (path / "aggregator").is_dir():
        return {file.stem: read_predictions(file) for file in path.glob("*.jsonl")}
    with source_of(side) as source:
        return {s.name: run(OURS, s.folder, passes=0, source=source).predictions for s in sets}


def report(
    pages: PageSet, old: Predictions, new: Predictions, scorer: ModuleType, most: int
) -> str:
    """Return the comparison of one set as lines of text."""
    (old_figures, old_rows), (new_figures, new_rows) = (
        scorer.evaluate(pages.truths, side, 0) for side in (old, new)
    )
    lines = [
        f"{pages.name} ({len(pages.truths)} pages)",
        *(
            # No bootstrap was asked for, so there is no error to print.
            f"  {scorer.line(side, figures).replace(' ±0.000', '')}"
            for side, figures in (("old", old_figures), ("new", new_figures))
        ),
    ]
    for key, name in _FIGURES.items():
        changed = changes(old_rows, new_rows, key)
        worse = [change for change in changed if change.delta < 0]
        better = [change for change in reversed(changed) if change.delta > 0]
        if changed:
            odds = sign_test(len(better), len(worse))
            lines.append(
                f"  {name}: {len(better)} better, {len(worse)} worse, sign test p {odds:.3f}"
            )
        for title, side in (("worse", worse), ("better", better)):
            lines += [
                f"    {title} {c.delta:+.3f} ({c.old:.3f} -> {c.new:.3f}) {c.id}"
                for c in side[:most]
            ]
            if len(side) > most:
                lines.append(f"    {title} ... and {len(side) - most} more")
    return "\n".join(lines)


def main() -> None:
    """Print the comparison of each set that both sides have."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("old", help="file or folder of predictions, git revision, source folder")
    parser.add_argument("new", help="the same")
    parser.add_argument("--data", type=Path, required=True, help="folder with scorer and sets")
    parser.add_argument("--sets", help="names of sets, with commas; default: all")
    parser.add_argument("--pages", type=int, default=20, help="pages to name on either side")
    options = parser.parse_args()
    scorer = read_scorer(options.data)
    names = options.sets.split(",") if options.sets else set_names(options.data)
    sets = [read_set(options.data, name) for name in names]
    old, new = read_side(options.old, sets), read_side(options.new, sets)
    common = [pages for pages in sets if pages.name in old and pages.name in new]
    if not common:
        parser.error(f"no set in common; a file is named for its set: {', '.join(names)}")
    for pages in common:
        print(report(pages, old[pages.name], new[pages.name], scorer, options.pages))


if __name__ == "__main__":
    main()
