"""WCAG 2.2 AA, as far as axe-core can tell: each page, by day and by night, wide and narrow."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.publish.on_the_map import put_on_the_map
from tests.publish.sample import Desk, add_what_strains_a_page
from tests.publish.site_browser import BROWSER_MARKS, PHONE, scrolls_sideways, watched

pytestmark = BROWSER_MARKS

AXE = Path(__file__).parent / "vendored" / "axe-core" / "axe.min.js"
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}
WIDE = {"width": 1280, "height": 900}
PAGES = [
    "/",
    "/?all=1&kind=wire&sort=newest",
    "/?q=nothing+of+the+kind",
    "/story/1",
    "/story/4",
    "/article/2",
    "/article/4",
    "/article/10",
    "/source/herald.example",
    "/source/broken.example",
    "/sources",
    "/search",
    "/search?q=velmar&order=best",
    "/search?q=zeppelin",
    "/conflicts",
    "/conflict/velmar",
    "/numbers",
    "/numbers?days=365&conflict=velmar",
    "/map",
    "/map?origins=9",
    "/feeds",
    "/feeds?state=silent",
    "/feeds/broken",
    "/feeds/herald",
]


def violations(page: Page) -> list[str]:
    """Return what axe-core finds, a line for each element."""
    # As the browser's owner, not as the page: its policy lets no such script in.
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found: dict[str, Any] = page.evaluate("rules => axe.run(document, rules)", RULES)
    return [
        f"{rule['id']}: {node['html'][:200]}"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]


@pytest.fixture(autouse=True)
def much_to_show(desk: Desk, stories: dict[str, int]) -> None:
    """Add what is long, what is counted and what went wrong."""
    put_on_the_map(desk, stories)
    add_what_strains_a_page(desk)


@pytest.mark.parametrize(
    ("scheme", "viewport"),
    [("light", WIDE), ("dark", PHONE)],
    ids=["wide by day", "phone at night"],
)
def test_no_page_violates_wcag(
    browser: Browser, address: str, scheme: str, viewport: dict[str, int]
) -> None:
    with watched(browser, address, color_scheme=scheme, viewport=viewport) as page:
        found = {}
        for path in PAGES:
            page.goto(path)
            # What is folded away is read, too.
            page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
            broken = violations(page)
            if scrolls_sideways(page):
                broken.append("it scrolls sideways")
            if broken:
                found[path] = broken
        assert found == {}


def test_the_check_notices_what_cannot_be_read(browser: Browser, address: str) -> None:
    with watched(browser, address) as page:
        page.goto("/")
        page.evaluate(
            "document.querySelector('h2').insertAdjacentHTML("
            "'beforebegin', '<img src=\"data:,\"><input><p class=\"faint\">Faint</p>');"
            "const faint = document.querySelector('.faint').style;"
            "faint.color = '#eee'; faint.background = '#fff';"
        )
        names = {line.partition(":")[0] for line in violations(page)}
        assert {"image-alt", "label", "color-contrast"} <= names
