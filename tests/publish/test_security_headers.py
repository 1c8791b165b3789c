"""What every answer says to browsers: pages, errors, files, feeds, and redirects."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from bs4 import BeautifulSoup
from datasette.app import Datasette

from tests.publish.conftest import CONFIGURED, Browsing
from tests.publish.read_pages import assert_nothing_runs
from tests.publish.sample import Desk, fill
from tests.vectors import MARKUP

PAGES = {
    "/": 200,
    "/story/1": 200,
    "/article/1": 200,
    "/source/herald.example": 200,
    "/sources": 200,
    "/search?q=velmar": 200,
    "/conflicts": 200,
    "/conflict/velmar": 200,
    "/map": 200,
    "/map.json": 200,
    "/numbers": 200,
    "/feeds": 200,
    "/feeds/herald": 200,
    "/feed.atom": 200,
    "/feed.opml": 200,
    "/api/greader.php/reader/api/0/user-info": 200,
    "/story/999": 404,
    "/story/x": 404,
    "/?origins=x": 400,
    "/nothing/here": 404,
    "/conflict-news.json?sql=delete": 400,
    "/conflict-news/articles.csv": 200,
    "/conflict-news/articles.json": 200,
    "/conflict-news/reports?_next=x": 500,
    "/-/static/app.css": 200,
    "/-/static/nothing.css": 404,
    "/-/static-plugins/conflict-news-aggregator/icon.svg": 200,
    "/favicon.ico": 200,
    "/-/tables/": 302,
}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browsing]:
    """Yield pages on the invented war, and on one story for each vector of markup."""
    desk = Desk(tmp_path_factory.mktemp("site") / "conflict-news.db", datetime.now(UTC))
    fill(desk)
    for number, vector in enumerate(MARKUP[::5]):
        feed = desk.feed(f"hostile-{number}", vector, kind=vector, country=vector, language=vector)
        article = desk.article(feed, vector, minutes=3, body=vector, source=vector)
        desk.story([article], conflicts=[desk.conflict(f"hostile-{number}", vector)])
    desk.store.close()
    with asyncio.Runner() as runner:
        browsing = Browsing(runner, Datasette([str(desk.path)], metadata=CONFIGURED))
        yield browsing
        browsing.close()


@pytest.mark.parametrize(("path", "status"), PAGES.items())
def test_c14_every_answer_protects_itself(site: Browsing, path: str, status: int) -> None:
    answer = site.get(path)
    assert answer.status_code == status
    assert_protected(answer.headers)


def test_c14_refused_methods_and_heads_are_protected_too(site: Browsing) -> None:
    for method in ("post", "put", "delete", "options", "patch"):
        for path in ("/", "/story/1", "/feed.atom"):
            answer = site.get(path, method=method)
            assert answer.status_code == 405
            assert_protected(answer.headers)
        assert_protected(site.get("/conflict-news/articles", method=method).headers)
    assert_protected(site.get("/", method="head").headers)


def assert_protected(headers: object) -> None:
    given = dict(headers)  # type: ignore[call-overload]  # httpx's, which is a mapping
    policy = given["content-security-policy"]
    for rule in ("default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'"):
        assert rule in policy
    assert "unsafe-inline" not in policy.partition("style-src")[0]
    assert given["x-content-type-options"] == "nosniff"
    assert given["referrer-policy"] == "no-referrer"
    assert given["cross-origin-opener-policy"] == "same-origin"
    assert "camera=()" in given["permissions-policy"]
    is_image = given.get("content-type", "").startswith("image/")
    expected = "cross-origin" if is_image else "same-origin"
    assert given["cross-origin-resource-policy"] == expected
    # Whether there is TLS in front of this server is not for it to say.
    assert "strict-transport-security" not in given


@pytest.mark.parametrize(
    "path",
    [
        "//evil.example/", "/\\evil.example/", "/%5cevil.example/", "/%2f%2fevil.example/",
        "//evil.example/?x=1", "/%09/evil.example/", "/:memory://evil.example/",
        "/conflict-news/reports/?next=//evil.example", "/-/tables/?next=https://evil.example/",
        "/story/1/?next=//evil.example", "//evil.example/story/1/", "/-/config//evil.example",
        "/conflict-news/reports.jsono?next=//evil.example", "/-/logout?next=//evil.example",
        "/;@evil.example/", "///evil.example//", "/\\/evil.example/", "/feed.atom/",
    ],
)  # fmt: skip
def test_c12_no_address_of_ours_leads_elsewhere(site: Browsing, path: str) -> None:
    answer = site.get(path)
    target = answer.headers.get("location", "/")
    assert target.startswith("/")
    assert not target.startswith(("//", "/\\"))
    assert not {"\r", "\n", "\t"} & set(target)


@pytest.mark.parametrize("page", ["", "search", "source", "conflict", "feeds", "map", "numbers"])
def test_c14_what_is_asked_for_runs_on_none_of_our_pages(site: Browsing, page: str) -> None:
    for vector in MARKUP[::8]:
        asked = {"q": vector, "conflict": vector, "language": vector, "kind": vector}
        path = f"/{page}/x" if page in {"source", "conflict"} else f"/{page}"
        answer = site.get(path, params=asked)
        assert answer.status_code in {200, 400, 404}
        assert_nothing_runs(BeautifulSoup(answer.text, "html.parser"))


@pytest.mark.parametrize(
    "path", ["/", "/sources", "/feeds", "/conflicts", "/numbers", "/map", "/search?q=steal",
             *(f"/story/{number}" for number in range(7, 39))],
)  # fmt: skip
def test_c14_what_is_stored_runs_on_none_of_our_pages(site: Browsing, path: str) -> None:
    answer = site.get(path)
    assert answer.status_code == 200
    assert_nothing_runs(BeautifulSoup(answer.text, "html.parser"))
