import pytest

from aggregator.group.origin.publishers import Names, Publisher, publisher_of


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("bbc.co.uk", "bbc.com"),
        ("ria.ru", "sputnikglobe.com"),
        ("news.courier.example", "sport.courier.example"),
        ("radiosvoboda.org", "rferl.org"),
    ],
)
def test_domains_of_one_newsroom(one: str, other: str) -> None:
    assert publisher_of(one, "One").key == publisher_of(other, "Other").key


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("courier.co.uk", "herald.co.uk"),
        ("one.blogspot.com", "two.blogspot.com"),
        ("one.localhost", "two.localhost"),
        ("courier-feed", "herald-feed"),
    ],
)
def test_what_only_looks_like_one_newsroom(one: str, other: str) -> None:
    assert publisher_of(one, "One").key != publisher_of(other, "Other").key


def test_an_agency_is_one_by_its_domain_or_as_the_user_says() -> None:
    listed = publisher_of("reuters.com", "World news")
    assert listed == Publisher("reuters", "World news", is_agency=True)
    assert publisher_of("wire.example", "Wire", is_agency=True).is_agency
    assert not publisher_of("wire.example", "Wire").is_agency


def test_a_source_without_an_address_is_known_by_its_name() -> None:
    assert publisher_of("", "Harbour Courier").key == "name:harbour courier"


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Reuters", "reuters"),
        ("Associated Press", "ap"),
        ("AP", "ap"),
        ("Ap", None),
        ("ap", None),
        ("Интерфаксом", "interfax"),
        ("Интерфаксимильный", None),
        ("新华社", "xinhua"),
        ("The Harbour Courier", None),
    ],
)
def test_names_as_a_whole(name: str, key: str | None) -> None:
    found = Names().called(name)
    assert (found.key if found else None) == key


def test_feeds_bring_their_names_but_not_those_of_their_sections() -> None:
    names = Names(
        (
            publisher_of("harbourcourier.example", "Harbour Courier - World"),
            publisher_of("bbc.co.uk", "Ukraine"),
            publisher_of("coast.example", "Coast Press Agency", is_agency=True),
        )
    )
    assert names.called("Harbour Courier") is not None
    assert names.called("Ukraine") is None
    assert names.called("CPA") == Publisher("coast.example", "Coast Press Agency", is_agency=True)
