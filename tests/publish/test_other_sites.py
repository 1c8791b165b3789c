"""What pages of other sites may have a browser ask for, by its own word."""

import pytest

from tests.publish.conftest import Browsing

SQL = "/conflict-news.json?sql=select+1"
PAGES = ("/", "/story/1", "/search?q=ferry", SQL, "/conflict-news", "/-/health", "/-/metrics")
IN_THE_BACKGROUND = [
    ("no-cors", "empty"), ("cors", "empty"), ("no-cors", "image"), ("no-cors", "script"),
    ("navigate", "iframe"), ("navigate", "frame"), ("navigate", "object"), ("navigate", "embed"),
]  # fmt: skip


def told(site: str, mode: str, destination: str) -> dict[str, str]:
    return {"sec-fetch-site": site, "sec-fetch-mode": mode, "sec-fetch-dest": destination}


@pytest.mark.parametrize(("mode", "destination"), IN_THE_BACKGROUND)
def test_c15_no_other_site_asks_in_the_background(
    browsing: Browsing, mode: str, destination: str
) -> None:
    browsing.get("/")
    for site in ("cross-site", "same-site"):
        for page in PAGES:
            answer = browsing.get(page, headers=told(site, mode, destination))
            assert answer.status_code == 403, (site, page)
            assert "content-security-policy" in answer.headers
    for site in ("same-origin", "none"):
        assert browsing.get(SQL, headers=told(site, mode, destination)).status_code == 200


def test_links_of_other_sites_lead_here(browsing: Browsing) -> None:
    browsing.get("/")
    for page in PAGES:
        answer = browsing.get(page, headers=told("cross-site", "navigate", "document"))
        assert answer.status_code in {200, 503}, page


@pytest.mark.parametrize(
    "path",
    [
        "/feed.atom",
        "/feed.opml",
        "/favicon.ico",
        "/-/static-plugins/conflict-news-aggregator/icon.svg",
        "/api/greader.php/reader/api/0/user-info",
    ],
)
def test_feeds_and_icons_are_for_readers_anywhere(browsing: Browsing, path: str) -> None:
    browsing.get("/")
    assert browsing.get(path, headers=told("cross-site", "cors", "empty")).status_code == 200
