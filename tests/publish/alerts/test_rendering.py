"""How bulletins look as JSON, mail and push, also when their text is hostile."""

import base64
import hmac
import re
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes
from email.header import decode_header
from email.message import EmailMessage
from email.policy import SMTP, default
from hashlib import sha256

import pytest

from aggregator.config.alert_rules import PushTopic
from aggregator.model import HttpUrl
from aggregator.publish.alerts.bulletin import (
    LISTED_REPORTS,
    LISTED_STORIES,
    Bulletin,
    digest,
    folded_alerts,
    from_json,
    to_json,
    told_story,
    trial,
)
from aggregator.publish.alerts.mail import mail_of
from aggregator.publish.alerts.push import push_message
from aggregator.publish.alerts.retry import GIVEN_UP_AFTER, is_given_up, wait_before
from aggregator.publish.alerts.webhook import secret_bytes, signature, webhook_message
from aggregator.publish.alerts.wording import as_text
from tests.publish.alerts.telling import HOSTILE, NOW, PAGE, bulletin, change, report

TOPIC = PushTopic(HttpUrl("https://ntfy.example/ossian"), None, 4, ("ship", "warning"))


def mail(of: Bulletin) -> EmailMessage:
    return mail_of(
        of,
        sender="desk@example.org",
        recipients=("a@example.org", "b@example.org"),
        title="Lorn watch — новости",
        installation="an-id",
    )


def read_back(of: Bulletin) -> EmailMessage:
    parsed = message_from_bytes(mail(of).as_bytes(policy=SMTP), policy=default)
    assert isinstance(parsed, EmailMessage)
    return parsed


def test_a_bulletin_survives_being_stored() -> None:
    for one in (bulletin(), bulletin(HOSTILE), trial("A", "k", NOW)):
        assert from_json(to_json(one)) == one


def test_a_story_lists_some_reports_and_says_who_was_first() -> None:
    reports = [report(n, minutes=n) for n in range(1, 31)]
    told = told_story(change(reports=reports), PAGE)
    assert len(told.reports) == LISTED_REPORTS
    assert "30 outlets, 30 independent origins; first by Outlet 30" in told.coverage


def test_what_was_held_back_is_one_line_with_each_story_once() -> None:
    first = told_story(change(), PAGE)
    other = replace(first, id=8, headline="Barge aground")
    later = replace(first, headline="Ferry freed")
    folded = folded_alerts("A", "k", NOW, [first, other, later], 30)
    assert folded.note == (
        "3 more changes of 2 stories, held back since 30 messages had been sent within an hour,"
        " or waited to be"
    )
    assert sorted(story.headline for story in folded.stories) == ["Barge aground", "Ferry freed"]


def test_a_long_digest_counts_what_it_does_not_list() -> None:
    stories = [replace(told_story(change(), PAGE), id=number) for number in range(250)]
    made = digest("D", "k", NOW, stories)
    assert made.note == f"250 stories with news; the last {LISTED_STORIES} are listed"
    assert len(made.stories) == LISTED_STORIES


def test_a_mail_has_both_texts_and_the_same_bytes_each_time() -> None:
    assert mail(bulletin()).as_bytes() == mail(bulletin()).as_bytes()
    read = read_back(bulletin())
    assert read["Subject"] == "[Port Ossian] Ferry stopped off Port Ossian"
    assert read["Message-ID"] == "<0123456789abcdef0123456789abcdef@example.org>"
    assert read["To"] == "a@example.org, b@example.org"
    assert "Lorn watch — новости" in read["From"]
    assert read["Auto-Submitted"] == "auto-generated"
    assert re.fullmatch(r"<[0-9a-f]{16}\.example\.org>", read["List-Id"])
    plain, page = (read.get_body((kind,)) for kind in ("plain", "html"))
    assert plain is not None
    assert page is not None
    assert PAGE in plain.get_content()
    assert "New: figure: 14 dead; denial" in plain.get_content()
    assert f'href="{PAGE}"' in page.get_content()


def test_mails_of_one_story_are_one_thread_and_of_one_alert_one_list() -> None:
    first, second = mail(bulletin()), mail(replace(bulletin(), key="f" * 32))
    assert first["References"] == second["References"]
    assert first["List-Id"] == second["List-Id"]
    assert first["Message-ID"] != second["Message-ID"]


def test_a_hostile_headline_adds_no_header_and_no_script_to_a_mail() -> None:
    told = bulletin(HOSTILE, summary=HOSTILE, reports=(report(1, title=HOSTILE),))
    harmless = read_back(bulletin())
    read = read_back(told)
    assert read.keys() == harmless.keys()
    assert "\n" not in read["Subject"]
    assert "\u202e" not in read["Subject"]
    page = read.get_body(("html",))
    assert page is not None
    content = page.get_content()
    assert "<script" not in content
    assert "onerror" not in content
    assert "${MAIL_PASSWORD}" in content


@pytest.mark.parametrize(
    "word", ["=?utf-8?q?a=0D=0ABcc:_c@example.org?=", "=?utf-8?b?YQ0KQmNjOiBjQGV4YW1wbGUub3Jn?="]
)
def test_a_line_break_that_a_headline_brings_encoded_ends_no_line(word: str) -> None:
    told = bulletin(f"Ferry {word} stopped")
    raw = mail(told).as_bytes(policy=SMTP)
    assert b"\nBcc" not in raw
    assert read_back(told).keys() == read_back(bulletin()).keys()


def test_a_name_of_an_alert_adds_no_header_either() -> None:
    read = read_back(replace(bulletin(), name="A\r\nBcc: c@example.org"))
    assert read["Bcc"] is None


def test_a_push_has_the_headers_of_ntfy() -> None:
    message = push_message(bulletin(), TOPIC, "tk_secret", "https://news.example.org/")
    headers = dict(message.headers)
    assert headers["Title"] == "Ferry stopped off Port Ossian"
    assert headers["Priority"] == "4"
    assert headers["Tags"] == "ship,warning"
    assert headers["Click"] == PAGE
    assert headers["Authorization"] == "Bearer tk_secret"
    assert message.body.decode().startswith("figure: 14 dead; denial\nReported by 2 outlets")
    assert "tk_secret" not in repr(message)


def test_a_push_of_many_stories_leads_to_the_front_page_and_stays_short() -> None:
    stories = [replace(bulletin().stories[0], id=n, headline="Порт " * 40) for n in range(99)]
    folded = folded_alerts("A", "k", NOW, stories, 30)
    message = push_message(folded, TOPIC, None, "https://news.example.org/")
    assert dict(message.headers)["Click"] == "https://news.example.org/"
    assert len(message.body) < 4096
    assert message.body.decode().endswith("\n…")


@pytest.mark.parametrize("headline", [HOSTILE, "Паром остановлен", "=?utf-8?q?x?=", "封" * 150])
def test_the_title_of_a_push_is_one_ascii_line_that_says_the_same(headline: str) -> None:
    told = bulletin(headline)
    headers = dict(push_message(told, TOPIC, None, PAGE).headers)
    assert headers["Title"].isascii()
    assert headers["Title"].isprintable()
    ((encoded, charset),) = decode_header(headers["Title"])
    said = encoded if isinstance(encoded, str) else encoded.decode(charset or "ascii")
    assert said == told.stories[0].headline[:200]


def test_a_webhook_is_signed_as_the_standard_says() -> None:
    body, secret = b'{"a":1}', b"x" * 24
    message = webhook_message("msg_1", body, secret, NOW)
    headers = dict(message.headers)
    signed = b"msg_1." + str(int(NOW.timestamp())).encode() + b"." + body
    expected = base64.b64encode(hmac.new(secret, signed, sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"
    assert headers["webhook-id"] == headers["Idempotency-Key"] == "msg_1"


def test_the_example_of_the_standard_gets_its_signature() -> None:
    """The vector in the README of the standard's libraries."""
    key = secret_bytes("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    body = b'{"test": 2432232314}'
    assert signature(key, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, body) == (
        "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    )


@pytest.mark.parametrize("secret", ["short", "", "whsec_c2hvcnQ=", "whsec_!!"])
def test_a_weak_secret_is_refused(secret: str) -> None:
    with pytest.raises(ValueError, match=r"fewer than 16 bytes|no base64"):
        secret_bytes(secret)


def test_waits_grow_until_a_message_is_given_up_after_a_day() -> None:
    waits = [wait_before(attempt) for attempt in range(2, 13)]
    assert waits == sorted(waits)
    assert waits[0] == timedelta(seconds=30)
    assert waits[-1] == wait_before(10_000) == timedelta(hours=2)
    assert wait_before(2, timedelta(hours=5)) == timedelta(hours=5)
    assert not is_given_up(NOW, NOW + timedelta(hours=23))
    assert is_given_up(NOW, NOW + GIVEN_UP_AFTER)


def test_the_text_names_the_alert_and_each_report() -> None:
    text = as_text(bulletin())
    assert text.startswith("Ferry stopped off Port Ossian\nNew: figure: 14 dead; denial\n")
    assert "- Outlet 1 (newspaper): Ferry stopped\n  https://outlet-1.example/1\n" in text
    assert text.endswith("alert Port Ossian, 2026-03-01T09:00:00Z\n")
