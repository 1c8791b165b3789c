"""Mail is handed in at one server, which the user names; no other address is ever contacted.

The library is blocking, so each message has a thread of its own, which a server that does not
answer can hold for no longer than each wait on its socket allows.
"""

import asyncio
import contextlib
import smtplib
import ssl
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from threading import Thread
from typing import Final

import httpx

from aggregator.errors import MailRefused
from aggregator.text.clean import plain_line
from aggregator.web.stream import reason

_SILENCE: Final = 15.0
"""Seconds for which the server may say nothing."""

_ERROR_LIMIT: Final = 300


@dataclass(frozen=True, slots=True)
class MailDoor:
    """How a mail server is entered; `starts_tls` asks for TLS, `is_tls` begins with it."""

    host: str
    port: int
    starts_tls: bool = True
    is_tls: bool = False
    login: tuple[str, str] | None = field(default=None, repr=False)
    trusted_certificates: Path | None = None


async def hand_in(
    door: MailDoor,
    sender: str,
    recipients: Sequence[str],
    mail: EmailMessage,
    *,
    deadline: timedelta,
) -> str:
    """Hand a mail in for all `recipients`, and return what the server answered.

    Raises MailRefused when the server has not taken it for every one of them in time.
    """
    loop = asyncio.get_running_loop()
    ended: asyncio.Future[str] = loop.create_future()

    def settle(answer: str, failure: Exception | None) -> None:
        if ended.done():
            return
        if failure is None:
            ended.set_result(answer)
        else:
            ended.set_exception(failure)

    def work() -> None:
        answer, failure = "", None
        try:
            answer = _hand_in(door, sender, recipients, mail)
        except Exception as error:  # noqa: BLE001 -- raised where it is waited for
            failure = error
        # The loop may have ended while the server kept us waiting.
        with contextlib.suppress(RuntimeError):
            loop.call_soon_threadsafe(settle, answer, failure)

    Thread(target=work, name=f"mail {door.host}", daemon=True).start()
    try:
        async with asyncio.timeout(deadline.total_seconds()):
            return await ended
    except TimeoutError:
        seconds = deadline.total_seconds()
        raise MailRefused(door.host, f"the mail was not taken within {seconds:g} s") from None


def _hand_in(door: MailDoor, sender: str, recipients: Sequence[str], mail: EmailMessage) -> str:
    try:
        server = _connected(door)
        try:
            if door.login is not None:
                server.login(*door.login)
            refused = server.sendmail(sender, list(recipients), mail.as_bytes(policy=SMTP))
        finally:
            _leave(server)
    except smtplib.SMTPRecipientsRefused as error:
        told = (f"{name} ({_words(*why)})" for name, why in sorted(error.recipients.items()))
        raise MailRefused(door.host, f"refused for {', '.join(told)}") from error
    except smtplib.SMTPResponseException as error:
        raise MailRefused(door.host, _words(error.smtp_code, error.smtp_error)) from error
    except ssl.SSLCertVerificationError as error:
        detail = f"its certificate is not trusted: {error.verify_message}"
        raise MailRefused(door.host, detail) from error
    except (smtplib.SMTPException, OSError) as error:
        raise MailRefused(door.host, _line(reason(error))) from error
    except UnicodeError:
        # Of a login alone, which is not to be shown: the mail itself is ASCII.
        detail = "the library sends no user name and no password with letters beyond ASCII"
        raise MailRefused(door.host, detail) from None
    if refused:
        # The others have it: it is not sent to all of them again.
        names = ", ".join(f"{name} ({_words(*refused[name])})" for name in sorted(refused))
        return f"taken, but not for {names}"
    return "taken"


def _connected(door: MailDoor) -> smtplib.SMTP:
    if door.is_tls:
        return smtplib.SMTP_SSL(door.host, door.port, timeout=_SILENCE, context=_trust(door))
    server = smtplib.SMTP(door.host, door.port, timeout=_SILENCE)
    try:
        if door.starts_tls:
            server.starttls(context=_trust(door))
    except BaseException:
        server.close()
        raise
    return server


def _leave(server: smtplib.SMTP) -> None:
    """Say goodbye; a mail that was taken stays taken whatever the server answers to that."""
    try:
        server.quit()
    except (smtplib.SMTPException, OSError):
        server.close()


def _trust(door: MailDoor) -> ssl.SSLContext:
    context = httpx.create_ssl_context(trust_env=False)
    if door.trusted_certificates is not None:
        context.load_verify_locations(cafile=door.trusted_certificates)
    return context


def _words(code: int, text: bytes | str) -> str:
    shown = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    return _line(f"{code} {shown}")


def _line(text: str) -> str:
    return plain_line(text, limit=_ERROR_LIMIT)
