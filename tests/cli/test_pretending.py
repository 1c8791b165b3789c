"""Text that pretends, through the real program to its log and its tables."""

import re
from pathlib import Path
from xml.sax.saxutils import escape

import pytest

from tests.cli.feeds_desk import Desk, at_desk, feed
from tests.running import aggregator
from tests.vectors import PRETENDING
from tests.web.hostile_server import answer

pytestmark = pytest.mark.timeout(120)


def test_c17_each_poll_is_one_line_and_nothing_drives_the_terminal(tmp_path: Path) -> None:
    said = [escape(text.replace("\x00", "")) for text in PRETENDING]
    items = [
        f"<guid>{number}</guid><title>{text}</title><author>{text}</author>"
        f"<category>{text}</category><description>{text}</description>"
        for number, text in enumerate(said)
    ]
    routes = {
        "/good": feed("".join(said), *items),
        "/bad": answer(b"", status="503 Wait\x1b[31m\x9b31m"),
    }

    def work(desk: Desk) -> None:
        listed = "".join(
            f"  - {{id: {name}, name: {name}, url: '{desk.url(f'/{name}')}', fulltext: false}}\n"
            for name in ("good", "bad")
        )
        text = desk.text().replace("feeds: []\n", f"feeds:\n{listed}")
        (desk.folder / "feeds.yaml").write_text(text, encoding="utf-8")
        polled = aggregator("poll", "--verbose", folder=desk.folder)
        for name in ("good", "bad"):
            lines = [line for line in polled.stderr.splitlines() if re.search(rf"\b{name}\b", line)]
            assert len(lines) == 1, polled.stderr
        told = [polled, *(aggregator(*words, folder=desk.folder) for words in COMMANDS)]
        for result in told:
            shown = f"{result.stdout}{result.stderr}"
            odd = {c for c in shown if not c.isprintable() and c != "\n"}
            assert odd == set(), (result.args, odd)

    at_desk(tmp_path, routes, work)


COMMANDS = (
    ("status",),
    ("status", "--json"),
    ("feeds", "list"),
    ("feeds", "show", "good"),
    ("search", "restored"),
    ("story", "1"),
    ("export", "reports"),
)
