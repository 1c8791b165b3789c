"""The Google Reader interface: what each of its addresses answers."""

import asyncio

import httpx
import pytest
from datasette.app import Datasette

from tests.publish.conftest import CONFIGURED, Browsing
from tests.publish.reader_client import ALL, API, BASE, LONG, asked, numbers, sent
from tests.publish.sample import ARABIC_TITLE, HOSTILE_TITLE, Desk

ARABIC_STORY = "هدنة قصيرة لإجلاء الجرحى من المرفأ"


def test_each_feed_is_a_subscription_with_a_label(browsing: Browsing) -> None:
    subscribed = asked(browsing, "subscription/list", output="json")["subscriptions"]
    assert [(each["id"], each["title"]) for each in subscribed] == [
        ("feed/stories", "Conflict news"),
        ("feed/conflict:highlands", "Highlands insurgency"),
        ("feed/conflict:velmar", "Velmar and Osk"),
        ("feed/saved:confirmed", "Confirmed by two"),
    ]
    assert [each["categories"] for each in subscribed] == [
        [{"id": f"user/-/label/{label}", "label": label}]
        for label in ("All stories", "Conflicts", "Conflicts", "Saved feeds")
    ]
    for each in subscribed:
        for kind in ("url", "htmlUrl", "iconUrl"):
            assert browsing.get(each[kind].removeprefix("http://localhost")).status_code == 200
        assert each["url"].partition("?")[0].endswith(".atom")


def test_a_label_without_a_feed_is_not_listed(browsing: Browsing, desk: Desk) -> None:
    assert [tag["id"] for tag in asked(browsing, "tag/list")["tags"]] == [
        "user/-/state/com.google/starred",
        "user/-/label/All stories",
        "user/-/label/Conflicts",
        "user/-/label/Saved feeds",
    ]
    desk.change("UPDATE saved_filters SET listed = 0")
    desk.change("UPDATE conflicts SET listed = 0")
    tags = asked(browsing, "tag/list")["tags"]
    assert [tag["id"] for tag in tags][1:] == ["user/-/label/All stories"]


def test_a_saved_feed_that_cannot_be_asked_is_left_out(browsing: Browsing, desk: Desk) -> None:
    desk.insert("saved_filters", name="gone", title="Gone", query="conflict=nowhere")
    desk.insert("saved_filters", name="old", title="Old", query="colour=red")
    titles = [each["title"] for each in asked(browsing, "subscription/list")["subscriptions"]]
    assert titles[3:] == ["Confirmed by two"]


def test_an_item_is_what_the_entry_of_the_feed_is(
    browsing: Browsing, stories: dict[str, int]
) -> None:
    (item,) = asked(browsing, "stream/contents/feed/saved:confirmed", r="o", n="1")["items"]
    entry = next(
        each
        for each in browsing.get("/feed.json").json()["items"]
        if each["url"].endswith(f"/story/{stories['shelling']}")
    )
    assert item["id"] == f"{LONG}{stories['shelling']:016x}"
    assert item["title"] == entry["title"]
    assert item["summary"] == {"content": entry["content_html"]}
    assert item["canonical"] == [{"href": entry["url"]}]
    assert item["alternate"] == [{"href": entry["url"], "type": "text/html"}]
    assert item["author"] == "North Wire"
    assert item["categories"] == [ALL, "user/-/label/Saved feeds", "Velmar and Osk", "Velmar"]
    assert item["timestampUsec"] == f"{item['updated']}000000"
    assert item["crawlTimeMsec"] == f"{item['updated']}000"
    assert item["published"] < item["updated"]
    assert item["origin"]["streamId"] == "feed/saved:confirmed"


def test_no_markup_of_others_gets_into_an_item(browsing: Browsing, stories: dict[str, int]) -> None:
    answer = sent(browsing, "stream/items/contents", {"i": stories["hostile"]}).json()
    (item,) = answer["items"]
    assert item["title"] == HOSTILE_TITLE
    assert "<script" not in item["summary"]["content"]
    assert "onerror=alert(1)&gt;" in item["summary"]["content"]


def test_each_kind_of_stream_has_its_stories(browsing: Browsing, stories: dict[str, int]) -> None:
    newest_first = [stories[name] for name in ("hostile", "bridge", "arabic", "shelling")]
    streams = {
        "": newest_first,
        ALL: newest_first,
        "user/1/state/com.google/reading-list": newest_first,
        "feed/stories": newest_first,
        "feed%2Fconflict%3Avelmar": newest_first,
        "feed/conflict:highlands": [],
        "user/-/label/Conflicts": newest_first,
        "user%2F-%2Flabel%2FSaved%20feeds": [stories["bridge"], stories["shelling"]],
        "user/-/state/com.google/starred": [],
        "user/-/state/com.google/read": [],
    }
    for stream, expected in streams.items():
        path = f"stream/contents/{stream}" if stream else "stream/contents"
        assert numbers(asked(browsing, path)) == expected, stream
    for stream in ("user/-/label/Saved feeds", ALL):
        found = asked(browsing, "stream/items/ids", s=stream)
        assert numbers(found) == streams.get(stream, streams["user%2F-%2Flabel%2FSaved%20feeds"])
    both = asked(browsing, "stream/items/ids", s=["feed/saved:confirmed", "feed/conflict:velmar"])
    assert numbers(both) == newest_first
    assert numbers(asked(browsing, "stream/contents", s="feed/saved:confirmed")) == [
        stories["bridge"], stories["shelling"],
    ]  # fmt: skip


def test_where_nothing_is_followed_all_stories_are_read(
    browsing: Browsing, desk: Desk, stories: dict[str, int]
) -> None:
    desk.change("UPDATE conflicts SET listed = 0")
    answer = asked(browsing, f"stream/contents/{ALL}")
    assert numbers(answer)[0] == stories["sport"]
    assert {item["origin"]["streamId"] for item in answer["items"]} == {"feed/stories"}


def test_a_story_is_filed_under_its_conflict(browsing: Browsing, stories: dict[str, int]) -> None:
    answer = sent(browsing, "stream/items/contents", {"i": [stories["sport"], stories["arabic"]]})
    sport, arabic = answer.json()["items"]
    assert sport["origin"]["streamId"] == "feed/stories"
    assert arabic["title"] == ARABIC_STORY != ARABIC_TITLE
    assert arabic["origin"] == {
        "streamId": "feed/conflict:velmar",
        "title": "Velmar and Osk",
        "htmlUrl": "http://localhost/?conflict=velmar",
    }


@pytest.mark.parametrize(
    "spelling",
    [f"{LONG}{{:016x}}", f"{LONG}{{:x}}", "{:016x}", "{:016X}", "{}"],
)
def test_a_story_is_known_by_each_spelling_of_its_number(
    browsing: Browsing, stories: dict[str, int], spelling: str
) -> None:
    wanted = [stories["bridge"], stories["arabic"]]
    form = {"T": "x", "output": "json", "i": [spelling.format(each) for each in wanted]}
    assert numbers(sent(browsing, "stream/items/contents", form).json()) == wanted


def test_a_merged_story_is_none_any_more(browsing: Browsing, stories: dict[str, int]) -> None:
    form = {"i": [stories["merged"], 999, 2**60 % 10**18, stories["bridge"], stories["bridge"]]}
    answer = sent(browsing, "stream/items/contents", form).json()
    assert numbers(answer) == [stories["bridge"]]
    assert stories["merged"] not in numbers(asked(browsing, f"stream/contents/{ALL}"))


def test_times_bound_a_stream_from_both_sides(
    browsing: Browsing, desk: Desk, stories: dict[str, int]
) -> None:
    def changed(name: str) -> int:
        item = sent(browsing, "stream/items/contents", {"i": stories[name]}).json()["items"][0]
        return int(item["updated"])

    newer = asked(browsing, "stream/items/ids", s=ALL, ot=changed("bridge"))
    assert numbers(newer) == [stories["hostile"], stories["bridge"]]
    older = asked(browsing, "stream/items/ids", s=ALL, nt=changed("arabic"))
    assert numbers(older) == [stories["arabic"], stories["shelling"]]
    between = asked(
        browsing, "stream/items/ids", s=ALL, r="o", ot=changed("arabic"), nt=changed("bridge")
    )
    assert numbers(between) == [stories["arabic"], stories["bridge"]]
    desk.change("UPDATE saved_filters SET query = ?", f"all=1&since={desk.ago(90)}")
    recent = asked(browsing, "stream/items/ids", s="feed/saved:confirmed", ot=1)
    assert stories["shelling"] not in numbers(recent)
    assert stories["sport"] in numbers(recent)


def test_unread_is_what_had_news_in_the_last_week(
    browsing: Browsing, desk: Desk, stories: dict[str, int]
) -> None:
    old = stories["shelling"]
    desk.change("UPDATE stories SET changed_at = ? WHERE id = ?", desk.ago(7 * 1440 + 5), old)
    read, unread = (f"user/-/state/com.google/{state}" for state in ("read", "unread"))
    for parameters in ({"xt": read}, {"it": unread}):
        found = numbers(asked(browsing, "stream/items/ids", s=ALL, **parameters))
        assert found == [stories[name] for name in ("hostile", "bridge", "arabic")]
    for parameters in ({"it": read}, {"xt": unread}, {"xt": ALL}):
        assert asked(browsing, f"stream/contents/{ALL}", **parameters)["items"] == []
    assert old in numbers(asked(browsing, "stream/items/ids", s=ALL, it=ALL))
    # That nobody has read it is not known, so no item says that it is read.
    items = asked(browsing, f"stream/contents/{ALL}")["items"]
    assert not [item for item in items if read in item["categories"]]
    counts = {
        each["id"]: (each["count"], each["newestItemTimestampUsec"])
        for each in asked(browsing, "unread-count")["unreadcounts"]
    }
    newest = items[0]["timestampUsec"]
    assert counts == {
        ALL: (3, newest),
        "feed/stories": (3, newest),
        "feed/conflict:highlands": (0, "0"),
        "feed/conflict:velmar": (3, newest),
        "feed/saved:confirmed": (1, items[1]["timestampUsec"]),
        "user/-/label/All stories": (3, newest),
        "user/-/label/Conflicts": (3, newest),
        "user/-/label/Saved feeds": (1, items[1]["timestampUsec"]),
    }


def test_there_is_one_user(browsing: Browsing) -> None:
    assert asked(browsing, "user-info") == {
        "userId": "1", "userName": "reader", "userProfileId": "1", "userEmail": "",
    }  # fmt: skip


@pytest.mark.parametrize(
    "call",
    [
        "disable-tag", "edit-tag", "mark-all-as-read", "rename-tag", "subscription/edit",
        "subscription/import", "subscription/quickadd",
    ],
)  # fmt: skip
def test_what_would_be_kept_is_refused(
    browsing: Browsing, stories: dict[str, int], call: str
) -> None:
    form = {
        "T": "x", "i": f"{LONG}{stories['bridge']:016x}", "a": "user/-/state/com.google/read",
        "s": ALL, "ac": "unsubscribe",
    }  # fmt: skip
    response = sent(browsing, call, form)
    assert response.status_code == 501
    assert response.text.startswith("Nothing was changed: ")
    assert len(response.text.splitlines()) == 1
    assert stories["bridge"] in numbers(asked(browsing, f"stream/contents/{ALL}"))


def test_the_atom_of_a_stream_is_the_merged_feed(browsing: Browsing) -> None:
    for stream, address in {
        ALL: "/feed.atom",
        "feed/stories": "/feed.atom",
        "feed%2Fconflict%3Avelmar": "/feed.atom?conflict=velmar",
        "feed/saved:confirmed": "/feed/confirmed.atom",
    }.items():
        response = browsing.get(f"{BASE}/reader/atom/{stream}?n=20")
        assert (response.status_code, response.headers["location"]) == (302, address)
        assert browsing.get(address).status_code == 200
    for stream in ("user/-/state/com.google/starred", "user/-/label/Conflicts", "feed/nothing"):
        assert browsing.get(f"{BASE}/reader/atom/{stream}").status_code == 400


def test_head_has_no_body_and_answers_are_not_kept(browsing: Browsing) -> None:
    whole = browsing.get(f"{API}/tag/list")
    head = browsing.get(f"{API}/tag/list", method="head")
    assert (head.text, head.headers["content-length"]) == ("", str(len(whole.content)))
    for response in (whole, head):
        assert response.headers["cache-control"] == "no-store"
        assert response.headers["x-content-type-options"] == "nosniff"
        assert "default-src 'none'" in response.headers["content-security-policy"]


def test_without_our_database_nothing_is_there(runner: asyncio.Runner) -> None:
    browsing = Browsing(runner, Datasette([], memory=True))
    assert browsing.get(f"{API}/tag/list").status_code == 404
    browsing.close()


def test_another_place_of_the_site_changes_every_address(browsing: Browsing, desk: Desk) -> None:
    place = {"base_url": "/war/"}
    datasette = Datasette([str(desk.path)], metadata=CONFIGURED, settings=place)
    below = Browsing(browsing.runner, datasette)
    # Its own client puts the place in front.
    (item,) = sent(below, "stream/items/contents", {"i": 1}).json()["items"]
    assert item["canonical"] == [{"href": "http://localhost/war/story/1"}]
    response = below.get(f"{BASE}/reader/atom/feed/stories")
    assert response.headers["location"] == "/war/feed.atom"
    below.close()


def test_a_proxy_may_take_the_place_of_the_site_off(browsing: Browsing, desk: Desk) -> None:
    place = {"base_url": "/war/"}
    below = Browsing(
        browsing.runner, Datasette([str(desk.path)], metadata=CONFIGURED, settings=place)
    )
    assert below.get("/").status_code == 200

    async def login(path: str) -> int:
        transport = httpx.ASGITransport(below.datasette.app())
        site = {"base_url": "http://localhost", "cookies": {"ds_actor": "x"}}
        async with httpx.AsyncClient(transport=transport, **site) as client:  # type: ignore[arg-type]  # any
            answer = await client.post(path, data={"Email": "me", "Passwd": "any"})
            return answer.status_code

    for prefix in ("/war", ""):
        assert browsing.runner.run(login(f"{prefix}{BASE}/accounts/ClientLogin")) == 200, prefix
    below.close()
