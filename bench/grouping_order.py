"""How much the stories depend on the order in which articles happen to arrive.

    python -m bench.grouping_order --data FOLDER [--only NAME ...] [--seeds 3] [--neighbours 10]

Feeds are polled in turn, so articles of one hour may come in any order. Each set is grouped as it
comes and in other orders: the articles of each hour shuffled (those dated to the day only, in their
day), undated ones in runs of `--neighbours`. Each pair of runs is compared: B-cubed F1 of the one
run's stories against the other's, and the share of articles that are with others than before, which
is strict: one article that leaves a story of a hundred changes the company of a hundred. Beside it
how far the figures against the labels move.
"""

import argparse
import random
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import combinations, groupby
from pathlib import Path
from typing import Any, Final

from aggregator.model import GroupInput
from bench.agreement import b_cubed, changed_companions
from bench.grouping import score
from bench.grouping_ours import stories_of
from bench.labelled import SETS, Stream, read_stream
from bench.tables import print_head, print_row

NEIGHBOURS: Final = 10


def shuffled(stream: Stream, seed: int, neighbours: int = NEIGHBOURS) -> Stream:
    """Return a stream with the articles of each hour in another order, the same for a seed.

    Undated articles change places within runs of so many neighbours.
    """
    source = random.Random(seed)  # noqa: S311  # it has to repeat
    found: Stream = []
    for run in _runs(stream, neighbours):
        source.shuffle(run)
        found += run
    return found


def _runs(stream: Stream, neighbours: int) -> Iterator[Stream]:
    for hour, run in groupby(stream, key=lambda item: _hour(item[0])):
        together = list(run)
        size = neighbours if hour is None else len(together)
        for start in range(0, len(together), size):
            yield together[start : start + size]


def _hour(article: GroupInput) -> datetime | None:
    if article.published is None:
        return None
    return article.published.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


def main() -> None:
    """Print a row for each set."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--data", type=Path, required=True, help="folder with scorer and sets")
    parser.add_argument("--only", nargs="+", choices=SETS, default=list(SETS), help="sets")
    parser.add_argument("--seeds", type=int, default=3, help="other orders; default 3")
    parser.add_argument("--neighbours", type=int, default=NEIGHBOURS)
    arguments = parser.parse_args()
    print_head(
        "set", "runs", "B3 F1 of runs: mean (least)", "with others: mean (most)",
        "B3 F1 as it comes, others", "pair F1 as it comes, others", "stories",
    )  # fmt: skip
    agreements, changes = [], []
    for name in arguments.only:
        stream = read_stream(arguments.data, name)
        orders = [stream]
        orders += [shuffled(stream, n, arguments.neighbours) for n in range(arguments.seeds)]
        runs = [stories_of(article for article, _ in order) for order in orders]
        agreement, change = compared(runs)
        agreements += agreement
        changes += change
        scores = [score(arguments.data, stream, run) for run in runs]
        print_row([name, str(len(runs)), *_spread(agreement, change), *_labelled(scores)])
    print_row(["**all**", "", *_spread(agreements, changes), "", "", ""])


def compared(runs: Sequence[Mapping[str, str]]) -> tuple[list[float], list[float]]:
    """Return, for each pair of runs, B-cubed F1 of the two and the share with others."""
    pairs = list(combinations(runs, 2))
    return [b_cubed(*pair) for pair in pairs], [changed_companions(*pair) for pair in pairs]


def _spread(agreements: Sequence[float], changes: Sequence[float]) -> list[str]:
    if not agreements:
        return ["", ""]
    return [
        f"{sum(agreements) / len(agreements):.3f} ({min(agreements):.3f})",
        f"{sum(changes) / len(changes):.1%} ({max(changes):.1%})",
    ]


def _labelled(scores: Sequence[Mapping[str, Any]]) -> list[str]:
    cells = []
    for figure in ("b3_f1", "pair_f1"):
        first, *others = (float(one[figure]) for one in scores)
        cells.append(f"{first:.3f}" + (f", {min(others):.3f}–{max(others):.3f}" if others else ""))
    counts = [int(one["clusters"]) for one in scores]
    return [*cells, f"{min(counts):,}–{max(counts):,}"]


if __name__ == "__main__":
    main()
