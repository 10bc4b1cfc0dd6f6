"""Forms about goods and money: what arrived, what it is worth, where it goes, and a hand on the money."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal, InvalidOperation

from shopify_app.admin.returns import inspection
from shopify_app.admin.returns.asked import Asked, Refused
from shopify_app.i18n import Phrase, phrase
from shopify_app.returns import reception, requests, settle
from shopify_app.returns.inspecting.states import Appealed
from shopify_app.returns.reception import NoSuchUnits, Verdict, WrongPercent
from shopify_app.returns.states import Actor, Disposition, Grade, UnitDecision

NOTHING = phrase("Nothing was chosen, so nothing was changed.")
_DECISIONS = {"accept": UnitDecision.ACCEPTED, "reduce": UnitDecision.ACCEPTED, "refuse": UnitDecision.REFUSED}


def receive(asked: Asked) -> None:
    """As many pieces of each line as were typed have arrived."""
    for line_id, count in _counts(asked):
        reception.receive(asked.session, asked.ret, line_id, count, asked.by, asked.now)


def missing(asked: Asked) -> None:
    """As many pieces of each line as were typed were not in the parcel."""
    for line_id, count in _counts(asked):
        reception.mark_missing(asked.session, asked.ret, line_id, count, asked.by, asked.now)


def take_back_receipt(asked: Asked) -> None:
    """As many pieces of each line as were typed had not arrived after all."""
    for line_id, count in _counts(asked):
        reception.take_back_receipt(asked.session, asked.ret, line_id, count, asked.by, asked.now)


def inspect(asked: Asked) -> None:
    """Every piece that has a verdict, also where it had one before; pieces with the same verdict are decided together.
    Pictures come with it."""
    together = defaultdict[Verdict, list[int]](list)
    for unit_id, word in asked.each("decision"):
        together[_verdict(asked, unit_id, word)].append(unit_id)
    if not together:
        raise Refused(phrase("Choose a verdict for at least one piece."))
    inspection.keep_pictures(asked)
    for verdict, unit_ids in together.items():
        reception.inspect(asked.session, asked.ret, unit_ids, verdict, asked.by, asked.now)


def dispose(asked: Asked) -> None:
    """Every piece for which somebody said where it goes."""
    together = defaultdict[Disposition, list[int]](list)
    for unit_id, word in asked.each("disposition"):
        if word not in set(Disposition) - {Disposition.NONE, Disposition.SENT_BACK}:
            raise Refused(phrase("Choose where the goods go."))
        together[Disposition(word)].append(unit_id)
    if not together:
        raise Refused(NOTHING)
    location = asked.location()
    if location is None and Disposition.RESTOCKED in together:
        raise Refused(phrase("Say at which location the goods go back into stock."))
    for disposition, unit_ids in together.items():
        reception.dispose(asked.session, asked.ret, unit_ids, disposition, location, asked.by, asked.now)


def deliver(asked: Asked) -> None:
    """A parcel on its way back, by its number."""
    parcel = asked.parcel()
    reception.add_delivery(asked.session, asked.ret, parcel.number, parcel.url, asked.by, asked.now)


def settle_now(asked: Asked) -> None:
    """Releases by hand what waits."""
    settle.settle_now(asked.session, asked.ret, asked.by, asked.now)


def retry(asked: Asked) -> None:
    """A person has cleared the way for one group."""
    settle.retry(asked.session, asked.ret, _group(asked), asked.by, asked.now)


def resolve(asked: Asked) -> None:
    """A person finished one group elsewhere and says how."""
    requests.add_note(asked.session, asked.ret, asked.word("text"), Actor.MERCHANT, asked.now, staff=asked.staff)
    settle.give_up(asked.session, asked.ret, _group(asked), asked.by, asked.now)


def take_back(asked: Asked) -> None:
    """Bonuses that were given are taken back as far as they are unspent."""
    if not settle.take_back_bonuses(asked.session, asked.ret, asked.by, asked.now):
        raise Refused(phrase("No bonus of this return can be taken back."))


def why(failure: NoSuchUnits | WrongPercent | ValueError) -> Phrase:
    """A refusal of the verbs above in a sentence."""
    if isinstance(failure, NoSuchUnits):
        return phrase(
            "{asked} pieces were named, and {left} can be. Nothing was changed.", asked=failure.asked, left=failure.left
        )
    return phrase("A piece is accepted at more than 0 and at most 100 % of its value.")


def _counts(asked: Asked) -> list[tuple[int, int]]:
    counts = [(line_id, asked.number(f"quantity-{line_id}")) for line_id, _ in asked.each("quantity")]
    found = [(line_id, count) for line_id, count in counts if count]
    if not found:
        raise Refused(NOTHING)
    return found


def _verdict(asked: Asked, unit_id: int, word: str) -> Verdict:
    if word not in _DECISIONS:
        raise Refused(phrase("Choose a verdict."))
    grade = asked.word(f"grade-{unit_id}")
    if grade and grade not in set(Grade):
        raise Refused(phrase("Choose a condition."))
    percent = _percent(asked.word(f"percent-{unit_id}")) if word == "reduce" else None
    note, told = (_words(asked, f"{name}-{unit_id}") for name in ("note", "told"))
    return Verdict(_DECISIONS[word], percent, Grade(grade) if grade else None, note, told)


def _words(asked: Asked, name: str) -> str | None:
    """A field that is there and empty takes away what was said."""
    return asked.word(name) if name in asked.form else None


def decide_appeal(asked: Asked) -> None:
    """The second look that a shopper asked for."""
    percent = _percent(asked.word("percent")) if asked.word("appealed") == Appealed.CHANGED else None
    inspection.decide_appeal(asked, percent)


def _percent(text: str) -> Decimal:
    """Finer than our column holds would not be what was typed."""
    try:
        percent = Decimal(text.replace(",", "."))
    except InvalidOperation as failure:
        raise Refused(phrase("Say at which part of its value you accept the piece, in percent.")) from failure
    if not percent.is_finite() or not 0 < percent <= 100 or percent != round(percent, 4):
        raise Refused(phrase("A piece is accepted at more than 0 and at most 100 % of its value."))
    return percent


def _group(asked: Asked) -> int:
    group_id = asked.number("group")
    if group_id not in {line.group_id for line in asked.ret.lines}:
        raise Refused(phrase("There is no such part of this return."))
    return group_id
