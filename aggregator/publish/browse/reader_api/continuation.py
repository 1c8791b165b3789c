"""Where a walk through a stream has come to, as the text that a reader sends to go on.

Stories move while somebody walks: news puts them at the end of the newest. A walk from the newest
therefore remembers both ends of what it has been told. Each further part begins with what has come
to stand above since, and goes on below: a story that moved is not lost, and one that was told
already comes again only if there was news in it.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from datasette.utils.asgi import BadRequest

from aggregator.store.published import Position

_NUMBERS: Final = r"(\d{1,11})\.(\d{1,18})"
_UPWARDS: Final = re.compile(_NUMBERS)
_DOWNWARDS: Final = re.compile(rf"{_NUMBERS}\.{_NUMBERS}")
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND: Final = timedelta(seconds=1)

Walk = Callable[[int, Position | None], Sequence[Position]]
"""Returns so many stories beyond a position."""


@dataclass(frozen=True, slots=True)
class Reached:
    """Both ends of what was told; a walk from the oldest needs but the newest."""

    newest: Position
    oldest: Position


@dataclass(frozen=True, slots=True)
class Told:
    """A part of a stream, and where the next one begins; None where there is no more."""

    positions: Sequence[Position]
    reached: Reached | None = None


def part_from_newest(
    above: Walk, below: Walk, *, count: int, reached: Reached | None, until: datetime | None
) -> Told:
    """Return a part of a walk that begins with the newest."""
    if reached is None:
        start = Position(until + _SECOND, 0) if until else None
        found = below(count + 1, start)
        told = found[:count]
        if len(found) <= count:
            return Told(told)
        return Told(told, Reached(told[0], told[-1]))
    moved = _within(above(count, reached.newest), until)
    room = count - len(moved)
    found = below(room + 1, reached.oldest)
    told = found[:room]
    newest = moved[-1] if moved else reached.newest
    oldest = told[-1] if told else reached.oldest
    more = len(found) > room or not room
    return Told([*reversed(moved), *told], Reached(newest, oldest) if more else None)


def part_from_oldest(
    above: Walk, *, count: int, reached: Reached | None, until: datetime | None
) -> Told:
    """Return a part of a walk that begins with the oldest; what moves comes at its end."""
    found = _within(above(count + 1, reached.newest if reached else None), until)
    told = found[:count]
    return Told(told, Reached(told[-1], told[-1]) if len(found) > count else None)


def write_continuation(reached: Reached, oldest_first: bool) -> str:  # noqa: FBT001 -- as `Part`
    """Return the text for a reader to send."""
    ends = (reached.newest,) if oldest_first else (reached.newest, reached.oldest)
    return ".".join(f"{seconds_of(end.changed)}.{end.story_id}" for end in ends)


def read_continuation(text: str, oldest_first: bool) -> Reached:  # noqa: FBT001 -- as `Part`
    """Return what `write_continuation` wrote; BadRequest for anything else."""
    match = (_UPWARDS if oldest_first else _DOWNWARDS).fullmatch(text)
    if match is None or not text.isascii():
        raise BadRequest("c is the continuation of an earlier answer to the same question.")
    numbers = [int(group) for group in match.groups()]
    ends = [
        Position(_EPOCH + timedelta(seconds=seconds), story_id)
        for seconds, story_id in zip(numbers[::2], numbers[1::2], strict=True)
    ]
    return Reached(ends[0], ends[-1])


def seconds_of(moment: datetime) -> int:
    """Return a time as whole seconds since 1970."""
    return int(moment.timestamp())


def _within(found: Sequence[Position], until: datetime | None) -> list[Position]:
    return [position for position in found if until is None or position.changed <= until]
