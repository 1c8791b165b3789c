"""Text that a page holds in its scripts, frames and notes only, in each form that is in use.

The file is long because each form is written out.
"""

import json
from typing import Any

import pytest

from aggregator.model import Article, Verdict
from aggregator.scrape.article import extract

TITLE = "Lamps return to the lower town"
TEXTS = (
    (
        "The lower town has had light again since Sunday evening, after a night in which the crews"
        " of two works mended the line that a shell had cut at the weir."
    ),
    (
        "Bakers were the first to notice. By four in the morning there was a queue of sixty people"
        " in Mill Street, and the last loaf was sold before the trams ran."
    ),
    "“We heard the fridges,” a neighbour said.",
    (
        "The works warn that the line is a makeshift: in a strong wind it will be switched off,"
        " and a new mast cannot be had before the summer."
    ),
)
OTHER = (
    (
        "A choir of ninety sang in the covered market on Saturday, and the fishmongers, who had"
        " been asked to leave their stalls for an hour, stayed and sang with them."
    ),
    (
        "It was the first concert in the market for forty years, and nobody has yet found out who"
        " had the idea. The next one is to be held under the railway bridge in May."
    ),
    (
        "Whoever wants to sing has to bring a chair, since there are none in the market, and a"
        " coat, since the doors stay open for the cats that live between the stalls."
    ),
    (
        "The council gave its leave after a debate of four hours about the cats, the doors, and the"
        " price of fish, on which the choir had no opinion at all, it said."
    ),
)
BODY = "\n\n".join(TEXTS)
HTML = "".join(f"<p>{text}</p>" for text in TEXTS)
RELATED = {"headline": "Choir sings in market", "url": "/choir", "body": list(OTHER)}


def told(head: str, content: str = "<div id='root'></div>") -> Article:
    head = f"<head><title>{TITLE}</title>{head}</head>"
    markup = f"<html>{head}<body><h1>{TITLE}</h1>{content}</body></html>"
    return extract(markup.encode(), "https://town-crier.example/lamps")


def script(text: str, attributes: str = "") -> str:
    return f"<script {attributes}>{text}</script>"


def next_data(article: Any) -> str:
    data = {"props": {"pageProps": {"article": article, "related": [RELATED, RELATED]}}}
    return script(json.dumps(data), "id='__NEXT_DATA__' type='application/json'")


def pushes(stream: str, size: int = 300) -> str:
    pieces = [stream[start : start + size] for start in range(0, len(stream), size)]
    return "".join(script(f"self.__next_f.push({json.dumps([1, piece])})") for piece in pieces)


def spans(text: str, kind: dict[str, str], name: str = "text") -> list[dict[str, Any]]:
    """Return a text in three pieces, as if some words of it were in bold."""
    return [{**kind, name: piece} for piece in (text[:20], text[20:31], text[31:])]


def flat(value: Any, table: list[Any]) -> int:
    """Put a value into a flat table (as devalue does) and return its number."""
    number = len(table)
    table.append(None)
    if isinstance(value, dict):
        table[number] = {key: flat(inner, table) for key, inner in value.items()}
    elif isinstance(value, list):
        table[number] = [flat(inner, table) for inner in value]
    else:
        table[number] = value
    return number


def streamed(value: Any, table: list[Any]) -> int:
    """Put a value into a flat table whose names are numbers too, as React Router does."""
    number = len(table)
    table.append(None)
    if isinstance(value, dict):
        table[number] = {f"_{streamed(k, table)}": streamed(v, table) for k, v in value.items()}
    elif isinstance(value, list):
        table[number] = [streamed(inner, table) for inner in value]
    else:
        table[number] = value
    return number


def table_of(value: Any, *, named: bool = False) -> str:
    table: list[Any] = []
    (streamed if named else flat)(value, table)
    return json.dumps(table)


def elements(texts: tuple[str, ...]) -> list[Any]:
    children = [
        ["$", "p", None, {"children": [t[:20], ["$", "em", None, {"children": t[20:31]}], t[31:]]}]
        for t in texts
    ]
    return ["$", "article", None, {"className": "copy", "children": children}]


ARTICLE = {"headline": TITLE, "body": list(TEXTS), "url": "/lamps"}
QUOTED = [json.dumps(text, ensure_ascii=False) for text in TEXTS]
FORMS = {
    "Next.js": next_data(ARTICLE),
    "Next.js, text as HTML": next_data({"headline": TITLE, "html": HTML}),
    "Next.js, text with line breaks": next_data({"title": TITLE, "content": BODY}),
    "Next.js stream of elements": pushes(f"0:{json.dumps(elements(TEXTS))}\n"),
    "Next.js stream with a row of text": pushes(
        f'0:["$","div",null,{{"article":{{"headline":{json.dumps(TITLE)},"html":"$1a"}}}}]\n'
        f'1a:T{len(HTML.encode()):x},{HTML}2:I[33,[],""]\n'
    ),
    "Nuxt 3": script(
        table_of({"data": {"article": ARTICLE, "related": [RELATED]}}),
        "type='application/json' id='__NUXT_DATA__'",
    ),
    "Nuxt 2": script(
        "window.__NUXT__=(function(a,b){return {layout:a,data:[{blocks:["
        + ",".join(f"{{kind:b,text:{text}}}" for text in QUOTED)
        + f']}}],other:{{lead:"{OTHER[0]}"}}}}}}("default","paragraph"));'
    ),
    "Nuxt 2, as an array": script(
        f"window.__NUXT__={json.dumps({'data': [{'article': ARTICLE}]})};"
    ),
    "Apollo": script(
        "window.__APOLLO_STATE__="
        + json.dumps(
            {
                **{f"Block:{n}": {"__typename": "Block", "text": t} for n, t in enumerate(TEXTS)},
                "Teaser:9": {"__typename": "Teaser", "line": OTHER[0]},
            }
        )
    ),
    "preloaded state in a string": script(
        f"window.__PRELOADED_STATE__ = JSON.parse({json.dumps(json.dumps({'story': ARTICLE}))});"
    ),
    "preloaded state": script(f"window.__PRELOADED_STATE__ = {json.dumps({'story': ARTICLE})};"),
    "Arc Fusion": script(
        "window.Fusion=window.Fusion||{};Fusion.arcSite='crier';Fusion.globalContent="
        + json.dumps(
            {
                "headlines": {"basic": TITLE},
                "content_elements": [{"type": "text", "content": text} for text in TEXTS],
            }
        )
        + ";Fusion.globalContentConfig={};"
    ),
    "Wix": script(
        json.dumps(
            {
                "post": {
                    "title": TITLE,
                    "richContent": {
                        "nodes": [
                            {
                                "type": "PARAGRAPH",
                                "nodes": [
                                    {"type": "TEXT", "nodes": [], "textData": {"text": piece}}
                                    for piece in (text[:20], text[20:])
                                ],
                            }
                            for text in TEXTS
                        ]
                    },
                }
            }
        ),
        "type='application/json' id='wix-warmup-data'",
    ),
    "Gatsby": script(f"window.___gatsby_data={json.dumps({'result': {'post': ARTICLE}})}"),
    "Remix": script(
        "window.__remixContext = "
        + json.dumps({"state": {"loaderData": {"story": ARTICLE}}})
        + ";__remixContext.p = function(v,e,p,x){};"
    ),
    "React Router": script(
        "window.__reactRouterContext.streamController.enqueue("
        + json.dumps(table_of({"loaderData": {"story": ARTICLE}}, named=True))
        + ");"
    ),
    "SvelteKit": script(
        "{const element = document.currentScript.parentElement;Promise.all([]).then(([kit, app]) =>"
        ' {kit.start(app, element, {node_ids: [0, 2],data: [null,{type:"data",data:{story:{'
        "paragraphs:[" + ",".join(f"{{text:{text}}}" for text in QUOTED) + "]}},uses:{}}]});});}"
    ),
    "SvelteKit, fetched": script(
        json.dumps({"status": 200, "body": json.dumps({"story": ARTICLE})}),
        "type='application/json' data-sveltekit-fetched data-url='/api/lamps'",
    ),
    "Portable Text": next_data(
        {
            "title": TITLE,
            "body": [
                {
                    "_type": "block",
                    "style": "normal",
                    "markDefs": [],
                    "children": spans(text, {"_type": "span"}),
                }
                for text in TEXTS
            ],
        }
    ),
    "Draft.js": next_data(
        {"title": TITLE, "raw": {"blocks": [{"type": "unstyled", "text": t} for t in TEXTS]}}
    ),
    "Contentful": next_data(
        {
            "title": TITLE,
            "copy": {
                "nodeType": "document",
                "content": [
                    {
                        "nodeType": "paragraph",
                        "content": [
                            {"nodeType": "text", "value": text[:20], "marks": []},
                            {
                                "nodeType": "hyperlink",
                                "data": {"uri": "/x"},
                                "content": [{"nodeType": "text", "value": text[20:31]}],
                            },
                            {"nodeType": "text", "value": text[31:], "marks": []},
                        ],
                    }
                    for text in TEXTS
                ],
            },
        }
    ),
    "Slate": next_data(
        {"title": TITLE, "copy": [{"type": "paragraph", "children": spans(t, {})} for t in TEXTS]}
    ),
    "Lexical": next_data(
        {
            "title": TITLE,
            "copy": {
                "root": {
                    "children": [
                        {"type": "paragraph", "children": spans(text, {"type": "text"})}
                        for text in TEXTS
                    ]
                }
            },
        }
    ),
    "ProseMirror": next_data(
        {
            "title": TITLE,
            "copy": {
                "type": "doc",
                "content": [
                    {"type": "paragraph", "content": spans(text, {"type": "text"})}
                    for text in TEXTS
                ],
            },
        }
    ),
    "Editor.js": next_data(
        {
            "title": TITLE,
            "copy": {"blocks": [{"type": "paragraph", "data": {"text": text}} for text in TEXTS]},
        }
    ),
    "Quill": next_data(
        {"title": TITLE, "delta": {"ops": [{"insert": f"{text}\n"} for text in TEXTS]}}
    ),
    "an array of texts that are whole": next_data(
        {"title": TITLE, "content": [{"type": "text", "text": text} for text in TEXTS]}
    ),
}


@pytest.mark.parametrize("form", FORMS)
def test_text_in_data_is_found_whole_and_in_order(form: str) -> None:
    article = told(FORMS[form])
    assert article.body == BODY
    assert article.verdict is Verdict.ARTICLE


def test_headings_of_data_stay_headings() -> None:
    block = {"_type": "block", "children": [{"_type": "span", "text": "Who pays"}], "style": "h2"}
    blocks = [
        {"_type": "block", "style": "normal", "children": spans(text, {"_type": "span"})}
        for text in TEXTS
    ]
    blocks.insert(2, block)
    assert told(next_data({"title": TITLE, "body": blocks})).body == "\n\n".join(
        (*TEXTS[:2], "Who pays", *TEXTS[2:])
    )


def test_another_articles_text_in_the_data_does_not_replace_a_short_one() -> None:
    data = script(json.dumps({"related": [RELATED]}), "id='__NEXT_DATA__' type='application/json'")
    article = told(data, f"<p>{TEXTS[0]}</p><p>{TEXTS[3]}</p>")
    assert article.body == f"{TEXTS[0]}\n\n{TEXTS[3]}"


def test_a_teaser_on_the_page_is_completed_from_its_data() -> None:
    assert told(next_data(ARTICLE), f"<p>{TEXTS[0]}</p>").body == BODY


@pytest.mark.parametrize("mode", ["open", "closed"])
def test_a_shadow_root_is_part_of_the_page(mode: str) -> None:
    content = f"<story-body><template shadowrootmode='{mode}'>{HTML}</template></story-body>"
    assert told("", content).body == BODY


def test_a_plain_template_is_a_last_resort() -> None:
    assert told("", f"<template>{HTML}</template>").body == BODY
    choir = "".join(f"<p>{text}</p>" for text in OTHER)
    assert told("", f"{HTML}<template>{choir}</template>").body == BODY


def test_notes_for_browsers_without_scripts_are_a_last_resort() -> None:
    assert told("", f"<noscript><div>{HTML}</div></noscript>").body == BODY
    choir = "".join(f"<p>{text}</p>" for text in OTHER)
    assert told("", f"{HTML}<noscript><div>{choir}</div></noscript>").body == BODY


def test_a_frame_with_its_own_markup_is_a_last_resort() -> None:
    assert told("", f'<iframe srcdoc="{HTML.replace("“", "&ldquo;")}"></iframe>').body == BODY


def test_amp() -> None:
    head = "<script type='application/json'>{}</script>"
    content = (
        f"<amp-state id='s'>{head}</amp-state><div class='amp-wp-article-content'>{HTML}</div>"
    )
    assert (
        told("<script async src='https://cdn.ampproject.org/v0.js'></script>", content).body == BODY
    )
