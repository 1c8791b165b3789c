import pytest

from aggregator.group.wording.words import number_of, terms_of, words_of


def terms(text: str) -> list[str]:
    return [term for word in words_of(text) for term in terms_of(word)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Velmora's", "velmora"),
        ("l'Ostrélie", "Ostrelie"),
        ("Straße", "STRASSE"),
        ("Ёлка", "елка"),
        ("Карсатского", "Карсатскому"),
        ("مُظاهرات", "مظاهرات"),
        ("أحزاب", "احزاب"),
        ("שָׁלוֹם", "שלום"),
    ],
)
def test_spellings_of_one_word_meet(one: str, other: str) -> None:
    assert terms(one) == terms(other) != []


def test_words_without_meaning_are_left_out() -> None:
    assert terms("the und для من de") == []


def test_marks_alone_are_no_word() -> None:
    assert terms("\u0301 \u0651\u0650 _") == []


def test_scripts_without_spaces_give_pairs_of_letters() -> None:
    assert terms("火箭弹") == ["火箭", "箭弹"]


def test_marks_of_indic_scripts_do_not_break_words() -> None:
    assert words_of("नई दिल्ली।") == ["नई", "दिल्ली"]


def test_short_capitals_are_not_their_homographs() -> None:
    assert terms("US us WHO who") == ["US", "WHO"]


@pytest.mark.parametrize(
    ("word", "number"),
    [
        ("seven", "7"), ("sieben", "7"), ("семеро", "7"), ("سبعة", "7"), ("007", "7"),
        ("2031", None), ("market", None), ("1234567", None), ("٧", None),
    ],
)  # fmt: skip
def test_counts(word: str, number: str | None) -> None:
    assert number_of(word) == number
