"""The days for sending back that a merchant's refund policy at Shopify names, to be proposed and never applied. Pure.

Whoever wrote it wrote prose, in one of our six languages: a wrong guess costs more than none. Working days, ranges and
the days a refund takes are no window; where two windows are named, none is proposed and the sentences are shown.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from shopify_app.pages.texts import paragraphs, plain

MOST_DAYS = 365
_READ = 40_000
"""Characters of a policy that are looked at."""
_SHOWN, _LONGEST = 4, 320
"""How many sentences are shown, and how many characters of each."""

_WORDS = {
    1: "one a ein einen eine einer eines en ett un une uno una een één",
    2: "two zwei två deux dos twee",
    3: "three drei tre trois tres drie",
    4: "four vier fyra quatre cuatro",
    6: "six sechs sex seis zes",
    7: "seven sieben sju sept siete zeven",
    8: "eight acht åtta huit ocho",
    10: "ten zehn tio dix diez tien",
    14: "fourteen vierzehn fjorton quatorze catorce veertien",
    15: "fifteen fünfzehn femton quinze quince vijftien",
    20: "twenty zwanzig tjugo vingt veinte twintig",
    21: "twenty-one einundzwanzig tjugoen tjugoett veintiún eenentwintig",
    28: "twenty-eight achtundzwanzig tjugoåtta vingt-huit veintiocho achtentwintig",
    30: "thirty dreißig dreissig trettio trente treinta dertig",
    45: "forty-five fünfundvierzig fyrtiofem quarante-cinq vijfenveertig",
    60: "sixty sechzig sextio soixante sesenta zestig",
    90: "ninety neunzig nittio quatre-vingt-dix noventa negentig",
    100: "hundert hundra cent cien honderd",
}
_NUMBERS = {word: number for number, words in _WORDS.items() for word in words.split()}
_UNITS = {
    1: r"days?|tag(?:en?)?|tägig\w*|dag(?:ar|ars|en)?|daagse|jours?|d[ií]as?",
    7: r"weeks?|wochen?|vec(?:ka|kor|kors)|semaines?|semanas?|wek?en|week",
    31: r"months?|monat(?:en?|s)?|månad(?:er|ers)?|mois|mes(?:es)?|maand(?:en)?",
}
"""Days to a unit. A month is a long one: what is proposed is never shorter than what the shop has promised."""

_NUMBER = r"(?:\d{1,3}|" + "|".join(sorted(map(re.escape, _NUMBERS), key=len, reverse=True)) + ")"
_RANGE = rf"(?P<range>{_NUMBER}\s*(?:[-–—]|to|and|bis|und|till|och|à|et|a|y|tot|en)\s*)?"
_BETWEEN = r"(?:\s*\([^)]{1,14}\))?[\s-]*(?:calendar\s+|full\s+|consecutive\s+)?"
_SPAN = re.compile(
    rf"(?<![\w.,-]){_RANGE}(?P<number>{_NUMBER})(?P<between>{_BETWEEN})"
    rf"(?:{'|'.join(f'(?P<u{days}>{unit})' for days, unit in _UNITS.items())})\b"
    r"(?!\s+(?:ouvr|hábil|habil|labora))"
)
_SENTENCE = re.compile(r"(?<=[.!?…])\s+(?=[^\Wa-z_])")

_RETURNS = re.compile(
    r"return|(?:send\w*|sent|bring) [^.]{0,60}back|exchange|refund|(?:our|this) policy|money.back|cancel"
    r"|rückgabe|rücksend|retoure|widerruf|umtausch|zurück"
    r"|retur|ångr|tillbaka|öppet köp|\bby(?:t|ta|te)\b"
    r"|renvoy|échang|rétract|rembours|retour"
    r"|devol|devuel|cambi|desist|reembols"
    r"|terug|ruil|herroep|bedenktijd"
)
_PAYS = re.compile(
    r"(?:will|shall|'ll|’ll) be (?:\w+ )?(?:refunded|reimbursed|credited|issued|processed|paid|made)"
    r"|\bwe (?:(?:will|shall|aim to|try to) )?(?:\w+ )?(?:refund|reimburse|credit|process|issue|reply|answer|inspect)"
    r"|refunds? (?:\w+ ){0,3}(?:issued|processed|made|takes?|arrives?)|we(?:'ve| have)? (?:received?|approved)|\bbank\b"
    r"|erstatten wir|wir erstatten|erstattet|erstattung erfolgt|zurückzuzahlen|zahlen wir|gutgeschrieben"
    r"|återbetal|betalar vi|vi betalar|pengarna"
    r"|(?:nous|vous) (?:\w+ )?rembours|(?:sera|serez|seront) (?:\w+ )?rembours|remboursement (?:\w+ ){0,2}effectué"
    r"|reembols(?:amos|aremos|ará)|abon(?:amos|aremos|ará)|reembolso se"
    r"|(?:betalen|storten) (?:wij|we)|(?:wij|we) (?:betalen|storten)|terugbetaling|terugbetaald|teruggestort"
)
"""How long the money takes, which is no time to send something back."""
_LAW = re.compile(
    r"european union|\b(?:eu|ue|eea|eee|eer|ees|ewr)\b|cooling.off|statutory|withdraw"
    r"|widerruf|europäische|ångerrätt|ångerfrist|europeiska|rétract|européenne|desistimiento|europea\b|herroep"
    r"|bedenktijd|europese"
)
"""What the law of distance sales gives, beside what a shop promises of its own."""


@dataclass(frozen=True)
class PolicyDays:
    """What was found: one number of `days`, None where none or several are named, and the sentences that name them, as
    plain text. `url` is where shoppers read all of it."""

    days: int | None
    sentences: tuple[str, ...]
    url: str | None


def policy_days(profile: Mapping[str, Any]) -> PolicyDays | None:
    """The days in the refund policy of a shop's `profile` (`shops.profile`); None where it has no such policy."""
    kept = (profile.get("policies") or {}).get("refund")
    if not kept or not (kept[1] or "").strip():
        return None
    days, sentences = _found(kept[1])
    return PolicyDays(days, sentences, kept[2] if len(kept) > 2 else None)


@lru_cache(64)
def _found(html: str) -> tuple[int | None, tuple[str, ...]]:
    """A shop's own promise counts before what the law gives, which most policies repeat beside it."""
    named = list(_named(html))
    chosen = [each for each in named if not _LAW.search(each[0].lower())] or named
    spans = {days for _, found in chosen for days in found}
    shown = dict.fromkeys(plain(sentence, _LONGEST) for sentence, _ in chosen)
    return (spans.pop() if len(spans) == 1 else None), tuple(shown)[:_SHOWN]


def _named(html: str) -> Iterator[tuple[str, set[int]]]:
    """Each sentence about sending back with the spans it names. One that tells both when to send something back and
    when the money comes names two: which is which is the merchant's to say."""
    for paragraph in paragraphs(html[:_READ], _READ):
        for sentence in _SENTENCE.split(paragraph):
            lowered = sentence.lower()
            if not _RETURNS.search(lowered):
                continue
            spans = set(_spans(lowered))
            if spans and not (len(spans) == 1 and _PAYS.search(lowered)):
                yield sentence, spans


def _spans(lowered: str) -> Iterator[int]:
    for match in _SPAN.finditer(lowered):
        number, unit = match["number"], next(days for days in _UNITS if match[f"u{days}"])
        days = (int(number) if number.isdigit() else _NUMBERS[number]) * unit
        if not match["range"] and 0 < days <= MOST_DAYS:
            yield days
