"""Which report's headline stands for a story, by rule."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.group.headline.headlines import Titled, choose_headline
from aggregator.group.headline.sobriety import faults_of
from aggregator.group.wording.tolls import Harm, tolls_of
from aggregator.model import SourceKind
from tests.group.newsdesk import MORNING

LEAD = (
    "Drones hit the tyre works of Vesk before dawn and killed 12 people of the night shift, the"
    " governor of Vesk said. The fire at the tyre works burned until noon."
)


def titled(
    article: int,
    title: str,
    *,
    hours: float | None = None,
    origin: int | None = None,
    kind: SourceKind = SourceKind.NEWSPAPER,
    language: str = "en",
    lead: str = LEAD,
) -> Titled:
    reported = MORNING + timedelta(hours=article if hours is None else hours)
    return Titled(article, origin or article, kind, title, lead, language, reported)


CENTRAL = titled(2, "Drones kill 12 at tyre works in Vesk")
STORY = (
    titled(1, "Governor speaks of a black night for the province"),
    CENTRAL,
    titled(3, "Twelve workers dead after attack on factory in Vesk"),
    titled(4, "Tyre works in Vesk burns after drone strike"),
)


def test_the_headline_says_what_the_other_reports_say() -> None:
    headline = choose_headline(STORY)
    assert headline.article == 2
    assert "the other 3 origins" in headline.reason


def test_many_prints_of_one_text_are_one_voice() -> None:
    prints = tuple(
        titled(number, "Governor speaks of a black night", origin=1) for number in range(10, 22)
    )
    assert choose_headline(STORY + prints).article == 2


@pytest.mark.parametrize(
    "title",
    [
        "LIVE: Drones kill 12 at tyre works in Vesk",
        "Drones kill 12 at tyre works in Vesk – live updates",
        "DRONES KILL 12 AT TYRE WORKS IN VESK",
        "Drones kill 12 at tyre works in Vesk!",
        "Did drones kill 12 at tyre works in Vesk?",
        "Drones kill 12 at tyre works in Vesk...",
        "What we know: drones kill 12 at tyre works in Vesk",
        "You won't believe how drones kill 12 at tyre works in Vesk",
        "Opinion | Drones kill 12 at tyre works in Vesk",
        "BREAKING: Drones kill 12 at tyre works in Vesk",
        "12 at Vesk",
    ],
)
def test_of_headlines_that_say_the_same_the_sober_one_stands(title: str) -> None:
    loud = titled(1, title)
    assert choose_headline([loud, *STORY[1:]]).article == 2
    assert faults_of(title)


@pytest.mark.parametrize(
    ("title", "fault"),
    [
        ("Наживо: дрони вдарили по шинному заводу у Веську", "live blog"),
        ("Онлайн: удар по шинному заводу в Весске", "live blog"),
        ("مباشر: هجوم بالمسيرات على مصنع الإطارات في فيسك", "live blog"),
        ("Ataque a la fábrica de Vesk, minuto a minuto", "live blog"),
        ("Срочно: удар по шинному заводу в Весске", "label"),
        ("عاجل | هجوم بالمسيرات على مصنع الإطارات في فيسك", "label"),
        ("Eilmeldung: Drohnen treffen Reifenwerk in Vesk", "label"),
        ("Думка: чому горів шинний завод у Веську", "opinion"),
        ("Opinión: la noche de la fábrica de Vesk", "opinion"),
        ("Lo que se sabe del ataque a la fábrica de Vesk", "teases"),
        ("Що відомо про удар по шинному заводу у Веську", "teases"),
        ("هل كان الهجوم على مصنع الإطارات في فيسك متعمدا؟", "asks"),
        ("韦斯克轮胎厂遭无人机袭击,十二人遇难!", "exclaims"),
    ],
)
def test_labels_are_known_in_many_languages(title: str, fault: str) -> None:
    assert any(fault in found.says for found in faults_of(title))


@pytest.mark.parametrize(
    "title",
    [
        "UN, EU and OSCE call for ceasefire around Vesk",
        "Live shells found under school in Vesk",
        "У Веську горить шинний завод після удару дронів",
        "مقتل 12 شخصا في هجوم بالمسيرات على مصنع في فيسك",
        "Doce muertos en un ataque con drones en Vesk",
        "韦斯克轮胎厂遭无人机袭击,十二人遇难",
    ],
)
def test_a_plain_headline_has_no_fault(title: str) -> None:
    assert faults_of(title) == ()


UKRAINIAN = titled(
    5, "У Веську дрони вбили 12 людей на шинному заводі", language="uk", lead="У Веську горить."
)


@pytest.mark.parametrize(
    ("languages", "article"), [((), 2), (("en",), 2), (("uk", "en"), 5), (("ar", "uk"), 5)]
)
def test_the_readers_language_comes_first(languages: tuple[str, ...], article: int) -> None:
    headline = choose_headline([*STORY, UKRAINIAN], languages)
    assert headline.article == article
    assert ("that you read" in headline.reason) == bool(languages)


def test_a_headline_in_the_readers_language_takes_the_place_of_a_foreign_one() -> None:
    assert choose_headline([*STORY, UKRAINIAN], ("uk",), present=2).article == 5
    assert "in no language that you read" in choose_headline(STORY, ("fr",)).reason


def test_it_stays_unless_another_is_clearly_better() -> None:
    other = titled(0, "Drones kill 12 at the tyre works in Vesk", hours=0)
    assert choose_headline([*STORY, other]).article == 0
    kept = choose_headline([*STORY, other], present=2)
    assert kept.article == 2
    assert "no other is clearly better" in kept.reason
    assert choose_headline([*STORY, other], present=1).article == 0
    assert choose_headline(STORY, present=99).article == 2


def test_a_growing_story_changes_its_headline_seldom() -> None:
    wordings = (
        "Drones hit tyre works in Vesk, 12 dead",
        "Twelve killed as drones strike Vesk tyre works",
        "Vesk tyre works on fire after drone attack, 12 dead",
        "Night shift of Vesk tyre works hit by drones",
    )
    reports = [titled(1, "Explosions heard in Vesk before dawn")]
    present, changes = 1, 0
    for number in range(2, 60):
        reports.append(titled(number, f"{wordings[number % 4]}, paper {number} learns"))
        chosen = choose_headline(reports, present=present).article
        changes += chosen != present
        present = chosen
    assert 1 <= changes <= 3


def test_an_old_count_yields_to_a_newer_one() -> None:
    newer = titled(9, "Drones kill 17 at tyre works in Vesk")
    headline = choose_headline([*STORY, newer], present=2)
    assert headline.article == 9
    assert "no count that others have overtaken" in headline.reason


def test_an_old_count_stays_where_what_is_newer_says_much_less() -> None:
    newer = titled(9, "Governor counts 17 dead and asks who slept")
    headline = choose_headline([*STORY[1:3], newer], present=2)
    assert "12 dead, later 17" in headline.reason or headline.article != 2


@pytest.mark.parametrize(
    ("kinds", "article"),
    [
        ([SourceKind.STATE_MEDIA], 2),
        ([SourceKind.STATE_MEDIA, SourceKind.GOVERNMENT], 11),
        ([SourceKind.WIRE], 10),
    ],
)
def test_one_side_alone_does_not_raise_a_count(kinds: list[SourceKind], article: int) -> None:
    claims = [
        titled(10 + place, "Drones kill 90 at tyre works in Vesk", kind=kind)
        for place, kind in enumerate(kinds)
    ]
    assert choose_headline([*STORY, *claims], present=2).article == article


def test_a_lower_count_is_believed_when_two_tell_it_and_none_repeats_the_old_one() -> None:
    lower = [titled(number, "Drones kill 9 at tyre works in Vesk") for number in (9, 10)]
    repeated = titled(11, "Tyre works in Vesk: 12 dead after drones")
    assert choose_headline([*STORY, *lower[:1]], present=2).article == 2
    assert choose_headline([*STORY, *lower], present=2).article == 9
    assert choose_headline([*STORY, *lower, repeated], present=2).article == 2


@pytest.mark.parametrize(
    ("title", "dead", "hurt"),
    [
        ("Drone strike kills 12 in Vesk, wounds 30", 12, 30),
        ("12 dead, 30 injured in Vesk", 12, 30),
        ("Death toll in Vesk rises to 1,017", 1017, None),
        ("У Веську загинули 17 людей, 30 поранено", 17, 30),
        ("В Весске погибли 17 человек, ранены 30", 17, 30),
        ("مقتل 17 شخصا وإصابة 30 في فيسك", 17, 30),
        ("Un ataque en Vesk mata a 17 personas y deja 30 heridos", 17, 30),
        ("空袭致17人死亡30人受伤", 17, 30),
        ("Drone kills 3-year-old girl in Vesk", None, None),
        ("Dos muertos y 5 heridos en Vesk", 2, 5),
        ("Trois morts et 5 blessés à Vesk", 3, 5),
        ("Vesk'te 17 kişi hayatını kaybetti", 17, None),
        ("Army shoots down 40 drones over Vesk", None, None),
        ("Army fires 20 mortars at Vesk", None, None),
        ("Vesk gets 40 lorries of diesel before the deadline", None, None),
    ],
)
def test_victims_are_counted_in_many_languages(
    title: str, dead: int | None, hurt: int | None
) -> None:
    found = tolls_of(title)
    assert (found.get(Harm.DEAD), found.get(Harm.HURT)) == (dead, hurt)


def test_agencies_speak_before_papers_and_papers_before_the_parties() -> None:
    title = "Drones kill 12 at tyre works in Vesk"
    kinds = (SourceKind.STATE_MEDIA, SourceKind.NEWSPAPER, SourceKind.WIRE)
    reports = [titled(number, title, kind=kind) for number, kind in enumerate(kinds)]
    assert choose_headline(reports).article == 2
    assert choose_headline(reports[:2]).article == 1
    assert choose_headline(reports, present=1).article == 2


@given(st.lists(st.tuples(st.text(max_size=60), st.integers(1, 3)), min_size=1, max_size=6))
def test_any_headlines_give_one_of_them_whatever_their_order(
    texts: list[tuple[str, int]],
) -> None:
    reports = [
        replace(titled(number, text, lead=text[::-1]), origin=origin)
        for number, (text, origin) in enumerate(texts)
    ]
    headline = choose_headline(reports, ("en",))
    assert headline == choose_headline(reports[::-1], ("en",))
    assert headline.article in range(len(reports))
