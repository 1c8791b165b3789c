"""The map in a real browser: by keyboard, on a phone, in the dark, without scripts."""

import re

import pytest
from playwright.sync_api import Browser, expect

from tests.publish import site_browser as site
from tests.publish.on_the_map import put_on_the_map
from tests.publish.sample import Desk

pytestmark = site.BROWSER_MARKS


@pytest.fixture(autouse=True)
def _mapped(desk: Desk, stories: dict[str, int]) -> None:
    put_on_the_map(desk, stories)


def test_dots_are_reached_by_keyboard_and_lead_on(browser: Browser, address: str) -> None:
    with site.watched(browser, address, java_script_enabled=False) as page:
        page.goto("/map")
        dots = page.locator("svg.map a")
        assert dots.count() == 2
        dots.nth(0).focus()
        page.keyboard.press("Enter")
        page.wait_for_url(re.compile(r"/map#at"))
        assert page.locator("tbody:target a").count() == 3
        dots.nth(1).focus()
        page.keyboard.press("Enter")
        page.get_by_role("heading", level=1, name="Shells hit Velmar harbour").wait_for()


def test_the_filters_work_without_scripts(browser: Browser, address: str) -> None:
    with site.watched(browser, address, java_script_enabled=False) as page:
        page.goto("/")
        page.get_by_role("link", name="Map").click()
        page.get_by_label("By at least").select_option("3")
        page.get_by_role("button", name="Show").click()
        page.wait_for_url("**/map?hours=24&origins=3")
        assert page.locator("table.places tbody tr").count() == 2


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_map_fits_a_phone(browser: Browser, address: str, scheme: str) -> None:
    options = {"viewport": site.PHONE, "color_scheme": scheme}
    with site.watched(browser, address, **options) as page:
        page.goto("/map")
        assert not site.scrolls_sideways(page)
        box = page.locator("svg.map").bounding_box()
        assert box is not None
        assert box["width"] <= 328
        expect(page.locator("table.places")).to_be_visible()


def test_the_colours_of_the_map_follow_the_scheme(browser: Browser, address: str) -> None:
    fills = set()
    for scheme in ("light", "dark"):
        with site.watched(browser, address, color_scheme=scheme) as page:
            page.goto("/map")
            fills.add(
                page.locator("svg.map .land").evaluate("element => getComputedStyle(element).fill")
            )
    assert len(fills) == 2
