"""The pages of articles, sources and the search in a real browser: phone, dark, right to left."""

from itertools import pairwise

import pytest
from playwright.sync_api import Browser

from tests.publish import test_browser
from tests.publish.sample import Desk

pytestmark = test_browser.pytestmark
address = test_browser.address
browser = test_browser.browser

_PHONE = {"width": 360, "height": 740}
_PAGES = [
    "/article/2",
    "/article/4",
    "/article/10",
    "/source/herald.example",
    "/source/broken.example",
    "/sources",
    "/search",
    "/search?q=velmar&order=best",
    "/search?q=zeppelin",
]
# WCAG 2.2: relative luminance and contrast of what is drawn over the nearest background.
_CONTRASTS = """
() => {
  const channels = colour => (colour.match(/[\\d.]+/g) || []).map(Number);
  const light = ([r, g, b]) => [r, g, b]
    .map(c => c / 255)
    .map(c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const ground = element => {
    for (let e = element; e; e = e.parentElement) {
      const c = channels(getComputedStyle(e).backgroundColor);
      if (c.length === 3 || c[3] > 0) return c;
    }
    return [255, 255, 255];
  };
  return [...document.querySelectorAll('main *')]
    .filter(e => [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim()))
    .map(e => {
      const [a, b] = [light(channels(getComputedStyle(e).color)), light(ground(e))];
      return [(Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05), e.outerHTML.slice(0, 80)];
    })
    .filter(([contrast]) => contrast < 4.5);
}
"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", _PAGES)
def test_phone_width_and_contrast_in_both_colour_schemes(
    browser: Browser, address: str, path: str, scheme: str
) -> None:
    with test_browser.watched(browser, address, viewport=_PHONE, color_scheme=scheme) as page:
        page.goto(path)
        assert not test_browser.scrolls_sideways(page)
        assert page.evaluate(_CONTRASTS) == []


@pytest.mark.parametrize("path", _PAGES)
def test_headings_are_in_order_and_fields_have_labels(
    browser: Browser, address: str, path: str
) -> None:
    with test_browser.watched(browser, address) as page:
        page.goto(path)
        levels = page.evaluate(
            "[...document.querySelectorAll('h1,h2,h3,h4')].map(h => Number(h.tagName[1]))"
        )
        assert levels[0] == 1
        assert levels.count(1) == 1
        assert all(later - earlier <= 1 for earlier, later in pairwise(levels))
        fields = page.locator("main input, main select")
        for position in range(fields.count()):
            assert fields.nth(position).evaluate("field => field.labels.length") == 1
        assert not test_browser.scrolls_sideways(page)


def test_text_from_right_to_left_begins_at_the_right(browser: Browser, address: str) -> None:
    with test_browser.watched(browser, address) as page:
        page.goto("/article/4")
        for place in ("h1", ".text p"):
            direction = page.locator(place).first.evaluate("e => getComputedStyle(e).direction")
            assert direction == "rtl"
        page.goto("/search?q=ميناء")
        page.locator(".hits mark").first.wait_for()
        assert (
            page.locator(".hits h2").first.evaluate("e => getComputedStyle(e).direction") == "rtl"
        )


def test_from_a_search_to_an_article_to_its_source(
    browser: Browser, address: str, desk: Desk
) -> None:
    desk.insert("revisits", article_id=2, source="herald.example", looked_at=desk.ago(9), found="x")
    with test_browser.watched(browser, address, java_script_enabled=False) as page:
        page.goto("/")
        page.get_by_role("navigation", name="Site").get_by_role("link", name="Search").click()
        page.get_by_label("Words").fill("grain stores")
        page.get_by_label("Outlet", exact=True).fill("Velmar Herald")
        page.get_by_role("button", name="Search").click()
        page.get_by_role("link", name="Grain stores burn after strike").click()
        page.get_by_role("heading", level=1, name="Grain stores burn").wait_for()
        page.get_by_text("[removed:] 9 [end]").first.wait_for(state="attached")
        page.get_by_role("link", name="Velmar Herald").first.click()
        page.get_by_role("heading", level=1, name="Velmar Herald").wait_for()
        page.get_by_role("link", name="all sources").click()
        page.locator("select[name=kind]").select_option("wire")
        page.get_by_role("button", name="Show").click()
        assert page.locator(".sources tbody tr").count() == 1
        page.get_by_role("link", name="Reports of 7 days").click()
        page.wait_for_url("**/sources?kind=wire&sort=reports")
