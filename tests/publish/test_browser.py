"""The site in a real browser, from a real server: nothing breaks, nothing leaves the host."""

import pytest
from playwright.sync_api import Browser

from tests.publish.site_browser import BROWSER_MARKS, PHONE, scrolls_sideways, watched

pytestmark = BROWSER_MARKS


def test_from_the_front_page_to_a_story(browser: Browser, address: str) -> None:
    with watched(browser, address) as page:
        page.goto("/")
        page.get_by_role("link", name="Shells hit Velmar harbour").click()
        page.get_by_role("heading", level=1, name="Shells hit Velmar harbour").wait_for()
        page.get_by_text("Repeated by 1 report").first.click()
        page.get_by_text("Its text repeats that of North Wire").wait_for(state="attached")
        page.get_by_role("link", name="Velmar and Osk").click()
        page.wait_for_url("**/?conflict=velmar")


def test_what_happened_and_who_says_so_takes_three_clicks(browser: Browser, address: str) -> None:
    with watched(browser, address, java_script_enabled=False) as page:
        page.goto("/")
        page.get_by_role("link", name="Conflicts", exact=True).click()
        page.get_by_role("link", name="Velmar and Osk").click()
        page.get_by_role("link", name="Shells hit Velmar harbour").first.click()
        page.get_by_role("heading", name="Who says so, by country").wait_for()
        sides = page.get_by_role("row")
        assert "Voice of Osk, Osk Ministry of Defence" in (sides.nth(3).text_content() or "")


def test_a_story_is_followed_to_its_feed(browser: Browser, address: str) -> None:
    with watched(browser, address) as page:
        page.goto("/story/1")
        feed = page.get_by_role("link", name="JSON Feed").get_attribute("href")
        assert feed is not None
        answer = page.request.get(feed)
        assert [item["url"] for item in answer.json()["items"]] == [f"{address}/story/1"]


def test_search_and_clear(browser: Browser, address: str) -> None:
    with watched(browser, address) as page:
        page.goto("/")
        page.get_by_label("Search").fill("penalties")
        page.get_by_role("button", name="Show").click()
        page.get_by_role("link", name="Osk Rovers win the cup").wait_for()
        assert page.locator(".stories > li").count() == 1
        page.get_by_role("link", name="Clear").click()
        page.get_by_role("link", name="Shells hit Velmar harbour").wait_for()


def test_keys_go_through_the_stories_and_to_the_search(browser: Browser, address: str) -> None:
    with watched(browser, address) as page:
        page.goto("/")
        headlines = page.locator(".stories h2 a")
        page.keyboard.press("j")
        assert headlines.nth(0).evaluate("element => element === document.activeElement")
        page.keyboard.press("j")
        page.keyboard.press("j")
        page.keyboard.press("k")
        assert headlines.nth(1).evaluate("element => element === document.activeElement")
        page.keyboard.press("/")
        page.keyboard.type("j/k")
        assert page.get_by_label("Search").input_value() == "j/k"


def test_pages_work_without_scripts(browser: Browser, address: str) -> None:
    with watched(browser, address, java_script_enabled=False) as page:
        page.goto("/")
        page.get_by_label("Search").fill("penalties")
        page.get_by_role("button", name="Show").click()
        page.get_by_role("link", name="Osk Rovers win the cup").click()
        page.get_by_role("heading", level=1, name="Osk Rovers").wait_for()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", ["/", "/?all=1", "/?q=velmar", "/story/1", "/story/4", "/feeds"])
def test_phone_width_and_both_colour_schemes(
    browser: Browser, address: str, path: str, scheme: str
) -> None:
    with watched(browser, address, viewport=PHONE, color_scheme=scheme) as page:
        page.goto(path)
        assert not scrolls_sideways(page)
        colours = page.evaluate(
            "(style => [style.backgroundColor, style.color])(getComputedStyle(document.body))"
        )
        background, ink = (sum(map(int, colour[4:-1].split(","))) for colour in colours)
        assert (background > ink) == (scheme == "light")


def test_right_to_left_headlines_start_at_the_right(browser: Browser, address: str) -> None:
    with watched(browser, address) as page:
        page.goto("/")
        headline = page.locator("h2[lang=ar]").first
        assert headline.evaluate("element => getComputedStyle(element).direction") == "rtl"


@pytest.mark.parametrize(
    "path",
    [
        "/-/tables",
        "/conflict-news",
        "/conflict-news/reports",
        "/conflict-news/feeds",
        "/conflict-news/stories/1",
        "/conflict-news/most_copied",
        "/conflict-news?sql=select+headline+from+stories",
    ],
)
def test_c14_datasettes_own_pages_work_under_the_policy(
    browser: Browser, address: str, path: str
) -> None:
    with watched(browser, address) as page:
        page.goto(path)
        page.locator("details.nav-menu summary").click()
        page.get_by_role("link", name="Current stories").click()
        page.wait_for_url(f"{address}/")


def test_c14_the_query_editor_and_column_menus_run(browser: Browser, address: str) -> None:
    with watched(browser, address) as page:
        page.goto("/conflict-news?sql=select+1")
        page.locator(".CodeMirror").wait_for()
        page.goto("/conflict-news/feeds")
        page.locator("th .dropdown-menu-icon").first.click()
        page.get_by_text("Sort descending").wait_for()
