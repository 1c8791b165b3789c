"""A bulletin as a notification of an ntfy server (https://docs.ntfy.sh/publish/)."""

import base64
from typing import Final

from aggregator.config.alert_rules import PushTopic
from aggregator.model import Message
from aggregator.publish.alerts.bulletin import Bulletin, BulletinKind
from aggregator.publish.alerts.wording import news_in_words, title_of
from aggregator.text.clean import plain_line

_BODY_LIMIT: Final = 4000
"""Bytes; ntfy makes a file of what is longer than 4,096."""

_TITLE_LIMIT: Final = 200


def push_message(bulletin: Bulletin, topic: PushTopic, token: str | None, base_url: str) -> Message:
    """Return what is posted to the topic; `base_url` is clicked where there is no one story."""
    single = bulletin.stories[0] if bulletin.kind is BulletinKind.ALERT else None
    title = title_of(bulletin) if single else f"{bulletin.name}: {bulletin.note}"
    headers = [
        ("Title", header_text(plain_line(title, limit=_TITLE_LIMIT))),
        ("Priority", str(topic.priority)),
        ("Click", single.url if single else base_url),
        ("Idempotency-Key", bulletin.key),
    ]
    if topic.tags:
        headers.append(("Tags", ",".join(topic.tags)))
    if token is not None:
        headers.append(("Authorization", f"Bearer {token}"))
    return Message(_body(bulletin), "text/plain; charset=utf-8", tuple(headers))


def _body(bulletin: Bulletin) -> bytes:
    if bulletin.kind is BulletinKind.ALERT:
        story = bulletin.stories[0]
        lines = [news_in_words(story.news), story.coverage, story.summary]
    else:
        lines = [bulletin.note, *(f"- {story.headline}" for story in bulletin.stories)]
    text = "\n".join(filter(None, lines)).encode()
    if len(text) <= _BODY_LIMIT:
        return text
    return (
        text[:_BODY_LIMIT].decode("utf-8", "ignore").rpartition("\n")[0].encode() + "\n…".encode()
    )


def header_text(text: str) -> str:
    """Return a line as the value of a header, which is ASCII: as RFC 2047 writes other letters."""
    if text.isascii() and text.isprintable() and "=?" not in text:
        return text
    # One encoded word, since ntfy reads headers of any length.
    return f"=?UTF-8?B?{base64.b64encode(text.encode()).decode('ascii')}?="
