"""Which of the followed conflicts an article is about, from its headline and its beginning.

A keyword of a conflict says it alone. A place says it in the company of war or harm ("killed"), a
party, which does a thousand other things, in the company of war ("shelling") or of a place. The
headline outweighs the text. A headline about sport, culture, markets or weather is not taken for
war because of a country's name. The words for all this stand in `words.toml`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from aggregator.group.conflict.terms import TermIndex
from aggregator.group.conflict.words import Role, Term, Zone, vocabulary, vocabulary_of
from aggregator.model import Conflict

LEAD_LENGTH: Final = 400
"""Characters at the beginning of a body that tell what it is about: an RSS summary, or less."""
READ_LENGTH: Final = 1500
"""Characters of a body that are read at all; further down, other conflicts are background."""

TOGETHER: Final = "&"
"""Joins parts of one keyword that must all occur ("Serbia & Kosovo")."""

# Company is counted in words of war. What a term needs was set by hand and measured with
# bench/conflicts.py: a stream of one war, the Olympic games and local crime.
_LEAD_SHARE: Final = 0.5
_FOR_PLACE: Final = 0.5
_FOR_PLACE_WITH_MORE: Final = 0.25
_FOR_PARTY: Final = 1.0
_FOR_PARTY_WITH_PLACE: Final = 0.25
_FOR_LEAD_KEYWORD: Final = 0.5
_FOR_LEAD_PAIR: Final = 0.5
_FOR_LEAD_PAIR_IN_HEAD: Final = 0.25
_FOR_LEAD_PLACE: Final = 1.0
_FOR_LEAD_PLACE_IN_HEAD: Final = 0.5
_FOR_LEAD_PARTY: Final = 2.0
_FOR_LEAD_PARTY_IN_HEAD: Final = 1.5
_FOR_BACKGROUND: Final = 1.0
_BACKGROUND_KEYWORDS: Final = 2
_IN_SPORT: Final = 1.5

_SCORES: Final = {Role.KEYWORD: 3.0, Role.PLACE: 1.5, Role.PARTY: 1.0}
_MOST_SCORED: Final = 3


@dataclass(frozen=True, slots=True)
class ConflictMatch:
    """An article is about this conflict.

    `score` orders the matches of one article; it is no probability. `terms` are the phrases of
    feeds.yaml and the words of war that decided, headline first; `places` are those of them that
    are places of the conflict.
    """

    conflict: str
    score: float
    terms: tuple[str, ...]
    places: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Company:
    """How much war there is in the headline, and in headline and lead together."""

    head: float
    total: float
    head_words: list[str]
    lead_words: list[str]

    @classmethod
    def of(cls, head: Zone, lead: Zone) -> "_Company":
        in_head = head.company()
        total = in_head + _LEAD_SHARE * lead.company()
        return cls(in_head, total, head.spellings(Role.WAR), lead.spellings(Role.WAR))

    def speaks_of_war(self) -> bool:
        return bool(self.head_words or self.lead_words)


@dataclass(frozen=True, slots=True)
class _Evidence:
    """What speaks for one conflict, in the headline and in the lead."""

    conflict: str
    keywords: list[str]
    places: list[str]
    parties: list[str]
    lead_keywords: list[str]
    lead_places: list[str]
    lead_parties: list[str]

    def suffices(self, company: _Company) -> bool:
        if self.keywords:
            return True
        named = bool(self.places or self.parties)
        if self.lead_keywords and (named or company.total >= _FOR_LEAD_KEYWORD):
            return True
        if self.places:
            more = len(self.places) > 1 or self.lead_parties
            needed = _FOR_PLACE_WITH_MORE if more else _FOR_PLACE
            return bool(self.parties) or company.total >= needed
        if self.parties:
            needed = _FOR_PARTY_WITH_PLACE if self.lead_places else _FOR_PARTY
            return company.total >= needed
        return self._suffices_in_lead(company)

    def _suffices_in_lead(self, company: _Company) -> bool:
        if self.lead_places and self.lead_parties:
            return company.head >= _FOR_LEAD_PAIR_IN_HEAD and company.total >= _FOR_LEAD_PAIR
        if not company.speaks_of_war():
            return False
        if self.lead_places:
            return company.head >= _FOR_LEAD_PLACE_IN_HEAD and company.total >= _FOR_LEAD_PLACE
        if self.lead_parties:
            in_head = company.head >= _FOR_LEAD_PARTY_IN_HEAD
            return in_head and company.total >= _FOR_LEAD_PARTY
        return False

    def suffices_in_sport(self, company: _Company) -> bool:
        """Decide for a headline about sport, whose own words are those of battle."""
        named = bool(self.keywords or self.places or self.parties)
        return named and company.head + bool(self.keywords) >= _IN_SPORT

    def suffices_in_leisure(self, company: _Company) -> bool:
        """Decide for a headline about culture, markets or weather: it must itself speak of war."""
        return bool(self.keywords or (company.head_words and (self.places or self.parties)))

    def is_of_parties_only(self) -> bool:
        return not (self.keywords or self.places or self.lead_keywords or self.lead_places)

    def match(self, company: _Company) -> ConflictMatch:
        score = min(company.total, float(_MOST_SCORED))
        for role, head, lead in (
            (Role.KEYWORD, self.keywords, self.lead_keywords),
            (Role.PLACE, self.places, self.lead_places),
            (Role.PARTY, self.parties, self.lead_parties),
        ):
            score += _SCORES[role] * min(len(head) + _LEAD_SHARE * len(lead), _MOST_SCORED)
        head_terms = self.keywords + self.places + self.parties + company.head_words
        lead_terms = self.lead_keywords + self.lead_places + self.lead_parties
        terms = dict.fromkeys(head_terms + lead_terms + company.lead_words)
        places = dict.fromkeys(self.places + self.lead_places)
        return ConflictMatch(self.conflict, round(score, 2), tuple(terms), tuple(places))


class ConflictMatcher:
    """Tells the followed conflicts from the rest of the news; built once per configuration."""

    def __init__(self, conflicts: Sequence[Conflict]) -> None:
        self._joint: dict[str, list[tuple[str, frozenset[str]]]] = {}
        phrases = list(vocabulary())
        for conflict in conflicts:
            self._joint[conflict.id] = []
            phrases += self._phrases(conflict)
        self._index = TermIndex(phrases)

    def _phrases(self, conflict: Conflict) -> Iterator[tuple[str, Term]]:
        for phrase in dict.fromkeys(conflict.places):
            yield phrase, Term(conflict.id, Role.PLACE, phrase)
        for phrase in dict.fromkeys(conflict.parties):
            yield phrase, Term(conflict.id, Role.PARTY, phrase)
        parts: dict[str, None] = {}
        for phrase in dict.fromkeys(conflict.keywords):
            if TOGETHER not in phrase:
                yield phrase, Term(conflict.id, Role.KEYWORD, phrase)
                continue
            needed = [part.strip() for part in phrase.split(TOGETHER)]
            self._joint[conflict.id].append((phrase, frozenset(needed)))
            parts.update(dict.fromkeys(needed))
        for part in parts:
            yield part, Term(conflict.id, Role.PART, part)

    def match(
        self, title: str, body: str, language: str | None = None
    ) -> tuple[ConflictMatch, ...]:
        """Return the conflicts that this article is about, best first; mostly none or one.

        `language` chooses the vocabulary; where it is None the text is asked, and where we have no
        words for its language, those of all languages count.
        """
        if not title.strip():
            title, body = body[:LEAD_LENGTH], body[LEAD_LENGTH:]
        code = vocabulary_of(f"{title} {body[:LEAD_LENGTH]}", language)
        head = Zone(self._index.find(title), code)
        lead = Zone(self._index.find(body[:LEAD_LENGTH]), code)
        company = _Company.of(head, lead)
        is_sport = bool(head.spellings(Role.SPORT))
        is_leisure = bool(head.spellings(Role.LEISURE))
        found = []
        for conflict in sorted(head.conflicts | lead.conflicts):
            evidence = self._evidence(conflict, head, lead)
            if is_sport and not evidence.suffices_in_sport(company):
                continue
            if is_leisure and not evidence.suffices_in_leisure(company):
                continue
            if evidence.suffices(company):
                found.append(evidence)
        if found:
            return _best_first(found, company)
        if is_sport or is_leisure or company.total < _FOR_BACKGROUND:
            return ()
        return _from_background(Zone(self._index.find(body[LEAD_LENGTH:READ_LENGTH]), code))

    def _evidence(self, conflict: str, head: Zone, lead: Zone) -> _Evidence:
        keywords = head.spellings(Role.KEYWORD, conflict)
        lead_keywords = lead.spellings(Role.KEYWORD, conflict)
        in_head = frozenset(head.spellings(Role.PART, conflict))
        if in_head:
            anywhere = in_head.union(lead.spellings(Role.PART, conflict))
            joint = [it for it in self._joint[conflict] if it[1] <= anywhere and it[1] & in_head]
            # Spellings of one pair say the same thing: the first speaks for all.
            keywords += [phrase for phrase, needed in joint if needed <= in_head][:1]
            lead_keywords += [phrase for phrase, needed in joint if not needed <= in_head][:1]
        return _Evidence(
            conflict,
            keywords=keywords,
            places=head.spellings(Role.PLACE, conflict),
            parties=head.spellings(Role.PARTY, conflict),
            lead_keywords=lead_keywords,
            lead_places=lead.spellings(Role.PLACE, conflict),
            lead_parties=lead.spellings(Role.PARTY, conflict),
        )


def _best_first(found: list[_Evidence], company: _Company) -> tuple[ConflictMatch, ...]:
    """Rank the conflicts; one known by its parties alone yields to one known by more.

    "Russia condemns the strike on Aleppo" is about Syria.
    """
    known_by_more = [evidence for evidence in found if not evidence.is_of_parties_only()]
    matches = [evidence.match(company) for evidence in known_by_more or found]
    return tuple(sorted(matches, key=lambda match: (-match.score, match.conflict)))


def _from_background(rest: Zone) -> tuple[ConflictMatch, ...]:
    """Return the conflict that a late paragraph names, for a war report that names none before."""
    matches = []
    for conflict in sorted(rest.conflicts):
        keywords = rest.spellings(Role.KEYWORD, conflict)
        if len(keywords) >= _BACKGROUND_KEYWORDS:
            matches.append(ConflictMatch(conflict, float(len(keywords)), tuple(keywords)))
    return tuple(matches)
