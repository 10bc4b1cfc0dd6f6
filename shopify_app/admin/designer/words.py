"""What the designer calls things."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from shopify_app.catalogue.guides import Kind, Phase
from shopify_app.i18n import Phrase, phrase
from shopify_app.pages.preview import PreviewPage, Situation
from shopify_app.settings.branding import SYSTEM_FONTS, THEME_FONTS
from shopify_app.settings.support import Weekday
from shopify_app.settings.tracking import Block, LookupField

FONTS: Mapping[str, Phrase] = {
    SYSTEM_FONTS: phrase("The reader's own (quickest)"),
    THEME_FONTS: phrase("Your theme's"),
    'Charter, "Iowan Old Style", Georgia, serif': phrase("Bookish (Charter, Georgia)"),
    'Avenir, "Avenir Next", Montserrat, "Segoe UI", sans-serif': phrase("Geometric (Avenir)"),
    'Optima, Candara, "Noto Sans", sans-serif': phrase("Humanist (Optima)"),
    'ui-rounded, "Hiragino Maru Gothic ProN", Quicksand, "Segoe UI", sans-serif': phrase("Rounded"),
    'ui-monospace, "Cascadia Code", Menlo, Consolas, monospace': phrase("Typewriter (Menlo)"),
}
BLOCKS: Mapping[Block, tuple[Phrase, Phrase]] = {
    Block.NEXT: (phrase("What happens next"), phrase("One sentence for each state of the order")),
    Block.HOW_TO: (phrase("Guides"), phrase("How to use and care for what was bought")),
    Block.RECOMMENDATIONS: (phrase("Goes well together"), phrase("Up to four products; gone while something is wrong")),
    Block.OFFER: (phrase("Offer"), phrase("The first of your offers that fits; gone while something is wrong")),
    Block.RETURNS: (phrase("Returns"), phrase("Until when, and where a return begins")),
    Block.SUPPORT: (phrase("Help"), phrase("Mail, phone, chat, hours and questions")),
    Block.ORDER: (phrase("The order"), phrase("Number, sums and address")),
}
PROOFS: Mapping[LookupField, Phrase] = {
    LookupField.EMAIL: phrase("E-mail address"),
    LookupField.POSTCODE: phrase("Postcode"),
    LookupField.PHONE: phrase("Phone number"),
}
DAYS: Mapping[Weekday, Phrase] = {
    Weekday.MONDAY: phrase("Monday"),
    Weekday.TUESDAY: phrase("Tuesday"),
    Weekday.WEDNESDAY: phrase("Wednesday"),
    Weekday.THURSDAY: phrase("Thursday"),
    Weekday.FRIDAY: phrase("Friday"),
    Weekday.SATURDAY: phrase("Saturday"),
    Weekday.SUNDAY: phrase("Sunday"),
}
SITUATIONS: Mapping[Situation, Phrase] = {
    Situation.ON_ITS_WAY: phrase("On its way"),
    Situation.DELIVERED: phrase("Delivered"),
    Situation.LATE: phrase("Late"),
    Situation.TROUBLE: phrase("In trouble"),
    Situation.NOT_SENT: phrase("Not sent yet"),
}
PAGES: Mapping[PreviewPage, Phrase] = {
    PreviewPage.TRACKING: phrase("Tracking page"),
    PreviewPage.LOOKUP: phrase("Look-up"),
    PreviewPage.RETURNS: phrase("Start of a return"),
}
PHASES: Mapping[Phase, Phrase] = {
    Phase.WAITING: phrase("While they wait"),
    Phase.SET_UP: phrase("When it has arrived"),
    Phase.CARE: phrase("Later, to care for it"),
}
KINDS: Mapping[Kind, Phrase] = {
    Kind.STEPS: phrase("Step by step"),
    Kind.VIDEO: phrase("Film"),
    Kind.TIP: phrase("Tip"),
}
FIELDS: Mapping[tuple[str, str], Phrase] = {
    ("brand", "name"): phrase("Name"),
    ("brand", "logo_url"): phrase("Logo"),
    ("brand", "logo_dark_url"): phrase("Logo on dark"),
    ("brand", "accent"): phrase("Accent colour"),
    ("brand", "background"): phrase("Background"),
    ("brand", "font"): phrase("Font"),
    ("brand", "heading_font"): phrase("Font of headings"),
    ("brand", "radius"): phrase("Corners"),
    ("brand", "tone"): phrase("Tone"),
    ("brand", "scheme"): phrase("Light and dark"),
    ("brand", "footer"): phrase("Closing line"),
    ("tracking", "blocks"): phrase("Parts of the page"),
    ("tracking", "lookup_fields"): phrase("Look-up"),
    ("tracking", "seller_name"): phrase("Seller"),
    ("support", "email"): phrase("Support e-mail"),
    ("support", "phone"): phrase("Support phone"),
    ("support", "chat_url"): phrase("Chat"),
    ("support", "social"): phrase("Social links"),
    ("support", "faq"): phrase("Questions and answers"),
    ("support", "hours"): phrase("Opening hours"),
    ("support", "closed_on"): phrase("Days off"),
    ("recommendations", "pins"): phrase("Pinned products"),
    ("recommendations", "exclusions"): phrase("Products never shown"),
    ("offers", "offers"): phrase("Offers"),
}
"""Every field of the look, as the list of changes names it; a test holds this against `drafting.FIELDS`."""


@dataclass(frozen=True)
class Area:
    """One part of the designer: the last part of its address, and its name."""

    key: str
    name: Phrase


AREAS = (
    Area("brand", phrase("Brand")),
    Area("blocks", phrase("Page")),
    Area("support", phrase("Help")),
    Area("questions", phrase("Questions")),
    Area("recommendations", phrase("Recommendations")),
    Area("offers", phrase("Offers")),
    Area("guides", phrase("Guides")),
    Area("history", phrase("History")),
)
DONE: Mapping[str, Phrase] = {
    "saved": phrase("Saved as a draft. Shoppers do not see it yet."),
    "published": phrase("Published. Shoppers see it now."),
    "discarded": phrase("The draft was thrown away. The page is as shoppers see it."),
    "back": phrase("The earlier look is shown again."),
    "removed": phrase("The guide was removed."),
    "guide": phrase("The guide is saved, and shown from now on."),
}
