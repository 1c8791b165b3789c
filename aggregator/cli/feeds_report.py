"""What a trial found, as lines for people and as a record for programs."""

from collections import Counter
from collections.abc import Iterable
from datetime import timedelta
from statistics import median
from typing import Any, Final

import click

from aggregator.cli.context import print_table
from aggregator.cli.feeds_trial import Trial, TriedFeed
from aggregator.config.kinds import written_duration
from aggregator.model import Entry, FetchResult, IdentityKind, Outcome, ParsedFeed
from aggregator.text.clean import plain_line, text_of_html
from aggregator.text.times import to_text

OLD_AFTER: Final = timedelta(days=30)
FULL_TEXT_LENGTH: Final = 1_000
"""Characters; agency summaries have up to 500, the shortest reports more than this."""

_DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_TITLE_SHOWN: Final = 50
_LABEL_WIDTH: Final = 12


def trial_record(trial: Trial) -> dict[str, Any]:
    """Return everything that a trial tells, for JSON."""
    result = trial.result
    return {
        "url": result.url,
        "works": trial.parsed is not None,
        "error": trial.error,
        "advice": advice(trial),
        "answer": {
            "outcome": result.outcome,
            "status": result.status,
            "final_url": result.final_url,
            "permanent_url": result.permanent_url,
            "content_type": result.content_type and plain_line(result.content_type),
            "bytes": len(result.body),
            "seconds": round(result.took.total_seconds(), 3),
            "etag": result.validators.etag,
            "last_modified": result.validators.last_modified,
            "max_age_seconds": _seconds(result.max_age),
            "bot_wall": result.bot_wall,
        },
        "feed": _feed_record(trial.parsed) if trial.parsed else None,
        "warnings": warnings(trial),
        "found": [
            {"url": found.url, "title": found.title, "why": found.why, "is_guess": found.is_guess}
            for found in trial.found
        ],
    }


def tried_record(tried: TriedFeed) -> dict[str, Any]:
    """Return what came of a feed that a page offers, for JSON; `works` None: it was not asked."""
    trial = tried.trial
    parsed = trial.parsed if trial else None
    return {
        "url": tried.found.url,
        "title": (parsed and parsed.title) or tried.found.title,
        "why": tried.found.why,
        "is_guess": tried.found.is_guess,
        "is_of_comments": tried.found.is_of_comments,
        "works": tried.works if trial else None,
        "format": parsed.format if parsed else None,
        "entries": len(parsed.entries) if parsed else None,
        "newest": _newest(parsed.entries) if parsed else None,
        "error": trial.error if trial else None,
    }


def print_trial(trial: Trial, limit: int) -> None:
    """Print what an address answered, what would be stored of it, and what to mind."""
    result, parsed = trial.result, trial.parsed
    _line("address", result.url)
    _line("answer", _answer(result))
    for moved in _moves(trial):
        _line("moved", moved)
    if parsed:
        _print_feed(trial, parsed)
        click.echo()
        print_table(
            [_row(entry) for entry in parsed.entries[:limit]],
            ["title", "published", "how", "known by", "text", "address"],
        )
        if len(parsed.entries) > limit:
            click.echo(f"and {len(parsed.entries) - limit} more; --limit shows them")
    click.echo()
    for warning in warnings(trial):
        click.echo(f"warning: {warning}")
    click.echo(f"no feed: {trial.error}" if trial.error else "it works")


def advice(trial: Trial) -> str | None:
    """Return what a person can do about a trial without a feed."""
    error = trial.error or ""
    if trial.parsed:
        return None
    named = [found for found in trial.found if not found.is_guess]
    if trial.found:
        where = f"it offers {named[0].url}; " if named else ""
        return f"{where}`aggregator feeds discover {trial.result.url}` looks for its feeds"
    if error.startswith("AddressRefused"):
        return "networks and ports of your own go into allowed_networks and allowed_ports"
    if error.startswith("TooLarge"):
        return "raise feed_limit in the settings if it is an honest feed"
    if error.startswith("TooSlow"):
        return "try again; request_deadline in the settings gives it more time"
    return _ADVICE.get(trial.result.outcome, "check the address")


_ADVICE: Final = {
    Outcome.LATER: "the server is busy or asks for patience: try again later",
    Outcome.GONE: "the publisher has removed it: discover the feeds of the front page",
    Outcome.BLOCKED: "the publisher does not let programs have it: ask for access, and set contact",
    Outcome.FAILED: "check the address and its http:// or https://, or discover the feeds of the"
    " front page",
}


def warnings(trial: Trial) -> list[str]:
    """Return what is odd about a feed that works."""
    parsed = trial.parsed
    if parsed is None:
        return []
    entries = parsed.entries
    told = [f"defect: {defect}" for defect in parsed.defects]
    if not entries:
        told.append("it has no entries now")
    undated = sum(entry.published is None for entry in entries)
    if undated:
        told.append(f"{_of(undated, entries)} have no usable date: the time of arrival stands in")
    dated = [entry.published for entry in entries if entry.published]
    if dated and max(dated) < trial.result.received_at - OLD_AFTER:
        told.append(f"nothing newer than {to_text(max(dated))}: is it still written?")
    by_text = sum(entry.identity_kind is IdentityKind.CONTENT for entry in entries)
    if by_text:
        told.append(
            f"{_of(by_text, entries)} have neither guid nor address that tells them apart:"
            " an edit makes a new entry"
        )
    without_address = sum(entry.url is None for entry in entries)
    if without_address:
        told.append(f"{_of(without_address, entries)} have no address: no page to fetch")
    silent = sum(_length(entry) == 0 for entry in entries)
    if silent:
        told.append(f"{_of(silent, entries)} have no text: only their pages can give one")
    return told


def _print_feed(trial: Trial, parsed: ParsedFeed) -> None:
    entries = parsed.entries
    _line(
        "feed",
        f"{parsed.title or 'no title'} ({parsed.format}, {parsed.language or 'language unknown'})",
    )
    _line("entries", f"{len(entries)}; {_span(entries)}")
    _line("dates", _counted(entry.published_how.partition(":")[0] for entry in entries))
    _line("known by", parsed.identity_rule or _counted(entry.identity_kind for entry in entries))
    _line("text", _text_in_words(entries))
    for wish in _wishes(trial.result, parsed):
        _line("asks", wish)
    validators = trial.result.validators
    has = [
        name
        for name, value in (("ETag", validators.etag), ("Last-Modified", validators.last_modified))
        if value
    ]
    _line("unchanged", f"told by {' and '.join(has)}" if has else "not told: sent whole each time")
    if parsed.self_url:
        _line("itself", parsed.self_url)
    for hub in parsed.hubs:
        _line("hub", hub)


def _answer(result: FetchResult) -> str:
    kind = plain_line(result.content_type or "no content type", limit=80)
    wall = f", a test for people by {result.bot_wall}" if result.bot_wall else ""
    status = f"{result.status}, {kind}" if result.status else result.outcome.value
    return f"{status}, {len(result.body):,} bytes in {result.took.total_seconds():.1f} s{wall}"


def _moves(trial: Trial) -> list[str]:
    result, parsed = trial.result, trial.parsed
    moves = []
    if result.permanent_url and result.permanent_url != result.url:
        moves.append(f"for good, to {result.permanent_url}: list that address")
    elif result.final_url and result.final_url != result.url:
        moves.append(f"for now, to {result.final_url}")
    if parsed and parsed.new_url and parsed.new_url != trial.address:
        moves.append(f"says the feed, to {parsed.new_url}: try that address")
    return moves


def _wishes(result: FetchResult, parsed: ParsedFeed) -> list[str]:
    wishes = []
    if parsed.ttl:
        wishes.append(f"not to be read again within {written_duration(parsed.ttl)} (the feed)")
    if result.max_age:
        wishes.append(
            f"not to be read again within {written_duration(result.max_age)} (the server)"
        )
    if parsed.skip_hours:
        wishes.append(f"not to be read at {', '.join(map(str, sorted(parsed.skip_hours)))} h UTC")
    if parsed.skip_days:
        wishes.append(f"not to be read on {', '.join(_DAYS[d] for d in sorted(parsed.skip_days))}")
    return wishes


def _row(entry: Entry) -> dict[str, object]:
    return {
        "title": plain_line(entry.title or "(no title)", limit=_TITLE_SHOWN),
        "published": entry.published and to_text(entry.published),
        "how": entry.published_how,
        "known by": entry.identity_kind,
        "text": _length(entry) or "none",
        "address": entry.url or "none",
    }


def _feed_record(parsed: ParsedFeed) -> dict[str, Any]:
    return {
        "format": parsed.format,
        "title": parsed.title,
        "language": parsed.language,
        "defects": list(parsed.defects),
        "ttl_seconds": _seconds(parsed.ttl),
        "skip_hours": sorted(parsed.skip_hours),
        "skip_days": [_DAYS[day] for day in sorted(parsed.skip_days)],
        "self_url": parsed.self_url,
        "new_url": parsed.new_url,
        "hubs": list(parsed.hubs),
        "identity_rule": parsed.identity_rule,
        "entries": [
            {
                "title": entry.title,
                "url": entry.url,
                "published": entry.published and to_text(entry.published),
                "published_how": entry.published_how,
                "updated": entry.updated and to_text(entry.updated),
                "identity": entry.identity,
                "identity_kind": entry.identity_kind,
                "authors": list(entry.authors),
                "language": entry.language,
                "characters": _length(entry),
            }
            for entry in parsed.entries
        ],
    }


def _text_in_words(entries: tuple[Entry, ...]) -> str:
    lengths = [_length(entry) for entry in entries]
    typical = median(lengths) if lengths else 0
    what = "full texts" if typical >= FULL_TEXT_LENGTH else "summaries"
    return f"{what}, typically {typical:,.0f} characters" if typical else "none"


def _length(entry: Entry) -> int:
    return len(text_of_html(max(entry.content, entry.summary, key=len)))


def _counted(words: Iterable[str]) -> str:
    return ", ".join(f"{count} {word}" for word, count in Counter(words).most_common())


def _span(entries: tuple[Entry, ...]) -> str:
    dated = sorted(entry.published for entry in entries if entry.published)
    return f"{to_text(dated[0])} to {to_text(dated[-1])}" if dated else "none dated"


def _newest(entries: tuple[Entry, ...]) -> str | None:
    return max((to_text(entry.published) for entry in entries if entry.published), default=None)


def _of(count: int, entries: tuple[Entry, ...]) -> str:
    return f"{count} of {len(entries)} entries"


def _seconds(span: timedelta | None) -> float | None:
    return span.total_seconds() if span is not None else None


def _line(label: str, text: str) -> None:
    click.echo(f"{label:{_LABEL_WIDTH}}{text}")
