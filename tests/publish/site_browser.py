"""A real browser on our site, served by a real server; nothing may break or leave the host."""

import shutil
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import uvicorn
from datasette.app import Datasette
from playwright.sync_api import Browser, Page, sync_playwright

BROWSER_MARKS = [
    pytest.mark.browser,
    pytest.mark.skipif(
        shutil.which("chromium") is None,
        reason="no browser: install Debian's chromium to run these",
    ),
]
PHONE = {"width": 360, "height": 740}

_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@contextmanager
def served(database: Path) -> Iterator[str]:
    """Serve a database on a free port; yield the address."""
    datasette = Datasette([str(database)])
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(datasette.app(), log_level="warning", ws="none")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    server.should_exit = True
    thread.join()
    listener.close()
    for known in datasette.databases.values():
        known.close()
    datasette.executor.shutdown()


@contextmanager
def chromium() -> Iterator[Browser]:
    """Run Debian's Chromium."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), headless=True, args=_ARGUMENTS
        )
        yield browser
        browser.close()


@contextmanager
def watched(browser: Browser, address: str, **options: object) -> Iterator[Page]:
    """Open a page that fails the test for a console error or a request off the host."""
    context = browser.new_context(base_url=address, **options)  # type: ignore[arg-type]  # any
    page = context.new_page()
    troubles: list[str] = []
    page.on(
        "console",
        lambda message: troubles.append(message.text) if message.type == "error" else None,
    )
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on(
        "request",
        lambda request: (
            None
            if urlsplit(request.url).netloc == urlsplit(address).netloc
            else troubles.append(f"asked for {request.url}")
        ),
    )
    yield page
    context.close()
    assert troubles == []


def scrolls_sideways(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth > window.innerWidth"))
