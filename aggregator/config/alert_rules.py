"""What the user wants to be told, and where: the sections `mail`, `alerts` and `digests`, as types.

Secrets stand as `${NAME}` and are looked up in the environment when something is sent.
"""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from pathlib import Path

from aggregator.model import NewsKind


class Channel(StrEnum):
    """A way by which an alert or a digest reaches its reader."""

    WEBHOOK = "webhook"
    EMAIL = "email"
    PUSH = "push"
    FILE = "file"


class MailSecurity(StrEnum):
    """How a connection to the mail server is protected."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


class Period(StrEnum):
    """How often a digest is made."""

    HOURLY = "hourly"
    DAILY = "daily"


@dataclass(frozen=True, slots=True, kw_only=True)
class MailServer:
    """Where mail is handed in; `port` None: the usual one of `security`."""

    host: str
    sender: str
    security: MailSecurity = MailSecurity.STARTTLS
    port: int | None = None
    user: str | None = None
    password: str | None = None
    trusted_certificates: Path | None = None


@dataclass(frozen=True, slots=True)
class Growth:
    """At least `reports` reports that came within one span of time."""

    reports: int
    within: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditions:
    """Which stories are meant: all that is given must hold, nothing given means every story.

    `conflict` is the id of a conflict. One of `words` is enough, and one of `news`.
    """

    conflict: str | None = None
    place: str | None = None
    words: tuple[str, ...] = ()
    least_origins: int | None = None
    least_outlets: int | None = None
    growth: Growth | None = None
    news: tuple[NewsKind, ...] = ()


@dataclass(frozen=True, slots=True)
class Webhook:
    """A program of the reader's that takes alerts; `secret` signs them.

    `url` is an address, in which `${NAME}` may stand.
    """

    url: str
    secret: str


@dataclass(frozen=True, slots=True)
class PushTopic:
    """A topic of an ntfy server; `priority` is 1 to 5, 3 is usual.

    `url` is an address, in which `${NAME}` may stand.
    """

    url: str
    token: str | None = None
    priority: int = 3
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertRule:
    """One alert of feeds.yaml; `hourly_limit` are the messages of one hour on each channel."""

    name: str
    conditions: Conditions
    webhook: Webhook | None = None
    email: tuple[str, ...] = ()
    push: PushTopic | None = None
    hourly_limit: int = 30

    @property
    def channels(self) -> tuple[Channel, ...]:
        """By which ways it is sent."""
        given = (
            (Channel.WEBHOOK, self.webhook),
            (Channel.EMAIL, self.email),
            (Channel.PUSH, self.push),
        )
        return tuple(channel for channel, where in given if where)


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """One digest of feeds.yaml; `at` is the hour (UTC) of a daily one."""

    name: str
    conditions: Conditions
    every: Period = Period.DAILY
    at: int = 6
    email: tuple[str, ...] = ()
    file: Path | None = None

    @property
    def channels(self) -> tuple[Channel, ...]:
        """By which ways it is sent."""
        given = ((Channel.EMAIL, self.email), (Channel.FILE, self.file))
        return tuple(channel for channel, where in given if where)


@dataclass(frozen=True, slots=True)
class Alerting:
    """All that feeds.yaml says about telling the reader; names are unique over both lists."""

    mail: MailServer | None = None
    alerts: tuple[AlertRule, ...] = ()
    digests: tuple[Digest, ...] = ()

    @property
    def rules(self) -> tuple[AlertRule | Digest, ...]:
        """All alerts and digests, in this order."""
        return (*self.alerts, *self.digests)
