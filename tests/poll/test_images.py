"""What feeds declare of a picture, the same whichever way a feed is read."""

import json

import pytest

from aggregator.model import HttpUrl, Image
from aggregator.poll.items import Surroundings, entry_of
from aggregator.poll.prolog import Document
from aggregator.poll.xml_feed import by_feedparser, by_libxml2
from tests.poll.reading import NOW, URL, only

QUAY = HttpUrl("https://feeds.example/quay.jpg")
SMALL = HttpUrl("https://feeds.example/small.png")
ATOM = "http://www.w3.org/2005/Atom"


def image_in(content: str) -> Image | None:
    """Return the image of an item, after both ways have read it."""
    text = (
        '<rss version="2.0" xmlns:media="http://search.yahoo.com/mrss/" xmlns:x="urn:of:nobody"'
        f' xmlns:atom="{ATOM}"><channel><item><title>Quay reopened</title>{content}</item>'
        "</channel></rss>"
    )
    return read_both_ways(text)


def read_both_ways(text: str) -> Image | None:
    quick, slow = by_libxml2(Document(text)), by_feedparser(Document(text))
    assert quick.items[0].images == slow.items[0].images
    (one, other) = (entry_of(feed.items[0], Surroundings(URL, NOW)) for feed in (quick, slow))
    assert one is not None
    assert one == other == only(text)
    return one.image


@pytest.mark.parametrize(
    ("content", "image"),
    [
        (
            (
                '<media:content url="/quay.jpg" medium="image" type="image/webp" width="900"'
                ' height="600" fileSize="81234"/>'
            ),
            Image(QUAY, "image/webp", 900, 600, 81_234),
        ),
        (
            (
                '<media:content URL="/quay.jpg" TYPE="IMAGE/PNG" Width=" 900" HEIGHT="600px"'
                ' filesize="81234"/>'
            ),
            Image(QUAY, "image/png", 900, 600, 81_234),
        ),
        (
            (
                '<media:group><media:content url="/quay.jpg" type="image/jpeg" width="900"/>'
                '<media:content url="/small.png" type="image/png" width="90"/></media:group>'
            ),
            Image(QUAY, "image/jpeg", 900),
        ),
        (
            (
                '<media:content url="/quay.mp4" type="video/mp4" width="1920" fileSize="9">'
                '<media:thumbnail url="/small.png" type="image/png" width="90" height="60"'
                ' fileSize="812"/></media:content>'
            ),
            Image(SMALL, "image/png", 90, 60, 812),
        ),
        (
            '<media:thumbnail width="90" height="60">/small.png</media:thumbnail>',
            Image(SMALL, None, 90, 60),
        ),
        (
            '<enclosure url="/quay.jpg" type="image/jpeg" length="81234"/>',
            Image(QUAY, "image/jpeg", bytes=81_234),
        ),
        (
            '<atom:link rel="enclosure" href="/quay.jpg" type="image/jpeg" length="81234"/>',
            Image(QUAY, "image/jpeg", bytes=81_234),
        ),
        (
            (
                '<enclosure url="/quay.jpg" type="image/jpeg" length="81234"/>'
                '<media:thumbnail url="/small.png" width="90"/>'
                '<media:content url="/quay.jpg" medium="image" width="900" height="600"/>'
            ),
            Image(QUAY, "image/jpeg", 900, 600, 81_234),
        ),
        (
            (
                '<media:content url="/quay.jpg" medium="image" type="image/x-none" width="0"'
                ' height="-1" fileSize="1e9"/>'
            ),
            Image(QUAY),
        ),
        (
            '<media:content url="/quay.jpg" medium="image" width="20001" height="&#x663;00"/>',
            Image(QUAY),
        ),
        ('<media:content url="data:image/png,x" medium="image" width="900"/>', None),
        ('<enclosure url="/talk.mp3" type="audio/mpeg" length="81234"/>', None),
    ],
)
def test_both_ways_find_what_a_feed_declares_of_a_picture(
    content: str, image: Image | None
) -> None:
    assert image_in(content) == image


def test_atom_declares_a_picture_with_a_link() -> None:
    link = '<link rel="enclosure" type="image/jpeg" length="81234" href="/quay.jpg"/>'
    text = f'<feed xmlns="{ATOM}"><entry><title>Quay reopened</title>{link}</entry></feed>'
    assert read_both_ways(text) == Image(QUAY, "image/jpeg", bytes=81_234)


def test_json_feed_declares_a_picture_with_an_attachment() -> None:
    def image(**members: object) -> Image | None:
        version = "https://jsonfeed.org/version/1.1"
        item = {"id": "1", "title": "Quay reopened", **members}
        return only(json.dumps({"version": version, "items": [item]})).image

    quay = {"url": "/quay.jpg", "mime_type": "image/jpeg", "size_in_bytes": 81_234}
    whole = Image(QUAY, "image/jpeg", bytes=81_234)
    assert image(image="/quay.jpg", attachments=[quay]) == whole
    assert image(image="/small.png", attachments=[quay]) == Image(SMALL)
    talk = {"url": "/talk.mp3", "mime_type": "audio/mpeg", "size_in_bytes": 9}
    assert image(attachments=[talk, quay]) == whole
    assert image(attachments=[{**quay, "size_in_bytes": [1]}, 7]) == Image(QUAY, "image/jpeg")
    assert image(attachments={"url": "/quay.jpg"}) is None
