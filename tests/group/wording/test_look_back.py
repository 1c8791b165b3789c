import pytest

from aggregator.group.stories import group
from aggregator.group.wording.look_back import READ, looks_back
from tests.group.newsdesk import OTHER_STRIKE, busy_week, report


@pytest.mark.parametrize(
    "headline",
    [
        "Karsat marks the anniversary of the market strike",
        "A year after the strike, Karsat still has no market",
        "Карсат: рік тому ракета влучила в ринок",
        "Годовщина удара по рынку Карсата",
        "Hace un año cayó el cohete sobre el mercado de Karsat",
        "Il y a un an, le marché de Karsat",
        "Vor zwei Jahren schlug die Rakete ein",
        "كرسات تحيي ذكرى قصف السوق",
    ],
)
def test_anniversaries_are_known_in_many_languages(headline: str) -> None:
    assert looks_back(headline, "", counts_dead=False)


@pytest.mark.parametrize(
    "headline",
    ["Rockets kill seven at Karsat market", "A 12-year-old hurt in Karsat", "Новый год в Карсате"],
)
def test_news_does_not_look_back(headline: str) -> None:
    assert not looks_back(headline, "", counts_dead=True)
    assert not looks_back(
        headline, "x" * READ + " A year ago the market was full.", counts_dead=True
    )


def test_the_beginning_looks_back_where_it_counts_the_dead_of_then() -> None:
    beginning = "A year ago rockets killed nineteen people at the market."
    assert looks_back("Nineteen bells for Karsat", beginning, counts_dead=True)
    assert not looks_back("Karsat votes", "A year ago few went to vote.", counts_dead=False)


def test_an_anniversary_is_not_the_strike_of_the_day() -> None:
    remembered = report(
        "remembered", "Karsat remembers the dead of its market, a year after the rockets",
        "The bells of Karsat rang on Tuesday for those who died when rockets hit the market a year"
        " ago. Their names were read out by the mayor.",
        source="courier.example", hours=5,
    )  # fmt: skip
    strike = report("strike", "Drone grenade kills two policemen at Karsat bridge", OTHER_STRIKE)
    articles = [*busy_week(start=-170), strike, remembered]
    decisions = {decision.article: decision for decision in group(articles)}
    assert decisions["remembered"].story == "remembered"
    assert decisions["remembered"].explanation.features["one_looks_back"] == 1.0
