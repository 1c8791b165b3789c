"""How many feeds of a folder we read, how fast, and where we differ from plain feedparser.

    python bench/parsing.py --data FOLDER [--show PATTERN]

Printed too is how many files the quick way through a feed reads, for which reasons it leaves others
to feedparser, and where the two differ in any field (they must not).

FOLDER holds files and, if it has one, `manifest.jsonl` with a line {file, content_type, cls} each.
"""

import argparse
import io
import json
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import feedparser

from aggregator.errors import ParseError
from aggregator.model import HttpUrl, ParsedFeed
from aggregator.poll.decoding import decode
from aggregator.poll.items import RawFeed
from aggregator.poll.parse import parse
from aggregator.poll.prolog import without_prolog
from aggregator.poll.vocabulary import Unusual
from aggregator.poll.xml_feed import by_feedparser, by_libxml2

URL = HttpUrl("https://feeds.example.org/news/feed.xml")
Result = TypeVar("Result")
NOW = datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Sample:
    """One file of the folder."""

    name: str
    group: str
    content_type: str | None
    body: bytes


def samples(folder: Path) -> list[Sample]:
    """Return the files of `folder`, with what its manifest says of them."""
    manifest = folder / "manifest.jsonl"
    if not manifest.exists():
        files = sorted(path for path in folder.rglob("*") if path.is_file())
        return [Sample(path.name, "all", None, path.read_bytes()) for path in files]
    return [
        Sample(row["file"], row["cls"], row["content_type"], (folder / row["file"]).read_bytes())
        for row in map(json.loads, manifest.read_text(encoding="utf-8").splitlines())
    ]


def ours(sample: Sample) -> ParsedFeed | ParseError:
    """Return what we make of a file."""
    try:
        return parse(sample.body, url=URL, content_type=sample.content_type, now=NOW)
    except ParseError as error:
        return error


def plain(sample: Sample) -> int:
    """Return the entries that feedparser finds with its defaults."""
    headers = {"content-type": sample.content_type or "application/xml", "content-location": URL}
    try:
        return len(feedparser.parse(io.BytesIO(sample.body), response_headers=headers)["entries"])
    except Exception:  # noqa: BLE001 - any failure of the peer counts as no entries
        return 0


def both_ways(sample: Sample) -> str:
    """Return what the quick way makes of a file beside feedparser's: "equal", or what else."""
    decoded = decode(sample.body, sample.content_type, None)
    if decoded.text.lstrip()[:1] in {"{", "["}:
        return "JSON"
    try:
        document = without_prolog(decoded.text)
        quick = by_libxml2(document)
    except ParseError:
        return "refused"
    except Unusual as unusual:
        return f"left to feedparser: {unusual}"
    try:
        slow = by_feedparser(document)
    except Exception as error:  # noqa: BLE001 - feedparser has many ways to fail
        return f"DIFFERENT: feedparser fails with {type(error).__name__}"
    names = (field.name for field in fields(RawFeed))
    different = ", ".join(name for name in names if getattr(quick, name) != getattr(slow, name))
    return f"DIFFERENT: {sample.name} in {different}" if different else "equal"


def timed(work: Callable[[Sample], Result], files: list[Sample]) -> tuple[list[Result], float]:
    """Return the results and the CPU seconds."""
    start = time.process_time()
    results = [work(sample) for sample in files]
    return results, time.process_time() - start


def report(group: str, files: list[Sample], show: str | None) -> None:
    """Print the figures of one group of files."""
    parsed, seconds = timed(ours, files)
    peer, peer_seconds = timed(plain, files)
    size = sum(len(sample.body) for sample in files) / 1e6
    counts = [len(feed.entries) if isinstance(feed, ParsedFeed) else 0 for feed in parsed]
    read = [feed for feed in parsed if isinstance(feed, ParsedFeed)]
    entries = [entry for feed in read for entry in feed.entries]
    undated = Counter(
        entry.published_how.partition(":")[0] for entry in entries if not entry.published
    )
    print(f"\n{group}: {len(files)} files, {size:.1f} MB")
    print(f"  read {len(read)}, with defects {sum(bool(feed.defects) for feed in read)}")
    print(f"  entries {sum(counts)}, feedparser {sum(peer)}")
    rate, peer_rate = len(files) / seconds, len(files) / peer_seconds
    print(f"  feeds a CPU second {rate:.1f}, feedparser {peer_rate:.1f}")
    print(f"  MB a CPU second {size / seconds:.2f}, feedparser {size / peer_seconds:.2f}")
    print(f"  identity {dict(Counter(entry.identity_kind.value for entry in entries))}")
    print(f"  without address {sum(entry.url is None for entry in entries)}")
    print(f"  without time {dict(undated)}")
    for reason, count in Counter(map(both_ways, files)).most_common():
        print(f"  both ways {count:4d}  {reason[:110]}")
    failures = Counter(str(error) for error in parsed if isinstance(error, ParseError))
    for reason, count in failures.most_common():
        print(f"  not read {count:4d}  {reason[:110]}")
    for sample, count, theirs, feed in zip(files, counts, peer, parsed, strict=True):
        differs = count != theirs
        if differs or (show and show in sample.name):
            why = feed.defects if isinstance(feed, ParsedFeed) else (str(feed),)
            print(f"  {sample.name}: {count} entries, feedparser {theirs}; {'; '.join(why)[:120]}")


def main() -> None:
    """Run over a folder."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--data", type=Path, required=True, help="a folder of feed files")
    parser.add_argument("--show", help="also list files whose name has this in it")
    arguments = parser.parse_args()
    files = samples(arguments.data)
    for group in sorted({sample.group for sample in files}, reverse=True):
        report(group, [sample for sample in files if sample.group == group], arguments.show)


if __name__ == "__main__":
    main()
