"""Weeks of the daemon in two hours: everything that can befall it, all together.

    python -m bench.soak [--minutes 120] [--seed 1] [--report soak.json]

The daemon is the real one, in a process of its own, with the pages served; only its clock is not
real, it runs 150 times as fast and is set back and forth. Fifty outlets publish, edit, withdraw and
fail; ten of them in turns, seven are hostile. For three fifths of the time the daemon is killed,
stopped, paused, its database locked and its settings spoilt. Then it is left to live, so that its
memory can be judged, while all that does not end it goes on. At the end everything is mended, and
what the database holds is compared with what was published. Exits with 1 when a promise is broken.
"""

import argparse
import json
import socket
import sqlite3
import sys
import tempfile
import time
from collections import Counter
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Final

from bench.soak_audit import audit, counts, stored_addresses
from bench.soak_clock import ClockFile
from bench.soak_faults import Ordeal
from bench.soak_press import Press
from bench.soak_process import DaemonProcess
from bench.soak_readers import Readers
from bench.soak_report import answered, lived, log_lines, published, stored
from bench.soak_settings import feeds_yaml
from bench.soak_truth import compare
from bench.soak_verdict import MIB, Observations, Sample, broken_promises

FACTOR: Final = 150.0
ARTICLES_A_SECOND: Final = 0.6
CALM_FROM: Final = 0.6
"""The share of the time after which nothing ends the daemon any more."""

_BEAT: Final = 0.5
_CLAIMS_EVERY: Final = 2.0
_STRIKE_EVERY: Final = (6.0, 18.0)
_ORPHAN_SECONDS: Final = 20.0
_SETTLE_SECONDS: Final = 180.0
_START_SECONDS: Final = 20.0
_LONGEST_START: Final = 60.0


class Soak:
    """One soak: the parts, and what is seen of them."""

    def __init__(
        self, folder: Path, press: Press, clock: ClockFile, options: argparse.Namespace
    ) -> None:
        self._folder, self._press, self._clock = folder, press, clock
        self._seconds: float = options.minutes * 60
        self._daemon = DaemonProcess(folder)
        # In a short soak everything comes faster.
        pace = self._seconds / 600
        self._strike_every = min(max(_STRIKE_EVERY[1] * pace, _STRIKE_EVERY[0]), _STRIKE_EVERY[1])
        self._sample_every = min(max(10 * pace, 1), 10)
        port = _free_port()
        self._ordeal = Ordeal(
            press,
            self._daemon,
            clock,
            folder,
            partial(feeds_yaml, press, folder, port),
            options.seed,
            min(max(self._seconds / 30, 10), 180),
        )
        self._readers = Readers(port, self._ordeal.excused, self._ordeal.page_came, options.seed)
        self._samples: list[Sample] = []
        self._deaths: list[str] = []
        self._orphans: list[str] = []
        self._silence, self._requests_seen, self._quiet_since = 0.0, 0, time.monotonic()
        self._owed = 0.0
        self.logged = Counter[str]()

    def run(self) -> Observations:
        """Go through all of it and return what was seen."""
        self._ordeal.start()
        began = time.monotonic()
        with self._readers:
            self._live(began, self._seconds)
            self._ordeal.relent()
            late = self._settle()
        return self._end(late)

    def _live(self, began: float, seconds: float) -> None:
        next_strike, next_sample, next_claims = began + _START_SECONDS, began, began
        if self._seconds < 10 * _START_SECONDS:
            next_strike = began + self._seconds / 10
        while (now := time.monotonic()) - began < seconds:
            time.sleep(_BEAT)
            self._owed += ARTICLES_A_SECOND * _BEAT
            self._press.publish(int(self._owed))
            self._owed %= 1
            self._ordeal.proceed()
            self._watch()
            if now >= next_claims:
                next_claims = now + _CLAIMS_EVERY
                self._ordeal.note_claims()
            if now >= next_sample:
                next_sample = now + self._sample_every
                self._sample()
            if now >= next_strike and self._daemon.is_ready():
                next_strike = now + self._strike_every
                self._ordeal.strike(calm=now - began > CALM_FROM * seconds)

    def _watch(self) -> None:
        now = time.monotonic()
        code = self._daemon.ended()
        if code is not None:
            self._deaths.append(f"code {code} after {self._daemon.age:.0f} s")
            self._daemon.kill()
            self._ordeal.look_after()
            self._ordeal.start()
        heard = self._press.feed_requests != self._requests_seen
        starts = self._daemon.age < _LONGEST_START and not self._daemon.is_ready()
        if heard or starts or now < self._ordeal.quiet_until:
            self._requests_seen, self._quiet_since = self._press.feed_requests, now
        self._silence = max(self._silence, now - self._quiet_since)

    def _sample(self) -> None:
        daemon = self._daemon
        self._samples.append(
            Sample(
                daemon.lives,
                daemon.age,
                daemon.resident(),
                sum(child.resident for child in daemon.children()),
                daemon.threads(),
                daemon.files(),
                _size(self._folder / "news.db-wal"),
                _size(self._folder / "news.db"),
                self._ordeal.is_read(),
            )
        )
        for orphan in daemon.end_orphans(_ORPHAN_SECONDS):
            self._orphans.append(f"{orphan.resident // MIB} MiB {orphan.command[-90:]}")

    def _settle(self) -> list[str]:
        """Wait until everything published has arrived; return what has not."""
        end = time.monotonic() + _SETTLE_SECONDS
        while time.monotonic() < end:
            time.sleep(1)
            self._watch()
            self._ordeal.note_claims()
            if not self._waiting():
                break
        return self._waiting()

    def _waiting(self) -> list[str]:
        waiting = self._press.behind()
        try:
            held = counts(self._folder / "news.db")
        except sqlite3.OperationalError as error:
            return [f"the database: {error}"]
        if held["not grouped"]:
            waiting.append(f"{held['not grouped']} articles without a story")
        return waiting

    def _end(self, late: list[str]) -> Observations:
        life = self._daemon.lives
        stop = self._daemon.stop()
        database = self._folder / "news.db"
        integrity = [*self._ordeal.integrity, *audit(database, self._folder / "feed.atom")]
        self.logged, unexpected = log_lines(self._folder / "daemon.log")
        time.sleep(1)
        self._orphans += [orphan.command[-90:] for orphan in self._daemon.end_orphans(0)]
        odd = frozenset(outlet.id for outlet in self._press.outlets.values() if outlet.is_hostile)
        records = {k: v for k, v in self._press.records().items() if k not in odd}
        held = {k: v for k, v in stored_addresses(database).items() if k not in odd}
        return Observations(
            compare(records, held),
            self._samples,
            life,
            stops=[*self._ordeal.stops, stop],
            integrity=integrity,
            deaths=self._deaths,
            late=late,
            orphans=self._orphans,
            page_failures=self._readers.failures,
            unexpected=unexpected,
            longest_silence=self._silence,
            feed_requests=self._press.feed_requests,
            poll_lines=self.logged["INFO poll"],
        )

    def table(self, seen: Observations) -> list[tuple[str, str]]:
        """Return what was seen, a row for each thing."""
        weeks = self._seconds * FACTOR / timedelta(weeks=1).total_seconds()
        done = ", ".join(f"{n} {what}" for what, n in self._ordeal.done.items())
        return [
            ("weeks simulated", f"{weeks:.2f}"),
            ("what happened", done),
            ("lives of the daemon", f"{self._daemon.lives}"),
            *published(self._press),
            *stored(seen, counts(self._folder / "news.db")),
            *answered(self._readers),
            *lived(seen, self.logged),
        ]

    def kill(self) -> None:
        """End the daemon, however it is."""
        self._daemon.kill()
        self._daemon.end_orphans(0)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port: int = listening.getsockname()[1]
    return port


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def main() -> None:
    """Run the soak, print the table, and say which promises are broken."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--minutes", type=float, default=120.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--report", type=Path, help="a file for everything as JSON")
    parser.add_argument("--folder", type=Path, help="where database and log stay; default: nowhere")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = options.folder or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        span = timedelta(seconds=options.minutes * 60 * FACTOR)
        clock = ClockFile(folder / "clock.json", datetime.now(UTC) - span, FACTOR)
        with Press(options.seed, clock.now) as press:
            soak = Soak(folder, press, clock, options)
            try:
                seen = soak.run()
            finally:
                soak.kill()
            rows = soak.table(seen)
    broken = broken_promises(seen)
    for name, value in rows:
        print(f"{name:38} {value}")
    print("log lines", dict(soak.logged))
    for line in broken:
        print(f"BROKEN: {line}")
    if options.report:
        report = {"table": dict(rows), "broken": broken, "seen": asdict(seen)}
        options.report.write_text(json.dumps(report, indent=1), encoding="utf-8")
    sys.exit(int(bool(broken)))


if __name__ == "__main__":
    main()
