"""The sections mail, alerts and digests: what good ones mean, and each mistake with its line."""

from datetime import timedelta
from pathlib import Path

import pytest

from aggregator.config import parse
from aggregator.config.alert_rules import (
    Alerting,
    AlertRule,
    Channel,
    Conditions,
    Digest,
    Growth,
    MailSecurity,
    MailServer,
    Period,
    PushTopic,
    Webhook,
)
from aggregator.errors import ConfigError
from aggregator.model import HttpUrl, NewsKind

PATH = Path("feeds.yaml")
BEGIN = "feeds: []\nconflicts: [{name: Lorn, keywords: [Lorn]}]\n"
MAIL = "mail: {host: mail.example.org, sender: desk@example.org}\n"

GOOD = """\
mail:
  host: mail.example.org
  sender: desk@example.org
  security: tls
  port: 4650
  user: desk
  password: ${MAIL_PASSWORD}
  trusted_certificates: own.pem
alerts:
  - name: Port Ossian
    conflict: lorn
    place: Port Ossian
    words: [ferry, паром*]
    least_origins: 2
    least_outlets: 3
    growth: {reports: 5, within: 3h}
    news: [denial, new origin]
    webhook: {url: "https://hook.example.org/in", secret: "${HOOK_SECRET}"}
    email: [desk@example.org, night@example.org]
    push:
      url: https://ntfy.example.org/ossian
      token: ${NTFY_TOKEN}
      priority: 4
      tags: [ship, warning]
    hourly_limit: 5
digests:
  - {name: Morning, at: 7, email: [desk@example.org]}
  - {name: Wall, every: hourly, conflict: lorn, file: out/wall.html}
"""


def test_whole_sections_are_read_into_types() -> None:
    assert parse(BEGIN + GOOD, PATH).alerting == Alerting(
        MailServer(
            host="mail.example.org",
            sender="desk@example.org",
            security=MailSecurity.TLS,
            port=4650,
            user="desk",
            password="${MAIL_PASSWORD}",  # noqa: S106 -- the name of a variable
            trusted_certificates=Path("own.pem"),
        ),
        (
            AlertRule(
                name="Port Ossian",
                conditions=Conditions(
                    conflict="lorn",
                    place="Port Ossian",
                    words=("ferry", "паром*"),
                    least_origins=2,
                    least_outlets=3,
                    growth=Growth(5, timedelta(hours=3)),
                    news=(NewsKind.DENIAL, NewsKind.ORIGIN),
                ),
                webhook=Webhook(HttpUrl("https://hook.example.org/in"), "${HOOK_SECRET}"),
                email=("desk@example.org", "night@example.org"),
                push=PushTopic(
                    HttpUrl("https://ntfy.example.org/ossian"), "${NTFY_TOKEN}", 4,
                    ("ship", "warning"),
                ),
                hourly_limit=5,
            ),
        ),
        (
            Digest(name="Morning", conditions=Conditions(), at=7, email=("desk@example.org",)),
            Digest(
                name="Wall",
                conditions=Conditions(conflict="lorn"),
                every=Period.HOURLY,
                file=Path("out/wall.html"),
            ),
        ),
    )  # fmt: skip


def test_a_file_without_the_sections_tells_nobody() -> None:
    assert parse(BEGIN, PATH).alerting == Alerting()
    assert parse(f"{BEGIN}alerts:\ndigests:\nmail:\n", PATH).alerting == Alerting()


def test_channels_are_those_that_are_given_and_the_usual_limit_is_thirty() -> None:
    rule = "alerts: [{name: A, least_outlets: 1, push: {url: 'https://ntfy.example/t'}}]\n"
    (alert,) = parse(BEGIN + rule, PATH).alerting.alerts
    assert alert.channels == (Channel.PUSH,)
    assert alert.hourly_limit == 30


@pytest.mark.parametrize(
    "address", ["${TOPIC_URL}", "https://ntfy.example/${TOPIC}", "https://${HOST}/a?key=${KEY}"]
)
def test_an_address_may_name_what_is_secret_in_it(address: str) -> None:
    rule = f"alerts: [{{name: A, least_outlets: 1, push: {{url: '{address}'}}}}]\n"
    (alert,) = parse(BEGIN + rule, PATH).alerting.alerts
    assert alert.push == PushTopic(address)


def alert_with(keys: str) -> str:
    return f"{MAIL}alerts:\n  - name: A\n    {keys}\n"


FILLED = "words: [a]\n    email: [a@b.org]"
HOOK = "least_outlets: 1\n    webhook: "

# Each: the sections after two lines, then the place and what the message has to hold.
BAD = {
    "alerts are a mapping": ("alerts: {a: b}\n", [":3:9:", "list of alerts", '"- name:"']),
    "no name": (f"{MAIL}alerts:\n  - {{words: [a], email: [a@b.org]}}\n", [":5:", "no name"]),
    "unknown key": (alert_with("wrds: [a]\n    " + FILLED), [":6:", "did you mean words?"]),
    "no condition": (alert_with("email: [a@b.org]"), [":5:", "no condition", "least_outlets: 1"]),
    "no channel": (alert_with("words: [a]"), [":5:", "sent nowhere", "webhook, email or push"]),
    "unknown conflict": (
        alert_with("conflict: lorm\n    email: [a@b.org]"),
        [":6:15:", '"lorm"', "did you mean lorn?"],
    ),
    "no mail": (
        "alerts: [{name: A, words: [a], email: [a@b.org]}]\n",
        [":3:", "email needs the section mail"],
    ),
    "bad mailbox": (alert_with("words: [a]\n    email: [desk]"), [":7:", "mailbox", "desk"]),
    "line break in a mailbox": (
        alert_with('words: [a]\n    email: ["a@b.org\\r\\nBcc: c@d.org"]'),
        [":7:", "address of a mailbox"],
    ),
    "secret in clear": (
        alert_with(HOOK + "{url: 'https://a.example/', secret: hunter2}"),
        [":7:", "webhook", "${NAME}"],
    ),
    "webhook without a secret": (
        alert_with(HOOK + "{url: 'https://a.example/'}"),
        [":7:", "webhook", "no secret: add one"],
    ),
    "webhook is an address": (
        alert_with(HOOK + "https://a.example/"),
        [":7:", "webhook must be a mapping", "at least url, secret"],
    ),
    "broken name in an address": (
        alert_with(HOOK + "{url: 'https://a.example/${my name}/hunter2', secret: '${S}'}"),
        [":7:", "webhook", "url must be", "${NAME} stands for a variable"],
    ),
    "login with a name in an address": (
        alert_with(HOOK + "{url: 'https://hunter2:${P}@a.example/', secret: '${S}'}"),
        [":7:", "webhook", "url must be"],
    ),
    "other scheme with a name": (
        alert_with(HOOK + "{url: 'ftp://a.example/${HOOK}', secret: '${S}'}"),
        [":7:", "webhook", "url must be"],
    ),
    "other scheme": (
        alert_with(HOOK + "{url: 'ftp://a.example/', secret: '${S}'}"),
        [":7:", "webhook", "http or https"],
    ),
    "too loud": (
        alert_with("words: [a]\n    push: {url: 'https://a.example/t', priority: 6}"),
        [":7:", "push", "priority must be a whole number from 1 to 5"],
    ),
    "line break in a tag": (
        alert_with("words: [a]\n    push: {url: 'https://a.example/t', tags: [\"a\\r\\nX: y\"]}"),
        [":7:", "push", "tags must be a tag"],
    ),
    "no growth": (
        alert_with("growth: {reports: 0, within: 1h}\n    email: [a@b.org]"),
        [":6:", "growth", "from 1 to 10000"],
    ),
    "unknown news": (
        alert_with("news: [denail]\n    email: [a@b.org]"),
        [":6:12:", "news must be one of opened, new origin, denial", 'did you mean "denial"?'],
    ),
    "news is one word": (
        alert_with("news: denial\n    email: [a@b.org]"),
        [":6:11:", "news must be a list", "write it in brackets"],
    ),
    "news of nothing": (
        alert_with("news: []\n    email: [a@b.org]"),
        [":6:11:", "news must be a list of at least 1"],
    ),
    "same name": (
        f"{alert_with(FILLED)}digests: [{{name: A, file: a}}]\n",
        [":8:18:", 'name "A"', "line 5"],
    ),
    "digest nowhere": ("digests: [{name: D}]\n", [":3:11:", "sent nowhere", "email or file"]),
    "hour of an hourly digest": (
        "digests: [{name: D, every: hourly, at: 3, file: a.txt}]\n",
        [":3:", "at is for daily"],
    ),
    "no period": (
        "digests: [{name: D, every: weekly, file: a.txt}]\n",
        [":3:", "one of hourly, daily", "weekly"],
    ),
    "mail without a host": ("mail: {sender: a@b.org}\n", [":3:7:", "this mail has no host"]),
    "user without a password": (
        "mail: {host: a.example, sender: a@b.org, user: a}\n",
        [":3:", "user stands here without password"],
    ),
    "password in clear": (
        "mail: {host: a.example, sender: a@b.org, user: a, password: hunter2}\n",
        [":3:", "password must be", "${NAME}"],
    ),
    "password without protection": (
        "mail: {host: a.example, sender: a@b.org, user: a, password: '${P}', security: none}\n",
        [":3:", "security must be starttls or tls"],
    ),
}


@pytest.mark.parametrize(("sections", "expected"), BAD.values(), ids=BAD)
def test_each_mistake_is_told_with_its_place_and_its_remedy(
    sections: str, expected: list[str]
) -> None:
    with pytest.raises(ConfigError) as caught:
        parse(BEGIN + sections, PATH)
    (line,) = str(caught.value).splitlines()
    assert line.startswith(f"feeds.yaml{expected[0]}")
    for part in expected[1:]:
        assert part in line
    assert "hunter2" not in line


def test_all_mistakes_are_told_at_once() -> None:
    with pytest.raises(ConfigError) as caught:
        parse(f"{BEGIN}{MAIL}alerts:\n  - name: A\n  - name: B\n    words: []\n", PATH)
    assert len(caught.value.problems) == 3


def test_a_wrong_conflict_is_not_blamed_on_the_alerts_that_name_it() -> None:
    text = "feeds: []\nconflicts: [{name: Lorn}]\n" + alert_with(
        "conflict: lorn\n    email: [a@b.org]"
    )
    with pytest.raises(ConfigError) as caught:
        parse(text, PATH)
    assert [problem.line for problem in caught.value.problems] == [2]
