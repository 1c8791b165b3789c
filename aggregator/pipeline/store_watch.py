"""Tells as troubles what keeps the database from being read and written."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from aggregator.errors import StoreBusy, StoreDamaged, StoreError, StoreFull, StoreUnreachable
from aggregator.model import Trouble
from aggregator.pipeline.trouble_desk import TroubleDesk

_NAMES: Final[Mapping[type[StoreError], str]] = MappingProxyType(
    {
        StoreFull: "disk full",
        StoreBusy: "database busy",
        StoreUnreachable: "database unreachable",
        StoreDamaged: "database damaged",
        StoreError: "database unusable",
    }
)

_REMEDIES: Final[Mapping[type[StoreError], str]] = MappingProxyType(
    {
        StoreFull: "Free some room on the disk of the database. Nothing is lost meanwhile: what"
        " could not be stored is asked for again.",
        StoreBusy: "Find what else writes to the database for long (an open sqlite3 shell, a"
        " backup program) and end it.",
        StoreUnreachable: "Look at the disk, its room, and who may write to the database's folder.",
        StoreDamaged: "Stop the program, keep a copy of the database with its -wal file, and go"
        " back to a backup.",
        StoreError: "Look at the log for what failed.",
    }
)


class StoreWatch:
    """Begins a trouble for each kind of StoreError, and ends it after a round without one.

    Damage does not heal: it is over when another database is opened.
    """

    def __init__(self) -> None:
        self._failed: set[str] = set()
        self._told: set[str] = set()

    async def failed(self, error: StoreError, troubles: TroubleDesk) -> None:
        """Tell what kept something from being read or written."""
        kind = type(error) if type(error) in _NAMES else StoreError
        trouble = Trouble(_NAMES[kind], str(error), _REMEDIES[kind])
        self._failed.add(trouble.name)
        self._told.add(trouble.name)
        await troubles.begin(trouble)

    async def next_round(self, troubles: TroubleDesk, *, is_all_stored: bool) -> None:
        """End what was not seen since the last round, once all is stored that waited for that.

        The end of any trouble that could not be stored is told once more.
        """
        over = self._told - self._failed - {_NAMES[StoreDamaged]} if is_all_stored else set()
        self._failed.clear()
        self._told -= over
        for name in sorted(over):
            await troubles.end(name)
        await troubles.settle()
