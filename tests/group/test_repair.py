from collections import Counter

from aggregator.group.stories import Grouper, group
from aggregator.model import ChangeKind, Decision, GroupInput
from tests.group.newsdesk import busy_week, report

EXPLOSION = report(
    "explosion", "Blast at fertiliser works shakes Sondheven",
    "An explosion at the Imbra fertiliser works shook the town of Sondheven on Tuesday. A column of"
    " orange smoke rose above the silos, and windows broke along the quay.",
)  # fmt: skip
BURNS = report(
    "burns", "Sondheven clinic admits dozens with burns after blast",
    "The clinic of Sondheven has admitted forty people with burns. Doctors asked for blood, and the"
    " wards were cleared for workers of the fertiliser plant.",
    source="clinic-news.example", hours=0.5,
)  # fmt: skip
BRIDGES = [
    report(
        f"bridge-{n}", "Dozens burnt as blast rips through Sondheven fertiliser works",
        "An explosion at the Imbra fertiliser works in Sondheven sent forty people to the clinic"
        f" with burns on Tuesday. Orange smoke rose above the silos; {word} wards were cleared and"
        " doctors asked for blood, the town hall said.",
        source=f"outlet{n}.example", hours=1 + n / 2,
    )
    for n, word in enumerate(["two", "several", "all"])
]  # fmt: skip


def _apart() -> Grouper:
    """Return a grouper that holds the first two reports in stories of their own."""
    grouper = Grouper()
    grouper.restore(
        [
            *((article, article.id, None) for article in busy_week(start=-170)),
            (EXPLOSION, "explosion", None),
            (BURNS, "burns", None),
        ]
    )
    return grouper


def _stories(grouper: Grouper, articles: list[GroupInput]) -> dict[str, str]:
    return {d.article: d.story for article in articles for d in grouper.add(article)}


def test_a_report_that_fits_two_stories_makes_them_one() -> None:
    decisions: list[Decision] = []
    grouper = _apart()
    for article in BRIDGES:
        decisions += grouper.add(article)
    merges = [decision for decision in decisions if decision.kind is ChangeKind.MERGE]
    assert {(d.article, d.story) for d in merges} == {("burns", "explosion")}
    assert all(d.explanation.score >= d.explanation.threshold for d in merges)
    assert "burns" not in grouper.window.stories


def test_what_the_user_has_put_apart_stays_apart() -> None:
    grouper = _apart()
    grouper.place([("burns", "burns"), ("explosion", "explosion")])
    _stories(grouper, BRIDGES)
    assert {"burns", "explosion"} <= grouper.window.stories.keys()


def test_a_round_up_does_not_make_two_look_alike_events_one() -> None:
    def shelled(town: str, number: int, detail: str, hours: float) -> GroupInput:
        return report(
            f"{town}-{number}", f"Shells hit a school in {town}, two teachers hurt",
            f"Shells hit a school in {town} on Tuesday morning and hurt two teachers, the district"
            f" said. {detail}", source=f"outlet{number}.example", hours=hours,
        )  # fmt: skip

    ambrel = [
        shelled("Ambrel", 1, "Lessons had not begun in Ambrel; the roof fell into the yard.", 0),
        shelled("Ambrel", 2, "The head of Ambrel's school board spoke of a miracle.", 1),
    ]
    corvane = [
        shelled("Corvane", 1, "The caretaker of Corvane's school saw three shells.", 0.5),
        shelled("Corvane", 2, "Corvane lies on the other bank; its school was closed.", 1.5),
    ]
    round_up = report(
        "round-up", "Shells hit schools in Ambrel and Corvane, four teachers hurt",
        "Shells hit a school in Ambrel and a school in Corvane on Tuesday morning and hurt two"
        " teachers in each, the districts said. The roof fell into the yard in Ambrel; the"
        " caretaker of Corvane saw three shells.", source="herald.example", hours=3,
    )  # fmt: skip
    grouper = Grouper()
    grouper.restore(
        [
            *((article, article.id, None) for article in busy_week(start=-170)),
            *((article, "Ambrel-1", None) for article in ambrel),
            *((article, "Corvane-1", None) for article in corvane),
        ]
    )
    decisions = grouper.add(round_up)
    assert decisions[0].explanation.runner_up in {"Ambrel-1", "Corvane-1"}
    assert [decision.article for decision in decisions] == ["round-up"]


def test_look_alike_events_of_a_week_are_not_merged() -> None:
    with_repair, without = Grouper(), Grouper(repairs=())
    merged, apart = (_stories(grouper, busy_week()) for grouper in (with_repair, without))
    assert max(Counter(merged.values()).values()) <= max(Counter(apart.values()).values()) + 1


def test_a_restart_in_the_middle_changes_nothing() -> None:
    lasting = _apart()
    made = {d.article: d.story for d in lasting.add(BRIDGES[0])}
    again = Grouper()
    again.restore(
        [
            *((article, article.id, None) for article in busy_week(start=-170)),
            (EXPLOSION, "explosion", None),
            (BURNS, made.get("burns", "burns"), None),
            (BRIDGES[0], made["bridge-0"], None),
        ]
    )
    assert _stories(again, BRIDGES[1:]) == _stories(lasting, BRIDGES[1:])


def test_the_repair_speaks_also_through_the_plain_function() -> None:
    articles = [*busy_week(start=-170), EXPLOSION, BURNS, *BRIDGES]
    last = {decision.article: decision.story for decision in group(articles)}
    assert len({last[one.id] for one in (EXPLOSION, BURNS, *BRIDGES)}) == 1
