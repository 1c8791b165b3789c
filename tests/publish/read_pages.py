"""How tests read a page: its text, its elements, and that nothing in it runs."""

from bs4 import BeautifulSoup

from tests.publish.conftest import Browsing
from tests.publish.sample import Desk


def soup(browsing: Browsing, path: str) -> BeautifulSoup:
    response = browsing.get(path)
    assert response.status_code == 200, path
    return BeautifulSoup(response.text, "html.parser")


def text_of(browsing: Browsing, path: str) -> str:
    return " ".join(soup(browsing, path).get_text(" ").split())


def article_called(desk: Desk, beginning: str) -> int:
    row = desk.connection.execute(
        "SELECT id FROM articles WHERE title LIKE ? || '%' ORDER BY id", (beginning,)
    ).fetchone()
    return int(row["id"])


def assert_nothing_runs(page: BeautifulSoup) -> None:
    """Assert that a page holds nothing but what its template wrote."""
    for element in page.find_all(True):
        assert not [name for name in element.attrs if name.startswith("on") or name == "style"]
        for name in ("href", "src", "action"):
            target = str(element.get(name, "")).strip().lower()
            assert not target.startswith(("javascript:", "vbscript:", "data:"))
    assert [script["src"] for script in page.find_all("script")] == [
        "/-/static-plugins/conflict-news-aggregator/keys.js"
    ]
    forbidden = ["iframe", "base", "math", "object", "embed", "img", "style", "plaintext"]
    assert page.find(forbidden) is None
    assert page.find("meta", attrs={"http-equiv": True}) is None
