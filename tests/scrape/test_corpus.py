"""Each folder of `corpus/` is a page and what is to be found on it.

`expected.json` holds the address and any fields of `Article` (the body as paragraphs), texts that
must not be in the body (`without`), and the feed's entry (`hint`) and the time of the fetch (`now`)
where they are at hand.
"""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from aggregator.model import Article, Entry, HttpUrl, IdentityKind, PlainText, SafeHtml
from aggregator.scrape.article import extract

CASES = sorted(folder for folder in Path(__file__).with_name("corpus").iterdir())


def entry_of(hint: dict[str, str], url: str) -> Entry:
    return Entry(
        identity=url,
        identity_kind=IdentityKind.LINK,
        url=HttpUrl(url),
        title=PlainText(hint["title"]),
        summary=SafeHtml(hint.get("summary", "")),
        content=SafeHtml(hint.get("content", "")),
        published=datetime.fromisoformat(hint["published"]),
        published_how="published",
    )


def field(article: Article, name: str) -> Any:
    value = getattr(article, name)
    if name == "body":
        return value.split("\n\n") if value else []
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    return list(value) if isinstance(value, tuple) else value


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_corpus(case: Path) -> None:
    expected = json.loads((case / "expected.json").read_text(encoding="utf-8"))
    hint = expected.pop("hint", None)
    without = expected.pop("without", [])
    now = expected.pop("now", None)
    article = extract(
        (case / "page.html").read_bytes(),
        expected["url"],
        hint=entry_of(hint, expected["url"]) if hint else None,
        now=datetime.fromisoformat(now) if now else None,
    )
    assert {name: field(article, name) for name in expected} == expected
    assert [text for text in without if text in article.body] == []


def test_the_corpus_is_there() -> None:
    assert len(CASES) >= 45
