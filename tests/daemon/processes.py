"""A daemon in a process of its own: its files, its children, its end."""

import os
import signal
import sqlite3
import subprocess
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

from tests.newsroom.room import Newsroom
from tests.running import wait_until

IN_TERMINAL = """
import fcntl, os, signal, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
signal.signal(signal.SIGHUP, signal.SIG_IGN if sys.argv[1] == "nohup" else signal.SIG_DFL)
os.execv(sys.executable, [sys.executable, *sys.argv[2:]])
"""
"""Runs Python, with or without "nohup", in the terminal that is its standard input; for the first
process of a session."""


def write_feeds(folder: Path, room: Newsroom, dripping: int, **settings: str | int) -> None:
    text = room.feeds_yaml(
        extract_workers=1,
        poll_tick="1s",
        poll_interval_minimum="1s",
        serve_port=17_000 + os.getpid() % 1000,
        allowed_ports=[room.port, dripping],
        **settings,
    )
    for number in range(10):
        text += f"  - {{name: Drip {number}, url: 'http://drip-{number}.localhost:{dripping}/'}}\n"
    (folder / "feeds.yaml").write_text(text, encoding="utf-8")


def log(folder: Path) -> str:
    path = folder / "log.txt"
    return path.read_text(encoding="utf-8") if path.exists() else ""


def children_of(pid: int) -> list[int]:
    found = subprocess.run(
        ["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True, check=False
    )
    return [int(each) for each in found.stdout.split()]


def is_running(pid: int) -> bool:
    state = subprocess.run(
        ["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return bool(state.stdout.strip()) and not state.stdout.startswith("Z")


def go_on(children: list[int]) -> None:
    for child in children:
        with suppress(ProcessLookupError):
            os.kill(child, signal.SIGCONT)


def stop(daemon: subprocess.Popen[Any], number: int = signal.SIGTERM) -> None:
    """Stop the daemon; it has to go within 10 seconds, with code 0, and its children with it."""
    children = children_of(daemon.pid)
    daemon.send_signal(number)
    assert daemon.wait(timeout=10) == 0
    wait_until(lambda: not any(map(is_running, children)), seconds=3)


def assert_whole(folder: Path) -> None:
    """The lock is free, the database whole, and each acknowledged poll in it."""
    database = folder / "conflict-news.db"
    if not database.exists():
        return
    with closing(sqlite3.connect(database)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        tables = connection.execute("SELECT count(*) FROM sqlite_master WHERE name = 'polls'")
        if not tables.fetchone()[0]:
            return
        stored = connection.execute("SELECT coalesce(sum(entries_new), 0) FROM polls").fetchone()[0]
        entries = connection.execute("SELECT count(*) FROM entries").fetchone()[0]
    said = sum(
        int(word.removeprefix("new="))
        for line in log(folder).splitlines()
        if " poll feed=" in line
        for word in line.split()
        if word.startswith("new=")
    )
    assert stored == entries >= said
