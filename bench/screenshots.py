"""The pictures in docs/: the demo's front page and its largest story, in a real Chromium.

python -m bench.screenshots [--browser /usr/bin/chromium]
"""

import argparse
import json
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from playwright.sync_api import sync_playwright

_PORT = 8019
_BASE = f"http://127.0.0.1:{_PORT}"
_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
_PATIENCE_SECONDS = 120
_SETTLE_SECONDS = 20


def main() -> None:
    """Start the demo, wait for its stories, take the pictures."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n", maxsplit=1)[0])
    parser.add_argument("--browser", default="/usr/bin/chromium")
    options = parser.parse_args()
    docs = Path(__file__).parent.parent / "docs"
    demo = subprocess.Popen([sys.executable, "-m", "aggregator", "demo", "--port", str(_PORT)])
    try:
        began = time.monotonic()
        largest = _largest_story(began)
        print(f"first stories after {time.monotonic() - began:.0f} s")
        time.sleep(_SETTLE_SECONDS)
        largest = _largest_story(began)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=options.browser, args=_FLAGS, headless=True
            )
            page = browser.new_page(viewport={"width": 1200, "height": 900})
            for address, name in (("/", "front-page"), (f"/story/{largest}", "story-page")):
                page.goto(f"{_BASE}{address}")
                page.screenshot(path=docs / f"{name}.png")
                print(f"docs/{name}.png: {page.title()}")
            browser.close()
    finally:
        demo.send_signal(signal.SIGINT)
        demo.wait()


def _largest_story(began: float) -> int:
    query = "/conflict-news/current_stories.json?_sort_desc=outlets&_shape=array&_size=1"
    while time.monotonic() - began < _PATIENCE_SECONDS:
        try:
            with urllib.request.urlopen(_BASE + query) as answer:  # noqa: S310 -- loopback
                found = json.loads(answer.read())
        except OSError:
            found = []
        if found:
            return int(found[0]["story_id"])
        time.sleep(0.5)
    raise SystemExit("the demo shows no story")


if __name__ == "__main__":
    main()
