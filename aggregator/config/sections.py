"""The sections of feeds.yaml with the tables of their keys."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from aggregator.config.alert_options import ALERT, DIGEST, MAIL
from aggregator.config.options import CONFLICT, FEED, SETTINGS, Option

SECTIONS: Final[Mapping[str, tuple[Option, ...]]] = MappingProxyType(
    {
        "settings": SETTINGS,
        "feeds": FEED,
        "conflicts": CONFLICT,
        "mail": MAIL,
        "alerts": ALERT,
        "digests": DIGEST,
    }
)

REQUIRED_SECTIONS: Final = ("feeds", "conflicts")
