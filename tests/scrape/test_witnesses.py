"""What the page's data and the feed say of the text decides where the page is in doubt."""

import json

from aggregator.model import BodySource, Entry, HttpUrl, IdentityKind, PlainText, SafeHtml, Verdict
from aggregator.scrape.article import extract

URL = HttpUrl("https://orm-gazette.example/mill")


def paragraphs_of(text: str) -> tuple[str, ...]:
    return tuple(" ".join(paragraph.split()) for paragraph in text.split("\n\n"))


STORY = paragraphs_of("""
The mill at Orm turned again on Thursday, three weeks after a blast tore the roof off its
turbine house and let the river into the cellars.

Carpenters from four villages had rebuilt the roof from fence posts and old doors, since there
was no timber to be had, the foreman, Aurel Tishko, said.

For now the mill grinds by day only. The night shift would need lamps, and lamps would be seen
from the ridge, as everybody in the valley knows by now.

A first lorry of flour left for the hospital at Ilmen in the evening, with two guards.
""")
OTHER = paragraphs_of("""
Members of our club read every story without a limit, take part in the yearly draw for a weekend
on the lake, and are the first to hear when a new service of ours begins.

Membership costs less than a loaf of bread a week, may be given as a present, and can be ended
with one letter, to which our friendly office answers within ten working days.

Those who bring a friend to the club get a month for nothing, and so does the friend, who may
bring another, until the whole valley belongs to it and reads with us each morning.
""")


def paragraphs(texts: tuple[str, ...]) -> str:
    return "".join(f"<p>{text}</p>" for text in texts)


def page(body: str, data: dict[str, object] | None = None) -> bytes:
    script = f'<script type="application/ld+json">{json.dumps(data)}</script>' if data else ""
    return (
        f"<html><head>{script}</head><body><h1>Mill turns again</h1>{body}</body></html>".encode()
    )


def test_structured_text_contradicts_the_page() -> None:
    data: dict[str, object] = {"@type": "NewsArticle", "articleBody": "\n".join(STORY)}
    article = extract(page(f"<div>{paragraphs(OTHER)}</div>", data), URL)
    assert article.body == "\n\n".join(STORY)


def test_the_feeds_full_text_is_a_witness() -> None:
    entry = Entry(
        identity="m",
        identity_kind=IdentityKind.GUID,
        url=URL,
        title=PlainText("Mill turns again"),
        content=SafeHtml(paragraphs(STORY)),
    )
    article = extract(page(f"<div>{paragraphs(OTHER[:2])}</div>"), URL, hint=entry)
    assert article.body == "\n\n".join(STORY)
    assert article.body_source is BodySource.FEED
    assert article.body_reason == "the page shows less than the feed"


def test_structured_text_that_agrees_changes_nothing() -> None:
    data: dict[str, object] = {"@type": "NewsArticle", "articleBody": " ".join(STORY)}
    article = extract(page(f"<div>{paragraphs(STORY)}</div>", data), URL)
    assert article.body == "\n\n".join(STORY)
    assert article.verdict is Verdict.ARTICLE
