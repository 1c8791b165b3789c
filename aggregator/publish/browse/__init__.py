"""The Datasette plugin: our pages in front of Datasette's own, on the same database.

Datasette finds the hooks here by the entry point `aggregator` of pyproject.toml, and `templates/`
and `static/` beside this file.
"""

import re
import sqlite3
from collections.abc import Callable, MutableMapping
from typing import TYPE_CHECKING, Any, TypeVar

from datasette import hookimpl as mark_hook
from jinja2 import Environment
from markupsafe import Markup

from aggregator.publish.browse import metadata, questions, wording
from aggregator.publish.browse.answers import answered, datasette_index
from aggregator.publish.browse.article import article_page
from aggregator.publish.browse.asgi import Application
from aggregator.publish.browse.bounded_reading import bound_reading
from aggregator.publish.browse.conflicts import conflict_page, conflicts_page
from aggregator.publish.browse.feed_outline import feed_outline
from aggregator.publish.browse.feeds import feeds_page
from aggregator.publish.browse.front import front
from aggregator.publish.browse.guarded_csv import guard_csv
from aggregator.publish.browse.headers import with_security_headers
from aggregator.publish.browse.health import health_answer
from aggregator.publish.browse.hosts import with_own_names
from aggregator.publish.browse.map_page import map_page
from aggregator.publish.browse.merged_feed import merged_feed
from aggregator.publish.browse.methods import with_answered_methods
from aggregator.publish.browse.metrics import metrics_answer
from aggregator.publish.browse.numbers import numbers_page
from aggregator.publish.browse.one_feed import one_feed_page
from aggregator.publish.browse.other_sites import without_other_sites
from aggregator.publish.browse.parameters import with_bounded_parameters
from aggregator.publish.browse.plain_errors import tell_errors_in_the_log
from aggregator.publish.browse.reader_api import BASE_PATH, is_ours, reader_api
from aggregator.publish.browse.search import search_page
from aggregator.publish.browse.site import is_ours as is_our_database
from aggregator.publish.browse.site import known_site, own_names, remember
from aggregator.publish.browse.source import source_page
from aggregator.publish.browse.sources import sources_page
from aggregator.publish.browse.story import story_page
from aggregator.publish.browse.streams import ending_with_the_client
from aggregator.publish.coverage import counted, moment_in_words, reported_at
from aggregator.publish.names import country_name, kind_name, language_name
from aggregator.publish.syndication import FeedFormat

if TYPE_CHECKING:
    # Datasette is still being imported when it imports its plugins.
    from datasette.app import Datasette

_FORMATS = "|".join(FeedFormat)
_NUMBERED_PAGES = {"story_id": "story", "article_id": "article"}

Hook = TypeVar("Hook", bound=Callable[..., Any])


def hookimpl(function: Hook) -> Hook:
    """Mark a function for Datasette; the same as its own marker, which forgets the type."""
    mark_hook(function)
    return function


@hookimpl
def startup(datasette: "Datasette") -> Callable[[], Any]:
    """Find our database and read the settings."""

    async def find() -> None:
        tell_errors_in_the_log()
        guard_csv()
        await remember(datasette)

    return find


@hookimpl
def register_routes() -> list[tuple[str, Callable[..., Any]]]:
    """Our pages; Datasette's own index, whose place the front page takes, moves to /-/tables."""
    return [
        (r"/(\.(?P<format>jsono?))?$", answered(front, otherwise=datasette_index)),
        (r"/story/(?P<story>[^/.]+)(\.(?P<format>json))?$", answered(story_page)),
        (r"/article/(?P<article>[^/.]+)(\.(?P<format>json|warc\.gz))?$", answered(article_page)),
        (r"/source/(?P<source>[^/]+?)(\.(?P<format>json))?$", answered(source_page)),
        (r"/sources(\.(?P<format>json))?$", answered(sources_page)),
        (r"/search$", answered(search_page)),
        (rf"/feed\.(?P<format>{_FORMATS})$", answered(merged_feed)),
        (rf"/feed/(?P<name>[a-z0-9][a-z0-9._-]*)\.(?P<format>{_FORMATS})$", answered(merged_feed)),
        (r"/feed\.opml$", answered(feed_outline)),
        (r"/feeds(\.(?P<format>json))?$", answered(feeds_page)),
        (r"/feeds/(?P<feed>[^/]+?)(\.(?P<format>json))?$", answered(one_feed_page)),
        (r"/conflicts(\.(?P<format>json))?$", answered(conflicts_page)),
        (r"/conflict/(?P<conflict>[^/]+?)(\.(?P<format>json))?$", answered(conflict_page)),
        (r"/numbers(\.(?P<format>json))?$", answered(numbers_page)),
        (rf"{re.escape(BASE_PATH)}(?P<call>/.*)?$", reader_api),
        (r"/map(\.(?P<format>json))?$", answered(map_page)),
        (r"/-/health$", health_answer),
        (r"/-/metrics$", answered(metrics_answer)),
        (r"/-/tables(\.(?P<format>json))?$", datasette_index),
    ]


@hookimpl
def asgi_wrapper(datasette: "Datasette") -> Callable[[Application], Application]:
    """Put the security headers on every response; refuse other names, sites and methods."""

    def wrapped(application: Application) -> Application:
        names = own_names(datasette)
        bounded = with_bounded_parameters(ending_with_the_client(application), datasette)
        asked = with_answered_methods(bounded, datasette)
        own = without_other_sites(asked, datasette)
        named = own if names is None else with_own_names(own, names)
        return with_security_headers(named, datasette.jinja_env)

    return wrapped


@hookimpl
def prepare_connection(conn: sqlite3.Connection) -> None:
    """Bound what one question to our database may take."""
    if is_our_database(conn):
        bound_reading(conn)


@hookimpl
def skip_csrf(datasette: "Datasette", scope: MutableMapping[str, Any]) -> bool:
    """Take the forms of readers, which know no page of ours that would give them a token."""
    return is_ours(datasette, scope)


@hookimpl
def prepare_jinja2_environment(env: Environment) -> None:
    """Give the templates our words."""
    env.filters.update(
        {
            "ago": wording.ago,
            "counted": counted,
            "country_name": country_name,
            "kind_name": kind_name,
            "language_name": language_name,
            "moment_in_words": moment_in_words,
            "reported_at": reported_at,
        }
    )


@hookimpl
def get_metadata(datasette: "Datasette", key: str | None) -> dict[str, Any]:
    """Describe our tables to those who browse them."""
    site = known_site(datasette)
    return metadata.metadata(site.database_name, site.settings.title, key) if site else {}


@hookimpl
def canned_queries(datasette: "Datasette", database: str) -> dict[str, dict[str, str]]:
    """Offer saved queries on our database."""
    site = known_site(datasette)
    return questions.saved_queries() if site and site.database_name == database else {}


@hookimpl
def menu_links(datasette: "Datasette") -> list[dict[str, str]]:
    """Lead from Datasette's pages back to ours."""
    if known_site(datasette) is None:
        return []
    pages = {
        "/": "Current stories",
        "/conflicts": "Conflicts",
        "/map": "Map",
        "/numbers": "Numbers",
        "/search": "Search",
        "/sources": "The sources",
        "/feeds": "How the feeds are",
        "/-/tables": "All tables",
    }
    return [{"href": datasette.urls.path(path), "label": label} for path, label in pages.items()]


@hookimpl
def render_cell(value: object, column: str, database: str, datasette: "Datasette") -> Markup | None:
    """Lead from the number of a story or an article, in any table or query, to its page."""
    site = known_site(datasette)
    page = _NUMBERED_PAGES.get(column)
    if page is None or not isinstance(value, int):
        return None
    if site is None or site.database_name != database:
        return None
    return Markup('<a href="{}">{}</a>').format(datasette.urls.path(f"/{page}/{value}"), value)
