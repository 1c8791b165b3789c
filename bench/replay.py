"""The real daemon on real input: recorded feed files, and labelled articles as feeds with pages.

    python -m bench.replay --data FOLDER [--sets gva,wikinews,...] [--steps 8]

Two runs, each with a database of its own. First every recorded feed file is polled; printed are
parsed and failed feeds with reasons, and whether every entry that feedparser sees in them was
stored. Then the labelled articles are published in steps; after each the whole pipeline runs as
`aggregator poll --all` does, started anew each time, so that its memory comes from the database.
Printed are entries, pages and stories, B-cubed and pair scores against the labels, wall and
processor time and peak memory (of the daemon and its workers; the server is another process).
"""

import argparse
import asyncio
import importlib.util
import io
import ipaddress
import logging
import resource
import sqlite3
import sys
import tempfile
import time
import urllib.request
import warnings
from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

import feedparser

from aggregator.config import Config, Settings
from aggregator.daemon import poll_once
from aggregator.model import Feed, HttpUrl, PlainText
from bench.recorded import LabelledArticle, labelled_articles, recorded_feeds, recorded_newsroom

_DEFAULT_SETS = "gva,wikinews,allsides_dated,og2021"


def main() -> None:
    """Run both replays and print what was seen."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n", maxsplit=1)[0])
    parser.add_argument("--data", type=Path, required=True, help="folder with feeds/ and eval/")
    parser.add_argument("--sets", default=_DEFAULT_SETS)
    parser.add_argument("--steps", type=int, default=8)
    parser.add_argument("--keep", type=Path, help="keep the databases in this folder")
    options = parser.parse_args()
    if not (options.data / "eval" / "grouping").is_dir():
        sys.exit(f"replay: {options.data} has no eval/grouping; give the recordings with --data")
    logging.basicConfig(level=logging.ERROR)
    with tempfile.TemporaryDirectory() as scratch:
        folder = options.keep or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        replay_feeds(options.data, folder / "feeds.db")
        replay_articles(
            options.data, folder / "articles.db", options.sets.split(","), options.steps
        )


def _config(feeds: list[Feed], port: int) -> Config:
    settings = replace(
        Settings(),
        allowed_networks=(ipaddress.ip_network("127.0.0.0/8"),),
        allowed_ports=(port,),
        host_gap=timedelta(0),
        requests_in_flight=20,
    )
    return Config(Path("replay"), settings, tuple(feeds), ())


def _feed(identifier: str, host: str, port: int, *, fulltext: bool, language: str | None) -> Feed:
    return Feed(
        id=identifier,
        name=PlainText(identifier),
        url=HttpUrl(f"http://{host}:{port}/feed"),
        language=language,
        fulltext=fulltext,
    )


@dataclass(slots=True)
class Meter:
    """Wall and processor time since it was made, and the peak memory of any one process."""

    wall: float
    cpu: float

    @classmethod
    def start(cls) -> "Meter":
        """Return a meter that counts from now."""
        return cls(time.monotonic(), _cpu_seconds())

    def __str__(self) -> str:
        own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        worker = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        return (
            f"wall {time.monotonic() - self.wall:.1f} s, CPU {_cpu_seconds() - self.cpu:.1f} s,"
            f" peak memory {own:.0f} MB, of a worker {worker:.0f} MB"
        )


def _cpu_seconds() -> float:
    used = [resource.getrusage(w) for w in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in used)


def replay_feeds(data: Path, database: Path) -> None:
    """Poll every recorded feed file once, and twice to show that nothing changes."""
    recorded = recorded_feeds(data)
    with recorded_newsroom(data, feeds=True, sets=[]) as port:
        config = _config(
            [_feed(r.name, r.host, port, fulltext=False, language=None) for r in recorded], port
        )
        meter = Meter.start()
        first = asyncio.run(poll_once(config, database, everything=True))
        print(f"# Recorded feeds: {len(recorded)} files")
        print(f"first poll: {first.feeds_done} polled, {first.entries_new} new entries; {meter}")
        again = asyncio.run(poll_once(config, database, everything=True))
    print(f"second poll: {again.entries_new} new, {again.entries_changed} changed")
    connection = sqlite3.connect(f"{database.absolute().as_uri()}?mode=ro", uri=True)
    stored = dict(connection.execute("SELECT feed_id, count(*) FROM entries GROUP BY feed_id"))
    errors = dict(connection.execute("SELECT id, last_error FROM feeds WHERE last_error NOT NULL"))
    real = {r.name for r in recorded if r.real}
    for title, names in (("real", real), ("edge", {r.name for r in recorded} - real)):
        failed = {name: errors[name] for name in sorted(names) if name in errors}
        print(f"{title}: {len(names) - len(failed)} parsed, {len(failed)} failed")
        for reason, count in Counter(map(_reason, failed.values())).most_common():
            print(f"  {count:4} {reason}")
        if title == "real":
            for name, error in failed.items():
                print(f"       {name}: {error}")
    _compare_with_feedparser([r for r in recorded if r.real], stored, errors)
    connection.close()


def _reason(error: str) -> str:
    return error.partition("(")[0].partition(";")[0].strip()[:100]


def _compare_with_feedparser(
    recorded: list[Any], stored: dict[str, int], errors: dict[str, str]
) -> None:
    seen = kept = 0
    different = []
    for item in recorded:
        headers = {"content-type": item.content_type} if item.content_type else {}
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            entries = feedparser.parse(
                io.BytesIO(item.path.read_bytes()),
                response_headers=headers,
                sanitize_html=False,
                resolve_relative_uris=False,
            ).entries
        # The same item twice in one document is one entry.
        unique = {str(sorted((k, str(v)) for k, v in entry.items())) for entry in entries}
        seen += len(unique)
        kept += stored.get(item.name, 0)
        if len(unique) != stored.get(item.name, 0):
            different.append((item.name, len(unique), stored.get(item.name, 0)))
    print(f"real files: feedparser sees {seen} distinct entries, stored {kept}")
    for name, theirs, ours in different:
        print(f"  {name}: feedparser {theirs}, stored {ours} {errors.get(name, '')}")


def replay_articles(data: Path, database: Path, sets: list[str], steps: int) -> None:
    """Publish the labelled articles step by step and score the stories at the end."""
    articles = labelled_articles(data, sets)
    by_source: dict[str, list[LabelledArticle]] = defaultdict(list)
    for article in articles:
        by_source[article.source].append(article)
    print(f"\n# Labelled articles: {len(articles)} of {', '.join(sets)}; {len(by_source)} feeds")
    with recorded_newsroom(data, feeds=False, sets=sets) as port:
        config = _config(
            [
                _feed(
                    source,
                    members[0].host,
                    port,
                    # A set of bare headlines has no pages to fetch.
                    fulltext=any(member.text for member in members),
                    language=members[0].language,
                )
                for source, members in by_source.items()
            ],
            port,
        )
        meter = Meter.start()
        failed = pages = 0
        for step in range(1, steps + 1):
            until = len(articles) * step // steps
            urllib.request.urlopen(f"http://127.0.0.1:{port}/-/publish?until={until}").close()
            progress = asyncio.run(poll_once(config, database, everything=True))
            failed += progress.feeds_failed
            pages += progress.pages_done
        print(f"polls failed: {failed}; articles taken: {pages}; {meter}")
    _report_articles(data, database, articles, sets)


def _report_articles(
    data: Path, database: Path, articles: list[LabelledArticle], sets: list[str]
) -> None:
    connection = sqlite3.connect(f"{database.absolute().as_uri()}?mode=ro", uri=True)
    stories = dict(
        connection.execute(
            "SELECT identity, story_id FROM entries LEFT JOIN story_members USING (article_id)"
        )
    )
    from_page = connection.execute(
        "SELECT count(*) FROM articles WHERE body_source = 'page'"
    ).fetchone()[0]
    served = {article.key: article for article in articles}
    found = {identity.removeprefix("guid:"): story for identity, story in stories.items()}
    lost = served.keys() - found.keys()
    print(f"entries served {len(served)}, stored {len(found)}, lost {len(lost)}")
    print(f"articles with their page's text: {from_page}")
    (story_count,) = connection.execute("SELECT count(*) FROM stories").fetchone()
    print(f"stories: {story_count}")
    connection.close()
    scorer = _scorer(data / "eval" / "grouping" / "cluster_metrics.py")
    print(
        f"{'set':16} {'articles':>8} {'events':>7} {'stories':>8}  B-cubed P/R/F1     pair P/R/F1"
    )
    for name in [*sets, "all"]:
        chosen = [a for a in articles if name in {a.set_name, "all"}]
        gold = {a.key: a.event for a in chosen}
        predicted = {a.key: str(found.get(a.key, f"lost {a.key}")) for a in chosen}
        score = scorer.score(gold, predicted)
        print(
            f"{name:16} {len(chosen):8} {len(set(gold.values())):7}"
            f" {len(set(predicted.values())):8}  "
            + " ".join(
                f"{score[f'{kind}_{part}']:.3f}"
                for kind in ("b3", "pair")
                for part in ("p", "r", "f1")
            )
        )


def _scorer(path: Path) -> ModuleType:
    specification = importlib.util.spec_from_file_location("cluster_metrics", path)
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


if __name__ == "__main__":
    main()
