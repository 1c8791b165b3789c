import pytest

from aggregator.group.news import Told, news_of, place_key
from aggregator.group.origin.standing import Dependence
from aggregator.group.wording.stance import Stance, stances_of
from aggregator.model import NewsKind, PlainText

FIRST = "Rockets hit Karsat market, seven dead"


def told(
    article: int,
    headline: str = FIRST,
    dependence: Dependence | None = Dependence.OWN,
    places: tuple[str, ...] = (),
) -> Told:
    return Told(
        article=article,
        outlet=PlainText(f"Outlet {article}"),
        headline=headline,
        dependence=dependence,
        places=tuple(map(PlainText, places)),
    )


CASES: dict[str, tuple[Told, list[tuple[NewsKind, str]]]] = {
    "an independent report": (told(9), [(NewsKind.ORIGIN, "Outlet 9")]),
    "a report that nobody has looked at": (
        told(9, dependence=None),
        [(NewsKind.ORIGIN, "Outlet 9")],
    ),
    "a copy": (told(9, dependence=Dependence.COPY), []),
    "a copy under a headline of its own": (
        told(9, "Army denies it fired on Karsat, 12 dead", Dependence.COPY, ("Osk",)),
        [],
    ),
    "a text put together from others": (told(9, dependence=Dependence.PARTIAL), []),
    "a citation that says nothing new": (told(9, dependence=Dependence.CITATION), []),
    "a credit that says nothing new": (told(9, dependence=Dependence.CREDIT), []),
    "more of the same publisher": (told(9, dependence=Dependence.PUBLISHER), []),
    "a citation that brings a denial": (
        told(9, "Army denies firing on Karsat", Dependence.CITATION),
        [(NewsKind.DENIAL, "Outlet 9")],
    ),
    "a denial in another language": (
        told(9, "Армия отрицает удар по Карсату", Dependence.CITATION),
        [(NewsKind.DENIAL, "Outlet 9")],
    ),
    "a citation that brings a confirmation": (
        told(9, "Hospital confirms seven dead in Karsat", Dependence.CITATION),
        [(NewsKind.CONFIRMATION, "Outlet 9")],
    ),
    "a higher count": (
        told(9, "Karsat market: death toll rises to 12", Dependence.PUBLISHER),
        [(NewsKind.FIGURE, "12 dead")],
    ),
    "the known count in other words": (
        told(9, "7 killed at market of Karsat", Dependence.CITATION),
        [],
    ),
    "a count of the wounded": (
        told(9, "Rockets on market: 30 wounded", Dependence.CITATION),
        [(NewsKind.FIGURE, "30 hurt")],
    ),
    "a new place": (
        told(9, dependence=Dependence.CITATION, places=("Karsat", "Osk")),
        [(NewsKind.PLACE, "Osk")],
    ),
    "a known place in another script": (
        told(9, dependence=Dependence.CITATION, places=("Карсат",)),
        [],
    ),
    "several at once": (
        told(9, "Army denies attack that left 9 dead", places=("Osk",)),
        [
            (NewsKind.ORIGIN, "Outlet 9"),
            (NewsKind.DENIAL, "Outlet 9"),
            (NewsKind.FIGURE, "9 dead"),
            (NewsKind.PLACE, "Osk"),
        ],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_what_is_news(name: str) -> None:
    report, expected = CASES[name]
    story = [told(1, places=("Karsat",)), told(2, "Shock after attack"), report]
    assert [(news.kind, news.detail) for news in news_of(story)[9]] == expected


def test_the_first_report_opens_the_story_whatever_it_is() -> None:
    found = news_of([told(1, dependence=Dependence.COPY)])
    assert [(news.kind, news.article) for news in found[1]] == [(NewsKind.OPENED, 1)]


def test_what_was_told_is_told_once() -> None:
    denial = "Army denies attack on Karsat, 12 dead"
    story = [
        told(1),
        *(told(n, denial, Dependence.CITATION, ("Osk",)) for n in (2, 3)),
    ]
    found = news_of(story)
    assert [news.kind for news in found[2]] == [
        NewsKind.DENIAL,
        NewsKind.FIGURE,
        NewsKind.PLACE,
    ]
    assert found[3] == ()


def test_what_a_copy_says_in_its_headline_is_news_when_a_witness_says_it() -> None:
    story = [
        told(1),
        told(2, "Army denies attack", Dependence.COPY),
        told(3, "Army denies attack", Dependence.CITATION),
    ]
    assert [news.kind for news in news_of(story)[3]] == [NewsKind.DENIAL]


@pytest.mark.parametrize(
    ("headline", "stances"),
    [
        ("Ministry denies shelling", {Stance.DENIAL}),
        ("Le ministère dément tout tir", {Stance.DENIAL}),
        ("Ministerium bestreitet Beschuss", {Stance.DENIAL}),
        ("El ejército niega el ataque", {Stance.DENIAL}),
        ("L’esercito smentisce l’attacco", {Stance.DENIAL}),
        ("Міноборони спростувало удар", {Stance.DENIAL}),
        ("Ordu saldırıyı yalanladı", {Stance.DENIAL}),
        ("الجيش ينفي قصف السوق", {Stance.DENIAL}),
        ("הצבא מכחיש ירי", {Stance.DENIAL}),
        ("军方否认开火", {Stance.DENIAL}),
        ("Mayor confirms four dead", {Stance.CONFIRMATION}),
        ("Міноборони підтвердило втрати і спростувало відступ", {Stance.DENIAL}),
        ("Army confirms raid, denies deaths", {Stance.CONFIRMATION, Stance.DENIAL}),
        ("Denim factory burns", set()),
        ("Market burns after rocket attack", set()),
    ],
)
def test_denials_and_confirmations_are_read_in_many_languages(
    headline: str, stances: set[Stance]
) -> None:
    assert stances <= stances_of(headline)
    assert bool(stances) == bool(stances_of(headline))


def test_a_place_is_one_in_several_spellings() -> None:
    assert place_key("Харків") == place_key("Kharkiv") == place_key("KHARKIV")
    assert place_key("Osk") != place_key("Karsat")
