"""The sections of feeds.yaml with the tables of their keys."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from aggregator.config.alert_options import ALERT, DIGEST, MAIL
from aggregator.config.conflict_options import CONFLICT
from aggregator.config.keep import KEEP
from aggregator.config.options import FEED, SETTINGS, Option
from aggregator.config.saved import SAVED_FEED

SECTIONS: Final[Mapping[str, tuple[Option, ...]]] = MappingProxyType(
    {
        "settings": SETTINGS,
        "keep": KEEP,
        "feeds": FEED,
        "conflicts": CONFLICT,
        "saved_feeds": SAVED_FEED,
        "mail": MAIL,
        "alerts": ALERT,
        "digests": DIGEST,
    }
)

REQUIRED_SECTIONS: Final = frozenset({"feeds", "conflicts"})
"""Sections that must stand in the file even when empty."""
