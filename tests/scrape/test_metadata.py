import pytest

from aggregator.model import Article, HttpUrl, Image
from aggregator.scrape.article import extract

TRAM = HttpUrl("https://www.harrow-post.example/pictures/tram.jpg")
TEXT = (
    "The second span of the bridge was lifted into place at noon, and the first tram crossed it"
    " with nobody on board but the engineers who had built it."
)


def article(
    head: str = "", before: str = "", heading: str = "<h1>Tram crosses again</h1>"
) -> Article:
    page = (
        f"<html><head>{head}</head><body><div class='top'>{before}</div><div class='main'>{heading}"
        f"<div class='copy'><p>{TEXT}</p><p>{TEXT.replace('second', 'third')}</p></div></div>"
        "</body></html>"
    )
    return extract(page.encode(), "https://www.harrow-post.example/news/tram")


@pytest.mark.parametrize(
    ("og_title", "heading", "expected"),
    [
        ("Tram crosses again | Harrow Post", "<h2>Tram crosses again</h2>", "Tram crosses again"),
        ("Harrow Post - Tram crosses again", "", "Tram crosses again"),
        ("Tram crosses again", "<h1>HARROW POST</h1>", "Tram crosses again"),
        ("Tram crosses again", "<h1>Bridges: Tram crosses again</h1>", "Tram crosses again"),
        (
            "Tram rolls",
            "<h1>Tram rolls over the bridge again</h1>",
            "Tram rolls over the bridge again",
        ),
        ("Tram crosses &amp; stops", "", "Tram crosses & stops"),
        ("Tram crosses again", "<h1>Tram<br>crosses again</h1>", "Tram crosses again"),
    ],
)
def test_title(og_title: str, heading: str, expected: str) -> None:
    head = (
        f'<meta property="og:title" content="{og_title}">'
        '<meta property="og:site_name" content="Harrow Post">'
    )
    assert article(head, heading=heading).title == expected


@pytest.mark.parametrize(
    ("byline", "expected"),
    [
        ('<span class="byline">By Ada Morrow and Tom Selwyn</span>', ("Ada Morrow", "Tom Selwyn")),
        ('<a rel="author" href="/a/1">Ada Morrow</a>', ("Ada Morrow",)),
        ('<a href="/authors/ada-morrow">Ada Morrow</a>, <span>Tram editor</span>', ("Ada Morrow",)),
        ("<div>Von Ada Morrow | 3. Mai 2026</div>", ("Ada Morrow",)),
        ('<div class="author">By Ada Morrow, Senior Correspondent</div>', ("Ada Morrow",)),
        ("<div>By noon, forty people had crossed</div>", ()),
        ('<span class="author">https://harrow-post.example/ada</span>', ()),
        ('<div class="author-bio">Ada Morrow writes about trams</div>', ()),
    ],
)
def test_byline(byline: str, expected: tuple[str, ...]) -> None:
    assert article(heading=f"<h1>Tram crosses again</h1>{byline}").authors == expected


def test_the_newsroom_signs_where_it_says_so() -> None:
    head = (
        '<script type="application/ld+json">{"@type":"NewsArticle","author":'
        '{"@type":"Organization","name":"Harrow Post"}}</script>'
    )
    assert article(head).authors == ("Harrow Post",)


def test_a_comment_does_not_sign_the_article() -> None:
    comment = '<ol class="comments"><li><span class="author">Grumpy Reader</span></li></ol>'
    assert article(before=comment).authors == ()


def test_image_and_site() -> None:
    head = (
        '<meta property="og:image" content="/pictures/tram.jpg">'
        '<meta property="og:site_name" content="Harrow Post">'
    )
    assert article(head).image == Image(TRAM)
    assert article(head).site == "Harrow Post"
    assert article().site == "harrow-post.example"
    assert article().image is None


def test_an_address_that_is_none_is_not_kept() -> None:
    assert extract(f"<h1>Tram</h1><p>{TEXT}</p>".encode(), "javascript:alert(1)").url == ""
