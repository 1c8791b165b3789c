"""The daemon: owns time, signals, the lock, and the reloading of feeds.yaml."""

from aggregator.daemon.clock import utc_now
from aggregator.daemon.daemon import Daemon, poll_once

__all__ = ["Daemon", "poll_once", "utc_now"]
