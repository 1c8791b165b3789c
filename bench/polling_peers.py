"""Who polls in the benchmark of polling: how each is told the feeds, run, and asked what it has."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final, Protocol

from aggregator.store import open_store
from aggregator.store.reading import search

ROOT: Final = Path(__file__).parent.parent
_SCRIPTS: Final = ROOT / "bench" / "peers"
_EVERY: Final = 10**9


@dataclass(frozen=True, slots=True)
class Task:
    """What all peers are given, each in an empty folder of its own."""

    folder: Path
    urls: tuple[str, ...]
    port: int
    workers: int
    host_gap: float
    peers_python: Path


class Peer(Protocol):
    """One way to poll feeds."""

    stores: bool
    """Whether anything is kept of the entries."""

    def missing(self, task: Task) -> str | None:
        """Return what is not installed, None when nothing is."""
        ...

    def prepare(self, task: Task) -> None:
        """Write down the feeds; not measured."""
        ...

    def command(self, task: Task) -> list[str]:
        """Return the command that polls every feed once."""
        ...

    def entries(self, task: Task) -> int | None:
        """Return how many entries are stored, None where none are."""
        ...

    def found(self, task: Task, word: str) -> int | None:
        """Return how many entries a full-text search finds, None where there is none."""
        ...


class Ours:
    """This project.

    Usually headline and lead of an entry can be searched once its feed is read, the rest when its
    page is (or, where pages are not fetched, at once: `whole_texts`).
    """

    stores = True

    def __init__(self, *, whole_texts: bool = False) -> None:
        self._whole_texts = whole_texts

    def missing(self, task: Task) -> None:
        """Return None: it runs, so it is here."""

    def prepare(self, task: Task) -> None:
        """Write the list of feeds."""
        listed = {
            "urls": task.urls,
            "port": task.port,
            "host_gap": task.host_gap,
            "workers": task.workers,
            "whole_texts": self._whole_texts,
        }
        (task.folder / "feeds.json").write_text(json.dumps(listed), encoding="utf-8")

    def command(self, task: Task) -> list[str]:
        """Poll into a new or known database."""
        files = [str(task.folder / "feeds.json"), str(task.folder / "news.db")]
        return [sys.executable, "-m", "bench.polling_ours", *files]

    def entries(self, task: Task) -> int:
        """Count the table of entries."""
        return _count(task.folder / "news.db", "entries")

    def found(self, task: Task, word: str) -> int:
        """Search as the command `aggregator search` does."""
        with open_store(task.folder / "news.db") as store:
            return len(search(store, word, _EVERY))


class _InPeersEnvironment:
    """What runs under the Python into which the peers are installed."""

    def missing(self, task: Task) -> str | None:
        """Name the environment if it is not there."""
        return None if task.peers_python.exists() else f"{task.peers_python}; make bench-polling"


class Reader(_InPeersEnvironment):
    """The library `reader`, with or without its full-text search."""

    stores = True

    def __init__(self, *, searchable: bool = False) -> None:
        self._flags = ["--search"] if searchable else []

    def _script(self, task: Task, *order: str) -> list[str]:
        database = str(task.folder / "reader.db")
        return [str(task.peers_python), str(_SCRIPTS / "reader_poll.py"), database, *order]

    def prepare(self, task: Task) -> None:
        """Add the feeds."""
        order = self._script(task, "add", str(task.folder / "urls"), *self._flags)
        subprocess.run(order, check=True)

    def command(self, task: Task) -> list[str]:
        """Update all feeds, and the search if there is one."""
        return self._script(task, "poll", str(task.workers))

    def entries(self, task: Task) -> int:
        """Count the table of entries."""
        return _count(task.folder / "reader.db", "entries")

    def found(self, task: Task, word: str) -> int | None:
        """Search by its own call."""
        if not self._flags:
            return None
        done = subprocess.run(self._script(task, "find", word), check=True, stdout=subprocess.PIPE)
        return int(done.stdout)


class _Unread:
    """What downloads and throws away."""

    stores = False

    def prepare(self, task: Task) -> None:
        """Nothing: the list of addresses is in the folder."""

    def entries(self, task: Task) -> None:
        """Return None."""

    def found(self, task: Task, word: str) -> None:
        """Return None."""


class Httpx(_Unread):
    """A bare loop over httpx."""

    def missing(self, task: Task) -> None:
        """Return None: the project needs httpx itself."""

    def command(self, task: Task) -> list[str]:
        """Download with validators."""
        return _download(sys.executable, "httpx_poll.py", task)


class Aiohttp(_InPeersEnvironment, _Unread):
    """A bare loop over aiohttp."""

    def command(self, task: Task) -> list[str]:
        """Download with validators."""
        return _download(str(task.peers_python), "aiohttp_poll.py", task)


class Newsboat:
    """The feed reader for terminals; it reads no JSON Feed."""

    stores = True

    def missing(self, task: Task) -> str | None:
        """Look for the program."""
        del task
        return None if shutil.which("newsboat") else "newsboat (a Debian package)"

    def prepare(self, task: Task) -> None:
        """Set how many feeds are reloaded at once."""
        setting = f"reload-threads {task.workers}\n"
        (task.folder / "config").write_text(setting, encoding="utf-8")

    def command(self, task: Task) -> list[str]:
        """Reload all feeds."""
        files = {"-u": "urls", "-c": "cache.db", "-C": "config"}
        pairs = [part for flag, name in files.items() for part in (flag, str(task.folder / name))]
        return ["newsboat", *pairs, "-x", "reload"]

    def entries(self, task: Task) -> int:
        """Count the table of items."""
        return _count(task.folder / "cache.db", "rss_item")

    def found(self, task: Task, word: str) -> None:
        """Return None."""


class Sfeed:
    """Shell scripts around a parser in C; it reads no JSON Feed and keeps one file a feed."""

    stores = True

    def missing(self, task: Task) -> str | None:
        """Look for the program."""
        del task
        return None if shutil.which("sfeed_update") else "sfeed (a Debian package)"

    def prepare(self, task: Task) -> None:
        """Write its configuration, a shell script."""
        feeds = "".join(f"feed 'paper-{i}' '{url}'\n" for i, url in enumerate(task.urls))
        (task.folder / "sfeedrc").write_text(
            f"sfeedpath='{task.folder}/feeds'\nmaxjobs={task.workers}\nfeeds() {{\n{feeds}}}\n",
            encoding="utf-8",
        )

    def command(self, task: Task) -> list[str]:
        """Update all feeds."""
        return ["sfeed_update", str(task.folder / "sfeedrc")]

    def entries(self, task: Task) -> int:
        """Count the lines: an entry each."""
        return sum(path.read_bytes().count(b"\n") for path in task.folder.glob("feeds/*"))

    def found(self, task: Task, word: str) -> None:
        """Return None."""


def environment(task: Task) -> dict[str, str]:
    """Return the variables that a peer runs with: a home of its own, and this project's modules."""
    return {**os.environ, "HOME": str(task.folder), "PYTHONPATH": str(ROOT)}


def _download(python: str, script: str, task: Task) -> list[str]:
    files = [str(task.folder / "urls"), str(task.folder / "validators.json")]
    return [python, str(_SCRIPTS / script), *files, str(task.workers)]


def _count(database: Path, table: str) -> int:
    if not database.exists():
        return 0
    with closing(sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True)) as connection:
        row = connection.execute(f"SELECT count(*) FROM {table}").fetchone()  # noqa: S608  # ours
    return int(row[0])


PEERS: Final[Mapping[str, Peer]] = MappingProxyType(
    {
        "ours": Ours(),
        "ours-whole-texts": Ours(whole_texts=True),
        "reader": Reader(),
        "reader-search": Reader(searchable=True),
        "newsboat": Newsboat(),
        "sfeed": Sfeed(),
        "httpx": Httpx(),
        "aiohttp": Aiohttp(),
    }
)
