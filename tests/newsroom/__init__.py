"""A loopback publisher of invented news with a known truth, for tests and the demo."""

from tests.newsroom.room import Newsroom
from tests.newsroom.server import Request
from tests.newsroom.world import (
    Conflict,
    Correction,
    Event,
    Fault,
    FeedFormat,
    Outlet,
    Published,
    Report,
    Truth,
    World,
)
from tests.newsroom.worlds import demo_world, full_world, small_world

__all__ = [
    "Conflict",
    "Correction",
    "Event",
    "Fault",
    "FeedFormat",
    "Newsroom",
    "Outlet",
    "Published",
    "Report",
    "Request",
    "Truth",
    "World",
    "demo_world",
    "full_world",
    "small_world",
]
