"""The reader's language: which one, its words, its dates, its money.

Words come from gettext catalogues (``locales/<code>.po``, read once at start), msgids are the English text with named
placeholders. Pure files hand out `Phrase`s, a msgid with facts; whoever speaks to a person turns them into words.
``locales/de@formal.po`` holds only what differs when German says Sie. Staff have catalogues of their own
(``locales/staff/<code>.po``); what those lack is looked for in the shoppers'.
"""

from shopify_app.i18n.language import Language
from shopify_app.i18n.languages import DEFAULT, LOCALES, STAFF, Languages, accepted
from shopify_app.i18n.phrases import AnyOf, Country, Day, Days, Moment, Phrase, day_near, phrase, phrase_n

__all__ = [
    "DEFAULT", "LOCALES", "STAFF", "AnyOf", "Country", "Day", "Days", "Language", "Languages", "Moment", "Phrase",
    "accepted", "day_near", "phrase", "phrase_n",
]  # fmt: skip
