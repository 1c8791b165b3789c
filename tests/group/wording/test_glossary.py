from importlib.resources import files

import pytest

from aggregator.group.stories import group
from aggregator.group.wording.glossary import english_of, is_foreign
from aggregator.group.wording.words import fold
from tests.group.newsdesk import busy_week, report


@pytest.mark.parametrize(
    ("english", "foreign"),
    [
        ("train", "поезд поездов потяг tren Zuge pociągu القطار הרכבת"),
        ("killed", "погибли загинули muertos getötet قتلى נהרגו کشته"),
        ("school", "школа школу écoles Schule okulda المدرسة"),
        ("missile", "ракетами misiles Raketen صاروخ טילים موشک"),
    ],
)
def test_words_of_war_meet_across_languages(english: str, foreign: str) -> None:
    for word in foreign.split():
        assert english in english_of(word), word


def test_other_words_have_no_english() -> None:
    assert [english_of(word) for word in ("Карсат", "qwerty", "", "7")] == [()] * 4


def test_english_words_are_not_looked_up() -> None:
    assert not is_foreign("most", "en")
    assert is_foreign("most", "pl")
    assert not is_foreign("most", None)
    assert is_foreign("потяг", None)


def test_each_word_of_the_glossary_is_written_in_one_script() -> None:
    text = files("aggregator.group.wording").joinpath("glossary.txt").read_text("utf-8")
    for line in text.splitlines()[1:]:
        english, others = line.split(": ")
        assert english.isascii()
        for word in others.split():
            letters = fold(word.rstrip("*"))
            assert len({letter < "\u0370" for letter in letters if letter.isalpha()}) == 1, word
            assert len(letters) >= 2, word


def test_one_event_is_one_story_in_three_languages() -> None:
    english = report(
        "english", "Twelve killed as missile hits school bus near Orlane",
        "A missile hit a school bus on the road to Orlane on Tuesday. Twelve people were killed and"
        " nine wounded, the governor said.",
    )  # fmt: skip
    ukrainian = report(
        "ukrainian", "Під Орлане ракета влучила у шкільний автобус: 12 загиблих",
        "Ракета влучила в автобус зі школярами на дорозі до Орлане. Загинули 12 людей, дев'ятеро"
        " поранені, повідомив губернатор.",
        source="hazeta.example", hours=1, language="uk",
    )  # fmt: skip
    spanish = report(
        "spanish", "Doce muertos por un misil contra un autobús escolar cerca de Orlane",
        "Un misil alcanzó un autobús escolar en la carretera a Orlane y mató a doce personas; nueve"
        " resultaron heridas, según el gobernador.",
        source="diario.example", hours=2, language="es",
    )  # fmt: skip
    articles = [*busy_week(start=-170), english, ukrainian, spanish]
    found = {decision.article: decision.story for decision in group(articles)}
    assert found["english"] == found["ukrainian"] == found["spanish"] == "english"
