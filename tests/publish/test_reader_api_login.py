"""Who may read by the Google Reader interface, and what it makes of bad requests."""

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from datasette.app import Datasette
from datasette.utils import StartupError

from tests.publish.conftest import CONFIGURED, Browsing
from tests.publish.reader_client import ALL, API, BASE, LONG, asked, sent
from tests.publish.sample import Desk

CONTENTS = "stream/items/contents"
LOGIN = f"{BASE}/accounts/ClientLogin"
PASSWORD = "grain & salt: 3 + 4"  # noqa: S105 -- made up


def login(browsing: Browsing, **form: str) -> httpx.Response:
    return browsing.get(LOGIN, method="post", data=form)


@pytest.fixture
def guarded(browsing: Browsing, desk: Desk) -> Iterator[Browsing]:
    metadata = {"plugins": {"aggregator": {"reader_password": {"$env": "READERS"}}}}
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("READERS", PASSWORD)
        guarded = Browsing(browsing.runner, Datasette([str(desk.path)], metadata=metadata))
        guarded.get("/")
        yield guarded
    guarded.close()


def test_any_name_and_password_will_do_unless_one_is_set(browsing: Browsing) -> None:
    response = login(browsing, Email="anybody", Passwd=PASSWORD, service="reader")
    assert response.status_code == 200
    lines = dict(line.split("=") for line in response.text.splitlines())
    assert list(lines) == ["SID", "LSID", "Auth"]
    assert lines["Auth"] == lines["SID"] != ""
    as_json = login(browsing, Email="somebody", Passwd=PASSWORD[::-1], output="json").json()
    assert as_json == lines
    assert asked(browsing, "user-info")


def test_a_password_that_is_set_is_needed_for_every_address(guarded: Browsing) -> None:
    calls = (
        "reader/api/0/user-info", "reader/api/0/token", "reader/api/0/stream/items/ids?s=x",
        "reader/api/0/edit-tag", "reader/api/0/none", "reader/atom/feed/stories",
    )  # fmt: skip
    for call in calls:
        refused = guarded.get(f"{BASE}/{call}")
        assert refused.status_code == 401
        assert refused.headers["www-authenticate"].startswith("GoogleLogin ")
        assert refused.headers["google-bad-token"] == "true"
    for wrong in ("", "grain", f"{PASSWORD} ", "\u0000", "x" * 5000):
        response = login(guarded, Email="me", Passwd=wrong)
        assert response.status_code == (401 if wrong.strip() else 400)
        assert "Auth=" not in response.text.replace("BadAuth", "")
    shown = login(guarded, Email="me", Passwd=PASSWORD, output="json").json()["Auth"]
    header = {"Authorization": f"GoogleLogin auth={shown}"}
    for call in calls:
        assert guarded.get(f"{BASE}/{call}", headers=header).status_code != 401
    for wrong in (
        f"GoogleLogin auth={shown[:-1]}", f"Bearer {shown}", f"GoogleLogin {shown}", shown,
        "GoogleLogin auth=", f"GoogleLogin auth={PASSWORD}",
    ):  # fmt: skip
        refused = guarded.get(f"{API}/user-info", headers={"Authorization": wrong})
        assert refused.status_code == 401, wrong
    # The rest of the site is as it was, and nowhere shows the password.
    assert guarded.get("/feed.atom").status_code == 200
    assert PASSWORD not in guarded.get("/-/metadata.json").text


def test_what_a_login_gave_lasts_until_the_password_changes(
    guarded: Browsing, browsing: Browsing
) -> None:
    first, again = (
        login(guarded, Email=name, Passwd=PASSWORD).text for name in ("me", "somebody else")
    )
    assert first == again
    assert login(browsing, Email="me", Passwd=PASSWORD).text != first


@pytest.mark.parametrize("value", [{"$env": "NO_SUCH_VARIABLE"}, "", " ", 7])
def test_a_password_that_is_missing_lets_nobody_start(
    browsing: Browsing, desk: Desk, value: object
) -> None:
    config = {"plugins": {"aggregator": {"reader_password": value}}}
    datasette = Datasette([str(desk.path)], metadata=config)
    with pytest.raises(StartupError, match="reader_password"):
        browsing.runner.run(datasette.invoke_startup())
    datasette.executor.shutdown()


def test_a_password_is_never_taken_from_an_address(guarded: Browsing) -> None:
    address = f"{LOGIN}?Email=me&Passwd=x"
    refused = guarded.get(address)
    assert (refused.status_code, refused.headers["allow"]) == (405, "POST")


BAD: dict[str, Callable[[Browsing], httpx.Response]] = {
    "a count of none": lambda site: site.get(f"{API}/stream/contents?n=0"),
    "a count that is none": lambda site: site.get(f"{API}/stream/contents?n=-5"),
    "a huge count": lambda site: site.get(f"{API}/stream/contents?n={'9' * 400}"),
    "a count in other digits": lambda site: site.get(f"{API}/stream/contents?n=٣"),
    "no time": lambda site: site.get(f"{API}/stream/contents?ot=yesterday"),
    "a time past all": lambda site: site.get(f"{API}/stream/contents?nt={'9' * 12}"),
    "a continuation of another": lambda site: site.get(f"{API}/stream/contents?c=1.2"),
    "a continuation the other way": lambda site: site.get(f"{API}/stream/contents?r=o&c=1.2.3.4"),
    "a continuation in other digits": lambda site: site.get(f"{API}/stream/contents?c=1.٣.1.3"),
    "no continuation": lambda site: site.get(f"{API}/stream/contents?c='%20OR%201=1"),
    "an unknown stream": lambda site: site.get(f"{API}/stream/contents/feed/a.example"),
    "a hostile stream": lambda site: site.get(f"{API}/stream/contents/<script>%00{'x' * 9000}"),
    "an unknown label": lambda site: site.get(f"{API}/stream/contents/user/-/label/Sport"),
    "no stream": lambda site: site.get(f"{API}/stream/items/ids"),
    "many streams": lambda site: site.get(f"{API}/stream/items/ids?{'&s=feed/stories' * 21}"),
    "no state": lambda site: site.get(f"{API}/stream/contents?xt=feed/stories"),
    "another form": lambda site: site.get(f"{API}/tag/list?output=xml"),
    "no stories": lambda site: sent(site, CONTENTS, {"T": "x"}),
    "many stories": lambda site: sent(site, CONTENTS, {"i": list(range(251))}),
    "many fields": lambda site: sent(site, "edit-tag", {"i": list(range(2001))}),
    "no number": lambda site: sent(site, CONTENTS, {"i": f"{LONG}xyz"}),
    "a number past all": lambda site: sent(site, CONTENTS, {"i": f"{LONG}{'f' * 16}"}),
    "a long number": lambda site: sent(site, CONTENTS, {"i": "1" * 19}),
    "a sign": lambda site: sent(site, CONTENTS, {"i": f"{LONG}-7"}),
    "no login": lambda site: login(site, Email="me"),
}  # fmt: skip


@pytest.mark.parametrize("case", list(BAD))
def test_a_bad_request_is_told_in_one_line(browsing: Browsing, case: str) -> None:
    response = BAD[case](browsing)
    assert response.status_code == 400, response.text[:300]
    assert response.headers["content-type"].startswith("text/plain")
    assert len(response.text.strip().splitlines()) == 1
    assert 10 < len(response.text) < 300


def test_what_is_not_there_is_not_found(browsing: Browsing) -> None:
    for path in (
        "", "/", "/reader/api/0/", "/reader/api/0/friend/list", "/reader/api/1/tag/list",
        "/accounts", "/reader/api/0/stream/contents%2Ffeed", "/../../etc/passwd",
    ):  # fmt: skip
        assert browsing.get(f"{BASE}{path}").status_code == 404, path
    refused = browsing.get(f"{API}/tag/list", method="put")
    assert (refused.status_code, refused.headers["allow"]) == (405, "GET, HEAD, POST")


def test_a_form_has_a_limit(browsing: Browsing) -> None:
    response = browsing.get(f"{API}/edit-tag", method="post", content=b"a=" + b"x" * 2**20)
    assert response.status_code == 413
    strange = browsing.get(
        f"{API}/stream/items/contents", method="post", content=b"\xff\xfe=%zz&i=1"
    )
    assert strange.status_code == 200


def test_a_form_that_breaks_off_is_told(browsing: Browsing) -> None:
    parts: list[dict[str, Any]] = [
        {"type": "http.disconnect"},
        {"type": "http.request", "body": b"i=1&i=", "more_body": True},
    ]
    answers: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return parts.pop()

    async def send(message: dict[str, Any]) -> None:
        answers.append(message)

    path = f"{API}/{CONTENTS}"
    scope = {
        "type": "http", "method": "POST", "path": path, "raw_path": path.encode(),
        "query_string": b"", "headers": [(b"host", b"localhost")],
    }  # fmt: skip
    browsing.runner.run(browsing.datasette.app()(scope, receive, send))
    assert answers[0]["status"] == 400


def test_a_plain_datasette_that_knows_no_password_lets_no_reader_in(
    browsing: Browsing, desk: Desk
) -> None:
    plain = Browsing(browsing.runner, Datasette([str(desk.path)]))
    for path in (f"{API}/user-info", f"{API}/stream/contents", f"{BASE}/reader/atom/feed/stories"):
        refused = plain.get(path)
        assert refused.status_code == 403
        assert "`aggregator serve`" in refused.text
    assert login(plain, Email="me", Passwd=PASSWORD).status_code == 403
    assert plain.get("/feed.atom").status_code == 200
    plain.close()


def test_who_may_not_see_the_database_may_not_read_it_here(browsing: Browsing, desk: Desk) -> None:
    private = {**CONFIGURED, "databases": {"conflict-news": {"allow": {"id": "root"}}}}
    closed = Browsing(browsing.runner, Datasette([str(desk.path)], metadata=private))
    for path in (LOGIN, f"{API}/stream/contents"):
        assert closed.get(path, method="post", data={"Email": "a"}).status_code == 403
    closed.close()


def test_a_question_that_takes_too_long_ends(
    browsing: Browsing, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert browsing.get(f"{API}/tag/list").status_code == 200
    monkeypatch.setattr(browsing.datasette, "sql_time_limit_ms", 0)
    response = browsing.get(f"{API}/unread-count")
    assert response.status_code == 503
    assert response.text.startswith("That took too long")


def test_only_these_addresses_take_forms_without_a_token(browsing: Browsing) -> None:
    def posted(path: str) -> int:
        cookies: dict[str, Any] = {"cookies": {"ds_actor": "x"}}
        return browsing.get(path, method="post", data={"a": "b"}, **cookies).status_code

    assert posted(f"{API}/stream/items/ids?s={ALL}") == 200
    for path in ("/", "/-/logout", "/api/greader.phpx", "/api%2Fgreader.php/x"):
        assert posted(path) in {403, 404, 405}, path
