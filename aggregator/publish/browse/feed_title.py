"""What a filtered feed is called, so that readers can tell their subscriptions apart."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from aggregator.publish.browse.feed_question import SPAN, FeedQuestion
from aggregator.publish.names import country_name, kind_name, language_name
from aggregator.store.browsing import FollowedConflict

_IN_WORDS: Final[Mapping[str, Callable[[str], str]]] = {
    "place": str,
    "q": "“{}”".format,
    "story": "story {}".format,
    "language": lambda code: f"reported in {language_name(code.lower())}",
    "kind": lambda kind: f"reported by {kind_name(kind.lower(), 2)}",
    "country": lambda code: f"reported from {country_name(code.upper())}",
    "outlets": "at least {} outlets".format,
    "origins": "at least {} independent origins".format,
    "one_sided": lambda asked: "reported from one country only" if asked == "1" else "",
    "since": lambda since: f"of the last {since}" if SPAN.fullmatch(since) else f"since {since}",
    "all": lambda asked: "all stories" if asked == "1" else "",
}


def feed_title(question: FeedQuestion, conflicts: Sequence[FollowedConflict]) -> str:
    """Return "Sudan, El Fasher, at least 2 independent origins"; "" for the whole feed."""
    names = {known.id: known.name for known in conflicts}
    asked = question.parameters
    parts = [names.get(asked.get("conflict", ""), "")]
    parts += [words(asked[name]) for name, words in _IN_WORDS.items() if name in asked]
    return ", ".join(part for part in parts if part)
