from dataclasses import replace
from datetime import UTC, datetime

import pytest

from aggregator.model import (
    BodySource,
    Entry,
    HttpUrl,
    IdentityKind,
    Image,
    PlainText,
    SafeHtml,
    Verdict,
)
from aggregator.scrape.article import extract
from aggregator.scrape.standin import article_from_entry

URL = HttpUrl("https://valley.example/bread")
LOAF = Image(HttpUrl("https://valley.example/loaf.jpg"), "image/jpeg", 900, 600, 81_234)
NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
TEXT = (
    "Bread was rationed to one loaf a household in the six villages of the upper valley on Monday,"
    " because the mill at Orm has been without power since the storm."
)
PAGE = (
    f"<html><body><article><h1>Bread rationed</h1><p>{TEXT}</p><p>{TEXT.replace('six', 'all')}</p>"
    "</article></body></html>"
).encode()


def entry(**changes: object) -> Entry:
    known: dict[str, object] = {
        "identity": "1",
        "identity_kind": IdentityKind.GUID,
        "url": URL,
        "title": PlainText("Bread rationed in the upper valley"),
        "summary": SafeHtml("<p>One loaf a household.</p>"),
        "authors": (PlainText("Ada Morrow"),),
        "published": datetime(2026, 3, 9, 8, tzinfo=UTC),
        "language": "en",
        "image": LOAF,
    }
    return Entry(**{**known, **changes})  # type: ignore[arg-type]  # the values are as declared


def test_a_feeds_content_goes_before_its_summary() -> None:
    article = article_from_entry(
        entry(content=SafeHtml("<p>One loaf a household.</p><p>Two on Sundays.</p>")),
        reason="robots.txt",
        now=NOW,
    )
    assert article.body == "One loaf a household.\n\nTwo on Sundays."
    assert (article.body_source, article.body_reason) == (BodySource.FEED, "robots.txt")
    assert (article.title, article.url) == ("Bread rationed in the upper valley", URL)
    assert (article.published, article.published_how) == (
        datetime(2026, 3, 9, 8, tzinfo=UTC),
        "feed",
    )
    assert (article.authors, article.language) == (("Ada Morrow",), "en")
    assert article.image == LOAF
    assert article.site == "valley.example"


def test_an_entry_without_text_or_address_gives_an_empty_article() -> None:
    article = article_from_entry(entry(url=None, summary=SafeHtml("")), reason="404", now=NOW)
    assert (article.body, article.body_source, article.body_reason) == ("", BodySource.NONE, "404")


def test_a_time_of_the_feed_after_now_is_not_believed() -> None:
    late = entry(published=datetime(2026, 3, 20, tzinfo=UTC))
    assert article_from_entry(late, reason="404", now=NOW).published is None


def test_the_page_goes_before_the_feed() -> None:
    article = extract(PAGE, URL, hint=entry())
    assert article.title == "Bread rationed"
    assert article.body.startswith(TEXT)
    assert (article.body_source, article.body_reason) == (BodySource.PAGE, "")


def test_the_feed_fills_in_what_the_page_does_not_say() -> None:
    article = extract(PAGE, URL, hint=entry())
    assert (article.authors, article.image) == (("Ada Morrow",), LOAF)
    assert (article.published, article.published_how) == (
        datetime(2026, 3, 9, 8, tzinfo=UTC),
        "feed",
    )


def test_the_feed_completes_what_the_page_says_of_the_same_picture() -> None:
    def image(head: str) -> Image | None:
        return extract(PAGE.replace(b"<body>", f"<head>{head}</head><body>".encode()), URL,
                       hint=entry()).image  # fmt: skip

    same = '<meta property="og:image" content="/loaf.jpg"><meta property="og:image:width" content="'
    assert image(f'{same}0">') == LOAF
    # A width of another size has another height.
    assert image(f'{same}450">') == replace(LOAF, width=450, height=None)
    other = HttpUrl("https://valley.example/mill.jpg")
    assert image('<meta property="og:image" content="/mill.jpg">') == Image(other)


def test_the_feeds_text_stands_in_for_an_empty_page_and_keeps_its_verdict() -> None:
    article = extract(b"<html><body><h1>Bread</h1></body></html>", URL, hint=entry())
    assert article.body == "One loaf a household."
    assert (article.verdict, article.body_source) == (Verdict.EMPTY, BodySource.FEED)
    assert article.body_reason == "no article text was found on the page"


def test_the_feeds_text_stands_in_for_what_is_no_page() -> None:
    article = extract(b"%PDF-1.4", URL, hint=entry())
    assert (article.body, article.body_source) == ("One loaf a household.", BodySource.FEED)


CONSENT = (
    "<html><head><title>Before you continue</title><link rel='canonical' href='/gate'>"
    "<meta property='og:image' content='/cookie.png'></head><body><h1>Before you continue</h1>"
    "<p>We and our 60 partners use cookies and store personal data on your device for advertising."
    " By clicking accept all you consent. You can withdraw your consent at any time.</p></body>"
)
ROBOTS = (
    "<html><head><title>Just a moment...</title></head><body><h1>Just a moment...</h1>"
    "<p>Verify you are human by completing the action below.</p></body></html>"
)


@pytest.mark.parametrize(
    ("page", "verdict"),
    [(CONSENT, Verdict.CONSENT_PAGE), (ROBOTS, Verdict.BOT_WALL)],
    ids=["consent", "robots"],
)
def test_of_a_page_that_is_not_the_articles_the_feeds_word_goes_first(
    page: str, verdict: Verdict
) -> None:
    article = extract(page.encode(), URL, hint=entry())
    assert article.verdict is verdict
    assert article.title == "Bread rationed in the upper valley"
    assert (article.body, article.body_source) == ("One loaf a household.", BodySource.FEED)
    assert article.image == LOAF
    assert (article.canonical, article.published_how) == (None, "feed")


def test_a_longer_text_of_the_feed_takes_the_place_of_a_teaser() -> None:
    teaser = (
        f"<html><body><article><h1>Bread rationed</h1><p>{TEXT}</p>"
        "<p>Subscribe to continue reading</p></article></body></html>"
    )
    whole = f"<p>{TEXT}</p><p>{TEXT.replace('six', 'all')}</p><p>{TEXT.replace('one', 'two')}</p>"
    article = extract(teaser.encode(), URL, hint=entry(content=SafeHtml(whole)))
    assert (article.verdict, article.body_source) == (Verdict.PAYWALL, BodySource.FEED)
    assert article.body.count("\n\n") == 2
    assert article.title == "Bread rationed"
    kept = extract(teaser.encode(), URL, hint=entry())
    assert (kept.body, kept.body_source) == (TEXT, BodySource.PAGE)
