from dataclasses import replace

from aggregator.group.follow_ups import EarlierStory, follow_up, sought_names
from aggregator.group.stories import Grouper
from tests.group.newsdesk import FLOOD, OTHER_STRIKE, STRIKE_WIRE, busy_week, report

TRIAL = report(
    "trial", "Karsat market strike: officer Dorun Velbat on trial in Tolvey",
    "An officer of the Velmoran army, Dorun Velbat, went on trial in Tolvey on Monday over the"
    " rockets that killed seven people in the vegetable market of Karsat. The trader Ovel Dintari,"
    " who lost his stall at the northern gate, was the first to speak. Velbat denies that he gave"
    " the order.", hours=24 * 40,
)  # fmt: skip
NAMES = {"Karsat": 4, "Tolvey": 2, "Dintari": 1, "Ovel": 1}
STRIKE = EarlierStory(1, "Seven killed in rocket strike on Karsat market", STRIKE_WIRE, NAMES)
DRONE = EarlierStory(2, "Drone kills two policemen at Karsat bridge", OTHER_STRIKE, {"Karsat": 4})
RIVER = EarlierStory(3, "River Imbra floods villages", FLOOD, {"Karsat": 4, "Tolvey": 2})


def rarity() -> dict[str, int]:
    grouper = Grouper()
    for article in busy_week():
        grouper.add(article)
    return grouper.window.index.rarity.of


def test_a_trial_follows_the_strike_and_says_by_which_names() -> None:
    found = follow_up(TRIAL, [DRONE, RIVER, STRIKE], rarity())
    assert found is not None
    assert (found.story, found.reason) == (1, "both name Dintari, Ovel, Tolvey, Karsat")
    assert 0.8 <= found.score <= 1


def test_a_town_in_common_is_no_link() -> None:
    assert follow_up(TRIAL, [DRONE], rarity()) is None


def test_names_in_common_are_no_link_where_the_texts_tell_of_something_else() -> None:
    assert follow_up(TRIAL, [RIVER], rarity()) is None


def test_one_name_is_never_enough() -> None:
    assert follow_up(TRIAL, [replace(STRIKE, names={"Dintari": 1})], rarity()) is None
    assert follow_up(TRIAL, [], rarity()) is None


def test_rare_names_are_sought_and_common_ones_are_not() -> None:
    sought = sought_names(TRIAL, rarity())
    assert {"Karsat", "Velbat", "Tolvey", "Dintari", "Dorun"} <= set(sought)
    fire = report("fire", "Fire in the harbour of Ambrel", "Two died there, said Ovel Dintari.")
    assert set(sought_names(fire, rarity())) == {"Ambrel", "Ovel", "Dintari"}


def test_headlines_without_capitals_are_sought_by_their_words() -> None:
    arabic = report("arabic", "محاكمة ضابط في تولفي بتهمة قصف سوق كرسات عام 2031", language="ar")
    sought = sought_names(arabic, rarity())
    assert {"تولفي", "كرسات"} <= set(sought)
    assert "2031" not in sought
