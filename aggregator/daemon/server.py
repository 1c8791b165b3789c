"""The pages' server as a process of its own, so that neither can block the other."""

import asyncio
import contextlib
import json
import logging
import sys
from datetime import timedelta
from pathlib import Path
from time import monotonic
from typing import Final

from aggregator.config import Config
from aggregator.model import Trouble
from aggregator.pipeline.trouble_desk import TroubleDesk

STOP_SECONDS: Final = 3
LONGEST_RESTART_WAIT: Final = timedelta(minutes=5)
WELL_AFTER: Final = timedelta(minutes=1)
"""What the server runs for until it is believed that it stays."""

_SETTINGS_OF_PAGES: Final = (
    "serve_host", "serve_port", "title", "base_url", "feed_entries", "hub", "reader_password"
)  # fmt: skip

_NOT_SERVED: Final = "pages not served"

_log = logging.getLogger("aggregator")


class ServerProcess:
    """Starts the server, starts it again when it ends, and ends it; it ends with this process."""

    def __init__(self, config: Config, database: Path) -> None:
        self._config = config
        self._database = database
        self._process: asyncio.subprocess.Process | None = None
        self._wait = timedelta(0)
        self._not_before: float | None = None
        self._begun = 0.0

    async def keep_alive(self, troubles: TroubleDesk) -> None:
        """Start the server, or start it again when it has ended, ever later.

        That it ends again and again is told as a trouble.
        """
        if self._process is not None and self._process.returncode is None:
            if monotonic() - self._begun > WELL_AFTER.total_seconds():
                await troubles.end(_NOT_SERVED)
            return
        if self._process is not None and self._not_before is None:
            if monotonic() - self._begun > WELL_AFTER.total_seconds():
                # It was well for long: what ended it is no longer what ended it before.
                self._wait = timedelta(0)
            if self._wait:
                await troubles.begin(_not_served(self._process.returncode))
            self._wait = min(max(self._wait * 2, timedelta(seconds=1)), LONGEST_RESTART_WAIT)
            self._not_before = monotonic() + self._wait.total_seconds()
            _log.error("serve ended code=%s, again in %s", self._process.returncode, self._wait)
        if self._not_before is not None and monotonic() < self._not_before:
            return
        self._not_before = None
        self._begun = monotonic()
        # Its standard input ends with us, however we end, and it ends with that.
        self._process = await asyncio.create_subprocess_exec(
            *self._command(), stdin=asyncio.subprocess.PIPE
        )

    async def follow(self, config: Config) -> None:
        """Serve as `config` says from the next beat on."""
        before, self._config = self._config, config
        if _concerning_pages(before) != _concerning_pages(config):
            await self.stop()
            self._process = None
            # What it waited for was the end of a server with other settings.
            self._not_before, self._wait = None, timedelta(0)
            _log.info("serve begins anew, its settings have changed")

    def _command(self) -> list[str]:
        settings = self._config.settings
        return [
            sys.executable, "-m", "aggregator",
            "--config", str(self._config.path), "--database", str(self._database),
            "serve", "--host", settings.serve_host, "--port", str(settings.serve_port),
            "--with-parent", "--settings", json.dumps(_concerning_pages(self._config)),
        ]  # fmt: skip

    def kill(self) -> None:
        """End the server now."""
        if self._process is not None and self._process.returncode is None:
            self._process.kill()

    async def stop(self) -> None:
        """End the server, with force when it does not go."""
        if self._process is None or self._process.returncode is not None:
            return
        with contextlib.suppress(ProcessLookupError):
            self._process.terminate()
        try:
            await asyncio.wait_for(self._process.wait(), STOP_SECONDS)
        except TimeoutError:
            self._process.kill()
            await self._process.wait()


def _not_served(code: int | None) -> Trouble:
    return Trouble(
        _NOT_SERVED,
        f"the pages' server ends each time it is started, the last time with code {code}",
        "its reason stands in the log; or see it with `aggregator serve`",
    )


def _concerning_pages(config: Config) -> dict[str, object]:
    """Return the settings in force that the server needs; its secret by its name only."""
    return {name: getattr(config.settings, name) for name in _SETTINGS_OF_PAGES}
