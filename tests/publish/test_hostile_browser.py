"""Hostile data in a real browser: nothing of it runs, and nothing is asked of anybody else."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.publish.sample import Desk
from tests.publish.site_browser import BROWSER_MARKS, served
from tests.vectors import MARKUP, X

pytestmark = [*BROWSER_MARKS, pytest.mark.timeout(180)]

VECTORS = [vector for vector in MARKUP if len(vector) < 400][::4]


def test_c14_no_script_of_the_data_runs_and_nobody_else_is_asked(
    browser: Browser, tmp_path: Path
) -> None:
    desk = Desk(tmp_path / "conflict-news.db", datetime.now(UTC))
    for number, vector in enumerate(VECTORS):
        feed = desk.feed(f"hostile-{number}", vector, kind=vector, country=vector)
        article = desk.article(feed, vector, minutes=3, body=vector, source=vector)
        desk.story([article], conflicts=[desk.conflict(f"hostile-{number}", vector)])
    desk.store.close()
    ran: list[str] = []
    asked: list[str] = []
    with served(desk.path) as address:
        context = browser.new_context(base_url=address)
        context.add_init_script("window.steal = () => { window.__stolen = true; };")
        page = context.new_page()
        page.set_content(f"<img src=data:x onerror={X}>")
        page.wait_for_function("window.__stolen === true")
        page.on("request", lambda request: asked.append(request.url))
        paths = [
            "/", "/sources", "/feeds", "/conflicts", "/numbers", "/map", "/search?q=steal",
            *(f"/story/{number}" for number in range(1, len(VECTORS) + 1, 4)),
            *(f"/article/{number}" for number in range(1, len(VECTORS) + 1, 4)),
            "/conflict-news/articles", "/conflict-news/reports", "/conflict-news/feeds",
            "/conflict-news/articles/1", "/conflict-news?sql=select+title+from+articles",
        ]  # fmt: skip
        for path in paths:
            page.goto(path)
            if page.evaluate("window.__stolen === true"):
                ran.append(path)
        context.close()
    assert ran == []
    assert [url for url in asked if not url.startswith(f"{address}/")] == []
