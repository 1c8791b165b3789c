"""How long each page and saved query takes on a large database, while the daemon writes.

    python -m bench.big_database big.db [--articles 1000000 --stories 200000]
    python -m bench.browse big.db [--requests 200]

Starts `aggregator serve` on the database and `bench.writing` beside it, then asks for each page
over one connection, one request after the other. Pages of stories, articles and sources are another
one with each request, so that what is kept in memory helps no more than it would a reader. The
file is read through once before, as it would be in memory where a server has been up for a while;
the disk of the machine is not what is measured. The database grows by what is written.
"""

import argparse
import http.client
import random
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median, quantiles
from typing import Final
from urllib.parse import quote

from aggregator.publish.browse.questions import saved_queries
from bench.feed_serving import HOST, Case, measure, serving
from bench.tables import print_head, print_row

_PIECE: Final = 1 << 24


@contextmanager
def writing(database: Path) -> Iterator[subprocess.Popen[str]]:
    """Write into a database meanwhile."""
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.writing", str(database)], stdout=subprocess.PIPE, text=True
    )
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        print(f"\nMeanwhile: {process.communicate()[0].strip()}.")


def cases(database: Path) -> list[Case]:
    """Return what is asked of a database."""
    name = database.stem
    source = random.Random(1)  # noqa: S311  # it has to repeat
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as connection:

        def column(sql: str) -> list[str]:
            return [str(row[0]) for row in connection.execute(sql)]

        stories = column("SELECT id FROM stories WHERE merged_into IS NULL LIMIT 500")
        recent = column(
            "SELECT id FROM stories WHERE merged_into IS NULL ORDER BY prominence DESC LIMIT 500"
        )
        (largest,) = column(
            "SELECT id FROM stories WHERE merged_into IS NULL ORDER BY article_count DESC LIMIT 1"
        )
        words = [title.split()[-1] for title in column("SELECT title FROM articles LIMIT 500")]
        conflicts = column("SELECT id FROM conflicts WHERE listed = 1")
        articles = column("SELECT id FROM articles ORDER BY id DESC LIMIT 500")
        sources = column("SELECT DISTINCT source FROM articles INDEXED BY articles_source LIMIT 40")
        feeds = column("SELECT id FROM feeds WHERE listed = 1 LIMIT 500")
        languages = column("SELECT DISTINCT language FROM feeds WHERE language IS NOT NULL")
        (common,) = column("SELECT language FROM feeds GROUP BY 1 ORDER BY count(*) DESC LIMIT 1")
    connection.close()

    def one_of(path: str, values: list[str]) -> Callable[[], str]:
        return lambda: path.format(quote(source.choice(values)))

    asked = {
        "front page": one_of("/{}", [""]),
        "front page, newest first": one_of("/?sort={}", ["newest"]),
        "front page, one conflict": one_of("/?conflict={}", conflicts),
        "front page, one language": one_of("/?language={}", languages),
        "front page, filtered": one_of("/?origins=3&since=3d&kind=wire&language={}", [common]),
        "front page, from one country": one_of("/?all=1&one_sided={}", ["1"]),
        "front page, rare word": one_of("/?q={}", words),
        "front page, common word": one_of("/?q={}", ["counts"]),
        "search, rare word": one_of("/search?q={}", words),
        "search, common word": one_of("/search?q={}", ["counts"]),
        "search, closest first": one_of("/search?order=best&q={}", ["roads towards"]),
        "story": one_of("/story/{}", stories),
        "story, leading": one_of("/story/{}", recent),
        "story, the largest": one_of("/story/{}", [largest]),
        "story as JSON": one_of("/story/{}.json", recent),
        "article": one_of("/article/{}", articles),
        "source": one_of("/source/{}", sources),
        "sources": one_of("/{}", ["sources"]),
        "conflicts": one_of("/{}", ["conflicts"]),
        "conflict": one_of("/conflict/{}", conflicts),
        "map": one_of("/map?hours={}", ["24", "72"]),
        "numbers": one_of("/numbers?days={}", ["7", "30", "90"]),
        "numbers of a year": one_of("/numbers?days={}", ["365"]),
        "feeds": one_of("/{}", ["feeds"]),
        "one feed": one_of("/feeds/{}", feeds),
        "list of tables": one_of("/{}", [name]),
        "row of an article": one_of(f"/{name}/articles/{{}}", articles),
        "table of stories": one_of(f"/{name}/{{}}", ["stories"]),
        "table of reports": one_of(f"/{name}/{{}}", ["reports"]),
    }
    queries = {f"query {query}": one_of(f"/{name}/{{}}.json", [query]) for query in saved_queries()}
    return [Case(what, path, {}) for what, path in {**asked, **queries}.items()]


def main() -> None:
    """Print a row for each page."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("database", type=Path)
    parser.add_argument("--requests", type=int, default=200)
    arguments = parser.parse_args()
    print_head("asked", "median ms", "95 % ms", "kB")
    with arguments.database.open("rb") as file:
        while file.read(_PIECE):
            pass
    with serving(arguments.database) as port, writing(arguments.database):
        connection = http.client.HTTPConnection(HOST, port, timeout=60)
        for case in cases(arguments.database):
            result = measure(connection, case, arguments.requests)
            print_row([
                case.name,
                f"{median(result.times):.1f}",
                f"{quantiles(result.times, n=20)[-1]:.1f}",
                f"{result.size / 1000:.0f}",
            ])  # fmt: skip


if __name__ == "__main__":
    main()
