"""What was taken from a page, from where, and what else speaks for or against it.

The hot path knows nothing of this: an explanation is made of what was read and what came of it.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Final

from aggregator.model import Entry, HttpUrl
from aggregator.scrape.article import Reading, read_article
from aggregator.scrape.authors import names_in
from aggregator.scrape.batch import to_record
from aggregator.scrape.dates.moments import parse_moment, read_date
from aggregator.scrape.explain_body import BodyReasons, explain_body
from aggregator.scrape.page import Page
from aggregator.scrape.site_rules.follow import Guidance
from aggregator.scrape.site_rules.rule import Rules
from aggregator.scrape.statements import Statements, text_within
from aggregator.scrape.words import squeezed
from aggregator.text.clean import line_of_html, plain_line
from aggregator.text.urls import host_of, http_url

_EVIDENCE_LIMIT: Final = 12
"""Pieces of evidence told for one field."""
_NAME_LIMIT: Final = 100
"""Characters of an element that names an author."""
_TITLE_METAS: Final = ("og:title", "twitter:title", "dc.title", "parsely-title", "sailthru.title")
_IMAGE_METAS: Final = ("og:image", "og:image:url", "og:image:secure_url", "twitter:image")
_OF_CHANGE: Final = ("modif", "updat", "lastmod", "revis")


@dataclass(frozen=True, slots=True)
class Evidence:
    """Something on the page, or in the feed, that speaks of a field.

    `agrees` says whether it says what was taken; else `why` says why it did not count.
    """

    source: str
    value: str
    agrees: bool
    why: str = ""


@dataclass(frozen=True, slots=True)
class FieldReasons:
    """A field, how its value was found, and all evidence for it in the order of trust."""

    name: str
    value: str
    how: str
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class PageReasons:
    """Why an article is as it is."""

    reading: Reading
    fields: tuple[FieldReasons, ...]
    body: BodyReasons

    def to_record(self) -> dict[str, object]:
        """Return the article and the reasons as JSON values."""
        return {
            **to_record(self.reading.article),
            "explanation": {
                "rule": rule_record(self.reading.guidance),
                "fields": {each.name: _field_record(each) for each in self.fields},
                "body": _body_record(self.body),
            },
        }


def explain(
    html: bytes,
    url: HttpUrl | str,
    *,
    hint: Entry | None = None,
    now: datetime | None = None,
    rules: Rules | None = None,
) -> PageReasons:
    """Return the article that `extract` returns with these arguments, and the reasons for it."""
    reading = read_article(html, url, hint=hint, now=now, rules=rules)
    return PageReasons(reading, tuple(_fields(reading, hint)), explain_body(reading, hint))


def rule_record(guidance: Guidance | None) -> dict[str, object] | None:
    """Return what a rule did to a page as JSON values, None where none was for it."""
    if guidance is None or guidance.rule is None:
        return None
    return {
        "rule": guidance.rule.name,
        "version": guidance.rule.version,
        "from": guidance.rule.origin,
        "because": guidance.why,
        "taken": dict(guidance.by),
        "missed": list(guidance.missed),
        "removed": guidance.removed,
        "problem": guidance.problem or None,
    }


def _field_record(reasons: FieldReasons) -> dict[str, object]:
    return {
        "value": reasons.value or None,
        "how": reasons.how,
        "evidence": [asdict(each) for each in reasons.evidence],
    }


def _body_record(reasons: BodyReasons) -> dict[str, object]:
    cut, witnesses = map(list, (map(asdict, reasons.cut), map(asdict, reasons.witnesses)))
    return {**asdict(reasons), "cut": cut, "witnesses": witnesses}


def _fields(reading: Reading, hint: Entry | None) -> Iterator[FieldReasons]:
    article, page, said, guidance = reading.article, reading.page, reading.said, reading.guidance
    if page is None or said is None or guidance is None:
        return
    title = list(_titles(said, guidance, hint))
    yield _judged("title", article.title, title, _compared_titles)
    yield _judged("authors", ", ".join(article.authors), list(_authors(reading, hint)), _same_names)
    for name, moment, how in (
        ("published", article.published, article.published_how),
        ("updated", article.updated, article.updated_how),
    ):
        evidence = tuple(_dates(name, page, said, guidance, hint, moment, how))
        yield FieldReasons(name, moment.isoformat() if moment else "", how, evidence)
    image = [*_rule("image", guidance, guidance.image), *_metas(said, _IMAGE_METAS)]
    image += [("json-ld image", said.structured.image.address)]
    image += [("the feed", hint.image.url)] if hint and hint.image else []
    yield _judged(
        "image",
        article.image.url if article.image else "",
        image,
        lambda value, taken: _compared_addresses(http_url(value, article.url), taken),
    )
    languages = [("html lang", page.declared_language or "")]
    languages += [("json-ld inLanguage", said.structured.language), *_metas(said, ("og:locale",))]
    yield _judged("language", article.language or "", languages, _same_language)
    sites = [*_metas(said, ("og:site_name",)), ("json-ld publisher", said.structured.publisher)]
    sites += [("host", host_of(article.url))]
    yield _judged("site", article.site, sites, _compared_titles)


Candidates = Iterable[tuple[str, str]]


def _judged(
    name: str, value: str, candidates: Candidates, compare: Callable[[str, str], str]
) -> FieldReasons:
    """Return a field whose evidence is compared with its value; `compare` says what is wrong."""
    evidence: list[Evidence] = []
    for source, text in candidates:
        line = plain_line(text)
        if line and len(evidence) < _EVIDENCE_LIMIT:
            why = compare(line, value) if value else "not taken"
            evidence.append(Evidence(source, line, not why, why))
    agreeing = [each.source for each in evidence if each.agrees]
    how = agreeing[0] if agreeing else ("the text itself" if value else "missing")
    if agreeing[1:]:
        how += f", as in {', '.join(dict.fromkeys(agreeing[1:]))}"
    return FieldReasons(name, value, how, tuple(evidence))


def _rule(name: str, guidance: Guidance, value: object) -> list[tuple[str, str]]:
    if not value or name not in guidance.by:
        return []
    return [(f"rule {guidance.label}, {guidance.by[name]}", str(value))]


def _metas(said: Statements, names: Iterable[str]) -> Iterator[tuple[str, str]]:
    for name in names:
        for value in said.metas.get(name, ())[:2]:
            yield f"meta {name}", value


def _titles(said: Statements, guidance: Guidance, hint: Entry | None) -> Iterator[tuple[str, str]]:
    yield from _rule("title", guidance, guidance.title)
    for text in said.headlines[:3]:
        yield "h1", text
    yield "json-ld headline", line_of_html(said.structured.headline)
    yield from _metas(said, _TITLE_METAS)
    yield "<title>", said.title
    yield "the feed", hint.title if hint else ""


def _compared_addresses(address: str | None, taken: str) -> str:
    if address == taken:
        return ""
    return "comes later" if address else "no address"


def _compared_titles(text: str, title: str) -> str:
    one, other = squeezed(text), squeezed(title)
    if one == other:
        return ""
    if other in one:
        return "has more: the site's name, or a kicker"
    return "has less" if one in other else "other words"


def _authors(reading: Reading, hint: Entry | None) -> Iterator[tuple[str, str]]:
    page, said, guidance = reading.page, reading.said, reading.guidance
    if page is None or said is None or guidance is None:
        return
    yield from _rule("authors", guidance, ", ".join(guidance.authors))
    yield "json-ld author", ", ".join(said.structured.authors)
    yield from _named_by(page, reading.article.authors)
    if reading.found is not None:
        for line in reading.found.near_headline:
            if any(name in line for name in reading.article.authors):
                yield "a line near the headline", line
    names = [name for name in said.metas if "author" in name or "creator" in name or name == "byl"]
    yield from _metas(said, names)
    yield "the feed", ", ".join(hint.authors) if hint else ""


def _named_by(page: Page, authors: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield for each author the first element that holds the name and little else."""
    for name in authors:
        for element in page.tree.iter("a", "span", "div", "p", "address", "li", "cite", "strong"):
            text = text_within(element)
            inside = (text_within(child) for child in element)
            if name in text and len(text) < _NAME_LIMIT and not any(name in one for one in inside):
                marks = (element.get("class"), element.get("rel"), element.get("itemprop"))
                yield f"{element.tag} {' '.join(filter(None, marks))}".strip(), text
                break


def _same_language(declared: str, taken: str) -> str:
    return "" if declared.lower().startswith(taken) else "the text is in another language"


def _same_names(text: str, authors: str) -> str:
    if all(squeezed(name) in squeezed(text) for name in authors.split(", ")):
        return ""
    found = {squeezed(name) for name in names_in([text])}
    known = {squeezed(name) for name in authors.split(", ")}
    return "names fewer of them" if found & known else "names somebody else, or nobody"


def _dates(
    name: str,
    page: Page,
    said: Statements,
    guidance: Guidance,
    hint: Entry | None,
    moment: datetime | None,
    how: str,
) -> Iterator[Evidence]:
    """Yield what speaks of one of the two dates; what cannot be one says why."""
    is_change = name == "updated"
    by_rule = guidance.updated if is_change else guidance.published
    candidates = _rule(name, guidance, by_rule.isoformat() if by_rule else "")
    stated = said.structured.modified if is_change else said.structured.published
    candidates += [(f"json-ld {'dateModified' if is_change else 'datePublished'}", stated)]
    for meta, values in said.metas.items():
        of_change = any(word in meta for word in _OF_CHANGE)
        if of_change == is_change and parse_moment(values[0]):
            candidates.append((f"meta {meta}", values[0]))
    if not is_change:
        times = (element for element in page.tree.iter("time") if element.get("datetime"))
        candidates += [
            (f"time {element.get('class') or ''}".strip(), element.get("datetime", ""))
            for element in list(times)[:_EVIDENCE_LIMIT]
        ]
        if hint is not None and hint.published:
            candidates.append(("the feed", hint.published.isoformat()))
    for source, value in [each for each in candidates if each[1]][:_EVIDENCE_LIMIT]:
        found = parse_moment(value) or read_date(value)
        if found is None:
            why = "no date that can be read"
        elif moment is None:
            why = "not believed: in the future, or before what it would have changed"
        elif found == moment or found.date() == moment.date():
            why = ""
        else:
            why = f"another day; {how} comes before it"
        yield Evidence(source, plain_line(value, limit=80), not why, why)
