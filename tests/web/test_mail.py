"""Mail handed in at a real server, and what is told when it is not taken."""

import socket
import ssl
from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from aggregator.errors import MailRefused
from aggregator.web.mail import MailDoor, hand_in
from tests.web.client_for import run
from tests.web.mail_server import MailServer

CERTIFICATE = Path(__file__).with_name("loopback.pem")
OPEN = MailDoor("127.0.0.1", 0, starts_tls=False)
SECURE = MailDoor("secure.localhost", 0, trusted_certificates=CERTIFICATE)
LOGIN = ("desk", "an: odd password")


@pytest.fixture(autouse=True)
def local_names(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let *.localhost be this machine, as RFC 6761 says and not every resolver does."""
    look_up = socket.getaddrinfo

    def resolved(host: Any, *more: Any, **others: Any) -> Any:
        is_local = isinstance(host, str) and host.endswith(".localhost")
        return look_up("127.0.0.1" if is_local else host, *more, **others)

    monkeypatch.setattr(socket, "getaddrinfo", resolved)


def server_tls() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)
    return context


def mail() -> EmailMessage:
    written = EmailMessage()
    written["Subject"] = "Паром"
    written.set_content("One\n.\n..two\n")
    return written


def handed_in(server: MailServer, door: MailDoor, *recipients: str, seconds: float = 20) -> str:
    async def work() -> str:
        async with server:
            return await hand_in(
                replace(door, port=server.port),
                "desk@example.org",
                recipients or ("a@example.org",),
                mail(),
                deadline=timedelta(seconds=seconds),
            )

    return run(work())


def test_a_mail_arrives_for_all_with_every_line_as_it_is() -> None:
    server = MailServer()
    assert handed_in(server, OPEN, "a@example.org", "b@example.org") == "taken"
    (taken,) = server.taken
    assert (taken.sender, taken.recipients) == (
        "desk@example.org",
        ["a@example.org", "b@example.org"],
    )
    assert taken.mail["Subject"] == "Паром"
    assert taken.mail.get_content().splitlines() == ["One", ".", "..two"]


@pytest.mark.parametrize("is_tls", [False, True])
def test_a_login_goes_over_tls_to_a_trusted_server(is_tls: bool) -> None:  # noqa: FBT001 -- pytest's
    server = MailServer(tls=server_tls(), is_tls=is_tls, login=LOGIN)
    door = replace(SECURE, is_tls=is_tls, starts_tls=not is_tls, login=LOGIN)
    assert handed_in(server, door) == "taken"
    assert len(server.taken) == 1


@pytest.mark.parametrize(
    ("server", "door", "words"),
    [
        (MailServer(refuses={"RCPT"}), OPEN, "refused for a@example.org (550 no such mailbox)"),
        (MailServer(refuses={"DATA"}), OPEN, "451 try later"),
        (MailServer(), replace(OPEN, starts_tls=True), "STARTTLS extension not supported"),
        (MailServer(tls=server_tls(), login=("x", "y")), replace(SECURE, login=LOGIN), "535 wrong"),
        (MailServer(tls=server_tls()), replace(SECURE, trusted_certificates=None), "not trusted"),
        (MailServer(tls=server_tls()), replace(SECURE, host="other.localhost"), "not trusted"),
        (MailServer(tls=server_tls()), replace(SECURE, login=("x", "pässword")), "beyond ASCII"),
    ],
    ids=["recipient", "later", "no tls", "password", "stranger", "other name", "letters"],
)
def test_a_refusal_says_who_why_and_no_secret(
    server: MailServer, door: MailDoor, words: str
) -> None:
    with pytest.raises(MailRefused) as caught:
        handed_in(server, door)
    assert words in str(caught.value)
    assert LOGIN[1] not in str(caught.value)
    assert LOGIN[1] not in repr(door)
    assert server.taken == []


def test_a_mail_that_some_do_not_get_names_them() -> None:
    server = MailServer(refuses={"b@example.org"})
    answer = handed_in(server, OPEN, "a@example.org", "b@example.org")
    assert answer == "taken, but not for b@example.org (550 no such mailbox)"
    assert server.taken[0].recipients == ["a@example.org"]


def test_a_taken_mail_is_taken_even_if_the_goodbye_fails() -> None:
    server = MailServer(refuses={"QUIT"})
    assert handed_in(server, OPEN) == "taken"
    assert len(server.taken) == 1


def test_a_server_that_says_nothing_is_left_at_the_deadline() -> None:
    with pytest.raises(MailRefused, match=r"not taken within 0\.3 s"):
        handed_in(MailServer(stalls=True), OPEN, seconds=0.3)


def test_a_server_that_is_not_there_is_told() -> None:
    async def work() -> None:
        async with MailServer() as server:
            port = server.port
        await hand_in(
            replace(OPEN, port=port), "a@b.org", ["c@d.org"], mail(), deadline=timedelta(seconds=9)
        )

    with pytest.raises(MailRefused, match="Connection refused"):
        run(work())
