"""python -m tests.newsroom: serve the newsroom until told to stop, or export its truth."""

import argparse
import signal
import sys
import threading
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from tests.newsroom.export import export_lines
from tests.newsroom.room import Newsroom, Setting
from tests.newsroom.worlds import demo_world, full_world

_HELD_BACK = 0.3
"""The share of reports that live mode publishes over time."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code."""
    options = _parser().parse_args(arguments)
    if options.export:
        _write(options.export, "".join(export_lines(full_world(), options.now)))
        return 0
    room = Newsroom(
        full_world(failing=True, hostile=True) if options.hostile else demo_world(),
        options.port,
        now=options.now,
        seed=options.seed,
        held_back=_HELD_BACK if options.live else 0.0,
    )
    with room:
        _serve(room, options)
    return 0


def _serve(room: Newsroom, options: argparse.Namespace) -> None:
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    outlets = len(room.outlets)
    if options.feeds:
        _write(options.feeds, room.feeds_yaml(**_settings(options)))
    sys.stdout.write(f"newsroom on http://127.0.0.1:{room.port}/ ({outlets} outlets)\n")
    sys.stdout.flush()
    while not stop.wait(options.live):
        room.advance()


def _settings(options: argparse.Namespace) -> dict[str, Setting]:
    settings: dict[str, Setting] = {
        "title": "Conflict news from the newsroom",
        "contact": "https://newsroom.example/contact",
        "poll_interval_minimum": "5s",
        "poll_interval_maximum": "15s",
        "poll_tick": "2s",
    }
    if options.database:
        settings["database"] = str(options.database)
    if options.pages_port:
        settings["serve_port"] = options.pages_port
    return settings


def _write(path: Path, text: str) -> None:
    """Replace a file as a whole, so that nobody reads half of it."""
    half = path.with_name(path.name + ".part")
    half.write_text(text, "utf-8")
    half.replace(path)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.newsroom", description=__doc__)
    parser.add_argument("--port", type=int, default=8123, help="0 takes a free port")
    parser.add_argument("--feeds", type=Path, help="write a feeds.yaml here")
    parser.add_argument("--live", type=float, metavar="SECONDS", help="publish something so often")
    parser.add_argument("--seed", type=int, default=0, help="decides what live mode invents")
    parser.add_argument("--database", type=Path, help="the database to name in feeds.yaml")
    parser.add_argument("--pages-port", type=int, help="the port of the pages to name there")
    parser.add_argument("--hostile", action="store_true", help="add one feed for each fault")
    parser.add_argument("--export", type=Path, help="write the labelled articles as JSONL, and end")
    parser.add_argument("--now", type=_moment, help="date the reports back from this ISO 8601 time")
    return parser


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


if __name__ == "__main__":
    sys.exit(main())
