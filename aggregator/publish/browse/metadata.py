"""What Datasette says about our tables: captions, facets, orders, labels."""

from collections.abc import Sequence
from copy import deepcopy
from typing import Any, Final

from markupsafe import Markup

from aggregator.store.description import TABLES
from aggregator.store.views import VIEWS

_SOURCE_FACETS: Final = ("kind", "language", "country")

# Orders go by indexed columns only, and facets of what grows are asked for by the reader (below),
# so that a million rows open at once.
_BROWSING: Final[dict[str, dict[str, Any]]] = {
    "articles": {"sort_desc": "first_seen_at", "label_column": "title"},
    "article_versions": {"sort_desc": "id", "label_column": "title"},
    "conflicts": {"sort": "id", "label_column": "name"},
    "counted_days": {"sort_desc": "day"},
    "daily_counts": {"facets": ["conflict_id", "language"]},
    "daemon_stages": {"sort": "stage"},
    "entries": {"sort_desc": "id", "label_column": "title"},
    "feeds": {
        "sort": "id",
        "label_column": "name",
        "facets": [*_SOURCE_FACETS, "last_outcome"],
    },
    "page_trends": {"sort": "feed_id"},
    "polls": {"sort_desc": "polled_at", "units": {"took_ms": "ms", "bytes": "B"}},
    "revisits": {"sort_desc": "article_id"},
    "stories": {"sort_desc": "last_report_at", "label_column": "headline"},
    "story_changes": {"sort_desc": "id"},
    "story_links": {"sort_desc": "story_id"},
    "story_members": {"sort_desc": "id"},
    "story_rulings": {"sort_desc": "id", "facets": ["kind"]},
    "troubles": {"sort": "since"},
    "failures": {"facets": ["what", "severity"]},
    "current_stories": {"sort_desc": "last_report_at"},
    "feed_health": {"sort": "feed_id", "facets": ["health", *_SOURCE_FACETS]},
    "reports": {"sort_desc": "first_seen_at"},
    "_sqlite_migrations": {"hidden": True},
    "sqlite_sequence": {"hidden": True},
}

_OFFERED_FACETS: Final = {
    "polls": ("outcome", "feed_id"),
    "revisits": ("found", "source"),
    "story_changes": ("kind",),
    "edited_articles": ("outlet",),
    "reports": ("outlet", *_SOURCE_FACETS, "verdict"),
}
"""Columns that a growing table can be counted by, one click away: all of its rows are read."""


def metadata(database_name: str, title: str, key: str | None = None) -> dict[str, Any]:
    """Return Datasette's metadata for the database that it knows by that name.

    A new structure each time: Datasette writes the user's own metadata into what it gets. `key` is
    what Datasette looks for, hundreds of times a page and mostly for what only the user says, so
    that no more than it can find there is made.
    """
    if key == "tables":
        facets = {
            name: {"facets": list(options["facets"])}
            for name, options in _BROWSING.items()
            if "facets" in options
        }
        return {"databases": {database_name: {"tables": facets}}}
    if key not in {None, "databases", "title", "description"}:
        return {}
    tables: dict[str, dict[str, Any]] = {}
    for name, table in TABLES.items():
        tables[name] = {"description": table.text, "columns": dict(table.columns)}
    for name, (text, _) in VIEWS.items():
        tables.setdefault(name, {})["description"] = text
    for name, columns in _OFFERED_FACETS.items():
        tables[name]["description_html"] = _with_facets(tables[name]["description"], columns)
    for name, options in _BROWSING.items():
        tables.setdefault(name, {}).update(deepcopy(options))
    return {
        "title": title,
        "description": "Everything behind the stories: tables, SQL, JSON and CSV.",
        "databases": {
            database_name: {
                "description": "Feeds, the articles they announce, and the stories they tell.",
                "tables": tables,
            }
        },
    }


def _with_facets(text: str, columns: Sequence[str]) -> Markup:
    links = Markup(", ").join(
        Markup('<a href="?_facet={}">{}</a>').format(column, column.replace("_", " "))
        for column in columns
    )
    return Markup("<p>{}</p><p>Counted by {}.</p>").format(text, links)
