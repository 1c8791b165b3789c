from functools import partial

from aggregator.group.second_look import look_again
from aggregator.group.stories import Grouper
from aggregator.model import ChangeKind, Decision, GroupInput
from tests.group.newsdesk import FLOOD, STRIKE_PARAPHRASE, STRIKE_WIRE, busy_week, report

AFTER = 3

STRIKE = report("strike", "Rockets hit Karsat market, seven dead", STRIKE_WIRE)
DOCTORS = report(
    "doctors", "Seven killed in rocket attack on market in Karsat", STRIKE_PARAPHRASE,
    source="herald.example", hours=1,
)  # fmt: skip
TRADERS = report(
    "traders", "Traders mourn seven killed by rockets at Karsat market",
    "Traders of Karsat mourn the seven people whom rockets killed at the vegetable market. Farmers"
    " had just begun to unload when the first rocket struck the northern gate, and the Velmoran"
    " army and the Red Valley insurgents blamed each other.",
    source="courier.example", hours=0.5,
)  # fmt: skip
FLOODED = report("flood", "Imbra floods cellars above Sondheven", FLOOD, hours=2)
LATER = [
    report(
        f"later-{n}", f"Talks on the tariff for salt, day {n}",
        f"Traders and the customs office met in Wendell for the {day} day about the price of salt.",
        source=f"outlet{n}.example", hours=3 + n,
    )
    for n, day in enumerate(["first", "second", "third", "fourth"])
]  # fmt: skip


def _moves(decisions: list[Decision]) -> list[tuple[str, ChangeKind, str]]:
    return [
        (decision.article, decision.kind, decision.story)
        for decision in decisions
        if decision.kind in {ChangeKind.MERGE, ChangeKind.SPLIT}
    ]


def _restored(*members: tuple[GroupInput, str, str | None]) -> Grouper:
    grouper = Grouper(repairs=[partial(look_again, after=AFTER)])
    grouper.restore([*((one, one.id, None) for one in busy_week(start=-170)), *members])
    return grouper


def _go_on(grouper: Grouper) -> list[Decision]:
    return [decision for article in LATER for decision in grouper.add(article)]


def test_a_report_in_a_wrong_story_goes_to_the_right_one() -> None:
    grouper = _restored(
        (FLOODED, "flood", None),
        (STRIKE, "strike", None),
        (TRADERS, "strike", None),
        (DOCTORS, "flood", None),
    )
    moves = _go_on(grouper)
    assert _moves(moves) == [("doctors", ChangeKind.SPLIT, "strike")]
    why = next(each.explanation for each in moves if each.kind is ChangeKind.SPLIT)
    assert why.runner_up == "flood"
    assert why.score >= why.threshold
    assert why.score > why.runner_up_score


def test_a_report_that_belongs_nowhere_gets_a_story_of_its_own() -> None:
    grouper = _restored((STRIKE, "strike", None), (FLOODED, "strike", None))
    assert _moves(_go_on(grouper)) == [("flood", ChangeKind.SPLIT, "flood")]
    assert list(grouper.window.stories["strike"].sources) == ["gazette.example"]


def test_a_report_that_stayed_alone_joins_the_story_that_has_grown() -> None:
    grouper = _restored((STRIKE, "strike", None), (DOCTORS, "doctors", None))
    assert _moves(_go_on(grouper)) == [("doctors", ChangeKind.MERGE, "strike")]
    assert "doctors" not in grouper.window.stories


def test_what_is_where_it_belongs_stays() -> None:
    grouper = _restored(
        (STRIKE, "strike", None), (DOCTORS, "strike", None), (FLOODED, "flood", None)
    )
    assert _moves(_go_on(grouper)) == []


def test_copies_go_with_their_original() -> None:
    copy = report(
        "copy", "Attack on the market of Karsat", STRIKE_PARAPHRASE, source="echo.example", hours=2
    )
    grouper = _restored(
        (FLOODED, "flood", None),
        (STRIKE, "strike", None),
        (TRADERS, "strike", None),
        (DOCTORS, "flood", None),
        (copy, "flood", "doctors"),
    )
    assert _moves(_go_on(grouper)) == [
        ("doctors", ChangeKind.SPLIT, "strike"),
        ("copy", ChangeKind.SPLIT, "strike"),
    ]


def test_what_the_user_has_placed_is_not_moved() -> None:
    grouper = _restored((STRIKE, "strike", None), (FLOODED, "strike", None))
    grouper.place([("flood", "strike")])
    assert _moves(_go_on(grouper)) == []


def test_the_report_that_opened_a_story_of_several_stays() -> None:
    grouper = _restored(
        (FLOODED, "flood", None),
        (TRADERS, "flood", None),
        (STRIKE, "strike", None),
        (DOCTORS, "strike", None),
    )
    assert _moves(_go_on(grouper)) == [("traders", ChangeKind.SPLIT, "strike")]
    opening = grouper.window.held("flood")
    assert opening is not None
    assert opening.story.key == "flood"


def test_the_look_comes_by_default_after_two_hundred_reports() -> None:
    grouper = Grouper()
    grouper.restore([(STRIKE, "strike", None), (FLOODED, "strike", None)])
    moves = []
    for n in range(250):
        word = f"{chr(97 + n // 26)}{chr(97 + n % 26)}"
        title = f"Ferry {word}ondra leaves {word}istan for {word}elmo"
        made = grouper.add(report(f"ferry-{n}", title, hours=3, source=f"o{n}.example"))
        moves += [(n, *move) for move in _moves(list(made))]
    assert (199, "flood", ChangeKind.SPLIT, "flood") in moves
