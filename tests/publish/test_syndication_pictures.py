"""The picture of a story, with what its publisher declares of it, in each format."""

import dataclasses
import json

import feedparser
import pytest

from aggregator.model import HttpUrl, Image
from aggregator.publish.syndication import (
    FeedFormat,
    render,
    render_atom,
    render_json_feed,
    render_rss,
)
from tests.publish.made import BRIDGE, INFO, everything, story

XML_FORMATS = [FeedFormat.ATOM, FeedFormat.RSS]


@pytest.mark.parametrize(
    ("address", "media_type"),
    [
        ("https://herald.example/a.jpg", "image/jpeg"),
        ("https://herald.example/a.PNG?w=1200", "image/png"),
        ("https://herald.example/a.webp#x", "image/webp"),
        ("https://herald.example/picture", None),
        ("https://herald.example/a.php?file=b.png", None),
    ],
)
def test_picture_has_an_address_and_the_type_of_its_ending_and_no_length(
    address: str, media_type: str | None
) -> None:
    pictured = [story(1, image=Image(HttpUrl(address)))]
    for feed_format in XML_FORMATS:
        entry = feedparser.parse(render(pictured, INFO, feed_format)).entries[0]
        (media,) = entry.media_content
        typed = {"type": media_type} if media_type else {}
        assert media == {"url": address, "medium": "image", **typed}
        assert not entry.enclosures
    assert json.loads(render_json_feed(pictured, INFO))["items"][0]["image"] == address


@pytest.mark.parametrize("feed_format", XML_FORMATS)
def test_picture_has_the_type_and_size_that_its_publisher_declares(feed_format: FeedFormat) -> None:
    first, second = feedparser.parse(render(everything(), INFO, feed_format)).entries
    declared = {"type": "image/webp", "width": "800", "height": "533", "filesize": "61234"}
    assert first.media_content == [{"url": BRIDGE.url, "medium": "image", **declared}]
    assert second.media_content == [{"url": "https://herald.example/picture", "medium": "image"}]


@pytest.mark.parametrize(
    ("image", "length"),
    [
        (BRIDGE, "61234"),
        (dataclasses.replace(BRIDGE, media_type=None, width=None, height=None), "61234"),
        (dataclasses.replace(BRIDGE, bytes=None), None),
        (Image(HttpUrl("https://herald.example/picture"), bytes=61_234), None),
    ],
)
def test_picture_is_an_enclosure_of_rss_if_its_length_and_type_are_known(
    image: Image, length: str | None
) -> None:
    (entry,) = feedparser.parse(render_rss([story(1, image=image)], INFO)).entries
    found = [(link.href, link.type, link.length) for link in entry.enclosures]
    media_type = image.media_type or "image/jpeg"
    assert found == ([(image.url, media_type, length)] if length else [])
    assert not feedparser.parse(render_atom([story(1, image=image)], INFO)).entries[0].enclosures


def test_json_feed_says_in_its_extension_what_is_declared_of_a_picture() -> None:
    def told(image: Image) -> object:
        return json.loads(render_json_feed([story(1, image=image)], INFO))["items"][0][
            "_conflict_news"
        ].get("image")

    assert told(BRIDGE) == {
        "url": BRIDGE.url,
        "mime_type": "image/webp",
        "width": 800,
        "height": 533,
        "size_in_bytes": 61_234,
    }
    assert told(Image(BRIDGE.url, width=800)) == {
        "url": BRIDGE.url,
        "mime_type": "image/jpeg",
        "width": 800,
    }
    assert told(Image(BRIDGE.url)) is None


def test_picture_of_which_nothing_is_declared_has_the_bytes_that_it_always_had() -> None:
    pictured = story(1, image=Image(BRIDGE.url))
    media = (
        '<media:content xmlns:media="http://search.yahoo.com/mrss/"'
        f' url="{BRIDGE.url}" medium="image" type="image/jpeg"/>'
    )
    for feed_format in XML_FORMATS:
        document = render([pictured], INFO, feed_format).decode()
        element = next(line for line in document.splitlines() if "media" in line)
        assert element.strip() == media
        without = render([story(1)], INFO, feed_format).decode()
        assert document.replace(f"{element}\n", "") == without
    (item,) = json.loads(render_json_feed([pictured], INFO))["items"]
    assert item.pop("image") == BRIDGE.url
    assert [item] == json.loads(render_json_feed([story(1)], INFO))["items"]
