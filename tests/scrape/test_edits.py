"""What counts as an edit, and what is told of it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator.scrape.watch.corrections import correction_notes
from aggregator.scrape.watch.edits import (
    SHOWN_PARAGRAPHS,
    Changes,
    changes_between,
    in_words,
    is_edit,
)

TITLE = "Two dead as ferry runs aground"
BODY = (
    "Two people died when a ferry ran aground near the pier, the port authority said.\n\n"
    "“We saw it list,” said a dockworker. The vessel - 40 metres long - had left at 07:15.\n\n"
    "Salvage crews are on their way."
)


def told(before: str, after: str) -> Changes:
    return changes_between(TITLE, before, TITLE, after)


@pytest.mark.parametrize(
    "later",
    [
        BODY.replace("“", '"').replace("”", '"').replace(" - ", " – "),
        BODY.replace("ran aground", "ran  aground").replace("pier,", "pier ,"),
        BODY.replace("\n\n", " ", 1),
        BODY.replace(". The vessel", ".\n\nThe vessel"),
        f"Updated 5 minutes ago\n\n{BODY}",
        f"{BODY}\n\n1,204 views",
        f"{BODY}\n\n12 comments",
        f"{BODY}\n\nAdvertisement",
        f"{BODY}\n\nShare this article",
        f"3 min read\n\n{BODY}",
        f"Обновлено 12.03.2026 10:40\n\n{BODY}",
        f"vor 3 Stunden\n\n{BODY}",
    ],
)
def test_what_no_editor_wrote_is_no_edit(later: str) -> None:
    assert not is_edit(TITLE, BODY, TITLE, later)
    assert not told(BODY, later).is_edit


def test_counters_that_moved_on_are_no_edit() -> None:
    before = f"Last updated: 1 March 2026, 09:00\n\n{BODY}\n\n1,204 views"
    assert not is_edit(TITLE, before, TITLE, before.replace("09:00", "11:20").replace("1,204", "9"))


def test_a_moved_paragraph_is_no_change_of_words() -> None:
    paragraphs = BODY.split("\n\n")
    later = "\n\n".join([paragraphs[2], *paragraphs[:2]])
    assert is_edit(TITLE, BODY, TITLE, later)
    assert told(BODY, later) == Changes()


def test_a_changed_headline_is_told_word_by_word() -> None:
    changes = changes_between(TITLE, BODY, "Three dead as ferry runs aground", BODY)
    assert changes.headline == (("-", "Two "), ("+", "Three "), ("=", "dead as ferry runs aground"))
    assert in_words(changes) == "headline changed"


def test_words_figures_and_notes_of_an_edit_are_told() -> None:
    note = "Correction: an earlier version of this report gave a wrong length."
    later = BODY.replace("Two people", "Three people").replace("40 metres", "60 metres")
    changes = told(BODY, f"{later}\n\n{note}")
    assert (changes.changed, changes.added, changes.removed) == (2, 1, 0)
    assert changes.paragraphs[0][:2] == (("-", "Two "), ("+", "Three "))
    assert ("-", "40 ") in changes.paragraphs[1]
    assert ("+", "60 ") in changes.paragraphs[1]
    assert (changes.figures_removed, changes.figures_added) == (("40",), ("60",))
    assert changes.corrections == (note,)
    assert in_words(changes) == (
        "paragraphs: 2 changed, 1 added; figures gone: 40; new figures: 60; with a correction note"
    )


def test_a_rewritten_passage_shows_what_became_of_each_paragraph() -> None:
    later = BODY.replace("Salvage crews are on their way.", "The pier is closed until Tuesday.")
    changes = told(BODY, later)
    assert (changes.changed, changes.added, changes.removed) == (0, 1, 1)
    assert changes.paragraphs == (
        (("+", "The pier is closed until Tuesday."),),
        (("-", "Salvage crews are on their way."),),
    )


@pytest.mark.parametrize(
    ("before", "after", "removed", "added"),
    [
        ("船上有12人，其中3人受伤。", "船上有12人，其中5人受伤。", "3", "5"),
        ("كان على متنها ١٢ شخصا.", "كان على متنها ١٤ شخصا.", "12", "14"),
        ("На борту было 1 200 тонн, погибли 7.", "На борту было 1 200 тонн, погибли 9.", "7", "9"),
    ],
)
def test_other_scripts_are_compared_by_their_words(
    before: str, after: str, removed: str, added: str
) -> None:
    changes = told(before, after)
    assert (changes.figures_removed, changes.figures_added) == ((removed,), (added,))
    kept = "".join(text for sign, text in changes.paragraphs[0] if sign == "=")
    assert len(kept) > len(before) // 2


def test_a_live_blogs_growth_is_bounded_and_counted() -> None:
    posts = [f"Post number {n} says that convoy {n} has passed the bridge." for n in range(300)]
    changes = told("\n\n".join(posts[200:]), "\n\n".join(posts))
    assert changes.added == 200
    assert len(changes.paragraphs) == SHOWN_PARAGRAPHS


def test_long_stretches_that_stayed_are_cut_in_their_middle() -> None:
    words = " ".join(f"word{n}" for n in range(100))
    changes = told(f"{words} seven.", f"{words} eight.")
    (kept, gone, come, end) = changes.paragraphs[0]
    assert kept[0] == "="
    assert len(kept[1]) < 120
    assert kept[1].startswith("… ")
    assert (gone[1], come[1], end[1]) == ("seven", "eight", ".")


def test_texts_of_any_length_are_told_in_bounded_space() -> None:
    changes = told("a " * 50_000, "b " * 50_000)
    assert changes.is_edit
    assert sum(len(text) for pieces in changes.paragraphs for _, text in pieces) < 2_000


@settings(deadline=None)
@given(st.text(max_size=200), st.text(max_size=200))
def test_only_what_differs_is_told(before: str, after: str) -> None:
    changes = told(before, after)
    if not is_edit(TITLE, before, TITLE, after):
        assert not changes.is_edit
    assert not told(before, before).is_edit
    for pieces in changes.paragraphs:
        assert all(sign in {"=", "-", "+"} and text for sign, text in pieces)


@pytest.mark.parametrize(
    "note",
    [
        "Correction: the pier is in the north.",
        "* This article was amended on 2 March to correct the name of the pier.",
        "An earlier version of this story misstated the toll.",
        "Editor's note: a photograph was removed.",
        "Korrektur: In einer früheren Version hieß es, die Fähre sei leer gewesen.",
        "Une version précédente de cet article donnait un autre bilan.",
        "Corrección: el barco no estaba vacío.",
        "Исправление: в первой версии было указано другое число.",
        "В предыдущей версии текста говорилось о трёх погибших.",
        "تصحيح: كان عدد الركاب أقل.",
        "更正：船上有十二人。",
    ],
)
def test_notes_of_correction_are_known_in_many_languages(note: str) -> None:
    assert correction_notes(f"{BODY}\n\n{note}") == (note,)


@pytest.mark.parametrize(
    "line",
    [
        "Corrections officers found the boat at noon.",
        "This article of the treaty was amended by the two states.",
        "Clarifications were asked for by the port.",
    ],
)
def test_reports_about_corrections_are_no_notes(line: str) -> None:
    assert correction_notes(line) == ()
