"""Every exception of ours, in one tree.

AggregatorError
├── ConfigError(path, problems)      exit 2   feeds.yaml or an option is wrong
├── FetchError(url, detail)                   the network did not give us what we asked for
│   ├── AddressRefused                        the address is not public, or the scheme not http(s)
│   ├── TooLarge                              more bytes than the limit, also decompressed
│   ├── TooSlow                               past the total deadline
│   ├── TooManyRedirects
│   ├── BadEncoding                           a content coding we did not ask for, or a broken one
│   ├── SecretMissing(url, name)              a ${NAME} of feeds.yaml that the environment lacks
│   └── AccessUnusable                        a header, proxy or certificate that cannot be used
├── ParseError(detail)                        bytes that are no feed we can read
│   ├── NotAFeed
│   │   └── WebPageInstead                    a web page, on which a feed may be found
│   ├── ForbiddenXml                          a document type subset that declares entities
│   └── NotOpml                               a list of feeds that is no OPML
├── ScrapeError(url, detail)                  a page without an article we can take
│   └── PageTooLarge
├── StoreError(path, detail)         exit 3   the database cannot be used
│   ├── StoreBusy                             another process holds the lock
│   ├── StoreFull                             the disk or the page limit is full
│   ├── StoreUnreachable                      the disk failed, or the file may not be used
│   ├── StoreDamaged                          what is in the file cannot be read
│   ├── StoreTooNew                           written by a newer version
│   ├── UpgradeStopped                        the program was told to stop before it was done
│   └── BackupStopped                exit 143 the same of a backup
├── ArchiveDamaged(path, offset, detail)  exit 3   a WARC file is not as it was written
├── MailRefused(host, detail)                 a mail server has not taken a mail
├── NotFound(what, identifier)       exit 1   no such feed, story or article
│   └── Forgotten(forgotten_at)               there was; how long it is kept is a setting
├── RulingRefused(detail)            exit 1   stories cannot be merged or split like that
├── PartMissing(part, remedy)        exit 1   an extra or the source tree is needed for this
└── AlreadyRunning(pid)              exit 4   another daemon uses this database

Expected failures of single feeds and pages travel as values in `FetchResult` and its successors;
these exceptions are for what stops a whole call.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


class AggregatorError(Exception):
    """Anything that we expect to go wrong, with a message for the person who can mend it."""

    exit_code = 1


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake in a file: where it is, and what to write instead.

    `line` and `column` count from 1; 0 means the file as a whole.
    """

    line: int
    column: int
    message: str


class ConfigError(AggregatorError):
    """A configuration file with all of its problems at once."""

    exit_code = 2

    def __init__(self, path: Path, problems: Sequence[Problem]) -> None:
        super().__init__(path, problems)
        self.path = path
        self.problems = tuple(problems)

    def __str__(self) -> str:
        return "\n".join(
            f"{self.path}:{p.line}:{p.column}: {p.message}"
            if p.line
            else f"{self.path}: {p.message}"
            for p in self.problems
        )


class FetchError(AggregatorError):
    """A request that gave no usable answer."""

    def __init__(self, url: str, detail: str) -> None:
        super().__init__(url, detail)
        self.url = url
        self.detail = detail

    def __str__(self) -> str:
        return f"{self.detail} ({self.url})"


class AddressRefused(FetchError):
    """The address is outside what settings allow to be contacted."""


class TooLarge(FetchError):
    """The body is larger than the limit."""


class TooSlow(FetchError):
    """The whole request took longer than its deadline."""


class TooManyRedirects(FetchError):
    """The chain of redirects is longer than the limit, or goes in a circle."""


class BadEncoding(FetchError):
    """The body has a content coding that we did not ask for, or is damaged."""


class SecretMissing(FetchError):
    """The environment lacks a variable that feeds.yaml names."""

    def __init__(self, url: str, name: str) -> None:
        super().__init__(
            url,
            f"feeds.yaml names ${{{name}}}, but the environment has no variable {name}: set it"
            " where this program is started",
        )
        self.name = name


class AccessUnusable(FetchError):
    """What feeds.yaml says about how to ask cannot be used; the value is not shown."""


class ParseError(AggregatorError):
    """Bytes that cannot be read as a feed, or as a list of feeds."""


class NotAFeed(ParseError):
    """The document is something else: a web page, JSON of another kind, nothing."""


class WebPageInstead(NotAFeed):
    """The document is a web page; it may name the address of its feed."""


class ForbiddenXml(ParseError):
    """The document declares entities, which no feed needs and attackers like."""


class NotOpml(ParseError):
    """The document is no list of feeds in OPML, or larger than any such list."""


class ScrapeError(AggregatorError):
    """A page from which no article can be taken."""

    def __init__(self, url: str, detail: str) -> None:
        super().__init__(url, detail)
        self.url = url
        self.detail = detail

    def __str__(self) -> str:
        return f"{self.detail} ({self.url})"


class PageTooLarge(ScrapeError):
    """The page is larger or deeper than an article can be."""


class StoreError(AggregatorError):
    """The database file cannot be used as it is."""

    exit_code = 3

    def __init__(self, path: Path, detail: str) -> None:
        super().__init__(path, detail)
        self.path = path
        self.detail = detail

    def __str__(self) -> str:
        return f"{self.path}: {self.detail}"


class StoreBusy(StoreError):
    """Another process holds the database longer than we wait."""


class StoreFull(StoreError):
    """There is no room left for the database to grow."""


class StoreUnreachable(StoreError):
    """The disk fails, or the system does not let us use the file."""


class StoreDamaged(StoreError):
    """What stands in the file is no database, or no longer a whole one."""


class StoreTooNew(StoreError):
    """The file was written by a newer version of this program."""


class UpgradeStopped(StoreError):
    """The upgrade of an earlier schema was broken off on demand; nothing has changed."""


class BackupStopped(StoreError):
    """The backup was broken off on demand; nothing is left of it."""

    exit_code = 143


class ArchiveDamaged(AggregatorError):
    """A record of a WARC file is missing, cut off or changed."""

    exit_code = 3

    def __init__(self, path: Path, offset: int, detail: str) -> None:
        super().__init__(path, offset, detail)
        self.path = path
        self.offset = offset
        self.detail = detail

    def __str__(self) -> str:
        return f"{self.path}, byte {self.offset}: {self.detail}"


class MailRefused(AggregatorError):
    """A mail server could not be reached, or has not taken a mail."""

    def __init__(self, host: str, detail: str) -> None:
        super().__init__(host, detail)
        self.host = host
        self.detail = detail

    def __str__(self) -> str:
        return f"mail server {self.host}: {self.detail}"


class NotFound(AggregatorError):
    """There is nothing with that identifier."""

    def __init__(self, what: str, identifier: object) -> None:
        super().__init__(what, identifier)
        self.what = what
        self.identifier = identifier

    def __str__(self) -> str:
        return f"no {self.what} {self.identifier!r}"


class Forgotten(NotFound):
    """There was such a thing, and it was forgotten as `keep` in feeds.yaml says."""

    def __init__(self, what: str, identifier: object, forgotten_at: str) -> None:
        super().__init__(what, identifier)
        self.args = (what, identifier, forgotten_at)
        self.forgotten_at = forgotten_at

    def __str__(self) -> str:
        return (
            f"{self.what} {self.identifier} was forgotten on {self.forgotten_at[:10]}: the setting"
            " keep says how long stories are kept"
        )


class RulingRefused(AggregatorError):
    """The user's word about stories cannot be followed; the message says why."""


class PartMissing(AggregatorError):
    """What was asked for needs a part that is not installed."""

    def __init__(self, part: str, remedy: str) -> None:
        super().__init__(part, remedy)
        self.part = part
        self.remedy = remedy

    def __str__(self) -> str:
        return f"this needs {self.part}; {self.remedy}"


class AlreadyRunning(AggregatorError):
    """Another daemon works on this database."""

    exit_code = 4

    def __init__(
        self, pid: int | None, remedy: str = "stop it first, or use another --database"
    ) -> None:
        super().__init__(pid, remedy)
        self.pid = pid
        self.remedy = remedy

    def __str__(self) -> str:
        who = f"process {self.pid}" if self.pid else "another process"
        return f"{who} already works on this database; {self.remedy}"
