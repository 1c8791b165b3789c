"""Every text that an article has had, and what each differs in from the one before."""

import json
import sqlite3
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from aggregator.model import BodySource
from aggregator.scrape.watch.edits import Changes, Words, in_words
from aggregator.text.times import to_text


def add_version(
    connection: sqlite3.Connection,
    article_id: int,
    number: int,
    text: tuple[str, str, BodySource],
    now: datetime,
    *,
    changes: Changes | None = None,
    summary: str = "",
) -> None:
    """Keep a text (title, body and where the body is from) as version `number` of an article.

    `summary` says what happened where there are no `changes` to sum up.
    """
    connection.execute(
        "INSERT INTO article_versions (article_id, number, seen_at, title, body, body_source,"
        " changes, summary) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            article_id,
            number,
            to_text(now),
            *text,
            to_json(changes) if changes else None,
            in_words(changes) if changes else summary,
        ),
    )


def to_json(changes: Changes) -> str:
    """Return what an edit changed as JSON: pieces are pairs of a sign ("=", "-", "+") and text."""
    return json.dumps(
        {
            "headline": changes.headline,
            "paragraphs": changes.paragraphs,
            "counts": {
                "changed": changes.changed,
                "added": changes.added,
                "removed": changes.removed,
            },
            "figures": {"removed": changes.figures_removed, "added": changes.figures_added},
            "corrections": changes.corrections,
        },
        ensure_ascii=False,
        separators=(",", ":"),
    )


def from_json(stored: str) -> Changes:
    """Return the changes that `to_json` wrote."""
    record: Mapping[str, Any] = json.loads(stored)
    return Changes(
        headline=_words(record["headline"]),
        paragraphs=tuple(_words(pieces) for pieces in record["paragraphs"]),
        changed=record["counts"]["changed"],
        added=record["counts"]["added"],
        removed=record["counts"]["removed"],
        figures_added=tuple(record["figures"]["added"]),
        figures_removed=tuple(record["figures"]["removed"]),
        corrections=tuple(record["corrections"]),
    )


def _words(pieces: list[list[str]]) -> Words:
    return tuple((kind, text) for kind, text in pieces)
