"""Pages of our own, each with what is to be found on it.

A case is a folder of `tests/scrape/corpus`: `page.html` and `expected.json`. The latter holds the
address and any fields of `Article` (the body as paragraphs), texts that must not be in the body
(`without`), the feed's entry (`hint`) and the time of the fetch (`now`) where they are at hand, and
what the extractor is known to get wrong (`known_shortcomings`, a line each): such a page is scored
by the gate, but not yet demanded.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from aggregator.model import Article, Entry, HttpUrl
from aggregator.scrape.article import extract
from aggregator.scrape.hint import read_hint

CORPUS: Final = Path(__file__).parent.parent / "tests" / "scrape" / "corpus"


@dataclass(frozen=True, slots=True)
class Case:
    """One page and its truth; `expected` has fields of `Article` as `value_of` returns them."""

    name: str
    page: bytes
    url: HttpUrl
    expected: Mapping[str, Any]
    hint: Entry | None
    now: datetime | None
    without: Sequence[str]
    known_shortcomings: Sequence[str]


Extractor = Callable[[Case], Article]


def read_cases(folder: Path = CORPUS) -> list[Case]:
    """Return the cases of a folder, by name."""
    return [_read_case(case) for case in sorted(folder.iterdir())]


def _read_case(folder: Path) -> Case:
    expected = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    url = HttpUrl(expected["url"])
    hint = expected.pop("hint", None)
    now = expected.pop("now", None)
    return Case(
        name=folder.name,
        page=(folder / "page.html").read_bytes(),
        url=url,
        hint=read_hint(hint, url) if hint else None,
        now=datetime.fromisoformat(now) if now else None,
        without=expected.pop("without", []),
        known_shortcomings=expected.pop("known_shortcomings", []),
        expected=expected,
    )


def extracted(case: Case) -> Article:
    """Run the extractor on a case."""
    return extract(case.page, case.url, hint=case.hint, now=case.now)
