"""What it costs to count the independent origins of a story, by the number of its reports.

    python -m bench.grouping_origins [--reports 10 100 500] [--repeats 5]

The rule (`aggregator.group.origin.origins`) is worked out anew for a whole story whenever a report
joins; each report is read once, for its sketch and whom it credits. The texts are generated, of
some 500 words: a third prints an earlier one with a beginning of its own, a quarter credits an
agency.
"""

import argparse
import itertools
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from aggregator.group.origin.credits import credits_of
from aggregator.group.origin.origins import origins_of
from aggregator.group.origin.publishers import Names, publisher_of
from aggregator.group.origin.sketch import sketch_of
from aggregator.group.origin.standing import Telling
from bench.generated_news import START, NewsStream
from bench.tables import print_head, print_row

SIZES: Final = (10, 100, 500)
_COPY_EVERY: Final = 3
_CREDIT_EVERY: Final = 4
_LEAST_CHARACTERS: Final = 3000


@dataclass(frozen=True, slots=True)
class Text:
    """A report before it is read."""

    source: str
    title: str
    body: str


def texts(count: int) -> list[Text]:
    """Return the reports of a story, in order of arrival."""
    stream = (article for article, _ in NewsStream() if article.text)
    found: list[Text] = []
    for number in range(count):
        article = next(stream)
        if number % _COPY_EVERY == _COPY_EVERY - 1:
            body = f"{article.text[:300]}\n\n{found[number // 2].body}"
        else:
            body = "\n\n".join(_paragraphs(article.text, (one.text for one in stream)))
        if number % _CREDIT_EVERY == 0:
            body = f"PORT SELIM (Reuters) - {body}"
        found.append(Text(article.source or "", article.title, body))
    return found


def _paragraphs(first: str, more: Iterator[str]) -> Iterator[str]:
    length = 0
    for text in itertools.chain([first], more):
        yield text
        length += len(text)
        if length >= _LEAST_CHARACTERS:
            return


def read(reports: Sequence[Text], names: Names) -> list[Telling]:
    """Return what the rule needs of each report."""
    tellings = []
    for number, report in enumerate(reports):
        publisher = publisher_of(report.source, report.source)
        sketch = sketch_of(report.body)
        tellings.append(
            Telling(
                article=number,
                reported=START + timedelta(minutes=number),
                publisher=publisher,
                shingles=sketch.shingles,
                words=sketch.words,
                credits=credits_of(report.title, report.body, (), publisher, names),
            )
        )
    return tellings


def _milliseconds(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return (time.process_time() - began) * 1000


def main() -> None:
    """Print a row for each size of story."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--reports", nargs="+", type=int, default=list(SIZES))
    parser.add_argument("--repeats", type=int, default=5)
    arguments = parser.parse_args()
    names = Names()
    read(texts(1), names)
    print_head(
        "reports", "words a report", "origins", "read one, ms", "rule for all, ms",
        "rule a report, µs",
    )  # fmt: skip
    for size in arguments.reports:
        reports = texts(size)
        reading = _milliseconds(lambda: read(reports, names)) / size  # noqa: B023  # called at once
        tellings = read(reports, names)
        taken = statistics.median(
            _milliseconds(lambda: origins_of(tellings))  # noqa: B023  # called at once
            for _ in range(arguments.repeats)
        )
        origins = {standing.origin for standing in origins_of(tellings).values()}
        words = sum(telling.words for telling in tellings) / size
        print_row(
            [str(size), f"{words:.0f}", str(len(origins)), f"{reading:.2f}", f"{taken:.1f}",
             f"{1000 * taken / size:.0f}"]
        )  # fmt: skip


if __name__ == "__main__":
    main()
