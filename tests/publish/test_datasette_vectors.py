"""Vectors of markup on Datasette's own pages: as cell, column, filter, search and error.

Each page holds all of them at once, and is compared with its twin on harmless words.
"""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

import pytest
from bs4 import BeautifulSoup
from datasette.app import Datasette

from aggregator.publish.browse.headers import script_hash
from tests.publish.conftest import Browsing
from tests.publish.sample import Desk
from tests.vectors import MARKUP

# SQLite ends a name at NUL.
_SOME: Final = [vector for vector in MARKUP[1::5] if "\0" not in vector]
VECTORS: Final = [*_SOME[:29], "javascript:steal(1)"]
HARMLESS: Final = [f"Harbour {number}" for number in range(len(VECTORS))]
PARSERS: Final = ("lxml", "html.parser")
Parameters = list[tuple[str, str]]


def alias(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def pages(texts: list[str]) -> Iterator[tuple[int, str, Parameters]]:
    """Yield the status, path and parameters of pages that say `texts`, of each kind some."""
    together = " ".join(texts)
    columns = ", ".join(f"{number} as {alias(text)}" for number, text in enumerate(texts))
    yield 200, "/conflict-news/articles", []
    yield 200, "/conflict-news/articles", [("_facet", "title"), ("_size", "3")]
    yield 200, "/conflict-news/articles", [("title__contains", text) for text in texts]
    yield 200, "/conflict-news/articles", [("_search", f"{together} nowhere")]
    yield 200, "/conflict-news/articles", [("_where", "1"), ("_col", "title"), ("x", together)]
    yield 200, "/conflict-news/feeds", [("name__in", ",".join(texts))]
    yield 200, "/conflict-news/reports", []
    yield 200, "/conflict-news/articles/1", []
    yield 200, "/conflict-news", []
    yield 200, "/conflict-news", [("sql", f"select {columns}")]
    yield 200, "/conflict-news", [("sql", "select :text as said"), ("text", together)]
    yield 200, "/-/tables", []
    yield 200, "/conflict-news/feeds_in_trouble", []
    yield 200, "/conflict-news/said", [("text", together)]
    yield 400, "/conflict-news", [("sql", together)]
    yield 400, "/conflict-news", [("sql", f"select {alias(together)}(1)")]
    yield 400, "/conflict-news/articles", [("_col", together)]
    yield 500, "/conflict-news/articles", [("_sort", together)]


def site(folder: str, texts: list[str], made: pytest.TempPathFactory) -> Datasette:
    """Return Datasette on a database in which strangers have written `texts`."""
    desk = Desk(made.mktemp(folder) / "conflict-news.db", datetime.now(UTC))
    for number, text in enumerate([" ".join(texts), *texts]):
        feed = desk.feed(f"press-{number}", text, kind=text, language=text, country=text)
        article = desk.article(feed, text, minutes=3, body=text, body_reason=text, source=text)
        desk.story([article], conflicts=[desk.conflict(f"conflict-{number}", text)])
        desk.insert(
            "feed_conditions", feed_id=feed, condition=text, severity=0, since=desk.ago(60),
            detail=text, remedy=text,
        )  # fmt: skip
    desk.store.close()
    columns = ", ".join(f":text as {alias(text)}" for text in texts)
    saved = {"said": {"sql": f"select {columns}, :text as asked", "title": "Said"}}
    metadata = {"databases": {"conflict-news": {"queries": saved}}}
    return Datasette([str(desk.path)], metadata=metadata)


@pytest.fixture(scope="module")
def twins(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Browsing, Browsing]]:
    """Yield pages that are full of vectors, and the same pages of harmless words."""
    with asyncio.Runner() as runner:
        hostile = Browsing(runner, site("hostile", VECTORS, tmp_path_factory))
        harmless = Browsing(runner, site("harmless", HARMLESS, tmp_path_factory))
        yield hostile, harmless
        hostile.close()
        harmless.close()


def structure(page: str, parser: str) -> list[tuple[str, tuple[str, ...]]]:
    """Return the name and the attributes of each element, in their order."""
    found = BeautifulSoup(page, parser).find_all(True)
    return [(element.name, tuple(element.attrs)) for element in found]


@pytest.mark.parametrize("number", range(len(list(pages(HARMLESS)))))
def test_c14_no_vector_makes_an_element_or_an_attribute_on_a_page_of_datasette(
    twins: tuple[Browsing, Browsing], number: int
) -> None:
    asked = zip(twins, (VECTORS, HARMLESS), strict=True)
    answers = []
    for browsing, texts in asked:
        status, path, parameters = list(pages(texts))[number]
        answer = browsing.get(path, params=parameters)
        assert answer.status_code == status, answer.text
        assert answer.headers["content-type"].startswith("text/html")
        answers.append(answer)
    hostile, harmless = answers
    for parser in PARSERS:
        assert structure(hostile.text, parser) == structure(harmless.text, parser)
    page = BeautifulSoup(hostile.text, "lxml")
    policy = hostile.headers["content-security-policy"]
    for element in page.find_all(True):
        for name in ("href", "src", "action"):
            target = str(element.get(name, "")).strip().lower()
            assert not target.startswith(("javascript:", "data:", "vbscript:", "//"))
    for script in page.find_all("script"):
        source = str(script.get("src", ""))
        assert source.startswith("/-/static") or script_hash(script.text) in policy


@pytest.mark.parametrize("form", ["cell", "column", "filter", "search"])
def test_c14_the_pages_do_say_the_vectors(twins: tuple[Browsing, Browsing], form: str) -> None:
    number = ["cell", "", "filter", "search", "", "", "", "", "", "column"].index(form)
    _, path, parameters = list(pages(VECTORS))[number]
    page = BeautifulSoup(twins[0].get(path, params=parameters).text, "lxml")
    said = page.get_text() + "".join(str(field.get("value")) for field in page.find_all("input"))
    said = "".join(said.split())
    missing = [vector for vector in VECTORS if "".join(vector.split()) not in said]
    assert missing == []


def test_c14_the_script_of_an_interrupted_question_stays_blocked(
    twins: tuple[Browsing, Browsing],
) -> None:
    # It only makes a box higher, and is in Datasette's code, where no template gives its hash.
    endless = "with recursive n(i) as (select 1 union all select i + 1 from n) select max(i) from n"
    sql = f"{endless} /* {' '.join(VECTORS).replace('*/', '')} */"
    answer = twins[0].get("/conflict-news", params={"sql": sql, "_timelimit": "20"})
    assert answer.status_code == 400
    assert "SQL query took too long" in answer.text
    policy = answer.headers["content-security-policy"]
    scripts = [script.text for script in BeautifulSoup(answer.text, "lxml").find_all("script")]
    blocked = [script for script in scripts if script_hash(script) not in policy]
    assert ["ta.style.height" in script for script in blocked] == [True]
    assert "unsafe-inline" not in policy.partition("script-src")[2].partition(";")[0]
