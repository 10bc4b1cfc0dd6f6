"""The look-up form: an order number and one thing only its buyer knows. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from shopify_app.i18n import Phrase, phrase
from shopify_app.pages.texts import plain
from shopify_app.settings.tracking import LookupField

NOT_FOUND = phrase("We find no order that fits both entries. Please check them: they are in the confirmation you got.")
"""The one answer for unknown and wrong."""

LABELS: Mapping[frozenset[LookupField], Phrase] = {
    frozenset({LookupField.EMAIL}): phrase("E-mail address"),
    frozenset({LookupField.POSTCODE}): phrase("Postcode"),
    frozenset({LookupField.PHONE}): phrase("Phone number"),
    frozenset({LookupField.EMAIL, LookupField.POSTCODE}): phrase("E-mail address or postcode"),
    frozenset({LookupField.EMAIL, LookupField.PHONE}): phrase("E-mail address or phone number"),
    frozenset({LookupField.POSTCODE, LookupField.PHONE}): phrase("Postcode or phone number"),
    frozenset(LookupField): phrase("E-mail address, postcode or phone number"),
}


@dataclass(frozen=True)
class LookupForm:
    """Posts ``order`` and ``contact`` (and `hidden`) to `action`. `problems` are beside their field; `notice` above
    the form; both fields keep what was typed."""

    action: str
    contact_label: Phrase
    order: str = ""
    contact: str = ""
    order_problem: Phrase | None = None
    contact_problem: Phrase | None = None
    notice: Phrase | None = None
    hidden: tuple[tuple[str, str], ...] = ()

    @property
    def is_complete(self) -> bool:
        return self.order_problem is None and self.contact_problem is None


def lookup_form(action: str, fields: tuple[LookupField, ...], hidden: tuple[tuple[str, str], ...] = ()) -> LookupForm:
    """The empty form."""
    return LookupForm(action, LABELS[frozenset(fields)], hidden=hidden)


def filled(form: LookupForm, order: str, contact: str) -> LookupForm:
    """`form` as it was sent, with a sentence beside each field that was left empty or cannot be."""
    order, contact = plain(order, 64), plain(contact, 254)
    order_problem = contact_problem = None
    if not any(ch.isalnum() for ch in order):
        order_problem = phrase("Please enter the order number, for example 1042.")
    if sum(ch.isalnum() for ch in contact) < 3:
        contact_problem = phrase("Please enter what you gave when you ordered.")
    return LookupForm(
        form.action, form.contact_label, order, contact, order_problem, contact_problem, None, form.hidden
    )
