"""How well the first articles of a new database are grouped, with nothing before them.

    python -m bench.grouping_start --data FOLDER [--only NAME ...] [--articles 100] [--runs 8]

Each set is cut into runs of so many articles, in order of arrival; each run is grouped by itself,
and compared with its labels. The mean B-cubed F1 of the runs is given for each set: at its start a
grouper knows neither which words are rare nor how near unrelated reports are.
"""

import argparse
from pathlib import Path

from bench.agreement import b_cubed
from bench.grouping_ours import stories_of
from bench.labelled import SETS, Stream, read_stream
from bench.tables import print_head, print_row


def main() -> None:
    """Print a row for each set."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--data", type=Path, required=True, help="folder with scorer and sets")
    parser.add_argument("--only", nargs="+", choices=SETS, default=list(SETS), help="sets")
    parser.add_argument("--articles", type=int, default=100, help="of a run; default 100")
    parser.add_argument("--runs", type=int, default=8, help="of a set, at most; default 8")
    arguments = parser.parse_args()
    print_head("set", "runs", f"B3 F1 of {arguments.articles} articles")
    means = []
    for name in arguments.only:
        stream = read_stream(arguments.data, name)
        runs = spread(stream, arguments.articles, arguments.runs)
        if not runs:
            continue
        means.append(sum(map(agreement, runs)) / len(runs))
        print_row([name, str(len(runs)), f"{means[-1]:.3f}"])
    if means:
        print_row(["**macro**", "", f"**{sum(means) / len(means):.3f}**"])


def spread(stream: Stream, articles: int, runs: int) -> list[Stream]:
    """Return up to so many whole runs of a stream, spread over it."""
    whole = [stream[start : start + articles] for start in range(0, len(stream), articles)]
    whole = [run for run in whole if len(run) == articles]
    return whole[:: max(1, len(whole) // runs)][:runs]


def agreement(run: Stream) -> float:
    """Return the B-cubed F1 of a run that is grouped by itself."""
    true = {article.id: event for article, event in run}
    return b_cubed(true, stories_of(article for article, _ in run))


if __name__ == "__main__":
    main()
