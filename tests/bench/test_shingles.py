import pytest

from bench.extraction_diff import MOST_CHARACTERS, MOST_LINES, short_diff
from bench.shingles import overlap, tokens

TRUE = "The pier at Port Selim opened at noon.\nTwo ferries left before dusk.\nIt is over."


def test_a_text_is_wholly_like_itself() -> None:
    assert overlap(TRUE, TRUE).f1 == 1.0
    assert overlap("", "").f1 == 1.0


@pytest.mark.parametrize(("true", "found"), [(TRUE, ""), ("", TRUE), ("one two", "three four")])
def test_nothing_in_common_is_nothing(true: str, found: str) -> None:
    assert overlap(true, found).f1 == 0.0


def test_f1_is_that_of_runs_of_four_words() -> None:
    # Runs: abcd bcde cdef against abcd bcde bcdx: two in both.
    found = overlap("a b c d e f", "a b c d e, x")
    assert (found.both, found.extra, found.missing) == (2, 1, 1)
    assert found.precision == found.recall == found.f1 == pytest.approx(2 / 3)


def test_a_repeated_text_counts_once() -> None:
    assert overlap("a b c d", "a b c d a b c d").precision < 1


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("港口今天开放", 6),
        ("港口 2 号开放", 6),
        ("ท่าเรือ", 7),
        ("ဆိပ်ကမ်း", 8),
        ("порт відкрили знову", 3),
    ],
)
def test_scripts_without_spaces_are_read_by_character(text: str, count: int) -> None:
    assert len(tokens(text)) == count


def test_the_short_difference_names_what_is_missing_and_extra() -> None:
    found = "Sign up for our letter today.\nThe pier at Port Selim opened at noon. It is over."
    assert list(short_diff(TRUE, found)) == [
        "- Two ferries left before dusk.",
        "+ Sign up for our letter today.",
    ]


def test_the_short_difference_is_short() -> None:
    extra = "\n".join(f"line {number} is not in the other text {'x' * 90}" for number in range(30))
    lines = list(short_diff(TRUE, extra))
    assert lines[:3] == [f"- {line}" for line in TRUE.split("\n")]
    assert len(lines) == MOST_LINES + 1
    assert lines[-1] == "  ... and 21 more lines"
    assert max(map(len, lines)) == MOST_CHARACTERS
