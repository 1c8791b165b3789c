"""Settings that name a file which is written anew: never feeds.yaml, nor the database."""

from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Final

from aggregator.config.document import problem_at, shown
from aggregator.config.record import Record
from aggregator.errors import Problem

_OF_DATABASE: Final = ("", "-wal", "-shm", "-journal", ".lock")


def own_files(config: Path, database: Path) -> frozenset[Path]:
    """Return the files that the program lives by, as they are when links are followed."""
    real = _real(database)
    return frozenset({_real(config), *(real.with_name(real.name + end) for end in _OF_DATABASE)})


def spare_own_files(
    record: Record,
    name: str,
    written: Iterable[Path],
    own: Collection[Path],
    problems: list[Problem],
) -> None:
    """Refuse a key `name` of which a file that is `written` is one of `own`."""
    for path in written:
        if _real(path) in own:
            message = (
                f"{name} must not be {shown(str(path))}, which is this file or the database:"
                " choose another name"
            )
            problems.append(problem_at(record.nodes[name], message))


def _real(path: Path) -> Path:
    try:
        return path.resolve()
    except (OSError, RuntimeError):
        # Links that lead in a circle, to no file.
        return path.absolute()
