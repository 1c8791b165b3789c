"""The rule that counts the independent origins of a story.

The file is long because the rule is told as a table of stories.
"""

import random
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise, permutations
from typing import Final

import pytest

from aggregator.group.origin.credits import Credit, CreditKind, Credits
from aggregator.group.origin.origins import LONG_TEXT, origins_of
from aggregator.group.origin.printed import OWN_WORDS
from aggregator.group.origin.publishers import Publisher, name_key, publisher_of
from aggregator.group.origin.sketch import sketch_of
from aggregator.group.origin.standing import Dependence, Standing, Telling
from tests.group.newsdesk import MORNING

_WORDS: Final = [
    f"{one}{two}" for one in "ba de fi go hu ka le mi no pu ra se ti vo wu".split()
    for two in "lan mer ston vik dur gate hall nor pell quay rin sand toft".split()
]  # fmt: skip

AFP = Publisher("afp", "AFP", is_agency=True)
REUTERS = Publisher("reuters", "Reuters", is_agency=True)


def prose(seed: str, words: int) -> str:
    """Return a text in words of no language, in paragraphs of forty words."""
    chosen = random.Random(seed).choices(_WORDS, k=words)  # noqa: S311 -- the same in each run
    return "\n\n".join(" ".join(chosen[start : start + 40]) for start in range(0, words, 40))


def paper(name: str) -> Publisher:
    return publisher_of(f"{name}.example", name.title())


def told(
    article: int,
    publisher: Publisher | str,
    text: str = "",
    *,
    credit: str = "",
    cites: str = "",
    own_reporting: bool = False,
    copy_of: int | None = None,
    hours: float | None = None,
) -> Telling:
    """Return a report of a story; unless it says `text`, in 90 words of its own."""
    sketch = sketch_of(text or prose(f"own {article}", 90))
    named = [
        Credit(name.lower() if name.isupper() or name == "Reuters" else name_key(name), name, kind)
        for name, kind in ((credit, CreditKind.CREDIT), (cites, CreditKind.CITATION))
        if name
    ]
    return Telling(
        article,
        MORNING + timedelta(hours=article if hours is None else hours),
        paper(publisher) if isinstance(publisher, str) else publisher,
        sketch.shingles,
        sketch.words,
        Credits(tuple(named), own_reporting),
        copy_of,
    )


WIRE: Final = prose("wire", 240)
COURIER: Final = prose("courier", 200)


def twelve_copies() -> list[Telling]:
    return [told(1, AFP, WIRE), *(told(n, f"paper{n}", WIRE) for n in range(2, 13))]


STORIES: Final[dict[str, tuple[Callable[[], list[Telling]], list[set[int]]]]] = {
    "one report": (lambda: [told(1, "herald")], [{1}]),
    "nothing in common": (lambda: [told(1, "herald"), told(2, "post")], [{1}, {2}]),
    "twelve prints of one wire text": (twelve_copies, [set(range(1, 13))]),
    "and a local witness": (
        lambda: [*twelve_copies(), told(13, "local")],
        [set(range(1, 13)), {13}],
    ),
    "X, citing Y": (lambda: [told(1, "herald"), told(2, "post", cites="Herald")], [{1, 2}]),
    "a chain of citations": (
        lambda: [
            told(1, "herald"),
            told(2, "post", cites="Herald"),
            told(3, "echo", cites="Post"),
        ],
        [{1, 2, 3}],
    ),
    "two cite each other": (
        lambda: [told(1, "herald", cites="Post"), told(2, "post", cites="Herald")],
        [{1, 2}],
    ),
    "three in a circle, and one outside it": (
        lambda: [
            told(1, "herald", cites="Post"),
            told(2, "post", cites="Echo"),
            told(3, "echo", cites="Herald"),
            told(4, "local", cites="Echo"),
        ],
        [{1, 2, 3, 4}],
    ),
    "two credit an agency that is not here": (
        lambda: [told(1, "herald", credit="Reuters"), told(2, "post", credit="Reuters")],
        [{1, 2}],
    ),
    "one credits and one cites it": (
        lambda: [told(1, "herald", credit="Reuters"), told(2, "post", cites="Reuters")],
        [{1, 2}],
    ),
    "two agencies": (
        lambda: [told(1, "herald", credit="Reuters"), told(2, "post", credit="AFP")],
        [{1}, {2}],
    ),
    "the agency's own report comes last": (
        lambda: [told(1, "herald", credit="Reuters"), told(2, REUTERS)],
        [{1, 2}],
    ),
    "a name that nobody has listed": (
        lambda: [told(1, "herald", cites="Red Dawn"), told(2, "post", cites="Red Dawn")],
        [{1, 2}],
    ),
    "a citation, and a correspondent at the scene": (
        lambda: [told(1, "herald"), told(2, "post", cites="Herald", own_reporting=True)],
        [{1}, {2}],
    ),
    "a credit, and a correspondent at the scene": (
        lambda: [told(1, AFP), told(2, "post", credit="AFP", own_reporting=True)],
        [{1}, {2}],
    ),
    "a citation in a long text": (
        lambda: [told(1, "herald"), told(2, "post", prose("long", LONG_TEXT), cites="Herald")],
        [{1}, {2}],
    ),
    "a credit for a long text": (
        lambda: [told(1, AFP), told(2, "post", prose("long", LONG_TEXT), credit="AFP")],
        [{1, 2}],
    ),
    "wire paragraphs with a few words around them": (
        lambda: [told(1, AFP, WIRE), told(2, "post", f"{WIRE[:900]}\n\n{prose('few', 60)}")],
        [{1, 2}],
    ),
    "wire paragraphs within own reporting": (
        lambda: [
            told(1, AFP, WIRE),
            told(2, "post", f"{prose('before', OWN_WORDS)}\n\n{WIRE[:900]}\n\n{prose('much', 60)}"),
        ],
        [{1}, {2}],
    ),
    "put together from two texts": (
        lambda: [
            told(1, "herald", WIRE),
            told(2, "post", COURIER),
            told(3, "echo", f"{WIRE[:700]}\n\n{COURIER[:400]}"),
        ],
        [{1, 3}, {2}],
    ),
    "a copy that says whose the text is": (
        lambda: [
            told(1, "herald", WIRE),
            told(2, "post", WIRE, credit="AFP"),
            told(3, "echo", credit="AFP"),
        ],
        [{1, 2, 3}],
    ),
    "a copy that cites somebody all the same": (
        lambda: [told(1, "herald", WIRE), told(2, "post", WIRE, cites="Reuters")],
        [{1, 2}],
    ),
    "one paragraph in ten reports": (
        lambda: [told(n, f"paper{n}", f"{WIRE[:250]}\n\n{prose(str(n), 160)}") for n in range(10)],
        [{n} for n in range(10)],
    ),
    "two reports of one newsroom": (lambda: [told(1, "herald"), told(2, "herald")], [{1, 2}]),
    "two domains of one newsroom": (
        lambda: [
            told(1, publisher_of("ynet.co.il", "Ynet")),
            told(2, publisher_of("ynetnews.com", "Ynetnews")),
        ],
        [{1, 2}],
    ),
    "its own report and a wire text that it prints": (
        lambda: [told(1, AFP, WIRE), told(2, "post"), told(3, "post", WIRE)],
        [{1, 3}, {2}],
    ),
    "short texts are no evidence": (
        lambda: [told(1, "herald", "Shells fell."), told(2, "post", "Shells fell.")],
        [{1}, {2}],
    ),
    "a copy that was found when it came": (
        lambda: [told(1, "herald"), told(2, "post", copy_of=1)],
        [{1, 2}],
    ),
    "copies of a text that is in another story": (
        lambda: [told(1, "herald", copy_of=99), told(2, "post", copy_of=99), told(3, "echo")],
        [{1, 2}, {3}],
    ),
    "a text that its first printer credits to a paper which came later": (
        lambda: [told(1, "herald", WIRE, credit="Post"), told(2, "post", WIRE, copy_of=1)],
        [{1, 2}],
    ),
    "the agency's text came after those who print it": (
        lambda: [told(1, "herald", WIRE), told(2, AFP, WIRE, copy_of=1), told(3, "post", WIRE)],
        [{1, 2, 3}],
    ),
}


def families(standings: dict[int, Standing]) -> list[set[int]]:
    found: dict[int, set[int]] = {}
    for standing in standings.values():
        found.setdefault(standing.origin, set()).add(standing.article)
    return sorted(found.values(), key=min)


@pytest.mark.parametrize("name", STORIES)
def test_who_depends_on_whom(name: str) -> None:
    story, expected = STORIES[name]
    assert families(origins_of(story())) == expected


@pytest.mark.parametrize("name", STORIES)
def test_the_order_of_arrival_changes_nothing(name: str) -> None:
    story = STORIES[name][0]()
    orders = list(permutations(story)) if len(story) <= 4 else [story, story[::-1]]
    first, *others = [sorted(origins_of(order).items()) for order in orders]
    assert all(other == first for other in others)


@pytest.mark.parametrize("name", STORIES)
def test_an_origin_stands_for_itself(name: str) -> None:
    standings = origins_of(STORIES[name][0]())
    assert all(standings[one.origin].origin == one.origin for one in standings.values())


def test_an_agency_stands_for_its_text_whenever_it_came() -> None:
    standings = origins_of(STORIES["the agency's text came after those who print it"][0]())
    assert {standing.origin for standing in standings.values()} == {2}
    assert standings[3] == Standing(3, 2, Dependence.COPY, "prints the text of AFP", 1.0, 2)
    assert standings[2].reason == "is an own report"


def test_a_paper_that_is_credited_stands_for_its_text_whenever_it_came() -> None:
    story, _ = STORIES["a text that its first printer credits to a paper which came later"]
    standings = origins_of(story())
    assert {article: one.reason for article, one in standings.items()} == {
        1: "prints the text of Post",
        2: "is an own report",
    }


def test_the_reasons_say_whom_in_words() -> None:
    story = [
        told(1, "herald", WIRE),
        told(2, "post", WIRE, credit="AFP"),
        told(3, "echo", credit="AFP"),
        told(4, "mail", cites="Reuters"),
        told(5, "mail"),
        told(6, "star", f"{WIRE[:900]}\n\n{prose('few', 60)}"),
        told(7, "sun"),
        told(8, "sun", prose("other", 90)),
        told(9, "globe", cites="Reuters", own_reporting=True),
    ]
    reasons = {article: one.reason for article, one in origins_of(story).items()}
    assert reasons == {
        1: "prints a text that others credit to AFP",
        2: "prints the text of Herald",
        3: "credits AFP",
        4: "cites Reuters",
        5: "is an own report",
        6: reasons[6],
        7: "is an own report",
        8: "has the same publisher as Sun",
        9: "is an own report, though it names Reuters",
    }
    assert reasons[6].startswith("has ")
    assert reasons[6].endswith("% of its text from Herald")


def test_what_is_shared_is_told_of_an_own_report_too() -> None:
    text = f"{prose('own', 200)}\n\n{WIRE[:900]}"
    standing = origins_of([told(1, AFP, WIRE), told(2, "post", text)])[2]
    assert (standing.dependence, standing.shared_with) == (Dependence.OWN, 1)
    assert 0.25 <= standing.shared <= 0.5
    assert standing.reason == f"is an own report; {standing.shared:.0%} of its text is that of AFP"


def test_passages_of_the_site_are_no_common_text() -> None:
    box = prose("sign-up box", 120)
    one = told(1, "herald", f"{prose('one', 45)}\n\n{box}")
    two = told(2, "post", f"{prose('two', 45)}\n\n{box}")
    assert families(origins_of([one, two])) == [{1, 2}]
    learned = [replace(it, shingles=it.shingles - sketch_of(box).shingles) for it in (one, two)]
    assert families(origins_of(learned)) == [{1}, {2}]


def test_five_hundred_prints_of_one_text_are_one_origin() -> None:
    story = [told(1, AFP, WIRE), *(told(n, f"paper{n}", WIRE) for n in range(2, 501))]
    assert families(origins_of(story)) == [set(range(1, 501))]


@pytest.mark.slow
@pytest.mark.parametrize("common", [0, 100, 240])
def test_each_doubling_of_a_story_takes_at_most_two_and_a_half_times_as_long(common: int) -> None:
    # In a process of its own: what thousands of tests have left in this one makes large ones slow.
    measured = subprocess.run(
        [sys.executable, "-c", _MEASURE, str(common)], capture_output=True, check=True, text=True
    )
    spent = list(map(float, measured.stdout.split()))
    assert len(spent) == 3
    assert all(longer <= 2.5 * shorter for shorter, longer in pairwise(spent)), spent


# What else the machine does only adds to a time, so the least of several rounds counts. The garbage
# collector would walk over all the reports again and again.
_MEASURE: Final = """
import gc, sys, time
from tests.group.origin.test_origins import origins_of, prose, told
gc.disable()
common = int(sys.argv[1])
shared = prose("wire", common)
story = [
    told(n, f"paper{n}", shared + "\\n\\n" + prose(str(n), 300 - common), cites=f"Paper{n - 1}")
    for n in range(8000)
]
spent = {}
for _ in range(6):
    for size in (2000, 4000, 8000):
        started = time.process_time()
        origins_of(story[:size])
        spent[size] = min(spent.get(size, 1e9), time.process_time() - started)
print(*spent.values())
"""
