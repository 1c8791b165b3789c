"""What each table and column means: the source of docs/schema.md and of Datasette's captions.

A list of lists in prose; long because the schema is, and never more than a look-up.
"""

from dataclasses import dataclass
from typing import Final

from aggregator.store.views import VIEWS


@dataclass(frozen=True, slots=True)
class TableDescription:
    """One table: what a row is, and what each column holds."""

    text: str
    columns: dict[str, str]


_PUBLISHED: Final = {
    "published_at": "when the publisher says it appeared (UTC), empty when it does not say",
    "published_how": "where that time was found, or why there is none",
}

_IMAGE_DETAILS: Final = (
    "JSON object with what is declared of the picture: media_type, width, height (in pixels), bytes"
    " (the size of its file); empty where nothing is"
)

TABLES: Final[dict[str, TableDescription]] = {
    "installation": TableDescription(
        "One row that names this database file.",
        {
            "id": "random identifier, part of the id of every published story",
            "created_at": "when the file was made (UTC)",
            "languages": "JSON list of the languages in which headlines of stories are wanted, the"
            " dearest first; empty for no preference",
        },
    ),
    "feeds": TableDescription(
        "The feeds of feeds.yaml, with what earlier polls left; a removed feed keeps its row.",
        {
            "id": "short name, as in feeds.yaml",
            "name": "the outlet, as readers see it",
            "url": "the address that is polled",
            "homepage": "the outlet's front page",
            "language": "ISO 639-1 code of its texts",
            "country": "ISO 3166-1 code of the publisher's seat",
            "kind": "who speaks: wire, newspaper, state media, government, ngo, thinktank or blog",
            "tags": "JSON list of the user's tags",
            "fulltext": "0: its article pages are not fetched, the feed's own text stands in",
            "revisit": "1: its article pages are looked at again for edits",
            "interval_seconds": "the user's own poll interval, else the rhythm adapts",
            "listed": "1 while the feed stands in feeds.yaml",
            "added_at": "when it was first seen there (UTC)",
            "title": "what the feed calls itself",
            "format": "rss20, atom10, rdf, json and so on",
            "defects": "JSON list of what a strict reader would refuse it for",
            "etag": "the server's validator, sent back byte for byte",
            "last_modified": "the server's other validator, likewise",
            "body_hash": "SHA-256 of the last body, so that the same bytes are not parsed twice",
            "last_polled_at": "when it was last asked (UTC)",
            "last_success_at": "when it last answered with a feed or with 'unchanged' (UTC)",
            "last_new_entry_at": "when it last brought something new (UTC)",
            "last_outcome": "fresh, unchanged, later, gone, blocked or failed",
            "last_error": "why the last poll brought nothing, in one line",
            "failures": "polls in a row that failed",
            "failing_since": "when the first of those was (UTC)",
            "paused": "1: the server said it is gone for good; not asked until it is resumed",
            "moved_to": "where its permanent redirects lead",
            "moved_since": "since when they lead there (UTC)",
            "moved_polls": "how many polls in a row were led there",
            "current_url": "the address asked instead of `url`, once a move has proved to last",
            "announced_url": "where the feed itself says that it has moved (itunes:new-feed-url)",
            "self_url": "what the feed calls its own address (atom:link rel=self)",
            "hubs": "JSON list of the WebSub hubs that it names",
            "ttl_seconds": "the longest wait that its document asks for",
            "skip_hours": "JSON list of the hours (UTC) in which it asks not to be read",
            "skip_days": "JSON list of such days, 0 is Monday",
            "rhythm": "JSON: how often it publishes, by hour and weekday; counts that fade",
            "last_body_at": "when it last sent a whole document (UTC)",
            "unchanged_polls": "answers 'unchanged' since then",
            "distrusted_since": "since when its 304 answers are known to be wrong (UTC)",
            "identify_by": "guid, or link once its guids have proved to change",
            "identity_rule": "by what its entries are known again, in words",
            "guid_changes": "polls in which known items came under new guids",
            "entry_count": "entries in its last document",
            "undated_count": "of those, without a date",
            "newest_entry_at": "the latest date in its last document (UTC)",
            "next_due_at": "when it is next asked (UTC)",
            "next_due_reason": "why then",
        },
    ),
    "feed_conditions": TableDescription(
        "What is wrong with a feed at the moment, a row for each condition; none when it is well.",
        {
            "feed_id": "the feed",
            "condition": "gone, blocked, not a feed, silent, pages changed and so on",
            "severity": "0 is worst",
            "since": "when it was first found so (UTC)",
            "detail": "what exactly",
            "remedy": "what can be done about it",
        },
    ),
    "polls": TableDescription(
        "Every request for a feed but those answered 'unchanged', which feeds.unchanged_polls"
        " counts.",
        {
            "id": "number of the poll",
            "feed_id": "the feed",
            "polled_at": "when (UTC)",
            "outcome": "fresh, later, gone, blocked or failed",
            "status": "HTTP status, empty when there was no answer",
            "took_ms": "milliseconds from the request to the last byte",
            "bytes": "size of the body after decompression",
            "entries_seen": "entries in the document",
            "entries_new": "of those, never seen before",
            "entries_changed": "of those, edited by the feed since",
            "error": "why it failed, in one line",
        },
    ),
    "entries": TableDescription(
        "Each item of each feed, once, as the feed gives it.",
        {
            "id": "number of the entry",
            "feed_id": "the feed it came in",
            "identity": "by what it is known again in later polls",
            "identity_kind": "guid, link or content",
            "article_id": "the article it points to; entries of several feeds may share one",
            "url": "address of the page",
            "title": "headline in the feed",
            "summary": "summary in the feed, cleaned HTML",
            "content": "full text in the feed, cleaned HTML",
            "authors": "JSON list of names",
            "categories": "JSON list",
            **_PUBLISHED,
            "language": "ISO 639-1 code, where the entry or its feed declares one",
            "image": "address of a picture",
            "image_details": _IMAGE_DETAILS,
            "first_seen_at": "when we first saw it (UTC)",
            "content_hash": "SHA-256 of what would make it an edited entry",
            "revision": "1, and one more for each edit by the feed",
            "archived_id": "the answer in archived_responses that brought it as it is, if kept",
        },
    ),
    "entry_versions": TableDescription(
        "What an entry said before its feed edited it.",
        {
            "entry_id": "the entry",
            "number": "1 for what it said first",
            "replaced_at": "when the feed was first seen to say something else (UTC)",
            "url": "its address then",
            "title": "its title then",
            "summary": "its summary then",
            "content": "its text then, where the feed gave one",
            "archived_id": "the answer in archived_responses that brought this, if kept",
        },
    ),
    "archived_responses": TableDescription(
        "Answers of servers that are kept byte for byte in WARC files beside the database.",
        {
            "id": "number of the answer; never given to another",
            "feed_id": "the feed that was polled, or that brought the article",
            "article_id": "the article whose page it is, empty for a feed",
            "version": "the version of the article that it gave or confirmed, empty for none",
            "url": "the address that answered",
            "asked_url": "the address that was asked for, another where redirects led on",
            "fetched_at": "when it came (UTC)",
            "status": "HTTP status, empty for what a hub pushed",
            "content_type": "as the server calls it",
            "payload_digest": "SHA-256 of the body without content coding, in hexadecimal digits",
            "payload_bytes": "size of that body",
            "record_type": "response; revisit where the same body stands in its file already;"
            " resource for what a hub pushed",
            "record_id": "WARC-Record-ID",
            "file": "name of the WARC file, in the folder beside the database",
            "offset": "where its record begins there, in bytes",
            "length": "how long that is, compressed",
            "payload_offset": "where the record begins that has the body: itself, or of a revisit"
            " another in the same file",
        },
    ),
    "articles": TableDescription(
        "Each page once: its text, who wrote it when, and where that was found.",
        {
            "id": "number of the article",
            "page_key": "what all addresses of this page have in common",
            "feed_id": "the feed that brought it first",
            "url": "address of the page",
            "source": "the publisher's domain; reports of one source are not independent",
            "site": "the publisher's name as the page gives it",
            "title": "headline",
            "body": "text, paragraphs separated by blank lines",
            "authors": "JSON list of names",
            **_PUBLISHED,
            "updated_at": "when the publisher says it was last changed (UTC), empty when never",
            "updated_how": "where that time was found, or why there is none",
            "language": "ISO 639-1 code of the text",
            "image": "address of the lead picture",
            "image_details": _IMAGE_DETAILS,
            "canonical_url": "the address that the page calls its own",
            "verdict": "what kind of page: article, live blog, paywall, ...; empty until scraped",
            "body_source": "page, feed or none",
            "body_reason": "why the text is not the page's own",
            "page_digest": "of the text on its page, to find it on other pages of the site",
            "first_seen_at": "when the first entry for it came in (UTC)",
            "scraped_at": "when its page was last asked for, or given up (UTC)",
            "scrape_due_at": "when its page is to be fetched (UTC), empty when nothing is to do",
            "scrape_attempts": "fetches of the page that have failed so far",
            "version": "number of the newest text in article_versions",
            "grouped": "1 once it is in a story",
        },
    ),
    "article_versions": TableDescription(
        "Every text that an article has had; what was edited is still here.",
        {
            "id": "number of the row",
            "article_id": "the article",
            "number": "1 for the first text",
            "seen_at": "when we first saw this text (UTC)",
            "title": "headline of this version",
            "body": "text of this version",
            "body_source": "page, feed or none",
            "changes": "JSON: what differs from the version before, word by word; empty where it is"
            " no edit. headline and each of paragraphs are lists of pairs: a sign (= kept,"
            " - removed, + added) and a text. counts, figures and corrections stand beside them",
            "summary": "the same in one line, or why there is another text",
        },
    ),
    "revisits": TableDescription(
        "When the page of an article is looked at again, and what the last look found.",
        {
            "article_id": "the article",
            "source": "the publisher's domain: one page of it at a time",
            "due_at": "when it is looked at next (UTC), empty when it is not any more",
            "looks": "how often it was looked at again",
            "looked_at": "when it was last asked for (UTC)",
            "found": "first text, unchanged, same text, edited, less than before, gone, blocked or"
            " failed",
            "etag": "the page's validator, sent back byte for byte",
            "last_modified": "its other validator, likewise",
        },
    ),
    "page_trends": TableDescription(
        "What the pages of a site in a feed usually give, and what they have stopped giving.",
        {
            "feed_id": "the feed",
            "host": "the site, without www.",
            "pages": "new pages that were read or refused",
            "defeats": "of those, too much for the extractor",
            "counted_at": "when the last of them was (UTC)",
            "usual": "JSON: faded shares of pages with each part, the usual length of a text in"
            " characters, and shares of the verdicts; the latest pages are not in it yet",
            "latest": "JSON list of what the latest pages gave",
            "degraded": "JSON list of what they have stopped giving, since when, with an example;"
            " certain once it has lasted for an hour",
        },
    ),
    "stories": TableDescription(
        "One event each: what reports the same event.",
        {
            "id": "number of the story; never given to another",
            "opened_by": "the article that opened it",
            "headline": "headline of the report that speaks for it",
            "headline_article_id": "that report",
            "headline_reason": "why that report, in words that follow `it`; empty until the story"
            " next changes",
            "summary": "the beginning of that report's text",
            "language": "language of the headline",
            "opened_at": "when the story was opened here (UTC)",
            "first_report_at": "time of its earliest report (UTC)",
            "last_report_at": "time of its newest report (UTC)",
            "changed_at": "last material change (UTC); what that was stands in story_changes.news",
            "article_count": "reports, copies included",
            "origin_count": "independent origins: copies, citations and reports of one publisher"
            " count once",
            "source_count": "publishers",
            "languages": "JSON list",
            "countries": "JSON list of the publishers' countries",
            "kinds": "JSON list of the publishers' kinds",
            "conflicts": "JSON list of the names of the conflicts it belongs to",
            "image": "address of a picture, that of the headline's report where it has one",
            "image_details": _IMAGE_DETAILS,
            "places": "JSON list of the places of conflicts that its reports name, most named"
            " first; up to date with the last material change",
            "prominence": "in what order stories lead: hours from 1970 to its newest independent"
            " report, and hours for how many independent origins it has; compared with each other,"
            " never with the clock",
            "report_times": "JSON list of pairs: quarter hours from its first report, and how many"
            " reports appeared in that one",
            "merged_into": "the current story that took it over, empty while it is one itself; what"
            " stands beside it is then as it was in the end",
        },
    ),
    "story_members": TableDescription(
        "Which article is in which story, and why; in the order of joining.",
        {
            "id": "number, ascending with the order in which articles were grouped",
            "story_id": "the story",
            "article_id": "the article",
            "copy_of": "the article whose text this one repeats, empty for an own report",
            "score": "how sure the grouper was, 0 to 1",
            "explanation": "JSON: threshold, shared terms, similarities, runner-up; with revised:"
            " why it was moved later, by the program or by the user",
            "joined_at": "when it was grouped (UTC)",
            "moved_at": "when it came from another story (UTC), empty when it never did",
            "origin_id": "the article that stands for its origin, itself for an origin of its own;"
            " empty until its story next changes where an earlier version of the program put it",
            "dependence": "own report, copy, largely copied, credit, citation or same publisher",
            "origin_reason": "the same in words that follow 'it'",
            "shared": "how much of its text one article of the story has printed before, 0 to 1",
            "shared_with": "that article",
        },
    ),
    "article_wordings": TableDescription(
        "What tells whether an article of a story depends on another: read from its text.",
        {
            "article_id": "the article",
            "source": "its publisher, as in articles",
            "version": "the version of the article that was read",
            "words": "length of the text in words",
            "shingles": "a sample of its five-word sequences: hashes of 32 bits, little-endian,"
            " ascending",
            "credits": "JSON list of the publishers that it credits or cites",
            "own_reporting": "1 when it tells of reporting of its own",
        },
    ),
    "story_changes": TableDescription(
        "The history of each story: opened, added to, merged, split. A report that moves stands in"
        " that of both stories.",
        {
            "id": "number of the change",
            "story_id": "the story",
            "kind": "open, add, merge or split; headline or conflict, where that changed",
            "article_id": "the article that came, or went",
            "material": "1 when subscribers should hear of it, 0 for one more copy",
            "changed_at": "when (UTC)",
            "news": "JSON list of what is news in it, each with its kind and what exactly",
        },
    ),
    "story_rulings": TableDescription(
        "What the user has ruled with `aggregator story merge` and `split`, and what of it was"
        " taken back with `release`.",
        {
            "id": "number of the ruling",
            "kind": "together: stories became one; apart: articles were parted from a story;"
            " released: earlier rulings on articles hold no more",
            "story_id": "the story that was kept, or where the articles were",
            "ruled_at": "when (UTC)",
        },
    ),
    "ruled_articles": TableDescription(
        "The articles of each ruling. The newest about an article counts: unless that released it,"
        " the program never moves it.",
        {
            "ruling_id": "the ruling",
            "article_id": "the article",
            "story_id": "where the ruling put or left it",
        },
    ),
    "story_links": TableDescription(
        "Stories that take up again an earlier one, which had ended: a trial, an inquiry.",
        {
            "story_id": "the later story",
            "earlier_story_id": "the one that it follows",
            "score": "how sure that is, 0 to 1",
            "reason": "why",
        },
    ),
    "conflicts": TableDescription(
        "What the user follows, from feeds.yaml.",
        {
            "id": "short name",
            "name": "name for readers",
            "listed": "1 while it stands in feeds.yaml",
            "keywords": "JSON list of the phrases of which one is enough",
            "places": "JSON list of the places that need company, such as words of war",
            "parties": "JSON list of the parties that need more company than places",
            "located_by": "digest of its places and the gazetteer in which they were looked up",
        },
    ),
    "located_places": TableDescription(
        "Where the places of conflicts are that are settlements, or that the user has placed.",
        {
            "conflict_id": "the conflict",
            "place": "the place as feeds.yaml spells it",
            "latitude": "degrees north of the equator (WGS 84)",
            "longitude": "degrees east of Greenwich",
            "name": "what the gazetteer calls it, else the place",
            "country": "ISO 3166-1 code of its country there; empty where the user placed it",
            "geonames_id": "its number in GeoNames (https://www.geonames.org)",
        },
    ),
    "article_conflicts": TableDescription(
        "Which conflicts an article belongs to.",
        {
            "article_id": "the article",
            "conflict_id": "the conflict",
            "score": "strength of the match",
            "terms": "JSON list of the words that matched",
            "places": "JSON list of those that are places of the conflict",
        },
    ),
    "story_conflicts": TableDescription(
        "Which conflicts a story belongs to: those of its articles.",
        {
            "story_id": "the story",
            "conflict_id": "the conflict",
            "article_count": "how many of its articles match",
        },
    ),
    "story_facets": TableDescription(
        "By what a current story can be found: its languages, and the countries and kinds of its"
        " outlets.",
        {
            "facet": "language, country or kind",
            "value": "one of those that stand in the story's lists",
            "story_id": "the story",
        },
    ),
    "story_places": TableDescription(
        "Which stories name a place of a conflict, to find them by it.",
        {
            "place_key": "the place by its sound, so that its spellings meet",
            "story_id": "the story",
        },
    ),
    "saved_filters": TableDescription(
        "Feeds that the user has named in feeds.yaml, each with what it is to have.",
        {
            "name": "short name, part of the feed's address",
            "title": "name for readers",
            "query": "the same as the part of an address behind ?",
            "listed": "1 while it stands in feeds.yaml",
        },
    ),
    "set_aside": TableDescription(
        "Records on which the program failed unexpectedly; each is tried again, ever later.",
        {
            "stage": "poll, parse, entry, scrape, revisit, group, publish, count or places",
            "record": "id of the feed (with the item) or article",
            "failures": "times it has failed",
            "first_failed_at": "first time (UTC)",
            "retry_at": "when it is tried again (UTC)",
            "error": "the exception",
        },
    ),
    "troubles": TableDescription(
        "What is wrong with the daemon as a whole; a trouble that is over is gone.",
        {
            "name": "what kind of trouble, such as `disk full`",
            "since": "first told (UTC)",
            "detail": "what was seen",
            "remedy": "what to do",
        },
    ),
    "daemon": TableDescription(
        "How the daemon is, one row that it writes every half minute.",
        {
            "id": "always 1",
            "pid": "its process",
            "version": "which version of the program it is",
            "sqlite_version": "which version of SQLite it writes with",
            "started_at": "when it began (UTC)",
            "beat_at": "when it wrote this row (UTC); what is long ago is a daemon that has ended",
            "tick_seconds": "how often it looks what is to do",
            "stopped_at": "when it ended (UTC); `poll` takes the last beat for one that was killed",
            "memory_bytes": "its resident memory, empty where the system does not tell",
            "threads": "its threads",
            "open_files": "its open files and sockets, empty where the system does not tell",
            "database_bytes": "size of the database file",
            "database_free_bytes": "of that, what is free for what comes next",
            "log_bytes": "size of the write-ahead log beside it",
            "disk_free_bytes": "room left on the disk",
        },
    ),
    "daemon_stages": TableDescription(
        "What waits for each stage of the daemon's work, and when it last did any.",
        {
            "stage": "poll, scrape, revisit, group or alert",
            "pending": "what was due and waited, without what is set aside; at most 10,000",
            "waiting_since": "when the first of that was due (UTC)",
            "under_way": "units of work begun: hosts to poll, pages to read",
            "ended_at": "when it last ended one (UTC)",
        },
    ),
    "forgotten_stories": TableDescription(
        "Stories that were forgotten as `keep` in feeds.yaml says; their numbers are never given"
        " again.",
        {
            "story_id": "number of the story",
            "articles": "how many reports went with it; 0 for one that had ended in another",
            "last_report_at": "time of its newest report (UTC)",
            "forgotten_at": "when it was forgotten (UTC)",
        },
    ),
    "forgotten_articles": TableDescription(
        "The reports of forgotten stories; their numbers are never given again.",
        {"article_id": "number of the article", "story_id": "the story with which it went"},
    ),
    "forgotten_entries": TableDescription(
        "By what a feed's items of forgotten articles are known again: a feed that still lists"
        " them does not bring them back. Gone a year after the feed last listed them.",
        {
            "feed_id": "the feed",
            "identity": "as in entries",
            "content_hash": "as in entries",
            "same_page": "digest of address, headline and date, to know it under another identity;"
            " empty where it had no address or no headline",
            "forgotten_at": "when it was forgotten (UTC)",
            "listed_at": "when the feed was last seen to list it, to the month (UTC); before that,"
            " when it was forgotten",
        },
    ),
    "subscriptions": TableDescription(
        "Feeds whose hub is asked to push (WebSub): one for a feed, and those that are ended.",
        {
            "feed_id": "the feed",
            "topic": "the address under which the hub knows the feed",
            "hub": "the hub's address",
            "state": "wanted, requested, active, denied, failed or leaving",
            "callback": "fingerprint of the address that the hub was given, empty before that",
            "awaits": "1 while a request waits for the hub to verify it",
            "requested_at": "when the hub was last asked (UTC)",
            "verified_at": "when it last verified a request (UTC)",
            "lease_ends_at": "until when it has promised to push (UTC)",
            "last_push_at": "when it last pushed with a right signature (UTC)",
            "doubted_at": "since when it has to push anew before polling slows down (UTC)",
            "pushes": "pushes with a right signature that were news",
            "bad_signatures": "pushes that were ignored for a wrong or missing signature",
            "failures": "requests in a row that failed, were denied or not verified",
            "last_error": "why the last request came to nothing, in one line",
            "next_request_at": "when the next step is due (UTC)",
        },
    ),
    "push_receipts": TableDescription(
        "What hubs have pushed last, so that a repeated push changes nothing.",
        {
            "feed_id": "the feed",
            "digest": "SHA-256 of the body",
            "received_at": "when it came (UTC)",
        },
    ),
    "push_service": TableDescription(
        "One row: whether this installation can be reached by hubs.",
        {
            "id": "always 1",
            "state": "on, off or unusable",
            "detail": "why it is not on",
            "changed_at": "since when (UTC)",
        },
    ),
    "counted_days": TableDescription(
        "Each day (UTC) of which there is something to count, and whether its counts hold.",
        {
            "day": "the day, such as 2026-03-01",
            "is_stale": "1 when something has changed since it was counted: it is counted again",
            "counted_at": "when it was last counted (UTC), empty when it never was; a day that was"
            " going on then has its counts so far",
            "has_articles": "0 once articles or edits of that day were forgotten: what was counted"
            " of them before stands",
            "has_polls": "the same of its polls",
        },
    ),
    "daily_counts": TableDescription(
        "What each day (UTC) brought, by conflict and language; without a row, it brought nothing.",
        {
            "conflict_id": "the conflict, * for all articles, those of no conflict too",
            "language": "ISO 639-1 code of the articles, und where it is not known, * for all",
            "day": "the day on which we first saw the articles; of edits and polls, their own day",
            "articles": "articles first seen that day",
            "stories": "stories in which they are now",
            "new_stories": "of those, opened by one of them",
            "origins": "of the articles, the independent ones: they repeat and cite no other",
            "copies": "of the articles, those that repeat the text of another",
            "sources": "sites from which they came",
            "languages": "languages in which they are",
            "conflicts": "followed conflicts that they are about",
            "edits": "edits seen that day, of whatever article",
            "polls": "requests for feeds but those answered 'unchanged'; only in the row for all",
        },
    ),
    "alert_rules": TableDescription(
        "The alerts and digests of feeds.yaml, with how far the changes of stories are decided.",
        {
            "name": "its name, as in feeds.yaml",
            "kind": "alert or digest",
            "first_seen_at": "when it was first seen there (UTC); nothing older is told",
            "decided_change": "the last row of story_changes that has been decided",
            "next_due_at": "when a digest is made next (UTC)",
        },
    ),
    "alert_deliveries": TableDescription(
        "Messages of alerts and digests: one for each alert, channel, story and material change.",
        {
            "id": "number in the order of decisions",
            "rule": "name of the alert or digest",
            "channel": "webhook, email, push or file",
            "kind": "alert, folded (many that exceeded the limit of an hour, in one) or digest",
            "story_id": "the story that an alert tells",
            "change_id": "the last of the changes that an alert tells",
            "key": "the same in each repetition: webhook-id and Message-ID",
            "content": "JSON: the message as a webhook gets it",
            "state": "pending, sent, failed (given up after a day), held (the limit of an hour was"
            " reached), folded (told in another message) or withdrawn (the alert or its channel"
            " has gone from feeds.yaml)",
            "decided_at": "when it was decided (UTC)",
            "attempts": "times it was begun to be sent",
            "next_attempt_at": "when it is sent or tried again (UTC)",
            "last_error": "why the last attempt came to nothing, in one line",
            "finished_at": "when it was taken, given up, folded or withdrawn (UTC)",
            "folded_into": "the message that tells what was held back",
        },
    ),
    "hub_notices": TableDescription(
        "What the WebSub hub of the settings was told: the feeds of ours that it knows.",
        {
            "feed": "the address of the feed below the site's, without the ending of a format",
            "state": "fingerprint of its first page as the hub was told of it",
            "told_at": "when that was (UTC)",
        },
    ),
}


def reference() -> str:
    """Return docs/schema.md: every table, column and view, in Markdown."""
    parts = [
        "# The database\n",
        (
            "One SQLite file in WAL mode, made to be read: by Datasette, by `sqlite3`, by your own"
            " programs. Open it read-only (`mode=ro`); this program is the only writer. Tables and"
            " views change only by migration. Times are UTC, ISO 8601, so they sort as text; lists"
            " are JSON. `articles_fts` and `stories_fts` are FTS5 indexes over headline and"
            " text.\n"
        ),
        "This page is generated: `python -m aggregator.store.description > docs/schema.md`.\n",
        "## Tables\n",
    ]
    for name, table in TABLES.items():
        rows = "\n".join(f"| `{column}` | {text} |" for column, text in table.columns.items())
        parts.append(f"### {name}\n\n{table.text}\n\n| column | meaning |\n| --- | --- |\n{rows}\n")
    parts.append("## Views\n")
    parts.append("| view | what it shows |\n| --- | --- |")
    parts.extend(f"| `{name}` | {text} |" for name, (text, _) in VIEWS.items())
    return "\n".join(parts) + "\n"


if __name__ == "__main__":
    print(reference(), end="")  # noqa: T201 -- the page is this module's output
