"""Pages made against selectors: the rule is not followed, or answers without delay."""

from pathlib import Path

import pytest

from aggregator.scrape.page import read_page
from aggregator.scrape.site_rules.follow import Guidance, follow
from aggregator.scrape.statements import read_statements
from tests.scrape.site_rules.writing import SITE, rules_with

NEST = ("<div class=a>" * 190 + "The gate was shut." + "</div>" * 190) * 100
FLAT = "<p class=a>The gate was shut.</p>" * 19_000
HUGE = "<p class=a>The gate was shut.</p>" * 21_000


def guided(folder: Path, markup: str, *lines: str) -> Guidance:
    page = read_page(markup.encode(), SITE)
    return follow(page, read_statements(page), rules_with(folder, *lines))


@pytest.mark.timeout(30)
@pytest.mark.parametrize("page", [NEST, FLAT], ids=["nested", "flat"])
@pytest.mark.parametrize(
    "selector",
    ["div div div div", ".a .a > .a .a", "p ~ p ~ p", "div:has(.a .z)", "p:nth-child(odd) + p",
     "xpath: //div//div//div", "xpath: //p/following-sibling::p", "xpath: //*/../*",
     "xpath: //*[.//*[@class='z']]"],
)  # fmt: skip
def test_thirty_selectors_end_in_seconds(tmp_path: Path, page: str, selector: str) -> None:
    quoted = ", ".join([f'"{selector}"'] * 30)
    assert guided(tmp_path, page, f"remove: [{quoted}]", "body: .gone").missed == ("body",)


@pytest.mark.parametrize("path", ["//p[contains(.)]", "//p[svg:text]", "//p[1 | 2]"])
def test_an_xpath_that_fails_only_on_a_page_harms_nothing(tmp_path: Path, path: str) -> None:
    guidance = guided(tmp_path, FLAT[:1000], f"body: {{xpath: '{path}'}}")
    assert guidance.missed == ("body",)
    assert "cannot be asked" in guidance.problem


@pytest.mark.parametrize("selector", [".a", "xpath: //p"])
def test_a_rule_is_not_followed_on_a_page_too_large_for_it(tmp_path: Path, selector: str) -> None:
    guidance = guided(tmp_path, HUGE, f'body: "{selector}"')
    assert (guidance.label, guidance.missed, guidance.lines) == ("gazette 3", ("body",), ())
    assert "too large" in guidance.problem
