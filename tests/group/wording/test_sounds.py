import pytest

from aggregator.group.stories import group
from aggregator.group.wording.sounds import sound_of
from tests.group.newsdesk import STRIKE_WIRE, busy_week, report


@pytest.mark.parametrize(
    "spellings",
    [
        "Karsat Карсат Карсаті كرسات קרסאט",
        "Tolmuri Толмури Толмурі تولموري טולמורי",
        "Belozersk Белозерск Білозерськ",
        "Shandori Шандори شندوري שנדורי",
    ],
)
def test_a_name_sounds_alike_in_every_script(spellings: str) -> None:
    assert len({sound_of(name) for name in spellings.split()}) == 1
    assert sound_of(spellings.split(maxsplit=1)[0])


@pytest.mark.parametrize("word", ["market", "рынок", "Io", "火箭弹", "7", "_", "नई"])
def test_what_cannot_be_a_name_has_no_sound(word: str) -> None:
    assert sound_of(word) == ""


def test_names_link_scripts() -> None:
    strike = report("strike", "Seven killed in rocket strike on Karsat market", STRIKE_WIRE)
    russian = report(
        "russian", "Карсат: 7 человек погибли на рынке, раненых везут в Толвей",
        "В Карсате в республике Велмора ракеты попали в рынок. Очевидец Овел Динтари рассказал,"
        " что погибли 7 человек. Фронт «Красная долина» отрицает причастность.",
        source="vestnik.example", hours=1, language="ru",
    )  # fmt: skip
    decisions = list(group([*busy_week(start=-170), strike, russian]))
    assert decisions[-1].story == "strike"
    assert {"Карсат", "Толвей", "погибли"} <= set(decisions[-1].explanation.terms)
