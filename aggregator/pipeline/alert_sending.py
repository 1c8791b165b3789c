"""One message, sent by one channel; what the receiver answers is a value."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from aggregator.config import Config, write_atomically
from aggregator.config.alert_rules import (
    AlertRule,
    Channel,
    Digest,
    MailSecurity,
    MailServer,
    PushTopic,
    Webhook,
)
from aggregator.errors import ConfigError, MailRefused
from aggregator.model import FetchKind, FetchRequest, FetchResult, Message, Outcome
from aggregator.publish.alerts.bulletin import from_json
from aggregator.publish.alerts.mail import mail_of
from aggregator.publish.alerts.push import push_message
from aggregator.publish.alerts.webhook import secret_bytes, webhook_message
from aggregator.publish.alerts.wording import as_page, as_text
from aggregator.text.secrets import looked_up, without_secrets
from aggregator.text.urls import http_url
from aggregator.web.mail import MailDoor, hand_in

Ask = Callable[[FetchRequest], Awaitable[FetchResult]]
"""The one door to the network."""

_MAIL_PORTS: Final = {MailSecurity.STARTTLS: 587, MailSecurity.TLS: 465, MailSecurity.NONE: 25}


@dataclass(frozen=True, slots=True)
class Receipt:
    """What came of sending: `answer` in one line, and how long the receiver asks to wait.

    `is_whole` is False where only some of the receivers have it.
    """

    is_taken: bool
    answer: str
    is_whole: bool = True
    asked_to_wait: timedelta | None = None


class Unusable(Exception):
    """A secret that is missing or no good; the message does not show it."""


class AlertSender:
    """Sends messages as feeds.yaml says; `installation` names the database."""

    def __init__(
        self,
        config: Config,
        installation: str,
        ask: Ask,
        now: Callable[[], datetime],
        environment: Mapping[str, str],
    ) -> None:
        self._config = config
        self._installation = installation
        self._ask = ask
        self._now = now
        self._environment = environment

    async def send(self, rule: AlertRule | Digest, channel: Channel, content: str) -> Receipt:
        """Send one message, the JSON of a bulletin; raises nothing that is expected."""
        try:
            if channel is Channel.EMAIL and self._config.alerting.mail is not None:
                return await self._mail(self._config.alerting.mail, rule.email, content)
            if isinstance(rule, Digest):
                return await self._write(rule, content)
            if channel is Channel.WEBHOOK and rule.webhook is not None:
                return await self._hook(rule.webhook, content)
            if channel is Channel.PUSH and rule.push is not None:
                return await self._push(rule.push, content)
        except Unusable as error:
            return Receipt(is_taken=False, answer=str(error))
        return Receipt(is_taken=False, answer=f"feeds.yaml has no {channel} for {rule.name}")

    async def _hook(self, webhook: Webhook, content: str) -> Receipt:
        try:
            key = secret_bytes(self._secret(webhook.secret))
        except ValueError as error:
            raise Unusable(f"the secret {webhook.secret} cannot be used: {error}") from None
        bulletin = from_json(content)
        message = webhook_message(bulletin.key, content.encode(), key, self._now())
        return await self._post(webhook.url, message)

    async def _push(self, topic: PushTopic, content: str) -> Receipt:
        token = self._secret(topic.token) if topic.token else None
        base = base_url(self._config)
        return await self._post(topic.url, push_message(from_json(content), topic, token, base))

    async def _post(self, address: str, message: Message) -> Receipt:
        url = http_url(self._secret(address))
        if url is None:
            raise Unusable(
                f"{address} is no http or https address: look at the variables that it names"
            )
        result = await self._ask(FetchRequest(url, FetchKind.HOOK, message=message))
        if result.status is not None and result.outcome is Outcome.FRESH:
            return Receipt(is_taken=True, answer=f"HTTP {result.status}")
        answer = without_secrets(result.error or str(result.outcome), address, self._environment)
        return Receipt(is_taken=False, answer=answer, asked_to_wait=result.retry_after)

    async def _mail(self, server: MailServer, recipients: tuple[str, ...], content: str) -> Receipt:
        mail = mail_of(
            from_json(content),
            sender=server.sender,
            recipients=recipients,
            title=self._config.settings.title,
            installation=self._installation,
        )
        door = MailDoor(
            server.host,
            server.port or _MAIL_PORTS[server.security],
            starts_tls=server.security is MailSecurity.STARTTLS,
            is_tls=server.security is MailSecurity.TLS,
            login=self._login(server),
            trusted_certificates=server.trusted_certificates,
        )
        deadline = self._config.settings.request_deadline
        try:
            answer = await hand_in(door, server.sender, recipients, mail, deadline=deadline)
        except MailRefused as error:
            return Receipt(is_taken=False, answer=str(error))
        return Receipt(is_taken=True, answer=answer, is_whole=answer == "taken")

    def _login(self, server: MailServer) -> tuple[str, str] | None:
        if server.user is None or server.password is None:
            return None
        return self._secret(server.user), self._secret(server.password)

    async def _write(self, digest: Digest, content: str) -> Receipt:
        if digest.file is None:
            return Receipt(is_taken=False, answer=f"feeds.yaml has no file for {digest.name}")
        bulletin = from_json(content)
        is_page = digest.file.suffix.lower() in {".html", ".htm"}
        text = as_page(bulletin) if is_page else as_text(bulletin)
        try:
            await asyncio.to_thread(write_atomically, digest.file, text)
        except ConfigError as error:
            return Receipt(is_taken=False, answer=str(error))
        return Receipt(is_taken=True, answer=f"written to {digest.file}")

    def _secret(self, reference: str) -> str:
        try:
            return looked_up(reference, self._environment).strip()
        except KeyError as missing:
            raise Unusable(
                f"the environment has no variable {missing.args[0]}: set it where this program is"
                " started"
            ) from None


def base_url(config: Config) -> str:
    """Return the public address of the pages."""
    settings = config.settings
    return settings.base_url or f"http://{settings.serve_host}:{settings.serve_port}/"
