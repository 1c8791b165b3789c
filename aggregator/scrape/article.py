"""From the bytes of a page to an `Article`: the stages of this folder in their order.

bytes -> page (one tree) -> statements (what it says of itself)
                         -> guidance (what the site's rule takes)
                         -> outline (text blocks) -> body -> trim -> verdict -> Article
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from aggregator.errors import ScrapeError
from aggregator.model import Article, Entry, HttpUrl, Image, PlainText, Verdict
from aggregator.scrape.agreement import agrees
from aggregator.scrape.authors import authors_of
from aggregator.scrape.body.find import FoundBody, find_body
from aggregator.scrape.body.outline import Outline, outline
from aggregator.scrape.body.scoring import HEADING_TAGS
from aggregator.scrape.body.second_opinion import best_text, is_doubtful, other_texts
from aggregator.scrape.body.trim import trimmed
from aggregator.scrape.data.hidden import hidden_lines
from aggregator.scrape.dates.dating import dating_of
from aggregator.scrape.page import Page, read_page
from aggregator.scrape.site_rules.follow import Guidance, follow
from aggregator.scrape.site_rules.load import bundled_rules
from aggregator.scrape.site_rules.rule import Rules
from aggregator.scrape.standin import empty_article, with_feed_text
from aggregator.scrape.statements import Statements, read_statements
from aggregator.scrape.titles import headline_of, site_of
from aggregator.scrape.verdict.findings import Findings
from aggregator.scrape.verdict.judge import REFUSED, judge
from aggregator.scrape.verdict.live import post_addressed
from aggregator.text.bot_walls import bot_wall
from aggregator.text.clean import plain_paragraphs, text_of_html
from aggregator.text.images import DeclaredImage, first_image
from aggregator.text.language import language_of
from aggregator.text.urls import http_url

_LEAST_BODY: Final = 350
"""Characters; with less on the page, its data are looked at (about 60 words)."""
_OK: Final = 200
"""The status that saved pages had: those with another one are no pages to read."""
_DATED_BY_PAGE: Final = frozenset({"json-ld", "meta", "time element", "text", "rule"})


@dataclass(frozen=True, slots=True)
class Reading:
    """An article and what it was taken from; `explain` makes the reasons of it."""

    article: Article
    page: Page | None = None
    said: Statements | None = None
    outline: Outline | None = None
    found: FoundBody | None = None
    guidance: Guidance | None = None


def extract(
    html: bytes,
    url: HttpUrl | str,
    *,
    hint: Entry | None = None,
    content_type: str | None = None,
    now: datetime | None = None,
    rules: Rules | None = None,
) -> Article:
    """Return the article on a page; what cannot be had is absent and `body_reason` says why.

    `hint` is the feed's entry for the page: its text is a witness, and stands in where the page
    has none. `now` is the time of the fetch: dates after it are not believed, and dates without a
    year are resolved by it; without `now` and `hint` they are not dates. `rules` are what is known
    about the pages of single sites, by default what comes with the program.

    Never raises for what the page is.
    """
    return read_article(
        html, url, hint=hint, content_type=content_type, now=now, rules=rules
    ).article


def read_article(
    html: bytes,
    url: HttpUrl | str,
    *,
    hint: Entry | None = None,
    content_type: str | None = None,
    now: datetime | None = None,
    rules: Rules | None = None,
) -> Reading:
    """Return what `extract` does, with what it was taken from."""
    # What is no http address is not kept as one; the page is read all the same.
    address = http_url(str(url)) or HttpUrl("")
    wall = bot_wall(_OK, (), html)
    if wall is not None:
        reason = f"the page is a test for people by {wall}"
        refused = replace(empty_article(address, reason), verdict=Verdict.BOT_WALL)
        return Reading(with_feed_text(refused, hint, now=now))
    try:
        page = read_page(html, address, content_type)
    except ScrapeError as error:
        return Reading(with_feed_text(empty_article(address, error.detail), hint, now=now))
    reading = _read(page, address, hint, now, bundled_rules() if rules is None else rules)
    return replace(reading, article=with_feed_text(reading.article, hint, now=now))


def _read(
    page: Page, url: HttpUrl, hint: Entry | None, now: datetime | None, rules: Rules
) -> Reading:
    said = read_statements(page)
    guidance = follow(page, said, rules, reference=hint.published if hint else None, now=now)
    blocks = outline(guidance.text_page.tree)
    shown = (
        block.text for block in blocks.blocks if block.tag in HEADING_TAGS or not said.headlines
    )
    title = guidance.title or headline_of(said, url, hint.title if hint else "", shown)
    site = site_of(said, url)
    found = find_body(
        blocks,
        title,
        (said.meta("og:description", "description"), said.structured.description),
        url,
    )
    authors = guidance.authors or authors_of(said, page.tree, found.near_headline, site)
    dating = dating_of(
        said,
        page,
        title,
        near_headline=found.near_headline,
        entry_published=hint.published if hint else None,
        now=now,
    )
    dating = guidance.dated(dating)
    taken = guidance.body(title, authors) or _body(
        guidance.text_page, said, found, hint, title, authors
    )
    findings = Findings(
        url=url,
        title=title,
        body=taken,
        said=said,
        page=blocks,
        own_address=http_url(said.canonical or said.meta("og:url"), url) or "",
        dated=dating.published is not None,
        dated_by_page=dating.published_how in _DATED_BY_PAGE,
        linked_headings=found.linked_headings,
        notes=page.notes,
    )
    verdict, reason, body = _judged(findings, guidance, page)
    declared = page.declared_language or said.structured.language or said.meta("og:locale")
    article = Article(
        url=url,
        title=title,
        body=body,
        verdict=verdict,
        authors=authors,
        published=dating.published,
        published_how=dating.published_how,
        updated=dating.updated,
        updated_how=dating.updated_how,
        language=language_of(body or title, declared or (hint.language if hint else None)),
        image=_image(said, guidance, url),
        canonical=http_url(said.canonical, url) if said.canonical else None,
        site=site,
        body_reason=reason,
        rule=guidance.label,
        rule_missed=guidance.missed,
    )
    return Reading(article, page, said, blocks, found, guidance)


def _judged(findings: Findings, guidance: Guidance, page: Page) -> tuple[Verdict, str, PlainText]:
    """Return the verdict on the page, its reason, and what of the text taken may be kept."""
    judged = judge(findings)
    verdict, reason = guidance.judged(judged.verdict, judged.reason)
    if verdict in REFUSED:
        return verdict, reason, PlainText("")
    body = judged.body if verdict is judged.verdict else PlainText(findings.body)
    if verdict is Verdict.LIVE_BLOG:
        post = post_addressed(page.tree, page.structured, findings.url)
        body = plain_paragraphs(post) or body
    return verdict, reason, body


def _image(said: Statements, guidance: Guidance, url: HttpUrl) -> Image | None:
    ruled = DeclaredImage(guidance.image or "")
    twitter = DeclaredImage(said.meta("twitter:image"))
    return first_image((ruled, said.image, said.structured.image, twitter), url)


def _body(
    page: Page,
    said: Statements,
    found: FoundBody,
    hint: Entry | None,
    title: str,
    authors: Sequence[str],
) -> PlainText:
    body = _text(found.lines, title, authors)
    if len(body) < _LEAST_BODY:
        hidden = _text(hidden_lines(page, said.structured.body, title, body), title, authors)
        body = max(body, hidden, key=len)
    stated = text_of_html(said.structured.body)
    witness = stated or text_of_html(hint.content if hint else "")
    if is_doubtful(body, witness, found.prose):
        text = best_text(body, other_texts(page.markup, page.url), witness)
        if not agrees(text, stated):
            text = max(text, stated, key=len)
        body = _text(text.split("\n\n"), title, authors)
    return body


def _text(lines: Sequence[str], title: str, authors: Sequence[str]) -> PlainText:
    return plain_paragraphs("\n".join(trimmed(lines, title, authors)))
