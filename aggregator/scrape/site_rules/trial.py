"""Rules tried on their test pages: what each page should give, and what it gives.

A test page is a folder `<rule>/tests/<name>` with `page.html` and `expected.json`: its `url`, any
fields of `Article` (the body as a list of paragraphs), `without` (texts that must not be in the
body), and as witnesses `hint` (the feed's entry) and `now` (the time of the fetch).
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from aggregator.model import Article, Image
from aggregator.scrape.article import extract
from aggregator.scrape.hint import read_hint, read_moment
from aggregator.scrape.page import PAGE_LIMIT
from aggregator.scrape.site_rules.load import TESTS_FOLDER, folder_of
from aggregator.scrape.site_rules.rule import Rule, Rules

PAGE_FILE: Final = "page.html"
EXPECTED_FILE: Final = "expected.json"

_EXPECTED_LIMIT: Final = 5_000_000
_FIELDS: Final = frozenset(entry.name for entry in fields(Article)) - {"rule"}
_RECORDED: Final = ("title", "authors", "published", "updated", "language", "verdict", "body")


@dataclass(frozen=True, slots=True)
class Difference:
    """A field of a test page that is not as expected; "file" is the test itself."""

    field: str
    expected: object
    got: object


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of one test page."""

    rule: Rule
    name: str
    folder: Path
    differences: tuple[Difference, ...] = ()


def try_rule(rule: Rule, rules: Rules) -> Iterator[Trial]:
    """Yield what comes of each test page of a rule, when all of `rules` are in force."""
    tests = folder_of(rule) / TESTS_FOLDER
    if not tests.is_dir():
        return
    for folder in sorted(each for each in tests.iterdir() if each.is_dir()):
        yield Trial(rule, folder.name, folder, tuple(_differences(folder, rule, rules)))


def _differences(folder: Path, rule: Rule, rules: Rules) -> Iterator[Difference]:
    try:
        expected = _read_expected(folder / EXPECTED_FILE)
        with (folder / PAGE_FILE).open("rb") as file:
            page = file.read(PAGE_LIMIT + 1)
        url = str(expected["url"])
        article = extract(
            page,
            url,
            hint=read_hint(expected["hint"], url) if "hint" in expected else None,
            now=read_moment(str(expected["now"])) if "now" in expected else None,
            rules=rules,
        )
    except (OSError, ValueError) as error:
        yield Difference("file", "a test page that can be read", str(error))
        return
    if article.rule != rule.label:
        yield Difference("rule", rule.label, article.rule or "none")
    for name in sorted(_FIELDS & expected.keys()):
        got = value_of(article, name)
        if got != expected[name]:
            yield Difference(name, expected[name], got)
    for text in expected.get("without", []):
        if text in article.body:
            yield Difference("without", text, "in the body")


def _read_expected(path: Path) -> dict[str, Any]:
    with path.open("rb") as file:
        expected = json.loads(file.read(_EXPECTED_LIMIT))
    if not isinstance(expected, dict) or not isinstance(expected.get("url"), str):
        raise ValueError(f'{path.name} must be an object with at least "url"')  # noqa: TRY004 - what a file holds
    known = _FIELDS | {"without", "hint", "now"}
    unknown = sorted(expected.keys() - known)
    if unknown:
        raise ValueError(f"{path.name}: {unknown[0]!r} is none of {', '.join(sorted(known))}")
    if not isinstance(expected.get("without", []), list):
        raise ValueError(f'{path.name}: "without" must be a list of texts')  # noqa: TRY004 - the same
    return expected


def value_of(article: Article, name: str) -> object:
    """Return a field of an article as a test page has it."""
    value = getattr(article, name)
    if name == "body":
        return value.split("\n\n") if value else []
    if isinstance(value, Image):
        return value.url
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    return list(value) if isinstance(value, tuple) else value


def record(folder: Path, page: bytes, url: str, rules: Rules) -> Mapping[str, object]:
    """Write a page and what is found on it now as a test page in `folder`; return what is found.

    Raises OSError where the folder is there already or cannot be written.
    """
    article = extract(page, url, rules=rules)
    found = {name: value_of(article, name) for name in _RECORDED}
    expected = {"url": url, **{name: value for name, value in found.items() if value}}
    folder.mkdir(parents=True)
    (folder / PAGE_FILE).write_bytes(page)
    text = json.dumps(expected, ensure_ascii=False, indent=2)
    (folder / EXPECTED_FILE).write_text(f"{text}\n", encoding="utf-8")
    return expected
