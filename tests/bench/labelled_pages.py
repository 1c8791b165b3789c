"""A small folder of labelled pages, with a scorer that only knows equal and unequal."""

import gzip
import json
from pathlib import Path
from typing import Any

SCORER = """
def match(true, found):
    return (1.0, 0.0, 0.0) if found == true else (0.0, 0.0, 1.0)

def prf(matches):
    share = sum(match[0] for match in matches) / len(matches)
    return share, share, share

def evaluate(truths, predictions, resamples=0):
    bodies = [match(t["body"], predictions.get(t["id"], {}).get("body"))[0] for t in truths]
    rows = [{"id": t["id"], "body_f1": body} for t, body in zip(truths, bodies)]
    share = sum(bodies) / len(bodies)
    figures = {"f1": share, "precision": share, "recall": share}
    return {"pages": len(rows), "body": figures}, rows

def line(name, figures):
    return f"{name} {figures['body']['f1']:.2f}"
"""
PARAGRAPHS = (
    "The ferry between Old Senna and the east bank ran again on Monday after eleven days ashore.",
    "Its crew had waited for a part of the rudder that came by road, under escort, from Velmora.",
    "Tickets cost what they cost in spring, and children travel free until the end of the month.",
)
PAGE = f"<html lang=en><h1>The ferry runs</h1><article><p>{'<p>'.join(PARAGRAPHS)}</article>"
LANGUAGES = ("en", "de")


def true_body(number: int) -> str:
    """Return what is said to be on a page: all of it is only on the first."""
    return "\n\n".join(PARAGRAPHS[number:])


def write_data(folder: Path) -> Path:
    """Write a set "harbour" of two pages, and one whose truth is not to be trusted."""
    pages = folder / "harbour" / "pages"
    pages.mkdir(parents=True)
    truths: list[dict[str, Any]] = [{"id": "cut", "url": "", "body": "T", "suspect_truth": True}]
    for number, language in enumerate(LANGUAGES):
        identity = f"page-{number}"
        (pages / f"{identity}.html.gz").write_bytes(gzip.compress(PAGE.encode()))
        url = f"https://{identity}.example/ferry"
        body = true_body(number)
        truths.append({"id": identity, "url": url, "body": body, "lang": language})
    lines = "".join(json.dumps(truth) + "\n" for truth in truths)
    (pages.parent / "truth.jsonl").write_text(lines, encoding="utf-8")
    (folder / "extract_metrics.py").write_text(SCORER, encoding="utf-8")
    return folder
