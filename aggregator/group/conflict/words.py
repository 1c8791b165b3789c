"""The phrases that are looked for: words of war in many languages, and the user's own terms."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Final

from aggregator.group.conflict.terms import Hit, longest
from aggregator.text.language import language_of, language_tag

_HARM_SHARE: Final = 0.5
_TENSION_SHARE: Final = 0.25

_SAME_VOCABULARY: Final = {"bs": "sr", "hr": "sr", "sh": "sr", "be": "ru", "prs": "fa"}


class Role(StrEnum):
    """What a found phrase says; those of the vocabulary are told in `words.toml`."""

    KEYWORD = "keyword"
    PART = "part"
    PLACE = "place"
    PARTY = "party"
    WAR = "war"
    HARM = "harm"
    TENSION = "tension"
    MISHAP = "mishap"
    SPORT = "sport"
    LEISURE = "leisure"
    DECOY = "decoy"


_ROLES_IN_A_CONFLICT: Final = frozenset({Role.KEYWORD, Role.PART, Role.PLACE, Role.PARTY})


@dataclass(frozen=True, slots=True, eq=False)
class Term:
    """One phrase; `owner` is the id of its conflict, or the language of its vocabulary."""

    owner: str
    role: Role
    spelling: str


@cache
def vocabulary() -> tuple[tuple[str, Term], ...]:
    """Return each phrase of every language with its term."""
    words = resources.files(__package__).joinpath("words.toml").read_text("utf-8")
    return tuple(
        (phrase, Term(language, Role(role), phrase))
        for language, roles in tomllib.loads(words).items()
        for role, phrases in roles.items()
        for phrase in dict.fromkeys(" ".join(raw.split()) for raw in phrases.split(","))
    )


@cache
def _languages() -> frozenset[str]:
    return frozenset(term.owner for _, term in vocabulary())


def vocabulary_of(text: str, declared: str | None) -> str | None:
    """Return the language whose vocabulary counts in this text; None: that of every language."""
    code = language_tag(declared) or language_of(text)
    code = _SAME_VOCABULARY.get(code or "", code)
    return code if code in _languages() else None


def _belongs(term: Term, language: str | None) -> bool:
    """Say whether this term counts in a text of that language."""
    return term.role in _ROLES_IN_A_CONFLICT or language in (None, term.owner)


class Zone:
    """The distinct phrases found in one part of an article."""

    def __init__(self, hits: Sequence[Hit[Term]], language: str | None) -> None:
        self.conflicts: set[str] = set()
        self._spellings: dict[tuple[str, Role], dict[str, None]] = {}
        taken: set[tuple[int, str, Role]] = set()
        spoken = (hit for hit in hits if _belongs(hit.payload, language))
        for start, _, term in longest(spoken):
            owner = term.owner if term.role in _ROLES_IN_A_CONFLICT else ""
            if owner:
                self.conflicts.add(owner)
            # One word of the text counts once, however many phrases it fits, and a place that is
            # listed as a party too is no company to itself.
            counted_as = Role.PLACE if term.role is Role.PARTY else term.role
            if term.role is not Role.PART and (start, owner, counted_as) in taken:
                continue
            taken.add((start, owner, counted_as))
            self._spellings.setdefault((owner, term.role), {})[term.spelling] = None

    def spellings(self, role: Role, conflict: str = "") -> list[str]:
        """Return what was found of a conflict, or without one, of the vocabulary."""
        return list(self._spellings.get((conflict, role), ()))

    def company(self) -> float:
        """Return how much war is in these words, counted in words of war."""
        company = float(len(self.spellings(Role.WAR)))
        # An accident or an ordinary crime is another reason for the dead.
        if not self.spellings(Role.MISHAP):
            company += _HARM_SHARE * len(self.spellings(Role.HARM))
            company += _TENSION_SHARE * len(self.spellings(Role.TENSION))
        return company
