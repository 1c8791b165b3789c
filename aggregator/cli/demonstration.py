"""The demo: our own newsroom on loopback, and the real daemon and pages on it."""

import asyncio
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import click

import aggregator
from aggregator.cli.context import log_to_stderr
from aggregator.config import load
from aggregator.daemon import Daemon
from aggregator.errors import AggregatorError, PartMissing

LIVE_SECONDS: Final = 20
"""How often the newsroom publishes something new."""

_STOP_SECONDS: Final = 5


@click.command()
@click.option("--port", type=click.IntRange(1, 65535), default=8001, show_default=True)
@click.option(
    "--folder",
    type=click.Path(file_okay=False, path_type=Path),
    help="Keep the demo's files here.",
)
def demo(port: int, folder: Path | None) -> None:
    """Show the whole program against a newsroom of its own: no internet, stories in seconds."""
    log_to_stderr()
    _demonstrate(port, folder)


def _demonstrate(port: int, folder: Path | None) -> None:
    """Run newsroom, daemon and pages until stopped; the pages are on `port`.

    With `folder` the demo's feeds.yaml and database are kept there, else they go at the end.
    """
    kept = folder is not None
    place = folder or Path(tempfile.mkdtemp(prefix="conflict-news-demo-"))
    place.mkdir(parents=True, exist_ok=True)
    feeds, database = place / "feeds.yaml", place / "conflict-news.db"
    try:
        with _newsroom(feeds, database, port):
            config = load(feeds)
            click.echo(
                f"stories appear on http://127.0.0.1:{port}/ ; Ctrl-C ends the demo", err=True
            )
            asyncio.run(Daemon(config, database, serve=True).run())
    finally:
        if not kept:
            shutil.rmtree(place, ignore_errors=True)


@contextmanager
def _newsroom(feeds: Path, database: Path, pages_port: int) -> Iterator[None]:
    """Run the newsroom, which writes a feeds.yaml for itself and for the pages on `pages_port`."""
    root = Path(aggregator.__file__).parent.parent
    if not (root / "tests" / "newsroom" / "__main__.py").is_file():
        raise PartMissing("the source tree", "run the demo there, with `make demo`")
    process = subprocess.Popen(  # noqa: S603 -- our own program with our own arguments
        [
            sys.executable, "-m", "tests.newsroom", "--port", "0",
            "--feeds", str(feeds.absolute()), "--database", str(database.absolute()),
            "--live", str(LIVE_SECONDS), "--pages-port", str(pages_port),
        ],
        cwd=root,
        stdout=subprocess.PIPE,
        text=True,
    )  # fmt: skip
    assert process.stdout is not None
    try:
        # The line says that it listens and that feeds.yaml is written.
        if not process.stdout.readline():
            raise AggregatorError("the newsroom did not start; its message stands above")
        yield
    finally:
        process.terminate()
        try:
            process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        process.stdout.close()
