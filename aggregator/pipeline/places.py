"""Where the places of conflicts are: looked up once for each change of feeds.yaml."""

import logging
from collections.abc import Sequence

from aggregator.facts.looking_up import installed, look_up
from aggregator.model import Conflict
from aggregator.pipeline.store_thread import StoreThread
from aggregator.pipeline.workers import Workers
from aggregator.store.located_places import conflicts_to_locate, keep_located, names_places

_log = logging.getLogger("aggregator")


async def locate_places(
    store: StoreThread, workers: Workers, conflicts: Sequence[Conflict]
) -> bool:
    """Locate the places that were not looked up yet; return False while no report names any.

    The gazetteer is read in a worker, which forgets it.
    """
    if not await store.read(names_places):
        return False
    gazetteer = installed()
    asked = await store.read(conflicts_to_locate, conflicts, gazetteer)
    if asked:
        located = await workers.run(look_up, asked)
        await store.write(keep_located, asked, located, gazetteer)
        _log.info("places conflicts=%d located=%d", len(asked), len(located))
        if not gazetteer:
            _log.warning(
                "places stay off the map without a gazetteer:"
                " pip install 'conflict-news-aggregator[map]'"
            )
    return True
