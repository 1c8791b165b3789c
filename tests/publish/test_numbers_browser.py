"""The pages with numbers in a real browser: on a phone, in the dark, and by keyboard."""

import pytest
from playwright.sync_api import Browser

from tests.publish.sample import Desk, add_what_strains_a_page
from tests.publish.site_browser import BROWSER_MARKS, PHONE, watched

pytestmark = BROWSER_MARKS

_PATHS = ("/numbers", "/numbers?days=365&conflict=velmar", "/conflict/velmar", "/feeds/herald")
_LUMINANCE = """
colours => colours.map(colour => {
  const [red, green, blue] = colour.match(/[0-9.]+/g).map(part => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
})
"""


@pytest.fixture(autouse=True)
def counted(desk: Desk, stories: dict[str, int]) -> None:
    assert stories
    add_what_strains_a_page(desk)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", _PATHS)
def test_words_in_charts_can_be_read(
    browser: Browser,
    address: str,
    path: str,
    scheme: str,
) -> None:
    with watched(browser, address, viewport=PHONE, color_scheme=scheme) as page:
        page.goto(path)
        for label in page.locator(".chart svg text").all()[:2]:
            colours = label.evaluate(
                "element => [getComputedStyle(element).fill,"
                " getComputedStyle(document.body).backgroundColor]"
            )
            darker, lighter = sorted(page.evaluate(_LUMINANCE, colours))
            assert (lighter + 0.05) / (darker + 0.05) >= 4.5


def test_from_the_conflicts_to_the_numbers_without_scripts(
    browser: Browser,
    address: str,
) -> None:
    with watched(browser, address, java_script_enabled=False) as page:
        page.goto("/")
        page.get_by_role("link", name="Conflicts", exact=True).click()
        page.get_by_role("link", name="Velmar and Osk").click()
        page.get_by_role("heading", level=1, name="Velmar and Osk").wait_for()
        page.locator(".ways").get_by_role("link", name="Numbers").click()
        page.wait_for_url("**/numbers?conflict=velmar")
        page.get_by_label("The last").select_option("90")
        page.get_by_role("button", name="Show").click()
        page.wait_for_url("**days=90&conflict=velmar*")
        page.get_by_text("Articles as a table").click()
        page.get_by_role("cell").first.wait_for()


def test_feeds_are_filtered(
    browser: Browser,
    address: str,
) -> None:
    with watched(browser, address) as page:
        page.goto("/feeds")
        page.get_by_label("Show feeds that are").select_option("silent")
        page.get_by_role("button", name="Show").click()
        page.get_by_role("link", name="Quiet Quarterly").click()
        page.get_by_role("heading", level=1, name="Quiet Quarterly").wait_for()
