"""What a rule of the user takes from a page, and what happens where it finds nothing."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from aggregator.model import HttpUrl, Image, Verdict
from aggregator.scrape.article import extract
from aggregator.scrape.site_rules.rule import Rules
from tests.scrape.site_rules.writing import (
    PARAGRAPHS,
    SITE,
    STORY,
    paragraphs,
    rules_with,
    taken,
    write_rule,
)


def test_body_title_authors_and_date_are_where_the_rule_says(tmp_path: Path) -> None:
    article = taken(
        tmp_path,
        "title: .hl",
        "authors: .by",
        "published: .when",
        "body: .story",
        "remove: [.map, .hl]",
        "image: .story img",
    )
    assert article.title == "Pilots refuse the night watch"
    assert article.authors == ("Ansa Pell", "Joss Okar")
    assert article.published == datetime(2026, 2, 3, tzinfo=UTC)
    assert article.published_how == "rule"
    assert article.image == Image(HttpUrl("https://www.gazette.example/buoy.jpg"))
    assert paragraphs(article) == PARAGRAPHS
    assert (article.rule, article.rule_missed) == ("gazette 3", ())


def test_clean_false_takes_the_text_as_it_is(tmp_path: Path) -> None:
    article = taken(tmp_path, "body: .story", "remove: .hl, .by, .when", "clean: false")
    assert paragraphs(article) == [
        PARAGRAPHS[0],
        "Our harbour map shows every berth, on paper, for your wall.",
        "A buoy off the mole",
        PARAGRAPHS[1],
        "Tell a friend about this",
    ]


def test_remove_works_without_body(tmp_path: Path) -> None:
    without_rule = extract(STORY.encode(), SITE, rules=Rules())
    article = taken(tmp_path, "remove: .map, .more")
    assert "harbour map" in without_rule.body
    assert "harbour map" not in article.body
    assert PARAGRAPHS[1] in article.body
    assert article.rule_missed == ()


def test_a_date_after_the_fetch_is_not_believed(tmp_path: Path) -> None:
    rules = rules_with(tmp_path, "published: .when", "body: .story")
    for now, missed in (("2026-02-04", ()), ("2026-01-01", ("published",))):
        moment = datetime.fromisoformat(f"{now}T00:00:00+00:00")
        assert extract(STORY.encode(), SITE, now=moment, rules=rules).rule_missed == missed


def test_what_is_removed_from_the_text_still_names_its_author(tmp_path: Path) -> None:
    article = taken(tmp_path, "authors: .by", "body: .story", "remove: .by, .map, .hl, .when")
    assert article.authors == ("Ansa Pell", "Joss Okar")
    assert paragraphs(article) == PARAGRAPHS


def test_text_after_a_removed_element_stays(tmp_path: Path) -> None:
    page = (
        "<body><div id=a>The gate <sup>[1]</sup>was shut.<p>It <i>x</i>opened <b>y</b>at noon."
        "</p></div></body>"
    )
    article = taken(tmp_path, "body: '#a'", "remove: sup, i, b", page=page)
    assert paragraphs(article) == ["The gate was shut.", "It opened at noon."]


def test_a_changed_layout_falls_back_and_says_so(tmp_path: Path) -> None:
    article = taken(tmp_path, "body: .article-text", "title: .headline", "published: .when")
    by_itself = extract(STORY.encode(), SITE, rules=Rules())
    assert article.rule_missed == ("title", "body")
    assert (article.body, article.title) == (by_itself.body, by_itself.title)
    assert article.published_how == "rule"


def test_a_rule_that_cannot_be_asked_misses_all_that_it_names(tmp_path: Path) -> None:
    article = taken(tmp_path, "title:", "  xpath: //h2[contains(.)]", "body: .story")
    assert article.rule_missed == ("title", "body")
    assert PARAGRAPHS[1] in article.body


def test_the_first_alternative_that_finds_text_is_taken(tmp_path: Path) -> None:
    article = taken(tmp_path, "body: [.gone, .top, .story p]", "remove: .top, .map")
    assert paragraphs(article) == PARAGRAPHS


def test_elements_come_in_the_order_of_the_page_and_once(tmp_path: Path) -> None:
    article = taken(tmp_path, "body: '.story p + figure + p, .story p:not(.map), .story'")
    assert [p for p in paragraphs(article) if p in PARAGRAPHS] == PARAGRAPHS


def test_an_attribute_may_be_the_text(tmp_path: Path) -> None:
    page = (
        '<head><meta name="d" content="The gate was shut.\n\nNobody crossed."></head><body></body>'
    )
    article = taken(tmp_path, "body: 'meta[name=d] @content'", page=page)
    assert paragraphs(article) == ["The gate was shut.", "Nobody crossed."]


def test_xpath_may_end_in_text(tmp_path: Path) -> None:
    article = taken(tmp_path, "body:", "  xpath: //div[@class='story']/p[last()]/text()")
    assert paragraphs(article) == [PARAGRAPHS[1]]


def test_an_article_by_rule_may_be_short(tmp_path: Path) -> None:
    page = "<body><div id=m>All trains stop at dusk.</div></body>"
    assert extract(page.encode(), SITE, rules=Rules()).verdict is not Verdict.ARTICLE
    article = taken(tmp_path, "body: '#m'", page=page)
    assert (article.verdict, article.body) == (Verdict.ARTICLE, "All trains stop at dusk.")


@pytest.mark.parametrize(
    ("key", "verdict"),
    [
        ("live", Verdict.LIVE_BLOG),
        ("paywall", Verdict.PAYWALL),
        ("not_article", Verdict.NOT_AN_ARTICLE),
    ],
)
def test_marks_of_the_site_decide_what_a_page_is(
    tmp_path: Path, key: str, verdict: Verdict
) -> None:
    article = taken(tmp_path, f"{key}: .share-buttons", "body: .story")
    assert article.verdict is verdict
    assert bool(article.body) is (verdict is not Verdict.NOT_AN_ARTICLE)
    assert bool(article.body_reason) is (verdict is not Verdict.LIVE_BLOG)
    assert taken(tmp_path, f"{key}: .no-such", "body: .story").verdict is Verdict.ARTICLE


@pytest.mark.parametrize(
    ("url", "followed"),
    [
        ("https://gazette.example/1", True),
        ("https://world.gazette.example/1", True),
        ("https://www.gazette.example:8443/1", True),
        ("https://notgazette.example/1", False),
        ("https://gazette.example.org/1", False),
    ],
)
def test_a_site_is_a_host_and_its_subdomains(tmp_path: Path, url: str, *, followed: bool) -> None:
    assert taken(tmp_path, "body: .story", url=url).rule == ("gazette 3" if followed else "")


@pytest.mark.parametrize(
    ("condition", "followed"),
    [
        ("generator: [quayCMS]", True),
        ("generator: [WordPress, Ghost]", False),
        ("contains: [share-buttons]", True),
        ("contains: [wp-content]", False),
        ("when: .story .hl", True),
        ("when: .story article", False),
    ],
)
def test_all_conditions_must_hold(tmp_path: Path, condition: str, *, followed: bool) -> None:
    page = STORY.replace("<title>", '<meta name="generator" content="QuayCMS 4"><title>')
    assert bool(taken(tmp_path, condition, "body: .story", page=page).rule) is followed


def test_more_exact_hosts_and_rules_of_the_user_come_first(tmp_path: Path) -> None:
    for name, site in (("a-wide", "example.org"), ("b-exact", "world.example.org")):
        write_rule(tmp_path, name, "version: 1", f"sites: [{site}]", "body: .story")
    rules = rules_with(tmp_path, "body: .story", "generator: [Wix.com]")
    page = STORY.replace("<title>", '<meta name="generator" content="Wix.com"><title>')
    page = page.replace('class="hl"', 'data-hook="post-description"')
    for url, followed in (
        ("https://world.example.org/1", "b-exact 1"),
        ("https://asia.example.org/1", "a-wide 1"),
        ("https://gazette.example/1", "gazette 3"),
        ("https://elsewhere.example/1", "wix 1"),
    ):
        assert extract(page.encode(), url, rules=rules).rule == followed
        assert extract(page.encode(), url, rules=rules.for_site(url)).rule == followed


def test_only_the_rules_of_the_site_are_sent_to_a_worker(tmp_path: Path) -> None:
    rules = rules_with(tmp_path, "body: .story")
    assert [rule.name for rule in rules.for_site(SITE).rules if rule.sites] == ["gazette"]
    assert all(not rule.sites for rule in rules.for_site("https://else.example/").rules)


def test_without_rules_of_ones_own_the_bundled_ones_are_followed() -> None:
    page = """<html><head><meta name="generator" content="Wix.com Website Builder"></head><body>
    <div data-hook="post-description"><p>The gate was shut at noon.</p></div></body></html>"""
    assert extract(page.encode(), "https://notebook.example/post/gate").rule == "wix 1"
