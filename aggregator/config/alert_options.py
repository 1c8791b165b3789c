"""The tables of the sections `mail`, `alerts` and `digests`, and what they mean together."""

from collections.abc import Collection, Mapping
from dataclasses import fields
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from aggregator.config.access import private_url, secret
from aggregator.config.addresses import file_path, host, mailbox
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
from aggregator.config.document import Node, problem_at, shown
from aggregator.config.kinds import choice, code, duration, integer, list_of, nearest, text
from aggregator.config.options import Option
from aggregator.config.own_files import spare_own_files
from aggregator.config.record import Record, mapping_of, read_record, read_records, require_unique
from aggregator.errors import Problem
from aggregator.model import NewsKind

_HOUR: Final = timedelta(hours=1)
_LARGE: Final = 10_000
_LOGIN: Final = code(
    r"\$\{[A-Za-z_][A-Za-z0-9_]*\}|[!-~]{1,200}", "a name without spaces, in ASCII"
)
_TAG: Final = code(r"[A-Za-z0-9_+-]{1,40}", "a tag of at most 40 letters, digits, _, + and -")

MAIL: Final = (
    Option("host", host(), "The mail server; it may have a private address.", required=True),
    Option("sender", mailbox(), "The mailbox that mail comes from.", required=True),
    Option(
        "security",
        choice(MailSecurity),
        "How the connection is protected; none: for a server on this machine.",
        MailSecurity.STARTTLS,
    ),
    Option(
        "port",
        integer(1, 65535),
        "The port of the mail server.",
        default_text="starttls 587, tls 465, none 25",
    ),
    Option("user", _LOGIN, "Who logs in, or ${NAME}; without one nobody does."),
    Option("password", secret(), "The password of `user`."),
    Option(
        "trusted_certificates",
        file_path(),
        "A PEM file of authorities trusted for the mail server, beside the public ones.",
    ),
)

_GROWTH: Final = (
    Option("reports", integer(1, _LARGE), "How many reports.", required=True),
    Option(
        "within", duration(timedelta(minutes=1), 7 * 24 * _HOUR), "In which time.", required=True
    ),
)
_WEBHOOK: Final = (
    Option("url", private_url(), "The address that takes the alert.", required=True),
    Option("secret", secret(), "What signs it.", required=True),
)
_PUSH: Final = (
    Option("url", private_url(), "The address of the topic.", required=True),
    Option("token", secret(), "The access token."),
    Option("priority", integer(1, 5), "How loud.", 3),
    Option("tags", list_of(_TAG), "Tags or names of emoji.", ()),
)

_CONDITIONS: Final = (
    Option("conflict", text(200), "The id of a conflict: stories that belong to it."),
    Option("place", text(200), "Stories whose reports name this place."),
    Option(
        "words",
        list_of(text(200), 1),
        "Words and phrases of which one stands in a headline or the summary; `stem*` takes any"
        " ending.",
        (),
    ),
    Option("least_origins", integer(1, _LARGE), "At least so many independent origins."),
    Option("least_outlets", integer(1, _LARGE), "At least so many outlets."),
    Option(
        "growth",
        mapping_of(_GROWTH, "growth", Growth),
        "At least so many `reports` that came `within` such a time, copies too.",
    ),
    Option(
        "news",
        list_of(choice(NewsKind), 1),
        "Changes that bring news of one of these kinds.",
        (),
    ),
)

ALERT: Final = (
    Option(
        "name", text(100), "What the alert is called; another name is a new alert.", required=True
    ),
    *_CONDITIONS,
    Option(
        "webhook",
        mapping_of(_WEBHOOK, "webhook", Webhook),
        "A program of yours: `url`, in which `${NAME}` may stand, and the `secret` that signs each"
        " message.",
    ),
    Option(
        "email", list_of(mailbox(), 1), "Mailboxes that get the alert; wants the section mail.", ()
    ),
    Option(
        "push",
        mapping_of(_PUSH, "push", PushTopic),
        "A topic of an ntfy server: `url`, in which `${NAME}` may stand, `token`, `priority` (1 to"
        " 5, 3 is usual), `tags`.",
    ),
    Option(
        "hourly_limit",
        integer(1, 1000),
        "Messages in an hour on each channel; what is more comes together in one.",
        30,
    ),
)

DIGEST: Final = (
    Option(
        "name", text(100), "What the digest is called; another name is a new one.", required=True
    ),
    *_CONDITIONS,
    Option("every", choice(Period), "How often it is made.", Period.DAILY),
    Option("at", integer(0, 23), "The hour (UTC) in which a daily one is made.", 6),
    Option(
        "email", list_of(mailbox(), 1), "Mailboxes that get the digest; wants the section mail.", ()
    ),
    Option(
        "file",
        file_path(),
        "The file that each digest replaces; as a web page if its name ends in .html.",
    ),
)

_CONDITION_NAMES: Final = tuple(field.name for field in fields(Conditions))


def read_alerting(
    sections: Mapping[str, Node],
    conflicts: Collection[str] | None,
    own: Collection[Path],
    problems: list[Problem],
) -> Alerting:
    """Return what the sections say about telling the reader; what is wrong goes to `problems`.

    `conflicts` are the ids of the conflicts that are followed, None where they are not sure; `own`
    are files over which nothing is written.
    """
    mail = _mail(sections.get("mail"), problems)
    alerts = read_records(sections.get("alerts"), ALERT, "alert", problems)
    digests = read_records(sections.get("digests"), DIGEST, "digest", problems)
    require_unique([*alerts, *digests], "name", "alert or digest", problems)
    for record in [*alerts, *digests]:
        if conflicts is not None:
            _check_conflict(record, conflicts, problems)
        _check_mail(record, problems, has_mail="mail" in sections)
    for record in alerts:
        _check_condition(record, problems)
        _check_channel(record, "alert", ("webhook", "email", "push"), problems)
    for record in digests:
        _check_channel(record, "digest", ("email", "file"), problems)
        file = record.values.get("file")
        spare_own_files(record, "file", [file] if file else [], own, problems)
        if "at" in record.nodes and record.values["every"] is Period.HOURLY:
            message = "at is for daily digests: remove it, or write every: daily"
            problems.append(problem_at(record.nodes["at"], message))
    return Alerting(
        mail,
        tuple(AlertRule(**_with_conditions(record)) for record in alerts if record.complete),
        tuple(Digest(**_with_conditions(record)) for record in digests if record.complete),
    )


def _mail(node: Node | None, problems: list[Problem]) -> MailServer | None:
    if node is None:
        return None
    record = read_record(node, MAIL, "mail", problems)
    if record is None or not record.complete:
        return None
    values = record.values
    if (values["user"] is None) != (values["password"] is None):
        given, missing = ("user", "password") if values["user"] else ("password", "user")
        message = f"{given} stands here without {missing}: write both, or neither"
        problems.append(problem_at(record.nodes[given], message))
    elif values["user"] and values["security"] is MailSecurity.NONE:
        message = "security must be starttls or tls where a password is sent, not none"
        problems.append(problem_at(record.nodes["security"], message))
    return MailServer(**values)


def _check_conflict(record: Record, known: Collection[str], problems: list[Problem]) -> None:
    conflict = record.values.get("conflict")
    if conflict is not None and conflict not in known:
        near = nearest(conflict, sorted(known))
        hint = (
            f"did you mean {near}?" if near else f"there are {', '.join(sorted(known)) or 'none'}"
        )
        message = f"conflict {shown(conflict)} is the id of none in this file: {hint}"
        problems.append(problem_at(record.nodes["conflict"], message))


def _check_mail(record: Record, problems: list[Problem], *, has_mail: bool) -> None:
    if Channel.EMAIL in record.nodes and not has_mail:
        message = (
            "email needs the section mail, with the host and sender of your mail server: add it"
        )
        problems.append(problem_at(record.nodes["email"], message))


def _check_condition(record: Record, problems: list[Problem]) -> None:
    if record.complete and not any(name in record.nodes for name in _CONDITION_NAMES):
        message = (
            f"this alert has no condition: add {', '.join(_CONDITION_NAMES[:-1])} or"
            f" {_CONDITION_NAMES[-1]}; least_outlets: 1 means every story"
        )
        problems.append(problem_at(record.node, message))


def _check_channel(
    record: Record, what: str, channels: tuple[str, ...], problems: list[Problem]
) -> None:
    if record.complete and not any(name in record.nodes for name in channels):
        names = f"{', '.join(channels[:-1])} or {channels[-1]}"
        problems.append(problem_at(record.node, f"this {what} is sent nowhere: add {names}"))


def _with_conditions(record: Record) -> dict[str, Any]:
    values = record.values
    conditions = {name: values[name] for name in _CONDITION_NAMES}
    own = {name: value for name, value in values.items() if name not in _CONDITION_NAMES}
    return {**own, "conditions": Conditions(**conditions)}
