from functools import cache

import pytest

from aggregator.group.conflict.conflicts import READ_LENGTH, ConflictMatch, ConflictMatcher
from aggregator.model import Conflict, PlainText

LORN = Conflict(
    id="lorn",
    name=PlainText("War in Lorn"),
    places=("Lorn", "лорн*", "لورن", "לורן", "ロルン", "ሎርን", "West Ostra"),
    parties=("Veska", "veskan*", "VLA", "веск*"),
    keywords=("Grey Brigades", "Lorn & Veska", "Серые бригады"),
)
OSTRA = Conflict(
    id="ostra",
    name=PlainText("Ostra"),
    places=("Ostra", "Tamm"),
    parties=("Ostran Guard",),
    keywords=("Red Tide",),
)


@cache
def matcher_of(*followed: Conflict) -> ConflictMatcher:
    return ConflictMatcher(followed)


def conflicts_of(
    title: str,
    body: str = "",
    language: str | None = "en",
    followed: tuple[Conflict, ...] = (LORN, OSTRA),
) -> list[str]:
    return [match.conflict for match in matcher_of(*followed).match(title, body, language)]


def test_keyword_alone_suffices() -> None:
    assert conflicts_of("Who are the Grey Brigades?") == ["lorn"]


def test_place_needs_company() -> None:
    assert conflicts_of("A quiet morning in Lorn") == []
    assert conflicts_of("Two killed in Lorn") == ["lorn"]
    assert conflicts_of("Shelling reported near Lorn") == ["lorn"]


def test_party_needs_war_where_harm_is_enough_for_a_place() -> None:
    assert conflicts_of("Man killed in Veska") == []
    assert conflicts_of("Veska moves troops to the north") == ["lorn"]


def test_place_and_party_are_company_for_each_other() -> None:
    assert conflicts_of("Ostra protests to Ostran Guard") == ["ostra"]


def test_a_word_is_no_company_to_itself() -> None:
    both = Conflict(id="both", name=PlainText("Both"), places=("Lorn",), parties=("lorn*",))
    assert conflicts_of("A quiet morning in Lorn", followed=(both,)) == []
    assert conflicts_of("Two killed in Lorn", followed=(both,)) == ["both"]


def test_joint_keyword_needs_all_of_its_parts() -> None:
    only_joint = Conflict(id="pair", name=PlainText("Pair"), keywords=("Lorn & Veska",))
    assert conflicts_of("Lorn and Veska sign a protocol", followed=(only_joint,)) == ["pair"]
    assert conflicts_of("Lorn signs a protocol", followed=(only_joint,)) == []
    body = "The paper was handed to Veska."
    assert conflicts_of("Lorn signs a protocol after raid", body, followed=(only_joint,)) == [
        "pair"
    ]
    assert conflicts_of("A protocol is signed", "Lorn and Veska.", followed=(only_joint,)) == []


def test_company_may_stand_in_the_lead_but_counts_half() -> None:
    assert conflicts_of("A night in Lorn", "Missiles fell on the harbour.") == ["lorn"]
    assert conflicts_of("A night in Lorn", "One was killed.") == []


def test_a_headline_of_war_takes_its_place_from_the_lead() -> None:
    title = "Drone attack kills six"
    assert conflicts_of(title, "The market of Lorn was full.") == ["lorn"]
    assert conflicts_of(title, f"{'Nothing more is known. ' * 30} Lorn") == []


def test_a_headline_of_diplomacy_needs_place_and_party_in_the_lead() -> None:
    title = "Foreign ministers begin talks"
    assert conflicts_of(title, "The Ostran Guard has left Tamm.") == ["ostra"]
    assert conflicts_of(title, "They met in Tamm.") == []


def test_a_party_in_the_lead_needs_a_headline_full_of_war() -> None:
    body = "The Ostran Guard is blamed."
    assert conflicts_of("Drone attack on refinery kills two soldiers", body) == ["ostra"]
    assert conflicts_of("Drone found on beach", body) == []


def test_war_without_a_followed_name_is_nobodys() -> None:
    assert conflicts_of("Drone attack kills two soldiers", "Elsewhere.") == []


def test_war_report_that_names_its_conflict_late_needs_two_keywords() -> None:
    title, filler = "Army shells a village", "The day was long. " * 30
    assert conflicts_of(title, f"{filler} Red Tide fighters fled.") == []
    both = Conflict(id="late", name=PlainText("Late"), keywords=("Red Tide", "Grey Brigades"))
    body = f"{filler} Red Tide and the Grey Brigades met."
    assert conflicts_of(title, body, followed=(both,)) == ["late"]


def test_nothing_behind_the_read_length_counts() -> None:
    body = "x" * READ_LENGTH + " Grey Brigades. Red Tide. Shelling in Lorn."
    assert conflicts_of("Army shells a village", body) == []


def test_a_post_without_headline_is_judged_by_its_beginning() -> None:
    assert conflicts_of("", "Three killed by shelling in Tamm") == ["ostra"]


@pytest.mark.parametrize(
    "title",
    [
        "Lorn beat Veska in cup qualifier",
        "Veskan striker shoots Lorn out of the tournament",
        "Coach attacks referee after Lorn match: battle of the league",
        "Two swimmers of Lorn and Veska win medals",
    ],
)
def test_sport_is_no_war(title: str) -> None:
    assert conflicts_of(title) == []


def test_sport_hit_by_war_is_war() -> None:
    assert conflicts_of("Footballer killed by missile in Lorn") == ["lorn"]


def test_culture_and_markets_count_only_if_the_headline_speaks_of_war() -> None:
    assert conflicts_of("Lorn film festival opens", "Since the war began, tanks and troops.") == []
    assert conflicts_of("Film on the siege of Lorn wins prize") == ["lorn"]
    assert conflicts_of("Stocks of Lorn and Veska rise") == ["lorn"]
    assert conflicts_of("Veskan shares fall", "The army of Veska shelled Lorn.") == []


def test_mishap_explains_the_dead() -> None:
    assert conflicts_of("Bus crash kills nine in Lorn") == []
    assert conflicts_of("Earthquake kills nine in Lorn as shelling goes on") == ["lorn"]


def test_figures_of_speech_are_no_war() -> None:
    assert conflicts_of("Trade war reaches Tamm") == []
    assert conflicts_of("Mayor of Tamm dies of heart attack") == []


def test_longer_name_hides_the_shorter_one_inside() -> None:
    assert conflicts_of("Two killed in West Ostra") == ["lorn"]
    assert conflicts_of("Two killed in Ostra") == ["ostra"]


def test_conflict_known_by_parties_only_yields_to_one_known_by_place() -> None:
    assert conflicts_of("Veska condemns missile strike on Tamm") == ["ostra"]


def test_best_match_comes_first_and_says_why() -> None:
    title = "Grey Brigades shell Lorn and Tamm with rockets"
    first, second = matcher_of(OSTRA, LORN).match(title, "", "en")
    assert (first.conflict, second.conflict) == ("lorn", "ostra")
    assert first.score > second.score
    terms = ("Grey Brigades", "Lorn", "rockets")
    assert first == ConflictMatch("lorn", first.score, terms, places=("Lorn",))


def test_names_keep_their_capital_and_acronyms_their_capitals() -> None:
    assert conflicts_of("Killed in lorn dispute") == []
    assert conflicts_of("LORN: TWO KILLED") == ["lorn"]
    assert conflicts_of("Vla army base opens") == []
    assert conflicts_of("VLA army base attacked") == ["lorn"]


def test_words_are_whole_unless_a_star_says_otherwise() -> None:
    assert conflicts_of("Two killed in Lornshire") == []
    assert conflicts_of("Veskans under artillery fire") == ["lorn"]


@pytest.mark.parametrize(
    ("language", "title"),
    [
        ("ru", "Обстрел ЛОРНА: двое погибших"),
        ("uk", "Ворог обстріляв лорнську громаду"),
        ("ar", "قصف عنيف على مدينة بلورن"),
        ("ar", "قَصْف وَلُورن"),
        ("ar", "قصف ـ لورن"),
        ("he", "שני הרוגים בלורן"),
        ("he", "הפגזה כבדה ומלורן דווח על נזק"),
        ("am", "በሎርን ውጊያ ተካሄደ"),
        ("ja", "軍がロルンを空爆"),
        ("fr", "Frappe aérienne sur Lörn"),
        ("sr", "Granatiranje i borbe kod grada Lorn"),
    ],
)
def test_scripts_cases_accents_and_prefixes(language: str, title: str) -> None:
    assert conflicts_of(title, language=language) == ["lorn"]


def test_language_of_the_text_decides_which_words_mean_war() -> None:
    # "vita" is war in Swahili, life in Italian.
    assert conflicts_of("La vita quotidiana di Tamm", language="it") == []
    assert conflicts_of("Vita vya Tamm", language="sw") == ["ostra"]


def test_unknown_language_is_told_from_the_text() -> None:
    assert conflicts_of("Обстрел Лорна: двое погибших", language=None) == ["lorn"]


def test_language_without_vocabulary_uses_every_vocabulary() -> None:
    assert conflicts_of("Raketaanval: drones boven Lorn", language="nl") == ["lorn"]


def test_no_conflicts_no_matches() -> None:
    assert conflicts_of("Grey Brigades shell Lorn", followed=()) == []


def test_phrase_without_letters_is_found_nowhere() -> None:
    odd = Conflict(id="odd", name=PlainText("Odd"), keywords=("!!!", "& &", "—"))
    assert conflicts_of("!!! Grey — & & Brigades", followed=(odd, LORN)) == ["lorn"]
