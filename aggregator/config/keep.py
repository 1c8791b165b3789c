"""The section `keep`: how long things are kept, and how large they may grow."""

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from aggregator.config.document import Node, ProblemsFound, Scalar
from aggregator.config.kinds import Kind, of_text, refusal, size, written_duration
from aggregator.config.options import Option
from aggregator.config.record import read_record
from aggregator.errors import Problem

FOREVER: Final = "forever"
UNBOUNDED: Final = "unbounded"

LEAST_FOR_ARTICLES: Final = timedelta(days=30)
"""What pages and sources are judged by reaches back so far."""

_DAY: Final = timedelta(days=1)
_MIB: Final = 1 << 20
_GIB: Final = 1 << 30
_LONGEST_DAYS: Final = 36_500
_DAYS: Final = {"d": 1, "w": 7, "y": 365}


@dataclass(frozen=True, slots=True, kw_only=True)
class Keep:
    """What is kept how long; None is for ever, or without bound. Sizes are bytes."""

    articles: timedelta | None = None
    database_size: int | None = None
    polls: timedelta | None = timedelta(days=90)
    archive: timedelta | None = timedelta(days=90)
    archive_size: int | None = 10 * _GIB


def _age(least: timedelta) -> Kind[timedelta | None]:
    """Return the kind of a number of days, weeks or years of at least `least`, or for ever."""

    def convert(raw: str) -> timedelta | None:
        if raw == FOREVER:
            return None
        match = re.fullmatch(r"([0-9]{1,5}) ?([dwy])", raw)
        if match is None:
            raise ValueError("write a whole number and d, w or y, such as 365d or 2y")
        days = int(match[1]) * _DAYS[match[2]]
        if not least.days <= days <= _LONGEST_DAYS:
            raise ValueError
        return timedelta(days=days)

    return of_text(
        f"{FOREVER}, or at least {written_duration(least)}, such as 180d or 2y",
        convert,
        written_age,
    )


def _bound(least: int) -> Kind[int | None]:
    """Return the kind of a number of bytes, or no bound."""
    bounded = size(least, 1 << 50)

    wanted = f"{UNBOUNDED}, or {bounded.wanted}"

    def read(node: Node) -> int | None:
        if isinstance(node, Scalar) and node.text == UNBOUNDED:
            return None
        try:
            return bounded.read(node)
        except ProblemsFound as found:
            hint = "write a whole number and MiB or GiB, such as 20GiB"
            raise refusal(node, wanted, hint) from found

    return Kind(wanted, read, lambda value: UNBOUNDED if value is None else bounded.write(value))


def written_age(age: timedelta | None) -> str:
    """Return an age as it is written in feeds.yaml."""
    return FOREVER if age is None else written_duration(age)


_DEFAULT: Final = Keep()

KEEP: Final = (
    Option(
        "articles",
        _age(LEAST_FOR_ARTICLES),
        "Stories that have ended are forgotten with all their reports when the newest is older.",
        _DEFAULT.articles,
        f"`{FOREVER}`",
    ),
    Option(
        "database_size",
        _bound(64 * _MIB),
        "What the database may hold; beyond, the oldest stories that have ended go first.",
        _DEFAULT.database_size,
        f"`{UNBOUNDED}`",
    ),
    Option(
        "polls",
        _age(7 * _DAY),
        "How long each poll is remembered; the last ten of a feed always are.",
        _DEFAULT.polls,
    ),
    Option(
        "archive",
        _age(_DAY),
        "How long pages are kept as they were sent, where they are archived.",
        _DEFAULT.archive,
    ),
    Option(
        "archive_size",
        _bound(64 * _MIB),
        "What archived pages may take; beyond, the oldest go first.",
        _DEFAULT.archive_size,
    ),
)


def read_keep(node: Node | None, problems: list[Problem]) -> Keep:
    """Return what the section says; what is wrong goes to `problems`."""
    record = None if node is None else read_record(node, KEEP, "keep", problems)
    return Keep(**record.values) if record is not None and record.complete else Keep()
