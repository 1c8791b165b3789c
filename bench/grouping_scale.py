"""Does the millionth article cost what the first ones did?

    make bench-grouping-scale [ARGS="--articles 100000"]
    python -m bench.grouping_scale [--articles 1000000] [--a-day 2700] [--seed 1]

Streams generated news of several hundred days (see `bench.generated_news`; a process of its own
writes it) through one grouper. At each checkpoint a row: processor time for each article since the
checkpoint before (mean, 99th percentile, most), resident memory of the process, articles and
stories in the window, and what a restart takes there (`Grouper.restore` of the window, in a process
of its own). Ratios are to the first checkpoint at which articles have left the window, a tenth of
what it holds or more: from there on everything is to stay as it is. B3 F1 is that of the window
against the events of the generator; the stream is simpler than the world, and its words are of no
language, so it only tells that stories form.
"""

import argparse
import json
import math
import subprocess
import sys
import tempfile
import time
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any, Final, Self

from aggregator.group.stories import Grouper
from bench.agreement import b_cubed
from bench.generated_news import A_DAY
from bench.grouping_restart import article_of
from bench.memory import resident_bytes
from bench.tables import print_head, print_row

_CHECKPOINTS: Final = (1, 2, 5)
_BUCKETS_A_DOUBLING: Final = 16


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What was measured up to an article, the times since the checkpoint before (milliseconds)."""

    articles: int
    mean: float
    percentile: float
    most: float
    resident_bytes: int
    held: int
    stories: int
    restart_seconds: float
    b_cubed: float

    @property
    def is_full(self) -> bool:
        """Whether articles have left the window, a tenth of it at least."""
        return self.articles - self.held > self.held / 10


class Times:
    """Times of single articles in nanoseconds, counted in buckets so that they take no memory."""

    def __init__(self) -> None:
        self._buckets: Counter[int] = Counter()
        self._sum = self._most = self._count = 0

    def add(self, nanoseconds: int) -> None:
        """Count one."""
        self._buckets[int(math.log2(max(1, nanoseconds)) * _BUCKETS_A_DOUBLING)] += 1
        self._sum += nanoseconds
        self._most = max(self._most, nanoseconds)
        self._count += 1

    def milliseconds(self) -> tuple[float, float, float]:
        """Return mean, 99th percentile (exact to a twentieth) and the most."""
        left = self._count / 100
        at = 0
        for at, many in sorted(self._buckets.items(), reverse=True):  # noqa: B007  # read below
            left -= many
            if left < 0:
                break
        percentile = 2 ** ((at + 0.5) / _BUCKETS_A_DOUBLING)
        return self._sum / self._count / 1e6, percentile / 1e6, self._most / 1e6


class Spool:
    """The lines of the last days on disk, from which a restart takes the window."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._days = deque([("", folder / "before the first date")])
        self._file = self._days[-1][1].open("w", encoding="utf-8")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def add(self, line: str, published: str | None) -> None:
        """Keep a line; a new day begins a new file."""
        if published and published[:10] > self._days[-1][0]:
            self._file.close()
            self._days.append((published[:10], self._folder / published[:10]))
            self._file = self._days[-1][1].open("w", encoding="utf-8")
        self._file.write(line)

    def forget_before(self, day: str) -> None:
        """Let go of the days before one."""
        while self._days and self._days[0][0] < day:
            self._days.popleft()[1].unlink()

    def lines(self) -> Iterator[str]:
        """Yield what is kept, in order."""
        self._file.flush()
        for _, path in self._days:
            with path.open(encoding="utf-8") as lines:
                yield from lines


class Run:
    """One grouper over one stream, measured on the way."""

    def __init__(self, spool: Spool, members: Path) -> None:
        self._grouper = Grouper()
        self._spool = spool
        self._members = members
        self._times = Times()
        self._articles = 0

    def add(self, line: str) -> None:
        """Group the next article."""
        fields = json.loads(line)
        article = article_of(fields)
        began = time.process_time_ns()
        self._grouper.add(article)
        self._times.add(time.process_time_ns() - began)
        self._articles += 1
        self._spool.add(line, fields["published"])

    def checkpoint(self) -> Checkpoint:
        """Measure what there is now, and begin a new stretch."""
        resident = resident_bytes()
        mean, percentile, most = self._times.milliseconds()
        self._times = Times()
        quality = self._write_members()
        restart = self._restart()
        window = self._grouper.window
        if restart["held"] != len(window) or restart["stories"] != len(window.stories):
            raise RuntimeError(f"after a restart there is {restart}, not what was held")
        return Checkpoint(
            articles=self._articles,
            mean=mean,
            percentile=percentile,
            most=most,
            resident_bytes=resident,
            held=len(window),
            stories=len(window.stories),
            restart_seconds=restart["seconds"],
            b_cubed=quality,
        )

    def _write_members(self) -> float:
        """Write down what the window holds; return B-cubed F1 against the events."""
        events, stories = {}, {}
        oldest: str | None = None
        with self._members.open("w", encoding="utf-8") as file:
            for line in self._spool.lines():
                fields = json.loads(line)
                held = self._grouper.window.held(fields["id"])
                if held is None:
                    continue
                oldest = oldest or fields["published"]
                events[fields["id"]], stories[fields["id"]] = fields["event"], held.story.key
                file.write(json.dumps([fields, held.story.key, held.copy_of]) + "\n")
        self._spool.forget_before((oldest or "")[:10])
        return b_cubed(events, stories)

    def _restart(self) -> dict[str, Any]:
        command = [sys.executable, "-m", "bench.grouping_restart", str(self._members)]
        answer = subprocess.run(command, check=True, stdout=subprocess.PIPE)
        return dict(json.loads(answer.stdout))


def checkpoints(articles: int) -> Iterator[int]:
    """Yield after how many articles to look: 1, 2 and 5 of each decade from 1,000, and at the end.

    From 100,000 on after each further 100,000.
    """
    for decade in (1_000, 10_000):
        for step in _CHECKPOINTS:
            if decade * step < articles:
                yield decade * step
    for at in count(100_000, 100_000):
        if at >= articles:
            break
        yield at
    yield articles


def main() -> None:
    """Print a row at each checkpoint, and at the end how flat it all is."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--articles", type=int, default=1_000_000)
    parser.add_argument("--a-day", type=int, default=A_DAY)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    print_head(
        "articles", "ms an article: mean", "99 %", "most", "resident MiB", "held", "stories",
        "restart s", "B3 F1", "× mean", "× memory", "× stories", "× restart",
    )  # fmt: skip
    command = [sys.executable, "-m", "bench.generated_news"]
    for option in ("articles", "a_day", "seed"):
        command += [f"--{option.replace('_', '-')}", str(getattr(arguments, option))]
    full: Checkpoint | None = None
    looks = checkpoints(arguments.articles)
    look = next(looks)
    with (
        tempfile.TemporaryDirectory() as folder,
        Spool(Path(folder)) as spool,
        subprocess.Popen(command, stdout=subprocess.PIPE, encoding="utf-8") as generator,
    ):
        assert generator.stdout
        run = Run(spool, Path(folder) / "members")
        for number, line in enumerate(generator.stdout, start=1):
            run.add(line)
            if number == look:
                reached = run.checkpoint()
                full = full or (reached if reached.is_full else None)
                print_row(_cells(reached, full))
                look = next(looks, 0)
    if full is not None and reached is not full:
        print(
            f"\nfrom {full.articles:,} to {reached.articles:,} articles: {_flatness(reached, full)}"
        )


def ratios(reached: Checkpoint, full: Checkpoint) -> tuple[float, float, float, float]:
    """Return time, memory, stories and restart as multiples of those of the full window."""
    return (
        reached.mean / full.mean,
        reached.resident_bytes / full.resident_bytes,
        reached.stories / full.stories,
        reached.restart_seconds / full.restart_seconds,
    )


def _cells(reached: Checkpoint, full: Checkpoint | None) -> list[str]:
    return [
        f"{reached.articles:,}",
        f"{reached.mean:.3f}",
        f"{reached.percentile:.2f}",
        f"{reached.most:.0f}",
        f"{reached.resident_bytes / 2**20:.0f}",
        f"{reached.held:,}",
        f"{reached.stories:,}",
        f"{reached.restart_seconds:.2f}",
        f"{reached.b_cubed:.3f}",
        *(f"{ratio:.2f}" for ratio in (ratios(reached, full) if full else ())),
        *([] if full else [""] * 4),
    ]


def _flatness(reached: Checkpoint, full: Checkpoint) -> str:
    names = ("time an article", "memory", "stories", "restart")
    parts = zip(names, ratios(reached, full), strict=True)
    return ", ".join(f"{name} × {ratio:.2f}" for name, ratio in parts)


if __name__ == "__main__":
    main()
