"""The page on alerts: its example is a good file, its snippet verifies what is really sent."""

import re
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from aggregator.config import parse
from aggregator.config.alert_rules import Conditions
from aggregator.publish.alerts import retry
from aggregator.publish.alerts.bulletin import Bulletin, ToldReport, ToldStory
from aggregator.publish.alerts.webhook import SECRET_LEAST, secret_bytes, webhook_message
from aggregator.store import alert_retention
from aggregator.store.views import NOT_DELIVERED_SHOWN

PAGE = (Path(__file__).parent.parent.parent / "docs" / "alerts.md").read_text(encoding="utf-8")
SECRET = "a secret of more than sixteen bytes"  # noqa: S105 -- of the tests


def test_the_example_is_a_good_file() -> None:
    (example,) = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    alerting = parse(example, Path("feeds.yaml")).alerting
    assert [rule.name for rule in alerting.rules] == [
        "Port Ossian",
        "Something big",
        "Morning",
        "Wall",
    ]


def test_the_snippet_accepts_what_is_sent_and_nothing_else() -> None:
    (snippet,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    names: dict[str, Any] = {}
    exec(snippet, names)  # noqa: S102 -- our own page
    is_genuine, body = names["is_genuine"], '{"headline": "Паром"}'.encode()
    now = datetime.now(UTC)
    headers = dict(webhook_message("key", body, secret_bytes(SECRET), now).headers)
    assert is_genuine(headers, body, SECRET.encode())
    assert not is_genuine(headers, body + b" ", SECRET.encode())
    assert not is_genuine(headers, body, b"another")
    assert not is_genuine({**headers, "webhook-id": "other"}, body, SECRET.encode())
    old = webhook_message("key", body, secret_bytes(SECRET), now - timedelta(minutes=6))
    assert not is_genuine(dict(old.headers), body, SECRET.encode())


def test_every_condition_and_every_key_of_the_body_is_explained() -> None:
    for field in fields(Conditions):
        assert f"`{field.name}`" in PAGE
    for kind in (Bulletin, ToldStory, ToldReport):
        assert [f.name for f in fields(kind) if f"`{f.name}`" not in PAGE] == []


def test_the_figures_of_the_page_are_those_of_the_code() -> None:
    assert timedelta(seconds=30) == retry.FIRST_WAIT
    assert timedelta(hours=2) == retry.LONGEST_WAIT
    assert timedelta(days=1) == retry.GIVEN_UP_AFTER
    assert SECRET_LEAST == 16
    assert timedelta(days=30) == alert_retention.KEPT
    assert f"at most {alert_retention.FORGOTTEN_AT_ONCE} at a time" in PAGE
    assert timedelta(days=7) == NOT_DELIVERED_SHOWN
