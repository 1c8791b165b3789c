"""What the rule for a page takes from it."""

from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final, TypeVar

from lxml import etree

from aggregator.model import PlainText, Verdict
from aggregator.scrape.authors import names_in
from aggregator.scrape.body.trim import trimmed
from aggregator.scrape.dates.dating import Dating
from aggregator.scrape.dates.moments import parse_moment, read_age, read_date
from aggregator.scrape.page import Page
from aggregator.scrape.site_rules.rule import Rule, Rules, Selectors
from aggregator.scrape.site_rules.select import NotFollowed, PageSelection
from aggregator.scrape.site_rules.text import lines_of
from aggregator.scrape.statements import Statements
from aggregator.text.clean import line_of_html, plain_line, plain_paragraphs
from aggregator.text.urls import host_of

Value = TypeVar("Value")

_DATE_ATTRIBUTES: Final = ("datetime", "content")
_IMAGE_ATTRIBUTES: Final = ("src", "content", "href")
_TOLERANCE: Final = timedelta(hours=24)
"""How far in the future a time may lie, as in `dates`."""
_FIELDS: Final = ("title", "authors", "published", "updated", "image", "body")
_MONTH_FIRST: Final = frozenset({"en", "en-us", "en_us"})


@dataclass(frozen=True, slots=True)
class Guidance:
    """What a rule says about a page; nothing at all without a rule.

    `why` says by what the page was known as the rule's. `by` holds, for each field taken, the
    selector that found it; `missed` are the fields that the rule names and the page does not have,
    `problem` why they were not looked for. `text_page` is the page to look for the text in: without
    the `removed` elements.
    """

    text_page: Page
    rule: Rule | None = None
    why: str = ""
    lines: tuple[str, ...] = ()
    title: PlainText | None = None
    authors: tuple[PlainText, ...] = ()
    published: datetime | None = None
    updated: datetime | None = None
    image: str | None = None
    verdict: Verdict | None = None
    by: Mapping[str, str] = field(default_factory=dict)
    missed: tuple[str, ...] = ()
    removed: int = 0
    problem: str = ""

    @property
    def label(self) -> str:
        """Name and version of the rule, "" without one."""
        return self.rule.label if self.rule else ""

    def judged(self, verdict: Verdict, reason: str) -> tuple[Verdict, str]:
        """Return the verdict on the page, which the rule may know better, and its reason."""
        if self.verdict is Verdict.NOT_AN_ARTICLE:
            return self.verdict, f"the page holds no article (rule {self.label})"
        if self.verdict is Verdict.PAYWALL:
            return self.verdict, f"the page is behind a paywall (rule {self.label})"
        if self.verdict is not None and verdict is not Verdict.EMPTY:
            return self.verdict, ""
        if self.lines and verdict is Verdict.NOT_AN_ARTICLE:
            return Verdict.ARTICLE, ""
        return verdict, reason

    def dated(self, dating: Dating) -> Dating:
        """Return when the page was published and changed, by the rule where it says so."""
        if self.published is not None:
            dating = replace(dating, published=self.published, published_how="rule")
        if self.updated is not None:
            dating = replace(dating, updated=self.updated, updated_how="rule")
        return dating

    def body(self, title: str, authors: Sequence[str]) -> PlainText:
        """Return the text that the rule takes, "" where it takes none."""
        clean = self.rule is not None and self.rule.clean
        lines = trimmed(self.lines, title, authors) if clean else self.lines
        return plain_paragraphs("\n".join(lines))


def follow(
    page: Page,
    said: Statements,
    rules: Rules,
    *,
    reference: datetime | None = None,
    now: datetime | None = None,
) -> Guidance:
    """Return what the first rule that is for the page takes from it.

    `reference` resolves dates without a year, `now` "3 hours ago"; without them, such are missed.
    """
    selection = PageSelection(page.tree)
    host = host_of(page.url)
    for rule in rules.rules:
        try:
            if why := _why(rule, page, said, host, selection):
                return _Follower(rule, page, selection, reference or now, now).guidance(why)
        except NotFollowed as error:
            missed = tuple(name for name in _FIELDS if getattr(rule, name))
            return Guidance(page, rule, missed=missed, problem=str(error))
    return Guidance(page)


def _why(rule: Rule, page: Page, said: Statements, host: str, selection: PageSelection) -> str:
    """Return by what the page is known as one of the rule's, "" if it is none."""
    if not rule.is_for_host(host):
        return ""
    reasons = [f"site {host}"] if rule.sites else []
    if rule.generator:
        generator = said.meta("generator")
        if not generator.lower().startswith(tuple(word.lower() for word in rule.generator)):
            return ""
        reasons.append(f'generator "{plain_line(generator, limit=60)}"')
    if rule.contains:
        text = next((text for text in rule.contains if text in page.markup), None)
        if text is None:
            return ""
        reasons.append(f'its HTML contains "{text}"')
    if rule.when:
        selector = next((one for one in rule.when if selection.any_of([one])), None)
        if selector is None:
            return ""
        reasons.append(f"it has {selector.written}")
    return ", ".join(reasons)


class _Follower:
    """Takes from one page what one rule names, and notes by which selector, or that it missed."""

    def __init__(
        self,
        rule: Rule,
        page: Page,
        selection: PageSelection,
        reference: datetime | None,
        now: datetime | None,
    ) -> None:
        self._rule = rule
        self._page = page
        self._selection = selection
        self._reference = reference
        self._now = now
        self._by: dict[str, str] = {}
        self._missed: list[str] = []

    def guidance(self, why: str) -> Guidance:
        rule = self._rule
        title = self._first("title", rule.title, lambda texts: line_of_html(texts[0]))
        authors = self._first("authors", rule.authors, names_in)
        published = self._first("published", rule.published, self._moment, _DATE_ATTRIBUTES)
        updated = self._first("updated", rule.updated, self._moment, _DATE_ATTRIBUTES)
        image = self._first("image", rule.image, lambda texts: texts[0], _IMAGE_ATTRIBUTES)
        verdict = self._verdict()
        text_page, removed = self._without_removed()
        selection = self._selection.of_copy(text_page.tree) if removed else self._selection
        return Guidance(
            text_page=text_page,
            rule=rule,
            why=why,
            lines=self._lines(selection),
            title=title,
            authors=authors or (),
            published=published,
            updated=updated,
            image=image,
            verdict=verdict,
            by=self._by,
            missed=() if verdict is Verdict.NOT_AN_ARTICLE else tuple(self._missed),
            removed=removed,
        )

    def _first(
        self,
        name: str,
        selectors: Selectors,
        read: Callable[[Sequence[str]], Value | None],
        attributes: tuple[str, ...] = ("content",),
    ) -> Value | None:
        """Return what the first selector finds that `read` can make something of."""
        for selector in selectors:
            texts = self._selection.values(selector, attributes)
            value = read(texts) if texts else None
            if value:
                self._by[name] = selector.written
                return value
        if selectors:
            self._missed.append(name)
        return None

    def _moment(self, texts: Sequence[str]) -> datetime | None:
        month_first = (self._page.declared_language or "").lower() in _MONTH_FIRST
        for text in texts:
            moment = parse_moment(text) or read_date(
                text, reference=self._reference, month_first=month_first
            )
            if moment is None and self._now is not None:
                moment = read_age(text, self._now)
            if moment is not None and (self._now is None or moment <= self._now + _TOLERANCE):
                return moment
        return None

    def _verdict(self) -> Verdict | None:
        rule = self._rule
        for verdict, selectors in (
            (Verdict.NOT_AN_ARTICLE, rule.not_article),
            (Verdict.PAYWALL, rule.paywall),
            (Verdict.LIVE_BLOG, rule.live),
        ):
            for selector in selectors:
                if self._selection.any_of([selector]):
                    self._by["verdict"] = selector.written
                    return verdict
        return None

    def _without_removed(self) -> tuple[Page, int]:
        """Return a page without what the rule removes; bylines and dates are read with it."""
        if not self._selection.any_of(self._rule.remove):
            return self._page, 0
        tree = deepcopy(self._page.tree)
        removed = self._selection.of_copy(tree).elements(self._rule.remove)
        for element in removed:
            _drop(element)
        markup = etree.tostring(tree, encoding="unicode", method="html")
        return replace(self._page, tree=tree, markup=markup), len(removed)

    def _lines(self, selection: PageSelection) -> tuple[str, ...]:
        for selector in self._rule.body:
            if selector.attribute:
                found = [line for v in selection.values(selector) for line in v.splitlines()]
            else:
                elements = selection.elements([selector])
                texts = () if elements else selection.values(selector)
                found = [*lines_of(elements, clean=self._rule.clean)]
                found += [line for text in texts for line in text.splitlines()]
            lines = tuple(line for line in map(str.strip, found) if line)
            if lines:
                self._by["body"] = selector.written
                return lines
        if self._rule.body:
            self._missed.append("body")
        return ()


def _drop(element: etree._Element) -> None:
    """Take an element out of its page; what stands after it stays."""
    parent, before = element.getparent(), element.getprevious()
    if parent is None:
        return
    tail = element.tail or ""
    if before is None:
        parent.text = f"{parent.text or ''}{tail}"
    else:
        before.tail = f"{before.tail or ''}{tail}"
    parent.remove(element)
