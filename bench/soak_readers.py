"""Readers of the pages and subscribers of the merged feed, while the daemon is ill-treated."""

import json
import random
import re
import threading
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Callable
from typing import Final, Self

from bench.soak_audit import feed_problems

_PAUSE_SECONDS: Final = 1.0
_PATIENCE_SECONDS: Final = 30.0
_PAGES: Final = (
    "/", "/feed.atom", "/feed.rss", "/feed.json", "/feeds", "/sources", "/numbers", "/conflicts",
    "/search?q=road", "/map", "/feed.opml",
)  # fmt: skip
_STORY: Final = re.compile(r'href="(/story/[^"]+)"')


class Readers:
    """One thread that asks for one page after another. Use it as a context manager.

    An unanswered request is no failure while `excused` says that there may be no server; `on_page`
    is called after each good answer.
    """

    def __init__(
        self, port: int, excused: Callable[[], bool], on_page: Callable[[], None], seed: int
    ) -> None:
        self._port = port
        self._excused = excused
        self._on_page = on_page
        self._chance = random.Random(f"readers {seed}")  # noqa: S311  # it has to repeat
        self._etags: dict[str, str] = {}
        self._stories: list[str] = []
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._read, name="readers")
        self.answers: Counter[int] = Counter()
        self.excuses = 0
        self.failures: list[str] = []
        self.slowest = 0.0

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()

    def _read(self) -> None:
        while not self._done.wait(_PAUSE_SECONDS):
            path = self._chance.choice([*_PAGES, "/feed.atom", *self._stories[:3]])
            excused = self._excused()
            began = time.monotonic()
            try:
                problem = self._ask(path)
            except OSError as error:
                problem = f"{type(error).__name__}: {error}"
            except Exception as error:  # noqa: BLE001 -- a cut answer raises many things
                problem = f"{type(error).__name__}: {error}"
            took = time.monotonic() - began
            if problem and (excused or self._excused()):
                self.excuses += 1
            elif problem:
                self.failures.append(f"{path} after {took:.1f} s: {problem}")
            else:
                self.slowest = max(self.slowest, took)
                self._on_page()

    def _ask(self, path: str) -> str:
        headers = {"If-None-Match": self._etags[path]} if path in self._etags else {}
        address = f"http://127.0.0.1:{self._port}{path}"
        request = urllib.request.Request(address, headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=_PATIENCE_SECONDS) as answer:  # noqa: S310
                body = answer.read()
                etag = answer.headers.get("ETag")
        except urllib.error.HTTPError as error:
            if error.code != 304:
                return f"status {error.code}"
            self.answers[304] += 1
            return ""
        if etag:
            self._etags[path] = etag
        self.answers[200] += 1
        return self._judge(path, body)

    def _judge(self, path: str, body: bytes) -> str:
        if path == "/":
            self._stories = _STORY.findall(body.decode())
        if path.endswith((".atom", ".rss", ".opml")):
            return "; ".join(feed_problems(body))
        if path.endswith(".json"):
            json.loads(body)
        elif b"</html>" not in body:
            return "the page is cut off"
        return "a page holds script of a feed" if b"<script>alert" in body else ""
