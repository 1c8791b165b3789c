"""Search in scripts without spaces between words, where the index takes a clause for a word.

The newest reports in the languages that are written so are looked through, letter by letter.
"""

import re
import sqlite3
from typing import Final

from aggregator.store.browsing import Row, rows
from aggregator.store.marked_texts import CLOSING, OPENING, without_marks
from aggregator.store.search_filter import SearchFilter
from aggregator.store.search_terms import SearchTerms
from aggregator.text.times import to_text

LANGUAGES: Final = ("zh", "ja", "th", "lo", "km", "my")
"""Languages that are written so (ISO 639-1)."""

_END_OF_TIME: Final = "9999"
_SEEN_SQL: Final = "SELECT first_seen_at FROM articles WHERE id = :id"
_CANDIDATES_SQL: Final = """
SELECT id, first_seen_at FROM articles
WHERE language = :language AND first_seen_at >= :since AND (first_seen_at, id) < (:seen, :id)
ORDER BY first_seen_at DESC, id DESC LIMIT :limit
"""
_TEXT_SQL: Final = "SELECT id, title, body FROM articles WHERE id = :id"
_HAS: Final = "instr(lower(articles.title || char(10) || articles.body), lower(:term{number}))"


def is_unspaced(terms: SearchTerms) -> bool:
    """Return whether something of such a script is to be there."""
    return any(term.is_unspaced for term in terms.wanted)


def candidates(
    connection: sqlite3.Connection, wanted: SearchFilter, after: int | None, limit: int
) -> list[int]:
    """Return the newest reports in such languages of the days that are wanted, after `after`."""
    last = rows(connection, _SEEN_SQL, {"id": after}) if after is not None else []
    until = to_text(wanted.until) if wanted.until else _END_OF_TIME
    asked = {
        "since": to_text(wanted.since) if wanted.since else "",
        "seen": last[0]["first_seen_at"] if last else until,
        "id": after if last else 0,
        "limit": limit,
    }
    found = [
        (row["first_seen_at"], row["id"])
        for language in LANGUAGES
        for row in rows(connection, _CANDIDATES_SQL, {**asked, "language": language})
    ]
    return [each for _, each in sorted(found, reverse=True)[:limit]]


def contains(terms: SearchTerms) -> tuple[str, dict[str, object]]:
    """Return the condition on articles that they contain what is asked for, with its parameters."""
    texts = [term.text for term in (*terms.wanted, *terms.unwanted)]
    conditions = [
        f"{_HAS.format(number=number)} {'>' if number < len(terms.wanted) else '='} 0"
        for number in range(len(texts))
    ]
    return " AND ".join(conditions), {f"term{number}": text for number, text in enumerate(texts)}


def marked_text(connection: sqlite3.Connection, terms: SearchTerms, identifier: int) -> Row:
    """Return the title and the text of an article, with what was asked for marked in them."""
    (row,) = rows(connection, _TEXT_SQL, {"id": identifier})
    longest_first = sorted((term.text for term in terms.wanted), key=len, reverse=True)
    match = re.compile("|".join(map(re.escape, longest_first)), re.IGNORECASE)
    title, excerpt = (
        match.sub(lambda found: f"{OPENING}{found[0]}{CLOSING}", without_marks(text))
        for text in (row["title"], row["body"])
    )
    return {"id": row["id"], "title": title, "excerpt": excerpt}
