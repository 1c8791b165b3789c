"""The pictures in docs/: the main pages of the demo, in a real Chromium.

python -m bench.screenshots
"""

import json
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any

from tests.publish.site_browser import chromium

_PORT = 8019
_BASE = f"http://127.0.0.1:{_PORT}"
_PATIENCE_SECONDS = 120
# Reports go on coming, and the day is counted again after a minute.
_SETTLE_SECONDS = 75


def main() -> None:
    """Start the demo, wait for its stories, take the pictures."""
    docs = Path(__file__).parent.parent / "docs"
    demo = subprocess.Popen([sys.executable, "-m", "aggregator", "demo", "--port", str(_PORT)])
    try:
        began = time.monotonic()
        leading = _leading_story(began)
        print(f"first stories after {time.monotonic() - began:.0f} s")
        time.sleep(_SETTLE_SECONDS)
        leading = _leading_story(began)
        with chromium() as browser:
            for name, address, options in _pages(leading):
                page = browser.new_page(**options)
                page.goto(f"{_BASE}{address}")
                page.screenshot(path=docs / f"{name}.png")
                print(f"docs/{name}.png: {page.title()}")
                page.close()
    finally:
        demo.send_signal(signal.SIGINT)
        demo.wait()


def _pages(story: int) -> list[tuple[str, str, dict[str, Any]]]:
    """Return name, address and kind of reader of each picture."""
    wide: dict[str, Any] = {"viewport": {"width": 1200, "height": 900}}
    phone: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark"}
    return [
        ("front-page", "/", wide),
        ("story-page", f"/story/{story}", wide),
        ("conflict-page", "/conflict/drovian-war", wide),
        ("map-page", "/map?hours=168&conflict=drovian-war", wide),
        ("numbers-page", "/numbers?days=7", wide),
        ("feeds-page", "/feeds", wide),
        ("phone-page", f"/story/{story}", phone),
    ]


def _leading_story(began: float) -> int:
    query = "/conflict-news/stories.json?_sort_desc=prominence&_shape=array&_size=1"
    while time.monotonic() - began < _PATIENCE_SECONDS:
        try:
            with urllib.request.urlopen(_BASE + query) as answer:  # noqa: S310 -- loopback
                found = json.loads(answer.read())
        except OSError:
            found = []
        if found:
            return int(found[0]["id"])
        time.sleep(0.5)
    raise SystemExit("the demo shows no story")


if __name__ == "__main__":
    main()
