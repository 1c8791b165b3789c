"""The pages of articles, sources and the search in a real browser."""

from playwright.sync_api import Browser

from tests.publish.sample import Desk
from tests.publish.site_browser import BROWSER_MARKS, watched

pytestmark = BROWSER_MARKS


def test_text_from_right_to_left_begins_at_the_right(browser: Browser, address: str) -> None:
    with watched(browser, address) as page:
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
    with watched(browser, address, java_script_enabled=False) as page:
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
