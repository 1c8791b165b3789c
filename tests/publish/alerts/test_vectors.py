"""What strangers write, in everything that an alert or a digest sends."""

import json
from collections.abc import Iterator
from dataclasses import replace
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.policy import SMTP, default

import pytest
from bs4 import BeautifulSoup

from aggregator.config.alert_rules import PushTopic
from aggregator.model import HttpUrl, News, NewsKind, PlainText, Report
from aggregator.publish.alerts.bulletin import Bulletin, alert, digest, to_json, told_story
from aggregator.publish.alerts.mail import mail_of
from aggregator.publish.alerts.matching import MaterialChange
from aggregator.publish.alerts.push import push_message
from aggregator.text.tame import ALLOWED_TAGS
from tests.publish.alerts.telling import NOW, PAGE, change, report
from tests.vectors import ADDRESSES, MARKUP, PRETENDING

KEY = "0123456789abcdef0123456789abcdef"
TOPIC = PushTopic(HttpUrl("https://ntfy.example/ossian"), None, 4, ("ship",))
STRUCTURE = {"html", "head", "meta", "title", "body"}
INVISIBLE = frozenset(map(chr, [*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200B, 0x1B, 0]))
ENCODED_BREAKS = [
    "=?utf-8?q?a=0D=0ABcc:_c@example.org?=",
    "=?utf-8?b?YQ0KQmNjOiBjQGV4YW1wbGUub3Jn?=",
]
TEXTS = [*MARKUP, *PRETENDING, *ENCODED_BREAKS, "Ferry\r\nBcc: c@example.org\r\n\r\n<script>"]


def hostile_report(text: str, address: str) -> Report:
    return replace(
        report(1, title=text), url=HttpUrl(address), source_name=PlainText(text),
        source_kind=text, country=text, language=text,
    )  # fmt: skip


def hostile_change(text: str, address: str) -> MaterialChange:
    """Return a change of a story in which everything is what a stranger wants it to be."""
    news = (News(NewsKind.FIGURE, PlainText(text)), News(NewsKind.PLACE, PlainText(text)))
    changed = change(
        reports=(hostile_report(text, address), report(2)), headline=text, summary=text,
        language=text, news=news, places=(PlainText(text),),
    )  # fmt: skip
    return replace(changed, story=replace(changed.story, conflicts=(PlainText(text),)))


def bulletins(text: str, address: str) -> Iterator[Bulletin]:
    told = told_story(hostile_change(text, address), PAGE)
    yield alert("Port Ossian", KEY, NOW, told)
    yield digest("Each morning", KEY, NOW, [told, told])


def mail(of: Bulletin) -> bytes:
    made = mail_of(
        of, sender="desk@example.org", recipients=("a@example.org",), title=of.name,
        installation="an-id",
    )  # fmt: skip
    return made.as_bytes(policy=SMTP)


def read(raw: bytes) -> EmailMessage:
    parsed = message_from_bytes(raw, policy=default)
    assert isinstance(parsed, EmailMessage)
    return parsed


HARMLESS = {each.kind: read(mail(each)).keys() for each in bulletins("Ferry", PAGE)}


def assert_visible(text: str) -> None:
    assert not INVISIBLE & set(text)


def assert_plain_page(page: str) -> None:
    """Assert that a page has no element, attribute or address but those that we write."""
    for parser in ("lxml", "html.parser"):
        for element in BeautifulSoup(page, parser).find_all(True):
            assert element.name in ALLOWED_TAGS | STRUCTURE, page
            assert set(element.attrs) <= {"href", "rel", "lang", "dir", "charset"}, page
            assert str(element.get("href", PAGE)).startswith("https://"), page


def check_mail(of: Bulletin) -> None:
    raw = mail(of)
    head = raw.partition(b"\r\n\r\n")[0]
    lines = [line for line in head.split(b"\r\n") if not line.startswith((b" ", b"\t"))]
    assert [line.partition(b":")[0].decode() for line in lines] == HARMLESS[of.kind]
    parsed = read(raw)
    assert parsed.keys() == HARMLESS[of.kind]
    assert not parsed.defects
    for value in map(str, parsed.values()):
        assert value.isprintable(), value
    plain, page = (parsed.get_body((kind,)) for kind in ("plain", "html"))
    assert plain is not None
    assert page is not None
    assert plain.get_content_type() == "text/plain"
    assert_visible(plain.get_content())
    assert_visible(page.get_content())
    assert_plain_page(page.get_content())


def check_push(of: Bulletin) -> None:
    message = push_message(of, TOPIC, None, "https://news.example.org/")
    names = [name for name, _ in message.headers]
    assert names == ["Title", "Priority", "Click", "Idempotency-Key", "Tags"]
    for _, value in message.headers:
        assert value.isascii()
        assert value.isprintable()
    headers = dict(message.headers)
    title = str(make_header(decode_header(headers["Title"])))
    assert title.isprintable()
    assert headers["Click"].startswith("https://news.example.org/")
    assert message.content_type == "text/plain; charset=utf-8"
    assert_visible(message.body.decode())


def check_json(of: Bulletin) -> None:
    said = json.loads(to_json(of))
    assert_visible(json.dumps(said, ensure_ascii=False))
    for story in said["stories"]:
        for one in (story["headline"], *story["places"], *story["conflicts"]):
            assert one.isprintable()
        for listed in story["reports"]:
            assert listed["url"] == "" or listed["url"].startswith(("https://", "http://"))


@pytest.mark.parametrize("share", range(4))
def test_c11_c17_no_text_does_anything_in_an_alert_or_a_digest(share: int) -> None:
    for text in TEXTS[share::4]:
        for told in bulletins(text, PAGE):
            check_mail(told)
            check_push(told)
            check_json(told)


def test_c12_ghsa_44pq_9929_f8mq_no_alert_or_digest_links_to_anything_but_the_web() -> None:
    for address in ADDRESSES:
        for told in bulletins("Ferry", address):
            check_mail(told)
            check_push(told)
            check_json(told)
            assert not any(listed.url for story in told.stories for listed in story.reports[:1]
                           if listed.title == "Ferry")  # fmt: skip
