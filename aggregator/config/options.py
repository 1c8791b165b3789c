"""The one table of configuration keys: name, kind with its limits, default, a line of help.

`Settings` is the table of its own section: each field carries its kind and help, so a default
stands once. Feeds have their type in `aggregator.model`; their table is below.
`docs/configuration.md` is written from here by `reference`.
"""
# ruff: noqa: RUF009 - the calls in `Settings` make dataclass fields, once, as the class is read

from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from datetime import timedelta
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Any, Final, TypeVar

from aggregator.config.access import authorization, cookies, headers, proxy, secret, user_agent
from aggregator.config.addresses import (
    address_prefix,
    contact,
    file_path,
    folder_path,
    host,
    network,
    url,
)
from aggregator.config.kinds import (
    Kind,
    boolean,
    choice,
    code,
    duration,
    integer,
    list_of,
    one_or_list_of,
    size,
    text,
)
from aggregator.model import HttpUrl, SourceKind

Value = TypeVar("Value")

ID_LIMIT: Final = 100
"""Characters of an id; it stands in addresses and log lines."""

FEED_ENTRIES_LIMIT: Final = 1000
"""Stories in the merged feed at most."""

_KIB: Final = 1 << 10
_MIB: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Option:
    """One key of feeds.yaml.

    `default` is the value of an absent key and means nothing when `required`; `default_text` says
    in words what a default is that depends on other keys.
    """

    name: str
    kind: Kind[object]
    help: str
    default: object = None
    default_text: str = ""
    required: bool = False


def _key(kind: Kind[Value], default: Value, help_line: str, default_text: str = "") -> Value:
    """Return a field of `Settings` that carries its entry in the table."""
    entry = {"kind": kind, "help": help_line, "default_text": default_text}
    return field(default=default, metadata=entry)


_SECOND: Final = timedelta(seconds=1)
_MINUTE: Final = timedelta(minutes=1)
_HOUR: Final = timedelta(hours=1)
_DAY: Final = timedelta(days=1)


LANGUAGE: Final = code(r"[a-z]{2,3}", "a language code of 2 or 3 lower-case letters, such as uk")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The section `settings`: sizes are bytes, paths are relative to the current folder."""

    database: Path = _key(
        file_path(),
        Path("conflict-news.db"),
        "The SQLite file that holds everything; relative to the current folder.",
    )
    serve_host: str = _key(host(), "127.0.0.1", "Where the pages are served.")
    serve_port: int = _key(integer(1, 65535), 8001, "The port of the pages.")
    title: str = _key(text(200), "Conflict news", "Title of the pages and of the merged feed.")
    base_url: HttpUrl | None = _key(
        url(),
        None,
        "Public address of the pages; every link begins with it, or with its path.",
        "the host that each request names; in files and alerts `http://` serve_host `:` serve_port",
    )
    feed_entries: int = _key(integer(1, FEED_ENTRIES_LIMIT), 100, "Stories in the merged feed.")
    feed_file: tuple[Path, ...] | None = _key(
        one_or_list_of(file_path()),
        None,
        "Write the merged feed to these files after each cycle: RSS where the name ends in .rss,"
        " JSON Feed where it ends in .json, else Atom.",
        "not written",
    )
    hub: HttpUrl | None = _key(
        url(),
        None,
        "A WebSub hub to tell when a feed of ours changes: the merged feed, those of conflicts and"
        " those you named, which announce it. Needs `base_url`.",
    )
    reader_password: str | None = _key(
        secret(), None, "The password of readers that speak the Google Reader API.", "any will do"
    )
    contact: str | None = _key(
        contact(),
        None,
        "Mailbox or address at which publishers reach you; sent in the User-Agent.",
    )
    user_agent: str | None = _key(
        user_agent(),
        None,
        "What this program calls itself in each request, instead of its name and `contact`.",
        "name, version and `contact`",
    )
    proxy: str | None = _key(
        proxy(), None, "The proxy for all requests; the environment's are ignored."
    )
    poll_interval_minimum: timedelta = _key(
        duration(_SECOND, _DAY),
        5 * _MINUTE,
        "No feed is asked more often, but for its own `interval`; below 1m only your own servers.",
    )
    poll_interval_maximum: timedelta = _key(
        duration(_SECOND, 7 * _DAY), _HOUR, "The longest wait of a healthy feed without news."
    )
    poll_tick: timedelta = _key(
        duration(_SECOND, 10 * _MINUTE), 30 * _SECOND, "How often we look which feeds are due."
    )
    requests_in_flight: int = _key(
        integer(1, 100),
        10,
        "Requests that move at the same moment, over all hosts; one for each host.",
    )
    connections: int = _key(
        integer(1, 2000),
        300,
        "Requests open at the same moment, with those that wait for a slow server.",
    )
    host_gap: timedelta = _key(
        duration(timedelta(0), _HOUR),
        2 * _SECOND,
        "Time from one request to the next at the same host.",
    )
    request_deadline: timedelta = _key(
        duration(_SECOND, 10 * _MINUTE), _MINUTE, "Time for one request, from name to last byte."
    )
    connect_timeout: timedelta = _key(
        duration(_SECOND, 2 * _MINUTE), 10 * _SECOND, "Time for reaching a server."
    )
    feed_limit: int = _key(size(_KIB, 100 * _MIB), 10 * _MIB, "Largest feed that is read.")
    page_limit: int = _key(size(_KIB, 50 * _MIB), 5 * _MIB, "Largest article page that is read.")
    robots_limit: int = _key(size(_KIB, 10 * _MIB), 512 * _KIB, "Largest robots.txt that is read.")
    redirect_limit: int = _key(integer(0, 20), 5, "Redirects that a request follows.")
    allowed_networks: tuple[IPv4Network | IPv6Network, ...] = _key(
        list_of(network()),
        (),
        "Private networks that may be contacted; empty: only public addresses.",
    )
    allowed_ports: tuple[int, ...] = _key(
        list_of(integer(1, 65535), minimum=1), (80, 443), "Ports that may be contacted."
    )
    languages: tuple[str, ...] = _key(
        list_of(LANGUAGE),
        (),
        "Languages that you read, the dearest first: the headline of a story is in the first of"
        " them that any of its reports is in.",
        "the language of more than half of the feeds, if there is one",
    )
    story_window: timedelta = _key(
        duration(_HOUR, 90 * _DAY), 7 * _DAY, "How long a story waits for further reports."
    )
    extract_workers: int = _key(
        integer(0, 256), 0, "Processes that extract articles; 0: as many as there are cores."
    )
    revisit: bool = _key(
        boolean(),
        True,
        "Look at article pages again in the two days after they appeared, and keep their edits.",
    )
    archive: bool = _key(
        boolean(),
        False,
        "Keep what servers answer, of each feed and page, byte for byte beside the database, as"
        " evidence (docs/evidence.md).",
    )
    rules: Path | None = _key(
        folder_path(),
        None,
        "Folder with site rules of your own; relative to the current folder (docs/rules.md).",
        "only the bundled rules",
    )
    websub_callback: HttpUrl | None = _key(
        address_prefix(),
        None,
        'Public address at which WebSub hubs reach us; see "Push (WebSub)".',
        "no push",
    )
    websub_host: str = _key(
        host(), "127.0.0.1", "Where the daemon listens for hubs, behind your web server."
    )
    websub_port: int = _key(integer(1, 65535), 8002, "The port for hubs.")


IDENTIFIER: Final = code(
    rf"[a-z0-9][a-z0-9._-]{{0,{ID_LIMIT - 1}}}",
    f'an id of at most {ID_LIMIT} characters out of a-z, 0-9, "-", "_" and "."',
)
COUNTRY: Final = code(r"[A-Z]{2}", "a country code of 2 upper-case letters, such as GB")

SETTINGS: Final = tuple(
    Option(
        name=entry.name,
        kind=entry.metadata["kind"],
        help=entry.metadata["help"],
        default=entry.default,
        default_text=entry.metadata["default_text"],
    )
    for entry in fields(Settings)
)

ACCESS: Final = (
    Option("user_agent", user_agent(), "User-Agent for this feed and its pages."),
    Option("headers", headers(), "Headers sent with each request for this feed.", ()),
    Option("cookies", cookies(), "Cookies sent with each request for this feed.", ()),
    Option("authorization", authorization(), "Login for this feed (HTTP basic authentication)."),
    Option("proxy", proxy(), "The proxy for this feed and its pages."),
    Option(
        "trusted_certificates",
        file_path(),
        "A PEM file of authorities trusted for this feed and its pages, beside the public ones.",
    ),
)
"""The keys of a feed that make its `Access`."""

FEED: Final = (
    Option("name", text(200), "Who speaks; shown beside each report.", required=True),
    Option("url", url(), "Address of the RSS, Atom or JSON feed.", required=True),
    Option(
        "id",
        IDENTIFIER,
        "Name of the feed in the database; keep it when you change the name or the address.",
        default_text="made from the name",
    ),
    Option("homepage", url(), "Address for readers."),
    Option("language", LANGUAGE, "Language of the feed, for texts too short to tell."),
    Option("country", COUNTRY, "Country of the publisher."),
    Option(
        "kind",
        choice(SourceKind),
        "What kind of source speaks; shown and counted beside its reports.",
        SourceKind.NEWSPAPER,
    ),
    Option(
        "fulltext",
        boolean(),
        "Fetch the article pages; false: the feed's own text stands in.",
        default=True,
    ),
    Option(
        "revisit",
        boolean(),
        "Look at this feed's article pages again for edits, or not.",
        default_text="as `revisit` in the settings",
    ),
    Option(
        "archive",
        boolean(),
        "Keep what this feed's servers answer as evidence, or not.",
        default_text="as `archive` in the settings",
    ),
    Option(
        "interval",
        duration(_SECOND, 30 * _DAY),
        "Ask this often, whatever the feed's rhythm.",
        default_text="adapts to the feed's rhythm",
    ),
    Option("tags", list_of(text(50)), "Words of your own to filter by.", ()),
    *ACCESS,
)


def default_values(table: Sequence[Option]) -> dict[str, Any]:
    """Return what each key of a table is when it is absent; required keys are left out."""
    return {option.name: option.default for option in table if not option.required}
