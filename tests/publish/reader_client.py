"""A reader that speaks the Google Reader interface, as far as a test needs one."""

from typing import Any

import httpx

from tests.publish.conftest import Browsing

BASE = "/api/greader.php"
API = f"{BASE}/reader/api/0"
LONG = "tag:google.com,2005:reader/item/"
ALL = "user/-/state/com.google/reading-list"


def asked(browsing: Browsing, call: str, **parameters: Any) -> dict[str, Any]:
    """Return the answer to a question that is in order."""
    response = browsing.get(f"{API}/{call}", params=parameters)
    assert response.status_code == 200, response.text
    answer: dict[str, Any] = response.json()
    return answer


def sent(browsing: Browsing, call: str, form: dict[str, Any]) -> httpx.Response:
    """Send a form, as readers do where many stories are named."""
    return browsing.get(f"{API}/{call}", method="post", data=form)


def numbers(answer: dict[str, Any]) -> list[int]:
    """Return the numbers of the stories of an answer, with contents or without."""
    if "itemRefs" in answer:
        return [int(ref["id"]) for ref in answer["itemRefs"]]
    return [int(item["id"].removeprefix(LONG), 16) for item in answer["items"]]
