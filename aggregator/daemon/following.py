"""feeds.yaml as it changes: what is good is taken up, what is not changes nothing but the log."""

import asyncio
import logging
from dataclasses import fields
from typing import Final

from aggregator.config import Config, Settings, load
from aggregator.config.stamp import stamp
from aggregator.errors import ConfigError
from aggregator.model import Trouble
from aggregator.pipeline.trouble_desk import TroubleDesk

TROUBLE: Final = "feeds.yaml"

NEEDS_RESTART: Final = (
    "database",
    "extract_workers",
    "story_window",
    "user_agent",
    "contact",
    "allowed_networks",
    "allowed_ports",
    "feed_limit",
    "page_limit",
    "robots_limit",
    "request_deadline",
    "connect_timeout",
    "redirect_limit",
    "host_gap",
    "requests_in_flight",
    "connections",
    "proxy",
)
"""Settings that are taken up when the daemon starts, and not while it runs."""

_log = logging.getLogger("aggregator")


class ConfigFollower:
    """Watches one feeds.yaml; what has been taken up is `config`."""

    def __init__(self, config: Config) -> None:
        self.config = config
        # Of the file that was read last, good or bad, and of the one that was seen last.
        self._stamp = self._changing = config.stamp
        self._pending: Config | None = None
        self._is_asked = False
        self._started_with = config.settings

    @property
    def is_asked(self) -> bool:
        """Whether somebody has asked for a look that is still to come."""
        return self._is_asked

    def read_again(self) -> None:
        """Read the file with the next look, changed or not."""
        self._is_asked = True

    async def look(self, troubles: TroubleDesk) -> Config | None:
        """Return what is to be followed: the last good file, until it is taken; else None.

        A file is read when two looks have found it the same, for an editor may write in steps;
        when somebody asks, at once.
        """
        current = stamp(self.config.path)
        is_asked, self._is_asked = self._is_asked, False
        is_still, self._changing = current == self._changing, current
        if is_asked or (is_still and current != self._stamp):
            await self._read(troubles, is_asked=is_asked)
        return self._pending

    async def take(self, config: Config, troubles: TroubleDesk) -> None:
        """Note that everything follows `config` now."""
        self.config = config
        if self._pending is config:
            self._pending = None
        self._tell_of_restart(config.settings)
        _log.info("config reloaded feeds=%d conflicts=%d", len(config.feeds), len(config.conflicts))
        if config.stamp == self._stamp:
            await troubles.end(TROUBLE)

    async def _read(self, troubles: TroubleDesk, *, is_asked: bool) -> None:
        current = stamp(self.config.path)
        try:
            config = await asyncio.to_thread(load, self.config.path)
        except ConfigError as error:
            self._stamp = current
            problems = "; ".join(str(error).splitlines())
            _log.error("config kept, the changed file is not usable: %s", problems)
            await troubles.begin(_unusable(problems))
            return
        if stamp(self.config.path) != config.stamp:
            # Written while it was read: what was read may be half of it.
            self._is_asked |= is_asked
            return
        self._stamp = config.stamp
        self._pending = config

    def _tell_of_restart(self, settings: Settings) -> None:
        before = self._started_with
        names = tuple(
            field.name
            for field in fields(Settings)
            if field.name in NEEDS_RESTART
            and getattr(before, field.name) != getattr(settings, field.name)
        )
        if names:
            _log.warning("config restart needed for: %s", ", ".join(names))


def _unusable(problems: str) -> Trouble:
    return Trouble(
        TROUBLE,
        f"the changed file is not usable, the old settings go on: {problems}",
        "run `aggregator check`, and mend what it names",
    )
