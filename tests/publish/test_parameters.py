"""How many parameters an address may have, on our pages and Datasette's."""

import pytest

from aggregator.publish.browse.parameters import FACETS_LIMIT, PARAMETERS_LIMIT
from tests.publish.conftest import Browsing

PATHS = (
    "/", "/feed.atom", "/search", "/conflict-news/articles", "/conflict-news/articles.json",
    "/conflict-news.json?sql=select+1", "/conflict-news/most_copied", "/-/tables",
)  # fmt: skip


def with_parameters(path: str, parameters: list[str]) -> str:
    return f"{path}{'&' if '?' in path else '?'}{'&'.join(parameters)}"


@pytest.mark.parametrize("path", PATHS)
def test_c15_no_address_has_more_parameters_than_can_be_read(browsing: Browsing, path: str) -> None:
    browsing.get("/")
    parameters = [f"x{number}=1" for number in range(5 * PARAMETERS_LIMIT)]
    answer = browsing.get(with_parameters(path, parameters))
    assert answer.status_code == 400
    assert str(PARAMETERS_LIMIT) in answer.text
    assert "content-security-policy" in answer.headers


def test_usual_addresses_have_room(browsing: Browsing) -> None:
    browsing.get("/")
    filters = [f"title__contains={number}" for number in range(PARAMETERS_LIMIT)]
    assert browsing.get(with_parameters("/conflict-news/articles", filters)).status_code == 200
    stories = "&".join(f"i={number}" for number in range(1, 251))
    path = f"/api/greader.php/reader/api/0/stream/items/contents?{stories}"
    assert browsing.get(path).status_code == 200


@pytest.mark.parametrize("facet", ["_facet=title", "%5Ffacet=title", "_facet_date=scraped_at"])
def test_c15_a_page_has_few_facets(browsing: Browsing, facet: str) -> None:
    browsing.get("/")
    page = f"/conflict-news/articles?_facet_size=max&{facet}"
    assert browsing.get(f"{page}{f'&{facet}' * (FACETS_LIMIT - 1)}").status_code == 200
    answer = browsing.get(f"{page}{f'&{facet}' * FACETS_LIMIT}")
    assert answer.status_code == 400
    assert "facets" in answer.text
