"""What the designer's forms say: each section's fields, in the shape of the look that they change.

A reading keeps what was typed, has a sentence for every field that does not fit, and hands on those that do, so that a
preview can follow while somebody is still typing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from pydantic import TypeAdapter, ValidationError
from werkzeug.datastructures import MultiDict

from shopify_app.i18n import Phrase, phrase
from shopify_app.settings import forms
from shopify_app.settings.branding import too_pale
from shopify_app.settings.contrast import parse_colour, readable_on
from shopify_app.settings.drafting import FIELDS, Look
from shopify_app.settings.languages import SPOKEN
from shopify_app.settings.offers import Offer
from shopify_app.settings.shape import Unfit
from shopify_app.settings.store import ADAPTERS, GROUPS, as_kept, written
from shopify_app.settings.support import Hours, Question, SocialLink, Weekday
from shopify_app.settings.tracking import Block
from shopify_app.texts import number_in

Posted = MultiDict[str, str]
MOST_ROWS = 40
MOST_NEVER = 500


@dataclass(frozen=True)
class Reading:
    """`changes` are the fields that fit, `errors` sentences by the form's field, `shown` what was typed. `refusal` is
    of the form as a whole, of which nothing is taken then."""

    changes: Look
    errors: Mapping[str, Phrase] = field(default_factory=dict)
    shown: Mapping[str, Any] = field(default_factory=dict)
    proposal: str | None = None
    """The nearest accent that can be read, where the one typed cannot."""
    refusal: Phrase | None = None


def brand(form: Posted, look: Look) -> Reading:
    """Name, colours, type, tone; pictures travel beside (`uploads`)."""
    posted = form.copy()
    if own := form.get("font_own", "").strip():
        posted["font"] = own
    fields = [name for name in FIELDS["brand"] if not name.startswith("logo")]
    reading = _flat(posted, look, "brand", fields)
    accent, ground = (_colour(str(reading.shown[name])) for name in ("accent", "background"))
    errors = {name: said for name, said in reading.errors.items() if name != forms.WHOLE}
    proposal = None
    if accent and ground and (said := too_pale(accent, ground)):
        errors["accent"], proposal = said, readable_on(accent, ground)
    shown = {**reading.shown, "font_own": own}
    if own and "font" in errors:
        errors["font_own"], shown["font"] = errors.pop("font"), form.get("font", "")
    changes = dict(reading.changes["brand"])
    if proposal:
        changes["accent"] = proposal
    return Reading({"brand": changes}, errors, shown, proposal)


def blocks(form: Posted, look: Look) -> Reading:
    """Which parts the page has, in which order, and what opens the look-up."""
    on = set(form.getlist("on"))
    order = [name for name in form.getlist("order") if name in set(Block)]
    order = moved(order, form.get("verb", ""))
    shown = {"order": order, "on": on, "lookup_fields": form.getlist("lookup_fields"),
             "seller_name": form.get("seller_name", "").strip()}  # fmt: skip
    document = {"blocks": [name for name in dict.fromkeys(order) if name in on],
                "lookup_fields": shown["lookup_fields"], "seller_name": shown["seller_name"]}  # fmt: skip
    return _checked("tracking", document, look, shown)


def support(form: Posted, look: Look) -> Reading:
    """Ways to reach a person, and when."""
    flat = {name: form.get(name, "").strip() for name in ("email", "phone", "chat_url")}
    links, social, wrong = _social(form)
    times, hours, odd = _hours(form)
    days = form.get("closed_on", "").replace(",", " ").split()
    document = flat | {"chat_url": flat["chat_url"] or None, "social": links, "hours": hours, "closed_on": days}
    shown = flat | {"social": social, "hours": times, "closed_on": form.get("closed_on", "").strip()}
    reading = _checked("support", document, look, shown)
    return Reading(reading.changes, {**reading.errors, **wrong, **odd}, shown)


def questions(form: Posted, look: Look) -> Reading:
    """Frequent questions in one language (``language``)."""
    language = form.get("language", "en")
    if language not in SPOKEN:
        return Reading({}, refusal=phrase("Choose one of the languages in the list."))
    rows = _rows(form, "question", "answer")
    kept = [row for row in moved(rows, form.get("verb", "")) if any(row.values())]
    errors: dict[str, Phrase] = {}
    if len(kept) > MOST_ROWS:
        errors[f"question-{MOST_ROWS}"] = phrase("At most {count} questions. Remove one first.", count=MOST_ROWS)
    fitting = []
    for place, row in enumerate(kept[:MOST_ROWS]):
        said = _sentences_of(Question, row, place)
        errors |= said
        fitting += [] if said else [row]
    faq = {code: list(held) for code, held in look["support"]["faq"].items() if code != language}
    if fitting:
        faq[language] = fitting
    return Reading({"support": {"faq": faq}}, errors, {"rows": kept, "language": language})


def recommendations(form: Posted, look: Look) -> Reading:
    """Products by Shopify's ids, as hidden fields; a verb adds, moves or takes away one."""
    pins, never = (_ids(form, name) for name in ("pins", "exclusions"))
    verb, _, said = form.get("verb", "").partition(":")
    number = number_in(said)
    if number is not None:
        pins, never = ([each for each in ids if each != number] if verb in ("pin", "never", "drop") else ids
                       for ids in (pins, never))  # fmt: skip
        pins = [*pins, number] if verb == "pin" else moved_id(pins, verb, number)
        never = [*never, number] if verb == "never" else never
    held = look["recommendations"]
    for ids, known, most in ((pins, held["pins"], MOST_ROWS), (never, held["exclusions"], MOST_NEVER)):
        if len(ids) > max(most, len(known)):  # what has been more all along may still be put in order
            return Reading({}, refusal=phrase("At most {count} products. Remove one first.", count=most))
    return Reading({"recommendations": {"pins": pins, "exclusions": never}})


def offers(form: Posted, look: Look) -> Reading:
    """One offer (``place``; one past the last is a new one), or the order of all of them."""
    held = [dict(offer) for offer in look["offers"]["offers"]]
    verb = form.get("verb", "")
    if "place" not in form:
        return Reading({"offers": {"offers": moved(held, verb)}}, {}, {"place": None})
    asked = number_in(form["place"])
    place = len(held) if asked is None else min(len(held), asked)
    shown = _offer(form)
    errors = {name: said for name, said in _sentences_of(Offer, shown).items()}
    if not shown["text"]:
        errors["text"] = phrase("Say in at least one language what you offer.")
    if not errors:
        held[place : place + 1] = [_plain_offer(shown)]
    return Reading({"offers": {"offers": held}}, errors, shown | {"place": place})


def moved(rows: list[Any], verb: str) -> list[Any]:
    """`rows` after ``up:2``, ``down:2`` or ``drop:2`` (a place, or the name of what stands there)."""
    kind, _, said = verb.partition(":")
    number = number_in(said)
    place = number if number is not None else rows.index(said) if said in rows else -1
    if not 0 <= place < len(rows):
        return rows
    after = list(rows)
    each = after.pop(place)
    if kind == "drop":
        return after
    step = {"up": -1, "down": 1}.get(kind, 0)
    after.insert(max(0, place + step), each)
    return after


def moved_id(ids: list[int], verb: str, number: int) -> list[int]:
    """`ids` with `number` one place up or down."""
    return moved(ids, f"{verb}:{ids.index(number)}") if verb in ("up", "down") and number in ids else ids


def _flat(form: Posted, look: Look, kind: str, fields: list[str]) -> Reading:
    """Fields that `settings.forms` knows how to read."""
    try:
        group = as_kept(kind, look[kind])
    except ValidationError:  # what is in force has changed, and the draft does not fit it any more
        group = GROUPS[kind]()
    typed = forms.read(form, forms.Held({GROUPS[kind]: group}, 0), fields)
    wrong = set(map(forms.field_of, typed.errors))
    fitting = {name: typed.shown[name] for name in fields if name not in wrong}
    return Reading({kind: _as_stored(kind, look, fitting)}, typed.errors, dict(typed.shown))


def _checked(kind: str, document: dict[str, Any], look: Look, shown: Mapping[str, Any]) -> Reading:
    try:
        written(kind, dict(look[kind]) | document, look[kind])
    except ValidationError as failure:
        errors = forms.sentences(failure, GROUPS[kind])
        wrong = set(map(forms.field_of, errors))
        fitting = {name: value for name, value in document.items() if name not in wrong}
        return Reading({kind: _as_stored(kind, look, fitting)}, errors, shown)
    return Reading({kind: _as_stored(kind, look, document)}, {}, shown)


def _as_stored(kind: str, look: Look, fitting: Mapping[str, Any]) -> dict[str, Any]:
    """`fitting` as JSON types, the way it would be read back; what fits only without the others stays out."""
    try:
        group = written(kind, dict(look[kind]) | dict(fitting), look[kind])
    except ValidationError:
        return {}
    document = ADAPTERS[kind].dump_python(group, mode="json")
    return {name: document[name] for name in fitting}


def _sentences_of(part: type[Any], row: Mapping[str, Any], place: int | None = None) -> dict[str, Phrase]:
    """What is wrong with one part of a group, by field (with its place where it is one of many)."""
    try:
        _adapter(part).validate_python(row)
    except ValidationError as failure:
        ending = "" if place is None else f"-{place}"
        return {f"{name}{ending}": said for name, said in forms.sentences(failure, part).items()}
    return {}


@cache
def _adapter(part: type[Any]) -> TypeAdapter[Any]:
    return TypeAdapter(part)


def _rows(form: Posted, *names: str) -> list[dict[str, str]]:
    """Rows of a form: fields of one name, in order."""
    columns = [form.getlist(name)[: MOST_ROWS + 1] for name in names]
    return [dict(zip(names, (text.strip() for text in row), strict=True)) for row in zip(*columns, strict=False)]


def _social(form: Posted) -> tuple[list[dict[str, str]], list[dict[str, str]], dict[str, Phrase]]:
    """(links that fit, rows as typed, sentences)."""
    rows = [row for row in _rows(form, "social_name", "social_url") if any(row.values())]
    links, errors = [], {}
    for place, row in enumerate(rows):
        link = {"name": row["social_name"], "url": row["social_url"]}
        said = {f"social_{name}": sentence for name, sentence in _sentences_of(SocialLink, link, place).items()}
        if not row["social_url"]:
            said[f"social_url-{place}"] = phrase("Write where the link leads.")
        errors |= said
        links += [] if said else [link]
    return links, rows, errors


def _hours(form: Posted) -> tuple[dict[str, dict[str, str]], dict[str, dict[str, str]], dict[str, Phrase]]:
    """(times as typed, days that fit, sentences)."""
    typed, hours, errors = {}, {}, {}
    for day in Weekday:
        opens, closes = (form.get(f"{name}-{day}", "").strip() for name in ("opens", "closes"))
        typed[str(day)] = {"opens": opens, "closes": closes}
        if not opens and not closes:
            continue
        said = _sentences_of(Hours, typed[str(day)])
        errors |= {f"{name or 'closes'}-{day}": sentence for name, sentence in said.items()}
        if not said:
            hours[str(day)] = typed[str(day)]
    return typed, hours, errors


def _offer(form: Posted) -> dict[str, Any]:
    texts = {key.removeprefix("text-")[:12]: form[key].strip() for key in form if key.startswith("text-")}
    plain = {name: form.get(name, "").strip() or None for name in ("code", "url", "begins", "ends")}
    products, collections = _ids(form, "products"), _ids(form, "collections")
    verb, _, said = form.get("verb", "").partition(":")
    number = number_in(said)
    if number is not None:
        products = [each for each in products if each != number] + ([number] if verb == "add" else [])
    return plain | {"text": {code: text for code, text in texts.items() if text}, "products": products,
                    "collections": collections}  # fmt: skip


def _plain_offer(shown: Mapping[str, Any]) -> dict[str, Any]:
    adapter = _adapter(Offer)
    return adapter.dump_python(adapter.validate_python(shown), mode="json")


def _ids(form: Posted, name: str) -> list[int]:
    numbers = (number_in(text) for text in form.getlist(name))
    return list(dict.fromkeys(number for number in numbers if number is not None))


def _colour(text: str) -> str | None:
    try:
        return parse_colour(text)
    except Unfit:
        return None
