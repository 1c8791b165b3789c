"""How a publisher wants to be asked: what is read, what is refused, and that no secret is shown."""

from pathlib import Path

import pytest

from aggregator.config import parse
from aggregator.errors import ConfigError
from aggregator.model import Access

PATH = Path("feeds.yaml")
SECRET = "hunter2"  # noqa: S105  # what must not be shown


def access_of(*lines: str) -> Access:
    text = "".join(f"    {line}\n" for line in lines)
    start = "feeds:\n  - name: Harbour Gazette\n    url: https://gazette.example/a.xml\n"
    (feed,) = parse(f"{start}{text}conflicts: []\n", PATH).feeds
    return feed.access


def problems_of(*lines: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        access_of(*lines)
    return str(caught.value).splitlines()


def test_all_keys_are_read_and_references_stay_references() -> None:
    assert access_of(
        "user_agent: '  CoastListener/1.0 '",
        "headers:",
        "  X-Api-Key: ${GAZETTE_KEY}",
        "  Accept: text/xml",
        "cookies: {edition: world, session: '${GAZETTE_SESSION}'}",
        "authorization: reader:${GAZETTE_PASSWORD}",
        "proxy: https://listener:${PROXY_PASSWORD}@proxy.example:8443",
        "trusted_certificates: own/authority.pem",
    ) == Access(
        user_agent="CoastListener/1.0",
        headers=(("X-Api-Key", "${GAZETTE_KEY}"), ("Accept", "text/xml")),
        cookies=(("edition", "world"), ("session", "${GAZETTE_SESSION}")),
        authorization="reader:${GAZETTE_PASSWORD}",
        proxy="https://listener:${PROXY_PASSWORD}@proxy.example:8443",
        trusted_certificates=Path("own/authority.pem"),
    )


def test_a_feed_without_such_keys_has_the_default_access() -> None:
    assert access_of() == Access()


@pytest.mark.parametrize(
    "written",
    ["reader:${WORD}", "${LOGIN}", "${READER}:${WORD}", "first second:${WORD}", ":${WORD}"],
)
def test_logins(written: str) -> None:
    if written.startswith(":"):
        assert problems_of(f"authorization: '{written}'")
    else:
        assert access_of(f"authorization: '{written}'").authorization == written


@pytest.mark.parametrize(
    "written",
    [
        "http://proxy.example:3128",
        "https://10.1.2.3",
        "http://[::1]:3128/",
        "${WAY_OUT}",
        "http://${LOGIN}@proxy.example",
        "http://listener:${WORD}@localhost:8080/",
    ],
)
def test_proxies(written: str) -> None:
    assert access_of(f"proxy: '{written}'").proxy == written


@pytest.mark.parametrize(
    "written",
    [
        "proxy.example:3128",
        "socks5://proxy.example:1080",
        "http://proxy.example/path",
        "http://proxy.example/?a",
        f"http://listener:{SECRET}@proxy.example",
        f"http://{SECRET}@proxy.example",
        f"http://listener:{SECRET}${{WORD}}@proxy.example",
        "${WAY_OUT}:3128",
        "http://",
    ],
)
def test_p38_what_is_no_proxy_is_refused_and_never_shown(written: str) -> None:
    (problem,) = problems_of(f"proxy: '{written}'")
    assert problem.startswith("feeds.yaml:4:12: proxy must be an address such as http://proxy.")
    assert "user:${PASSWORD}@" in problem
    assert SECRET not in problem


@pytest.mark.parametrize("written", [f"reader:{SECRET}", SECRET, f"reader:{SECRET}${{WORD}}"])
def test_p38_a_password_in_clear_is_refused_and_never_shown(written: str) -> None:
    (problem,) = problems_of(f"authorization: {written}")
    assert problem.startswith("feeds.yaml:4:20: authorization must be user:${PASSWORD}")
    assert SECRET not in problem


@pytest.mark.parametrize(
    ("name", "remedy"),
    [
        ("Host", "this program sets it itself"),
        ("content-length", "this program sets it itself"),
        ("Transfer-Encoding", "this program sets it itself"),
        ("Accept-Encoding", "this program sets it itself"),
        ("Connection", "this program sets it itself"),
        ("Proxy-Authorization", "this program sets it itself"),
        ("If-None-Match", "this program sets it itself"),
        ("if-modified-since", "this program sets it itself"),
        ("User-Agent", "write the key user_agent instead"),
        ("Cookie", "write the key cookies instead"),
        ("Authorization", "a secret stands in the environment"),
    ],
)
def test_headers_that_are_not_the_users_to_set(name: str, remedy: str) -> None:
    (problem,) = problems_of(f"headers: {{{name}: {SECRET}}}")
    assert problem.startswith("feeds.yaml:4:")
    assert remedy in problem
    assert SECRET not in problem


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('headers: {X: "a\\r\\nY: b"}', "headers must have one line of ASCII as the value of X"),
        ('headers: {X: "a\\0"}', "headers must have one line of ASCII as the value of X"),
        ("headers: {X: größe}", "headers must have one line of ASCII as the value of X"),
        ("headers: {X: }", "headers must have one line of ASCII as the value of X"),
        ("headers: {X: [a]}", "headers must have one line of ASCII as the value of X"),
        ('headers: {"X Y": a}', "without spaces or colons in a name"),
        ('headers: {"X:": a}', "without spaces or colons in a name"),
        ('headers: {"X\\r\\nY": a}', "without spaces or colons in a name"),
        ("headers: {X: a, x: b}", 'headers has "x" twice: remove one of them'),
        ("headers: {X: '${A B}'}", "headers must name a variable as ${NAME}"),
        ("headers: hunter2", "headers must be a mapping of names of headers to values"),
        ("headers: [hunter2]", "headers must be a mapping of names of headers to values"),
        ("cookies: {a: 'b; c'}", 'cookies must not hold ";" in the value of a'),
        ("cookies: {a: b, a: c}", 'cookies has "a" twice: remove one of them'),
        ("cookies: hunter2", "cookies must be a mapping of names of cookies to values"),
        ("authorization: {a: hunter2}", "authorization must be user:${PASSWORD}"),
        ("user_agent: größe", "user_agent must be 1 to 300 characters of ASCII"),
        ("user_agent: ' '", "user_agent must be 1 to 300 characters of ASCII"),
        ('user_agent: "a\\r\\nb"', "user_agent must be 1 to 300 characters of ASCII"),
        ("trusted_certificates: ca/", "trusted_certificates must be the path of a file"),
    ],
)
def test_mistakes_have_their_line_and_show_no_value(line: str, message: str) -> None:
    (problem,) = problems_of(line)
    assert problem.startswith("feeds.yaml:4:")
    assert message in problem
    assert SECRET not in problem


def test_two_logins_for_one_feed_are_one_too_many() -> None:
    (problem,) = problems_of("headers: {authorization: 'Bearer ${A}'}", "authorization: '${B}'")
    assert problem.startswith("feeds.yaml:5:20: authorization is also among the headers")


def test_all_mistakes_are_told_at_once() -> None:
    problems = problems_of(
        f"authorization: reader:{SECRET}",
        f"headers: {{Host: {SECRET}, 'a b': {SECRET}}}",
        "proxy: nowhere",
    )
    assert [problem.split(":")[1] for problem in problems] == ["4", "5", "5", "6"]
    assert SECRET not in "".join(problems)


def test_the_settings_have_a_proxy_and_a_name_for_all() -> None:
    text = "settings: {user_agent: Reader/2, proxy: '${WAY_OUT}', connections: 20}\n"
    settings = parse(f"{text}feeds: []\nconflicts: []\n", PATH).settings
    assert (settings.user_agent, settings.proxy, settings.connections) == (
        "Reader/2",
        "${WAY_OUT}",
        20,
    )
