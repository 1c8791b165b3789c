"""Which answers are tests for people, and which only speak of such tests.

The pages are written by hand after the parts that each service's own page is known by. The file is
long because its tables of pages are.
"""

import pytest

from aggregator.text.bot_walls import BODY_LIMIT, bot_wall, looks_like_html

Headers = tuple[tuple[str, str], ...]


def page(title: str, body: str = "", head: str = "") -> bytes:
    return (
        f"<!DOCTYPE html><html><head><title>{title}</title>{head}</head><body>{body}</body></html>"
    ).encode()


WALLS: list[tuple[str, int, Headers, bytes, str]] = [
    ("header", 403, (("cf-mitigated", "challenge"),), b"", "Cloudflare"),
    ("header at 200", 200, (("cf-mitigated", "challenge"),), b"", "Cloudflare"),
    (
        "challenge",
        403,
        (),
        page(
            "Just a moment...",
            "<noscript>Enable JavaScript and cookies to continue</noscript>"
            "<script>(function(){window._cf_chl_opt={cType:'managed'};})();</script>",
        ),
        "Cloudflare",
    ),
    (
        "old challenge",
        503,
        (),
        page("Just a moment...", '<div class="cf-browser-verification">Checking…</div>'),
        "Cloudflare",
    ),
    ("block", 403, (), page("Attention Required! | Cloudflare"), "Cloudflare"),
    (
        "block by rule",
        403,
        (),
        page("Access denied | gazette.example used Cloudflare to restrict access"),
        "Cloudflare",
    ),
    ("block in words", 403, (("server", "cloudflare"),), b"error code: 1020", "Cloudflare"),
    (
        "captcha",
        403,
        (),
        page(
            "gazette.example",
            "<p>Please enable JS and disable any ad blocker</p>"
            "<script>var dd={'rt':'c','host':'geo.captcha-delivery.com'}</script>",
        ),
        "DataDome",
    ),
    (
        "captcha in JSON",
        403,
        (),
        b'{"url":"https://geo.captcha-delivery.com/captcha/?initialCid=AH"}',
        "DataDome",
    ),
    ("header", 403, (("x-dd-b", "1"),), b"", "DataDome"),
    (
        "captcha",
        403,
        (),
        page("Access to this page has been denied.", '<div id="px-captcha"></div>'),
        "HUMAN (PerimeterX)",
    ),
    (
        "captcha in JSON",
        403,
        (),
        b'{"appId":"PXabcdefgh","jsClientSrc":"/x/init.js","blockScript":"/x/captcha.js"}',
        "HUMAN (PerimeterX)",
    ),
    (
        "refusal",
        403,
        (("server", "AkamaiGHost"),),
        page(
            "Access Denied",
            "<H1>Access Denied</H1>You don't have permission to access this server.<P>"
            "Reference&#32;&#35;18&#46;2d351ab8&#46;1557333295&#46;a4e16ab",
        ),
        "Akamai",
    ),
    (
        "challenge",
        200,
        (),
        page("gazette.example", '<div id="sec-if-cpt-container"></div>'),
        "Akamai",
    ),
    (
        "stub",
        200,
        (),
        b'<html><head><META NAME="robots"><script src="/_Incapsula_Resource?S=5"></script></head>',
        "Imperva",
    ),
    (
        "block",
        403,
        (),
        page("Error", "Request unsuccessful. Incapsula incident ID: 1-2"),
        "Imperva",
    ),
    (
        "interruption",
        200,
        (),
        page("Pardon Our Interruption", "<h1>Pardon Our Interruption…</h1>"),
        "Imperva",
    ),
    ("challenge", 202, (("x-amzn-waf-action", "challenge"),), b"", "AWS WAF"),
    ("captcha", 405, (("x-amzn-waf-action", "captcha"),), b"", "AWS WAF"),
    ("stub", 202, (), page("", "<script>window.gokuProps = {}</script>"), "AWS WAF"),
    (
        "block",
        403,
        (),
        page("ERROR: The request could not be satisfied", "<p>Request blocked. We can't connect."),
        "AWS WAF",
    ),
    ("header", 403, (("x-sucuri-block", "XSS"),), b"", "Sucuri"),
    ("block", 403, (), page("Sucuri WebSite Firewall - Access Denied"), "Sucuri"),
    (
        "redirect by script",
        200,
        (),
        page("You are being redirected...", "<script>var s={};sucuri_cloudproxy_js='';</script>"),
        "Sucuri",
    ),
    ("title", 403, (("server", "ddos-guard"),), page("DDoS-Guard"), "DDoS-Guard"),
    (
        "script",
        403,
        (),
        page("gazette.example", '<script src="https://check.ddos-guard.net/check.js"></script>'),
        "DDoS-Guard",
    ),
    ("header", 429, (("x-vercel-mitigated", "challenge"),), b"", "Vercel"),
    ("title", 429, (), page("Vercel Security Checkpoint"), "Vercel"),
    ("header", 202, (("sg-captcha", "challenge"),), b"", "SiteGround"),
    (
        "refresh",
        202,
        (),
        b'<html><head><meta http-equiv="refresh" content="0;/.well-known/sgcaptcha/?r=%2Ffeed">',
        "SiteGround",
    ),
    ("script", 200, (), page("", '<script src="//validate.perfdrive.com/x"></script>'), "Radware"),
    ("header", 429, (("x-kpsdk-ct", "0abc"),), b"", "Kasada"),
    ("script", 401, (), page("", '<script src="/__qrator/qauth_utm_v2.js"></script>'), "Qrator"),
    (
        "challenge",
        200,
        (),
        page(
            "Making sure you're not a bot!",
            '<script id="anubis_challenge" type="application/json">{}</script>',
        ),
        "Anubis",
    ),
    (
        "interstitial",
        200,
        (),
        page("", '<meta http-equiv="refresh" content="5; URL=\'/?bm-verify=AAQAAAAJ\'" />'),
        "Akamai",
    ),
    ("script", 200, (), page("", "<script>window.KPSDK={};</script>"), "Kasada"),
    ("script", 200, (), page("", "<script>window.rbzns={};</script>"), "Reblaze"),
    (
        "challenge",
        200,
        (),
        page("Client Challenge", '<script src="/_fs-ch-1T1wmsGaOgGaSxcX/script.js"></script>'),
        "Fastly",
    ),
    (
        "rejection",
        200,
        (),
        page("Request Rejected", "The requested URL was rejected. Your support ID is: 77"),
        "F5",
    ),
    (
        "challenge",
        200,
        (),
        page("", "Please enable JavaScript to view the page content.<br/>Your support ID is: 77."),
        "F5",
    ),
    (
        "block",
        503,
        (),
        page("Access limited", "<p>Your access is limited.</p><p>Generated by Wordfence</p>"),
        "Wordfence",
    ),
    (
        "a page with its pictures in it",
        200,
        (),
        page("DDoS-Guard", f'<img src="data:image/png;base64,{"QUJD" * 8000}">'),
        "DDoS-Guard",
    ),
    (
        "captcha of one's own",
        200,
        (),
        page(
            "gazette.example: security check",
            'Prove that you are no robot<div class="g-recaptcha" data-sitekey="x"></div>',
        ),
        "a captcha",
    ),
    (
        "captcha that is refused",
        403,
        (),
        page("Are you a robot?", '<script src="https://hcaptcha.com/1/api.js"></script>'),
        "a captcha",
    ),
]


@pytest.mark.parametrize(
    ("status", "headers", "body", "wall"),
    [row[1:] for row in WALLS],
    ids=[f"{row[4]}: {row[0]}" for row in WALLS],
)
def test_a_wall_is_known(status: int, headers: Headers, body: bytes, wall: str) -> None:
    assert bot_wall(status, headers, body) == wall


WORDS = (
    "Cloudflare asked readers to prove that they are human: “Just a moment...” and “Checking your"
    " browser before accessing” stood there for an hour. A captcha by DataDome or PerimeterX"
    " (px-captcha) would have let nobody in either, experts of Akamai, Imperva, Sucuri, DDoS-Guard"
    " and Vercel say. geo.captcha-delivery.com, _cf_chl_opt, sucuri_cloudproxy_js, gokuProps,"
    " /_Incapsula_Resource?, /__qrator/qauth and g-recaptcha are names that programmers know."
    " Request unsuccessful. Incapsula incident ID: 7. Access denied. Reference #18.2d351ab8.155. "
)

# What sites behind a service, or with a form, load on every page of theirs.
ORDINARY_SCRIPTS = (
    '<script src="/cdn-cgi/challenge-platform/scripts/jsd/main.js"></script>'
    '<script src="https://static.cloudflareinsights.com/beacon.min.js"></script>'
    '<script src="https://js.datadome.co/tags.js"></script>'
    '<script>window._pxAppId="PXabcdefgh"</script>'
    '<script src="https://www.google.com/recaptcha/api.js"></script>'
    '<script src="https://a1b2.token.awswaf.com/a1b2/challenge.js"></script>'
    '<script src="/_Incapsula_Resource?SWJIYLWA=7&ns=2"></script>'
    '<script src="/149e9513-01fa-4fb0-aad4-566afd725d1b/2d206a39/ips.js"></script>'
    "<script>window.KPSDK={};window.bobcmn='';</script>"
)
SERVICE_HEADERS = (
    ("server", "cloudflare"),
    ("cf-ray", "8a"),
    ("x-datadome", "protected"),
    ("x-iinfo", "1-2"),
    ("x-sucuri-id", "15"),
    ("x-amzn-requestid", "a"),
    ("x-vercel-id", "fra1"),
)
RSS = (
    f"<?xml version='1.0'?><rss><channel><title>Just a moment...</title><item><description>{WORDS}"
)

ORDINARY: list[tuple[str, int, bytes]] = [
    ("an article about walls", 200, page("Just a moment...", f"<p>{WORDS * 4}</p>")),
    (
        "an article behind a wall",
        200,
        page("Ferries sail again", f"<p>{'Ferries sail again. ' * 100}</p>", ORDINARY_SCRIPTS),
    ),
    (
        "a short page behind a wall",
        200,
        page("Ferries", f"<p>{'Ferries sail again. ' * 12}</p>", ORDINARY_SCRIPTS),
    ),
    ("an article about captchas", 200, page("Captcha: are you human?", f"<p>{WORDS * 4}</p>")),
    ("a short note about captchas", 200, page("Captcha: are you human?", "<p>A note.</p>")),
    (
        "words of a wall in a description",
        200,
        page("Ferries", f"<p>{'Ferries. ' * 200}", f'<meta name="description" content="{WORDS}">'),
    ),
    ("an empty shell behind a wall", 200, page("Ferries", "<div id=root></div>", ORDINARY_SCRIPTS)),
    ("a comment form", 200, page("Write to us", '<form><div class="g-recaptcha"></div></form>')),
    ("a refusal in words", 403, page("Forbidden", f"<p>{WORDS}</p>")),
    ("a refusal behind a wall", 403, page("Members only", "<p>Log in.</p>", ORDINARY_SCRIPTS)),
    ("a login", 401, page("Log in", "<form></form>", ORDINARY_SCRIPTS)),
    ("nginx", 403, page("403 Forbidden", "<center><h1>403 Forbidden</h1></center>nginx")),
    ("an outage", 503, page("Service Unavailable", "<p>Back soon.</p>", ORDINARY_SCRIPTS)),
    ("a limit in JSON", 429, b'{"error":"too many requests","appId":"PX"}'),
    ("a limit in words", 429, b"error code: 1020 may be what you see elsewhere"),
    ("a feed about walls", 200, RSS.encode()),
    ("a refused feed", 403, RSS.encode()),
    ("a JSON feed", 200, f'{{"items":[{{"content_text":"{WORDS}"}}]}}'.encode()),
    ("an Atom feed", 200, f"<feed><title>Just a moment...</title><!-- {WORDS} -->".encode()),
    ("nothing", 200, b""),
    ("nothing but a refusal", 403, b""),
    ("noise", 403, bytes(range(256)) * 64),
]


@pytest.mark.parametrize(
    ("status", "body"), [row[1:] for row in ORDINARY], ids=[row[0] for row in ORDINARY]
)
@pytest.mark.parametrize("headers", [(), SERVICE_HEADERS], ids=["plain", "behind a service"])
def test_what_is_ordinary_is_no_wall(status: int, headers: Headers, body: bytes) -> None:
    assert bot_wall(status, headers, body) is None


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"<!DOCTYPE html><html>", True),
        (b"\xef\xbb\xbf\n <HTML lang=en>", True),
        (b'<?xml version="1.0"?>\n<!DOCTYPE html PUBLIC "">', True),
        (b"<!-- made by hand --><html>", True),
        (b"<script>location=1</script>", True),
        (b'<?xml version="1.0"?><rss>', False),
        (b"<feed xmlns='http://www.w3.org/2005/Atom'>", False),
        (b"<!-- <html> --><rss>", False),
        (b"<htmlfeed>", False),
        (b"{}", False),
        (b"", False),
    ],
)
def test_what_begins_a_web_page(body: bytes, expected: bool) -> None:  # noqa: FBT001  # a column of a table
    assert looks_like_html(body) is expected


@pytest.mark.parametrize(
    "piece",
    [b"<", b"<script", b"<!--", b"<title>", b"</", b'"blockScript":', b"<a b=", b"&#", b" "],
)
def test_a_page_that_never_comes_to_an_end_is_judged(piece: bytes) -> None:
    assert bot_wall(403, (), b"<html>" + piece * BODY_LIMIT) is None


def test_only_the_beginning_is_looked_at() -> None:
    body = b"<html>" + b" " * BODY_LIMIT + page("DDoS-Guard")
    assert bot_wall(403, (), body) is None
