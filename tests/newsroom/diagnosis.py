"""What a reader of these feeds should say is wrong with each, in the aggregator's words."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from tests.newsroom.world import Fault, Outlet

CALLED: Final[Mapping[Fault, str]] = MappingProxyType(
    {
        Fault.NOT_FOUND: "not found",
        Fault.GONE: "gone",
        Fault.SERVER_ERROR: "server error",
        Fault.LATER: "asked to wait",
        Fault.TOO_MANY: "asked to wait",
        Fault.FORBIDDEN: "blocked",
        Fault.WEB_PAGE: "not a feed",
        Fault.DRIP: "too slow",
        Fault.SILENT: "too slow",
        Fault.REDIRECT_LOOP: "too many redirects",
        Fault.HUGE: "too large",
        Fault.XXE: "forbidden XML",
        Fault.BOT_WALL: "bot wall",
        Fault.PRIVATE_REDIRECT: "address refused",
        Fault.DOUBLE_GZIP: "damaged",
        Fault.CUT_GZIP: "damaged",
        Fault.MOVED: "moved",
        Fault.NEW_GUIDS: "guids change",
        Fault.EMPTY: "empty",
        Fault.UNDATED: "undated",
        Fault.ARCHIVE: "old entries",
    }
)
"""What each fault is called; the others cost nothing that a reader must know of."""


def conditions_of(outlet: Outlet) -> set[str]:
    """Return what is to be said of an outlet's feed; nothing of a good one."""
    found = {CALLED.get(outlet.fault, "")} if outlet.fault else set()
    undated = set() if outlet.dated else {"undated"}
    return (found | undated) - {""}
