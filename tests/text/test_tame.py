"""Markup that is cleaned without a sanitiser comes out as the sanitiser would have it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator.text.clean import safe_html, sanitised_html, tame_safe_html
from tests.seeds import examples

BASE = "https://courier.example/world/"
TAGS = (
    "p p p a a b i em strong span div u s small ul ol li dl dt dd h1 h2 figure figcaption"
    " blockquote abbr q sub del ins code font center section table td pre script style br img hr"
).split()
ATTRIBUTES = [
    'class="x"', 'href="/x"', 'href="http://c.example/a?b=1&amp;c=2"', "href='http://c.example/q'",
    'href="http://c.example/a?b=1&c=2"', 'src="/i.png"', 'src="http://c.example/i.jpg?w=1&h=2"',
    'alt="a &amp; b"', 'alt="é\xa0&quot;"', 'title="t"', 'title="&lt;x&gt;"', 'lang="fr"', "alt",
    'dir="rtl"', 'width="600"', 'width="1"', "height=1", 'href=""', 'href="javascript:x"',
    'href="http://1.2.3.4/"', 'href="http://xn--a/"', 'data-x="a>b"', 'HREF="/up"', 'rel="me"',
    'href="/1" href="/2"', 'style="x"', 'href="//h.example/"', 'href="x"', 'href="#f"',
    'href="http://c.example:80/"', 'href="https://c.example"', 'href="http://c.example\\x"',
    'alt="a\nb"', 'href="/a b"', 'href="/é"', 'href="/a&copy=1"', 'href="/a&copy"', "alt='\"'",
    'title="&copy;"', 'title="&amp"', 'href="http://c..example/x"', 'src="mailto:x"', "=", "/",
    'href="http://user:word@c.example/"', 'href="http://c.example/;"', 'href="http://c.example/?"',
]  # fmt: skip
TEXTS = [
    "Ford open", " ", "\n", "&amp;", "&nbsp;", "\xa0", "&copy;", "&#8217;", "&#150;", "&#x2014;",
    "&", "& ", "&x", "&amp", "&lt;b&gt;", "&quot;", "&#39;", "“q”", "é", "ж", "\u200d", "\u202e",
    "&#10;", "&#13;", "&#8203;", "&rlm;", "&notin;", "&notit;", "&#0;", "&#xFFFF;", "&#x1F600;",
    "<", ">", "<!-- c -->", "<!--more-->", "<!---->", "<!-->", "</hr>", "</br>", "</p>", "</b>",
    "&NotEqualTilde;", "&#55296;", "&Tab;", "&fjlig;", "\r", "<p/>", "<P>", "</p >", "<a", "\x07",
]  # fmt: skip


def start(name: str, attributes: list[str], end: str) -> str:
    return f"<{' '.join([name, *attributes])}{end}>"


starts = st.builds(
    start,
    st.sampled_from(TAGS),
    st.lists(st.sampled_from(ATTRIBUTES), max_size=2),
    st.sampled_from(["", "", "", " /", "/", " "]),
)
trees = st.recursive(
    st.sampled_from(TEXTS) | starts.filter(lambda tag: tag[1:3] in {"br", "im", "hr"}),
    lambda inner: st.builds(
        lambda tag, parts: f"{tag}{''.join(parts)}</{tag[1:-1].split()[0]}>",
        starts,
        st.lists(inner, max_size=4),
    ),
    max_leaves=12,
)
markup = st.lists(trees, max_size=4).map("".join)


@pytest.mark.parametrize("number", examples(200, 1000))
def test_c11_what_is_recognised_is_what_the_sanitiser_makes_of_it(number: int) -> None:
    @settings(max_examples=number)
    @given(markup)
    def check(raw: str) -> None:
        tame = tame_safe_html(raw, BASE)
        assert tame is None or tame == sanitised_html(raw, BASE)

    check()


@given(st.text(alphabet="<>&;/ =\"'apbimgsrchef!-#1x\n"))
def test_c11_soup_is_what_the_sanitiser_makes_of_it(raw: str) -> None:
    tame = tame_safe_html(raw, BASE)
    assert tame is None or tame == sanitised_html(raw, BASE)


@pytest.mark.parametrize(
    "raw",
    [
        "<p>One <a href='https://a.example/'>two</a>.</p>\n<p>Three &amp; <b>four</b></p>",
        '<p class="x"><img src="/a.jpg" alt="A ford" width="600" srcset="/a.jpg 2x"/></p>',
        '<div><h2 id="t">T</h2><ul><li>one<ul><li>two</li></ul></li></ul><!-- more --></div>',
        '<figure><img src="/a.jpg"><figcaption>C</figcaption></figure>',
        "It&#8217;s &ldquo;open&rdquo;&hellip; &nbsp;<br>again<br />and again",
        '<blockquote><p>Q <span style="x">s</span></p></blockquote><hr>',
        '<img src="https://c.example/pixel.gif" width="1" height="1"> text',
        '<dl><dt lang="fr">a</dt><dd>b</dd></dl><p dir="rtl">c</p>',
    ],
)
def test_what_news_feeds_hold_is_recognised(raw: str) -> None:
    tame = tame_safe_html(raw, BASE)
    assert tame == safe_html(raw, BASE) == sanitised_html(raw, BASE)
    assert tame is not None


@pytest.mark.parametrize(
    "raw",
    [
        "<script>x</script>", "<p>open", "closed</p>", "<p><p>x</p></p>", "<b><i>x</b></i>",
        "<li>x</li>", "<a href=x>y</a>", "<p onclick='x>y'>z</p>", "a < b", "a > b", "&notit;",
        "<a href='data:x'>y</a>", "<table><tr><td>x</td></tr></table>", "<svg><p>x</p></svg>",
        "<a href='/1'><i><a href='/2'>x</a></i></a>", "<h1><h2>x</h2></h1>", "&#128;", "&#xD800;",
        "<b><b>x</b></b>", "<p>x\r</p>", "<A>x</A>", "<!-- a -- b -->", "<![CDATA[x]]>", "<?x?>",
    ],
)  # fmt: skip
def test_c11_anything_else_is_left_to_the_sanitiser(raw: str) -> None:
    assert tame_safe_html(raw, BASE) is None
