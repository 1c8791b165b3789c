"""feeds.yaml: what its keys are (`options`), how it is read (`load`) and edited (`edit`)."""

from aggregator.config.atomic import replacing, write_atomically
from aggregator.config.edit import add_feed, add_feeds, remove_feed
from aggregator.config.load import Config, load, parse, read_text, slug
from aggregator.config.options import Settings
from aggregator.config.reference import reference
from aggregator.config.saved import SavedFeed

__all__ = [
    "Config",
    "SavedFeed",
    "Settings",
    "add_feed",
    "add_feeds",
    "load",
    "parse",
    "read_text",
    "reference",
    "remove_feed",
    "replacing",
    "slug",
    "write_atomically",
]
