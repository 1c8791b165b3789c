"""What people write on the command line: times, languages, numbers. Types for options of click."""

import re
from datetime import UTC, datetime, timedelta
from typing import Final

import click

from aggregator.text.language import language_tag
from aggregator.text.times import from_text

_LARGEST_NUMBER: Final = 2**63 - 1

RECORD: Final = click.IntRange(0, _LARGEST_NUMBER)
"""The number of a story or an article: what SQLite can hold, be it there or not."""

_AGO: Final = re.compile(r"([0-9]{1,6})([mhdw])")
_UNITS: Final = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def moment(text: str) -> datetime:
    """Return the time in UTC that `text` means: ISO 8601, or how long ago ("36h", "7d").

    A day is its first moment, and what names no zone is UTC. Raises BadParameter.
    """
    try:
        if ago := _AGO.fullmatch(text.strip()):
            return datetime.now(UTC) - timedelta(**{_UNITS[ago[2]]: int(ago[1])})
        return from_text(text.strip())
    except (ValueError, OverflowError) as error:
        raise click.BadParameter(
            f"{text!r} is no time: write a day (2026-03-01), a day and hour (2026-03-01T06:00Z)"
            " or how long ago (90m, 36h, 7d, 2w)"
        ) from error


def language(text: str) -> str:
    """Return the code of a language as the database has it; raises BadParameter."""
    tag = language_tag(text)
    if tag is None:
        raise click.BadParameter(f"{text!r} is no code of a language: write en, ar or zh")
    return tag
