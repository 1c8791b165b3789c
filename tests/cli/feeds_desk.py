"""A folder with a feeds.yaml that lets the commands reach a loopback server beside them."""

import asyncio
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

from aggregator.config import load
from aggregator.model import Feed
from tests.running import aggregator
from tests.web.hostile_server import HostileServer, Route, Script, answer

Work = Callable[["Desk"], Any]


@dataclass(frozen=True, slots=True)
class Desk:
    """Runs `aggregator feeds ...` in a folder while a server answers."""

    folder: Path
    server: HostileServer

    def feeds(self, *arguments: str) -> CompletedProcess[str]:
        return aggregator("feeds", *arguments, folder=self.folder)

    def json(self, *arguments: str) -> Any:
        return json.loads(self.feeds(*arguments, "--json").stdout)

    def url(self, path: str) -> str:
        return self.server.url(path)

    def listed(self) -> tuple[Feed, ...]:
        return load(self.folder / "feeds.yaml").feeds

    def text(self) -> str:
        return (self.folder / "feeds.yaml").read_text(encoding="utf-8")


def at_desk(folder: Path, routes: Mapping[str, Route], work: Work, settings: str = "") -> None:
    """Serve `routes` while `work` runs commands in `folder`."""

    async def serve() -> None:
        async with HostileServer(dict(routes)) as server:
            (folder / "feeds.yaml").write_text(
                f"# mine\nsettings: {{allowed_networks: [127.0.0.0/8], host_gap: 0s, {settings}"
                f" allowed_ports: [{server.port}]}}\nfeeds: []\nconflicts: []\n",
                encoding="utf-8",
            )
            await asyncio.to_thread(work, Desk(folder, server))

    asyncio.run(serve())


def feed(title: str = "Quay Post", *items: str, language: str = "en-GB", head: str = "") -> Script:
    """Return the answer of an RSS feed; by default it has one item, an hour old."""
    date = format_datetime(datetime.now(UTC) - timedelta(hours=1))
    some = items or (f"<guid>1</guid><title>Ferry sails</title><pubDate>{date}</pubDate>",)
    body = (
        f'<rss version="2.0"><channel><title>{title}</title><language>{language}</language>{head}'
        f"{''.join(f'<item>{item}</item>' for item in some)}</channel></rss>"
    )
    return answer(body.encode(), "Content-Type: application/rss+xml")


def page(markup: str) -> Script:
    """Return the answer of a web page."""
    return answer(f"<!doctype html><html>{markup}".encode(), "Content-Type: text/html")
