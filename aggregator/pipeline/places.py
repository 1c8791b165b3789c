"""Where the places of conflicts are: looked up once for each change of feeds.yaml."""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final

from aggregator.facts.looking_up import installed, look_up
from aggregator.model import Conflict
from aggregator.pipeline.store_thread import StoreThread
from aggregator.pipeline.workers import Workers
from aggregator.store.aside import is_aside, no_longer_aside
from aggregator.store.located_places import conflicts_to_locate, keep_located, names_places

PLACES: Final = "places"
ALL: Final = "all"
"""What the stage and its one record are called in logs and in `set_aside`."""

_log = logging.getLogger("aggregator")


class PlaceStage:
    """Looks up over one store; the gazetteer is read in a worker, which forgets it."""

    def __init__(
        self,
        store: StoreThread,
        workers: Workers,
        conflicts: Sequence[Conflict],
        now: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._workers = workers
        self._conflicts = conflicts
        self._now = now
        self._is_changed = False
        self.is_done = False

    def follow(self, conflicts: Sequence[Conflict]) -> None:
        """Look up the places of these conflicts from now on."""
        self._is_changed = self._is_changed or conflicts != self._conflicts
        self._conflicts = conflicts
        self.is_done = False

    async def look_up(self) -> None:
        """Locate the places that were not looked up yet, once any report names one.

        Where that failed it is tried again when its time has come, or with another feeds.yaml.
        """
        conflicts = self._conflicts
        is_known = await self._located(conflicts)
        self.is_done = is_known and conflicts is self._conflicts

    async def _located(self, conflicts: Sequence[Conflict]) -> bool:
        if not await self._store.read(names_places):
            return False
        if not self._is_changed and await self._store.read(is_aside, PLACES, ALL, self._now()):
            return False
        self._is_changed = False
        gazetteer = installed()
        asked = await self._store.read(conflicts_to_locate, conflicts, gazetteer)
        if asked:
            located = await self._workers.run(look_up, asked)
            await self._store.write(keep_located, asked, located, gazetteer)
            _log.info("places conflicts=%d located=%d", len(asked), len(located))
            if not gazetteer:
                _log.warning(
                    "places stay off the map without a gazetteer:"
                    " pip install 'conflict-news-aggregator[map]'"
                )
        await self._store.write(no_longer_aside, PLACES, ALL)
        return True
