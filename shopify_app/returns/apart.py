"""What the items of an exchange were offered in its place. A quote tells what all of its items can have; where an
exchange stands beside others, its own items may have more."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from pydantic import TypeAdapter

from shopify_app.money import Money
from shopify_app.returns import quotes
from shopify_app.returns.models import ReturnQuote
from shopify_app.returns.paid import PaidOrder
from shopify_app.returns.quotes import Wanted
from shopify_app.returns.unpaid import ways
from shopify_app.returns.verdicts import Terms
from shopify_app.returns.vocabulary import Outcome

_STORED: TypeAdapter[Terms] = TypeAdapter(Terms)


def to_stored(order: PaidOrder, wanted: Iterable[Wanted], exchanged: Collection[int]) -> list[Any]:
    """The terms of the `exchanged` order lines for what may come in the exchange's place, as JSON values."""
    found = [(each, each.verdict.terms_for(outcome)) for each in wanted for outcome in ways(order)]
    return [
        [each.line_id, _STORED.dump_python(terms, mode="json")]
        for each, terms in found
        if terms is not None and each.line_id in exchanged
    ]


def worth_to_stored(unpaid: Mapping[Outcome, Mapping[Outcome, Money]]) -> dict[str, dict[str, int]]:
    """What `unpaid.in_place` found, as JSON values in minor units."""
    return {str(each): {str(way): worth.amount for way, worth in found.items()} for each, found in unpaid.items()}


def worth_of(quote: ReturnQuote, exchange: Outcome) -> dict[Outcome, Money]:
    """What may be taken in place of the exchange if it is not paid, with its worth; empty where nothing is due."""
    stored = quote.options.get("unpaid", {}).get(exchange, {})
    return {Outcome(way): Money(amount, quote.currency) for way, amount in stored.items()}


def terms_of(quote: ReturnQuote | None, outcome: Outcome) -> dict[int, Terms]:
    """By order line, what the quote offered of an outcome; empty where it could not be had."""
    if quote is None:
        return {}
    stored = [(line_id, _STORED.validate_python(terms)) for line_id, terms in quote.options.get("instead", ())]
    apart = {line_id: terms for line_id, terms in stored if terms.outcome is outcome}
    option = next((each for each in quotes.from_stored(quote.options).options if each.outcome is outcome), None)
    settled = option.settlements if option else ()
    return apart | {line.accepted.line_id: line.terms for each in settled for line in each.lines}
