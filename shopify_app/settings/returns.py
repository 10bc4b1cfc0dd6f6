"""How the shop takes returns, besides its policy."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field

from shopify_app.i18n import phrase
from shopify_app.settings.shape import PassagePerLanguage, ShopifyId, Unfit, settings

_ADDRESS = re.compile(r"[^@\s<>]{1,64}@[^@\s<>]+\.[^@\s<>]+")
MOST_ADDRESSES = 10


def _apart(typed: object) -> object:
    """Addresses as people write several: a line each, or with commas between."""
    texts = [typed] if isinstance(typed, str) else typed
    if not isinstance(texts, list | tuple) or not all(isinstance(text, str) for text in texts):
        return typed
    return tuple(dict.fromkeys(part for text in texts for part in re.split(r"[\s,;]+", text) if part))


def _address(text: str) -> str:
    if len(text) > 254 or not _ADDRESS.fullmatch(text):
        raise Unfit(phrase("“{value}” is no e-mail address.", value=text))
    return text


Addresses = Annotated[
    tuple[Annotated[str, AfterValidator(_address)], ...], BeforeValidator(_apart), Field(max_length=MOST_ADDRESSES)
]
"""Up to ten mail addresses."""


class BonusAs(StrEnum):
    """What a bonus beside store credit is given as."""

    STORE_CREDIT = "store_credit"
    GIFT_CARD = "gift_card"


class WithoutAnswer(StrEnum):
    """What happens when nobody answers after an inspection."""

    REDUCED = "reduced"
    SEND_BACK = "send_back"


class Payer(StrEnum):
    """Whose postage it is when goods go back to their shopper."""

    SHOP = "shop"
    SHOPPER = "shopper"


@settings
class Returns:
    """The portal, the promises it makes, where goods go, and what a bonus is."""

    team_mail: str | None = Field(default=None, max_length=254, pattern=r"^[^@\s<>]+@[^@\s<>]+\.[^@\s<>]+$")
    """Where your team is mailed about returns; null: nowhere."""
    new_returns_to: Addresses = ()
    """Who is mailed about new returns; empty: `team_mail`."""
    looks_to: Addresses = ()
    """Who is mailed when a return needs a look; empty: `team_mail`."""
    mail_new_returns: bool = True
    """Whether your team is mailed about each new return."""
    mail_looks: bool = True
    """Whether your team is mailed when a return needs a look."""
    portal_open: bool = True
    """Whether shoppers may begin a return by themselves."""
    decide_within_days: int = Field(default=2, ge=0, le=30)
    """Working days in which you answer a request; shoppers are told the date."""
    check_within_days: int = Field(default=3, ge=0, le=30)
    """Working days from arrival to the verdict on what came back; shoppers are told the date."""
    hold_replacement_days: int = Field(default=14, ge=1, le=90)
    """How long the replacement of an even swap is kept aside in what the portal shows."""
    balance_days: int = Field(default=7, ge=1, le=60)
    """How many days a shopper has to pay what an exchange costs more; then the exchange is taken off the order."""
    bonus_as: BonusAs = BonusAs.STORE_CREDIT
    """A gift card instead of store credit: for the bonus only, never for the shopper's own money."""
    return_address: str = Field(default="", max_length=500)
    """Where goods are sent back to, line by line; empty: the shop's own address."""
    instructions: PassagePerLanguage = Field(default_factory=dict)
    """What to put into the parcel, how to pack it, where to hand it in."""
    store_addresses: str = Field(default="", max_length=1000)
    """Where goods can be brought back in person."""
    restock_location_id: ShopifyId | None = None
    """Shopify's id of the location that takes goods back into stock; null: where they were sent from."""
    inspection_dialogue: bool = True
    """Where pieces are accepted at less or refused, the shopper is asked before any money moves; otherwise the reduced
    sum is settled at once."""
    inspection_answer_days: int = Field(default=7, ge=1, le=60)
    """Days in which the shopper answers; they are reminded a day before the end."""
    inspection_default: WithoutAnswer = WithoutAnswer.REDUCED
    """What happens when nobody answers. An exchange that would cost more becomes the next best outcome instead."""
    goods_back_paid_by: Payer = Payer.SHOP
    """Whose postage it is when goods go back to their shopper."""
    follow_shopify_returns: bool = True
    """Returns begun in Shopify's own pages, admin or POS are shown and settled here too."""
