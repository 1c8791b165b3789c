"""Many saved pages in, one JSON line each out, on all cores."""

import gzip
import json
import multiprocessing
import os
import sys
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Final

from aggregator.errors import ConfigError, Problem
from aggregator.model import Article, HttpUrl
from aggregator.scrape.article import extract
from aggregator.scrape.page import PAGE_LIMIT
from aggregator.scrape.site_rules.load import bundled_rules
from aggregator.scrape.site_rules.rule import Rules
from aggregator.scrape.standin import empty_article

_PAGES_PER_TASK: Final = 8
_TASKS_PER_WORKER: Final = 100
"""A worker is replaced after this many tasks: parsers keep memory that they no longer need."""
_TASKS_WAITING: Final = 4
"""Per worker; bounds what is read ahead of the output."""


@dataclass(frozen=True, slots=True)
class BatchCounts:
    """What came of a batch: pages listed, bodies found, and pages that could not be read."""

    pages: int
    bodies: int
    unreadable: int


@dataclass(frozen=True, slots=True)
class _Listed:
    id: str | int
    url: str
    path: Path


@dataclass(frozen=True, slots=True)
class _Done:
    record: Mapping[str, object]
    error: str | None


ExtractPages = Callable[[list[_Listed]], list[_Done]]


def to_record(article: Article) -> dict[str, object]:
    """Return what programs read of an article: JSON values under stable names."""
    return {
        "url": article.url,
        "title": article.title,
        "body": article.body,
        "authors": list(article.authors),
        "published": _written(article.published),
        "published_how": article.published_how,
        "updated": _written(article.updated),
        "updated_how": article.updated_how,
        "language": article.language,
        "image": article.image.url if article.image else None,
        "canonical": article.canonical,
        "site": article.site,
        "verdict": str(article.verdict),
        "body_reason": article.body_reason,
        "rule": article.rule or None,
        "rule_missed": list(article.rule_missed),
    }


def _written(moment: datetime | None) -> str | None:
    return moment.isoformat(timespec="seconds") if moment else None


def extract_batch(
    listing: Path,
    output: Path,
    *,
    workers: int | None = None,
    progress: Callable[[int], None] | None = None,
    rules: Rules | None = None,
) -> BatchCounts:
    """Extract every page of a listing, in its order, and return the counts.

    `listing` holds JSON lines {id, url, path}; a path is relative to the listing's folder and
    names a page as it is or compressed with gzip (.gz). `output` gets one JSON line a page: the id
    and the fields of `to_record`, the body "" where none was found. `workers` defaults to one per
    core. `progress` is called with the number of pages done so far. `rules` are as for `extract`.

    A page that cannot be read gets an empty record and a line on stderr. Raises ConfigError with
    every line of the listing that is not what it should be, before anything is written.
    """
    pages = _read_listing(listing)
    extract_pages = partial(_extract_pages, rules=bundled_rules() if rules is None else rules)
    part = output.with_name(f"{output.name}.part")
    done = bodies = unreadable = 0
    # An id may hold half a surrogate pair: escaped, it is JSON as it came.
    with part.open("w", encoding="utf-8", errors="backslashreplace") as lines:
        for result in _extracted(pages, workers or os.cpu_count() or 1, extract_pages):
            if result.error:
                sys.stderr.write(f"{result.error}\n")
            lines.write(json.dumps(result.record, ensure_ascii=False) + "\n")
            done += 1
            bodies += bool(result.record["body"])
            unreadable += result.error is not None
            if progress:
                progress(done)
    part.replace(output)
    return BatchCounts(done, bodies, unreadable)


def _read_listing(listing: Path) -> list[_Listed]:
    pages: list[_Listed] = []
    problems: list[Problem] = []
    with listing.open(encoding="utf-8", errors="replace") as lines:
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            try:
                pages.append(_listed(json.loads(line), listing.parent))
            except (ValueError, RecursionError) as error:
                problems.append(Problem(number, 1, str(error)))
    if problems:
        raise ConfigError(listing, problems)
    return pages


def _listed(value: object, folder: Path) -> _Listed:
    fields = value if isinstance(value, dict) else {}
    identifier, url, path = (fields.get(name) for name in ("id", "url", "path"))
    if isinstance(identifier, str | int) and isinstance(url, str) and isinstance(path, str):
        return _Listed(identifier, url, folder / path)
    raise ValueError("expected an object with id (text or number), url (text) and path (text)")


def _extracted(pages: list[_Listed], workers: int, extract_pages: ExtractPages) -> Iterator[_Done]:
    """Yield the results in the order of `pages`, with a bounded number of tasks under way."""
    tasks = [pages[i : i + _PAGES_PER_TASK] for i in range(0, len(pages), _PAGES_PER_TASK)]
    waiting = iter(tasks)
    under_way: deque[tuple[list[_Listed], Future[list[_Done]]]] = deque()
    pool = _pool(workers)
    try:
        for task in islice(waiting, _TASKS_WAITING * workers):
            under_way.append((task, _submitted(pool, task, extract_pages)))
        while under_way:
            task, future = under_way.popleft()
            try:
                yield from future.result()
            except BrokenProcessPool:
                # One page took its worker down (out of memory, say) and all tasks with it: find
                # it by going on page by page, then carry on with a new pool.
                broken = [task, *(other for other, _ in under_way)]
                under_way.clear()
                yield from _one_by_one(
                    (page for pages_of_task in broken for page in pages_of_task), extract_pages
                )
                pool.shutdown(wait=False)
                pool = _pool(workers)
            for following in islice(waiting, _TASKS_WAITING * workers - len(under_way)):
                under_way.append((following, _submitted(pool, following, extract_pages)))
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _submitted(
    pool: ProcessPoolExecutor, task: list[_Listed], extract_pages: ExtractPages
) -> Future[list[_Done]]:
    try:
        return pool.submit(extract_pages, task)
    except BrokenProcessPool as error:
        broken: Future[list[_Done]] = Future()
        broken.set_exception(error)
        return broken


def _pool(workers: int) -> ProcessPoolExecutor:
    # Forked workers cannot be replaced by number of tasks, and inherit locks that nobody frees.
    return ProcessPoolExecutor(
        workers,
        mp_context=multiprocessing.get_context("spawn"),
        max_tasks_per_child=_TASKS_PER_WORKER,
    )


def _one_by_one(pages: Iterator[_Listed], extract_pages: ExtractPages) -> Iterator[_Done]:
    with _pool(1) as pool:
        # Where no worker starts at all, no page is to blame: the error goes up.
        pool.submit(os.getpid).result()
    for page in pages:
        with _pool(1) as pool:
            try:
                yield from pool.submit(extract_pages, [page]).result()
            except BrokenProcessPool:
                yield _unreadable(page, "the page took its worker process down")


def _extract_pages(pages: list[_Listed], rules: Rules) -> list[_Done]:
    return [_extract_page(page, rules) for page in pages]


def _extract_page(page: _Listed, rules: Rules) -> _Done:
    try:
        raw = _read(page.path)
    except (OSError, EOFError, ValueError) as error:
        return _unreadable(page, f"cannot be read: {error}")
    article = extract(raw, page.url, rules=rules)
    return _Done({"id": page.id, **to_record(article), "url": page.url}, None)


def _read(path: Path) -> bytes:
    """Return a saved page, of one that is too large no more than shows that it is."""
    if path.suffix == ".gz":
        with gzip.open(path) as compressed:
            return compressed.read(PAGE_LIMIT + 1)
    with path.open("rb") as plain:
        return plain.read(PAGE_LIMIT + 1)


def _unreadable(page: _Listed, reason: str) -> _Done:
    record = to_record(empty_article(HttpUrl(""), reason))
    return _Done({"id": page.id, **record, "url": page.url, "site": ""}, f"{page.path}: {reason}")
