"""How-to content: lessons as the product reads them from metafields, and a page for each film."""

import json
from typing import Any

from devstore.seed.texts import table

Document = dict[str, Any]
LANGUAGES = ("en", "de", "sv")


def metafields(owner: str, handle: str, origin: str) -> list[Document]:
    """The `postlude.how_to` metafield of a product or collection (`owner` is `products` or `collections`), or none."""
    names = table("how_to")[owner].get(handle, [])
    entries = [entry for name in names for entry in lesson(name, origin)]
    if not entries:
        return []
    value = json.dumps(entries, ensure_ascii=False)
    return [{"namespace": "postlude", "key": "how_to", "type": "json", "value": value}]


def lesson(name: str, origin: str) -> list[Document]:
    """One entry per language the lesson is written in."""
    row = table("how_to")["lesson"][name]
    return [_entry(name, row, language, origin) for language in LANGUAGES if language in row]


def _entry(name: str, row: Document, language: str, origin: str) -> Document:
    words = row[language]
    entry: Document = {"phase": row["phase"], "type": row["type"], "title": words["title"], "language": language}
    if "minutes" in row:
        entry |= {"minutes": row["minutes"], "url": f"{origin}/pages/how-to-{name}-{language}"}
    if "picture" in row:
        entry["image"] = f"{origin}/cdn/how-to/{row['picture']}.svg"
    if "text" in words:
        entry["text"] = words["text"]
    if "steps" in words:
        entry["steps"] = [_step(text, position, row, origin) for position, text in enumerate(words["steps"])]
    return entry


def _step(text: str, position: int, row: Document, origin: str) -> Document:
    if position or "picture" not in row:
        return {"text": text}
    return {"text": text, "image": f"{origin}/cdn/how-to/{row['picture']}.svg"}


def film_pages(origin: str) -> list[tuple[str, str, str]]:
    """(handle, title, HTML) of the page behind each film, its words written out."""
    pages = []
    for name, row in table("how_to")["lesson"].items():
        for language in LANGUAGES:
            if "minutes" not in row or language not in row:
                continue
            words = row[language]
            steps = "".join(f"<li>{text}</li>" for text in words["steps"])
            picture = f'<p><img src="{origin}/cdn/how-to/{row["picture"]}.svg" width="800" height="600" alt=""></p>'
            pages.append((f"how-to-{name}-{language}", words["title"], f"{picture}<ol>{steps}</ol>"))
    return pages
