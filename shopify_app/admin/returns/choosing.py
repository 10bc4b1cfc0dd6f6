"""What comes back and for what, as the merchant's two forms choose it: a new return, and a change of one.

Fields carry the fulfilment line in their names: ``quantity-<id>``, ``outcome-<id>``, ``size-<id>``, ``method-<id>``.
"""

from __future__ import annotations

from collections.abc import Mapping

from shopify_app.admin.returns.asked import Refused, pieces_in
from shopify_app.admin.returns.page import Worked, worked_from
from shopify_app.i18n import Phrase, phrase
from shopify_app.returns.dossier import sums
from shopify_app.returns.eligibility import EligibleLine
from shopify_app.returns.models import ReturnQuote
from shopify_app.returns.vocabulary import Method, Outcome
from shopify_app.returns.wishes import WishLine


def chosen(form: Mapping[str, str], line: EligibleLine, unsaid: Phrase) -> WishLine | None:
    """What the form asks for of the line; None where it is left out. `unsaid`, of an {item}, is said where no outcome
    was chosen. Raises Refused."""
    key = line.fulfillment_line_id
    pieces = pieces_in(form.get(f"quantity-{key}", "").strip())
    if key is None or not pieces:
        return None
    outcome, method, size = (form.get(f"{name}-{key}", "") for name in ("outcome", "method", "size"))
    if outcome not in set(Outcome):
        raise Refused(Phrase(unsaid.text, (("item", line.title),)))
    is_swap = outcome == Outcome.VARIANT_EXCHANGE
    if is_swap and not (size.isascii() and size.isdigit() and len(size) <= 18):
        raise Refused(phrase("Choose the replacement for “{item}”.", item=line.title))
    return WishLine(
        line_id=line.line_id,
        fulfillment_line_id=key,
        quantity=pieces,
        outcome=Outcome(outcome),
        replacement_variant_id=int(size) if is_swap else None,
        method=Method(method) if method in set(Method) else None,
    )


def parts_of(quote: ReturnQuote) -> tuple[tuple[str, Worked], ...]:
    """What each part of the quote comes to, and how: by outcome."""
    found = [(str(each["outcome"]), sums(each)) for each in quote.settlements]
    return tuple((outcome, worked_from(counted)) for outcome, counted in found if counted)
