"""What a page of another site can have a real browser ask for."""

from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from playwright.sync_api import Browser

from tests.publish.site_browser import BROWSER_MARKS
from tests.serving import serving

pytestmark = BROWSER_MARKS

SQL = "/conflict-news.json?sql=select+nothing"
FETCH = "address => fetch(address, {mode: 'no-cors'}).catch(() => null).then(() => null)"
FRAME = """address => new Promise(done => {
  const frame = document.createElement("iframe");
  frame.onload = () => done(null);
  frame.src = address;
  document.body.append(frame);
})"""


class Elsewhere(BaseHTTPRequestHandler):
    """An empty page of another site."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Print nothing."""


@pytest.mark.parametrize("way", [FETCH, FRAME])
def test_c15_a_page_elsewhere_asks_nothing_of_the_database(
    address: str, browser: Browser, caplog: pytest.LogCaptureFixture, way: str
) -> None:
    site = address.replace("127.0.0.1", "localhost")
    with serving(HTTPServer(("127.0.0.1", 0), Elsewhere)) as elsewhere:
        page = browser.new_page()
        page.goto(f"{site}/")
        page.goto(f"http://127.0.0.1:{elsewhere.server_port}/")
        page.evaluate(way, f"{site}{SQL}")
        assert refused(caplog) == 0
        page.goto(f"{site}{SQL}")
        page.close()
    assert refused(caplog) == 1


def refused(caplog: pytest.LogCaptureFixture) -> int:
    """Return how many questions the database was asked, all of which make no sense."""
    return sum(record.name == "aggregator" for record in caplog.records)
