"""feeds.yaml -> Config, or every problem of the file at once with its line."""

import re
import unicodedata
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from aggregator.config.alert_options import read_alerting
from aggregator.config.alert_rules import Alerting
from aggregator.config.conflict_options import CONFLICT, conflict_of
from aggregator.config.document import (
    Node,
    Pairs,
    ProblemsFound,
    Scalar,
    problem_at,
    read_document,
    shown,
)
from aggregator.config.keep import Keep, read_keep
from aggregator.config.kinds import refusal
from aggregator.config.options import (
    ACCESS,
    FEED,
    ID_LIMIT,
    SETTINGS,
    Settings,
)
from aggregator.config.own_files import own_files, spare_own_files
from aggregator.config.record import Record, read_keys, read_record, read_records, require_unique
from aggregator.config.saved import SAVED_FEED, SavedFeed, saved_feed
from aggregator.config.sections import REQUIRED_SECTIONS, SECTIONS
from aggregator.config.stamp import Stamp, stamp
from aggregator.errors import ConfigError, Problem
from aggregator.model import Access, Conflict, Feed

FILE_LIMIT: Final = 10_000_000
"""Bytes; forty times what 350 feeds and 30 conflicts need, and some 20 s of reading."""

BYTE_ORDER_MARK: Final = "\ufeff"
"""Some editors begin a UTF-8 file with it."""

PROBLEM_LIMIT: Final = 200
"""Problems that are told; the rest is counted."""


@dataclass(frozen=True, slots=True)
class Config:
    """All of one feeds.yaml."""

    path: Path
    settings: Settings
    feeds: tuple[Feed, ...]
    conflicts: tuple[Conflict, ...]
    saved_feeds: tuple[SavedFeed, ...] = ()
    alerting: Alerting = field(default_factory=Alerting)
    keep: Keep = field(default_factory=Keep)
    stamp: Stamp = field(default=None, compare=False)
    """That of the file before it was read; None for what came from no file."""


def load(path: Path) -> Config:
    """Return the configuration in the file at `path`.

    Raises ConfigError for a file that cannot be read and for each mistake in it, all at once.
    """
    before = stamp(path)
    return replace(parse(read_text(path), path), stamp=before)


def read_text(path: Path) -> str:
    """Return the text of a configuration file, line ends as they are; raises ConfigError."""
    try:
        if path.exists() and not path.is_file():
            # Opening a pipe would wait for its writer, perhaps for ever.
            raise ConfigError(path, [Problem(0, 0, "is not a file")])
        with path.open("rb") as file:
            content = file.read(FILE_LIMIT + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        message = f"cannot be read ({reason}): check the name and the rights of the file"
        raise ConfigError(path, [Problem(0, 0, message)]) from error
    if len(content) > FILE_LIMIT:
        message = f"is larger than {FILE_LIMIT // 1_000_000} MB: is this the right file?"
        raise ConfigError(path, [Problem(0, 0, message)])
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        before = content[: error.start]
        column = len(before) - (before.rfind(b"\n") + 1) + 1
        message = f"byte {content[error.start]:#04x} is not UTF-8: save the file as UTF-8 text"
        raise ConfigError(path, [Problem(before.count(b"\n") + 1, column, message)]) from error


def parse(text: str, path: Path) -> Config:
    """Return the configuration that `text` holds; `path` is named in errors.

    Raises ConfigError with every problem of the text, in the order of their lines.
    """
    return interpret(document(text.removeprefix(BYTE_ORDER_MARK), path), path)


def document(text: str, path: Path) -> Node:
    """Return the YAML document that `text` is; raises ConfigError with its first error."""
    try:
        return read_document(text)
    except ProblemsFound as found:
        raise ConfigError(path, found.problems) from found


def interpret(root: Node, path: Path) -> Config:
    """Return the configuration that a document means; raises ConfigError as `parse` does."""
    problems: list[Problem] = []
    sections = _sections(root, problems)
    settings = _settings(sections.get("settings"), path, problems)
    keep = read_keep(sections.get("keep"), problems)
    feeds = tuple(_feed(values) for values in _feeds(sections.get("feeds"), problems))
    before = len(problems)
    conflicts = tuple(map(conflict_of, _conflicts(sections.get("conflicts"), problems)))
    are_known = len(problems) == before
    known = {conflict.id for conflict in conflicts} if are_known else None
    saved_feeds = _saved_feeds(sections.get("saved_feeds"), known, problems)
    own = own_files(path, settings.database)
    alerting = read_alerting(sections, known, own, problems)
    if problems:
        raise ConfigError(path, _told(problems))
    return Config(path, settings, feeds, conflicts, saved_feeds, alerting, keep)


def slug(name: str) -> str:
    """Return the id that a name has by default: ASCII, lower case, hyphens; "" if none is left."""
    letters = (c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))
    words = re.sub(r"[\W_]+", "-", "".join(letters)).encode("ascii", "ignore").decode().lower()
    return re.sub(r"-+", "-", words).strip("-")[:ID_LIMIT].rstrip("-")


def _told(problems: list[Problem]) -> list[Problem]:
    ordered = sorted(problems, key=lambda problem: (problem.line, problem.column))
    if len(ordered) <= PROBLEM_LIMIT:
        return ordered
    rest = Problem(0, 0, f"and {len(ordered) - PROBLEM_LIMIT} more problems")
    return [*ordered[:PROBLEM_LIMIT], rest]


def _sections(root: Node, problems: list[Problem]) -> dict[str, Node]:
    if isinstance(root, Scalar) and root.is_null:
        problems.append(Problem(0, 0, "is empty: it needs the sections feeds and conflicts"))
        return {}
    if not isinstance(root, Pairs):
        problems.extend(refusal(root, "the sections settings, feeds and conflicts").problems)
        return {}
    given = read_keys(root, SECTIONS, "section", problems)
    sections: dict[str, Node] = {}
    for name in SECTIONS:
        key, value = given.get(name, (None, None))
        if value is not None and not (isinstance(value, Scalar) and value.is_null):
            sections[name] = value
        elif name in REQUIRED_SECTIONS:
            # Required even when empty: a file that was cut off while being written lacks one.
            message = f"section {name} is missing or empty: write its list, or {name}: []"
            problems.append(problem_at(key, message) if key else Problem(0, 0, message))
    return sections


def _settings(node: Node | None, path: Path, problems: list[Problem]) -> Settings:
    if node is None:
        return Settings()
    record = read_record(node, SETTINGS, "settings", problems)
    if record is None or not record.complete:
        return Settings()
    settings = Settings(**record.values)
    for lower, upper in (
        ("poll_interval_minimum", "poll_interval_maximum"),
        ("connect_timeout", "request_deadline"),
    ):
        if record.values[lower] > record.values[upper]:
            place = record.nodes.get(lower) or record.nodes[upper]
            message = f"{lower} must not be longer than {upper}: change one of them"
            problems.append(problem_at(place, message))
    own = own_files(path, settings.database)
    spare_own_files(record, "feed_file", settings.feed_file or (), own, problems)
    if settings.hub is not None and settings.base_url is None:
        message = "hub needs base_url: the hub fetches the feed at that address"
        problems.append(problem_at(record.nodes["hub"], message))
    return settings


def _feeds(node: Node | None, problems: list[Problem]) -> list[dict[str, Any]]:
    records = read_records(node, FEED, "feed", problems)
    _give_ids(records, "feed", problems)
    require_unique(records, "url", "feed", problems)
    for record in records:
        names = {name.lower() for name, _ in record.values["headers"]}
        if record.values["authorization"] is not None and "authorization" in names:
            message = "authorization is also among the headers of this feed: keep one of them"
            problems.append(problem_at(record.nodes["authorization"], message))
    return [record.values for record in records if record.complete]


def _feed(values: dict[str, Any]) -> Feed:
    names = {option.name for option in ACCESS}
    access = Access(**{name: value for name, value in values.items() if name in names})
    own = {name: value for name, value in values.items() if name not in names}
    return Feed(**own, access=access)


def _conflicts(node: Node | None, problems: list[Problem]) -> list[dict[str, Any]]:
    records = read_records(node, CONFLICT, "conflict", problems)
    _give_ids(records, "conflict", problems)
    for record in records:
        words = [record.values[name] for name in ("places", "parties", "keywords")]
        if record.complete and not any(words):
            message = "this conflict matches nothing: add places, parties or keywords"
            problems.append(problem_at(record.node, message))
    return [record.values for record in records if record.complete]


def _saved_feeds(
    node: Node | None, conflicts: AbstractSet[str] | None, problems: list[Problem]
) -> tuple[SavedFeed, ...]:
    records = read_records(node, SAVED_FEED, "saved feed", problems)
    _give_ids(records, "saved feed", problems)
    for record in records:
        conflict = record.values["conflict"]
        if conflict is not None and conflicts is not None and conflict not in conflicts:
            known = ", ".join(sorted(conflicts)) or "none"
            message = f"there is no conflict {shown(conflict)}: known are {known}"
            problems.append(problem_at(record.nodes["conflict"], message))
    return tuple(saved_feed(record.values) for record in records if record.complete)


def _give_ids(records: list[Record], what: str, problems: list[Problem]) -> None:
    for record in records:
        name = record.values.get("name")
        if name is None or "id" in record.nodes:
            continue
        record.values["id"] = slug(name) or None
        if record.values["id"] is None:
            message = (
                f"no id can be made from the name {shown(name)}: add one, such as id: my-{what}"
            )
            problems.append(problem_at(record.nodes["name"], message))
    require_unique(records, "id", what, problems)
