"""Which reports of a story are independent of each other: the rule that counts its origins.

Each report is looked at in this order; the first that applies decides on whom it depends:

1. Text. What others of the story have printed before it makes `COPIED` of its text or more: it
   prints the text of the one with most of it. At least `LARGELY`, and fewer than `OWN_WORDS` words
   are its own: it is largely that text. Agencies, and whoever else is credited with a text, count
   as first whatever the minute.
2. Credit. It says that its text is another publisher's. So does a text that a copy of it credits
   to an agency.
3. Citation. It has what it tells from another publisher.
4. Publisher. Another report of the same publisher is there before it.

Credits and citations do not count where a report tells of reporting of its own ("our
correspondent saw"), citations neither in a text of `LONG_TEXT` words or more: whoever adds that
much is an origin. Whom a report depends on may depend on somebody else; the end of the chain is
the origin. A publisher who is not in the story itself is one origin all the same, however many name
it: the earliest of them stands for it. Two that cite each other are one origin, the earlier report.

Pure, and independent of the order of `tellings`. The work grows with the length of the texts, not
with the number of pairs, since of those who print a passage only the first few are looked at.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from aggregator.group.origin.credits import Credit, CreditKind
from aggregator.group.origin.printed import Printed, printed_before, text_links
from aggregator.group.origin.publishers import name_key
from aggregator.group.origin.standing import Dependence, Link, Standing, Telling

LONG_TEXT: Final = 300
"""Words that a report which cites somebody has when it does more than pass that on."""
_LEAST_TOLD: Final = 0.25
"""Share of common text that is told to readers though it decides nothing; quotations are less."""


def origins_of(tellings: Iterable[Telling]) -> dict[int, Standing]:
    """Return the standing of each report of a story, by its article."""
    story = _in_precedence(list(tellings))
    texts = printed_before(story)
    links = text_links(story, texts)
    links |= _named_links(story, links, _credits(story, links))
    links |= _publisher_links(story, links)
    return _standings(story, links, texts)


def _in_precedence(tellings: Sequence[Telling]) -> list[Telling]:
    """Return the reports in the order in which a text of theirs counts as first."""
    credited = {
        credit.publisher
        for telling in tellings
        for credit in telling.credits.named
        if credit.kind is CreditKind.CREDIT
    }

    def precedence(telling: Telling) -> tuple[bool, datetime, int]:
        publisher = telling.publisher
        is_source = (
            publisher.is_agency or publisher.key in credited or name_key(publisher.name) in credited
        )
        return (not is_source, *_earliest(telling))

    return sorted(tellings, key=precedence)


def _earliest(telling: Telling) -> tuple[datetime, int]:
    return (telling.reported, telling.article)


def _credits_of_copies(
    story: Sequence[Telling], links: Mapping[int, Link]
) -> dict[int, list[Credit]]:
    """Return, for the first to print a text, to whom those who copy it credit it."""
    found: dict[int, list[Credit]] = defaultdict(list)
    for telling in story:
        link = links.get(telling.article)
        if link and link.dependence is Dependence.COPY and isinstance(link.to, int):
            for credit in telling.credits.named:
                if credit.kind is CreditKind.CREDIT:
                    found[link.to].append(credit)
    return found


def _credits(story: Sequence[Telling], links: Mapping[int, Link]) -> dict[int, list[Credit]]:
    """Return whom each report names and its copies credit, by the publishers of the story.

    Credits come first, and those of the report itself before those of its copies.
    """
    inherited = _credits_of_copies(story, links)
    keys = {name_key(one.publisher.name): one.publisher.key for one in story}
    found: dict[int, list[Credit]] = {}
    for telling in story:
        naming = list(telling.credits.named)
        if not telling.publisher.is_agency:
            naming += inherited.get(telling.article, ())
        named: dict[str, Credit] = {}
        for credit in sorted(naming, key=lambda one: one.kind is not CreditKind.CREDIT):
            key = keys.get(credit.publisher, credit.publisher)
            if key != telling.publisher.key:
                named.setdefault(key, replace(credit, publisher=key))
        found[telling.article] = list(named.values())
    return found


def _named_links(
    story: Sequence[Telling], links: Mapping[int, Link], named_by: Mapping[int, Sequence[Credit]]
) -> dict[int, Link]:
    """Return the links of reports that credit or cite a publisher."""
    support = Counter(credit.publisher for named in named_by.values() for credit in named)
    support.update({one.publisher.key for one in story})
    speaks: dict[str, Telling] = {}
    for telling in sorted(story, key=lambda one: (one.article in links, *_earliest(one))):
        speaks.setdefault(telling.publisher.key, telling)
    found: dict[int, Link] = {}
    for telling in story:
        if telling.article in links or telling.credits.own_reporting:
            continue
        named = [one for one in named_by[telling.article] if _counts(one, telling)]
        if named:
            first = min(
                named, key=lambda one: (one.kind is not CreditKind.CREDIT, -support[one.publisher])
            )
            speaker = speaks.get(first.publisher)
            to = speaker.article if speaker else first.publisher
            found[telling.article] = _named_link(to, first, telling)
    return found


def _counts(credit: Credit, telling: Telling) -> bool:
    return credit.kind is CreditKind.CREDIT or telling.words < LONG_TEXT


def _named_link(to: int | str, credit: Credit, telling: Telling) -> Link:
    if all(credit.name != own.name for own in telling.credits.named):
        reason = f"prints a text that others credit to {credit.name}"
        return Link(to, Dependence.CREDIT, reason)
    if credit.kind is CreditKind.CREDIT:
        return Link(to, Dependence.CREDIT, f"credits {credit.name}")
    return Link(to, Dependence.CITATION, f"cites {credit.name}")


def _publisher_links(story: Sequence[Telling], links: Mapping[int, Link]) -> dict[int, Link]:
    first: dict[str, Telling] = {}
    found: dict[int, Link] = {}
    for telling in story:
        if telling.article in links:
            continue
        earlier = first.setdefault(telling.publisher.key, telling)
        if earlier is not telling:
            reason = f"has the same publisher as {earlier.publisher.name}"
            found[telling.article] = Link(earlier.article, Dependence.PUBLISHER, reason)
    return found


def _standings(
    story: Sequence[Telling], links: Mapping[int, Link], texts: Mapping[int, Printed]
) -> dict[int, Standing]:
    by_article = {telling.article: telling for telling in story}
    kept = _without_circles(by_article, dict(links))
    ends = {article: _end(article, kept) for article in by_article}
    stands: dict[int | str, int] = {}
    for telling in sorted(story, key=_earliest):
        link = kept.get(telling.article)
        if link is not None and isinstance(link.to, str):
            stands.setdefault(link.to, telling.article)
    found: dict[int, Standing] = {}
    for telling in story:
        article, text = telling.article, texts[telling.article]
        link = kept.get(article) or Link(article, Dependence.OWN, _own(telling, text))
        end = ends[article]
        found[article] = Standing(
            article=article,
            origin=end if isinstance(end, int) else stands[end],
            dependence=link.dependence,
            reason=link.reason,
            shared=round(text.shared, 3),
            shared_with=text.printer.article if text.printer else None,
        )
    return found


def _own(telling: Telling, text: Printed) -> str:
    if text.printer is not None and text.shared >= _LEAST_TOLD:
        of = text.printer.publisher.name
        return f"is an own report; {text.shared:.0%} of its text is that of {of}"
    if telling.credits.named:
        return f"is an own report, though it names {telling.credits.named[0].name}"
    return "is an own report"


def _without_circles(by_article: Mapping[int, Telling], links: dict[int, Link]) -> dict[int, Link]:
    """Return the links without one of each circle: that of its earliest report."""
    done: set[int | str] = set()
    for article in by_article:
        path: dict[int | str, None] = {}
        place: int | str = article
        while place not in done and place not in path:
            path[place] = None
            if not isinstance(place, int) or place not in links:
                break
            place = links[place].to
        if place in path and place in links:
            steps = list(path)
            circle = [by_article[int(step)] for step in steps[steps.index(place) :]]
            del links[min(circle, key=_earliest).article]
        done.update(path)
    return links


def _end(article: int, links: Mapping[int, Link]) -> int | str:
    place: int | str = article
    while isinstance(place, int) and place in links:
        place = links[place].to
    return place
