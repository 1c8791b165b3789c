from aggregator.group.stories import Grouper, group
from aggregator.model import ChangeKind
from tests.group.newsdesk import (
    CONSENT_WALL,
    ELECTION,
    FLOOD,
    OTHER_STRIKE,
    STRIKE_PARAPHRASE,
    STRIKE_WIRE,
    busy_week,
    report,
)

WIRE = report("wire", "Seven killed in rocket strike on Karsat market", STRIKE_WIRE)
WALLED_HEADLINES = [
    "Teachers of Marvat walk out over pay",
    "Quellin wins regional rowing cup",
    "Harbour of Dunfeld closes for repairs",
    "New bishop arrives in Tolvey",
    "Ostrelia raises its tax on salt",
]


def test_a_wire_text_under_another_headline_is_a_copy_of_the_earliest() -> None:
    copy = report(
        "copy", "Dawn horror among the carts", STRIKE_WIRE, source="echo.example", hours=3
    )
    echo = report("echo", "Karsat: market in ruins", STRIKE_WIRE, source="bote.example", hours=4)
    decisions = list(group([WIRE, copy, echo]))
    assert [d.story for d in decisions] == ["wire", "wire", "wire"]
    assert [d.copy_of for d in decisions] == [None, "wire", "wire"]
    assert decisions[1].explanation.features == {"same_text": 1.0}


def test_a_cut_and_lightly_edited_copy_is_one() -> None:
    edited = STRIKE_WIRE.replace("shortly after dawn", "just after sunrise").split(" Schools ")[0]
    copy = report("copy", "Rockets on Karsat market", edited, source="echo.example", hours=3)
    assert [d.copy_of for d in group([WIRE, copy])] == [None, "wire"]


def test_own_words_about_the_same_event_are_no_copy() -> None:
    own = report("own", "Rockets kill seven at Karsat market", STRIKE_PARAPHRASE,
                 source="echo.example", hours=1)  # fmt: skip
    assert [d.copy_of for d in group([WIRE, own])] == [None, None]


def test_a_short_text_in_two_places_is_no_evidence() -> None:
    brief = "Rockets hit the market of Karsat on Tuesday, seven people died."
    one = report("one", "Karsat market hit", brief)
    two = report("two", "Karsat market hit", brief, source="echo.example", hours=1)
    assert [d.copy_of for d in group([one, two])] == [None, None]


def test_the_same_text_at_another_address_of_its_source_is_a_copy() -> None:
    twin = report("twin", WIRE.title, STRIKE_WIRE, hours=1)
    decision = list(group([WIRE, twin]))[-1]
    assert (decision.story, decision.copy_of) == ("wire", "wire")


def test_a_revised_page_joins_the_story_in_its_own_right() -> None:
    revised = report("revised", "Nine killed in rocket strike on Karsat market",
                     STRIKE_WIRE.replace("seven people", "nine people"), hours=2)  # fmt: skip
    decision = list(group([WIRE, revised]))[-1]
    assert (decision.story, decision.copy_of) == ("wire", None)


def test_one_consent_wall_in_many_outlets_merges_nothing() -> None:
    walled = [
        report(f"wall-{n}", title, CONSENT_WALL, source=f"outlet{n}.example", hours=n)
        for n, title in enumerate(WALLED_HEADLINES)
    ]
    decisions = list(group(walled))
    assert [d.story for d in decisions] == [report.id for report in walled]
    assert [d.copy_of for d in decisions] == [None] * len(walled)


def test_furniture_under_real_articles_merges_nothing() -> None:
    footer = " " + CONSENT_WALL
    articles = [
        report("flood", "River Imbra floods villages above Sondheven", FLOOD + footer),
        report("vote", "Farmers' union wins Ostrelia vote", ELECTION + footer, hours=1),
        report("drone", "Drone kills two policemen at Karsat bridge", OTHER_STRIKE + footer,
               source="echo.example", hours=2),
    ]  # fmt: skip
    decisions = list(group([*busy_week(start=-170), *articles]))[-3:]
    assert [d.story for d in decisions] == ["flood", "vote", "drone"]
    assert [d.copy_of for d in decisions] == [None] * 3


def test_forty_copies_stay_copies_of_the_first() -> None:
    copies = [
        report(f"copy-{n}", f"Edition {n}: rockets on Karsat", STRIKE_WIRE,
               source=f"outlet{n}.example", hours=n / 10)
        for n in range(40)
    ]  # fmt: skip
    decisions = list(group([WIRE, *copies]))
    assert {d.story for d in decisions} == {"wire"}
    assert [d.copy_of for d in decisions[1:]] == ["wire"] * 40


def test_a_copy_is_known_after_a_restart() -> None:
    grouper = Grouper()
    grouper.restore([(WIRE, "an-earlier-story", "an-earlier-report")])
    copy = report("copy", "Rockets on Karsat", STRIKE_WIRE, source="echo.example", hours=3)
    (decision,) = grouper.add(copy)
    assert decision.kind is ChangeKind.ADD
    assert (decision.story, decision.copy_of) == ("an-earlier-story", "an-earlier-report")


def test_the_sign_up_box_of_a_source_is_no_proof_of_a_copy() -> None:
    told = ("Shells fell on the bus depot of Karsat.", "Karsat's bus depot came under shell fire.")
    boxed = [
        report("flood", "River Imbra floods villages above Sondheven", FLOOD + CONSENT_WALL),
        report("first", "Shells fall on Karsat bus depot", f"{told[0]} {CONSENT_WALL}", hours=1),
        report("second", "Karsat bus depot under shell fire", f"{told[1]} {CONSENT_WALL}",
               source="echo.example", hours=2),
    ]  # fmt: skip
    assert [d.copy_of for d in group(boxed)] == [None] * 3
    assert [d.copy_of for d in group(boxed[1:])] == [None, "first"]
