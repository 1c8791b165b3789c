"""What it costs to poll many feeds: this project beside others, on one load, in one go (Linux).

    make bench-polling [ARGS="--feeds 500 --peers ours,reader"]

A server in a process of its own publishes the feeds on loopback addresses, five a host. Each peer
polls them three times, each time a new process whose processor time is taken whole: cold (nothing
is known yet), warm (nothing has changed) and changed (5 % of the feeds have new entries on top).
The server says what it was asked and how politely. At the end each peer is asked how much of what
was published it has stored and finds; the exit code is 1 when this project has not all of it, or
was impolite.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from bench.load_answers import Published
from bench.load_counts import Counts
from bench.load_feeds import TEXT_MARKER, TITLE_MARKER, host_of, path_of
from bench.load_server import ORDERS
from bench.polling_peers import PEERS, ROOT, Task, environment
from bench.polling_report import ROUNDS, Row, ratios, table

CHANGED_SHARE: Final = 0.05

_PASSED_ON: Final = ("feeds", "seed", "latency", "host_gap")


class LoadServer:
    """The server of the load, ordered from here."""

    def __init__(self, port: int) -> None:
        self.port = port

    def order(self, target: str) -> dict[str, Any]:
        """Give an order and return what it answers."""
        with urllib.request.urlopen(f"http://{ORDERS}:{self.port}/-/{target}") as answer:
            result: dict[str, Any] = json.load(answer)
        return result

    def published(self) -> Published:
        """Return what there is to find now."""
        return Published(**self.order("published"))


@contextmanager
def load_server(options: argparse.Namespace) -> Iterator[LoadServer]:
    """Serve the load until the block ends."""
    flags = [f"--{name.replace('_', '-')}={getattr(options, name)}" for name in _PASSED_ON]
    command = [sys.executable, "-m", "bench.load_server", *flags]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT) as process:
        try:
            assert process.stdout is not None
            ready = process.stdout.readline()
            if not ready:
                sys.exit("polling: the load server did not start; its message stands above")
            yield LoadServer(json.loads(ready)["port"])
        finally:
            process.kill()


def polled(name: str, task: Task, server: LoadServer) -> list[Row]:
    """Return the rounds of one peer."""
    peer = PEERS[name]
    server.order("client")
    (task.folder / "urls").write_text("\n".join(task.urls) + "\n", encoding="utf-8")
    peer.prepare(task)
    rows = []
    for title in ROUNDS:
        if title == "changed":
            server.order(f"change?share={CHANGED_SHARE}")
        server.order("round")
        print(f"polling: {len(task.urls)} feeds, {name}, {title}", file=sys.stderr)
        figures = _measured(peer.command(task), task)
        if figures["code"]:
            end = (task.folder / "output.log").read_text(encoding="utf-8", errors="replace")[-2000:]
            print(f"polling: {name} ended with code {figures['code']}:\n{end}", file=sys.stderr)
        rows.append(
            Row(
                feeds=len(task.urls),
                peer=name,
                round=title,
                disk_bytes=_bytes_in(task.folder),
                entries=peer.entries(task),
                counts=Counts(**server.order("counts")),
                **figures,
            )
        )
    return rows


def _measured(command: list[str], task: Task) -> dict[str, Any]:
    report = task.folder / "measured.json"
    meter = [sys.executable, str(ROOT / "bench" / "measured.py"), str(report)]
    subprocess.run(
        [*meter, str(task.folder / "output.log"), *command],
        cwd=task.folder,
        env=environment(task),
        check=True,
    )
    result: dict[str, Any] = json.loads(report.read_text(encoding="utf-8"))
    return result


def _bytes_in(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def audited(name: str, task: Task, published: Published) -> tuple[str, bool]:
    """Return how much of what is published a peer has, and whether it is all."""
    peer = PEERS[name]
    stored = peer.entries(task)
    titles, texts = (peer.found(task, word) for word in (TITLE_MARKER, TEXT_MARKER))
    line = f"{name}: stored {stored} of {published.entries} entries"
    if titles is not None:
        line += (
            f"; a search finds {titles} of {published.title_markers} marked titles,"
            f" {texts} of {published.text_markers} marked texts"
        )
    return line, (stored, titles) == (published.entries, published.title_markers)


def main() -> None:
    """Run the benchmark and print its table."""
    options = _options()
    # A client may keep a connection to each host.
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    with tempfile.TemporaryDirectory() as scratch, load_server(options) as server:
        sys.exit(_compared(options, options.keep or Path(scratch), server))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n", maxsplit=1)[0])
    parser.add_argument("--feeds", type=int, default=2000)
    parser.add_argument("--peers", default=",".join(PEERS), help="names, separated by commas")
    parser.add_argument("--latency", type=float, default=0.05, help="seconds before an answer")
    parser.add_argument("--workers", type=int, default=20, help="requests at the same moment")
    parser.add_argument("--host-gap", type=float, default=2.0, help="seconds between starts")
    parser.add_argument("--seed", type=int, default=1, help="draws the feeds and their texts")
    parser.add_argument("--keep", type=Path, help="keep what the peers store in this folder")
    parser.add_argument(
        "--peers-python", type=Path, default=ROOT / ".venv-peers" / "bin" / "python"
    )
    options = parser.parse_args()
    options.peers = options.peers.split(",")
    if unknown := set(options.peers) - PEERS.keys():
        parser.error(f"no such peer: {', '.join(sorted(unknown))}; there are {', '.join(PEERS)}")
    return options


def _compared(options: argparse.Namespace, folder: Path, server: LoadServer) -> int:
    published = server.published()
    print(
        f"Load: {published.feeds} feeds, {published.entries} entries,"
        f" {published.plain_bytes / 1e6:.1f} MB, {published.gzip_bytes / 1e6:.1f} MB gzipped;"
        f" an answer takes {options.latency:g} s; {options.workers} requests at the same moment;"
        f" violations are counted below a gap of {options.host_gap:g} s\n"
    )
    urls = tuple(
        f"http://{host_of(i, options.feeds)}:{server.port}{path_of(i)}"
        for i in range(options.feeds)
    )
    rows: list[Row] = []
    notes: list[str] = []
    failed = False
    for name in options.peers:
        task = Task(
            (folder / name).absolute(),
            urls,
            server.port,
            options.workers,
            options.host_gap,
            options.peers_python,
        )
        if missing := PEERS[name].missing(task):
            notes.append(f"{name}: skipped, not installed: {missing}")
            continue
        task.folder.mkdir(parents=True)
        rows += polled(name, task, server)
        if rows[-1].entries is None:
            continue
        line, is_whole = audited(name, task, server.published())
        notes.append(line)
        polite = not any(row.violations for row in rows if row.peer == name)
        failed |= name.startswith("ours") and not (is_whole and polite)
    print(table(rows))
    print()
    print("\n".join([*notes, "", *ratios(rows)]))
    return int(failed)


if __name__ == "__main__":
    main()
