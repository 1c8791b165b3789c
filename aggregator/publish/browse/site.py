"""Our database among those that Datasette serves, and how the pages read it."""

import re
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, TypeVar
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary

from datasette.utils import StartupError, sqlite_timelimit
from datasette.utils.asgi import Request

from aggregator.config.options import FEED_ENTRIES_LIMIT
from aggregator.publish.browse.bounded_counts import bound_counts
from aggregator.publish.browse.plain_errors import tell_in_a_line
from aggregator.text.urls import http_url

if TYPE_CHECKING:
    # Datasette is still being imported when it imports its plugins.
    from datasette.app import Datasette

DEFAULT_TITLE: Final = "Conflict news"
DEFAULT_ENTRIES: Final = 100

_HOST: Final = re.compile(r"[A-Za-z0-9.:\[\]-]{1,260}")

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class SiteSettings:
    """What the user may say in Datasette's configuration of the plugin `aggregator`.

    `base_url` None means the address that each request used. `entries` are the stories in the
    merged feed, `hub` is the WebSub hub that announces its changes. `reader_password` is wanted
    from readers that speak the Google Reader interface, unless it is None. Those are let in only
    where `knows_user`, that is, where anything was said: a plain Datasette reads no feeds.yaml, so
    that it cannot tell whether a password is wanted.
    """

    title: str = DEFAULT_TITLE
    base_url: str | None = None
    entries: int = DEFAULT_ENTRIES
    hub: str | None = None
    reader_password: str | None = field(default=None, repr=False)
    knows_user: bool = False


@dataclass(frozen=True, slots=True)
class Site:
    """One Datasette that serves our database, which it knows as `database_name`."""

    datasette: "Datasette"
    database_name: str
    settings: SiteSettings

    async def read(self, question: Callable[[sqlite3.Connection], Answer]) -> Answer:
        """Return what `question` finds in one state of the database.

        Raises sqlite3.OperationalError ("interrupted") past Datasette's own time limit, and where
        others' questions have left no memory.
        """
        limit_ms = self.datasette.sql_time_limit_ms

        def ask(connection: sqlite3.Connection) -> Answer:
            with sqlite_timelimit(connection, limit_ms):
                connection.execute("BEGIN")
                try:
                    return question(connection)
                except MemoryError:
                    raise sqlite3.OperationalError("interrupted") from None
                finally:
                    connection.rollback()

        answer: Answer = await self.datasette.get_database(self.database_name).execute_fn(ask)
        return answer

    def base_url(self, request: Request) -> str:
        """Return the address of the front page, without a slash at its end."""
        if self.settings.base_url:
            return self.settings.base_url
        # The Host header is the client's word: only what can be a host is repeated.
        host = request.host if _HOST.fullmatch(request.host) else "localhost"
        seen = http_url(f"{request.scheme}://{host}/") or "http://localhost/"
        return f"{seen.rstrip('/')}{self.datasette.urls.path('/')}".rstrip("/")


@dataclass(slots=True)
class _Known:
    settings: SiteSettings
    database_name: str | None


_known: "WeakKeyDictionary[Datasette, _Known]" = WeakKeyDictionary()


async def remember(datasette: "Datasette") -> None:
    """Read the settings and find our database, once, when Datasette starts."""
    settings = _settings(datasette.plugin_config("aggregator"))
    _known[datasette] = _Known(settings, await _find_database(datasette))


async def site_of(datasette: "Datasette") -> Site | None:
    """Return the site, or None where Datasette serves no database of ours (yet)."""
    if datasette not in _known:
        # The first requests may come while Datasette is still starting.
        await remember(datasette)
    known = _known[datasette]
    if known.database_name is None:
        known.database_name = await _find_database(datasette)
    if known.database_name is None:
        return None
    return Site(datasette, known.database_name, known.settings)


def own_names(datasette: "Datasette") -> frozenset[str] | None:
    """Return the names that requests may call this server by, None where any will do.

    The plugin's setting `own_names` lists them: `aggregator serve` sets it on loopback. The host
    of `base_url` is one of them.
    """
    configured = datasette.plugin_config("aggregator") or {}
    names = configured.get("own_names")
    if names is None:
        return None
    public = urlsplit(str(configured.get("base_url") or "")).hostname
    return frozenset({*map(str, names), *([public] if public else [])})


def is_ours(connection: sqlite3.Connection) -> bool:
    """Return whether a connection has our database open."""
    found = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'installation'")
    return found.fetchone() is not None


def known_site(datasette: "Datasette") -> Site | None:
    """Return the site as far as it is known without asking the database."""
    known = _known.get(datasette)
    if known is None or known.database_name is None:
        return None
    return Site(datasette, known.database_name, known.settings)


async def _find_database(datasette: "Datasette") -> str | None:
    for name, database in datasette.databases.items():
        if not database.is_memory and await database.table_exists("installation"):
            bound_counts(database)
            tell_in_a_line(database)
            return str(name)
    return None


def _settings(said: dict[str, Any] | None) -> SiteSettings:
    configured = said or {}
    title = configured.get("title", DEFAULT_TITLE)
    base_url = configured.get("base_url")
    entries = configured.get("entries", DEFAULT_ENTRIES)
    if not isinstance(title, str) or not title.strip():
        raise StartupError(f"aggregator: title is to be text, not {title!r}")
    if base_url is not None and (not isinstance(base_url, str) or not http_url(base_url)):
        raise StartupError(
            f"aggregator: base_url is to be like https://news.example.org, not {base_url!r}"
        )
    hub = configured.get("hub")
    if hub is not None and (not isinstance(hub, str) or not http_url(hub)):
        raise StartupError(f"aggregator: hub is to be like https://hub.example.org, not {hub!r}")
    if not isinstance(entries, int) or not 1 <= entries <= FEED_ENTRIES_LIMIT:
        raise StartupError(
            f"aggregator: entries is to be 1 to {FEED_ENTRIES_LIMIT}, not {entries!r}"
        )
    return SiteSettings(
        title.strip(),
        base_url.rstrip("/") if base_url else None,
        entries,
        hub,
        _reader_password(configured),
        knows_user=said is not None,
    )


def _reader_password(configured: dict[str, Any]) -> str | None:
    """Return the password; where it is named but not there, nobody is to be let in without it."""
    if "reader_password" not in configured:
        return None
    password = configured["reader_password"]
    if not isinstance(password, str) or not password.strip():
        raise StartupError(
            'aggregator: reader_password is to be text, such as {"$env": "NAME"} for what the'
            " variable NAME of the environment holds, and that is missing or empty"
        )
    return password.strip()
