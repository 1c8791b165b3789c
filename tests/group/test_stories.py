import random
from collections import Counter
from datetime import timedelta

import pytest

from aggregator.group.stories import Grouper, group
from aggregator.model import ChangeKind, Decision, GroupInput
from tests.group.newsdesk import (
    ELECTION,
    FLOOD,
    OTHER_STRIKE,
    QUAKE,
    STRIKE_PARAPHRASE,
    STRIKE_WIRE,
    busy_week,
    report,
)

STRIKE = report("strike", "Seven killed in rocket strike on Karsat market", STRIKE_WIRE)
BACKGROUND = [
    *busy_week(start=-170),
    report("flood", "River Imbra floods villages above Sondheven", FLOOD, hours=-2),
    report("vote", "Farmers' union wins Ostrelia vote", ELECTION, hours=-1),
]


def stories_of(*reports: GroupInput) -> dict[str, str]:
    return {decision.article: decision.story for decision in group([*BACKGROUND, *reports])}


def last(*reports: GroupInput) -> Decision:
    return list(group([*BACKGROUND, *reports]))[-1]


def test_first_report_opens_a_story_with_its_own_id() -> None:
    decision = last(STRIKE)
    assert (decision.kind, decision.story, decision.copy_of) == (ChangeKind.OPEN, "strike", None)


def test_the_same_event_in_other_words_joins() -> None:
    other = report(
        "other", "Rockets kill seven at Karsat market", STRIKE_PARAPHRASE,
        source="courier.example", hours=2,
    )  # fmt: skip
    decision = last(STRIKE, other)
    assert (decision.kind, decision.story, decision.copy_of) == (ChangeKind.ADD, "strike", None)


def test_unrelated_events_of_one_day_stay_apart() -> None:
    found = stories_of(STRIKE)
    assert [found[name] for name in ("flood", "vote", "strike")] == ["flood", "vote", "strike"]


def test_the_first_reports_of_all_draw_in_no_other_event() -> None:
    """Nothing else is there yet, beside which the words that all bad news shares are seen."""
    quake = report(
        "quake", "Nine killed as quake shakes the hills of Sondheven", QUAKE,
        source="herald.example", hours=3,
    )  # fmt: skip
    strike = [
        STRIKE,
        report("courier", "Rockets kill seven at Karsat market", STRIKE_PARAPHRASE,
               source="courier.example", hours=1),
        report("post", "Market of Karsat hit by rockets: seven dead", STRIKE_PARAPHRASE[:180],
               source="post.example", hours=2),
    ]  # fmt: skip
    found = {decision.article: decision.story for decision in group([*strike, quake])}
    assert set(found.values()) == {"strike", "quake"}
    assert found["quake"] == "quake"


def test_a_look_alike_strike_in_the_same_town_on_the_same_day_is_another_story() -> None:
    drone = report(
        "drone", "Drone grenade kills two policemen at Karsat bridge", OTHER_STRIKE,
        source="courier.example", hours=12,
    )  # fmt: skip
    assert stories_of(STRIKE, drone)["drone"] == "drone"


@pytest.mark.parametrize(
    ("language", "first", "second"),
    [
        (
            "de",
            "Sieben Tote nach Raketenangriff auf Markt in Karsat",
            "Raketenangriff auf den Markt von Karsat: sieben Menschen getötet",
        ),
        (
            "es",
            "Siete muertos en un ataque con cohetes contra el mercado de Karsat",
            "Un ataque con cohetes mata a siete personas en el mercado de Karsat",
        ),
        (
            "ru",
            "Семь человек погибли при ракетном ударе по рынку в Карсате",
            "Ракетный удар по рынку Карсата: погибли семь человек",
        ),
        (
            "uk",
            "Семеро людей загинули через ракетний удар по ринку в Карсаті",
            "Ракетний удар по ринку Карсата: загинули семеро людей",
        ),
        (
            "ar",
            "مقتل سبعة أشخاص في هجوم صاروخي على سوق كرسات",
            "هجوم صاروخي على سوق كرسات يقتل سبعة أشخاص",
        ),
        (
            "zh",
            "卡尔萨特市场遭火箭弹袭击七人死亡",
            "火箭弹袭击卡尔萨特市场造成七人死亡",
        ),
    ],
)
def test_bare_headlines_of_one_event_meet_in_their_language(
    language: str, first: str, second: str
) -> None:
    one = report("one", first, language=language)
    two = report("two", second, language=language, source="courier.example", hours=1)
    assert stories_of(one, two)["two"] == "one"


def test_names_and_numbers_link_languages() -> None:
    german = report(
        "german", "Karsat: sieben Tote nach Raketen auf Markt", source="bote.example",
        language="de", hours=1,
        text="In Karsat in der Republik Velmora sind sieben Menschen getötet worden, als Raketen"
        " den Markt trafen. Der Händler Ovel Dintari sprach mit Reportern. Verletzte kamen nach"
        " Tolvey.",
    )  # fmt: skip
    assert stories_of(STRIKE, german)["german"] == "strike"


def test_a_follow_up_after_the_window_opens_another_story() -> None:
    later = report(
        "later", "Seven killed in rocket strike on Karsat market: mourners gather",
        STRIKE_PARAPHRASE, source="courier.example", hours=24 * 9,
    )  # fmt: skip
    assert stories_of(STRIKE, later)["later"] == "later"


def test_a_late_report_of_an_old_event_still_joins_while_the_story_is_held() -> None:
    news = report("news", "Goods train derails near Parnow", hours=48)
    late = report(
        "late", "Rockets kill seven at Karsat market", STRIKE_PARAPHRASE,
        source="courier.example", hours=1,
    )  # fmt: skip
    assert stories_of(STRIKE, news, late)["late"] == "strike"


def test_undated_reports_group_without_any_window() -> None:
    strike = report("strike", STRIKE.title, STRIKE.text, hours=None)
    filler = [
        report(f"filler-{n}", f"Council {n} of Parnow debates road {n * 31}", hours=None)
        for n in range(300)
    ]
    again = report(
        "again", "Rockets kill seven at Karsat market", STRIKE_PARAPHRASE,
        source="courier.example", hours=None,
    )  # fmt: skip
    found = {decision.article: decision.story for decision in group([strike, *filler, again])}
    assert found["again"] == "strike"


def test_a_large_story_does_not_swallow_what_shares_a_word_with_it() -> None:
    large = [
        report(
            f"large-{n}", f"Karsat market strike: report {n} on the seven dead", STRIKE_PARAPHRASE,
            source=f"outlet{n}.example", hours=n / 10,
        )
        for n in range(25)
    ]  # fmt: skip
    strays = [
        report("choir", "Karsat choir sings in Quellin", "The choir of Karsat sang old songs."),
        report("cup", "Market leaders of Quellin win the cup", "Quellin won the cup on Tuesday."),
        report("dead", "Report on dead trees in Dunfeld", "Beetles kill the oaks of Dunfeld."),
    ]
    found = stories_of(*large, *strays)
    assert {found[stray.id] for stray in strays} == {"choir", "cup", "dead"}
    assert len({found[report.id] for report in large}) == 1


def test_reports_that_each_share_a_little_do_not_chain_into_one_story() -> None:
    words = [f"{a}{b}{c}" for a in ("kar", "tol", "vem", "jup") for b in ("sat", "ve", "lin", "mu")
             for c in ("nor", "dal", "wik", "burg", "stad", "fos", "gel", "tir")]  # fmt: skip
    chain = [
        report(
            f"link-{n}", " ".join(words[n : n + 4]), " ".join(words[n + 4 : n + 9]),
            source=f"outlet{n}.example", hours=n / 4,
        )
        for n in range(0, 118, 6)
    ]  # fmt: skip
    found = stories_of(*chain)
    sizes = Counter(found[link.id] for link in chain)
    assert max(sizes.values()) <= 8


def test_the_same_articles_give_the_same_decisions() -> None:
    assert list(group(busy_week())) == list(group(busy_week()))


def test_an_article_that_comes_again_stays_where_it_is() -> None:
    grouper = Grouper()
    (first,) = grouper.add(STRIKE)
    (again,) = grouper.add(STRIKE)
    assert (again.kind, again.story) == (ChangeKind.ADD, first.story)


def test_a_shorter_window_forgets_sooner() -> None:
    reports = [STRIKE, report("next", "Rockets kill seven at Karsat market", STRIKE_PARAPHRASE,
                              source="courier.example", hours=60)]  # fmt: skip
    assert [d.story for d in group(reports, window=timedelta(days=1))] == ["strike", "next"]
    assert [d.story for d in group(reports)] == ["strike", "strike"]


@pytest.mark.parametrize("stop", [1, 40, 75, 120, 149])
def test_decisions_after_a_restart_equal_those_without_one(stop: int) -> None:
    reports = busy_week()
    lasting = Grouper(window=timedelta(days=2))
    made = {
        decision.article: decision
        for article in reports[:stop]
        for decision in lasting.add(article)
    }
    restarted = Grouper(window=timedelta(days=2))
    restarted.restore(
        (article, made[article.id].story, made[article.id].copy_of) for article in reports[:stop]
    )
    assert [restarted.add(article) for article in reports[stop:]] == [
        lasting.add(article) for article in reports[stop:]
    ]


def test_a_restart_needs_no_more_than_the_window() -> None:
    reports = busy_week()
    lasting = Grouper(window=timedelta(days=2))
    made = {
        decision.article: decision for article in reports[:120] for decision in lasting.add(article)
    }
    newest = max(article.published for article in reports[:120] if article.published)
    oldest = newest.replace(hour=0, minute=0) - timedelta(days=2)
    first = next(n for n, article in enumerate(reports) if article.published
                 and article.published >= oldest)  # fmt: skip
    assert first > 0
    restarted = Grouper(window=timedelta(days=2))
    restarted.restore(
        (article, made[article.id].story, made[article.id].copy_of)
        for article in reports[first:120]
    )
    assert [restarted.add(article) for article in reports[120:]] == [
        lasting.add(article) for article in reports[120:]
    ]


def test_order_within_an_hour_changes_little() -> None:
    reports = busy_week()
    shuffled = random.Random(5).sample(reports[:20], 20) + reports[20:]  # noqa: S311  # no secret
    apart = {decision.article: decision.story for decision in group(reports)}
    again = {decision.article: decision.story for decision in group(shuffled)}
    pairs = [(a.id, b.id) for n, a in enumerate(reports) for b in reports[:n]]
    same = sum((apart[a] == apart[b]) == (again[a] == again[b]) for a, b in pairs)
    assert same / len(pairs) > 0.97


def test_an_explanation_says_what_joined_it_and_what_came_second() -> None:
    other = report(
        "other", "Rockets kill seven at Karsat market", STRIKE_PARAPHRASE,
        source="courier.example", hours=2,
    )  # fmt: skip
    drone = report("drone", "Drone kills two policemen at Karsat bridge", OTHER_STRIKE, hours=1)
    explanation = last(STRIKE, drone, other).explanation
    assert explanation.score >= explanation.threshold
    assert explanation.nearest == "strike"
    assert "Karsat" in explanation.terms
    assert len(explanation.terms) <= 8
    assert explanation.runner_up == "drone"
    assert explanation.runner_up_score < explanation.score
    assert explanation.features["names_like_story"] > 0.2


def test_an_opening_is_explained_by_the_story_that_was_too_far() -> None:
    drone = report("drone", "Drone grenade kills two policemen at Karsat bridge", OTHER_STRIKE,
                   source="courier.example", hours=12)  # fmt: skip
    explanation = last(STRIKE, drone).explanation
    assert explanation.score < explanation.threshold
    assert explanation.runner_up == "strike"
