"""Where the places of conflicts are: looked up once for each change of feeds.yaml."""

import logging
from collections.abc import Sequence

from aggregator.errors import StoreError
from aggregator.facts.looking_up import installed, look_up
from aggregator.model import Conflict
from aggregator.pipeline.store_thread import StoreThread
from aggregator.pipeline.workers import Workers
from aggregator.store.located_places import conflicts_to_locate, keep_located, names_places

_log = logging.getLogger("aggregator")


class PlaceStage:
    """Looks up over one store; the gazetteer is read in a worker, which forgets it."""

    def __init__(self, store: StoreThread, workers: Workers, conflicts: Sequence[Conflict]) -> None:
        self._store = store
        self._workers = workers
        self._conflicts = conflicts
        self.is_done = False

    def follow(self, conflicts: Sequence[Conflict]) -> None:
        """Look up the places of these conflicts from now on."""
        self._conflicts = conflicts
        self.is_done = False

    async def look_up(self) -> None:
        """Locate the places that were not looked up yet, once any report names one."""
        conflicts = self._conflicts
        # Once for each feeds.yaml, also where it fails: it costs seconds of processor time.
        self.is_done = True
        try:
            known = await self._located(conflicts)
        except StoreError:
            self.is_done = False
            raise
        self.is_done = known and conflicts is self._conflicts

    async def _located(self, conflicts: Sequence[Conflict]) -> bool:
        if not await self._store.read(names_places):
            return False
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
        return True
