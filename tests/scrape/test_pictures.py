"""What pages declare of their picture."""

import json

import pytest

from aggregator.model import HttpUrl, Image
from aggregator.scrape.article import extract

URL = HttpUrl("https://www.harrow-post.example/news/tram")
TRAM = HttpUrl("https://www.harrow-post.example/pictures/tram.jpg")
BRIDGE = HttpUrl("https://www.harrow-post.example/pictures/bridge.webp")


def image_of(head: str) -> Image | None:
    text = "The second span of the bridge was lifted into place at noon, and a tram crossed it."
    page = f"<html><head>{head}</head><body><h1>Tram crosses</h1><p>{text}</p></body></html>"
    return extract(page.encode(), URL).image


def metas(*pairs: tuple[str, str]) -> str:
    return "".join(f'<meta property="og:image{name}" content="{text}">' for name, text in pairs)


def data(image: object, *others: object) -> str:
    graph = [{"@type": "NewsArticle", "headline": "Tram crosses", "image": image}, *others]
    return f'<script type="application/ld+json">{json.dumps({"@graph": graph})}</script>'


SIZE = [(":width", "1200"), (":height", "630"), (":type", "image/jpeg")]
WHOLE = Image(TRAM, "image/jpeg", 1200, 630)


@pytest.mark.parametrize(
    ("pairs", "image"),
    [
        ([("", "/pictures/tram.jpg"), *SIZE], WHOLE),
        ([*SIZE, ("", "/pictures/tram.jpg")], WHOLE),
        ([("", "/pictures/tram.jpg"), (":secure_url", TRAM), *SIZE], WHOLE),
        ([(":url", "/pictures/tram.jpg"), *SIZE], WHOLE),
        ([("", "/pictures/tram.jpg"), *SIZE, ("", BRIDGE), (":width", "90")], WHOLE),
        ([("", "/pictures/tram.jpg"), ("", BRIDGE), *SIZE], Image(TRAM)),
        ([(":url", TRAM), (":url", BRIDGE), *SIZE], Image(TRAM)),
        ([("", TRAM), *SIZE, ("", TRAM), (":width", "90")], WHOLE),
        ([("", TRAM), (":width", "1200px"), (":height", "99999")], Image(TRAM, width=1200)),
        ([("", TRAM), (":width", "wide"), (":type", "text/html")], Image(TRAM)),
        ([("", "javascript:alert(1)"), *SIZE], None),
        (SIZE, None),
    ],
)
def test_open_graph_declares_a_picture(pairs: list[tuple[str, str]], image: Image | None) -> None:
    assert image_of(metas(*pairs)) == image


@pytest.mark.parametrize(
    ("declared", "image"),
    [
        ("/pictures/tram.jpg", Image(TRAM)),
        ([{"url": TRAM, "width": 1200, "height": 630, "encodingFormat": "image/jpeg"}], WHOLE),
        ({"contentUrl": TRAM, "width": "1200px", "height": 630.0}, Image(TRAM, None, 1200, 630)),
        (
            {
                "url": TRAM,
                "width": {"@type": "QuantitativeValue", "value": 1200},
                "height": {"@type": "Distance", "name": "630 px"},
            },
            Image(TRAM, None, 1200, 630),
        ),
        ({"url": TRAM, "width": [1200], "height": True, "encodingFormat": 7}, Image(TRAM)),
        ({"url": TRAM, "width": -1, "height": 1e300}, Image(TRAM)),
        ({"width": 1200, "height": 630}, None),
        ([], None),
    ],
)
def test_json_ld_declares_a_picture(declared: object, image: Image | None) -> None:
    assert image_of(data(declared)) == image


def test_json_ld_declares_a_picture_in_a_node_of_its_own() -> None:
    node = {"@type": "ImageObject", "@id": f"{URL}#main", "url": TRAM, "width": 1200, "height": 630}
    reference = {"@id": f"{URL}#main"}
    other = {**node, "@id": f"{URL}#logo", "url": BRIDGE}
    assert image_of(data(reference, other, node)) == Image(TRAM, None, 1200, 630)
    assert image_of(data(reference, {"@type": "WebPage", **reference})) == Image(
        HttpUrl(f"{URL}#main")
    )


def test_open_graph_and_json_ld_complete_each_other_on_the_same_picture() -> None:
    declared = {"url": TRAM, "width": 1200, "height": 630}
    typed = metas(("", TRAM), (":type", "image/jpeg"))
    assert image_of(typed + data(declared)) == WHOLE
    assert image_of(typed + data({**declared, "url": BRIDGE})) == Image(TRAM, "image/jpeg")


def test_a_picture_without_an_address_gives_way_to_the_next() -> None:
    head = metas(("", "javascript:alert(1)"), *SIZE) + data({"url": TRAM})
    assert image_of(head + f'<meta name="twitter:image" content="{BRIDGE}">') == Image(TRAM)
