"""Articles as JSON lines in, clusters as JSON lines out."""

import gzip
import json
import os
import secrets
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Final

from aggregator.errors import ConfigError, Problem
from aggregator.group.stories import Grouper
from aggregator.model import ChangeKind, GroupInput
from aggregator.text.times import from_text

# What a line of a stranger's file can lead to: no JSON, no time, no UTF-8, a broken archive.
_UNREADABLE: Final = (
    ValueError,
    OverflowError,
    RecursionError,
    EOFError,
    gzip.BadGzipFile,
    zlib.error,
)


@dataclass(frozen=True, slots=True)
class GroupCounts:
    """What came of a file: how many articles, in how many stories, how many of them copies."""

    articles: int
    stories: int
    copies: int


def group_lines(source: Path, output: Path, grouper: Grouper | None = None) -> GroupCounts:
    """Group the articles of a file of JSON lines, in their order; with a new grouper by default.

    A line of `source` (gzip accepted) is an object with `id`, `title` and, where known, `text`,
    `url`, `source`, `lang` and `published` (ISO 8601). A line of `output` is
    `{"id": ..., "cluster": ...}`, with the story in which the article is at the end; the file is
    replaced as a whole once all is grouped. Nothing is held in memory but the window, and the
    articles that later ones moved.

    Raises `ConfigError` with the line that cannot be read, and OSError as it comes.
    """
    grouper = grouper or Grouper()
    moved: dict[str, str] = {}
    articles = copies = stories = 0
    with TemporaryFile("w+", encoding="utf-8") as first:
        for article in _articles(source):
            decision, *revisions = grouper.add(article)
            moved.update((revision.article, revision.story) for revision in revisions)
            articles += 1
            copies += decision.copy_of is not None
            opened = decision.kind is ChangeKind.OPEN
            first.write(json.dumps([decision.article, decision.story, opened]) + "\n")
        first.seek(0)
        with _replaced(output) as lines:
            for line in first:
                article_id, story, opened = json.loads(line)
                stories += opened and article_id not in moved
                final = {"id": article_id, "cluster": moved.get(article_id, story)}
                lines.write(json.dumps(final) + "\n")
    # The article that opened a story is in it as long as there is that story.
    stories += sum(article_id == story for article_id, story in moved.items())
    return GroupCounts(articles, stories, copies)


@contextmanager
def _replaced(output: Path) -> Iterator[IO[str]]:
    """Give a file to write, which takes the place of `output` when all went well.

    What is no plain file, such as a pipe, is written to as it is.
    """
    target = output.resolve()
    if target.exists() and not target.is_file():
        with target.open("w", encoding="utf-8") as file:
            yield file
        return
    temporary = target.with_name(f".{target.name}.{secrets.token_hex(8)}")
    try:
        with temporary.open("x", encoding="utf-8") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def _articles(source: Path) -> Iterator[GroupInput]:
    with source.open("rb") as raw:
        packed = raw.read(2) == b"\x1f\x8b"
        raw.seek(0)
        lines: Iterable[bytes] = gzip.GzipFile(fileobj=raw) if packed else raw
        number = 0
        try:
            for line in lines:
                number += 1
                if line.strip():
                    yield _article(line)
        except _UNREADABLE as error:
            raise ConfigError(source, [Problem(number, 1, str(error))]) from error


def _article(line: bytes) -> GroupInput:
    fields = json.loads(line)
    if not isinstance(fields, dict):
        raise ValueError("a line must be a JSON object")  # noqa: TRY004 -- the file is wrong
    if not isinstance(fields.get("id"), str | int):
        raise ValueError("`id` is missing, or is no text")  # noqa: TRY004 -- the file is wrong
    return GroupInput(
        id=str(fields["id"]),
        title=_text(fields, "title") or "",
        text=_text(fields, "text") or "",
        url=_text(fields, "url"),
        source=_text(fields, "source"),
        language=_text(fields, "lang"),
        published=_time(fields),
    )


def _text(fields: dict[str, object], name: str) -> str | None:
    value = fields.get(name)
    if value is not None and not isinstance(value, str):
        raise ValueError(f"`{name}` must be text")
    return value


def _time(fields: dict[str, object]) -> datetime | None:
    text = _text(fields, "published")
    return from_text(text) if text else None
